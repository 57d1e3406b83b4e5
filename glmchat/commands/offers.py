"""What may follow the words of a command line, by the tables and by what there is: for completion in shells."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from glmchat.commands import history_access
from glmchat.commands.parsing import Call, parameter_of, takes
from glmchat.commands.table import COMMANDS, COMMON, Command, Flag
from glmchat.core import parameters
from glmchat.core.parameters.kind import Kind

_MOST = 200
_PATHS = ("FILE", "PATH")
# Commands whose requests take parameters.
_ASKING = ("", "ask", "code", "check")


@dataclass(frozen=True, slots=True)
class Offer:
    """A word that may follow, and what it is."""

    value: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Offers:
    """What may follow; `files` says that a file's name may."""

    found: tuple[Offer, ...] = ()
    files: bool = False


@dataclass(slots=True)
class _Line:
    """The words before the one that is typed: the command, the words after it, the flags with their values."""

    command: Command = COMMANDS[""]
    words: list[str] = field(default_factory=list)
    flags: dict[str, str | None] = field(default_factory=dict)
    pending: str = ""  # a flag whose value comes next
    bare: bool = False  # after two dashes there are no flags


_FILES = Offers(files=True)
Source = Callable[[_Line], Coroutine[Any, Any, list[Offer]]]


def offers(words: Sequence[str], typed: str) -> Offers:
    """What may follow `words` where the next one begins with `typed`; never raises for what was typed so far."""
    line = _read(words)
    if line.pending:
        return _begun(_values(line, line.pending), typed)
    if typed.startswith("-") and not line.bare:
        name, equals, value = typed.partition("=")
        if equals and _takes(name):
            given = _begun(_values(line, name), value)
            found = tuple(Offer(f"{name}={each.value}", each.about) for each in given.found)
            return Offers(found, given.files)
        return _begun(Offers(tuple(_flags(line))), typed)
    return _begun(_positional(line), typed)


def _begun(given: Offers, typed: str) -> Offers:
    return Offers(tuple(each for each in given.found if each.value.startswith(typed)), given.files)


def _takes(name: str) -> str:
    from glmchat.commands.errors import UsageError

    try:
        return takes(name)
    except UsageError:
        return ""


def _read(words: Sequence[str]) -> _Line:
    line = _Line()
    for word in words:
        if line.pending:
            line.flags[line.pending], line.pending = word, ""
        elif word == "--":
            line.bare = True
        elif word.startswith("-") and len(word) > 1 and not line.bare:
            name, equals, value = word.partition("=")
            line.flags[name] = value if equals else None
            line.pending = name if _takes(name) and not equals else ""
        elif line.command.name or line.words:
            line.words.append(word)
        elif word in COMMANDS and word:
            line.command = COMMANDS[word]
        else:
            line.words.append(word)
    return line


def _flags(line: _Line) -> Iterator[Offer]:
    asks = line.command.name in _ASKING
    rows = [*line.command.flags, *COMMON]
    for flag in rows:
        if not {flag.name, flag.short} & line.flags.keys():
            yield Offer(flag.name, flag.help)
    for row in parameters.TABLE if asks else ():
        off = "--no-" + row.flag.removeprefix("--")
        if row.flag not in line.flags or row.kind is Kind.TEXTS:
            yield Offer(row.flag, row.help)
            if parameter_of(off) is not None:
                yield Offer(off, f"Not {row.title}.")


def _values(line: _Line, name: str) -> Offers:
    """What the value of a flag may be."""
    if (found := parameter_of(name)) is not None:
        row = found[0]
        return Offers(
            tuple(Offer(choice) for choice in row.choices), files="@" in takes(name) and not row.choices
        )
    flag = next((each for each in (*COMMON, *line.command.flags) if name in (each.name, each.short)), None)
    return _flag_values(line, flag) if flag is not None else Offers()


def _flag_values(line: _Line, flag: Flag) -> Offers:
    if flag.name in _BY_FLAG:
        return _asked(_BY_FLAG[flag.name], line)
    if "|" in flag.value:
        return Offers(tuple(Offer(choice) for choice in flag.value.split("|")))
    return _FILES if flag.value in _PATHS else Offers()


