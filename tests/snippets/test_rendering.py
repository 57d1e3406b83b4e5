"""What `render` takes, refuses and keeps to itself."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from importlib.resources import files
from typing import Any

import pytest
from pygments.lexers import get_lexer_by_name

from glmchat.core.parameters import TABLE, body_of
from glmchat.snippets import FORMS, SnippetError, UnknownFormError, find, render
from glmchat.snippets.openai_sdk import KNOWN
from glmchat.support.text import safe
from tests.snippets import golden
from tests.snippets.samples import HALVES, REQUEST, TEXTS, URL
from tests.snippets.toolchains import python_has

NAMES = [form.name for form in FORMS]
BOTH = pytest.mark.parametrize("stream", [False, True])


def _openai_call(code: str) -> dict[str, Any]:
    """The keyword arguments of the call that a snippet makes."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "client.chat.completions.create":
            return {word.arg: ast.literal_eval(word.value) for word in node.keywords if word.arg}
    raise AssertionError("no call")


def test_the_forms_are_the_sixteen_in_order() -> None:
    assert " ".join(form.name for form in FORMS) == (
        "curl swift dart ruby rust c go csharp-httpclient csharp-restsharp javascript-axios java-okhttp php-guzzle "
        "php-curl python-requests python-openai python-httpx"
    )


def test_every_form_has_one_template_and_every_template_a_form() -> None:
    templates = files("glmchat.snippets") / "templates"
    assert sorted(entry.name for entry in templates.iterdir()) == sorted(f"{name}.tmpl" for name in NAMES)


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_a_forms_language_can_be_highlighted(form: Any) -> None:
    assert get_lexer_by_name(form.language)


@pytest.mark.parametrize("name", sorted(golden.variants()))
def test_a_snippet_is_as_its_golden_file(name: str) -> None:
    assert golden.variants()[name] == (golden.FOLDER / name).read_text(encoding="utf-8")


def test_there_is_no_golden_file_too_many() -> None:
    assert {path.name for path in golden.FOLDER.iterdir()} == golden.variants().keys()


@BOTH
@pytest.mark.parametrize("name", NAMES)
def test_no_field_of_a_template_stays_open(name: str, stream: bool) -> None:
    code = render(name, URL, {"model": "m", "messages": []}, stream=stream)
    assert not re.search(r"«|»|^@(whole|stream|both)$", code, re.MULTILINE)
    assert code.endswith("\n")


@BOTH
@pytest.mark.parametrize("name", NAMES)
def test_what_a_person_wrote_is_never_taken_for_a_field_or_a_variant(name: str, stream: bool) -> None:
    text = "«url» «key»\n@stream\n@whole\n«header»"
    code = render(name, URL, {"model": "m", "messages": [{"role": "user", "content": text}]}, stream=stream)
    assert code.count("«url» «key»") == 1
    assert code.count("«header»") == 1


@BOTH
@pytest.mark.parametrize("name", NAMES)
def test_a_snippet_is_safe_to_print(name: str, stream: bool) -> None:
    texts = TEXTS if name == "python-openai" else (*TEXTS, *HALVES)
    code = render(name, URL, {"model": "m", "messages": [], "stop": list(texts)}, stream=stream)
    assert safe(code) == code
    code.encode()


@BOTH
@pytest.mark.parametrize("name", NAMES)
def test_the_key_comes_from_the_environment(name: str, stream: bool) -> None:
    headers = {
        "Authorization": "Bearer sk-real-1",
        "X-Api-Key": "sk-real-2",
        "Cookie": "id=sk-real-3",
        "X-Title": "t",
    }
    code = render(name, URL, REQUEST, headers=headers, key_variable="MY_KEY", stream=stream)
    assert "MY_KEY" in code
    assert "sk-real" not in code
    assert "GLMCHAT_API_KEY" not in code
    assert "X-Title" in code


