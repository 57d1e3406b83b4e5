"""Error bodies in all their shapes: which kind of error, in whose words, about which parameter.

Shapes read: ``{"error": {...}}`` (OpenAI, OpenRouter, Z.ai), ``{"error": "text", "code": ...}`` (xAI), ``[{"error":
...}]`` (Gemini), ``{"object": "error", ...}`` (vLLM), ``{"detail": [...]}`` (FastAPI), ``{"message": {"detail":
[...]}}`` (Mistral), ``{"code", "msg"}``, ``{"errors": [...]}``, ``{"base_resp": {...}}`` (MiniMax), ``{"Response":
{"Error": {...}}}`` (Tencent), another's body as JSON inside a message (gateways), plain text and HTML.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from typing import Any

from glmchat.api.errors import codes
from glmchat.api.errors.tree import BY_KIND, ApiError
from glmchat.api.learning import refusals
from glmchat.api.redaction import redact
from glmchat.support import bounded_json

_CODE = re.compile(r"[0-9]{1,9}")
_GOOD_WORDS = frozenset({"ok", "success", "succeeded"})
# Where words stand, the most telling first; where codes stand; where more of the error may stand.
_TEXTS = (
    "message", "msg", "error_msg", "error_message", "errorMessage", "status_msg", "Message", "error", "detail",
    "details", "title", "description", "raw", "metadata",
)  # fmt: skip
_CODES = (
    "code", "error_code", "Code", "status_code", "type", "error_type", "status", "http_code", "reason", "quotaId",
)  # fmt: skip
_INNER = (
    "error", "errors", "detail", "details", "message", "metadata", "base_resp", "Response", "Error", "data", "fault",
    "violations",
)  # fmt: skip
# Both bound what a hostile body can cost.
_DEPTH = 8
_LONGEST = 4000
_ADDRESS = re.compile(r"(?:https?:/|[\"'(])/[^\s\"'<>()]{1,200}")
_EVENT = re.compile(r"\s*(?:data|event|id|retry)?:")
_DATA = re.compile(r"^data: ?(?!\s*\[DONE\])(.*)$", re.MULTILINE)
_TITLE = re.compile(r"<(title|h1)\b[^<>]*>(.{0,300}?)</\1\s*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """What an error body says: the server's `message`, its `codes` and types, the `parameter` it names.

    The outermost code stands first. `page` is, of a web page, what it shows and the addresses that it loads from.
    """

    message: str
    codes: tuple[str, ...] = ()
    parameter: str | None = None
    page: str = ""

    @property
    def number(self) -> int | None:
        """The first code that is a number."""
        return next((int(code) for code in self.codes if _CODE.fullmatch(code)), None)


@dataclass
class _Reading:
    """What was found so far in a body, from the outside in."""

    texts: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    parameter: str = ""

    def take(self, value: Any, depth: int = 0) -> None:
        """Take whatever stands where words or more of the error may stand."""
        if depth > _DEPTH:
            return
        if isinstance(value, str):
            self._text(value, depth)
        elif isinstance(value, list):
            self._list(value, depth)
        elif isinstance(value, dict):
            self._object(value, depth)

    def _say(self, text: str) -> None:
        text = text.strip()
        if text and not any(text.casefold() in each.casefold() for each in self.texts):
            self.texts.append(text)

    def _text(self, text: str, depth: int) -> None:
        """Words; a JSON object among them is another's error body, such as a gateway hands on."""
        start, inner = _embedded(text)
        if inner is None:
            self._say(text)
            return
        place = len(self.texts)
        self.take(inner, depth + 1)
        before = text[:start].strip(" \n\t:-\"'")
        if len(self.texts) == place:
            self._say(text)
        elif before:
            self.texts[place] = f"{before}: {self.texts[place]}"

    def _list(self, items: list[Any], depth: int) -> None:
        """A list of errors; those of FastAPI each name the place that is wrong."""
        placed = [each for each in items if isinstance(each, dict) and ("loc" in each or "msg" in each)]
        if placed:
            self._say("; ".join(map(_placed, placed[:20])))
            self.codes += [code for each in placed if (code := _first_text(each.get("type")))]
            names = [part for each in placed for part in _place(each)[:1]]
            self.parameter = self.parameter or next(iter(names), "")
        elif items and all(isinstance(each, str) for each in items):
            self._say("; ".join(items[:20]))
        else:
            for each in items[:20]:
                self.take(each, depth + 1)

    def _object(self, body: dict[str, Any], depth: int) -> None:
        given = _first_text(body.get("param"), body.get("parameter"))
        sentence = given if " " in given else ""  # Xiaomi says there what is wrong
        self.parameter = self.parameter or ("" if sentence else given)
        self.codes += _codes_of(body)
        for key in _TEXTS:
            if isinstance(body.get(key), str):
                self.take(body[key], depth)
        self._say(sentence)
        if isinstance(reasons := body.get("reasons"), list):
            self._say(", ".join(map(str, reasons[:20])))
        for key in _INNER:
            if isinstance(body.get(key), dict | list):
                self.take(body[key], depth + 1)


