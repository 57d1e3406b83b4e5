"""Each language's own interpreter or compiler gives the same JSON back."""

from __future__ import annotations

import ast
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glmchat.snippets import escapes, payloads
from glmchat.snippets.escapes import Quote
from glmchat.snippets.payloads import Payload
from tests.snippets.samples import BODIES, TEXTS, corpus
from tests.snippets.toolchains import printed

LANGUAGES: dict[str, tuple[Payload, Quote]] = {
    "sh": (payloads.curl, escapes.shell),
    "bash": (payloads.curl, escapes.shell),
    "zsh": (payloads.curl, escapes.shell),
    "node": (payloads.javascript, escapes.javascript),
    "ruby": (payloads.ruby, escapes.ruby),
    "php": (payloads.php, escapes.php),
    "c": (payloads.c, escapes.c),
    "go": (payloads.go, escapes.go),
    "java": (payloads.java, escapes.java),
    "csharp": (payloads.csharp, escapes.csharp),
    "rust": (payloads.rust_raw, escapes.rust),
    "rust-json": (payloads.rust, escapes.rust),
}
QUICK = ("sh", "node", "ruby", "php", "c")
EVERY = [name if name in QUICK else pytest.param(name, marks=pytest.mark.full) for name in LANGUAGES]


def _same(bodies: list[Any], printed_json: list[bytes]) -> None:
    for body, text in zip(bodies, printed_json, strict=True):
        assert _equal(json.loads(text), body), text[:300]


def _equal(got: Any, sent: Any) -> bool:
    """Equal as JSON: a language may write a whole float without its point, as JavaScript does."""
    match sent:
        case float():
            return isinstance(got, float | int) and not isinstance(got, bool) and float(got) == sent
        case dict():
            return (
                isinstance(got, dict)
                and got.keys() == sent.keys()
                and all(_equal(got[name], sent[name]) for name in sent)
            )
        case list():
            return isinstance(got, list) and len(got) == len(sent) and all(map(_equal, got, sent))
    return bool(type(got) is type(sent) and got == sent)


@pytest.mark.parametrize("language", EVERY)
def test_a_language_reads_back_every_hard_body(language: str, tmp_path: Path) -> None:
    bodies = corpus()
    _same(bodies, printed(language, [LANGUAGES[language][0](body) for body in bodies], tmp_path))


@pytest.mark.parametrize("language", EVERY)
def test_a_language_reads_back_every_hard_text(language: str, tmp_path: Path) -> None:
    texts = [text for text in TEXTS if "\0" not in text and "\x1e" not in text]
    quote = LANGUAGES[language][1]
    expressions = [f"  {quote(text)}" if quote is escapes.shell else quote(text) for text in texts]
    assert [text.decode() for text in printed(language, expressions, tmp_path)] == texts


@pytest.mark.full
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_reads_back_any_body(language: str) -> None:
    @settings(max_examples=6, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(BODIES, min_size=60, max_size=60))
    def check(bodies: list[Any]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            _same(bodies, printed(language, [LANGUAGES[language][0](body) for body in bodies], Path(folder)))

    check()


@given(BODIES)
def test_python_reads_back_any_body(body: Any) -> None:
    assert ast.literal_eval(payloads.python(body)) == body


def test_python_reads_back_every_hard_body() -> None:
    for body in corpus()[:-1]:  # the last is nested deeper than Python's own parser goes
        assert ast.literal_eval(payloads.python(body)) == body


@given(BODIES)
def test_json_text_is_json_and_breaks_lines_only_between_tokens(body: Any) -> None:
    text = escapes.json_text(body)
    assert json.loads(text) == body
    assert json.loads(" ".join(text.split("\n"))) == body
    text.encode()
