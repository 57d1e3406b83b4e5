"""JSON from outside that is nested for the nesting's sake, wherever it is read."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from httpx_sse import ServerSentEvent

from glmchat.api.errors import bodies
from glmchat.api.events import ContentDelta, Warned
from glmchat.api.replies.assembly import Assembler
from glmchat.config import rows
from glmchat.config.rows import RefusedError
from glmchat.core.conversation import Message, Role, State
from glmchat.core.parameters import TABLE, schemas
from glmchat.core.parameters.kind import ValueRefused
from glmchat.history.codec import dump, to_json
from glmchat.support import bounded_json
from glmchat.tui.screens.tool_result import pretty
from glmchat.turn import ending_notes
from glmchat.turn.reply import Reply

DEPTHS = [300, 900, 990, 200_000]
SHAPES = {"lists": ("[", "]"), "objects": ('{"text":', "}"), "both": ('[{"a":', "}]")}


def nested(depth: int, shape: str = "lists") -> str:
    begin, end = SHAPES[shape]
    return begin * depth + ("" if shape == "lists" else "1") + end * depth


def test_a_number_of_too_many_digits_costs_nothing_that_a_server_sends_beside_it() -> None:
    text = '{"n": -%s, "beside": 12}' % ("9" * 6000)
    assert bounded_json.loads(text, lenient=True) == {"n": -math.inf, "beside": 12}
    with pytest.raises(ValueError, match="digits"):
        bounded_json.loads(text)
    for broken in (text[:-1], text + "]", text.replace("12", "1" + nested(200_000))):
        with pytest.raises(ValueError, match=r"\w"):
            bounded_json.loads(broken, lenient=True)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("depth", DEPTHS)
def test_what_is_nested_too_deeply_is_refused_as_what_is_no_json(depth: int, shape: str) -> None:
    for text in (nested(depth, shape), nested(depth, shape)[:depth]):
        with pytest.raises(ValueError, match=r"\w"):
            bounded_json.loads(text)
        with pytest.raises(ValueError, match=r"\w"):
            bounded_json.loads_all(["{}", text])


def test_honest_json_is_read() -> None:
    for value in ({"a": [1, {"b": None}]}, [[1, 2], {"c": {}}] * 500, "[" * 1_000, json.loads(nested(199))):
        assert bounded_json.loads(json.dumps(value)) == value
    assert bounded_json.loads_all(['{"a": [1]}', "2"]) == [{"a": [1]}, 2]
    assert bounded_json.loads('{"a": "\x01"}', lenient=True) == {"a": "\x01"}


FORMATS: list[dict[str, Any]] = [
    {"type": "json_object"},
    {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}},
]


@pytest.mark.parametrize("wanted", FORMATS, ids=lambda each: each["type"])
@pytest.mark.parametrize("text", [*map(nested, DEPTHS), "[" * 200_000, '{"a":' * 200_000, "1" * 50_000])
def test_a_reply_of_nothing_but_brackets_is_not_json(text: str, wanted: dict[str, Any]) -> None:
    message = Message(1, None, Role.ASSISTANT, text)
    told = ending_notes.departure({"response_format": wanted}, message) or ""
    assert told.startswith("This reply is not what response_format asked for: the reply is not JSON: ")
    assert len(told) < 500


SCHEMAS: list[Any] = [
    json.loads(nested(150, "objects")), {"pattern": "(" * 20_000}, {"$ref": "#/nowhere"}, {"$schema": {"a": 1}},
    {"$ref": 5}, {"$schema": 5}, {"type": "x"}, {"properties": []}, {"allOf": [{"$ref": "#"}]}, 5, None, [], {"$ref": "http://[::1"},
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda each: str(each)[:20])
def test_no_schema_breaks_the_check_of_it_or_of_a_reply(schema: Any) -> None:
    wrong = schemas.schema_error(schema)
    assert wrong is None or wrong
    if wrong is None and isinstance(schema, dict):
        told = schemas.reply_error(schema, '{"a": {"a": [1]}}')
        assert told is None or told


FIELDS = (
    "content",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "tool_calls",
    "function_call",
    "refusal",
)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("depth", [150, *DEPTHS])
def test_no_piece_of_a_reply_breaks_the_reading_of_it(depth: int, shape: str) -> None:
    value = nested(depth, shape)
    pieces = [f'{{"choices":[{{"index":0,"delta":{{"{field}":{value}}}}}]}}' for field in FIELDS]
    pieces += [
        f'{{"choices":[{{"index":0,"delta":{{}},"{name}":{value}}}]}}'
        for name in ("logprobs", "text", "usage")
    ]
    pieces += [f'{{"{name}":{value}}}' for name in ("error", "data", "usage", "model", "choices")]
    for piece in pieces:
        assembler, reply = Assembler(), Reply(1)
        events = assembler.feed([ServerSentEvent(data=piece)])
        if assembler.error_body is None:
            events += assembler.feed([ServerSentEvent(data='{"choices":[{"delta":{"content":"ok"}}]}')])
            assert any(isinstance(event, ContentDelta) and event.text.endswith("ok") for event in events)
        events += assembler.end(complete=True)
        if depth > bounded_json.DEEPEST:
            assert any(isinstance(event, Warned) for event in events), piece[:60]
        for event in events:
            reply.add(event)
        assert dump(to_json(reply.message(State.COMPLETE)))


@pytest.mark.parametrize("depth", DEPTHS)
def test_no_error_body_breaks_the_reading_of_it(depth: int) -> None:
    for name in ("error", "detail", "message"):
        for value in (nested(depth), f'{{"{name}":' * depth + '"x"' + "}" * depth):
            assert bodies.read(f'{{"{name}": {value}}}').message is not None


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("name", ["response_format", "tools", "logit_bias", "tool_choice", "stop"])
def test_a_value_that_is_nested_too_deeply_is_refused(name: str, depth: int) -> None:
    row = next(row for row in TABLE if row.name == name)
    with pytest.raises(ValueRefused):
        row.parse(nested(depth, "lists"))


def test_arguments_and_settings_that_are_nested_too_deeply_stay_as_they_are() -> None:
    for depth in DEPTHS:
        assert pretty(nested(depth)) == nested(depth)
    value: dict[str, Any] = {}
    for _ in range(5_000):
        value = {"a": value}
    with pytest.raises(RefusedError):
        rows.table(value)
