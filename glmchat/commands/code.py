"""``glmchat code``: the request that `ask` would send, as code."""

from __future__ import annotations

from glmchat import snippets
from glmchat.address import CHAT_PATH, below
from glmchat.api import dialects
from glmchat.commands import asking
from glmchat.commands.choice import choose, endpoint_of, settings_of
from glmchat.commands.errors import Exit, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.terminal import put, say, show, table
from glmchat.credentials import ENVIRONMENT

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
    choice = choose(call, settings_of(call))
    endpoint = endpoint_of(choice.provider, choice.row, None)
    prompt = asking.prompt_of(call, EXAMPLE_PROMPT)
    messages = asking.wire_of(asking.question_of(prompt), asking.system_of(call, choice))
    built = dialects.build(endpoint, choice.needed_model(), messages, choice.values)
    variable = choice.row.api_key_env or ENVIRONMENT
    try:
        text = snippets.render(
            form.name,
            below(endpoint.base_url, CHAT_PATH),
            built.body,
            headers=endpoint.headers,
            key_variable=variable,
            stream=call.has("stream"),
        )
    except snippets.SnippetError as error:
        raise UsageError(str(error)) from None
    for sentence in (*choice.notices, *built.omitted.values()):
        say(sentence)
    put(text if text.endswith("\n") else text + "\n")
    return Exit.OK
