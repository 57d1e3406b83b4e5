"""THE registry: every action once; keys, palette, slash commands and help all read this table.

To add a command, add a row here and the function that its `target` names: ``module:function`` below
`glmchat.tui`, called with the app and the text after the slash command. It is imported when it is first used.
"""

from __future__ import annotations

from collections.abc import Mapping

from glmchat.tui.commands.command import Command, Group

_CHAT, _TUNE, _SESSIONS = Group.CHAT, Group.TUNE, Group.SESSIONS
_VIEW, _PROMPT, _PROGRAM = Group.VIEW, Group.PROMPT, Group.PROGRAM

TABLE: tuple[Command, ...] = (
    Command(
        "stop", _CHAT, "Stop the reply", "Stops the running reply and keeps what came.",
        "actions.chat:stop", ("escape",), "stop", hint="stop",
    ),
    Command(
        "answer-now", _CHAT, "Answer now",
        "Ends the thought and asks again without thinking; the thought is kept in the history.",
        "actions.chat:answer_now", ("ctrl+g",), "answer",
    ),
    Command(
        "retry", _CHAT, "Ask again",
        "Asks again for the selected or last reply; the one that is there is kept beside it.",
        "actions.chat:retry", (), "retry",
    ),
    Command(
        "continue", _CHAT, "Continue the reply",
        "Asks for the rest of the selected or last reply, where it was cut off.",
        "actions.chat:continue_reply", (), "continue",
    ),
    Command(
        "keep", _CHAT, "Keep the cut reply", "Takes a reply that was cut off as it is.",
        "actions.chat:keep_part", (), "keep",
    ),
    Command(
        "take-thought", _CHAT, "Take the thought as the answer",
        "Makes the thought of a reply without an answer its answer; the reply as it came is kept beside it.",
        "actions.chat:take_thought", (), "take-thought",
    ),
    Command(
        "edit", _CHAT, "Edit a message",
        "Changes the selected message or your last one, and sends your own again; the old version is kept.",
        "actions.chat:edit_chosen", (), "edit",
    ),
    Command(
        "delete-branch", _CHAT, "Delete a branch",
        "Takes the selected message or your last one out of the conversation, with all that follows it.",
        "actions.branches:delete_chosen", (), "delete-branch",
    ),
    Command(
        "undelete-branch", _CHAT, "Bring back the deleted branch", "Brings back the branch that was deleted last.",
        "actions.branches:undelete", (), "undelete",
    ),
    Command(
        "tree", _CHAT, "Tree of the conversation",
        "Shows all branches as a graph, to go to one, delete one, or make a session of one.",
        "actions.branches:tree", ("f7",), "tree",
    ),
    Command(
        "results", _CHAT, "Answer a tool call", "Opens the calls that wait for a result, to answer or decline them.",
        "actions.chat:answer_tools", (), "results",
    ),
    Command(
        "copy-reply", _CHAT, "Copy the last reply", "Copies the text of the last reply as it was written.",
        "actions.chat:copy_reply", ("ctrl+y",), "copy",
    ),
    Command(
        "find", _CHAT, "Find in the conversation", "Finds words in the open conversation.",
        "actions.view:find", ("ctrl+f",), "find", "WORDS",
    ),
    Command(
        "request", _CHAT, "Show the request",
        "Shows the exact request, what changed since the last one, and what is left out and why.",
        "actions.view:show_request", ("f4",), "request",
    ),
    Command(
        "lens", _CHAT, "Token lens",
        "Shows how likely each token of the selected or last reply was, and what the parameters make of the others.",
        "actions.lens:show", ("f6",), "lens",
    ),
    Command(
        "drop-oldest", _CHAT, "Drop the oldest turns",
        "Leaves the oldest turns out of requests that would overflow the context window, or stops doing so.",
        "actions.chat:drop_oldest", (), "drop", "on|off",
    ),
    Command(
        "toggle-reasoning", _TUNE, "Thinking on or off", "Turns the model's thinking on or off for the next request.",
        "actions.tune:toggle_reasoning", ("ctrl+r",), "think", "on|off|unset", hint="thinking",
    ),
    Command(
        "model", _TUNE, "Choose the model", "Opens the list of models and providers, or takes the model that is named.",
        "actions.models:choose", ("ctrl+l",), "model", "MODEL [@ PROVIDER]", "actions.models:complete", hint="model",
    ),
    Command(
        "key", _TUNE, "Add an API key", "Checks an API key with one small request, stores it, and switches over.",
        "actions.models:add_key", (), "key", "PROVIDER", "actions.models:complete_provider",
        alone=True,
    ),
    Command(
        "set", _TUNE, "Set a parameter", "Sets a parameter for the next requests; alone, it shows what is sent.",
        "actions.tune:set_value", (), "set", "NAME VALUE", "actions.tune:complete_set",
    ),
    Command(
        "unset", _TUNE, "Unset a parameter", "Sends a parameter no more.",
        "actions.tune:unset", (), "unset", "NAME", "actions.tune:complete_unset",
    ),
    Command(
        "reset", _TUNE, "Reset all parameters", "Sends no parameter any more; undo brings them back.",
        "actions.tune:reset", (), "reset",
    ),
    Command(
        "undo", _TUNE, "Undo the last parameter change", "Takes the last change of a parameter back.",
        "actions.tune:undo", (), "undo",
    ),
    Command(
        "redo", _TUNE, "Redo the parameter change", "Does the change again that was taken back.",
        "actions.tune:redo", (), "redo",
    ),
    Command(
        "code", _TUNE, "The request as code", "Shows the request that would be sent now as code, to be copied.",
        "actions.inspect:code", (), "code", "FORM [stream]", "actions.inspect:complete_code",
    ),
    Command(
        "check", _TUNE, "Check the endpoint", "Asks the endpoint and the model what they really do, and keeps it.",
        "actions.inspect:check", (), "check",
    ),
    Command(
        "preset", _TUNE, "Take a preset", "Takes the values of a preset.",
        "actions.tune:preset", (), "preset", "NAME", "actions.tune:complete_preset",
    ),
    Command(
        "settings", _TUNE, "Show a reply's settings",
        "Shows under the selected or last reply what it was asked with.",
        "actions.provenance:show", (), "settings",
    ),
    Command(
        "differs", _TUNE, "What differs from a reply",
        "Shows how the next request differs from what the selected or last reply was asked with.",
        "actions.provenance:differs", (), "differs",
    ),
    Command(
        "use", _TUNE, "Use a reply's settings again",
        "Asks with the settings of the selected or last reply from now on.",
        "actions.provenance:use", (), "use",
    ),
    Command(
        "sweep", _TUNE, "Compare values of a parameter",
        "Sends the prompt with two to six values of a parameter at once.",
        "actions.compare:sweep", (), "sweep", "NAME VALUE VALUE .. [-- PROMPT]", "actions.compare_setup:complete_sweep",
        palette=False,
    ),
    Command(
        "compare", _TUNE, "Back to the comparison",
        "Sends the prompt several ways at once; alone, it goes back to the last comparison.",
        "actions.compare:compare", (), "compare", "reasoning|presets ..|models ..",
        "actions.compare_setup:complete_compare",
    ),
    Command(
        "compare-setup", _TUNE, "Compare…", "Asks what should differ, then sends the prompt several ways at once.",
        "actions.compare_setup:ask",
    ),
    Command(
        "system", _TUNE, "System prompt", "Opens the system prompt in an editor, or sets it to the text that follows.",
        "actions.tune:system", (), "system", "TEXT",
    ),
    Command(
        "new", _SESSIONS, "New session", "Starts a new session; the old one stays, and a reply in it goes on.",
        "actions.sessions:new", ("ctrl+n",), "new", hint="new",
    ),
    Command(
        "incognito", _SESSIONS, "New incognito session", "Starts a session of which nothing is written to disk.",
        "actions.sessions:incognito", (), "incognito",
    ),
    Command(
        "search", _SESSIONS, "Search in all sessions",
        "Finds words in every title, message and thought, with filters such as tag: model: before: cost>.",
        "actions.library:search", ("f5", "ctrl+shift+f"), "search", "WORDS",
    ),
    Command(
        "rename", _SESSIONS, "Rename the session", "Gives the session another title.",
        "actions.sessions:rename", (), "rename", "TITLE",
    ),
    Command(
        "pin", _SESSIONS, "Pin or unpin the session", "Keeps the session at the top of the list, or no longer.",
        "actions.sessions:pin", (), "pin",
    ),
    Command(
        "delete", _SESSIONS, "Delete the session", "Moves the session to the bin, from where it can be brought back.",
        "actions.sessions:delete", (), "delete",
    ),
    Command(
        "restore", _SESSIONS, "Bring back the deleted session", "Takes the session deleted last out of the bin.",
        "actions.sessions:restore", (), "restore",
    ),
    Command(
        "bin", _SESSIONS, "The bin", "Shows the deleted sessions, to bring them back or remove them for good.",
        "actions.library:show_bin", (), "bin",
    ),
    Command(
        "tag", _SESSIONS, "Tag the session",
        "Gives the session tags; tag:NAME in the list of sessions finds it by them.",
        "actions.library:tag", (), "tag", "TAG ..",
    ),
    Command(
        "untag", _SESSIONS, "Take tags off the session", "Takes tags off the session, all of them where none is named.",
        "actions.library:untag", (), "untag", "TAG ..", "actions.library:complete_untag", palette=False,
    ),
    Command(
        "export", _SESSIONS, "Export",
        "Writes the session, its branch or all sessions to a file: Markdown, JSON, HTML or JSONL.",
        "actions.exchange:export", (), "export", "[session|branch|all] [FORMAT] [FILE]",
        "actions.exchange:complete_export",
    ),
    Command(
        "import", _SESSIONS, "Import",
        "Takes in the sessions of a file of glmchat, ChatGPT, Open WebUI, llm, elia or oterm.",
        "actions.exchange:import_file", (), "import", "FILE",
    ),
    Command(
        "copy-session", _SESSIONS, "Copy the session as Markdown", "Copies the branch that is read as Markdown.",
        "actions.exchange:copy_session", (), "copy-session",
    ),
    Command(
        "fork", _SESSIONS, "Fork the session", "Makes a new session of this conversation up to here.",
        "actions.sessions:fork", (), "fork",
    ),
    Command(
        "sessions", _VIEW, "Fold the sessions", "Shows or hides the list of sessions on the left.",
        "actions.view:toggle_sessions", ("f2",), "sessions", hint="sessions",
    ),
    Command(
        "parameters", _VIEW, "Fold the parameters", "Shows or hides the parameters on the right.",
        "actions.view:toggle_parameters", ("f3",), "parameters", hint="parameters",
    ),
    Command(
        "thinking", _VIEW, "Fold the thinking panel", "Opens the thinking panel, or folds it to one line.",
        "actions.view:toggle_thinking", ("ctrl+t",), "thinking", hint="panel",
    ),
    Command(
        "theme", _VIEW, "Choose the theme", "Opens the themes with a live preview, or takes the one that is named.",
        "actions.view:theme", (), "theme", "NAME", "actions.view:complete_theme",
    ),
    Command(
        "page-up", _VIEW, "Scroll up", "Scrolls the conversation up by a page.",
        "actions.view:page_up", ("pageup",), palette=False,
    ),
    Command(
        "page-down", _VIEW, "Scroll down", "Scrolls the conversation down by a page.",
        "actions.view:page_down", ("pagedown",), palette=False,
    ),
    Command(
        "top", _VIEW, "To the start", "Scrolls to the start of the conversation.",
        "actions.view:scroll_top", ("ctrl+home",),
    ),
    Command(
        "bottom", _VIEW, "To the end", "Scrolls to the end of the conversation and follows it.",
        "actions.view:scroll_bottom", ("ctrl+end",),
    ),
    Command(
        "focus-next", _VIEW, "Next pane", "Moves from the prompt to the conversation, the parameters and the sessions.",
        "actions.view:focus_next", ("tab",), palette=False,
    ),
    Command(
        "focus-previous", _VIEW, "Previous pane", "Moves through the panes the other way.",
        "actions.view:focus_previous", ("shift+tab",), palette=False,
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
        "actions.chat:open_editor", ("ctrl+o",), "editor",
    ),
    Command(
        "queue", _PROMPT, "Edit a waiting message", "Opens the messages that wait, to edit or withdraw them.",
        "actions.chat:edit_queue", (), "queue",
    ),
    Command(
        "palette", _PROGRAM, "All commands", "Finds and runs any command by its name.",
        "actions.program:palette", ("ctrl+p",), "commands", palette=False,
    ),
    Command(
        "help", _PROGRAM, "Help", "Shows keys, commands and the manual.",
        "actions.program:help_page", ("f1",), "help", "TOPIC", "actions.program:complete_help", hint="help",
    ),
    Command(
        "interrupt", _PROGRAM, "Copy, stop, clear or leave",
        "Copies a selection, else stops a reply, else clears the prompt; twice in a row, it leaves.",
        "actions.program:interrupt", ("ctrl+c",), palette=False,
    ),
    Command(
        "leave", _PROGRAM, "Leave on an empty prompt", "Leaves glmchat where the prompt is empty.",
        "actions.program:leave", ("ctrl+d",), palette=False,
    ),
    Command(
        "suspend", _PROGRAM, "Suspend", "Goes back to the shell; fg brings glmchat back.",
        "actions.program:suspend", ("ctrl+z",),
    ),
    Command(
        "quit", _PROGRAM, "Leave", "Leaves glmchat; everything is saved.",
        "actions.program:leave_now", ("ctrl+q",), "quit",
    ),
)  # fmt: skip

BY_NAME: Mapping[str, Command] = {row.name: row for row in TABLE}
BY_SLASH: Mapping[str, Command] = {row.slash: row for row in TABLE if row.slash}


def slash_words(text: str) -> tuple[str, str] | None:
    """Split ``/name the rest`` into name and rest; None where the text is no slash command but a message.

    A path such as ``/usr/bin`` and a text of several lines whose first word is no command are messages.
    """
    if not text.startswith("/") or text.startswith("//"):
        return None
    first, _, rest = text[1:].partition(" ")
    if "\n" in first or "/" in first or not first.strip():
        return None
    return first.lower(), rest.strip()
