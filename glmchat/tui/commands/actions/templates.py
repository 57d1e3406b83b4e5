"""Prompts of the library: filled in and put into the prompt, and made from a message."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from glmchat.core.conversation import Role
from glmchat.core.parameters import BY_NAME
from glmchat.files.refused import FileRefused
from glmchat.prompts import library
from glmchat.prompts.template import PromptRefused, Template, written
from glmchat.support.text import safe_line, safe_title
from glmchat.tui.commands.actions import copied
from glmchat.tui.commands.actions.chosen import chosen
from glmchat.tui.commands.dispatch import Refused, presenter_of

if TYPE_CHECKING:
    from pathlib import Path

    from glmchat.tui.commands.chat_app import ChatApp

FILE = "file"
_SHOWN, _SHORT = 600, 40
# Earlier prompts that are looked through, how much of each is shown, and how much of it is looked at.
_MOST_EARLIER, _LONGEST, _SOUGHT = 2000, 200, 2000


async def use(app: ChatApp, name: str, argument: str) -> None:
    """Fill in a prompt and put it where it can be read and sent; what is written after its name follows it."""
    template, path = await asyncio.to_thread(_found, name)
    if not await asyncio.to_thread(library.is_allowed, name, path) and not await _may_use(
        app, template, path
    ):
        return
    text = await _filled(app, template)
    if text is None:
        return
    app.chat.prompt.put(f"{text}\n\n{argument}" if argument else text)
    app.chat.prompt.focus()
    _take_values(app, template)


def _found(name: str) -> tuple[Template, Path]:
    try:
        return library.find(name)
    except PromptRefused as refused:
        raise Refused(str(refused)) from None


async def _may_use(app: ChatApp, template: Template, path: Path) -> bool:
    """Show a project's prompt and ask for the yes that it needs."""
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    more = "…" if len(template.text) > _SHOWN else ""
    sentence = f"{safe_line(str(path))} comes with this project:\n\n{template.text[:_SHOWN]}{more}"
    choices = (Choice("no", "Do not use it"), Choice("yes", "Use it, as long as it does not change"))
    if await app.ask(ConfirmScreen("Use this prompt of the project?", sentence, choices)) != "yes":
        return False
    await asyncio.to_thread(library.allow, path)
    return True


async def _filled(app: ChatApp, template: Template) -> str | None:
    """The prompt with what the program knows and what the person fills in; None where the person left."""
    from glmchat.tui.screens.form import FormScreen

    known = await _known(app, template)
    fields = {name: default for name, default in template.variables().items() if name not in known}
    note = "; ".join(f"{name}: {_amount(value)}" for name, value in known.items())
    given: dict[str, str] = {}
    while fields:
        answer = await app.ask(FormScreen(f"/{template.name}", fields, given, note))
        if answer is None:
            return None
        given = answer
        if not given.get(FILE, "").strip():
            break
        try:
            chosen_file = await presenter_of(app).workspace.attaching.choose(given[FILE].strip())
        except FileRefused as refused:
            app.say(str(refused), "warning")
            continue
        given[FILE] = chosen_file.attached.attachment.name
        break
    return template.fill({**given, **known})


async def _known(app: ChatApp, template: Template) -> dict[str, str]:
    """What is selected and what was copied, where the prompt asks for that and there is any."""
    wanted, known = template.variables(), {}
    if "selection" in wanted and (marked := app.chat.transcript.selection.text()):
        known["selection"] = marked
    if "clipboard" in wanted and (found := await copied.look(app, picture=False)).text:
        known["clipboard"] = found.text
    return known


def _amount(text: str) -> str:
    lines = text.count("\n") + 1
    return (
        safe_line(text)
        if lines == 1 and len(text) <= _SHORT
        else f"{lines:,} lines, {len(text):,} characters"
    )


def _take_values(app: ChatApp, template: Template) -> None:
    """Take the values and the system prompt that belong to a prompt, and say so."""
    tuning = presenter_of(app).workspace.tuning
    for name, value in template.values.items():
        tuning.set_value(name, value, merge_key=f"prompt {template.name}")
    if template.system is not None:
        tuning.set_system(template.system)
    taken = [f"{name} = {BY_NAME[name].format(value)}" for name, value in template.values.items()]
    taken += ["its system prompt"] if template.system is not None else []
    if taken:
        app.say(f"/{template.name} also sets {', '.join(taken)}.")


async def save(app: ChatApp, argument: str) -> None:
    """Keep the selected message of the person, or the last one, as a prompt of the library."""
    from glmchat.tui.screens.line import LineScreen

    presenter = presenter_of(app)
    message = chosen(app, Role.USER)
    name = argument or await app.ask(LineScreen("Save this message as a prompt, to be used as /…"))
    if not name or not name.strip():
        return
    try:
        path = await asyncio.to_thread(library.save, name.strip(), written(message.content))
    except PromptRefused as refused:
        raise Refused(str(refused)) from None
    await presenter.prompts.read()
    app.say(f"/{name.strip().lower()} is kept as {path}. There, {{name}} makes a part of it a variable.")


async def show(app: ChatApp, argument: str) -> None:
    """List the prompts of the library to use one, or take in a folder of them: ``import DIR``."""
    from glmchat.tui.screens.choose import ChooseScreen
    from glmchat.tui.widgets.lists.choices import Row

    presenter = presenter_of(app)
    word, _, place = argument.partition(" ")
    if word.lower() == "import":
        await _take_in(app, place.strip().strip("\"'"))
        return
    if argument:
        raise Refused(
            f"/prompts lists the prompts, and /prompts import DIR takes in a folder; not {argument!r}."
        )
    await presenter.prompts.read()
    if not presenter.prompts.known:
        raise Refused(
            f"There are no prompts yet. They are Markdown files in {library.own_directory()}; /save-prompt makes one "
            "of a message, and /prompts import DIR takes in a folder."
        )
    rows = [
        Row(name, f"/{name}", safe_title(about, _LONGEST)) for name, about in presenter.prompts.known.items()
    ]
    name = await app.ask(ChooseScreen("Prompt library", rows))
    if name is not None:
        await use(app, name, "")


async def _take_in(app: ChatApp, place: str) -> None:
    from glmchat.prompts.taking_in import take_in

    if not place:
        raise Refused("Write the folder after it: /prompts import DIR")
    try:
        taken = await asyncio.to_thread(take_in, place)
    except PromptRefused as refused:
        raise Refused(str(refused)) from None
    await presenter_of(app).prompts.read()
    app.say(safe_line(taken.sentence), "warning" if taken.left else "information")


async def search(app: ChatApp) -> None:
    """Find an earlier prompt of any session, and put it into the prompt."""
    from glmchat.tui.screens.choose import ChooseScreen
    from glmchat.tui.widgets.lists.choices import Row

    earlier = await presenter_of(app).workspace.archive.prompts.recent(_MOST_EARLIER)
    if not earlier:
        raise Refused("Nothing was asked yet.")
    rows = [Row(text, safe_title(text, _LONGEST), name=text[:_SOUGHT]) for text in earlier]
    screen = ChooseScreen("Earlier prompts", rows)
    chosen_text = await app.ask(screen)
    if chosen_text is not None:
        app.chat.prompt.put(chosen_text)
        app.chat.prompt.focus()
