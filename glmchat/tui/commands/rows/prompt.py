"""Commands on the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.commands import actions
from glmchat.tui.commands.command import Command, Group

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp

_IN = Group.PROMPT

ROWS: tuple[Command[ChatApp], ...] = (
    Command(
        "send", _IN, "Send", "Sends the prompt; while a reply runs, it waits its turn.",
        keys=("enter",), hint="send", palette=False,
    ),
    Command(
        "newline", _IN, "Break the line", "Breaks the line, as a backslash and Enter do.",
        keys=("ctrl+j", "alt+enter", "shift+enter"), hint="line", palette=False,
    ),
    Command(
        "recall-earlier", _IN, "Earlier prompt", "On the first line, brings back an earlier prompt.",
        keys=("up",), palette=False,
    ),
    Command(
        "recall-later", _IN, "Later prompt", "On the last line, goes on to a later prompt.",
        keys=("down",), palette=False,
    ),
    Command(
        "editor", _IN, "Write in your editor", "Opens the prompt in the program that $VISUAL or $EDITOR names.",
        lambda app, _: actions.chat.open_editor(app), ("ctrl+o",), "editor",
    ),
    Command(
        "file", _IN, "Attach a file", "Attaches a file or a picture to the prompt; @ offers those that are here.",
        lambda app, words: actions.attach.attach(app, words), (), "file", "PATH",
        lambda app, typed: actions.attach.complete(app, typed), alone=True,
    ),
    Command(
        "fetch", _IN, "Attach a web page", "Fetches a web page and attaches its text to the prompt.",
        lambda app, words: actions.fetch.fetch(app, words), (), "fetch", "URL", alone=True,
    ),
    Command(
        "files", _IN, "What is attached", "Lists what is attached, to open it, take it off, or put it in order.",
        lambda app, words: actions.attach.show_list(app, words), (), "files", "[none]", alone=True,
    ),
    Command(
        "earlier-prompts", _IN, "Search earlier prompts",
        "Finds what you asked before, in any session, the newest first; Enter puts it into the prompt.",
        lambda app, _: actions.templates.search(app), ("ctrl+s",), "earlier",
    ),
    Command(
        "instructions", _IN, "Project instructions",
        "Shows the GLMCHAT.md or AGENTS.md of the project, and makes it a part of the system prompt, or no more.",
        lambda app, _: actions.instructions.choose(app), (), "instructions",
    ),
    Command(
        "paste", _IN, "Paste", "Pastes what was copied, and attaches a picture.",
        lambda app, _: actions.pasting.paste(app), ("ctrl+v",), palette=False,
    ),
    Command(
        "clip", _IN, "Insert the clipboard", "Puts what is on the clipboard into the prompt; a picture is attached.",
        lambda app, _: actions.pasting.clip(app), (), "clip",
    ),
    Command(
        "prompts", _IN, "Prompt library",
        "Lists the prompts of the library, to use one; import and a folder take in those that are there.",
        lambda app, words: actions.templates.show(app, words), (), "prompts", "import DIR", alone=True,
    ),
    Command(
        "save-prompt", _IN, "Save a message as a prompt",
        "Saves your selected or last message in the prompt library, to be used as a slash command.",
        lambda app, words: actions.templates.save(app, words), (), "save-prompt", "NAME", alone=True,
    ),
    Command(
        "queue", _IN, "Edit a waiting message", "Opens the messages that wait, to edit or withdraw them.",
        lambda app, _: actions.chat.edit_queue(app), (), "queue",
    ),
)  # fmt: skip
