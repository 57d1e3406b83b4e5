"""The forms: one row each, with the template of the same name beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from glmchat.snippets import escapes, openai_sdk, payloads
from glmchat.snippets.escapes import Quote
from glmchat.snippets.payloads import Payload

# (url, body, headers) -> what the template's fields of those names hold
Fields = Callable[[str, Mapping[str, Any], Mapping[str, str]], dict[str, str]]


@dataclass(frozen=True)
class Form:
    """One way to write a request.

    `language` is what Pygments calls it, `streams` says whether there is a variant that prints the reply as
    it comes. `quote` writes a string, `fields` what the template needs to know of the request.
    """

    name: str
    title: str
    language: str
    quote: Quote = field(repr=False)
    fields: Fields = field(repr=False)
    streams: bool = True


def _http(name: str, title: str, language: str, quote: Quote, payload: Payload) -> Form:
    """A form that posts a body to a URL."""

    def fields(url: str, body: Mapping[str, Any], _headers: Mapping[str, str]) -> dict[str, str]:
        return {"url": quote(url), "payload": payload(body)}

    return Form(name, title, language, quote, fields)


FORMS: tuple[Form, ...] = (
    _http("curl", "curl", "bash", escapes.shell, payloads.curl),
    _http("swift", "Swift (URLSession)", "swift", escapes.swift, payloads.swift),
    _http("dart", "Dart (http)", "dart", escapes.dart, payloads.dart),
    _http("ruby", "Ruby (Net::HTTP)", "ruby", escapes.ruby, payloads.ruby),
    _http("rust", "Rust (reqwest)", "rust", escapes.rust, payloads.rust),
    _http("c", "C (libcurl)", "c", escapes.c, payloads.c),
    _http("go", "Go (net/http)", "go", escapes.go, payloads.go),
    _http("csharp-httpclient", "C# (HttpClient)", "csharp", escapes.csharp, payloads.csharp),
    _http("csharp-restsharp", "C# (RestSharp)", "csharp", escapes.csharp, payloads.csharp),
    _http("javascript-axios", "JavaScript (axios)", "javascript", escapes.javascript, payloads.javascript),
    _http("java-okhttp", "Java (OkHttp)", "java", escapes.java, payloads.java),
    _http("php-guzzle", "PHP (Guzzle)", "php", escapes.php, payloads.php),
    _http("php-curl", "PHP (curl)", "php", escapes.php, payloads.php),
    _http("python-requests", "Python (requests)", "python", escapes.python, payloads.python),
    Form("python-openai", "Python (OpenAI SDK)", "python", escapes.python, openai_sdk.fields),
    _http("python-httpx", "Python (httpx)", "python", escapes.python, payloads.python),
)
