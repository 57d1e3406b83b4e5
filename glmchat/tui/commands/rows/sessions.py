"""Commands on sessions: begin, find, name, tag, export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.commands import actions
from glmchat.tui.commands.command import Command, Group

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp

_IN = Group.SESSIONS

ROWS: tuple[Command[ChatApp], ...] = (
    Command(
        "new", _IN, "New session", "Starts a new session; the old one stays, and a reply in it goes on.",
        lambda app, _: actions.sessions.new(app), ("ctrl+n",), "new", hint="new",
    ),
    Command(
        "incognito", _IN, "New incognito session", "Starts a session of which nothing is written to disk.",
        lambda app, _: actions.sessions.incognito(app), (), "incognito",
    ),
    Command(
        "last", _IN, "Resume the last session", "Opens the session in which something was said last.",
        lambda app, _: actions.first_steps.last_session(app), (), "last",
    ),
    Command(
        "search", _IN, "Search in all sessions",
        "Finds words in every title, message and thought, with filters such as tag: model: before: cost>.",
        lambda app, words: actions.library.search(app, words), ("f5", "ctrl+shift+f"), "search", "WORDS",
        hint="search",
    ),
    Command(
        "rename", _IN, "Rename the session", "Gives the session a new title.",
        lambda app, words: actions.sessions.rename(app, words), (), "rename", "TITLE",
    ),
    Command(
        "pin", _IN, "Pin or unpin the session", "Keeps the session at the top of the list, or no longer.",
        lambda app, _: actions.sessions.pin(app), (), "pin",
    ),
    Command(
        "delete", _IN, "Delete the session", "Moves the session to the bin, from where it can be brought back.",
        lambda app, _: actions.sessions.delete(app), (), "delete",
    ),
    Command(
        "restore", _IN, "Bring back the deleted session", "Takes the session deleted last out of the bin.",
        lambda app, _: actions.sessions.restore(app), (), "restore",
    ),
    Command(
        "bin", _IN, "The bin", "Shows the deleted sessions, to bring them back or remove them for good.",
        lambda app, _: actions.library.show_bin(app), (), "bin",
    ),
    Command(
        "tag", _IN, "Tag the session",
        "Gives the session tags; tag:NAME in the list of sessions finds it by them.",
        lambda app, words: actions.library.tag(app, words), (), "tag", "TAG ..",
    ),
    Command(
        "untag", _IN, "Take tags off the session", "Takes tags off the session, all of them where none is named.",
        lambda app, words: actions.library.untag(app, words), (), "untag", "TAG ..",
        lambda app, typed: actions.library.complete_untag(app, typed), palette=False,
    ),
    Command(
        "export", _IN, "Export",
        "Writes the session, its branch or all sessions to a file: Markdown, JSON, HTML or JSONL.",
        lambda app, words: actions.exchange.export(app, words), (), "export", "[session|branch|all] [FORMAT] [FILE]",
        lambda app, typed: actions.exchange.complete_export(app, typed),
    ),
    Command(
        "import", _IN, "Import",
        "Imports the sessions of a file from glmchat, ChatGPT, Open WebUI, llm, elia or oterm.",
        lambda app, words: actions.exchange.import_file(app, words), (), "import", "FILE",
    ),
    Command(
        "copy-session", _IN, "Copy the session as Markdown", "Copies the branch that is read as Markdown.",
        lambda app, _: actions.exchange.copy_session(app), (), "copy-session",
    ),
    Command(
        "fork", _IN, "Fork the session", "Makes a new session of this conversation up to here.",
        lambda app, _: actions.sessions.fork(app), (), "fork",
    ),
)  # fmt: skip
