from typing import Any

import pytest

from glmchat.api import dialect_rows
from glmchat.api.alternation import OPENING, arrange
from glmchat.api.messages import wire_messages
from glmchat.core.conversation import Message, Role, State, ToolCall

CALL = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
PICTURE = {"type": "image_url", "image_url": {"url": "data:,"}}


def system(text: str) -> dict[str, Any]:
    return {"role": "system", "content": text}


def user(text: Any) -> dict[str, Any]:
    return {"role": "user", "content": text}


def reply(text: str, **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": text, **more}


def result(text: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": "c", "content": text}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ([], []),
        ([system("s"), user("a"), reply("b"), user("c")], [system("s"), user("a"), reply("b"), user("c")]),
        ([user("a"), user("b")], [user("a\n\nb")]),
        ([user("a"), user("b"), user("c"), reply("d"), user("e")], [user("a\n\nb\n\nc"), reply("d"), user("e")]),
        ([user("a"), reply(""), user("b")], [user("a\n\nb")]),
        ([user("a"), reply("b"), user(""), reply("c"), user("d")], [user("a"), reply("b\n\nc"), user("d")]),
        ([user("a"), user([PICTURE])], [user([{"type": "text", "text": "a"}, PICTURE])]),
        (
            [user("a"), reply("", tool_calls=[CALL]), result(""), result("y"), user("b")],
            [user("a"), reply("", tool_calls=[CALL]), result(""), result("y"), user("b")],
        ),
        (
            [user("a"), reply("let me see"), reply("", tool_calls=[CALL]), result("x")],
            [user("a"), reply("let me see", tool_calls=[CALL]), result("x")],
        ),
        ([system("s"), reply("hello"), user("a")], [system("s"), user(OPENING), reply("hello"), user("a")]),
        ([system("s"), system("t"), user("a")], [system("s\n\nt"), user("a")]),
        ([user("a"), reply("b"), system("t"), user("c")], [system("t"), user("a"), reply("b"), user("c")]),
    ],
)  # fmt: skip
def test_roles_take_turns(given: list[dict[str, Any]], sent: list[dict[str, Any]]) -> None:
    before = [dict(each) for each in given]
    assert arrange(given).messages == sent
    assert given == before


def test_a_question_without_an_answer_is_left_out_where_that_is_wished() -> None:
    given = [user("a"), user("b"), reply("c"), user("d"), user("e"), user("f")]
    arranged = arrange(given, leave_out=True)
    assert arranged.messages == [user("b"), reply("c"), user("f")]
    assert arranged.notes == ("3 questions that have no answer are left out.",)


def test_what_was_done_is_told_and_nothing_where_nothing_was() -> None:
    assert arrange([user("a"), reply("b"), user("c")]).notes == ()
    assert arrange([user("a"), user("b")]).notes == (
        "One question that has no answer is sent in one message with the next.",
    )
    assert OPENING in arrange([reply("a"), user("b")]).notes[0]
    assert arrange([system("a"), system("b")]).notes == ("2 system prompts are sent as one.",)


@pytest.mark.parametrize("state", [State.FAILED, State.STOPPED, State.CUT])
def test_a_reply_without_a_word_leaves_no_gap(state: State) -> None:
    calls = (ToolCall("lost", "f"),)
    path = [
        Message(1, None, Role.USER, "a"),
        Message(2, 1, Role.ASSISTANT, reasoning="hm", tool_calls=calls, state=state),
        Message(3, 2, Role.USER, "b"),
    ]
    assert arrange(wire_messages(dialect_rows.BY_NAME["wcode"], path)).messages == [user("a\n\nb")]
