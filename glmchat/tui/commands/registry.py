"""THE registry: every action once; keys, palette, slash commands and help all read this table.

To add a command, add a row here and a function in a module of `actions`; the module is imported when it is first used.
A row's `run` is called with the app and the text after the slash command.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from glmchat.tui.commands import actions, keys
from glmchat.tui.commands.command import Command, Group

if TYPE_CHECKING:
    from glmchat.tui.commands.chat_app import ChatApp

_CHAT, _TUNE, _SESSIONS = Group.CHAT, Group.TUNE, Group.SESSIONS
_VIEW, _PROMPT, _PROGRAM = Group.VIEW, Group.PROMPT, Group.PROGRAM

TABLE: tuple[Command[ChatApp], ...] = (
    Command(
        "stop", _CHAT, "Stop the reply", "Stops the running reply and keeps what came.",
        lambda app, _: actions.chat.stop(app), ("escape",), "stop", hint="stop",
    ),
    Command(
        "answer-now", _CHAT, "Answer now",
        "Ends the thought and asks again without thinking; the thought is kept in the history.",
        lambda app, _: actions.chat.answer_now(app), ("ctrl+g",), "answer",
    ),
    Command(
        "retry", _CHAT, "Ask again",
        "Asks again for the selected or last reply; the one that is there is kept beside it.",
        lambda app, _: actions.chat.retry(app), (), "retry",
    ),
    Command(
        "continue", _CHAT, "Continue the reply",
        "Asks for the rest of the selected or last reply, where it was cut off.",
        lambda app, _: actions.chat.continue_reply(app), (), "continue",
    ),
    Command(
        "keep", _CHAT, "Keep the cut reply", "Takes a reply that was cut off as it is.",
        lambda app, _: actions.chat.keep_part(app), (), "keep",
    ),
    Command(
        "take-thought", _CHAT, "Take the thought as the answer",
        "Makes the thought of a reply without an answer its answer; the reply as it came is kept beside it.",
        lambda app, _: actions.chat.take_thought(app), (), "take-thought",
    ),
    Command(
        "edit", _CHAT, "Edit a message",
        "Changes the selected message or your last one, and sends your own again; the old version is kept.",
        lambda app, _: actions.chat.edit_chosen(app), (), "edit",
    ),
    Command(
        "delete-branch", _CHAT, "Delete a branch",
        "Takes the selected message or your last one out of the conversation, with all that follows it.",
        lambda app, _: actions.branches.delete_chosen(app), (), "delete-branch",
    ),
    Command(
        "undelete-branch", _CHAT, "Bring back the deleted branch", "Brings back the branch that was deleted last.",
        lambda app, _: actions.branches.undelete(app), (), "undelete",
    ),
    Command(
        "tree", _CHAT, "Tree of the conversation",
        "Shows all branches as a graph, to go to one, delete one, or make a session of one.",
        lambda app, _: actions.branches.tree(app), ("f7",), "tree",
    ),
    Command(
        "results", _CHAT, "Answer a tool call", "Opens the calls that wait for a result, to answer or decline them.",
        lambda app, _: actions.chat.answer_tools(app), (), "results",
    ),
    Command(
        "copy-reply", _CHAT, "Copy the last reply", "Copies the text of the last reply as it was written.",
        lambda app, _: actions.chat.copy_reply(app), ("ctrl+y",), "copy",
    ),
    Command(
        "find", _CHAT, "Find in the conversation", "Finds words in the open conversation.",
        lambda app, words: actions.view.find(app, words), ("ctrl+f",), "find", "WORDS",
    ),
    Command(
        "request", _CHAT, "Show the request",
        "Shows the exact request, what changed since the last one, and what is left out and why.",
        lambda app, _: actions.view.show_request(app), ("f4",), "request",
    ),
    Command(
        "lens", _CHAT, "Token lens",
        "Shows how likely each token of the selected or last reply was, and what the parameters make of the others.",
        lambda app, _: actions.lens.show(app), ("f6",), "lens",
    ),
    Command(
        "drop-oldest", _CHAT, "Drop the oldest turns",
        "Leaves the oldest turns out of requests that would overflow the context window, or stops doing so.",
        lambda app, words: actions.chat.drop_oldest(app, words), (), "drop", "on|off",
    ),
    Command(
        "toggle-reasoning", _TUNE, "Thinking on or off", "Turns the model's thinking on or off for the next request.",
        lambda app, words: actions.tune.toggle_reasoning(app, words), ("ctrl+r",), "think", "on|off|unset",
        hint="thinking",
    ),
    Command(
        "model", _TUNE, "Choose the model", "Opens the list of models and providers, or takes the model that is named.",
        lambda app, words: actions.models.choose(app, words), ("ctrl+l",), "model", "MODEL [@ PROVIDER]",
        lambda app, typed: actions.models.complete(app, typed), hint="model",
    ),
    Command(
        "key", _TUNE, "Add an API key", "Checks an API key with one small request, stores it, and switches over.",
        lambda app, words: actions.models.add_key(app, words), (), "key", "PROVIDER",
        lambda app, typed: actions.models.complete_provider(app, typed),
        alone=True,
    ),
    Command(
        "set", _TUNE, "Set a parameter", "Sets a parameter for the next requests; alone, it shows what is sent.",
        lambda app, words: actions.tune.set_value(app, words), (), "set", "NAME VALUE",
        lambda app, typed: actions.tune.complete_set(app, typed),
    ),
    Command(
        "unset", _TUNE, "Unset a parameter", "Sends a parameter no more.",
        lambda app, words: actions.tune.unset(app, words), (), "unset", "NAME",
        lambda app, typed: actions.tune.complete_unset(app, typed),
    ),
    Command(
        "reset", _TUNE, "Reset all parameters", "Sends no parameter any more; undo brings them back.",
        lambda app, _: actions.tune.reset(app), (), "reset",
    ),
    Command(
        "undo", _TUNE, "Undo the last parameter change", "Takes the last change of a parameter back.",
        lambda app, _: actions.tune.undo(app), (), "undo",
    ),
    Command(
        "redo", _TUNE, "Redo the parameter change", "Does the change again that was taken back.",
        lambda app, _: actions.tune.redo(app), (), "redo",
    ),
    Command(
        "code", _TUNE, "The request as code", "Shows the request that would be sent now as code, to be copied.",
        lambda app, words: actions.inspect.code(app, words), (), "code", "FORM [stream]",
        lambda app, typed: actions.inspect.complete_code(app, typed),
    ),
    Command(
        "check", _TUNE, "Check the endpoint", "Asks the endpoint and the model what they really do, and keeps it.",
        lambda app, _: actions.inspect.check(app), (), "check",
    ),
    Command(
        "preset", _TUNE, "Take a preset", "Takes the values of a preset.",
        lambda app, words: actions.tune.preset(app, words), (), "preset", "NAME",
        lambda app, typed: actions.tune.complete_preset(app, typed),
    ),
    Command(
        "settings", _TUNE, "Show a reply's settings",
        "Shows under the selected or last reply what it was asked with.",
        lambda app, _: actions.provenance.show(app), (), "settings",
    ),
    Command(
        "differs", _TUNE, "What differs from a reply",
        "Shows how the next request differs from what the selected or last reply was asked with.",
        lambda app, _: actions.provenance.differs(app), (), "differs",
    ),
    Command(
        "use", _TUNE, "Use a reply's settings again",
        "Asks with the settings of the selected or last reply from now on.",
        lambda app, _: actions.provenance.use(app), (), "use",
    ),
    Command(
        "sweep", _TUNE, "Compare values of a parameter",
        "Sends the prompt with two to six values of a parameter at once.",
        lambda app, words: actions.compare.sweep(app, words), (), "sweep", "NAME VALUE VALUE .. [-- PROMPT]",
        lambda app, typed: actions.compare_setup.complete_sweep(app, typed),
        palette=False,
    ),
    Command(
        "compare", _TUNE, "Back to the comparison",
        "Sends the prompt several ways at once; alone, it goes back to the last comparison.",
        lambda app, words: actions.compare.compare(app, words), (), "compare", "reasoning|presets ..|models ..",
        lambda app, typed: actions.compare_setup.complete_compare(app, typed),
    ),
    Command(
        "compare-setup", _TUNE, "Compare…", "Asks what should differ, then sends the prompt several ways at once.",
        lambda app, _: actions.compare_setup.ask(app),
    ),
    Command(
        "system", _TUNE, "System prompt", "Opens the system prompt in an editor, or sets it to the text that follows.",
        lambda app, words: actions.tune.system(app, words), (), "system", "TEXT",
    ),
    Command(
        "new", _SESSIONS, "New session", "Starts a new session; the old one stays, and a reply in it goes on.",
        lambda app, _: actions.sessions.new(app), ("ctrl+n",), "new", hint="new",
    ),
    Command(
        "incognito", _SESSIONS, "New incognito session", "Starts a session of which nothing is written to disk.",
        lambda app, _: actions.sessions.incognito(app), (), "incognito",
    ),
    Command(
        "search", _SESSIONS, "Search in all sessions",
        "Finds words in every title, message and thought, with filters such as tag: model: before: cost>.",
        lambda app, words: actions.library.search(app, words), ("f5", "ctrl+shift+f"), "search", "WORDS",
    ),
    Command(
        "rename", _SESSIONS, "Rename the session", "Gives the session another title.",
        lambda app, words: actions.sessions.rename(app, words), (), "rename", "TITLE",
    ),
    Command(
        "pin", _SESSIONS, "Pin or unpin the session", "Keeps the session at the top of the list, or no longer.",
        lambda app, _: actions.sessions.pin(app), (), "pin",
    ),
    Command(
        "delete", _SESSIONS, "Delete the session", "Moves the session to the bin, from where it can be brought back.",
        lambda app, _: actions.sessions.delete(app), (), "delete",
    ),
    Command(
        "restore", _SESSIONS, "Bring back the deleted session", "Takes the session deleted last out of the bin.",
        lambda app, _: actions.sessions.restore(app), (), "restore",
    ),
    Command(
        "bin", _SESSIONS, "The bin", "Shows the deleted sessions, to bring them back or remove them for good.",
        lambda app, _: actions.library.show_bin(app), (), "bin",
    ),
    Command(
        "tag", _SESSIONS, "Tag the session",
        "Gives the session tags; tag:NAME in the list of sessions finds it by them.",
        lambda app, words: actions.library.tag(app, words), (), "tag", "TAG ..",
    ),
    Command(
        "untag", _SESSIONS, "Take tags off the session", "Takes tags off the session, all of them where none is named.",
        lambda app, words: actions.library.untag(app, words), (), "untag", "TAG ..",
        lambda app, typed: actions.library.complete_untag(app, typed), palette=False,
    ),
    Command(
        "export", _SESSIONS, "Export",
        "Writes the session, its branch or all sessions to a file: Markdown, JSON, HTML or JSONL.",
        lambda app, words: actions.exchange.export(app, words), (), "export", "[session|branch|all] [FORMAT] [FILE]",
        lambda app, typed: actions.exchange.complete_export(app, typed),
    ),
    Command(
        "import", _SESSIONS, "Import",
        "Takes in the sessions of a file of glmchat, ChatGPT, Open WebUI, llm, elia or oterm.",
        lambda app, words: actions.exchange.import_file(app, words), (), "import", "FILE",
    ),
    Command(
        "copy-session", _SESSIONS, "Copy the session as Markdown", "Copies the branch that is read as Markdown.",
        lambda app, _: actions.exchange.copy_session(app), (), "copy-session",
    ),
    Command(
        "fork", _SESSIONS, "Fork the session", "Makes a new session of this conversation up to here.",
        lambda app, _: actions.sessions.fork(app), (), "fork",
    ),
    Command(
        "sessions", _VIEW, "Fold the sessions", "Shows or hides the list of sessions on the left.",
        lambda app, _: actions.view.toggle_sessions(app), ("f2",), "sessions", hint="sessions",
    ),
    Command(
        "parameters", _VIEW, "Fold the parameters", "Shows or hides the parameters on the right.",
        lambda app, _: actions.view.toggle_parameters(app), ("f3",), "parameters", hint="parameters",
    ),
    Command(
        "thinking", _VIEW, "Fold the thinking panel", "Opens the thinking panel, or folds it to one line.",
        lambda app, _: actions.view.toggle_thinking(app), ("ctrl+t",), "thinking", hint="panel",
    ),
    Command(
        "theme", _VIEW, "Choose the theme", "Opens the themes with a live preview, or takes the one that is named.",
        lambda app, words: actions.view.theme(app, words), (), "theme", "NAME",
        lambda app, typed: actions.view.complete_theme(app, typed),
    ),
    Command(
        "page-up", _VIEW, "Scroll up", "Scrolls the conversation up by a page.",
        lambda app, _: actions.view.page_up(app), ("pageup",), palette=False,
    ),
    Command(
        "page-down", _VIEW, "Scroll down", "Scrolls the conversation down by a page.",
        lambda app, _: actions.view.page_down(app), ("pagedown",), palette=False,
    ),
    Command(
        "top", _VIEW, "To the start", "Scrolls to the start of the conversation.",
        lambda app, _: actions.view.scroll_top(app), ("ctrl+home",),
    ),
    Command(
        "bottom", _VIEW, "To the end", "Scrolls to the end of the conversation and follows it.",
        lambda app, _: actions.view.scroll_bottom(app), ("ctrl+end",),
    ),
    Command(
        "focus-next", _VIEW, "Next pane", "Moves from the prompt to the conversation, the parameters and the sessions.",
        lambda app, _: actions.view.focus_next(app), ("tab",), palette=False,
    ),
    Command(
        "focus-previous", _VIEW, "Previous pane", "Moves through the panes the other way.",
        lambda app, _: actions.view.focus_previous(app), ("shift+tab",), palette=False,
    ),
    Command(
        "send", _PROMPT, "Send", "Sends the prompt; while a reply runs, it waits its turn.",
        keys=("enter",), palette=False,
    ),
    Command(
        "newline", _PROMPT, "Break the line", "Breaks the line, as a backslash and Enter do.",
        keys=("ctrl+j", "alt+enter", "shift+enter"), palette=False,
    ),
    Command(
        "recall-earlier", _PROMPT, "Earlier prompt", "On the first line, brings back an earlier prompt.",
        keys=("up",), palette=False,
    ),
    Command(
        "recall-later", _PROMPT, "Later prompt", "On the last line, goes on to a later prompt.",
        keys=("down",), palette=False,
    ),
    Command(
        "editor", _PROMPT, "Write in your editor", "Opens the prompt in the program that $VISUAL or $EDITOR names.",
        lambda app, _: actions.chat.open_editor(app), ("ctrl+o",), "editor",
    ),
    Command(
        "queue", _PROMPT, "Edit a waiting message", "Opens the messages that wait, to edit or withdraw them.",
        lambda app, _: actions.chat.edit_queue(app), (), "queue",
    ),
    Command(
        "palette", _PROGRAM, "All commands", "Finds and runs any command by its name.",
        lambda app, _: actions.program.palette(app), ("ctrl+p",), "commands", palette=False,
    ),
    Command(
        "help", _PROGRAM, "Help", "Shows keys, commands and the manual.",
        lambda app, words: actions.program.help_page(app, words), ("f1",), "help", "TOPIC",
        lambda app, typed: actions.program.complete_help(app, typed), hint="help",
    ),
    Command(
        "interrupt", _PROGRAM, "Copy, stop, clear or leave",
        "Copies a selection, else stops a reply, else clears the prompt; twice in a row, it leaves.",
        lambda app, _: actions.program.interrupt(app), ("ctrl+c",), palette=False,
    ),
    Command(
        "leave", _PROGRAM, "Leave on an empty prompt", "Leaves glmchat where the prompt is empty.",
        lambda app, _: actions.program.leave(app), ("ctrl+d",), palette=False,
    ),
    Command(
        "suspend", _PROGRAM, "Suspend", "Goes back to the shell; fg brings glmchat back.",
        lambda app, _: actions.program.suspend(app), ("ctrl+z",),
    ),
    Command(
        "quit", _PROGRAM, "Leave", "Leaves glmchat; everything is saved.",
        lambda app, _: actions.program.leave_now(app), ("ctrl+q",), "quit",
    ),
)  # fmt: skip

BY_NAME: Mapping[str, Command[ChatApp]] = {row.name: row for row in TABLE}
BY_SLASH: Mapping[str, Command[ChatApp]] = {row.slash: row for row in TABLE if row.slash}


def keymap(overrides: Mapping[str, tuple[str, ...]]) -> keys.Keymap:
    """The keys in force where the person has given these."""
    return keys.resolve(overrides, TABLE)
