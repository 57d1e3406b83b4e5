"""Asking and being answered: stop, ask again, continue, edit, tool results, the queue."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from glmchat.core.conversation import Role
from glmchat.tui.commands.actions import attach
from glmchat.tui.commands.actions.chosen import chosen, last_reply, to_ask_again
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.workspace.resuming import held_sentence
from glmchat.workspace.slash import replies, tune

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.presenting.presenter import Presenter
    from glmchat.workspace import ContextUse


async def send(app: ChatApp, text: str) -> None:
    """Send a prompt; where the conversation was held elsewhere or would overflow the window, ask about that first."""
    presenter = presenter_of(app)
    if presenter.current.attached and not await attach.is_ready(app, text):
        return
    if not await _may_send(app, presenter, text):
        return
    presenter.workspace.replies.send(text)
    if text.strip():
        app.chat.prompt.recall.add(text)
    app.chat.transcript.action_scroll_end()


async def _may_send(app: ChatApp, presenter: Presenter, text: str) -> bool:
    """Ask what has to be asked first; the text stands in the prompt as long as it may come back there."""
    use = presenter.workspace.requests.context()
    use = replace(use, tokens=use.tokens + presenter.workspace.requests.tokens_of([text]))
    overflows = use.would_overflow and not use.dropping and not presenter.current.runs
    if not presenter.current.held and not overflows:
        return True
    prompt = app.chat.prompt
    prompt.put(text)
    if presenter.current.held and not await _ask_where(app, presenter):
        return False
    if overflows:
        answer = await _ask_about_overflow(app, use, presenter)
        if answer is None:
            return False
        if answer == "drop":
            presenter.workspace.tuning.drop_oldest(True)
        elif answer != "all" and not await attach.shorten(app, answer, use):
            return False
    prompt.put("")
    return True


async def _ask_where(app: ChatApp, presenter: Presenter) -> bool:
    """Ask where a conversation goes on that was held elsewhere; False to go back to the prompt."""
    from glmchat.tui.commands.actions import models
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    session = presenter.current
    title = session.endpoint.title
    ways = [Choice("model", "Choose a model and provider"), Choice("here", f"Go on at {title}")]
    answer = await app.ask(
        ConfirmScreen("Where should this conversation go on?", held_sentence(session), ways)
    )
    if presenter.current is not session:
        return False
    if answer == "model":
        await models.choose(app, "")
    elif answer == "here":
        presenter.workspace.replies.go_on_here()
    return not session.held


async def _ask_about_overflow(app: ChatApp, use: ContextUse, presenter: Presenter) -> str | None:
    """Ask what to do about a request that may be too long; None to go back to the prompt."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    sentence = f"The request takes about {use.tokens:,} tokens, and the model's window is {use.window:,}."
    choices = [Choice("all", "Send everything")]
    choices[:0] = attach.ways_to_shorten(presenter)
    if presenter.current.conversation.nodes:
        sentence += " The oldest turns can be left out of it; they stay in the conversation."
        choices.insert(0, Choice("drop", "Leave the oldest turns out"))
    return await app.ask(ConfirmScreen("The request may be too long", sentence, choices))


def stop(app: ChatApp) -> None:
    """Close what lies over the chat, else stop the reply, else go back to the prompt."""
    workspace = presenter_of(app).workspace
    if app.chat.close_overlay() or workspace.attaching.stop() or workspace.replies.stop():
        return
    app.chat.transcript.selection.clear()
    app.chat.transcript.hits.put({})
    if app.chat.transcript.selected is not None:
        app.chat.transcript.select_message(None)
    app.chat.prompt.focus()


def answer_now(app: ChatApp) -> None:
    """End the thought and ask again without it."""
    if not presenter_of(app).workspace.replies.answer_now():
        raise Refused("The model is not thinking now.")


def retry(app: ChatApp) -> None:
    """Ask again for the selected reply, or for what the branch ends with."""
    presenter_of(app).workspace.replies.retry(to_ask_again(app))


