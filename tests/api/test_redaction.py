import base64
import codecs
import html
import json
import string
import textwrap
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmchat.api.redaction import redact, redacted

KEY = "sk-Az09+/=&\"<'\\~q7"
KEYS = [KEY, "sk-0123456789abcdef", "eyJhbGciOi.JIUzI1NiJ9_x-y", "a/b+c==d%e"]

FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda key: key,
    "lower": str.lower,
    "json": lambda key: json.dumps(key)[1:-1],
    "json twice": lambda key: json.dumps(json.dumps(key)[1:-1])[1:-1],
    "json slash": lambda key: key.replace("\\", "\\\\").replace('"', '\\"').replace("/", "\\/"),
    "json all": lambda key: "".join(f"\\u{ord(char):04X}" for char in key),
    "percent": lambda key: quote(key, safe=""),
    "percent lower": lambda key: quote(key, safe="").lower(),
    "percent twice": lambda key: quote(quote(key, safe=""), safe=""),
    "percent all": lambda key: "".join(f"%{ord(char):02x}" for char in key),
    "plus": quote_plus,
    "html": html.escape,
    "html numbers": lambda key: "".join(f"&#{ord(char)};" for char in key),
    "html hex": lambda key: "".join(f"&#x{ord(char):X};" for char in key),
    "python": lambda key: "".join(f"\\x{ord(char):02x}" for char in key),
    "mail": lambda key: "".join(f"={ord(char):02X}" for char in key),
    "reversed": lambda key: key[::-1],
    "hex": lambda key: key.encode().hex(),
    "hex upper": lambda key: key.encode().hex().upper(),
    "hex pairs": lambda key: key.encode().hex(" "),
    "hex colons": lambda key: key.encode().hex(":"),
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 url": lambda key: base64.urlsafe_b64encode(key.encode()).decode().rstrip("="),
    "base64 of a header": lambda key: base64.b64encode(f"Bearer {key}".encode()).decode(),
    "base64 within": lambda key: base64.b64encode(f"xy{key}, and more".encode()).decode(),
    "base64 percent": lambda key: quote(base64.b64encode(key.encode()), safe=""),
    "base32": lambda key: base64.b32encode(f"x{key}".encode()).decode(),
    "base64 twice": lambda key: base64.b64encode(base64.b64encode(f"Bearer {key}".encode())).decode(),
    "base64 in lines": lambda key: "\n".join(textwrap.wrap(base64.b64encode(key.encode()).decode(), 7)),
    "octal": lambda key: " ".join(f"{ord(char):03o}" for char in key),
    "octal escapes": lambda key: "".join(f"\\{ord(char):o}" for char in key),
    "bits": lambda key: " ".join(f"{ord(char):08b}" for char in key),
    "numbers": lambda key: str(list(key.encode())),
}
# These are known only of a key that is long enough not to be made of other words.
SPELT: dict[str, Callable[[str], str]] = {
    "rot13": lambda key: codecs.encode(key, "rot13"),
    "spaces": " ".join,
    "nul": "\0".join,
    "nul in json": lambda key: json.dumps("\0".join(key))[1:-1],
    "zero width": "\u200b".join,
    "zero width in json": lambda key: json.dumps("\u200b".join(key))[1:-1],
    "dashes": "-".join,
    "lines": lambda key: f"{key[:9]}\n    {key[9:]}",
    "lines in json": lambda key: f"{key[:9]}\\n{key[9:]}",
    "lines in a url": lambda key: f"{key[:9]}%0A{key[9:]}",
    "columns": lambda key: "\n".join(textwrap.wrap(key, 4)),
    "columns backwards": lambda key: "\n".join(textwrap.wrap(key[::-1], 4)),
}


@pytest.mark.parametrize("form", SPELT)
@pytest.mark.parametrize("key", ["sk-0123456789abcdef", "eyJhbGciOi.JIUzI1NiJ9_x-y"])
def test_a_secret_is_taken_out_however_it_is_spelt(form: str, key: str) -> None:
    told = redact(f"bad key: {SPELT[form](key)} (401)", (key,))
    assert told == "bad key: [key] (401)"