@BOTH
@pytest.mark.parametrize("name", NAMES)
def test_the_variant_decides_over_streaming(name: str, stream: bool) -> None:
    asked = {**REQUEST, "stream": not stream, "stream_options": {"include_usage": True}}
    code = render(name, URL, asked, stream=stream)
    assert ("stream_options" in code) is stream
    assert ("include_usage" in code) is stream
    assert code == render(name, URL, {**asked, "stream": True}, stream=stream)


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ("crul", "curl"), ("pyton-requests", "python-requests"), ("axios", "javascript-axios"),
        ("guzzle", "php-guzzle"), ("csharp", "csharp-httpclient"), ("C#", "csharp-httpclient"),
        ("python", "python-requests"), ("openai", "python-openai"), ("okhttp", "java-okhttp"),
        ("golang", "go"), ("python_httpx", "python-httpx"),
    ],
)  # fmt: skip
def test_an_unknown_form_is_refused_with_the_nearest(given: str, nearest: str) -> None:
    with pytest.raises(UnknownFormError) as caught:
        render(given, URL, REQUEST)
    assert caught.value.nearest == nearest
    assert nearest in str(caught.value)
    assert find(nearest).name == nearest


def test_a_form_is_found_in_any_case() -> None:
    assert find(" Python-OpenAI ").name == "python-openai"


@pytest.mark.parametrize(
    ("url", "body", "options"),
    [
        ("", {}, {}),
        ("https://a b", {}, {}),
        ("https://a\n", {}, {}),
        (URL, {"temperature": float("nan")}, {}),
        (URL, {"temperature": object()}, {}),
        (URL, {}, {"headers": {"X: y\r\nEvil": "1"}}),
        (URL, {}, {"headers": {"X": "1\r\nEvil: 2"}}),
        (URL, {}, {"key_variable": "A B; rm -rf"}),
    ],
)
def test_what_cannot_be_code_is_refused_in_a_sentence(url: str, body: Any, options: Any) -> None:
    with pytest.raises(SnippetError, match=r"\.$"):
        render("curl", url, body, **options)


def test_the_openai_sdk_gets_by_name_what_it_knows_and_the_rest_as_extra_body() -> None:
    values = {row.name: 1 for row in TABLE} | {"stop": ["x"], "temperature": 0.5}
    body = {"model": "m", "messages": [{"role": "user", "content": "x"}], **body_of(values)}
    call = _openai_call(render("python-openai", URL, body))
    extra = call.pop("extra_body")
    assert {**call, **extra} == body
    assert set(extra) == {
        "top_k",
        "min_p",
        "top_a",
        "repetition_penalty",
        "structured_outputs",
        "reasoning",
        "session_id",
    }


def test_the_openai_sdk_gets_the_base_url_and_the_query_apart() -> None:
    code = render("python-openai", "https://x.example/v1/chat/completions?api-version=2&a=", {"model": "m"})
    assert 'base_url="https://x.example/v1",' in code
    assert _openai_call(code)["extra_query"] == {"api-version": "2", "a": ""}


@pytest.mark.parametrize("url", ["https://x.example/v1/messages", "https://x.example"])
def test_the_openai_sdk_is_refused_an_address_that_it_cannot_call(url: str) -> None:
    with pytest.raises(SnippetError, match="python-httpx"):
        render("python-openai", url, REQUEST)


@pytest.mark.parametrize("half", HALVES)
def test_the_openai_sdk_is_refused_what_it_cannot_encode(half: str) -> None:
    with pytest.raises(SnippetError, match="surrogate"):
        render("python-openai", URL, {"messages": [{"content": half}]})


@pytest.mark.full
def test_the_installed_openai_sdk_knows_what_it_is_given_by_name() -> None:
    if not python_has("openai"):
        pytest.skip("the Python package openai is not installed")
    completions = importlib.import_module("openai.resources.chat.completions").Completions
    assert set(inspect.signature(completions.create).parameters) >= KNOWN
