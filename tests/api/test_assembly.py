import json
from typing import Any

import pytest

from glmchat.core.conversation import Message, State, ToolCall
from tests.wire.helpers import assemble
from tests.wire.server import DONE, chunk


def said(*deltas: dict[str, Any], finish: str = "stop") -> Message:
    return assemble([*(chunk(delta) for delta in deltas), chunk({}, finish), DONE])


def raw(*bodies: Any) -> Message:
    return assemble([b"data: " + json.dumps(body).encode() + b"\n\n" for body in bodies] + [DONE])


@pytest.mark.parametrize("size", [1, 1_000])
def test_a_byte_order_mark_costs_no_event(size: int) -> None:
    stream = b"\xef\xbb\xbf" + chunk({"content": "first"}, "stop") + DONE
    message = assemble([stream[at : at + size] for at in range(0, len(stream), size)])
    assert (message.content, message.state) == ("first", State.COMPLETE)


@pytest.mark.parametrize(
    "deltas",
    [
        [{"reasoning": "a"}, {"reasoning": "b"}],
        [{"reasoning_content": "a"}, {"reasoning_content": "b"}],
        [{"reasoning": "a", "reasoning_content": "a"}, {"reasoning": "b", "reasoning_content": "b"}],
        [{"reasoning": "a"}, {"reasoning_content": "a"}, {"reasoning": "b"}, {"reasoning_content": "b"}],
        [{"reasoning": "a"}, {"reasoning": "b"}, {"reasoning_content": "ab"}],
        [{"reasoning_content": "a"}, {"reasoning": "ab", "content": ""}],
        [{"reasoning_details": [{"type": "reasoning.text", "text": "a"}]},
         {"reasoning_details": [{"type": "reasoning.text", "text": "b"}]}],
        [{"reasoning": "a", "reasoning_details": [{"type": "reasoning.text", "text": "a"}]},
         {"reasoning": "b", "reasoning_details": [{"type": "reasoning.text", "text": "b"}]}],
        [{"reasoning": "ab"}, {"reasoning_details": [{"type": "reasoning.text", "text": "ab"}]}],
        [{"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "ab"}]}]}],
        [{"thinking": "ab"}],
    ],
)  # fmt: skip
def test_thought_is_taken_once_from_whichever_fields_carry_it(deltas: list[dict[str, Any]]) -> None:
    message = said(*deltas, {"content": "answer"})
    # A field that repeats all and adds more counts only with what it adds.
    assert message.reasoning == "ab"
    assert message.content == "answer"


def test_details_without_text_are_kept_to_be_sent_back() -> None:
    message = said(
        {"reasoning_details": [{"type": "reasoning.text", "index": 0, "text": "a", "signature": None}]},
        {"reasoning_details": [{"type": "reasoning.text", "index": 0, "text": "b", "signature": "s"}]},
        {"reasoning_details": [{"type": "reasoning.encrypted", "index": 1, "data": "xyz", "id": "r"}]},
        {"content": "ok"},
    )
    assert message.reasoning == "ab"
    assert message.reasoning_details == (
        {"type": "reasoning.text", "index": 0, "text": "ab", "signature": "s"},
        {"type": "reasoning.encrypted", "index": 1, "data": "xyz", "id": "r"},
    )


@pytest.mark.parametrize(
    ("content", "thought", "answer"),
    [
        ("<think>a</think>b", "a", "b"),
        ("\n\n<think>a</think>\n\nb", "a", "b"),
        ("<think></think>\n\nb", "", "b"),
        ("<think>never closed", "never closed", ""),
        ("<thin air>", "", "<thin air>"),
        ("<think", "", "<think"),
        ("a <think>b</think> c", "", "a <think>b</think> c"),
        ("thought\n</think>\n\nanswer", "thought\n", "answer"),
        ("a `</think>` b", "", "a `</think>` b"),
        ("a ``x ` </think> `` b", "", "a ``x ` </think> `` b"),
        ("```\n</think>\n```\nb", "", "```\n</think>\n```\nb"),
        ("~~~\n```\n</think>\n~~~", "", "~~~\n```\n</think>\n~~~"),
        ("```\ncode\n```\nso</think>b", "```\ncode\n```\nso", "b"),
        ("an odd ` mark\n\nnext</think>b", "an odd ` mark\n\nnext", "b"),
        ('write "</think>" here', "", 'write "</think>" here'),
        ("写“</think>”吧", "", "写“</think>”吧"),
        ("a `</think>` b </think>c", "a `</think>` b ", "c"),
        ("\n\n\na", "", "a"),
        ("\n\n", "", ""),
    ],
)
def test_tags_sort_thought_from_answer(content: str, thought: str, answer: str) -> None:
    message = said(*({"content": char} for char in content))
    assert (message.reasoning, message.content) == (thought, answer)
    whole = said({"content": content})
    assert (whole.reasoning, whole.content) == (thought, answer)


def test_a_lone_tag_is_text_where_thought_came_in_a_field() -> None:
    message = said({"reasoning": "r"}, {"content": "a </think> b"})
    assert (message.reasoning, message.content) == ("r", "a </think> b")


def test_a_lone_tag_is_text_where_thinking_was_switched_off() -> None:
    message = assemble([chunk({"content": "a </think> b"}), chunk({}, "stop"), DONE], reasoning_off=True)
    assert (message.reasoning, message.content) == ("", "a </think> b")


def test_thought_in_a_field_and_again_in_tags_is_shown_once() -> None:
    message = said({"reasoning_content": "deep"}, {"content": "<think>\ndeep\n</think>\n\nok"})
    assert (message.reasoning, message.content) == ("deep", "ok")


def test_halves_of_a_character_join_across_deltas() -> None:
    half = assemble(
        [
            b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n',
            b'data: {"choices":[{"delta":{"content":"\\ude00"},"finish_reason":"stop"}]}\n\n',
        ]
    )
    assert half.content == "😀"
    lone = assemble([b'data: {"choices":[{"delta":{"content":"a\\ud83d"},"finish_reason":"stop"}]}\n\n'])
    assert lone.content == "a\ud83d"


CALL = {"name": "f", "arguments": '{"a": 1}'}


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        # by index, ids blank or repeated
        ([{"index": 0, "id": "x", "function": {"name": "f", "arguments": '{"a"'}},
          {"index": 0, "id": "", "function": {"name": "", "arguments": ": 1}"}}], [("x", "f", '{"a": 1}')]),
        ([{"index": 0, "id": "x", "function": {"name": "f", "arguments": '{"a"'}},
          {"index": 0, "id": "x", "function": {"name": "f", "arguments": ": 1}"}}], [("x", "f", '{"a": 1}')]),
        # a fresh id for every piece
        ([{"index": 0, "id": "x", "function": {"name": "f", "arguments": '{"a"'}},
          {"index": 0, "id": "y", "function": {"arguments": ": 1}"}}], [("x", "f", '{"a": 1}')]),
        # no index, ids only
        ([{"id": "x", "function": CALL}, {"id": "y", "function": {"name": "g", "arguments": "{}"}}],
         [("x", "f", '{"a": 1}'), ("y", "g", "{}")]),
        ([{"id": "x", "function": {"name": "f", "arguments": '{"a"'}},
          {"id": "y", "function": {"name": "g", "arguments": "{}"}},
          {"id": "x", "function": {"arguments": ": 1}"}}], [("x", "f", '{"a": 1}'), ("y", "g", "{}")]),
        # every call with index 0
        ([{"index": 0, "id": "x", "function": CALL},
          {"index": 0, "id": "y", "function": {"name": "g", "arguments": "{}"}}],
         [("x", "f", '{"a": 1}'), ("y", "g", "{}")]),
        # neither index nor id: by name
        ([{"function": {"name": "f", "arguments": '{"a"'}}, {"function": {"arguments": ": 1}"}},
          {"function": {"name": "g", "arguments": ""}}], [("call_0", "f", '{"a": 1}'), ("call_1", "g", "{}")]),
        # the same function twice, without ids
        ([{"function": CALL}, {"function": CALL}], [("call_0", "f", '{"a": 1}'), ("call_1", "f", '{"a": 1}')]),
        # arguments as an object, null, and the word null
        ([{"index": 0, "id": "x", "function": {"name": "f", "arguments": {"a": 1}}}], [("x", "f", '{"a": 1}')]),
        ([{"index": 0, "id": "x", "function": {"name": "f", "arguments": None}}], [("x", "f", "{}")]),
        ([{"index": 0, "id": "x", "function": {"name": "f", "arguments": "null"}}], [("x", "f", "{}")]),
        ([{"index": 0, "id": "x", "function": {"name": "f"}}], [("x", "f", "{}")]),
        # a name in two pieces
        ([{"index": 0, "id": "x", "function": {"name": "get_"}},
          {"index": 0, "function": {"name": "time", "arguments": "{}"}}], [("x", "get_time", "{}")]),
    ],
)  # fmt: skip
def test_tool_calls_assemble(pieces: list[dict[str, Any]], expected: list[tuple[str, str, str]]) -> None:
    message = said(*({"tool_calls": [piece]} for piece in pieces), finish="tool_calls")
    assert [(call.id, call.name, call.arguments) for call in message.tool_calls] == expected
    at_once = said({"tool_calls": pieces}, finish="tool_calls")
    assert at_once.tool_calls == message.tool_calls


