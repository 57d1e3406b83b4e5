"""What kinds of value a request parameter can have: how each is read, checked and written."""

from __future__ import annotations

import json
import math
import re
from enum import StrEnum
from typing import Any, Protocol

from glmchat.core.parameters import schemas
from glmchat.support import bounded_json, paths
from glmchat.support.numbers import is_number
from glmchat.support.secret_names import secrets_in
from glmchat.support.text import safe_line
from glmchat.support.text_files import NotText, read_text

_LARGEST = (1 << 63) - 1  # what a JSON reader can be trusted to take as a whole number
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,31}")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Kind(StrEnum):
    """The shape of a value."""

    NUMBER = "number"
    INTEGER = "integer"
    SWITCH = "switch"
    CHOICE = "choice"
    TEXT = "text"  # one line
    TEXTS = "texts"  # list of strings
    LABELS = "labels"  # names with a text each
    OBJECT = "object"  # keys of the body as they are
    TOKEN_MAP = "token_map"  # noqa: S105 - a kind of value, not a password; token id (as a string of digits) -> bias
    FORMAT = "format"  # response_format object
    TOOLS = "tools"  # list of tool objects
    TOOL_CHOICE = "tool_choice"  # a word, or an object that names a function


class Row(Protocol):
    """What a kind needs to know of a parameter; see `table.Parameter`."""

    @property
    def name(self) -> str:
        """The name that a refusal gives."""

    @property
    def kind(self) -> Kind:
        """The shape of its values."""

    @property
    def minimum(self) -> float | None:
        """The least value, None for no limit."""

    @property
    def maximum(self) -> float | None:
        """The greatest value, None for no limit."""

    @property
    def longest(self) -> int:
        """The most characters of a text."""

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that it takes."""

    @property
    def open_ended(self) -> bool:
        """Whether the choices are not all there are."""


class ValueRefused(ValueError):
    """A value that a parameter does not take; the text says which, and what is allowed."""

    def __init__(self, name: str, given: object, allowed: str) -> None:
        shown = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False, default=str)
        shown = " ".join(safe_line(shown).split())
        if len(shown) > 60:
            shown = shown[:57] + "..."
        is_json = shown.startswith(("{", "["))
        super().__init__(f"{name} cannot be {shown if is_json else repr(shown)}: it takes {allowed}.")
        self.name = name
        self.allowed = allowed


class SecretRefused(ValueRefused):
    """A value that may hold a secret, which the text does not show."""


def allowed(row: Row) -> str:
    """Say what a parameter takes, in a phrase."""
    match row.kind:
        case Kind.NUMBER | Kind.INTEGER:
            noun = "a number" if row.kind is Kind.NUMBER else "a whole number"
            if row.minimum is not None and row.maximum is not None:
                return f"{noun} from {row.minimum:g} to {row.maximum:g}"
            return noun if row.minimum is None else f"{noun} of {row.minimum:g} or more"
        case Kind.SWITCH:
            return "on or off"
        case Kind.CHOICE:
            more = ", or another word that the endpoint lists" if row.open_ended else ""
            return "one of " + ", ".join(row.choices) + more
        case Kind.TEXT:
            return f"a text in one line, of up to {row.longest} characters"
        case Kind.LABELS:
            return "a JSON object of names with a text each, or @FILE"
        case Kind.OBJECT:
            return "a JSON object of keys for the body, or @FILE"
        case Kind.TEXTS:
            return "a list of texts that are not empty"
        case Kind.TOKEN_MAP:
            return "a JSON object of token ids with a bias from -100 to 100 each, or @FILE"
        case Kind.FORMAT:
            return "text, json_object, @SCHEMA.json or a JSON object with a type"
        case Kind.TOOLS:
            return "a JSON list of function tools with a name each, or @FILE"
        case Kind.TOOL_CHOICE:
            return "none, auto, required, the name of a function, or a JSON object"


def _number(row: Row, value: Any) -> Any:
    if not is_number(value) or not math.isfinite(value):
        raise ValueRefused(row.name, value, allowed(row))
    if row.kind is Kind.INTEGER:
        if value != int(value):
            raise ValueRefused(row.name, value, allowed(row))
        value = int(value)
        if abs(value) > _LARGEST:
            least = -_LARGEST if row.minimum is None else int(row.minimum)
            most = _LARGEST if row.maximum is None else int(row.maximum)
            raise ValueRefused(row.name, value, f"a whole number from {least} to {most}")
    else:
        value = float(value)
    low, high = row.minimum, row.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueRefused(row.name, value, allowed(row))
    return value


def _text(row: Row, value: Any) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text.isprintable() or not 0 < len(text) <= row.longest:
        raise ValueRefused(row.name, value, allowed(row))
    return text


def _object(row: Row, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise ValueRefused(row.name, value, allowed(row))
    if row.kind is Kind.LABELS and not all(isinstance(each, str) for each in value.values()):
        raise ValueRefused(row.name, value, allowed(row))
    if row.kind is Kind.OBJECT and (secrets := secrets_in(value)):
        # What is set here is kept with the session and goes wherever the session goes.
        raise SecretRefused(
            row.name,
            dict.fromkeys(secrets, "***"),
            f"no text that may be a secret, and {secrets[0]} may be one; it belongs into extra_body of its provider",
        )
    return value


def _texts(row: Row, value: Any) -> list[str]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not given or not all(isinstance(item, str) and item for item in given):
        raise ValueRefused(row.name, value, allowed(row))
    return list(given)


def _token_map(row: Row, value: Any) -> dict[str, float]:
    if not isinstance(value, dict) or not value:
        raise ValueRefused(row.name, value, allowed(row))
    for token, bias in value.items():
        fine = is_number(bias) and -100 <= bias <= 100
        if not str(token).strip() or not fine:
            raise ValueRefused(row.name, {token: bias}, allowed(row))
    return {str(token): bias for token, bias in value.items()}


def _schema_name(schema: dict[str, Any]) -> str:
    """A name for a schema, made of its title by the letters that the wire allows."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", str(schema.get("title", "")))[:64].strip("_") or "reply"