def continue_reply(app: ChatApp) -> None:
    """Ask for the rest of the selected reply, or the last one."""
    replies.go_on(presenter_of(app).workspace, chosen(app, Role.ASSISTANT))


def keep_part(app: ChatApp) -> None:
    """Take a reply that was cut off as it is."""
    replies.keep_part(presenter_of(app).workspace, chosen(app, Role.ASSISTANT))


def take_thought(app: ChatApp) -> None:
    """Take the thought of a reply that has no answer as its answer."""
    replies.take_thought(presenter_of(app).workspace, chosen(app, Role.ASSISTANT))


async def edit_chosen(app: ChatApp) -> None:
    """Edit the selected message, or the last one of the user."""
    picked = app.chat.transcript.selected
    await edit_message(app, picked if picked is not None else chosen(app, Role.USER).id)


async def edit_message(app: ChatApp, id: int) -> None:
    """Edit a message; one of the user's own is sent again."""
    from glmchat.tui.screens.editor import EditorScreen

    presenter = presenter_of(app)
    await presenter.workspace.journal.need([id])
    message = presenter.current.conversation.loaded[id]
    title = "Edit your message and send it again" if message.role is Role.USER else "Edit the reply"
    text = await app.ask(EditorScreen(title, message.content))
    if text is not None and text.strip() and text != message.content:
        presenter.workspace.tree.edit(id, text)


async def answer_tools(app: ChatApp) -> None:
    """Give a result for each open tool call, or decline it."""
    from glmchat.tui.screens.tool_result import ToolResultScreen

    presenter = presenter_of(app)
    session = presenter.current
    calls = session.open_calls()
    if not calls:
        raise Refused("No tool call waits for a result.")
    for number, call in enumerate(calls, 1):
        answer = await app.ask(ToolResultScreen(call, number, len(calls)))
        if answer is None or session is not presenter.current:
            return
        presenter.workspace.replies.give_tool_result(call.id, answer.text)


def copy_text(app: ChatApp, text: str, what: str = "The text") -> None:
    """Copy a text, and say how sure that is."""
    app.spawn(_copy(app, text, what))


async def _copy(app: ChatApp, text: str, what: str) -> None:
    from glmchat.tui.platform import terminal

    app.say(await terminal.copy(app.textual, text, what))


def copy_reply(app: ChatApp) -> None:
    """Copy the last reply as it was written."""
    copy_text(app, last_reply(presenter_of(app)).content, "The last reply")


def drop_oldest(app: ChatApp, argument: str) -> None:
    """Leave the oldest turns out where the window would overflow, or no longer."""
    app.say(tune.drop_oldest(presenter_of(app).workspace, argument))


async def edit_queue(app: ChatApp) -> None:
    """Edit the message that waits last."""
    queue = presenter_of(app).current.queue
    if not queue:
        raise Refused("No message is waiting.")
    await edit_queued(app, queue[-1].id)


async def edit_queued(app: ChatApp, id: int) -> None:
    """Edit a message that waits; emptied, it is withdrawn."""
    from glmchat.tui.screens.editor import EditorScreen

    presenter = presenter_of(app)
    queued = next((each for each in presenter.current.queue if each.id == id), None)
    if queued is None:
        return
    text = await app.ask(EditorScreen("Edit the waiting message", queued.text))
    if text is not None and text.strip():
        presenter.workspace.replies.edit_queued(id, text)
    elif text is not None:
        presenter.workspace.replies.withdraw(id)


def withdraw(app: ChatApp, id: int) -> None:
    """Take a message that waits back into the prompt."""
    if text := presenter_of(app).workspace.replies.withdraw(id):
        typed = app.chat.prompt.whole()
        app.chat.prompt.put(f"{text}\n\n{typed}" if typed.strip() else text)
        app.chat.prompt.focus()


async def open_editor(app: ChatApp) -> None:
    """Write the prompt in the person's own editor."""
    from glmchat.tui.platform.external_editor import edit

    prompt = app.chat.prompt
    prompt.put(await edit(app, prompt.whole()))
    prompt.focus()
