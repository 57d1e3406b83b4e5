import pytest

from glmchat.core.conversation import Message, Role, State, ToolCall
from glmchat.turn.ending_notes import note


def reply(finish: str | None = "stop", **more: object) -> Message:
    return Message(1, None, Role.ASSISTANT, finish_reason=finish, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("finish", ["stop", "tool_calls", None, "something new"])
def test_an_answer_that_ends_as_usual_needs_no_note(finish: str | None) -> None:
    assert note(reply(finish, content="An answer.")) == ""
    assert note(reply(finish, refusal="No.")) == ""
    assert note(reply(finish, tool_calls=(ToolCall("a", "f"),))) == ""


def test_a_thought_that_used_up_the_limit_says_how_to_get_an_answer() -> None:
    told = note(reply("length", reasoning="Hm.", sent={"max_tokens": 300}))
    assert told.startswith("The thought used up all 300 tokens")
    assert "max_tokens" in told
    assert "300" in note(reply("length", reasoning="Hm.", sent={"max_completion_tokens": 300}))
    assert note(reply("length", reasoning="Hm.")).startswith("The thought used up all tokens")


@pytest.mark.parametrize("finish", ["length", "content_filter", "sensitive", "model_context_window_exceeded"])
def test_an_unusual_end_is_told(finish: str) -> None:
    assert note(reply(finish, content="Half"))


def test_a_reply_without_an_answer_is_told() -> None:
    assert "without any text" in note(reply("stop"))
    assert "without an answer" in note(reply("stop", reasoning="Hm."))


def test_a_reply_that_failed_or_runs_tells_of_itself() -> None:
    assert note(reply(None, state=State.STREAMING)) == ""
    assert note(reply(None, state=State.STOPPED)) == ""
