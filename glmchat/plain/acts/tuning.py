"""Model, key, parameters, and what the endpoint makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat import snippets
from glmchat.api.errors.tree import ApiError
from glmchat.core.conversation import Role
from glmchat.core.parameters import TABLE
from glmchat.core.refused import Refused
from glmchat.support.pasted import unwrap
from glmchat.support.text import safe_line
from glmchat.workspace.slash import balance as balances
from glmchat.workspace.slash import costs, models, replies, thinking, tune
from glmchat.workspace.slash.endpoint import check_line

if TYPE_CHECKING:
    from glmchat.api.endpoint import Endpoint
    from glmchat.plain.command import Chat


def think(chat: Chat, argument: str) -> str:
    """Turn thinking on or off for the next request."""
    told = thinking.think(chat.workspace, argument)
    return f"Thinking is {thinking.named(chat.workspace.depths.now)} from the next request on. {told}".strip()


async def model(chat: Chat, argument: str) -> str | None:
    """List the models, or take the one that is named."""
    workspace = chat.workspace
    if not argument:
        for name, each in workspace.endpoints.items():
            state = " (a key is needed: /key)" if each.lacks_key else ""
            chat.console.say(f"{name}{state}")
            chat.console.say(
                "\n".join(f"  {row.id}" for row in workspace.models.known_models(name) if row.id)
            )
        here = f"{workspace.current.model.wire_id} @ {workspace.current.endpoint.name}"
        return f"{here} answers now. /model MODEL @ PROVIDER takes another."
    endpoint, id = models.named(workspace, argument)
    if not id:
        raise Refused("/model needs a model: /model MODEL @ PROVIDER. /model alone lists them.")
    if endpoint.lacks_key and await _add_key(chat, endpoint) is None:
        return None
    return models.take(workspace, endpoint.name, id)


async def key(chat: Chat, name: str) -> str | None:
    """Ask for a key, check it with one small request, store it, and switch over."""
    wanted = models.key_wanted(chat.workspace, name)
    if name and wanted.name != name:  # it may be a key, so it is not repeated
        raise Refused("After /key comes the name of a provider; the key itself is asked for.")
    added = await _add_key(chat, wanted)
    if added is None:
        return None
    if models.switch_over(chat.workspace, added):
        return f"The key works and is stored. {added.name} answers from the next message on."
    return f"The key works and is stored. Choose a model with /model MODEL @ {added.name}."


async def _add_key(chat: Chat, endpoint: Endpoint) -> Endpoint | None:
    if not chat.console.asks:
        raise Refused("A key is asked for in a terminal only. In scripts, set GLMCHAT_API_KEY.")
    page = f" You get one at {endpoint.key_page}." if endpoint.key_page else ""
    chat.console.say(f"The key is sent to {endpoint.host} and to no other host.{page}")
    given = await chat.console.secret(f"Key for {endpoint.name}: ")
    secret = unwrap(given or "")[0]
    if not secret:
        chat.console.tell("No key was given.")
        return None
    try:
        await chat.workspace.models.try_key(endpoint.name, secret)
        return await chat.workspace.models.add_key(endpoint.name, secret)
    except ApiError as error:
        raise Refused(error.failure.full_message()) from None
    except (OSError, ValueError) as error:
        raise Refused(f"The key works, but it could not be stored: {error}") from None


async def code(chat: Chat, argument: str) -> str | None:
    """Print the request that would be sent now as code."""
    name, *rest = argument.split() or [""]
    if not name:
        return f"/code takes one of: {', '.join(form.name for form in snippets.FORMS)}."
    preview = await chat.workspace.requests.preview()
    headers = chat.session.endpoint.headers
    try:
        form = snippets.find(name)
        text = snippets.render(form.name, preview.url, preview.body, headers=headers, stream="stream" in rest)
    except snippets.SnippetError as error:
        raise Refused(str(error)) from None
    chat.console.say(text)
    return None


async def check(chat: Chat, argument: str) -> str | None:
    """Ask the endpoint what it really does; `forget` forgets what is known of it."""
    workspace, session = chat.workspace, chat.session
    if argument == "forget":
        workspace.models.forget()
        return "Forgotten. The next requests are sent as they are set."
    work = workspace.requests.check()
    chat.console.say(work.announcement())
    if chat.console.asks and await chat.console.choose("Ask the questions?", ("yes", "no")) != "yes":
        return "Nothing was asked."
    async for answer in work.run():
        chat.console.say(check_line(answer))
    workspace.models.remember(session, work.together_with(workspace.models.learned_of(session)))
    for line in workspace.models.learned_of(session).sentences():
        chat.console.say(f"Learned: {safe_line(line)}")
    return None


async def cost(chat: Chat, argument: str) -> str:
    """Say what was spent."""
    return "\n".join(await costs.cost(chat.workspace))


async def balance(chat: Chat, argument: str) -> str:
    """Ask what is left at the endpoint."""
    return "\n".join(await balances.balance(chat.workspace))


def preset(chat: Chat, name: str) -> str:
    """List the presets, or take one."""
    if name:
        return tune.preset(chat.workspace, name)
    for each in chat.workspace.presets:
        chat.console.say(f"{each.name}: {each.about}" if each.about else each.name)
    return "/preset NAME takes one."


def asked_with(chat: Chat, _: str) -> str:
    """Say what the last reply was asked with."""
    return replies.asked_with(replies.last_of(chat.session, Role.ASSISTANT))


def differs(chat: Chat, _: str) -> str:
    """Say how the next request differs from the last reply's."""
    message = replies.last_of(chat.session, Role.ASSISTANT)
    return replies.since(chat.session, message) or "The next request is asked in the same way."


def use(chat: Chat, _: str) -> str:
    """Ask with the settings of the last reply from now on."""
    return replies.use(chat.workspace, replies.last_of(chat.session, Role.ASSISTANT))


async def system(chat: Chat, text: str) -> str:
    """Set the system prompt: the text that follows, or one that is asked for; `none` takes it away."""
    if not text:
        now = chat.session.system
        if not chat.console.asks:
            return f"The system prompt is: {now}" if now else "There is no system prompt."
        given = await chat.console.ask("System prompt: ", now)
        if given is None:
            return "The system prompt stays as it is."
        text = given
    return tune.system(chat.workspace, "" if text == "none" else text)


def parameter_names(_: Chat) -> list[str]:
    """The parameters, to be completed."""
    return [row.name for row in TABLE]


def model_names(chat: Chat) -> list[str]:
    """The models that are known, with their providers."""
    known = chat.workspace.models.known_models
    return [f"{model.id} @ {name}" for name in chat.workspace.endpoints for model in known(name) if model.id]
