"""Write the current request as code."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from glmchat.snippets.escapes import Quote, hidden
from glmchat.snippets.filling import fill, template
from glmchat.snippets.forms import FORMS, Form
from glmchat.snippets.problems import SnippetError, UnknownFormError
from glmchat.support.secret_names import is_secret_name

_BY_NAME = {form.name: form for form in FORMS}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WRITTEN_BY_TEMPLATES = frozenset({"authorization", "content-type"})
_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


def find(name: str) -> Form:
    """Look a form up by name; raises `UnknownFormError`, which names the nearest."""
    form = _BY_NAME.get(name.strip().lower())
    if form is None:
        raise UnknownFormError(name, _BY_NAME)
    return form


def render(
    form: str,
    url: str,
    body: Mapping[str, Any],
    *,
    headers: Mapping[str, str] = _NO_HEADERS,
    key_variable: str = "GLMCHAT_API_KEY",
    stream: bool = False,
) -> str:
    """Write a request as code that a person can paste and run.

    `url` is the whole address that is posted to, `body` the JSON body. `stream` chooses the variant and
    decides over ``stream`` and ``stream_options`` in the body. The code reads the key from the environment
    variable `key_variable`. Of `headers`, ``Authorization`` and ``Content-Type`` are the template's own; the
    value of any other whose name sounds like a secret is left for the person to fill in. Raises
    `SnippetError`, and `UnknownFormError` for a form that is not in `FORMS`.
    """
    row = find(form)
    if not _VARIABLE.fullmatch(key_variable):
        raise SnippetError(f"{key_variable!r} cannot be the name of an environment variable.")
    shown = _shown_headers(headers)
    fields = row.fields(_checked_url(url), _variant_body(body, stream), shown)
    extra = [_header_fields(row.quote, name, value) for name, value in shown.items()]
    return fill(template(row.name), {**fields, "key": key_variable}, extra, stream)


def _checked_url(url: str) -> str:
    if not url or any(character.isspace() or hidden(character) for character in url):
        raise SnippetError(f"{url!r} is not an address: it is empty, or has a space or a control in it.")
    return url


def _variant_body(body: Mapping[str, Any], stream: bool) -> dict[str, Any]:
    """The body in plain JSON types, asking for the variant's kind of reply."""
    try:
        plain: dict[str, Any] = json.loads(json.dumps(dict(body), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise SnippetError(f"This request is not JSON: {error}.") from None
    if stream:
        return {**plain, "stream": True}
    return {name: value for name, value in plain.items() if name not in ("stream", "stream_options")}


def _shown_headers(headers: Mapping[str, str]) -> dict[str, str]:
    shown = {}
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name) or any(map(hidden, value)):
            raise SnippetError(
                f"The header {name!r} cannot be sent: its name or value has a forbidden character."
            )
        if name.lower() not in _WRITTEN_BY_TEMPLATES:
            shown[name] = "REPLACE-ME" if is_secret_name(name) else value
    return shown


def _header_fields(quote: Quote, name: str, value: str) -> dict[str, str]:
    # To curl, a header without a value is one to leave out; a semicolon sends it empty.
    line = f"{name}: {value}" if value else f"{name};"
    return {"header": quote(name), "value": quote(value), "header_line": quote(line)}
