"""The first things that one does: small lessons on the built-in model, and going on with the last session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from glmchat.core.catalogue import DEMO_MODEL_ID
from glmchat.core.conversation import State
from glmchat.core.depth import OFF, SWITCH, values_of
from glmchat.tui.commands.actions import lens, sessions, variants
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.workspace.session import Running, Variant
from glmchat.workspace.slash.sessions import last_id

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.widgets.prompt.slash import Offer
    from glmchat.workspace import Workspace

LESSONS: Mapping[str, str] = {
    "temperature": "One question at three temperatures, side by side",
    "tokens": "A reply token by token, with what else it might have said",
    "thinking": "A thought that one can follow, then the answer",
}
# What is asked in each lesson: what the built-in model can say in more than one way.
QUESTIONS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "temperature": "Tell me a short story about a fox.",
        "tokens": "Tell me a short story about a lighthouse.",
        "thinking": "How do I compare two settings?",
    },
    "zh": {
        "temperature": "给我讲一个关于狐狸的小故事。",
        "tokens": "给我讲一个关于灯塔的小故事。",
        "thinking": "怎样比较两种设置？",
    },
}
TEMPERATURES = ("0", "0.8", "1.5")
_ASKS: Mapping[str, Mapping[str, Any]] = {
    "tokens": {"temperature": 1.0, "logprobs": True, "top_logprobs": lens.ALTERNATIVES},
    "thinking": {SWITCH: True},
}
_THINKS_ONCE = "This reply thinks. Thinking stays off for what you ask."


async def attempt(app: ChatApp, name: str) -> None:
    """Give a lesson on the built-in model, in an empty session; it costs nothing and needs no network."""
    if not name:
        await _choose(app)
        return
    if name not in LESSONS:
        raise Refused(f"/try takes {', '.join(LESSONS)}, not {name!r}.")
    workspace = presenter_of(app).workspace
    if workspace.current.conversation.nodes:
        sessions.new(app)
    question = QUESTIONS.get(app.preferences.language, QUESTIONS["en"])[name]
    if name == "temperature":
        asked = [_built_in(workspace, each) for each in workspace.comparisons.sweep(name, TEMPERATURES)]
        await variants.send(app, asked, question)
        return
    session, depth = workspace.current, workspace.depths.now
    message = workspace.replies.say(session, question)
    values = {**values_of(depth), **_ASKS[name]}
    running = workspace.replies.ask(
        session, message.id, _built_in(workspace, replace(session.variant(), values=values))
    )
    if name == "thinking":
        presenter_of(app).thinking.folded(False)
        if depth == OFF:
            app.say(_THINKS_ONCE)
    if name == "tokens":
        app.spawn(_look(app, running))


async def _choose(app: ChatApp) -> None:
    from glmchat.tui.screens.choose import ChooseScreen
    from glmchat.tui.widgets.lists.choices import Row

    rows = [Row(name, name.capitalize(), about) for name, about in LESSONS.items()]
    if (name := await app.ask(ChooseScreen("Try it out, on the built-in model", rows))) is not None:
        await attempt(app, name)


def _built_in(workspace: Workspace, variant: Variant) -> Variant:
    """The same, asked of the built-in model."""
    if variant.endpoint.demo:
        return variant
    endpoint = next(each for each in workspace.endpoints.values() if each.demo)
    return replace(variant, endpoint=endpoint, model=workspace.models.find_model(endpoint, DEMO_MODEL_ID))


async def _look(app: ChatApp, running: Running) -> None:
    """Open the lens on a reply once it is complete, where it is still what is looked at."""
    presenter = presenter_of(app)
    session = presenter.current
    if running.task is not None:
        await running.task
    message = session.conversation.loaded.get(running.message_id)
    here = presenter.current is session and len(app.textual.screen_stack) == 1  # nothing lies over the chat
    if here and message is not None and message.state is State.COMPLETE:
        await lens.show_reply(app, message.id)


def complete(app: ChatApp, typed: str) -> list[Offer]:
    """Offer the lessons."""
    from glmchat.tui.widgets.prompt.slash import Offer

    return [
        Offer(f"/try {name}", name, about)
        for name, about in LESSONS.items()
        if name.startswith(typed.lower())
    ]


async def last_session(app: ChatApp) -> None:
    """Go on with the session in which something was said last, beside the one that is open."""
    await sessions.open_session(app, await last_id(presenter_of(app).workspace))
