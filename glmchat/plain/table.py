"""The slash commands of the line mode, one row each, and what the screen has instead that lines have not."""

from __future__ import annotations

from collections.abc import Mapping

from glmchat import snippets
from glmchat.plain.acts import aside, comparing, conversation, learning, lens, program, sessions, tuning
from glmchat.plain.command import Chat, Command
from glmchat.workspace.slash import exports, thinking, tune
from glmchat.workspace.slash.compare import KINDS


def _switch(*words: str) -> list[str]:
    return list(words)


def _depths(chat: Chat) -> list[str]:
    return list(chat.workspace.depths.scale())


TABLE: tuple[Command, ...] = (
    Command("new", "", "Start a new session.", sessions.new),
    Command("model", "[MODEL [@ PROVIDER]]", "List the models, or take one.", tuning.model, tuning.model_names),
    Command("key", "[PROVIDER]", "Add an API key; it is asked for.", tuning.key,
            lambda chat: [each.name for each in chat.workspace.endpoints.values() if not each.demo]),
    Command("think", "[on|off|LEVEL|unset]", "Turn the model's thinking on or off.", tuning.think,
            _depths),
    Command("effort", "[LEVEL]", "Choose how much the model thinks; alone, say what there is.",
            lambda chat, words: thinking.effort(chat.workspace, words), _depths),
    Command("once", "[LEVEL]", "Choose that for the next message alone; alone, take it back.",
            lambda chat, words: thinking.once(chat.workspace, words), _depths),
    Command("prefill", "[TEXT]", "Begin the next reply with a text; alone, take it back.",
            lambda chat, words: tune.prefill(chat.workspace, words)),
    Command("thinking", "[on|off]", "Print thoughts, or only keep them.", conversation.thinking,
            lambda _: _switch("on", "off")),
    Command("set", "[NAME VALUE]", "Set a parameter; alone, say what is sent.",
            lambda chat, words: tune.set_value(chat.workspace, words), tuning.parameter_names),
    Command("unset", "NAME", "Send a parameter no more.",
            lambda chat, words: tune.unset(chat.workspace, words), lambda chat: list(chat.session.values.plain())),
    Command("reset", "", "Send no parameter any more.", lambda chat, _: tune.reset(chat.workspace)),
    Command("undo", "", "Take the last change of a parameter back.", lambda chat, _: tune.undo(chat.workspace)),
    Command("redo", "", "Do it again.", lambda chat, _: tune.redo(chat.workspace)),
    Command("preset", "[NAME]", "List the presets, or take one.", tuning.preset,
            lambda chat: [each.name for each in chat.workspace.presets]),
    Command("system", "[TEXT|none]", "Set the system prompt.", tuning.system),
    Command("drop", "[on|off]", "Leave the oldest turns out where the window would overflow.",
            lambda chat, words: tune.drop_oldest(chat.workspace, words), lambda _: _switch("on", "off")),
    Command("retry", "[anyway]", "Ask again, anyway beyond the budget; the reply that is there is kept beside the "
            "new one.", conversation.retry, lambda _: _switch("anyway")),
    Command("sweep", "NAME VALUE VALUE .. [xTIMES] [-- PROMPT]", "Ask with several values of a parameter.",
            comparing.sweep, tuning.parameter_names),
    Command("compare", "[reasoning|presets ..|models ..] [xTIMES] [-- PROMPT]",
            "Ask several ways; alone, print the last comparison again.", comparing.compare,
            lambda _: list(KINDS)),
    Command("pick", "NUMBER [settings]", "Go on with one reply of the last comparison.", comparing.pick),
    Command("lens", "[NUMBER|all]", "Print how sure the model was of its words.", lens.show,
            lambda _: _switch(lens.ALL)),
    Command("learn", "[LESSON|stop]", "Learn by doing what parameters do, on the built-in model; alone, list the "
            "lessons.", learning.learn, learning.names),
    Command("aside", "[QUESTION|take]", "Ask beside the conversation; alone, print the last answer again, and take "
            "makes it the last turn.", aside.aside, lambda _: _switch(aside.TAKE)),
    Command("continue", "", "Ask for the rest of a reply that was cut off.", conversation.go_on),
    Command("keep", "", "Take a reply that was cut off as it is.", conversation.keep),
    Command("take-thought", "", "Take the thought of a reply without an answer as its answer.",
            conversation.take_thought),
    Command("edit", "[TEXT]", "Change your last message and send it again.", conversation.edit),
    Command("delete-branch", "", "Take your last message out, with what follows it.", conversation.delete_branch),
    Command("undelete", "", "Bring it back.", conversation.undelete),
    Command("tree", "[NUMBER]", "List the branches, or go on with one.", conversation.tree),
    Command("results", "[TEXT]", "Answer the tool calls that wait.", conversation.results),
    Command("show", "", "Print the conversation.", conversation.show),
    Command("asked-with", "", "Say what the last reply was asked with.", tuning.asked_with),
    Command("differs", "", "Say how the next request differs from that.", tuning.differs),
    Command("use", "", "Ask with the last reply's settings again.", tuning.use),
    Command("request", "[PROMPT]", "Print the next request.", conversation.request),
    Command("cost", "", "Say what was spent: branch, session, day, month.", tuning.cost),
    Command("balance", "", "Ask what is left at the endpoint: credit, balance, limits.", tuning.balance),
    Command("code", "FORM [stream]", "Print the next request as code.", tuning.code,
            lambda _: [form.name for form in snippets.FORMS]),
    Command("check", "[forget]", "Ask the endpoint what it really does.", tuning.check),
    Command("sessions", "[WORDS]", "List the newest sessions, or those that fit.", sessions.listing),
    Command("open", "NUMBER|ID", "Go on with a session of the last list.", sessions.open_session),
    Command("last", "", "Go on with the session in which something was said last.", sessions.last),
    Command("file", "PATH", "Attach a file to the next prompt.", conversation.attach),
    Command("fetch", "URL", "Attach the text of a page of the web.", conversation.fetch),
    Command("files", "[none]", "List what is attached, or take it off.", conversation.attached,
            lambda _: _switch("none")),
    Command("search", "WORDS", "Find words in all sessions.", sessions.search),
    Command("incognito", "", "Start a session of which nothing is written to disk.", sessions.incognito),
    Command("rename", "TITLE", "Give the session another title.", sessions.rename),
    Command("pin", "", "Pin or unpin the session.", sessions.pin),
    Command("delete", "", "Move the session to the bin.", sessions.delete),
    Command("restore", "[NUMBER|ID]", "Bring a deleted session back.", sessions.restore),
    Command("bin", "", "List the deleted sessions.", sessions.show_bin),
    Command("tag", "[TAG ..]", "Tag the session.", sessions.tag),
    Command("untag", "[TAG ..]", "Take tags off it, all where none is named.", sessions.untag,
            lambda chat: list(chat.session.tags)),
    Command("fork", "", "Make a new session of this conversation.", sessions.fork),
    Command("export", "[session|branch|all] [FORMAT] [FILE]", "Write it to a file.", sessions.export,
            lambda _: list(exports.SCOPES)),
    Command("import", "FILE", "Take in the sessions of a file.", sessions.import_file),
    Command("help", "[TOPIC]", "List keys and commands, or print a page of the manual.", program.help_page,
            program.topics),
    Command("quit", "", "End; everything is saved.", program.leave),
)  # fmt: skip

