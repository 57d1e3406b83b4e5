"""The token lens on a reply, and how its log-probabilities are asked for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from glmchat.core.conversation import Message, Role, State
from glmchat.tui.commands.actions.chosen import chosen_reply
from glmchat.tui.commands.dispatch import Refused, presenter_of

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.workspace import Workspace

ALTERNATIVES = 5


async def show(app: ChatApp) -> None:
    """Look at the selected reply through the lens, else at the last one."""
    await show_reply(app, chosen_reply(app))


async def show_reply(app: ChatApp, id: int) -> None:
    """Look at a reply through the lens; where it has no log-probabilities, say how to get them."""
    from glmchat.analysis import lens
    from glmchat.tui.screens.lens import LensScreen
    from glmchat.tui.screens.parameters_pane import ParametersPane

    workspace = presenter_of(app).workspace
    session = workspace.current
    await workspace.journal.need([id])
    message = session.conversation.loaded[id]
    if message.role is not Role.ASSISTANT:
        raise Refused("The lens shows the tokens of replies. Select one, or type /lens for the last one.")
    if message.state is State.STREAMING:
        raise Refused("The lens opens when the reply is complete.")
    message = replace(message, logprobs=await workspace.probabilities.of(session, message))
    reading = await asyncio.to_thread(lens.read, message.logprobs)
    if reading.tokens:
        await app.ask(LensScreen(workspace, message, reading, ParametersPane(app, "token")))
    else:
        await _offer(app, message)


def why_none(workspace: Workspace, message: Message) -> str:
    """Why a reply has no log-probabilities, and what is known of whether its endpoint gives any."""
    session = workspace.current
    refused = workspace.models.omitted().get("logprobs")
    known = workspace.models.learned_of(session).logprobs
    if refused:
        return f"This endpoint does not take the parameter logprobs. {refused}"
    if message.logprobs:
        return "What came with it as logprobs cannot be read: it has neither a list of tokens nor their probabilities."
    if (message.sent or {}).get("logprobs"):
        return "They were asked for with this reply, but the endpoint returned none."
    if session.endpoint.demo or known:
        return "They were not asked for with this reply. This endpoint returns them when they are."
    if known is False:
        return "They were not asked for with this reply. When this endpoint was checked, it returned none."
    return "They were not asked for with this reply. Whether this endpoint returns any is not known before it is asked."


async def _offer(app: ChatApp, message: Message) -> None:
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    workspace = presenter_of(app).workspace
    none = "none that can be read" if message.logprobs else "none"
    sentence = (
        f"The lens needs the log-probabilities of the tokens, and this reply has {none}. "
        f"{why_none(workspace, message)} "
        "A reply brings them when logprobs is on, and top_logprobs says how many alternatives for each token."
    )
    choices = (
        Choice("next", f"Ask for them with {ALTERNATIVES} alternatives from the next request on"),
        Choice("again", "Ask for them, and ask for this reply again now"),
        Choice("no", "Leave it as it is"),
    )
    answer = await app.ask(ConfirmScreen("No log-probabilities", sentence, choices))
    if answer not in ("next", "again"):
        return
    workspace.tuning.set_value("logprobs", True, merge_key="lens")
    workspace.tuning.set_value("top_logprobs", ALTERNATIVES, merge_key="lens")
    if answer == "again":
        workspace.replies.retry(message.id)
    else:
        app.say(
            f"logprobs is on with {ALTERNATIVES} alternatives from the next request on; /undo takes it back."
        )