def test_words_that_hold_the_letters_of_a_secret_stay() -> None:
    key = "sk-horsebatterystaple"
    told = "The key sk, a horse, a battery (of 12 staples) and staple: 115 107 45 of 1,151,074 at 5%."
    assert redact(told, (key,)) == told


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", KEYS)
def test_a_secret_is_taken_out_however_it_is_encoded(form: str, key: str) -> None:
    encoded = FORMS[form](key)
    told = redact(f"bad key: {encoded} (401)", (key,))
    assert "[key]" in told
    assert encoded not in told
    assert (told.startswith("bad key: "), told.endswith(" (401)")) == (True, True)


@given(
    st.text(string.ascii_letters + string.digits + "-_.+/=", min_size=8, max_size=40), st.binary(max_size=5)
)
def test_no_encoding_in_base64_holds_more_than_a_byte_of_it(key: str, before: bytes) -> None:
    told = redact(base64.b64encode(before + key.encode() + b"!").decode(), (key,))
    left = told.partition("[key]")
    assert left[1]
    assert key.encode()[:3] not in base64.b64decode(left[0] + "A" * (-len(left[0]) % 4))


def test_other_texts_stay_as_they_are() -> None:
    text = "The model glm-4.5 takes at most 8192 tokens; see https://example.org/?a=b&c=%20 \\u00e4."
    assert redact(text, ("sk-0123456789", "abcd")) == text
    assert redact(text, ()) == text
    assert redact(text, ("",)) == text
    assert redact(text, ("glm-",)) == text.replace("glm-", "[key]")


def test_secrets_are_taken_out_of_all_texts_of_a_value() -> None:
    value = {"data": [{"id": f"model-{KEY}", KEY: 5, "n": 1.5, "none": None, "ok": True}]}
    told = redacted(value, (KEY,))
    assert told == {"data": [{"id": "model-[key]", "[key]": 5, "n": 1.5, "none": None, "ok": True}]}


@pytest.mark.parametrize(
    ("key", "told"),
    [
        # As makers of models and gateways shorten a key in their own words.
        ("sk-abcdefghijklmnopqrstuvwxyz", "Incorrect API key provided: sk-abcde*****************wxyz. See"),
        ("sk-abcdefghijklmnopqrstuvwxyz", "Your api key: ****wxyz is invalid"),
        ("sk-abcdefghijklmnopqrstuvwxyz", "Invalid token sk-abc...xyz given"),
        ("sk-abcdefghijklmnopqrstuvwxyz", "Invalid token (sk-abc…xyz) given"),
        ("sk-abcdefghijklmnopqrstuvwxyz", "token: SK-ABC••••"),
        ("sk-abcdefghijklmnopqrstuvwxyz", "token sk-abcXXXXXXXXwxyz"),
        ("sk-abcdefghijklmnopqrstuvwxyz", "the key sk-abcde is unknown"),
        ("sk-abcdefghijklmnopqrstuvwxyz", "the key sk-abcdefghijkl is unknown"),
        ("sk-abcdefghijklmnopqrstuvwxyz", "the key ending in wxyz is unknown"),
        ("sk-or-v1-0123456789abcdef0123", "key sk-or-v1-012...123 was disabled"),
        ("sk-or-v1-0123456789abcdef0123", "key sk-or-v1-01234 was disabled"),
        ("0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMnOp", "apikey 01234567 not found"),
        ("0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMnOp", "apikey 0123***MnOp not found"),
    ],
)
def test_a_part_of_a_secret_is_taken_out_as_well(key: str, told: str) -> None:
    shown = redact(told, (key,))
    assert "[key]" in shown
    for size in (3, 4):
        own = {key.removeprefix("sk-or-v1-").removeprefix("sk-")[:size].lower(), key[-size:].lower()}
        assert not any(part in shown.lower() for part in own)


def test_what_is_no_part_of_a_secret_stays() -> None:
    text = (
        "Keys begin with sk-or-v1-. Use *emphasis*, 3...4, wait... or **bold**: sk-no***9999; ends in xxxx."
    )
    assert redact(text, ("sk-or-v1-0123456789abcdef0123", "short")) == text
