"""Files and pictures for the next prompt: chosen, dropped, looked at, taken off, put in another order."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from glmchat.core.attached import Kind, block
from glmchat.files import dropped, named
from glmchat.files.attaching import split_range
from glmchat.files.gathering import Gathered
from glmchat.files.reading import shown
from glmchat.files.refused import FileRefused
from glmchat.support.text import counted, safe_line
from glmchat.tui.commands.actions.typed import file_offers
from glmchat.tui.commands.dispatch import Refused, presenter_of
from glmchat.tui.widgets.prompt.slash import Offer
from glmchat.workspace.budget import reserved

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from glmchat.core.attached import Attached
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.presenting.presenter import Presenter
    from glmchat.tui.screens.confirm import Choice
    from glmchat.workspace import ContextUse
    from glmchat.workspace.session import Chosen

T = TypeVar("T")
# What is typed next waits as long as most files take to read, and no longer.
_HELD_S = 0.5
# So much of the room is filled with a part of a file: tokens are estimated, and numbers and code take a third more.
_SURE = 0.7


async def attach(app: ChatApp, name: str) -> None:
    """Attach the file that is named; without a name, offer those that are here."""
    if not name:
        app.chat.prompt.put("@")
        app.chat.prompt.focus()
        return
    await attach_named(app, name)


async def attach_named(app: ChatApp, name: str) -> None:
    """Attach a file, or those of a directory or a pattern once they are agreed to; what is wrong with it is told."""
    attaching, session = presenter_of(app).workspace.attaching, presenter_of(app).current
    gathered = await _awaited(app, name, attaching.gather(name))
    if gathered is None:
        chosen = await _awaited(app, name, attaching.choose(name, session))
        line = chosen.attached.attachment.line
    else:
        taken = await _agreed(app, gathered)
        if not taken:
            return
        attaching.add_all(taken, session)
        line = Gathered(name, taken, {}).line
    if app.chat.prompt.text.startswith("/file"):
        app.chat.prompt.put("")
    app.say(f"Attached: {safe_line(line)}.")


async def _awaited(app: ChatApp, name: str, work: Coroutine[Any, Any, T]) -> T:
    """Wait for what is read; where it takes long the screen goes on meanwhile, and Esc stops it."""
    reading = asyncio.ensure_future(work)
    try:
        await asyncio.wait({reading}, timeout=_HELD_S)
        if not reading.done():
            app.inputs.let_go()
            app.say(f"Reading {shown(name)} … Esc stops it.")
        return await reading
    finally:
        reading.cancel()


async def _agreed(app: ChatApp, gathered: Gathered) -> tuple[Attached, ...]:
    """Show what would be taken in, and give what the person agrees to."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen
    from glmchat.tui.screens.report import ReportScreen

    texts = gathered.only(Kind.TEXT, "pictures")
    ways = [Choice("all", "Attach them"), Choice("show", "Show which they are")]
    if 0 < len(texts.taken) < len(gathered.taken):
        ways.insert(
            1, Choice("texts", f"Attach the {counted(len(texts.taken), 'file')} without the pictures")
        )
    title = f"Attach what is in {shown(gathered.given)}?"
    while True:
        answer = await app.ask(ConfirmScreen(title, f"{gathered.line}. {gathered.rest}".strip(), ways))
        if answer != "show":
            return {"all": gathered.taken, "texts": texts.taken}.get(answer or "", ())
        await app.ask(ReportScreen(title, gathered.report()))


async def drop(app: ChatApp, text: str) -> None:
    """Attach the files that a pasted text names, where all of them are there; else it stays a text."""
    await are_here(app, text)


async def are_here(app: ChatApp, text: str) -> bool:
    """Attach the files that a text in the prompt names; tells whether all of them are there."""
    presenter = presenter_of(app)
    way = await asyncio.to_thread(_existing, text)
    if way is None:
        return False
    attaching = presenter.workspace.attaching
    before = {each.id for each in presenter.current.attached}
    names: list[str] = []
    new: list[int] = []
    for name in way:
        try:
            chosen = await _awaited(app, name, attaching.choose(name))
        except FileRefused as refused:
            take_back(app, tuple(new))
            app.say(f"{refused} The path stays as text.", "warning")
            return True
        names.append(safe_line(chosen.attached.attachment.name))
        if chosen.id not in before:
            new.append(chosen.id)
    if app.chat.prompt.take_out(text):
        app.chat.prompt.dropped = (text, tuple(new))
    app.say(f"Attached: {', '.join(names)}. Backspace makes it text again.")
    return True


