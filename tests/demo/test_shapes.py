"""Values for JSON schemas."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from glmchat.core.parameters import schemas
from glmchat.demo.shapes import EndlessSchema, Shaper

SCHEMAS: list[dict[str, Any]] = [
    {},
    {"type": "object"},
    {"properties": {"a": {"type": "null"}}, "required": ["a", "b"]},
    {"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}},
    {"type": "array", "items": {"type": "integer", "minimum": 3}, "minItems": 5, "uniqueItems": True},
    {"type": "array", "prefixItems": [{"type": "string"}, {"type": "boolean"}], "items": False},
    {"type": "array", "items": {"type": "string"}, "maxItems": 0},
    {"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 6},
    {"type": "number", "minimum": 0.1, "maximum": 0.2},
    {"type": "integer", "multipleOf": 7, "maximum": -1},
    {"type": "string", "minLength": 300, "maxLength": 310},
    {"type": "string", "format": "date-time"},
    {"type": ["string", "null"]},
    {"const": {"a": [1, None]}},
    {"enum": [1, "two", None]},
    {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    {"allOf": [
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
        {"properties": {"b": {"type": "integer"}}, "required": ["b"]},
    ]},
    {"$defs": {"node": {"type": "object", "properties": {
        "value": {"type": "integer"}, "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
    }, "required": ["value", "next"]}}, "$ref": "#/$defs/node"},
]  # fmt: skip


def shape(schema: dict[str, Any], seed: int = 1) -> Any:
    return Shaper(schema, random.Random(seed), lambda name: f"text for {name}").value()


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: json.dumps(schema)[:50])
def test_a_value_fits_its_schema(schema: dict[str, Any]) -> None:
    for seed in range(20):
        assert schemas.reply_error(schema, json.dumps(shape(schema, seed))) is None


def test_free_texts_are_asked_for_by_the_name_of_their_key() -> None:
    assert shape({"type": "object", "properties": {"title": {"type": "string"}}}) == {
        "title": "text for title"
    }


def test_a_schema_without_an_end_is_given_up() -> None:
    with pytest.raises(EndlessSchema):
        shape({"type": "object", "properties": {"again": {"$ref": "#"}}, "required": ["again"]})
