"""Commands on what is shown, and how one moves through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.commands import actions
from glmchat.tui.commands.command import Command, Group

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp

_IN = Group.VIEW

ROWS: tuple[Command[ChatApp], ...] = (
    Command(
        "sessions", _IN, "Go to the sessions", "Goes to the list of sessions, which opens for it; there, folds it.",
        lambda app, _: actions.view.toggle_sessions(app), ("f2", "alt+1"), "sessions", hint="sessions",
    ),
    Command(
        "parameters", _IN, "Go to the parameters", "Goes to the parameters, which open for it; there, folds them.",
        lambda app, _: actions.view.toggle_parameters(app), ("f3", "alt+3"), "parameters", hint="parameters",
    ),
    Command(
        "conversation", _IN, "Go to the conversation", "Goes to the conversation; from there, to the prompt.",
        lambda app, _: actions.view.go_to_conversation(app), ("alt+2",), "conversation",
    ),
    Command(
        "thinking", _IN, "Fold the thought",
        "Opens the thought of the selected or last reply, or folds it to one line.",
        lambda app, _: actions.view.toggle_thinking(app), ("ctrl+t",), "thinking", hint="thought",
    ),
    Command(
        "theme", _IN, "Choose the theme", "Opens the themes with a live preview, or takes the one that is named.",
        lambda app, words: actions.view.theme(app, words), (), "theme", "NAME",
        lambda app, typed: actions.view.complete_theme(app, typed),
    ),
    Command(
        "page-up", _IN, "Scroll up", "Scrolls the conversation up by a page.",
        lambda app, _: actions.view.page_up(app), ("pageup",), palette=False,
    ),
    Command(
        "page-down", _IN, "Scroll down", "Scrolls the conversation down by a page.",
        lambda app, _: actions.view.page_down(app), ("pagedown",), palette=False,
    ),
    Command(
        "top", _IN, "To the start", "Scrolls to the start of the conversation.",
        lambda app, _: actions.view.scroll_top(app), ("ctrl+home",),
    ),
    Command(
        "bottom", _IN, "To the end", "Scrolls to the end of the conversation and follows it.",
        lambda app, _: actions.view.scroll_bottom(app), ("ctrl+end",),
    ),
    Command(
        "focus-next", _IN, "Next pane", "Moves from the prompt to the conversation, the parameters and the sessions.",
        lambda app, _: actions.view.focus_next(app), ("tab",), palette=False,
    ),
    Command(
        "focus-previous", _IN, "Previous pane", "Moves through the panes the other way.",
        lambda app, _: actions.view.focus_previous(app), ("shift+tab",), palette=False,
    ),
)  # fmt: skip
