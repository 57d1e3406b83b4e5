"""The program itself: palette, help, leaving."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp
    from glmchat.tui.commands.command import Command
    from glmchat.tui.presenting.presenter import Presenter
    from glmchat.tui.screens.help import HelpScreen
    from glmchat.tui.widgets.prompt.slash import Offer

TWICE_S = 2.0
# Commands that the palette shows first, since they were chosen there last.
RECENT = 5
_RECENTLY = "Recently chosen"
# What people look for comes first, in the palette and after a slash.
WANTED = (
    "new",
    "model",
    "set",
    "think",
    "preset",
    "compare",
    "sweep",
    "lens",
    "file",
    "system",
    "search",
    "help",
)


def wanted(slash: str) -> int:
    """The place of a slash command among those that people look for, behind all of them where it is none."""
    return WANTED.index(slash) if slash in WANTED else len(WANTED)


async def palette(app: ChatApp) -> None:
    """Find and run a command."""
    from glmchat.tui.commands.command import Group
    from glmchat.tui.commands.keys import display
    from glmchat.tui.screens.choose import ChooseScreen
    from glmchat.tui.widgets.lists.choices import Row

    recent = app.presenter.recent_commands if app.presenter is not None else []
    groups = list(Group)

    def place(row: Command[ChatApp]) -> tuple[int, ...]:
        if row.name in recent:
            return -1, recent.index(row.name)
        return groups.index(row.group), wanted(row.slash)

    rows = [
        Row(
            row.name,
            row.title,
            row.help,
            "  ".join(display(key) for key in app.keymap.keys[row.name]),
            _RECENTLY if row.name in recent else row.group.value,
        )
        for row in sorted(app.keymap.table, key=place)
        if row.palette and row.run is not None
    ]
    name = await app.ask(ChooseScreen("All commands", rows))
    if name is not None:
        recent[:] = [name, *(each for each in recent if each != name)][:RECENT]
        if app.presenter is not None:
            app.presenter.workspace.archive.commands.save(recent)
        app.run_command(name)


async def help_page(app: ChatApp, topic: str) -> None:
    """Show the help, at a topic where one is named or at the parameter that has the keyboard."""
    from glmchat.tui.screens.help import HelpScreen

    sidebar = getattr(app.chat, "sidebar", None)  # it comes after the first frame
    about = topic or (sidebar.focused_parameter if sidebar is not None else "") or ""
    screen = HelpScreen(app.keymap, app.preferences.language, about)
    if app.presenter is not None:
        app.spawn(_show_shifts(app.presenter, screen))
    await app.ask(screen)


async def _show_shifts(presenter: Presenter, screen: HelpScreen) -> None:
    """Let the help show what each parameter does to the last reply."""
    from glmchat.analysis import distribution

    places = await presenter.distribution.places()
    if places is not None:
        session = presenter.workspace.current
        values, words = session.values.plain(), session.endpoint.demo
        screen.show_shifts(
            lambda name: (
                distribution.shift_at(places, name, values, words) if name in distribution.NAMES else None
            )
        )


async def notices(app: ChatApp) -> None:
    """Show what was said since the program started."""
    from glmchat.support.text import literal, safe_line
    from glmchat.tui.screens.report import ReportScreen

    lines = app.notices.page()
    text = "\n".join(f"- {literal(safe_line(line))}" for line in lines)
    await app.ask(ReportScreen("Notices", text or "Nothing was said yet.", "\n".join(lines)))


def complete_help(app: ChatApp, typed: str) -> list[Offer]:
    """Offer the pages of the manual."""
    from glmchat import manual
    from glmchat.tui.widgets.prompt.slash import Offer

    return [
        Offer(f"/help {each.name}", each.name, each.title)
        for each in manual.topics(app.preferences.language)
        if each.name.startswith(typed.lower())
    ]


async def copy_selection(app: ChatApp) -> None:
    """Copy what is selected in the conversation, texts that were never in view included."""
    from glmchat.tui.commands.actions.chat import copy_text

    transcript = app.chat.transcript
    if app.presenter is not None and (missing := transcript.selection.missing()):
        await app.presenter.workspace.journal.need(missing)
    if selected := transcript.selection.text():
        copy_text(app, selected, "The selection")
    transcript.selection.clear()


def interrupt(app: ChatApp) -> None:
    """Copy a selection, else stop a reply, else clear the prompt; twice in a row, leave."""
    from glmchat.tui.commands.actions.chat import copy_text

    now = time.monotonic()
    again, app.interrupted = now - app.interrupted < TWICE_S, now
    prompt, transcript = app.chat.prompt, app.chat.transcript
    if transcript.selection.text() or transcript.selection.missing():
        app.interrupted = 0.0
        app.spawn(copy_selection(app))
    elif prompt.has_focus and prompt.selected_text:
        app.interrupted = 0.0
        copy_text(app, prompt.selected_text, "The selection")
    elif again:
        leave_now(app)
    elif app.presenter is not None and app.presenter.workspace.replies.stop():
        pass
    elif prompt.text:
        prompt.put("")
    else:
        app.say("Press Ctrl+C once more to leave.")


def leave(app: ChatApp) -> None:
    """Leave where the prompt is empty."""
    if not app.chat.prompt.text:
        leave_now(app)


def leave_now(app: ChatApp) -> None:
    """Leave; where something is not saved, ask first."""
    app.inputs.wait_for(app.spawn(_leave(app)))


async def _leave(app: ChatApp) -> None:
    from glmchat.tui.screens.confirm import Choice, ConfirmScreen

    if app.presenter is not None and app.presenter.workspace.unsaved:
        sentence = "What was said is in memory only, because the history cannot be written. It is gone when you leave."
        choices = (
            Choice("export", "Export the session first"),
            Choice("leave", "Leave"),
            Choice("stay", "Stay"),
        )
        answer = await app.ask(ConfirmScreen("This session is not saved", sentence, choices))
        if answer == "export":
            app.run_command("export")
        if answer != "leave":
            return
    await app.leave()


def suspend(app: ChatApp) -> None:
    """Go back to the shell."""
    app.action_suspend_process()