def test_the_older_function_call_is_a_tool_call() -> None:
    message = said(
        {"function_call": {"name": "f", "arguments": '{"a"'}}, {"function_call": {"arguments": ": 1}"}}
    )
    assert message.tool_calls == (ToolCall("call_0", "f", '{"a": 1}'),)


def test_calls_of_a_cut_reply_are_never_offered() -> None:
    message = assemble([chunk({"tool_calls": [{"index": 0, "id": "x", "function": CALL}]})])
    assert message.state is State.CUT
    assert message.tool_calls == ()


def test_a_call_whose_arguments_are_broken_is_told_and_not_offered() -> None:
    message = said({"tool_calls": [{"index": 0, "id": "x", "function": {"name": "f", "arguments": '{"a'}}]})
    assert message.tool_calls == ()
    assert '{"a' in message.warnings[0]


def test_a_whole_message_after_the_deltas_is_not_said_twice() -> None:
    whole = {"role": "assistant", "content": "ab", "tool_calls": [{"id": "x", "function": CALL}]}
    message = raw(
        {"choices": [{"index": 0, "delta": {"content": "a", "tool_calls": [{"id": "x", "function": CALL}]}}]},
        {"choices": [{"index": 0, "delta": {"content": "b"}}]},
        {"choices": [{"index": 0, "finish_reason": "stop", "message": whole}]},
    )
    assert message.content == "ab"
    assert message.tool_calls == (ToolCall("x", "f", '{"a": 1}'),)


