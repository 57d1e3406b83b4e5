"""Error bodies in all their shapes: which kind of error, in whose words, about which parameter.

Shapes read: ``{"error": {...}}`` (OpenAI, OpenRouter, Z.ai), ``{"error": "text"}``, ``[{"error": ...}]``,
``{"object": "error", ...}`` (vLLM), ``{"detail": ...}`` (FastAPI), ``{"code", "msg"}``, ``{"errors":
[...]}``, ``{"base_resp": {...}}``, plain text and HTML.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any

from glmchat.api import error_codes
from glmchat.api.error_parameters import parameter_named
from glmchat.api.errors import BY_KIND, ApiError, redact

_CODE = re.compile(r"[0-9]{1,9}")
_GOOD_WORDS = frozenset({"ok", "success", "succeeded"})


@dataclass(frozen=True, slots=True)
class Said:
    """What an error body says: the server's `message`, its `code` and `type`, the `parameter` it names."""

    message: str
    code: str = ""
    type: str = ""
    parameter: str | None = None


def _first_text(*values: Any) -> str:
    for value in values:
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return ""


def _fastapi(detail: list[Any]) -> tuple[str, str]:
    """Read FastAPI's list of validation errors: sentences, and the first key that is wrong."""
    lines, names = [], []
    for item in detail:
        if isinstance(item, dict):
            place = [str(part) for part in item.get("loc") or () if part != "body"]
            names.extend(place[:1])
            lines.append(": ".join(filter(None, (".".join(place), _first_text(item.get("msg"))))))
        else:
            lines.append(str(item))
    return "; ".join(lines), names[0] if names else ""


def _from_object(body: dict[str, Any]) -> Said:
    inner = body.get("error")
    if isinstance(inner, list):
        inner = next((each for each in inner if isinstance(each, dict | str)), None)
    if isinstance(inner, str):
        return Said(
            inner,
            _first_text(body.get("code")),
            _first_text(body.get("type")),
            _first_text(body.get("param")),
        )
    source = inner if isinstance(inner, dict) else body
    nested = source.get("base_resp")
    if isinstance(nested, dict):
        return Said(_first_text(nested.get("status_msg")), _first_text(nested.get("status_code")))
    parameter = _first_text(source.get("param"))
    message = _first_text(*(source.get(key) for key in ("message", "msg", "error_msg", "reason", "title")))
    detail = source.get("detail", source.get("details"))
    if not message and isinstance(detail, list):
        message, parameter = _fastapi(detail)
    elif not message and isinstance(detail, dict):
        return _from_object(detail)
    elif not message and isinstance(source.get("errors"), list):
        message, parameter = _fastapi(source["errors"])
    message = message or _first_text(detail)
    metadata = source.get("metadata")
    if isinstance(metadata, dict):
        # OpenRouter: what the provider behind it said stands in `raw`, why it was flagged in `reasons`.
        more = _first_text(metadata.get("raw"))
        reasons = metadata.get("reasons")
        if isinstance(reasons, list):
            more = ", ".join(str(reason) for reason in reasons)
        message = f"{message} ({more})" if more and more not in message else message
    code = _first_text(*(source.get(key) for key in ("code", "error_code", "status_code", "status")))
    kind = _first_text(source.get("type"), metadata.get("error_type") if isinstance(metadata, dict) else None)
    return Said(message or json.dumps(source, ensure_ascii=False), code, kind, parameter or None)


def _from_text(text: str) -> Said:
    """Read plain text, or the words of an HTML page."""
    if "<" in text and re.search(r"<\s*(!doctype|html|head|body|title|h1|p|div)\b", text, re.IGNORECASE):
        text = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>", " ", text)
        text = html.unescape(re.sub(r"<[^>]*>", " ", text))
        text = re.sub(r"\s+", " ", text)
    return Said(text.strip())


def read(text: str) -> Said:
    """Read an error body of any shape."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return _from_text(text)
    if not body:  # an empty object, list or string says nothing
        return Said("")
    if isinstance(body, list):
        body = next((each for each in body if isinstance(each, dict)), {"error": text})
    if isinstance(body, dict):
        return _from_object(body)
    return Said(str(body))


def _says_success(code: Any) -> bool:
    """Whether a code in a body means that all is well, in a number or in a word."""
    if isinstance(code, str):
        word = code.strip().lower()
        return word in _GOOD_WORDS or (_CODE.fullmatch(word) is not None and _says_success(int(word)))
    return type(code) is int and (code == 0 or 200 <= code < 300)


def unwrapped(body: dict[str, Any]) -> dict[str, Any]:
    """The reply inside an envelope such as ``{"code": 200, "msg": "ok", "data": {...}}``; else the body itself."""
    inner = body.get("data")
    if "choices" in body or not isinstance(inner, dict) or "choices" not in inner or is_error(body):
        return body
    return inner


def is_error(body: dict[str, Any]) -> bool:
    """Whether an object that came with a success is an error all the same."""
    if "choices" in body and not body.get("error"):
        return False
    if body.get("error") or body.get("object") == "error" or body.get("type") == "error":
        return True
    nested = body.get("base_resp")
    if isinstance(nested, dict) and nested.get("status_code"):
        return True
    if "choices" in body:
        return False
    has_words = any(isinstance(body.get(key), str) for key in ("message", "msg", "error_msg"))
    codes = [body[key] for key in ("code", "error_code", "status") if body.get(key) not in (None, "")]
    wrong = not all(map(_says_success, codes))
    has_detail = "detail" in body and (wrong or not codes)
    return (has_words and wrong) or has_detail or body.get("success") is False


def make_error(
    status: int, text: str, *, secrets: tuple[str, ...] = (), retry_after_s: float | None = None
) -> ApiError:
    """Make the error that a status and a body stand for.

    `status` is HTTP's; where that was a success, a status in the body's own `code` counts instead.
    """
    said = read(text)
    number = int(said.code) if _CODE.fullmatch(said.code) else None
    known = number if status < 400 and number is not None and 400 <= number <= 599 else status
    code = error_codes.classify(known, said.code, said.type, said.message)
    # A page of somebody between here and the endpoint says less than the status, and at length.
    between = "" if text.lstrip()[:1] in ("{", "[") else error_codes.said_by(status)
    message = (
        between
        or redact(said.message, secrets)[:4000]
        or f"The endpoint answered with status {known} and nothing else."
    )
    parameter = parameter_named(said.parameter, said.message) if code.kind == "bad_request" else None
    shown = known if known >= 400 else number
    cls = BY_KIND[code.kind]
    retryable = cls.default_retryable if code.retryable is None else code.retryable
    return cls(
        message,
        advice=code.advice or None,
        status=shown,
        retryable=retryable,
        parameter=parameter,
        retry_after_s=retry_after_s,
        transient=retryable and (known in error_codes.RETRYABLE or code.kind == "rate_limit"),
    )
