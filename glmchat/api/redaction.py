"""Takes secrets out of what servers say, also where they come back encoded or shortened."""

from __future__ import annotations

import base64
import codecs
import html
import math
import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

_SHOWN = "[key]"
# A shorter text turns up by chance in encodings of something else.
_ENCODED = 8
# A shorter run of an encoding turns up by chance in other words.
_RUN = 10
# Of a shorter one no part is told from other words.
_LONG = 16
# What begins the keys of a maker, such as sk-or-v1-, and how much more tells one of them; at least so much in all.
_PUBLIC = re.compile(r"(?:[A-Za-z0-9]{1,5}[-_])*")
_TELLING, _LEAST = 5, 8
# What may stand between the letters and digits of a secret that is spelt or broken into lines: all that is neither, and
# escapes of what nobody sees. A text without it that still holds so many characters of a secret in a row is no chance.
_BETWEEN = re.compile(
    r"(?:[^A-Za-z0-9\\%]|\\{1,8}(?:u00[01][0-9a-f]|u20[0-6][0-9a-f]|ufeff|x[01][0-9a-f]|[nrt]|0(?![0-7]))|%(?:0[0ad]|20)|[\\%])+",
    re.IGNORECASE,
)
# A word with its middle or its beginning left out, as servers show a key.
_CUT_SHORT = re.compile(r"(?<![\w-])([\w-]{0,400}?)(?:[*•●…]+|\.{2,}|[xX]{4,}|\[\.{3}\])([\w-]{0,400})")


def redact(text: str, secrets: tuple[str, ...]) -> str:
    """Take secrets out of outside text, wherever a server echoes them, in whatever case: hosts lose theirs."""
    secrets = tuple(filter(None, secrets))
    if not secrets:
        return text
    text = _unspelt(text, secrets)
    text = _pattern(secrets).sub(_SHOWN, text)
    for secret in secrets:
        if len(secret) >= _LONG:
            text = _part(secret).sub(_SHOWN, text)
            text = _CUT_SHORT.sub(partial(_whole, secret.lower()), text)
    return text


def redacted(value: Any, secrets: tuple[str, ...]) -> Any:
    """A value out of JSON without secrets in its texts and keys."""
    if isinstance(value, str):
        return redact(value, secrets)
    if isinstance(value, list):
        return [redacted(each, secrets) for each in value]
    if isinstance(value, dict):
        return {redact(key, secrets): redacted(each, secrets) for key, each in value.items()}
    return value


def _unspelt(text: str, secrets: tuple[str, ...]) -> str:
    """Take out what is a secret, or an encoding of one, once all between letters and digits is left out."""
    joined = _BETWEEN.sub("", text).lower()
    found = [run for run in _runs(secrets) if run in joined]
    if not found:
        return text
    places: list[int] = []
    at = 0
    for gap in _BETWEEN.finditer(text):
        places += range(at, gap.start())
        at = gap.end()
    places += range(at, len(text))
    spans = sorted(match.span() for run in found for match in re.finditer(run, joined))
    out, at = "", 0
    for start, end in spans:
        if places[start] >= at:
            out += text[at : places[start]] + _SHOWN
        at = max(at, places[end - 1] + 1)
    return out + text[at:]


@lru_cache(maxsize=16)
def _runs(secrets: tuple[str, ...]) -> tuple[str, ...]:
    """The letters and digits of secrets, and of what encodes them, as they follow each other."""
    letters = [run for secret in secrets for run in map(_bare, _turned(secret)) if len(run) >= _LONG]
    encoded = [run for secret in secrets for run in map(_bare, _encodings(secret)) if len(run) >= _RUN]
    return tuple(dict.fromkeys(letters + encoded))


def _bare(text: str) -> str:
    return re.sub("[^a-z0-9]", "", text.lower())


def _turned(secret: str) -> tuple[str, ...]:
    """A secret, and what has as many letters."""
    return secret, secret[::-1], codecs.encode(secret, "rot13")


