"""The table of the command line: commands, their verbs and their flags, one row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag: `value` says in a word what follows it, empty for a switch; `short` is another way to write it.

    One that `repeats` may be given several times.
    """

    name: str
    value: str
    help: str
    short: str = ""
    repeats: bool = False

    @property
    def key(self) -> str:
        """The flag's name among the options of a call."""
        return self.name.lstrip("-").replace("-", "_")


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of a command: `words` is the usage after it, `most` how many may follow, None for any number."""

    name: str
    words: str
    help: str
    most: int | None = 0

    @property
    def usage(self) -> str:
        """The verb and what follows it."""
        return f"{self.name} {self.words}".rstrip()


@dataclass(frozen=True, slots=True)
class Command:
    """A command: `words` is the usage after it."""

    name: str
    words: str
    help: str
    flags: tuple[Flag, ...] = ()
    verbs: tuple[Verb, ...] = ()


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
    Flag(
        "--file",
        "PATH",
        'Attach this file, lines of it (main.py:10-40), a directory or "src/**/*.py"; - is standard input. Repeats.',
        repeats=True,
    ),
    Flag("--image", "PATH", "Attach this picture, a file or a data URI. May be repeated.", repeats=True),
    Flag("--prompt", "NAME", "Ask with this prompt of the library; what is written after it follows."),
    Flag("--var", "NAME=VALUE", "Fill in a variable of that prompt. May be repeated.", repeats=True),
    Flag("--prefill", "TEXT", "Begin the reply with this text; the model goes on from there."),
    Flag("--show-reasoning", "", "Also print the model's thought, on standard error."),
    _JSON,
    Flag("--raw", "", "Keep control characters as they came; only where standard output is no terminal."),
    Flag("--no-history", "", "Keep nothing of this on disk."),
    Flag("--retries", "N", "How often a failed request is tried again; 0 is one attempt."),
)

_ANY = None

_SESSION_VERBS = (
    Verb("list", "[WORDS]", "List the sessions, newest first; with words, those that fit.", _ANY),
    Verb("show", "ID", "Print a session.", 1),
    Verb("rename", "ID TITLE", "Give a session another title.", _ANY),
    Verb("delete", "ID ...", "Move sessions to the bin.", _ANY),
    Verb("search", "WORDS", "Find words in titles, messages and reasoning.", _ANY),
    Verb("cost", "", "Add up what replies cost, each currency for itself."),
    Verb("export", "[ID ...]", "Write sessions, or all of them, as Markdown, JSON, HTML or JSONL.", _ANY),
    Verb("import", "FILE ...", "Read sessions from files of glmchat or of another program.", _ANY),
    Verb("backup", "[FILE]", "Write a copy of the whole history.", 1),
    Verb("restore", "[FILE]", "Put a backup in the place of the history; without FILE, list the backups.", 1),
    Verb("verify", "[FILE]", "Check the history, or a backup, for damage.", 1),
    Verb(
        "bin", "[list | restore ID ... | purge [ID ...]]",
        "See, take back or remove for good what was deleted.", _ANY,
    ),
)  # fmt: skip

_CONFIG_VERBS = (
    Verb("path", "", "Print where everything is kept."),
    Verb("init", "", "Write a config file in which every key is explained."),
    Verb("check", "", "List every mistake in the config file."),
    Verb("show", "", "Print the settings that hold; keys are never shown."),
)

_STUDY_VERBS = (
    Verb("run", "FILE", "Ask what has no reply yet, and write table and report.", 1),
    Verb("show", "FILE", "Print the table of what has come.", 1),
    Verb("report", "FILE", "Write the report, JSONL and CSV again.", 1),
)

COMMANDS: Mapping[str, Command] = {
    row.name: row
    for row in (
        Command(
            "", "", "Open the chat.",
            (
                Flag("--continue", "", "Go on with the newest session.", short="-c"),
                Flag("--resume", "ID", "Go on with this session."),
                Flag("--incognito", "", "Keep nothing of the new session on disk."),
                Flag("--plain", "", "Chat line by line, without a screen of its own."),
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
                Flag("--since", "DATE", "For cost: only what was spent since then: 2026-03-31, 2026-03, today or 7d."),
                Flag("--by", "model|day|provider", "For cost: what to add up by."),
                Flag("--limit", "N", "For list and search: at most this many."),
            ),
            _SESSION_VERBS,
        ),
        Command(
            "models", "[balance | import FILE]",
            "List what there is to choose from; balance asks the endpoint what credit is left there, and import takes "
            "in a models.dev api.json for what no endpoint tells.",
            (_JSON, Flag("--refresh", "", "Ask the endpoint again, also where its list was kept from before.")),
        ),
        Command("check", "", "Find out what this endpoint and model really do.", (_JSON, _FORGET)),
        Command(
            "code", "[FORM] [PROMPT]", "Print the request as code; without FORM, list the forms.",
            (_SYSTEM, Flag("--stream", "", "Write code that prints the reply as it streams.")),
        ),
        Command(
            "study", "VERB FILE", "Ask prompts x variants x repeats, and compare the replies with intervals.",
            (
                Flag("--batch-out", "FILE", "For run: write the requests as a batch file, and ask nothing."),
                Flag("--batch-in", "FILE", "For run: read replies from a batch's output."),
                Flag("--allow-commands", "", "For run: let checks of kind command run what the study says."),
            ),
            _STUDY_VERBS,
        ),
        Command("config", "VERB", "Find, write, check and show the settings.", verbs=_CONFIG_VERBS),
        Command("completion", "SHELL", "Print a script that completes this command line in bash, zsh or fish."),
        Command("help", "[TOPIC]", "Read the manual."),
    )
}  # fmt: skip
