"""Marks of chat templates in the text: around thoughts, around answers, behind them."""

from typing import Any

import pytest

from glmchat.core.conversation import Message
from tests.wire.helpers import assemble
from tests.wire.server import DONE, chunk

PAIRS = [
    ("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<thought>", "</thought>"), ("<thoughts>", "</thoughts>"),
    ("<reason>", "</reason>"), ("<reasoning>", "</reasoning>"), ("<mm:think>", "</mm:think>"),
    ("<seed:think>", "</seed:think>"), ("<longcat_think>", "</longcat_think>"), ("<ernie:think>", "</ernie:think>"),
    ("<Thought>", "</Thought>"), ("<THINK>", "</think>"), ("[THINK]", "[/THINK]"), ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"), ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|inner_prefix|>", "<|inner_suffix|>"), ("<|channel>thought\n", "<channel|>"),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    ("<|start|>assistant<|channel|>analysis<|message|>", "<|end|><|channel|>final<|message|>"),
    ("<|think|>", "<|end|><|begin|>assistant<|content|>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>\n\n<|begin_of_solution|>"),
]  # fmt: skip


def said(*deltas: dict[str, Any]) -> Message:
    return assemble([*(chunk(delta) for delta in deltas), chunk({}, "stop"), DONE])


def both(text: str) -> tuple[str, str]:
    """Thought and answer of a text, which are the same however it is cut."""
    whole = said({"content": text})
    for size in (1, 2, 3, 5):
        cut = said(*({"content": text[at : at + size]} for at in range(0, len(text), size)))
        assert (cut.reasoning, cut.content) == (whole.reasoning, whole.content)
    return whole.reasoning, whole.content


@pytest.mark.parametrize(("opening", "close"), PAIRS)
def test_a_thought_between_marks_is_told_from_the_answer(opening: str, close: str) -> None:
    assert both(f"{opening}a plan{close}\n\nOslo") == ("a plan", "Oslo")
    assert both(f"\n {opening}a plan") == ("a plan", "")
    assert both(f"{opening}{close}Oslo") == ("", "Oslo")


@pytest.mark.parametrize(("opening", "close"), PAIRS[:18])
def test_marks_that_an_answer_speaks_of_are_text(opening: str, close: str) -> None:
    text = f"Write {opening}plan{close} first."
    assert both(text) == ("", text)
    quoted = f"It ends with `{close}`."
    assert both(quoted) == ("", quoted)


@pytest.mark.parametrize("close", [close for _, close in PAIRS[:17]])
def test_a_closing_mark_without_an_opening_one_ends_a_thought(close: str) -> None:
    assert both(f"a plan\n{close}\nOslo") == ("a plan\n", "Oslo")


@pytest.mark.parametrize(
    ("text", "thought", "answer"),
    [
        ("<think>a<think>b</think>c</think>d", "a<think>b</think>c", "d"),
        ("<think>a<think>b<think>c</think>d</think>e</think>f", "a<think>b<think>c</think>d</think>e", "f"),
        ("<think>the <think> tag</think>answer", "the <think> tag", "answer"),
        ("<think></think>\n<think>b</think>c", "b", "c"),
        ("<think>a</think>\n\n<think>b</think>\n\nc", "a\n\nb", "c"),
        ("<thinking>a</think>b</thinking>c", "a</think>b", "c"),
        ("<thinker>a</thinker>", "", "<thinker>a</thinker>"),
        ("<table>", "", "<table>"),
        ("[THING]", "", "[THING]"),
        ("<|", "", "<|"),
        ("İ<think>", "", "İ<think>"),
        ("<think>İİİ</think>b", "İİİ", "b"),
    ],
)
def test_marks_may_be_nested_repeated_or_none(text: str, thought: str, answer: str) -> None:
    assert both(text) == (thought, answer)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("It is <|begin_of_box|>4<|end_of_box|>.", "It is 4."),
        ("<|begin_of_box|>\n4<|end_of_box|>", "4"),
        ("The mark `<|begin_of_box|>` opens it.", "The mark `<|begin_of_box|>` opens it."),
        ("```\n<|begin_of_box|>\n```\n<|begin_of_box|>x", "```\n<|begin_of_box|>\n```\nx"),
        ("Done.<|im_end|>", "Done."),
        ("Done.\n<|user|>\n", "Done.\n"),
        ("Done.<|endoftext|><|user|>", "Done."),
        ("Done.<|observation|>", "Done."),
        ("Done.<｜end▁of▁sentence｜>", "Done."),
        ("Done.<|return|>", "Done."),
        ("Done.</s>", "Done."),
        ("<s>old</s>", "<s>old</s>"),
        ("It ends with <|endoftext|>", "It ends with <|endoftext|>"),
        ("`<|im_end|>`", "`<|im_end|>`"),
        ("```\nx<|im_end|>", "```\nx<|im_end|>"),
        ("<|endoftext|>", "<|endoftext|>"),
        ("a<|im_end|>\nb", "a<|im_end|>\nb"),
        ("a <", "a <"),
        ("a<|im_", "a<|im_"),
        ("<|im_start|>assistant\nHello", "Hello"),
        ("<|assistant|>\nHello", "Hello"),
    ],
)
def test_marks_around_an_answer_are_taken_out_where_nobody_speaks_of_them(text: str, answer: str) -> None:
    assert both(text) == ("", answer)


def test_a_box_in_the_answer_after_a_thought_is_taken_out() -> None:
    message = said(
        {"reasoning_content": "2 and 2"},
        {"content": "It is <|begin_of"},
        {"content": "_box|>4<|end_of_box|>."},
    )
    assert (message.reasoning, message.content) == ("2 and 2", "It is 4.")
    assert both("so\n</think>\n<|begin_of_box|>4<|end_of_box|>") == ("so\n", "4")


@pytest.mark.parametrize(
    "delta",
    [
        {"reasoning_text": "why"},
        {"reasoning": {"content": "why"}},
        {"reasoning": {"summary": [{"type": "summary_text", "text": "why"}]}},
        {"reasoning": [{"type": "thinking", "thinking": "why", "signature": "s"}]},
        {"thinking": {"thinking": "why"}},
        {"thinking_blocks": [{"type": "thinking", "thinking": "why"}], "reasoning_content": "why"},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "why"}]}]},
        {"content": [{"type": "thinking", "thinking": "why", "signature": "s"}, {"type": "redacted_thinking",
        "data": "x"}]},
        {"content": [{"type": "reasoning", "text": "why"}]},
        {"content": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "why"}]}]},
    ],
)  # fmt: skip
def test_thought_is_found_in_objects_lists_and_blocks(delta: dict[str, Any]) -> None:
    message = said(delta, {"content": [{"type": "text", "text": "ok"}]})
    assert (message.reasoning, message.content, message.warnings) == ("why", "ok", ())
