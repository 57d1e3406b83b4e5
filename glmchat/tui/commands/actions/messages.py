"""What is done with single messages and the blocks in them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glmchat.core import attachments
from glmchat.core.attached import Attached
from glmchat.support.address import LINK_SCHEMES, scheme_of
from glmchat.support.paths import Replacement
from glmchat.support.text import safe_line
from glmchat.tui.commands.actions import attach, branches, chat, lens, models, provenance, view
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.tui.widgets.transcript.values import Act, Action
from glmchat.turn import ending_notes
from glmchat.workspace.slash import tune

if TYPE_CHECKING:
    from glmchat.core.conversation import Message
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.presenting.presenter import Presenter

_ENDINGS = {
    "python": "py", "javascript": "js", "typescript": "ts", "bash": "sh", "shell": "sh", "markdown": "md", "rust": "rs",
    "csharp": "cs", "ruby": "rb", "kotlin": "kt", "yaml": "yaml", "html": "html", "text": "txt",
    "jpeg": "jpg", "svgxml": "svg",
}  # fmt: skip


def show_sibling(app: ChatApp, id: int, step: int) -> None:
    """Show another version of a message."""
    workspace = presenter_of(app).workspace
    transcript = app.chat.transcript
    if id not in workspace.current.conversation.nodes:
        raise Refused("This message is not in the conversation any more.")
    versions = workspace.current.conversation.siblings(id)
    place = versions.index(id) + step
    if 0 <= place < len(versions):
        row, was_selected = transcript.item_layout.row_of(id), transcript.selected == id
        workspace.tree.select(versions[place])
        transcript.jump_to(versions[place], 0, above=max(0, row))
        if was_selected:
            transcript.select_message(versions[place])


def selected(app: ChatApp, id: int | None) -> None:
    """Show the thought of the message that is selected."""
    presenter = presenter_of(app)
    for each in (presenter.selected, id):
        if each is not None:
            app.chat.transcript.messages.renew(each)
    presenter.selected = id
    if presenter.current.running is None:
        message = presenter.current.conversation.loaded.get(id) if id is not None else None
        shown = message if message is not None and message.reasoning else presenter.current.last_reply()
        if shown is None or shown.id != presenter.thinking.panel.message_id:
            presenter.thinking.show(shown)


async def open_link(app: ChatApp, url: str) -> None:
    """Open a link after asking, showing where it really goes; only http, https and mailto."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    if scheme_of(url) not in LINK_SCHEMES:
        raise Refused(f"Only web and mail links are opened, and this one goes to {safe_line(url)}.")
    answer = await app.ask(
        ConfirmScreen(
            "Open this link?", safe_line(url), (Choice("open", "Open it"), Choice("copy", "Copy its address"))
        )
    )
    if answer == "open":
        app.open_url(url)
    elif answer == "copy":
        chat.copy_text(app, url, "The address")


def _replace(path: Path, data: bytes) -> None:
    with Replacement(path) as file:
        file.buffer.write(data)


async def save_code(app: ChatApp, text: str, language: str) -> None:
    """Save a block of code to a file of the person's choice."""
    plain = "".join(char for char in language.lower() if char.isalnum())
    name = f"code.{_ENDINGS.get(plain, plain[:8] or 'txt')}"
    whole = text if text.endswith("\n") else text + "\n"
    await _save(app, "Save the code as", name, whole.encode("utf-8", "replace"))


