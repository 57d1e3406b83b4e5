"""Side questions: asked in a panel over the chat, and taken over where the person wants that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.commands.dispatch import Refused, presenter_of

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.workspace.asides import Aside


async def ask(app: ChatApp, question: str) -> None:
    """Ask a side question; without one, show the last again."""
    from glmchat.tui.screens.aside import AGAIN, PROMPT, TURN, AsideScreen

    workspace = presenter_of(app).workspace
    aside = workspace.asides.ask(question) if question else workspace.asides.last()
    if aside is None:
        raise Refused("Nothing was asked aside yet. Write the question after it: /aside What does that mean?")
    while (answer := await app.ask(AsideScreen(workspace, aside))) == AGAIN:
        failure = aside.message.failure if aside.message is not None else None
        aside = workspace.asides.ask(
            aside.question, over_budget=failure is not None and failure.kind == "budget"
        )
    if answer == TURN:
        workspace.asides.take(aside)
        app.chat.transcript.action_scroll_end()
    elif answer == PROMPT:
        app.chat.prompt.write(aside.answer.content)
    else:
        _leave(app, aside)


def _leave(app: ChatApp, aside: Aside) -> None:
    """Close it; a question that was not answered stands in the prompt again."""
    presenter_of(app).workspace.asides.stop(aside)
    message = aside.message
    if message is not None and message.failure is not None and not app.chat.prompt.text:
        app.chat.prompt.put(f"/aside {aside.question}")
