import pytest

from glmchat.api import dialect_rows
from glmchat.api.messages import wire_messages
from glmchat.core.conversation import Message, Role, ToolCall

CALL = ToolCall("c1", "f", '{"a": 1}')
WIRE_CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
DETAILS = ({"type": "reasoning.text", "text": "why"},)

USER = Message(1, None, Role.USER, "hi")
CALLING = Message(2, 1, Role.ASSISTANT, reasoning="why", reasoning_details=DETAILS, tool_calls=(CALL,))
RESULT = Message(3, 2, Role.TOOL, "42", tool_call_id="c1")


@pytest.mark.parametrize(
    ("dialect", "extra"),
    [
        ("wcode", {"reasoning_details": list(DETAILS)}),
        ("deepseek", {"reasoning_content": "why"}),
        ("zai", {"reasoning_content": "why"}),
        ("vllm", {"reasoning": "why"}),
        ("openai", {}),
        ("mistral", {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "why"}]}]}),
        ("minimax", {"reasoning_details": list(DETAILS)}),
    ],
)
def test_a_tool_turn_carries_calls_results_and_thought(dialect: str, extra: dict[str, object]) -> None:
    wire = wire_messages(dialect_rows.BY_NAME[dialect], [USER, CALLING, RESULT], "be brief")
    assert wire == [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "", "tool_calls": [WIRE_CALL], **extra},
        {"role": "tool", "tool_call_id": "c1", "content": "42"},
    ]


def test_thought_outside_a_tool_turn_is_not_sent_back() -> None:
    said = Message(2, 1, Role.ASSISTANT, "hello", reasoning="why", reasoning_details=DETAILS)
    wire = wire_messages(dialect_rows.BY_NAME["wcode"], [USER, said, Message(3, 2, Role.USER, "more")])
    assert wire[1] == {"role": "assistant", "content": "hello"}
    assert len(wire) == 3


def test_calls_without_a_result_and_results_without_a_call_are_left_out() -> None:
    row = dialect_rows.BY_NAME["wcode"]
    assert wire_messages(row, [USER, CALLING]) == [{"role": "user", "content": "hi"}]
    assert wire_messages(row, [USER, RESULT]) == [{"role": "user", "content": "hi"}]


def test_empty_replies_are_left_out_and_refusals_count_as_said() -> None:
    row = dialect_rows.BY_NAME["wcode"]
    empty = Message(2, 1, Role.ASSISTANT, reasoning="cut while thinking")
    refused = Message(3, 1, Role.ASSISTANT, refusal="I won't")
    assert wire_messages(row, [USER, empty, refused])[1:] == [{"role": "assistant", "content": "I won't"}]


def test_no_system_prompt_means_no_system_message() -> None:
    assert wire_messages(dialect_rows.BY_NAME["wcode"], [USER], "") == [{"role": "user", "content": "hi"}]
