"""Values that fit a JSON schema: what a grammar leaves to choose, chosen with a source of random numbers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from typing import Any

from glmchat.support.numbers import is_number

# Deeper than this, everything optional is left out, so that a schema that contains itself comes to an end;
# one that never does is given up at the second depth.
_DEPTH, _BOTTOM = 6, 40
# Texts and lists are not made longer than this, whatever a schema asks for.
_LONGEST, _MOST = 100_000, 2_000

_FORMATS: Mapping[str, str] = {
    "date": "2026-01-31", "time": "12:00:00Z", "date-time": "2026-01-31T12:00:00Z", "duration": "PT1H",
    "email": "someone@example.com", "hostname": "example.com", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
    "uri": "https://example.com/", "uuid": "00000000-0000-4000-8000-000000000000",
}  # fmt: skip


class EndlessSchema(Exception):
    """A schema of which no value is finite, or none that is found."""


class Shaper:
    """Makes values for a schema; `write(name)` gives the text of a free string, by the name of its key."""

    def __init__(self, root: Mapping[str, Any], source: random.Random, write: Callable[[str], str]) -> None:
        self._root, self._source, self._write = root, source, write

    def value(self) -> Any:
        """A value that fits the schema, as far as it has no patterns or conditions; raises `EndlessSchema`."""
        return self._make(self._root, "", 0)

    def _make(self, schema: Any, name: str, depth: int) -> Any:
        if depth > _BOTTOM:
            raise EndlessSchema
        if not isinstance(schema, Mapping):
            return self._write(name)
        schema = self._resolve(schema, depth)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._source.choice(list(schema["enum"]))
        match self._type(schema, depth):
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, name, depth)
            case "integer" | "number" as kind:
                return self._number(schema, kind == "integer")
            case "boolean":
                return self._source.random() < 0.5
            case "null":
                return None
        return self._string(schema, name)

    def _resolve(self, schema: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
        """Follow a reference, take the first way of anyOf and oneOf, and put the parts of allOf together."""
        for _ in range(20):
            if isinstance(reference := schema.get("$ref"), str):
                schema = {**{k: v for k, v in schema.items() if k != "$ref"}, **self._lookup(reference)}
            elif ways := schema.get("anyOf") or schema.get("oneOf"):
                rest = {k: v for k, v in schema.items() if k not in ("anyOf", "oneOf")}
                schema = _merge(rest, ways[-1] if depth > _DEPTH else ways[0])
            elif parts := schema.get("allOf"):
                schema = {k: v for k, v in schema.items() if k != "allOf"}
                for part in parts:
                    schema = _merge(schema, self._resolve(part, depth))
            else:
                break
        return schema

    def _lookup(self, reference: str) -> Mapping[str, Any]:
        found: Any = self._root
        for key in reference.removeprefix("#").strip("/").split("/"):
            if key:
                found = found.get(key.replace("~1", "/").replace("~0", "~"), {})
        return found if isinstance(found, Mapping) else {}

    def _type(self, schema: Mapping[str, Any], depth: int) -> str:
        kinds = schema.get("type")
        if isinstance(kinds, list):
            return str(kinds[-1] if depth > _DEPTH else kinds[0])
        if isinstance(kinds, str):
            return kinds
        for keys, kind in (
            (("properties", "required", "additionalProperties"), "object"),
            (("items", "prefixItems", "minItems"), "array"),
            (("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
        ):
            if any(key in schema for key in keys):
                return kind
        return "string"

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = list(schema.get("required", ()))
        names = [name for name in properties if depth < _DEPTH or name in required]
        names += [name for name in required if name not in properties]
        out = {name: self._make(properties.get(name, {}), name, depth + 1) for name in names}
        for number in range(schema.get("minProperties", 0) - len(out)):
            out[f"key{number + 1}"] = self._make(schema.get("additionalProperties"), "", depth + 1)
        return out

    def _array(self, schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
        first = [self._make(each, name, depth + 1) for each in schema.get("prefixItems", ())]
        least, most = schema.get("minItems", 0), schema.get("maxItems", math.inf)
        size = min(max(least, 0 if depth >= _DEPTH else 2), most)
        items = schema.get("items", {})
        if items is False:
            return first
        out = list(first)
        for _ in range(_MOST):
            if len(out) >= size:
                break
            value = self._make(items, name, depth + 1)
            if not schema.get("uniqueItems") or value not in out:
                out.append(value)
            elif is_number(value):
                out.append(max(each for each in out if isinstance(each, int | float)) + 1)
        return out

    def _number(self, schema: Mapping[str, Any], whole: bool) -> float | int:
        low, high = schema.get("minimum"), schema.get("maximum")
        step = schema.get("multipleOf") or (1 if whole else 0.5)
        if (above := schema.get("exclusiveMinimum")) is not None:
            low = above + step if low is None else max(low, above + step)
        if (below := schema.get("exclusiveMaximum")) is not None:
            high = below - step if high is None else min(high, below - step)
        if low is None:
            low = 0 if high is None else min(0, high - 10 * step)
        if high is None:
            high = low + 10 * step
        first, last = math.ceil(low / step), math.floor(high / step)
        if first > last:
            # No multiple of the step lies between: with numbers that need no step, the middle does.
            return (low + high) / 2
        value = self._source.randint(first, last) * step
        return int(value) if whole else value

    def _string(self, schema: Mapping[str, Any], name: str) -> str:
        text = _FORMATS.get(str(schema.get("format"))) or self._write(name)
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        while len(text) < min(least, _LONGEST):
            text += " " + text if text else "-"
        return text if most is None else text[:most]


def _merge(first: Mapping[str, Any], second: Any) -> Mapping[str, Any]:
    if not isinstance(second, Mapping):
        return first
    out = {**first, **second}
    for key in ("properties", "$defs"):
        if key in first and key in second:
            out[key] = {**first[key], **second[key]}
    if "required" in first and "required" in second:
        out["required"] = [
            *first["required"],
            *(each for each in second["required"] if each not in first["required"]),
        ]
    return out
