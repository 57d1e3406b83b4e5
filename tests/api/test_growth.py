"""Deltas that repeat everything so far, and honest repetitions that look like that."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmchat.api.replies.growth import Growth
from glmchat.core.conversation import Message
from tests.wire.helpers import assemble
from tests.wire.server import DONE, chunk

TEXT = "Hello, you.\n\nA sort is *stable* when equal keys keep their order: 北京 and 🚀, 1, 10, 100.\n"


def said(*deltas: dict[str, Any]) -> Message:
    return assemble([*(chunk(delta) for delta in deltas), chunk({}, "stop"), DONE])


def snapshots(text: str, step: int) -> list[str]:
    return [text[:end] for end in range(step, len(text), step)] + [text]


@pytest.mark.parametrize(
    "pieces",
    [
        ["Hel", "Hello", "Hello, you"],
        ["Let me", "Let me think."],
        ["Hel", "Hel", "Hello", "Hello", "Hello, you"],
        ["你", "你好", "你好，", "你好，世界"],
        ["The ", "The cat ", "The cat sat ", "The cat sat on "],
        ["Row\n", "Row\nAnd one\n", "Row\nAnd one\nAnd two\n", "Row\nAnd one\nAnd two\nAnd three\n"],
        ["a", "ab", "abc", "abcd"],
        ["#", "##", "## T", "## Title", "## Title\n", "## Title\nText"],
        ["Hello there.", "Hello there.", "Hello there.", "Hello there."],
        snapshots(TEXT, 1),
        snapshots(TEXT, 7),
        [*snapshots(TEXT, 7), TEXT, TEXT[:20]],
    ],
)
@pytest.mark.parametrize("field", ["content", "reasoning", "reasoning_content", "refusal"])
def test_deltas_that_repeat_everything_are_taken_once(pieces: list[str], field: str) -> None:
    message = said(*({field: piece} for piece in pieces))
    got = {"content": message.content, "refusal": message.refusal}.get(field, message.reasoning)
    assert got == max(pieces, key=len)


@pytest.mark.parametrize(
    "pieces",
    [
        ["ha", "haha", "hahaha"],
        ["ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha", "ha"],
        ["haha", "hahaha", "hahahaha!"],
        ["la la", "la la land"],
        ["-", "--", "---", "----"],
        ["1", "10", "100"],
        ["3.14", "3.14159"],
        ["no", "not"],
        ["| a | b |\n"] * 20,
        ["| a |\n", "| a |\n| a |\n", "| a |\n| a |\n| a |\n"],
        ["| a |\n", "| a |\n| b |\n"],
        ["The", " cat", "The dog"],
        ["Hello", "Hello, you", "!"],
        ["I", "I am", " here"],
        ["\n", "\n\nHello", "\n", "\n"],
        ["Yes, yes.", " Yes, yes.", " Yes, yes. No."],
        ["哈", "哈哈", "哈哈哈", "！"],
        ["One. ", "One. Two. ", "Three."],
    ],
)
def test_honest_repetitions_are_kept(pieces: list[str]) -> None:
    message = said(*({"content": piece} for piece in pieces))
    assert message.content == "".join(pieces).lstrip("\n")
    assert said(*({"reasoning": piece} for piece in pieces)).reasoning == "".join(pieces)


@given(st.lists(st.text(st.sampled_from("ab 1\n|哈"), min_size=1, max_size=4), min_size=1, max_size=12))
def test_a_stream_whose_chain_breaks_is_as_it_came(pieces: list[str]) -> None:
    growth = Growth()
    out = [growth.add(piece) for piece in [*pieces, "\0"]]
    assert "".join(out) + growth.settle(final=True) == "".join(pieces) + "\0"


@given(st.text(min_size=12), st.integers(1, 5), st.booleans())
def test_snapshots_of_any_text_are_told_where_they_can_be(text: str, step: int, interleaved: bool) -> None:
    growth = Growth()
    pieces = ["Once: ", *("Once: " + text[:end] for end in range(step, len(text), step)), "Once: " + text]
    out = []
    for piece in pieces:
        out.append(growth.add(piece))
        if interleaved:
            out.append(growth.settle(final=False))
    whole = "".join(out) + growth.settle(final=True)
    # Words apart tell little: a few snapshots of them may also be lines that repeat.
    assert whole in (pieces[-1], "".join(pieces))
    if len(pieces) > 12 and not text.isspace():
        assert whole == pieces[-1]


def test_only_what_is_undecided_is_held_back() -> None:
    growth = Growth()
    assert [growth.add(piece) for piece in ("Hel", "Hello", "Hello, you", "Hello, you two")] == [
        "Hel", "", "lo, you", " two",
    ]  # fmt: skip
    honest = Growth()
    assert [honest.add(piece) for piece in ("Hel", "lo", "Hello")] == ["Hel", "lo", "Hello"]


def test_a_text_that_begins_anew_after_snapshots_is_added() -> None:
    parts = [*snapshots("The first part is here.", 4), *snapshots("Now something else.", 4)]
    assert (
        said(*({"content": part} for part in parts)).content == "The first part is here.Now something else."
    )


def test_thought_and_answer_may_both_be_repeated_in_every_delta() -> None:
    thought, answer = snapshots("I have to think about it.", 5), snapshots("The answer is 42.", 3)
    deltas = [
        {"reasoning_content": thought[min(at, len(thought) - 1)], "content": answer[at]}
        for at in range(len(answer))
    ]
    message = said(*deltas)
    assert (message.reasoning, message.content) == ("I have to think about it.", "The answer is 42.")


def test_repeated_details_are_kept_once_to_be_sent_back() -> None:
    detail = {"type": "reasoning.text", "index": 0, "id": "think-1"}
    message = said(
        {"reasoning_details": [{**detail, "text": "Let me"}]},
        {"reasoning_details": [{**detail, "text": "Let me think."}]},
        {"content": "ok"},
    )
    assert message.reasoning == "Let me think."
    assert message.reasoning_details == ({**detail, "text": "Let me think."},)


def test_a_message_beside_the_deltas_holds_the_text_so_far() -> None:
    bodies: list[dict[str, Any]] = [
        {"choices": [{"delta": {"content": piece}, "message": {"content": whole}}]}
        for piece, whole in [("Hi", "Hi"), (" there", "Hi there")]
    ]
    bodies += [
        {"choices": [{"message": {"content": whole}, "finish_reason": end}]}
        for whole, end in [("Hi there", None), ("Hi there!", "stop")]
    ]
    message = assemble([b"data: " + json.dumps(body).encode() + b"\n\n" for body in bodies])
    assert message.content == "Hi there!"
