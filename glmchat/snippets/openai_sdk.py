"""The call of the OpenAI SDK for Python: what it takes by name, and what goes into ``extra_body``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from glmchat.snippets import escapes, literals
from glmchat.snippets.literals import PYTHON
from glmchat.snippets.problems import SnippetError
from glmchat.support.address import CHAT_PATH

# The keyword arguments of `client.chat.completions.create` since 1.99; what is newer goes into `extra_body`,
# which every release takes.
KNOWN = frozenset(
    {
        "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs",
        "max_completion_tokens", "max_tokens", "messages", "metadata", "modalities", "model", "n",
        "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key", "reasoning_effort",
        "response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream",
        "stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user",
        "verbosity", "web_search_options",
    }
)  # fmt: skip


def fields(url: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, str]:
    """The client's base URL and the arguments of the call; raises `SnippetError` where the SDK cannot."""
    parts = urlsplit(url)
    if not parts.path.endswith(CHAT_PATH):
        raise SnippetError(
            f"The OpenAI SDK only calls addresses that end in {CHAT_PATH}. "
            "Take python-httpx or python-requests instead."
        )
    if any(map(literals.has_half_pair, _texts(body))):
        raise SnippetError(
            "A text of this request has half a surrogate pair, which the OpenAI SDK cannot send. "
            "Take python-httpx or python-requests instead."
        )
    base = parts._replace(path=parts.path.removesuffix(CHAT_PATH), query="", fragment="").geturl()
    return {"base_url": escapes.python(base), "payload": _arguments(body, headers, parts.query)}


def _arguments(body: Mapping[str, Any], headers: Mapping[str, str], query: str) -> str:
    arguments = {name: value for name, value in body.items() if name in KNOWN}
    extras = {
        "extra_headers": dict(headers),
        "extra_query": dict(parse_qsl(query, keep_blank_values=True)),
        "extra_body": {name: value for name, value in body.items() if name not in KNOWN},
    }
    arguments |= {name: value for name, value in extras.items() if value}
    return ",\n".join(f"{name}={literals.write(value, PYTHON)}" for name, value in arguments.items()) + ","


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for name, item in value.items():
                yield name
                yield from _texts(item)
        case list():
            for item in value:
                yield from _texts(item)