def _positional(line: _Line) -> Offers:
    """What the next word that is no flag may be."""
    command = line.command
    if not command.name:
        return Offers(
            tuple(Offer(each.name, each.help) for each in COMMANDS.values() if each.name and not line.words)
        )
    if command.verbs and not line.words:
        return Offers(tuple(Offer(verb.name, verb.help) for verb in command.verbs))
    place = (command.name, line.words[0] if command.verbs else "")
    after = line.words[1:] if command.verbs else line.words
    if place in _SEVERAL or (place in _ONE and not after):
        return _asked(_SEVERAL.get(place) or _ONE[place], line)
    verb = next((each for each in command.verbs if each.name == place[1]), None)
    return _FILES if "FILE" in (verb.words if verb is not None else command.words) and not after else Offers()


def _asked(source: Source, line: _Line) -> Offers:
    try:
        return Offers(tuple(asyncio.run(source(line))))
    except Exception:  # whatever is wrong with history or settings is for another command to tell
        return Offers()


# -- what there is


async def _sessions(_: _Line, in_bin: bool = False) -> list[Offer]:
    from glmchat.core.conversation import format_id
    from glmchat.history import Archive
    from glmchat.support import paths

    path = paths.database_file()
    archive = await Archive.open(path if path.exists() else None)
    try:
        rows = [row async for row in history_access.rows(archive, in_bin=in_bin, limit=_MOST)]
    finally:
        await archive.close()
    return [Offer(format_id(row.id), row.title or "Untitled") for row in rows]


async def _bin(line: _Line) -> list[Offer]:
    if len(line.words) == 1:
        verbs = (
            ("list", "List what is in the bin."),
            ("restore", "Bring sessions back."),
            ("purge", "Remove for good."),
        )
        return [Offer(*each) for each in verbs]
    return [] if line.words[1] == "list" else await _sessions(line, in_bin=True)


async def _providers(line: _Line) -> list[Offer]:
    from glmchat.commands.target import providers_of, settings_of

    return [Offer(name, row.base_url) for name, row in providers_of(settings_of(_call(line))).items()]


async def _models(line: _Line) -> list[Offer]:
    from glmchat.api.models import merge
    from glmchat.commands.target import endpoint_of, settings_of, target_of
    from glmchat.history import Archive
    from glmchat.support import paths

    call = _call(line)
    target = target_of(call, settings_of(call))
    endpoint = endpoint_of(target.provider, target.row, None)
    path = paths.database_file()
    archive = await Archive.open(path if path.exists() else None)
    try:
        stored = await archive.endpoints.models(endpoint.base_url)
    finally:
        await archive.close()
    return [
        Offer(model.id, model.name) for model in merge(stored.list if stored else [], endpoint) if model.id
    ]


async def _prompts(_: _Line) -> list[Offer]:
    from glmchat.prompts import library

    return [Offer(name) for name in library.listed()]


async def _topics(_: _Line) -> list[Offer]:
    from glmchat import manual

    pages = [Offer(each.name, each.title) for each in manual.topics()]
    known = {each.value for each in pages}
    return [*pages, *(Offer(name, row.help) for name, row in COMMANDS.items() if name and name not in known)]


async def _forms(_: _Line) -> list[Offer]:
    from glmchat import snippets

    return [Offer(form.name, form.title) for form in snippets.FORMS]


async def _shells(_: _Line) -> list[Offer]:
    from glmchat.commands.completion_scripts import SCRIPTS

    return [Offer(name) for name in SCRIPTS]


async def _export_formats(_: _Line) -> list[Offer]:
    from glmchat.history.formats.formats import EXPORTERS

    return [Offer(name) for name in EXPORTERS]


def _call(line: _Line) -> Call:
    """What was said so far of config, provider and address, as a call."""
    names = {flag.name: flag.key for flag in COMMON if flag.value}
    options = {
        names[name]: value for name, value in line.flags.items() if name in names and value is not None
    }
    return Call(COMMANDS["models"], options={**options, **({"demo": True} if "--demo" in line.flags else {})})


_BY_FLAG: Mapping[str, Source] = {
    "--provider": _providers, "--model": _models, "--resume": _sessions, "--format": _export_formats,
    "--prompt": _prompts,
}  # fmt: skip

# What a command, or a verb of one, takes once, and what it takes any number of times.
_ONE: Mapping[tuple[str, str], Source] = {
    ("sessions", "show"): _sessions, ("sessions", "rename"): _sessions,
    ("help", ""): _topics, ("code", ""): _forms, ("completion", ""): _shells,
}  # fmt: skip
_SEVERAL: Mapping[tuple[str, str], Source] = {
    ("sessions", "delete"): _sessions, ("sessions", "export"): _sessions, ("sessions", "bin"): _bin,
}  # fmt: skip