def _existing(text: str) -> list[str] | None:
    """The first of the ways to read a pasted text in which all that it names are files."""
    for way in dropped.names(text):
        try:
            if all(Path(name).expanduser().is_file() for name in way):
                return way
        except (OSError, ValueError, RuntimeError):
            continue
    return None


def tell_of_words(app: ChatApp, typed: str) -> None:
    """Say of a path that was typed behind an @ and never chosen that it goes as a word."""
    names = [] if typed.startswith("/") else named.named(typed)
    if names and app.presenter is not None:
        attached = [each.attached.attachment.path for each in app.presenter.current.attached]
        # Beside the screen and beside what is typed next: a disk may not answer.
        app.spawn(_tell_of_words(app, names, [Path(path) for path in attached if path]))


async def _tell_of_words(app: ChatApp, names: list[str], attached: list[Path]) -> None:
    found = await asyncio.to_thread(named.there, names)
    words = [name for name, path in found.items() if not any(each.is_relative_to(path) for each in attached)]
    if words:
        told = ", ".join(f"@{safe_line(name)}" for name in words)
        app.say(
            f"Sent as text, not attached: {told}. /file {safe_line(words[0])} attaches it to the next prompt.",
            "warning",
        )


def take_back(app: ChatApp, ids: tuple[int, ...]) -> None:
    """What was dropped is a text again."""
    for id in ids:
        presenter_of(app).workspace.attaching.take_off(id)


def take_off(app: ChatApp, id: int) -> None:
    """Attach something no more."""
    presenter_of(app).workspace.attaching.take_off(id)


async def show_list(app: ChatApp, argument: str) -> None:
    """List what is attached, to choose one and say what becomes of it, or take all of it off."""
    from glmchat.tui.screens.choose import TakeOffScreen
    from glmchat.tui.widgets.lists.choices import Row

    presenter = presenter_of(app)
    if argument not in ("", "none"):
        raise Refused(f"/files takes none, which takes all files off, not {argument!r}.")
    if argument:
        for each in list(presenter.current.attached):
            take_off(app, each.id)
        app.say("Nothing is attached.")
        return
    id: int | None = None
    while attached := presenter.current.attached:
        rows = [Row(each.id, safe_line(each.attached.attachment.line)) for each in attached]
        title = "Attached to the next prompt"
        id = await app.ask(TakeOffScreen(title, rows, presenter.workspace.attaching.take_off, at=id))
        if id is None:
            return
        await open_one(app, id)
    raise Refused(
        "Nothing is attached. /file PATH attaches a file, and @ in the prompt offers those that are here."
    )