def _format(row: Row, value: Any) -> Any:
    if isinstance(value, str) and value.lower() in ("text", "json_object"):
        return {"type": value.lower()}
    if not isinstance(value, dict):
        raise ValueRefused(row.name, value, allowed(row))
    if "type" not in value or value.get("type") not in row.choices:
        # A JSON schema, bare or with its name beside it: wrap it the way the wire wants it.
        named = isinstance(value.get("schema"), dict) and isinstance(value.get("name"), str)
        wrapped = value if named else {"name": _schema_name(value), "schema": value}
        value = {"type": "json_schema", "json_schema": wrapped}
    if value["type"] == "json_schema":
        wrapped = value.get("json_schema")
        wrong = schemas.schema_error(wrapped.get("schema") if isinstance(wrapped, dict) else None)
        if wrong:
            raise ValueRefused(row.name, value, f"a correct JSON schema ({wrong})")
    return value


def _tools(row: Row, value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ValueRefused(row.name, value, allowed(row))
    for tool in value:
        function = tool.get("function") if isinstance(tool, dict) else None
        if (
            not isinstance(function, dict)
            or not isinstance(function.get("name"), str)
            or not function["name"]
        ):
            raise ValueRefused(row.name, tool, allowed(row))
        wrong = schemas.schema_error(function.get("parameters", {}))
        if wrong:
            raise ValueRefused(row.name, tool, f"tools whose parameters are a correct JSON schema ({wrong})")
    return value


def _tool_choice(row: Row, value: Any) -> Any:
    if isinstance(value, str) and value.lower() in row.choices:
        return value.lower()
    if isinstance(value, str):
        value = {"type": "function", "function": {"name": value}}
    function = value.get("function") if isinstance(value, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    if isinstance(name, str) and name:
        return value
    raise ValueRefused(row.name, value, allowed(row))


def validate(row: Row, value: Any) -> Any:
    """Return the value as it is sent; raises `ValueRefused`."""
    match row.kind:
        case Kind.NUMBER | Kind.INTEGER:
            return _number(row, value)
        case Kind.SWITCH:
            if isinstance(value, bool):
                return value
        case Kind.CHOICE:
            if value in row.choices or (row.open_ended and isinstance(value, str) and _WORD.fullmatch(value)):
                return value
        case Kind.TEXT:
            return _text(row, value)
        case Kind.LABELS | Kind.OBJECT:
            return _object(row, value)
        case Kind.TEXTS:
            return _texts(row, value)
        case Kind.TOKEN_MAP:
            return _token_map(row, value)
        case Kind.FORMAT:
            return _format(row, value)
        case Kind.TOOLS:
            return _tools(row, value)
        case Kind.TOOL_CHOICE:
            return _tool_choice(row, value)
    raise ValueRefused(row.name, value, allowed(row))


_WORDS = {
    "on": True,
    "true": True,
    "yes": True,
    "1": True,
    "off": False,
    "false": False,
    "no": False,
    "0": False,
}


def _structure(row: Row, text: str) -> Any:
    """Read JSON, or the JSON in the file that ``@FILE`` names."""
    source = text
    if text.startswith("@"):
        try:
            source = read_text(paths.expanded(text[1:]))
        except NotText as error:
            raise ValueRefused(row.name, text, f"{allowed(row)}; that file {error}") from None
        except (OSError, RuntimeError, ValueError) as error:
            # A NUL in the name raises ValueError, and the home of an unknown user RuntimeError.
            reason = (error.strerror if isinstance(error, OSError) else None) or error
            raise ValueRefused(
                row.name, text, f"{allowed(row)}; that file cannot be read: {reason}"
            ) from None
    try:
        return bounded_json.loads(source)
    except ValueError as error:
        raise ValueRefused(row.name, text, f"{allowed(row)}; this is not JSON: {error}") from None


def parse(row: Row, text: str) -> Any:
    """Read what a person typed and validate it; raises `ValueRefused`."""
    text = text.strip() if row.kind is not Kind.TEXTS else text
    value: Any = text
    match row.kind:
        case Kind.NUMBER | Kind.INTEGER:
            try:
                value = int(text) if row.kind is Kind.INTEGER else float(text)
            except ValueError:
                raise ValueRefused(row.name, text, allowed(row)) from None
        case Kind.SWITCH:
            value = _WORDS.get(text.lower(), text)
        case Kind.TEXTS:
            if text.lstrip().startswith("["):
                value = _structure(row, text.strip())
        case Kind.TOKEN_MAP | Kind.TOOLS | Kind.LABELS | Kind.OBJECT:
            value = _structure(row, text)
        case Kind.FORMAT | Kind.TOOL_CHOICE:
            if text.startswith(("{", "@", "[", '"')):
                value = _structure(row, text)
            # What is typed may be a typo; a name that comes from the tools is not.
            if row.kind is Kind.TOOL_CHOICE and isinstance(value, str) and not _NAME.fullmatch(value):
                raise ValueRefused(row.name, text, allowed(row))
        case Kind.CHOICE:
            value = next((each for each in row.choices if each == text.lower()), text)
    return validate(row, value)


def format_value(row: Row, value: Any) -> str:
    """Write a value for people, in one line."""
    if value is None:
        return "no default"
    match row.kind:
        case Kind.SWITCH:
            return "on" if value else "off"
        case Kind.NUMBER:
            return f"{value:.2f}"
        case Kind.FORMAT:
            return str(value.get("type", "")) if isinstance(value, dict) else str(value)
        case Kind.TOOLS:
            return ", ".join(str(tool["function"]["name"]) for tool in value)
        case Kind.TOOL_CHOICE if isinstance(value, dict):
            return str(value["function"]["name"])
        case Kind.TEXTS | Kind.TOKEN_MAP | Kind.LABELS | Kind.OBJECT:
            return json.dumps(value, ensure_ascii=False)
    return str(value)
