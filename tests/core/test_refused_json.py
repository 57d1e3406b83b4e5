"""JSON that is refused is shown as JSON, not as Python writes it."""

from __future__ import annotations

from typing import Any

import pytest

from glmchat.core.parameters import BY_NAME
from glmchat.core.parameters.kind import ValueRefused
from glmchat.core.parameters.schemas import reply_error, schema_error


@pytest.mark.parametrize(
    ("schema", "reply", "said"),
    [
        ({"type": "string"}, "null", '$: null is not of type "string"'),
        ({"type": "object"}, "[true]", '$: [true] is not of type "object"'),
        ({"properties": {"a": {"enum": ["b", "c"]}}}, '{"a": "x"}', '$.a: "x" is not one of ["b", "c"]'),
        ({"properties": {"a": {"type": "integer"}}}, '{"a": "字"}', '$.a: "字" is not of type "integer"'),
    ],
)
def test_a_reply_that_departs_from_its_schema(schema: Any, reply: str, said: str) -> None:
    assert reply_error(schema, reply) == said


def test_a_schema_that_is_none() -> None:
    assert schema_error({"type": "text"}) == '"text" is not valid under any of the given schemas'


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("logit_bias", '{"42": 500.0}', 'logit_bias cannot be {"42": 500.0}: it takes'),
        ("logit_bias", '{\n "a":\t"x"\n}', 'logit_bias cannot be {"a": "x"}: it takes'),
        ("temperature", "warm", "temperature cannot be 'warm': it takes"),
    ],
)
def test_a_value_that_is_refused_is_shown_in_one_line(name: str, text: str, shown: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        BY_NAME[name].parse(text)
    assert str(refused.value).startswith(shown)
