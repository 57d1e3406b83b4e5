"""Tool calls that come twice, grow, or hold more than the API names."""

from typing import Any

import pytest

from glmchat.api import dialects
from glmchat.api.endpoint import Endpoint
from glmchat.api.messages import wire_messages
from glmchat.core.conversation import Message, Role, ToolCall
from tests.wire.helpers import assemble
from tests.wire.server import DONE, chunk

HEAD = {"index": 0, "id": "a", "type": "function"}


def called(*deltas: Any, field: str = "tool_calls") -> list[tuple[str, str, str]]:
    pieces = [chunk({field: delta}) for delta in deltas]
    message = assemble([*pieces, chunk({}, "tool_calls"), DONE])
    assert message.warnings == ()
    return [(call.id, call.name, call.arguments) for call in message.tool_calls]


def arguments(*pieces: Any) -> list[list[dict[str, Any]]]:
    """One call whose arguments come in these pieces."""
    head = [{**HEAD, "function": {"name": "f", "arguments": ""}}]
    return [head, *([{"index": 0, "function": {"arguments": piece}}] for piece in pieces)]


@pytest.mark.parametrize(
    "pieces",
    [
        ['{"x": 1}', '{"x": 1}'],
        ['{"x"', ": 1}", '{"x": 1}'],
        ['{"x": 1}', '{"x":1}', '{"x": 1}'],
        ["{}", '{"x": 1}'],
        ["{}", '{"x"', ": 1}"],
        [{}, {"x": 1}],
        [{"x": 1}, {"x": 1}],
        ["null", '{"x": 1}'],
        ['{"x": 1}', "{}"],
        ['{"x"', '{"x": ', '{"x": 1}'],
        ['{"x"', '{"x"', '{"x": 1}', '{"x": 1}'],
        ["", '{"x": 1', '{"x": 1}'],
    ],
)
def test_arguments_that_come_twice_or_grow_are_one_calls(pieces: list[Any]) -> None:
    ((_, _, got),) = called(*arguments(*pieces))
    assert got.replace(" ", "") == '{"x":1}'


def test_arguments_that_are_nothing_are_an_empty_object() -> None:
    assert called(*arguments("{}", "{}")) == [("a", "f", "{}")]
    assert called(*arguments("", "null")) == [("a", "f", "{}")]


def test_two_different_arguments_in_one_call_are_told_and_not_offered() -> None:
    pieces = [chunk({"tool_calls": delta}) for delta in arguments('{"x": 1}', '{"x": 2}')]
    message = assemble([*pieces, chunk({}, "tool_calls"), DONE])
    assert message.tool_calls == ()
    assert '{"x": 2}' in message.warnings[0]


@pytest.mark.parametrize(
    "names",
    [["get_", "get_weather"], ["get_weather"], ["get_", "weather"], ["get_weather", "get_weather"], ["g",
    "get", "get_weather"]],
)  # fmt: skip
def test_a_name_may_come_in_pieces_or_grow(names: list[str]) -> None:
    deltas = [[{"index": 0, "function": {"name": name, "arguments": ""}}] for name in names]
    deltas[0][0]["id"] = "a"
    assert called(*deltas, [{"index": 0, "function": {"arguments": "{}"}}]) == [("a", "get_weather", "{}")]


@pytest.mark.parametrize(
    ("deltas", "expected"),
    [
        # the whole list again in every delta
        ([[{**HEAD, "function": {"name": "f", "arguments": '{"x": 1}'}}]] * 3, [("a", "f", '{"x": 1}')]),
        ([[{"index": 0, "function": {"name": "f", "arguments": '{"x": 1}'}}]] * 2, [("call_0", "f", '{"x": 1}')]),
        # one index for all, new ids
        ([[{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}],
          [{"index": 0, "id": "b", "function": {"name": "f", "arguments": "{}"}}]], [("a", "f", "{}"), ("b",
          "f", "{}")]),
        # arguments that are an object, without index and id
        ([[{"function": {"name": "f", "arguments": {"x": 1}}}]], [("call_0", "f", '{"x": 1}')]),
        # one call where a list should be
        ([{"id": "a", "function": {"name": "f", "arguments": "{}"}}], [("a", "f", "{}")]),
        ([[{"index": "0", "id": "a", "name": "f", "arguments": "{}"}]], [("a", "f", "{}")]),
    ],
)  # fmt: skip
def test_calls_are_found_in_any_shape(deltas: list[Any], expected: list[tuple[str, str, str]]) -> None:
    assert called(*deltas) == expected