async def _save(app: ChatApp, title: str, name: str, data: bytes) -> None:
    """Save something to a file of the person's choice; a file that is there is not overwritten unasked."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen
    from glmchat.tui.screens.line import LineScreen

    given = await app.ask(LineScreen(title, name))
    if not given or not given.strip():
        return
    path = await asyncio.to_thread(Path(given.strip()).expanduser)
    if await asyncio.to_thread(path.exists):
        sentence = f"{path} already exists."
        choices = (Choice("no", "Leave it as it is"), Choice("yes", "Overwrite it"))
        if await app.ask(ConfirmScreen("Overwrite the file?", sentence, choices)) != "yes":
            return
    try:
        await asyncio.to_thread(_replace, path, data)
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror or error}.") from None
    app.say(f"Saved as {path}.")


# What a single letter does not do without a question: what is sent, written, or not to be taken back.
QUESTIONS: Mapping[Act, tuple[str, str]] = {
    Act.RETRY: ("Ask again?", "Another reply is asked for; the one that is there is kept beside it."),
    Act.CONTINUE: ("Go on with the reply?", "The rest of it is asked for, where it was cut off."),
    Act.KEEP: (
        "Keep the reply as it is?",
        "It counts as complete then, and is not offered to go on with any more.",
    ),
    Act.FORK: (
        "Branch off here?",
        "Makes a new session of the conversation up to this message, and opens it.",
    ),
}


async def act_by_key(app: ChatApp, id: int, action: Action) -> None:
    """Carry out what a key asks for, after a question where it cannot simply be taken back."""
    if action.act in QUESTIONS and not await confirmed(app, *QUESTIONS[action.act]):
        return
    await act(app, id, action)


async def confirmed(app: ChatApp, title: str, sentence: str) -> bool:
    """Ask whether something is to be done."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    choices = (Choice("yes", title.rstrip("?")), Choice("no", "Leave it"))
    return await app.ask(ConfirmScreen(title, sentence, choices)) == "yes"


async def act(app: ChatApp, id: int, action: Action) -> None:
    """Carry out what a button or a key of the transcript asks for."""
    presenter = presenter_of(app)
    await presenter.workspace.journal.need([id])
    message = presenter.current.conversation.loaded.get(id)
    if message is None:
        raise Refused("This message is not in the conversation any more.")
    result = ACTS[action.act](app, presenter, message, action)
    if result is not None:
        await result


def _copy_thought(app: ChatApp, presenter: Presenter, message: Message, _: Action) -> None:
    chat.copy_text(app, message.reasoning, "The thought")


def _copy(app: ChatApp, presenter: Presenter, message: Message, _: Action) -> None:
    chat.copy_text(app, message.content, "The message")


def _quote(app: ChatApp, presenter: Presenter, message: Message, _: Action) -> None:
    quoted = app.chat.transcript.selection.text() or message.content
    app.chat.prompt.write("".join(f"> {line}\n" for line in quoted.splitlines()) + "\n")


async def _save_picture(app: ChatApp, presenter: Presenter, message: Message, action: Action) -> None:
    image = message.images[action.picture]
    data = await asyncio.to_thread(attachments.raw, image)
    if data is None:
        raise Refused("This picture cannot be read: what came of it is no whole picture.")
    kind = "".join(char for char in str(image.get("type")).rpartition("/")[2].lower() if char.isalnum())
    await _save(app, "Save the picture as", f"picture.{_ENDINGS.get(kind, kind[:8] or 'bin')}", data)


async def _show_attached(app: ChatApp, presenter: Presenter, message: Message, action: Action) -> None:
    await attach.show(app, await _with_bytes(presenter, message, action))


async def _save_attached(app: ChatApp, presenter: Presenter, message: Message, action: Action) -> None:
    attached = await _with_bytes(presenter, message, action)
    name = attached.attachment.name.rpartition("/")[2]
    await _save(app, "Save what was attached as", name, attached.content)


async def _with_bytes(presenter: Presenter, message: Message, action: Action) -> Attached:
    attachment = message.attachments[action.picture]
    found = await presenter.workspace.attaching.contents([attachment])
    if attachment.digest not in found:
        raise Refused(f"{safe_line(attachment.name)} is not in the history any more.")
    return Attached(attachment, found[attachment.digest])


async def _attach_anew(app: ChatApp, presenter: Presenter, message: Message, action: Action) -> None:
    changed, line = await presenter.workspace.attaching.choose_again(message.attachments[action.picture])
    since = "It has changed since" if changed else "It has not changed since"
    app.say(f"Attached to the next prompt: {safe_line(line)}. {since}.")


