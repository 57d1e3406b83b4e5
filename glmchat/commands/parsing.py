"""Reads the command line by the table: flags anywhere, each mistake is explained and the nearest word named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from glmchat.commands.errors import UsageError
from glmchat.commands.table import COMMANDS, COMMON, Command, Flag
from glmchat.core import parameters
from glmchat.core.parameters import kind
from glmchat.support.suggestions import nearest

# What starts with a dash and is not shaped like this is text: "-5", "- an item", "---".
_FLAG = re.compile(r"(--?[A-Za-z][\w-]*)(?:=(.*))?", re.DOTALL)
_KEY_FLAGS = ("--api-key", "--key", "--apikey", "--token", "--api_key")
_TEXTS = kind.Kind.TEXTS
_SWITCH = kind.Kind.SWITCH


@dataclass(slots=True)
class Call:
    """What was asked for: a command, its words, the flags that were given, and parameter values by name."""

    command: Command
    words: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def given(self, key: str) -> str | None:
        """The text that a flag was given, None where it was not."""
        return self.options.get(key)

    def all(self, key: str) -> list[str]:
        """What a flag that may be repeated was given, in that order."""
        return list(self.options.get(key, ()))

    def number(self, key: str, low: int, high: int, takes: str) -> int | None:
        """The whole number that a flag was given, None where it was not; raises UsageError with what it takes."""
        given = self.given(key)
        if given is None:
            return None
        if not given.isascii() or not given.isdigit() or not low <= int(given) <= high:
            raise UsageError(f"--{key} cannot be {given!r}: it takes {takes}.")
        return int(given)

    def has(self, key: str) -> bool:
        """Whether a switch was given."""
        return key in self.options


def parse(arguments: Sequence[str]) -> Call:
    """Read a command line; raises UsageError."""
    words, flags = _taken_apart(arguments)
    call = Call(_command(words), words)
    for name, value in flags:
        _apply(call, name, value)
    _refuse_contradictions(call)
    if call.words and not call.command.words:
        raise UsageError(
            f"glmchat {call.command.name} takes no words after it, and {call.words[0]!r} is one."
        )
    return call


def asks_for_an_object(arguments: Sequence[str]) -> bool:
    """Whether a command line is one of ``ask --json``; reads no file that it names. Raises UsageError."""
    words, flags = _taken_apart(arguments)
    return _command(words).name == "ask" and any(name == "--json" for name, _ in flags)


def _taken_apart(arguments: Sequence[str]) -> tuple[list[str], list[tuple[str, str | None]]]:
    """The words and the flags of a command line, the values as they were written."""
    words: list[str] = []
    flags: list[tuple[str, str | None]] = []
    rest = iter(arguments)
    for argument in rest:
        found = _FLAG.fullmatch(argument)
        if argument == "--":
            words += rest
        elif found is None:
            words.append(argument)
        else:
            flags.append((found[1], _value(found[1], found[2], rest)))
    return words, flags


def _refuse_contradictions(call: Call) -> None:
    """Raise UsageError for two flags that cannot both hold."""
    for name, (needed, value) in parameters.IMPLIES.items():
        if name in call.values and call.values.get(needed, value) != value:
            off = f"--no-{parameters.BY_NAME[needed].flag.removeprefix('--')}"
            flag = parameters.BY_NAME[name].flag
            raise UsageError(f"{flag} and {off} contradict each other; give one of them.")


def _command(words: list[str]) -> Command:
    """Take the command off the words; no word is the chat."""
    if not words:
        return COMMANDS[""]
    name = words.pop(0)
    if name not in COMMANDS or not name:
        guess = nearest(name, COMMANDS) or f" There are {', '.join(filter(None, COMMANDS))}."
        raise UsageError(
            f"There is no command {name!r}.{guess} `glmchat --help` tells what they do; "
            "to ask something, write `glmchat ask` before it."
        )
    return COMMANDS[name]


def _all_flags() -> Iterator[Flag]:
    yield from COMMON
    for command in COMMANDS.values():
        yield from command.flags


def parameter_of(name: str) -> tuple[parameters.Parameter, bool] | None:
    """The parameter that a flag stands for, and whether it is the ``--no-`` form of a switch."""
    plain = name.removeprefix("--no-")
    row = parameters.BY_NAME.get(name.removeprefix("--").replace("-", "_"))
    if row is not None and row.flag == name:
        return row, False
    row = parameters.BY_NAME.get(plain.replace("-", "_")) if plain != name else None
    return (row, True) if row is not None and row.kind is _SWITCH and row.flag == f"--{plain}" else None


def takes(name: str) -> str:
    """What must follow a flag, in a word; empty for a switch. Raises UsageError for an unknown flag."""
    if (found := parameter_of(name)) is not None:
        return "" if found[0].kind is _SWITCH else _word(found[0])
    for flag in _all_flags():
        if name in (flag.name, flag.short):
            return flag.value
    if name.lower() in _KEY_FLAGS:
        raise UsageError(
            f"There is no flag {name}: everyone on this machine can read a program's arguments. "
            "Set GLMCHAT_API_KEY, or let the chat store the key; `glmchat help key` tells more."
        )
    known = [row.flag for row in parameters.TABLE]
    known += [
        f"--no-{flag.removeprefix('--')}" for flag in known if parameter_of(f"--no-{flag.removeprefix('--')}")
    ]
    known += [flag.name for flag in _all_flags()]
    raise UsageError(f"There is no flag {name}.{nearest(name, known)} `glmchat --help` lists the flags.")


def _word(row: parameters.Parameter) -> str:
    words = {
        "number": "N",
        "integer": "N",
        "text": "TEXT",
        "texts": "TEXT",
        "choice": "|".join(row.choices),
        "format": "text|json_object|@SCHEMA.json|JSON",
        "tool_choice": "|".join((*row.choices, "FUNCTION", "JSON")),
    }
    return words.get(row.kind.value, "JSON|@FILE")


def _value(name: str, given: str | None, rest: Iterator[str]) -> str | None:
    """The text that belongs to a flag, None for a switch."""
    wanted = takes(name)
    if not wanted:
        if given is not None:
            raise UsageError(f"{name} is a switch and takes no value.")
        return None
    value = next(rest, None) if given is None else given
    if value is None:
        raise UsageError(f"{name} needs a value after it: {name} {wanted}.")
    return value


def _apply(call: Call, name: str, value: str | None) -> None:
    """Put a flag into the call; raises UsageError where the command does not take it, or not this value."""
    if (found := parameter_of(name)) is not None:
        row, negated = found
        call.values[row.name] = _parameter(
            row, not negated if value is None else value, call.values.get(row.name)
        )
        return
    flag = next((each for each in (*COMMON, *call.command.flags) if name in (each.name, each.short)), None)
    if flag is None:
        title = f"glmchat {call.command.name}" if call.command.name else "glmchat without a command"
        raise UsageError(
            f"{title} does not take {name}. `{' '.join(filter(None, ('glmchat', call.command.name)))} --help` "
            "shows what it takes."
        )
    if flag.repeats:
        call.options.setdefault(flag.key, []).append(value)
    else:
        call.options[flag.key] = True if value is None else value


def _parameter(row: parameters.Parameter, given: str | bool, before: Any) -> Any:
    try:
        if isinstance(given, bool):
            return given
        if row.kind is _TEXTS:
            return row.validate([*(before or []), given])
        return row.parse(given)
    except kind.SecretRefused as refused:
        raise UsageError(str(refused)) from None
    except kind.ValueRefused as refused:
        raise UsageError(str(kind.ValueRefused(row.flag, given, refused.allowed))) from None
