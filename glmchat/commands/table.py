"""THE table of the command line: commands, their verbs and their flags, one row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag: `value` says in a word what follows it, empty for a switch; `short` is another way to write it."""

    name: str
    value: str
    help: str
    short: str = ""

    @property
    def key(self) -> str:
        """The flag's name among the options of a call."""
        return self.name.lstrip("-").replace("-", "_")


@dataclass(frozen=True, slots=True)
class Command:
    """A command: `words` is its usage, `verbs` maps a verb to its usage and its help."""

    name: str
    words: str
    help: str
    flags: tuple[Flag, ...] = ()
    verbs: Mapping[str, tuple[str, str]] | None = None


COMMON = (
    Flag("--demo", "", "Talk to the built-in model; it needs no key and no network."),
    Flag("--provider", "NAME", "Talk to this provider; `glmchat config show` lists them."),
    Flag("--model", "ID", "Ask this model."),
    Flag("--base-url", "URL", "Send requests here; the URL ends before /chat/completions."),
    Flag("--config", "FILE", "Read this config file and no other."),
    Flag("--log", "FILE", "Write a debug log: times, sizes and states, never the key."),
    Flag("--log-content", "", "Let the debug log also hold what was said."),
    Flag("--help", "", "Show this help.", short="-h"),
    Flag("--version", "", "Show the version.", short="-V"),
)

_JSON = Flag("--json", "", "Print JSON for programs.")

_FORGET = Flag("--forget", "", "Forget what was learned of this endpoint and model, and ask nothing.")

_SYSTEM = Flag("--system", "TEXT", "The system prompt.")

_ASK_FLAGS = (
    _SYSTEM,
    Flag("--show-reasoning", "", "Also print the model's thought, on standard error."),
    _JSON,
    Flag("--raw", "", "Keep control characters as they came; only where standard output is no terminal."),
    Flag("--no-history", "", "Keep nothing of this on disk."),
    Flag("--retries", "N", "How often a failed request is tried again; 0 is one attempt."),
)

_SESSION_VERBS = {
    "list": ("list [WORDS]", "List the sessions, newest first; with words, those that fit."),
    "show": ("show ID", "Print a session."),
    "rename": ("rename ID TITLE", "Give a session another title."),
    "delete": ("delete ID ...", "Move sessions to the bin."),
    "search": ("search WORDS", "Find words in titles, messages and reasoning."),
    "export": ("export [ID ...]", "Write sessions, or all of them, as Markdown, JSON, HTML or JSONL."),
    "import": ("import FILE", "Read sessions from a file of glmchat or of another program."),
    "backup": ("backup [FILE]", "Write a copy of the whole history."),
    "restore": (
        "restore [FILE]",
        "Put a backup in the place of the history; without FILE, list the backups.",
    ),
    "verify": ("verify [FILE]", "Check the history, or a backup, for damage."),
    "bin": (
        "bin [list | restore ID ... | purge [ID ...]]",
        "See, take back or remove for good what was deleted.",
    ),
}

_CONFIG_VERBS = {
    "path": ("path", "Print where everything is kept."),
    "init": ("init", "Write a config file in which every key is explained."),
    "check": ("check", "List every mistake in the config file."),
    "show": ("show", "Print the settings that hold; keys are never shown."),
}

COMMANDS: Mapping[str, Command] = {
    row.name: row
    for row in (
        Command(
            "", "", "Open the chat.",
            (
                Flag("--continue", "", "Go on with the newest session.", short="-c"),
                Flag("--resume", "ID", "Go on with this session."),
                Flag("--incognito", "", "Keep nothing of the new session on disk."),
            ),
        ),
        Command("ask", "[PROMPT]", "Print one reply.", _ASK_FLAGS),
        Command(
            "sessions", "VERB", "List, show, find, export and import sessions.",
            (
                _JSON,
                Flag("--format", "F", "For export: markdown, json, html or jsonl."),
                Flag("--output", "PATH", "For export: the file or directory to write."),
                Flag("--force", "", "For export and backup: replace a file that is there."),
                Flag("--branch", "ID", "For export: the branch of the session that ends at this message."),
                Flag("--limit", "N", "For list and search: at most this many."),
            ),
            _SESSION_VERBS,
        ),
        Command(
            "models", "", "List what there is to choose from.",
            (_JSON, Flag("--refresh", "", "Ask the endpoint again, also where its list was kept from before.")),
        ),
        Command("check", "", "Find out what this endpoint and model really do.", (_JSON, _FORGET)),
        Command(
            "code", "[FORM] [PROMPT]", "Print the request as code; without FORM, list the forms.",
            (_SYSTEM, Flag("--stream", "", "Write code that prints the reply as it streams.")),
        ),
        Command("config", "VERB", "Find, write, check and show the settings.", verbs=_CONFIG_VERBS),
        Command("help", "[TOPIC]", "Read the manual."),
    )
}  # fmt: skip