def _leave_out(app: ChatApp, presenter: Presenter, message: Message, action: Action) -> None:
    presenter.workspace.attaching.leave_out(message, action.picture)


async def _fork(app: ChatApp, presenter: Presenter, message: Message, _: Action) -> None:
    presenter.keep_draft()
    await presenter.workspace.tree.fork(message.id)


def _decline(app: ChatApp, presenter: Presenter, message: Message, _: Action) -> None:
    for call in presenter.current.open_calls():
        presenter.workspace.replies.give_tool_result(call.id, None)


def _double_limit(app: ChatApp, presenter: Presenter, message: Message, _: Action) -> None:
    limit = ending_notes.limit_of(message)
    if limit is None:
        raise Refused("No limit was sent with this reply.")
    presenter.workspace.tuning.set_value("max_tokens", 2 * limit)
    presenter.workspace.replies.retry(message.id)
    app.say(f"max_tokens is {2 * limit} from here on; /undo takes that back.")


async def _add_key(app: ChatApp, presenter: Presenter, message: Message) -> None:
    known = message.provider in presenter.workspace.endpoints
    await models.add_key(app, message.provider if known and message.provider else "")


def _drop_and_retry(app: ChatApp, presenter: Presenter, message: Message, _: Action) -> None:
    app.say(tune.drop_oldest(presenter.workspace, "on"))
    presenter.workspace.replies.retry(message.id)


# What can be done with a message.
ACTS: Mapping[Act, Callable[[ChatApp, Presenter, Message, Action], Coroutine[Any, Any, None] | None]] = {
    Act.COPY: _copy,
    Act.COPY_THOUGHT: _copy_thought,
    Act.QUOTE: _quote,
    Act.FORK: _fork,
    Act.DECLINE: _decline,
    Act.SAVE_PICTURE: _save_picture,
    Act.SHOW_ATTACHED: _show_attached,
    Act.SAVE_ATTACHED: _save_attached,
    Act.ATTACH_ANEW: _attach_anew,
    Act.LEAVE_OUT: _leave_out,
    Act.TAKE_THOUGHT: lambda app, here, message, _: here.workspace.tree.take_thought(message.id),
    Act.WITHOUT_THOUGHT: lambda app, here, message, _: here.workspace.replies.retry_without_thought(
        message.id
    ),
    Act.OVER_BUDGET: lambda app, here, message, _: here.workspace.replies.retry_over_budget(message.id),
    Act.DOUBLE_LIMIT: _double_limit,
    Act.EDIT: lambda app, here, message, _: chat.edit_message(app, message.id),
    Act.RESULTS: lambda app, here, message, _: chat.answer_tools(app),
    Act.RETRY: lambda app, here, message, _: here.workspace.replies.retry(message.id),
    Act.CONTINUE: lambda app, here, message, _: here.workspace.replies.continue_reply(message.id),
    Act.WITHOUT: lambda app, here, message, action: here.workspace.replies.resend_without(
        message.id, action.parameters[0]
    ),
    Act.TRY_WITHOUT: lambda app, here, message, action: here.workspace.replies.try_without(
        message.id, action.parameters
    ),
    Act.KEEP: lambda app, here, message, _: here.workspace.replies.keep_part(message.id),
    Act.VALUES: lambda app, here, message, _: provenance.use(app, message.id),
    Act.SETTINGS: lambda app, here, message, _: provenance.show(app, message.id),
    Act.DIFFERS: lambda app, here, message, _: provenance.differs(app, message.id),
    Act.LENS: lambda app, here, message, _: lens.show_reply(app, message.id),
    Act.DELETE: lambda app, here, message, _: branches.delete(app, message.id),
    Act.TREE: lambda app, here, message, _: branches.tree(app),
    Act.KEY: lambda app, here, message, _: _add_key(app, here, message),
    Act.MODEL: lambda app, here, message, _: models.choose(app, ""),
    Act.DROP_OLDEST: _drop_and_retry,
    Act.REQUEST: lambda app, here, message, _: view.show_request(app, message.id),
}