def test_a_spoken_answer_is_its_transcript() -> None:
    pieces = [{"id": "a", "transcript": "Good "}, {"transcript": "day"}, {"data": "AAAA", "expires_at": 1}]
    assert said(*({"audio": piece} for piece in pieces)).content == "Good day"


def test_the_result_of_a_tool_within_a_reply_is_no_part_of_it() -> None:
    message = said(
        {"role": "tool", "content": "raw", "tool_call_id": "x"}, {"role": "assistant", "content": "Good"}
    )
    assert message.content == "Good"
    assert "result of a tool" in message.warnings[0]


def test_odd_shapes_do_no_harm() -> None:
    message = raw(
        {"choices": None},
        {"choices": [None]},
        {"choices": [{"index": 0, "delta": None}]},
        {"choices": [{"delta": {"content": [{"type": "text", "text": "a"}, "b", {"type": "image_url"}]}}]},
        {
            "choices": [
                {"delta": {"content": {"no": "text"}, "tool_calls": "nonsense"}, "finish_reason": "stop"}
            ]
        },
        [1, 2],
        "text",
    )
    assert message.content == "ab"
    assert message.state is State.COMPLETE
    assert len(message.warnings) == 4
    assert "is not shown" in message.warnings[0]
    assert '{"no": "text"}' in message.warnings[1]


