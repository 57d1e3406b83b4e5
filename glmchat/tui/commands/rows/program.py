"""Commands on the program itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.commands import actions
from glmchat.tui.commands.command import Command, Group

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp

_IN = Group.PROGRAM

ROWS: tuple[Command[ChatApp], ...] = (
    Command(
        "palette", _IN, "All commands", "Finds and runs any command by its name.",
        lambda app, _: actions.program.palette(app), ("ctrl+p",), "commands", hint="commands", palette=False,
    ),
    Command(
        "help", _IN, "Help", "Shows keys, commands and the manual.",
        lambda app, words: actions.program.help_page(app, words), ("f1",), "help", "TOPIC",
        lambda app, typed: actions.program.complete_help(app, typed), hint="help",
    ),
    Command(
        "try", _IN, "Try it out", "Shows what temperature, tokens and thinking are, on the built-in model.",
        lambda app, words: actions.first_steps.attempt(app, words), (), "try", "temperature|tokens|thinking",
        lambda app, typed: actions.first_steps.complete(app, typed),
    ),
    Command(
        "learn", _IN, "Lessons", "Teaches parameters, thinking and the lens by doing, on the built-in model.",
        lambda app, words: actions.learn.learn(app, words), (), "learn", "LESSON|stop",
        lambda app, typed: actions.learn.complete(app, typed),
    ),
    Command(
        "preferences", _IN, "Settings", "Changes what config.toml says, the keys of the keyboard included.",
        lambda app, _: actions.preferences.show(app), (), "preferences",
    ),
    Command(
        "notices", _IN, "Notices", "Shows all notices since glmchat started, the newest first.",
        lambda app, _: actions.program.notices(app), (), "notices",
    ),
    Command(
        "interrupt", _IN, "Copy, stop, clear or leave",
        "Copies a selection, else stops a reply, else clears the prompt; twice in a row, it leaves.",
        lambda app, _: actions.program.interrupt(app), ("ctrl+c",), palette=False,
    ),
    Command(
        "leave", _IN, "Leave on an empty prompt", "Leaves glmchat where the prompt is empty.",
        lambda app, _: actions.program.leave(app), ("ctrl+d",), palette=False,
    ),
    Command(
        "suspend", _IN, "Suspend", "Goes back to the shell; fg brings glmchat back.",
        lambda app, _: actions.program.suspend(app), ("ctrl+z",),
    ),
    Command(
        "quit", _IN, "Quit", "Leaves glmchat; everything is saved.",
        lambda app, _: actions.program.leave_now(app), ("ctrl+q",), "quit",
    ),
)  # fmt: skip