async def open_one(app: ChatApp, id: int) -> None:
    """Ask what becomes of something that is attached."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    attaching = presenter_of(app).workspace.attaching
    chosen = _chosen(app, id)
    attachment = chosen.attached.attachment
    ways = [Choice("open", "Open it"), Choice("off", "Take it off")]
    if attachment.kind is Kind.TEXT and attachment.path is not None:
        ways.append(Choice("lines", "Send only some of its lines"))
    if len(presenter_of(app).current.attached) > 1:
        ways += [Choice("up", "Move it up"), Choice("down", "Move it down")]
    answer = await app.ask(ConfirmScreen(attachment.name, attachment.line, ways))
    match answer:
        case "open":
            await show(app, chosen.attached)
        case "off":
            attaching.take_off(id)
        case "lines":
            await ask_lines(app, chosen)
        case "up" | "down":
            attaching.move(id, 1 if answer == "down" else -1)


async def ask_lines(app: ChatApp, chosen: Chosen) -> bool:
    """Ask which lines of a file are sent; False where the person left."""
    from glmchat.tui.screens.line import LineScreen

    name = safe_line(chosen.attached.attachment.name)
    lines = await app.ask(LineScreen(f"Which lines of {name}?", placeholder="10-40, 10-, -40 or 10"))
    if not lines or not lines.strip():
        return False
    given = f"{split_range(chosen.given)[0]}:{lines.strip()}"
    if split_range(given)[1] is None:
        raise Refused(f"{lines.strip()} names no lines; write them as 10-40, 10-, -40 or 10.")
    await presenter_of(app).workspace.attaching.narrow(chosen.id, lines.strip())
    return True


async def is_ready(app: ChatApp, text: str) -> bool:
    """Read what is attached once more, and ask what to do where the model sees no pictures; False keeps the prompt."""
    presenter = presenter_of(app)
    attaching = presenter.workspace.attaching
    session = presenter.current
    try:
        await attaching.read_again(session)
    except FileRefused as refused:
        app.chat.prompt.put(text)
        raise Refused(f"{refused} Nothing was sent; /files lists what is attached.") from None
    if not attaching.unseen():
        return True
    app.chat.prompt.put(text)
    if not await _ask_who_sees(app) or session is not presenter.current:
        return False
    app.chat.prompt.put("")
    return True


async def _ask_who_sees(app: ChatApp) -> bool:
    """Ask what becomes of a picture that the model cannot see; True to send all the same."""
    from glmchat.tui.commands.actions import models
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    workspace = presenter_of(app).workspace
    session = workspace.current
    seeing = workspace.attaching.seeing(workspace.models.known_models(session.endpoint.name))
    ways = [Choice(each.wire_id, f"Ask {each.wire_id}") for each in seeing[:4]]
    ways += [Choice("", "Choose another model"), Choice("-", "Send it anyway")]
    sentence = f"{session.model.wire_id} cannot see pictures, as far as is known."
    answer = await app.ask(ConfirmScreen("The model cannot see", sentence, ways))
    if answer is None:
        return False
    if answer != "-":
        await models.choose(app, answer)
    return answer == "-" or not workspace.attaching.unseen()


def ways_to_shorten(presenter: Presenter) -> list[Choice]:
    """How a request that is too long can be made shorter by what is attached to it."""
    from glmchat.tui.screens.confirm import Choice

    chosen = presenter.workspace.attaching.largest()
    if chosen is None or chosen.attached.attachment.path is None:
        return []
    name = safe_line(chosen.attached.attachment.name)
    return [
        Choice("head", f"Send only the beginning of {name}"),
        Choice("tail", f"Send only the end of {name}"),
        Choice("lines", f"Send only some lines of {name}"),
    ]


async def shorten(app: ChatApp, how: str, use: ContextUse) -> bool:
    """Send less of the largest file: what fits of its beginning or its end, or lines that the person names."""
    attaching = presenter_of(app).workspace.attaching
    chosen = attaching.largest()
    if chosen is None or use.window is None:
        return False
    if how == "lines":
        return await ask_lines(app, chosen)
    room = (
        use.window - reserved(use.reply_room, use.window) - (use.tokens - chosen.attached.attachment.tokens)
    )
    await attaching.narrow_to(chosen.id, max(1, int(room * _SURE)), end=how == "tail")
    return True


def _chosen(app: ChatApp, id: int) -> Chosen:
    found = next((each for each in presenter_of(app).current.attached if each.id == id), None)
    if found is None:
        raise Refused("It is not attached any more.")
    return found


async def show(app: ChatApp, attached: Attached) -> None:
    """Show what is attached."""
    from glmchat.tui.screens.report import ReportScreen

    attachment = attached.attachment
    if attachment.kind is Kind.TEXT:
        text = attached.content.decode("utf-8", "replace")
        await app.ask(ReportScreen(attachment.name, block(attachment, text), text))
        return
    await app.ask(ReportScreen(attachment.name, safe_line(attachment.line), attachment.line))


def complete(app: ChatApp, typed: str) -> list[Offer]:
    """The files that may follow ``/file``."""
    return [Offer(f"/file {each.text}", each.shown) for each in file_offers(app, typed)]
