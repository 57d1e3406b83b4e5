"""What many servers say, in bodies of our own making: one row a server and a case, with those that only look alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from glmchat.api.endpoint import Endpoint
from glmchat.api.errors.bodies import make_error, read
from glmchat.api.errors.http import not_this_api
from glmchat.api.errors.words import WALL

INNER = '{"error": {"message": "inner", "param": "seed"}}'
ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "error_words.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{n}-{row['who']}-{row['status']}-{row['kind']}" for n, row in enumerate(ROWS)]
)
def test_the_words_of_many_servers(row: dict[str, Any]) -> None:
    body = row["body"]
    failure = make_error(row["status"], body if isinstance(body, str) else json.dumps(body)).failure
    assert (failure.kind, failure.retryable) == (row["kind"], row["retryable"]), failure
    assert failure.advice.endswith(".")


@pytest.mark.parametrize(
    ("body", "message", "parameter"),
    [
        ({"error": "text", "code": "c"}, "text", None),
        ({"error": {"message": {"detail": [{"loc": ["body", "temperature"], "msg": "too big"}]}}},
         "temperature: too big", "temperature"),
        ({"object": "error", "message": {"detail": [{"type": "x", "loc": ["body", "top_p"], "msg": "m", "input": 9}]}},
         "top_p: m", "top_p"),
        ({"errors": ["one", "two"]}, "one; two", None),
        ({"errors": [{"message": "one"}]}, "one", None),
        ({"status": 500, "error": "Internal Server Error", "message": "No instance", "path": "/v1"},
         "No instance (Internal Server Error)", None),
        ({"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "seed is odd"},
         "seed is odd (Bad Request)", None),
        ({"error": {"message": "litellm.BadRequestError: " + INNER}},
         "litellm.BadRequestError: inner", "seed"),
        ({"error": {"message": INNER}}, "inner", "seed"),
        ({"error": {"message": "Provider returned error", "metadata": {"raw": INNER}}},
         "Provider returned error (inner)", "seed"),
        ({"error": {"message": "Provider returned error", "metadata": {"raw": "plain"}}},
         "Provider returned error (plain)", None),
        ({"Response": {"Error": {"Code": "C", "Message": "words"}, "RequestId": "1"}}, "words", None),
        ({"success": False, "error": {"code": 7, "details": "words"}}, "words", None),
        ({"detail": {"error": {"message": "words"}}}, "words", None),
        ({"error": {"message": 'It was {"odd": 1}'}}, 'It was {"odd": 1}', None),
        ({"error": {"code": 5}}, '{"code": 5}', None),
    ],
)  # fmt: skip
def test_bodies_of_many_shapes(body: Any, message: str, parameter: str | None) -> None:
    said = read(json.dumps(body))
    assert (said.message, said.parameter) == (message, parameter)


@pytest.mark.parametrize(
    ("status", "page", "kind", "words"),
    [
        (522, "<!DOCTYPE html><html><head><title>a.example | 522: Connection timed out</title></head><body>Ray ID",
         "server", "Cloudflare, in front of the endpoint, got no connection to it in time (522)."),
        (502, "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1>nginx</body></html>",
         "server", "502 Bad Gateway"),
        (503, "<html><body><h1>Service <b>Unavailable</b></h1><p>Long words.</p></body></html>", "server",
         "503: Service Unavailable"),
        (403, "<html><head><title>Just a moment...</title></head><body>Enable JavaScript and cookies</body></html>",
         "forbidden", "403: Just a moment..."),
        (500, "<html><style>b{}</style><body><script>x()</script>Oh no</body></html>", "server", "500: Oh no"),
        (500, "<html></html>", "server", "The endpoint answered with status 500 and nothing else."),
    ],
)  # fmt: skip
def test_of_a_page_only_its_title_is_told(status: int, page: str, kind: str, words: str) -> None:
    failure = make_error(status, page).failure
    assert (failure.kind, failure.message) == (kind, words)


@pytest.mark.parametrize(
    ("page", "guarded"),
    [
        ("<html><body><iframe src='/_Incapsula_Resource?a=9'>Request unsuccessful.</iframe></body></html>", True),
        ("<html><head><title>Just a moment...</title></head><body></body></html>", True),
        ("<html><head><title>Open Chat</title></head><body>Sign in</body></html>", False),
    ],
)  # fmt: skip
def test_a_page_of_a_guard_in_a_success_is_told_as_one(page: str, guarded: bool) -> None:
    failure = not_this_api(Endpoint("a", base_url="http://a.example/v1"), page).failure
    assert (failure.kind, failure.advice == WALL) == ("protocol", guarded)


@pytest.mark.parametrize(
    "text",
    [
        "<title" * 20_000,
        "<title>" * 20_000,
        "<script>" * 20_000,
        '{"error": {"message": "' + "exceeds " * 20_000 + '"}}',
        '{"error": ' * 500 + "1" + "}" * 500,
        '{"message": "' + '{\\"message\\": ' * 3000 + '"}',
        json.dumps({"errors": [{"msg": "x" * 2000}] * 2000}),
    ],
)
def test_hostile_bodies_come_to_an_end(text: str) -> None:
    failure = make_error(400, text).failure
    assert len(failure.message) <= 4100