def _encodings(secret: str) -> list[str]:
    """A secret in the numbers of its bytes, in base64, also twice, and in base32."""
    if len(secret) < _ENCODED:
        return []
    data = secret.encode("utf-8", "surrogatepass")
    numbers = ["".join(format(byte, form) for byte in data) for form in ("d", "o", "03o", "02x", "08b")]
    once = [_stable(data, offset, base64.b64encode, 6) for offset in range(3)]
    twice = [_stable(run.encode(), offset, base64.b64encode, 6) for run in once for offset in range(3)]
    return numbers + once + twice + [_stable(data, offset, base64.b32encode, 5) for offset in range(5)]


@lru_cache(maxsize=16)
def _pattern(secrets: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(form for secret in secrets for form in _forms(secret)), re.IGNORECASE)


@lru_cache(maxsize=16)
def _part(secret: str) -> re.Pattern[str]:
    """The beginning of a secret and what goes on from there, and its end where that is called so."""
    public = _PUBLIC.match(secret)
    least = min(max((public.end() if public else 0) + _TELLING, _LEAST), len(secret))
    beginning, end = re.escape(secret[:least]), re.escape(secret[-4:])
    called = r"\b(?:ending|ends) (?:in|with):? [\"'`]?"
    return re.compile(rf"{beginning}[\w-]*|{called}{end}\b", re.IGNORECASE)


def _whole(secret: str, match: re.Match[str]) -> str:
    """What stands for a word that is cut short: a mark where it is the secret."""
    before, after = match[1].lower(), match[2].lower()
    begins = len(before) > 2 and secret.startswith(before) and (not after or secret.endswith(after))
    ends = not before and len(after) > 2 and secret.endswith(after)
    return _SHOWN if begins or ends else match[0]


def _forms(secret: str) -> list[str]:
    """Patterns for a secret as it is, escaped character by character, backwards, in hex and in base64."""
    forms = ["".join(map(_character, secret))]
    if len(secret) >= _ENCODED:
        data = secret.encode("utf-8", "surrogatepass")
        forms.append("".join(map(_character, reversed(secret))))
        forms.append(r"(?:[\s:,-]|\\x|0x){0,3}".join(f"{byte:02x}" for byte in data))
        forms += [_base64(data, offset) for offset in range(3)]
    return forms


def _character(char: str) -> str:
    """A character as it is, or escaped as JSON, URLs, HTML, Python and mail do, and that once more.

    Each repetition has an end, so that no text makes the search take longer than its length.
    """
    escapes = {
        re.escape(char),
        rf"\\{{1,8}}{re.escape(char)}",
        rf"&\#0{{0,4}}{ord(char)};",
        rf"&\#x0{{0,4}}{ord(char):x};",
    }
    escapes |= {
        rf"\\{{1,8}}u{ord(char):04x}",
        "".join(rf"[%=](?:25){{0,3}}{byte:02x}" for byte in char.encode("utf-8", "replace")),
    }
    if ord(char) < 256:
        escapes.add(rf"\\{{1,8}}x{ord(char):02x}")
    if (named := html.escape(char)) != char:
        escapes.add(re.escape(named))
    return f"(?:{'|'.join(sorted(escapes, key=len))})"


def _base64(data: bytes, offset: int) -> str:
    """The part of an encoding that does not depend on what stands before and behind, with the characters around it."""
    stable = _stable(data, offset, base64.b64encode, 6)
    signs = {"+": r"(?:[+-]|%2b)", "/": r"(?:\\{0,4}/|_|%2f)"}
    around = r"[a-z0-9+/_-]{0,2}"
    return around + "".join(signs.get(char, char) for char in stable) + around + "(?:=|%3d){0,2}"


def _stable(data: bytes, offset: int, encode: Callable[[bytes], bytes], bits: int) -> str:
    """The characters, of so many bits each, of an encoding that hold bits of the data alone."""
    encoded = encode(b"\0" * offset + data).decode()
    return encoded[math.ceil(offset * 8 / bits) : (offset + len(data)) * 8 // bits]