def test_the_older_function_call_may_grow_too() -> None:
    deltas = [{"name": "f", "arguments": ""}, {"arguments": '{"x"'}, {"arguments": '{"x": 1}'}]
    assert called(*deltas, field="function_call") == [("call_0", "f", '{"x": 1}')]


def test_a_block_of_content_that_calls_a_tool_is_a_call() -> None:
    block = {"type": "tool_use", "id": "t", "name": "f", "input": {"x": 1}}
    assert called([{"type": "text", "text": "So:"}, block], field="content") == [("t", "f", '{"x": 1}')]


SIGNED = {"google": {"thought_signature": "c2ln"}}


def signed() -> Message:
    deltas = [
        {**HEAD, "function": {"name": "f", "arguments": '{"x"', "strict": True}, "extra_content": SIGNED,
        "cache": None},
        {"index": 0, "id": "a", "function": {"arguments": ": 1}"}, "extra_content": {"google": {"more": 1}},
        "mood": "good"},
    ]  # fmt: skip
    return assemble([*(chunk({"tool_calls": [delta]}) for delta in deltas), chunk({}, "tool_calls"), DONE])


def test_members_of_a_call_that_nobody_knows_are_kept() -> None:
    (call,) = signed().tool_calls
    assert call.arguments == '{"x": 1}'
    assert call.extra == {
        "extra_content": {"google": {"thought_signature": "c2ln", "more": 1}},
        "mood": "good",
        "function": {"strict": True},
    }


@pytest.mark.parametrize(("provider", "back"), [("here", True), ("there", False)])
def test_members_that_nobody_knows_go_back_to_whom_they_came_from(provider: str, back: bool) -> None:
    (call,) = signed().tool_calls
    path = [
        Message(1, None, Role.USER, "hi"),
        Message(2, 1, Role.ASSISTANT, tool_calls=(call,), provider="here"),
        Message(3, 2, Role.TOOL, "fine", tool_call_id=call.id),
    ]
    dialect = dialects.of(Endpoint(provider, "http://127.0.0.1:1/v1"))
    (wire,) = wire_messages(dialect, path, provider=provider)[1]["tool_calls"]
    known = {"id": "a", "type": "function", "function": {"name": "f", "arguments": '{"x": 1}'}}
    if not back:
        assert wire == known
        return
    assert wire.pop("extra_content")["google"]["thought_signature"] == "c2ln"
    assert wire.pop("mood") == "good"
    assert wire["function"].pop("strict") is True
    assert wire == known


def test_calls_are_equal_by_what_they_say() -> None:
    assert signed().tool_calls == signed().tool_calls
    assert ToolCall("a", "f") == ToolCall("a", "f", "{}", None)


def test_many_calls_are_put_together_without_looking_through_all_for_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[object] = []

    def noted(call: ToolCall, other: object) -> bool:
        compared.append(call)
        return call is other

    monkeypatch.setattr(ToolCall, "__eq__", noted)
    deltas = [
        [{"index": at, "id": f"c{at}", "function": {"name": f"f{at}", "arguments": f'{{"n": {at}}}'}}]
        for at in range(500)
    ]
    message = assemble([*(chunk({"tool_calls": delta}) for delta in deltas), chunk({}, "tool_calls"), DONE])
    assert [(call.id, call.name) for call in message.tool_calls] == [
        (f"c{at}", f"f{at}") for at in range(500)
    ]
    assert len(compared) <= 500
