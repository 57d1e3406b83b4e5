"""``glmchat code``: the request that `ask` would send, as code."""

from __future__ import annotations

import asyncio
import os

from glmchat import snippets
from glmchat.api import dialects
from glmchat.commands import requests
from glmchat.commands.errors import Exit, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.target import Target, endpoint_of, settings_of, target_of
from glmchat.commands.terminal import put, say, show, table
from glmchat.config.credentials import ENVIRONMENT
from glmchat.core.catalogue import DEFAULT_PROVIDER
from glmchat.support.address import CHAT_PATH, below

EXAMPLE_PROMPT = "你好"  # the API's own example


def run(call: Call) -> int:
    """Print the request in a form, or the list of forms; raises UsageError that names the nearest form."""
    if not call.words:
        show(table([(form.name, form.title) for form in snippets.FORMS], ("form", "language")))
        return Exit.OK
    try:
        form = snippets.find(call.words.pop(0))
    except snippets.UnknownFormError as error:
        raise UsageError(str(error)) from None
    target = target_of(call, settings_of(call))
    requests.refuse_contradictions(target)
    endpoint = endpoint_of(target.provider, target.row, None)
    prompt = requests.prompt_of(call, EXAMPLE_PROMPT)
    messages = requests.wire_of(requests.question_of(prompt), requests.system_of(call, target))
    model = target.needed_model()
    learned, listed = asyncio.run(requests.known_of(endpoint, model))
    thinking = listed.thinking if listed is not None else None
    built = dialects.build(endpoint, model, messages, target.values, learned, thinking)
    try:
        text = snippets.render(
            form.name,
            below(endpoint.base_url, CHAT_PATH),
            built.body,
            headers=endpoint.headers,
            key_variable=_key_variable(target),
            stream=call.has("stream"),
        )
    except snippets.SnippetError as error:
        raise UsageError(str(error)) from None
    for sentence in (*target.notices, *built.omitted.values(), *built.warned.values()):
        say(sentence)
    put(text if text.endswith("\n") else text + "\n")
    return Exit.OK


def _key_variable(target: Target) -> str:
    """The environment variable that the code reads the key from: the one that holds for this provider."""
    own = None if target.provider == DEFAULT_PROVIDER else target.row.default_key_env
    return target.row.api_key_env or (None if os.environ.get(ENVIRONMENT) else own) or ENVIRONMENT
