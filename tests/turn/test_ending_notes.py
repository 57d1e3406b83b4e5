import pytest

from glmchat.core.conversation import Message, Role, State, ToolCall
from glmchat.turn.ending_notes import note, remarks


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


@pytest.mark.parametrize(
    "content",
    [
        "<tool_call>look\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n</tool_call>",
        'I look.\n<tool_call>\n{"name": "look", "arguments": {}}\n</tool_call>\n',
        '[TOOL_CALLS] [{"name": "look", "arguments": {}}]',
        'Let me see.<｜｜DSML｜｜tool_calls>\n<｜｜DSML｜｜invoke name="ls">\n</｜｜DSML｜｜tool_calls>',
        '<|channel|>commentary to=functions.ls <|constrain|>json<|message|>{"path": "/"}<|call|>',
        '<|channel|>commentary<|message|>{"path": "/"}<|end|>',
        '<|open|>tools<|sep|><|open|>call tool="ls" index="1"<|sep|><|close|>call<|sep|><|close|>tools<|sep|>',
        "<|tool_calls_section_begin|><|tool_call_begin|>look<|tool_call_end|><|tool_calls_section_end|>",
    ],
)
def test_a_call_that_the_endpoint_left_in_the_text_is_told_where_tools_were_offered(content: str) -> None:
    tools = {"tools": [{"type": "function", "function": {"name": "look"}}]}
    written = reply(content=content, sent=tools)
    assert "tool parser" in note(written) and remarks(written) == [note(written)]
    assert note(reply(content=content)) == "" and remarks(reply(content=content, sent={"tools": []})) == []
    assert (
        note(reply(content=f"{content}\nis how GLM writes a call.", sent=tools)) == "" or "[TOOL" in content
    )
    assert note(reply("tool_calls", content=content, sent=tools, tool_calls=(ToolCall("a", "look"),))) == ""


def test_a_reply_that_failed_or_runs_tells_of_itself() -> None:
    assert note(reply(None, state=State.STREAMING)) == ""
    assert note(reply(None, state=State.STOPPED)) == ""