BY_NAME: Mapping[str, Command] = {row.name: row for row in TABLE}

# What commands were called before; the old names go on working.
FORMERLY: Mapping[str, str] = {"settings": "asked-with"}

# Slash commands that need the screen, and what does the same here.
SCREEN_ONLY: Mapping[str, str] = {
    "stop": "Ctrl+C stops a reply.",
    "answer": "Ctrl+C stops the thought; /think off and /retry ask without it.",
    "copy": "The reply stands above, to be selected.",
    "conversation": "Your terminal scrolls up through what was said; /show prints it again.",
    "copy-session": "/export writes the session to a file.",
    "find": "/search finds words in all sessions; your terminal finds them above.",
    "parameters": "/set shows what is sent.",
    "theme": "The terminal's own colours hold.",
    "editor": "Ctrl+X Ctrl+E opens the prompt in $EDITOR.",
    "queue": "A prompt waits in the terminal until the reply has ended.",
    "try": "/sweep temperature 0 1 -- What is top_p? asks twice; /help demo tells of the built-in model.",
    "preferences": "Edit config.toml; `glmchat config path` says where it is.",
    "notices": "They stand above.",
    "earlier": "Ctrl+R finds an earlier prompt.",
    "instructions": "/system sets the system prompt.",
    "clip": "Your terminal pastes what was copied.",
    "prompts": "Prompts are Markdown files; /help prompts tells where they lie.",
    "save-prompt": "Put a Markdown file into the folder of prompts; /help prompts tells where.",
    "commands": "/help lists the commands.",
}