def _codes_of(body: dict[str, Any]) -> list[str]:
    """The codes in one object. A number means another thing at each provider, so some are recognised by their place."""
    family = "minimax:" if "status_msg" in body or "http_code" in body else ""
    found = []
    for key in _CODES:
        code = _first_text(body.get(key))
        if code and " " not in code:
            numeric = _CODE.fullmatch(code) is not None
            mark = f"{key}:" if key == "error_code" and numeric else family if key == "status_code" else ""
            found.append(mark + code)
    if family and (at := re.search(r"\((\d{4})\)\s*$", _first_text(body.get("message")))):
        found.append(family + at[1])
    return found


def _first_text(*values: Any) -> str:
    for value in values:
        if isinstance(value, str) and value.strip():
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return ""


def _place(item: dict[str, Any]) -> list[str]:
    """Where a validation error says that something is wrong, without the word for the body itself."""
    place = item.get("loc")
    return [str(part) for part in place if part != "body"] if isinstance(place, list | tuple) else []


def _placed(item: dict[str, Any]) -> str:
    return ": ".join(
        filter(None, (".".join(_place(item)), _first_text(item.get("msg"), item.get("message"))))
    )


def _embedded(text: str) -> tuple[int, Any]:
    """Where a JSON object or list with the words of an error begins in a text, and what it is; None for none."""
    start = min((at for at in (text.find('{"'), text.find("[{"), text.find("{\n")) if at >= 0), default=-1)
    if start < 0:
        return 0, None
    try:
        value, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return 0, None
    return start, value


def _from_text(text: str) -> Said:
    """Read plain text, or of an HTML page its title: the rest is for browsers."""
    if not re.search(r"<\s*(!doctype|html|head|body|title|h1|p|div)\b", text, re.IGNORECASE):
        return Said(text.strip())
    found = [_words(match[2]) for match in _TITLE.finditer(text[:100_000])]
    plain = _words(re.sub(r"(?is)<(script|style)\b.*?(</\1\s*>|$)", " ", text[:100_000]))
    title = next(filter(None, found), "")
    addresses = " ".join(_ADDRESS.findall(text[:100_000])[:50])
    return Said(title or plain[:300], page=f"{title} {plain[:300]} {addresses}")


def _words(markup: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^<>]*>", " ", markup))).strip()


def _unstreamed(text: str) -> str:
    """The data of an error that came as an event of a stream where a body was due (MiMo-V2-Flash#18)."""
    return "\n".join(_DATA.findall(text[:100_000])) if _EVENT.match(text) else text


def read(text: str) -> Said:
    """Read an error body of any shape."""
    try:
        body = bounded_json.loads(_unstreamed(text))
    except ValueError:
        return _from_text(text)
    if not body:  # an empty object, list or string says nothing
        return Said("")
    found = _Reading()
    found.take(body)
    more = f" ({found.texts[1]})" if len(found.texts) > 1 else ""
    words = found.texts[0] + more if found.texts else text if isinstance(body, list) else _dumped(body)
    return Said(words, tuple(dict.fromkeys(found.codes)), found.parameter or None)


def _dumped(body: Any) -> str:
    inner = body.get("error") if isinstance(body, dict) else None
    return json.dumps(inner or body, ensure_ascii=False)


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
    if body.get("choices") and not body.get("error"):
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
    number = said.number
    known = number if status < 400 and number is not None and 400 <= number <= 599 else status
    code = codes.classify(known, said.codes, said.message[:_LONGEST], page=said.page)
    # A page of somebody between here and the endpoint says less than the status.
    between = "" if text.lstrip()[:1] in ("{", "[") else codes.said_by(status)
    words = between or redact(said.message, secrets)[:_LONGEST]
    message = words or f"The endpoint answered with status {known} and nothing else."
    if said.page and str(known) not in message:
        message = f"{known}: {message}"
    refusal = refusals.read(said.parameter, said.codes, message) if code.kind == "bad_request" else None
    cls = BY_KIND[code.kind]
    retryable = cls.default_retryable if code.retryable is None else code.retryable
    return cls(
        message,
        advice=code.advice or None,
        status=known if known >= 400 else number,
        retryable=retryable,
        refusal=refusal,
        retry_after_s=retry_after_s,
        transient=retryable and (known in codes.RETRYABLE or code.kind == "rate_limit"),
    )