def test_refusals_and_probabilities_grow() -> None:
    entry = {"token": "a", "logprob": -0.1, "bytes": [97], "top_logprobs": []}
    message = raw(
        {"choices": [{"delta": {"refusal": "I "}, "logprobs": {"content": [entry], "refusal": None}}]},
        {
            "choices": [
                {"delta": {"refusal": "won't"}, "logprobs": {"content": [entry]}, "finish_reason": "stop"}
            ]
        },
    )
    assert message.refusal == "I won't"
    assert message.logprobs == {"content": [entry, entry], "refusal": None}
    assert message.content == ""


@pytest.mark.parametrize(
    "last",
    [
        {"choices": [], "usage": {"prompt_tokens": 1}},
        {"choices": [{"index": 0, "delta": {}, "usage": {"prompt_tokens": 1}}]},
        {"choices": [], "x_groq": {"usage": {"prompt_tokens": 1}}},
        {"choices": [], "usage": None, "usageMetadata": {"prompt_tokens": 1}},
        {"choices": [], "usage_metadata": {"prompt_tokens": 1}},
        {"usage": {"prompt_tokens": 1}},
    ],
)
def test_usage_is_found_where_servers_put_it(last: dict[str, Any]) -> None:
    message = raw({"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}], "usage": None}, last)
    assert message.usage == {"prompt_tokens": 1}


def test_a_reply_describes_itself_whenever_it_does() -> None:
    message = raw(
        {"id": "", "model": "", "created": 0, "choices": []},
        {"id": "x", "choices": [{"delta": {"content": "a"}}]},
        {"id": "y", "model": "m", "created": 5.5, "choices": [{"delta": {}, "finish_reason": "stop"}]},
    )
    assert (message.response_id, message.model, message.created) == ("x", "m", 5)


def test_control_characters_that_a_server_forgot_to_escape_are_text() -> None:
    message = assemble(
        [b'data: {"choices":[{"delta":{"content":"a\x00\tb"},"finish_reason":"stop"}]}\n\n', DONE]
    )
    assert (message.content, message.warnings) == ("a\x00\tb", ())


def test_events_that_come_together_are_parsed_together(monkeypatch: pytest.MonkeyPatch) -> None:
    from glmchat.support.bounded_json import loads, loads_all

    parsed: list[int] = []

    def counting_all(texts: list[str]) -> list[Any]:
        parsed.append(len(texts))
        return loads_all(texts)

    def counting(text: str) -> Any:
        parsed.append(1)
        return loads(text)

    monkeypatch.setattr("glmchat.support.bounded_json.loads_all", counting_all)
    monkeypatch.setattr("glmchat.api.replies.payloads.read_json", counting)
    message = assemble([b"".join(chunk({"content": "x"}) for _ in range(500)), chunk({}, "stop") + DONE])
    assert message.content == "x" * 500
    assert parsed == [500, 1]


@pytest.mark.parametrize("value", ["1e400", "9" * 4000, "-1", "true", '"²"', "NaN", "[]"])
def test_senseless_numbers_do_no_harm(value: str) -> None:
    head = (
        f'data: {{"created": {value}, "usage": {{"prompt_tokens": {value}, "completion_tokens": {value}}}, '
    )
    body = head + '"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]}\n\n'
    message = assemble([body.encode()])
    assert (message.content, message.created) == ("a", None)
    error = assemble([f'data: {{"error": {{"code": {value}, "message": "m"}}}}\n\n'.encode()])
    assert error.failure is not None
    assert error.failure.message == "m"
