"""The request body as an expression of a language, to stand where a template says ``payload``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from glmchat.snippets import escapes, literals
from glmchat.snippets.escapes import json_text
from glmchat.snippets.literals import Syntax

Payload = Callable[[Any], str]

ARGUMENT_LIMIT = 100_000  # bytes; Linux takes 131,072 in one argument
CONSTANT_LIMIT = 65_535  # bytes that a Java class file takes in one string
PIECE = 10_000  # characters, each at most six bytes in a class file


def native(syntax: Syntax, before: str = "", after: str = "", text: Payload | None = None) -> Payload:
    """A literal between `before` and `after`, or `text` for a body that no literal can hold."""

    def payload(body: Any) -> str:
        if literals.fits(body, syntax):
            return before + literals.write(body, syntax) + after
        return text(body) if text else syntax.quote(json_text(body, indent=None))

    return payload


def curl(body: Any) -> str:
    """An argument in single quotes, or a here-document where an argument would be too long."""
    text = json_text(body)
    if len(text.encode()) > ARGUMENT_LIMIT:
        return f"  --data-binary @- <<'JSON'\n{text}\nJSON"
    return f"  --data-raw {escapes.shell(text)}"


def c(body: Any) -> str:
    """One string a line, which the compiler joins."""
    lines = json_text(body).splitlines()
    return "\n".join(escapes.c(line + "\n" * (line is not lines[-1])) for line in lines)


def go(body: Any) -> str:
    """A raw string in backquotes; JSON can escape the backquote, a raw string cannot."""
    return "`" + json_text(body).replace("`", "\\u0060") + "`"


def csharp(body: Any) -> str:
    """A verbatim string, in which only the quote is doubled."""
    return '@"' + json_text(body).replace('"', '""') + '"'


def rust_raw(body: Any) -> str:
    """A raw string with more hashes than any quote in it has."""
    text = json_text(body)
    hashes = max(map(len, re.findall('"(#*)', text)), default=0)
    if hashes > 100:  # rustc takes 255
        text, hashes = text.replace("#", "\\u0023"), 0
    fence = "#" * (hashes + 1)
    return f'r{fence}"{text}"{fence}'


def java(body: Any) -> str:
    """A text block, or joined strings where one constant would be too long."""
    text = json_text(body)
    if 2 * len(text.encode()) <= CONSTANT_LIMIT:
        escaped = text.replace("\\", "\\\\").replace('"""', '\\"""')
        return f'"""\n{escaped}"""'
    pieces = [escapes.java(text[at : at + PIECE]) for at in range(0, len(text), PIECE)]
    return 'String.join("",\n    ' + ",\n    ".join(pieces) + ")"


def swift_text(body: Any) -> str:
    """JSON text as the bytes that URLSession sends."""
    return f"Data({escapes.swift(json_text(body, indent=None))}.utf8)"


javascript = native(literals.JAVASCRIPT)
ruby = native(literals.RUBY, "JSON.generate(", ")")
php = native(
    literals.PHP,
    "json_encode(",
    ", JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR)",
)
dart = native(literals.DART, "jsonEncode(", ")")
swift = native(literals.SWIFT, "try JSONSerialization.data(withJSONObject: ", ")", swift_text)
rust = native(literals.RUST, "serde_json::json!(", ")", rust_raw)
python = native(literals.PYTHON)
