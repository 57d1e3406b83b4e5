"""What keys mean together: a count, a command, and what the command is followed by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from glmchat.support.vim.motions import FINDS, MOTIONS
from glmchat.support.vim.objects import OBJECTS
from glmchat.support.vim.search import AGAIN, OPPOSITE

OPERATORS = frozenset(("d", "c", "y", ">", "<", "gu", "gU", "g~"))
# Keys that stand for an operator with its motion.
SHORT: Mapping[str, tuple[str, str]] = {
    "x": ("d", "l"), "X": ("d", "h"), "D": ("d", "$"), "C": ("c", "$"), "s": ("c", "l"),
    "S": ("c", "lines"), "Y": ("y", "lines"),
}  # fmt: skip
COMMANDS = frozenset(
    ("i", "a", "I", "A", "o", "O", "p", "P", "r", "J", "gJ", "~", "u", "U", "v", "V", ".", "R", "gi", "gI")
)
# What is selected is the target of these; capitals take whole lines.
VISUAL: Mapping[str, str] = {
    "d": "d", "x": "d", "X": "D", "D": "D", "c": "c", "s": "c", "C": "C", "S": "C", "R": "C", "y": "y", "Y": "Y",
    ">": ">", "<": "<", "u": "gu", "U": "gU", "~": "g~", "gu": "gu", "gU": "gU", "g~": "g~", "J": "J", "gJ": "gJ",
    "p": "p", "P": "P", "r": "r", "o": "o", "v": "v", "V": "V",
}  # fmt: skip
_REPEATS = frozenset((";", ",")) | AGAIN
# What vim has and a prompt has not: none of its keys may be taken for another command. These operators wait for what
# they take, these commands for a key, and a line for Enter.
_IDLE_OPERATORS = frozenset(("=", "!", "gq", "gw", "g?", "g@", "zf"))
_WITH_A_KEY, _TARGET_WITH_A_KEY = frozenset("gm'`q@zZ[]"), frozenset("g'`[]")
_LINE, ENTER = ":", "\r"


class Unknown(Exception):
    """The keys mean nothing."""


class _More(Exception):
    """More keys have to follow."""


class _MoreOfLine(_More):
    """The rest of a line has to follow."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command; an operator has a `target`: a motion, a text object, or ``lines``.

    `char` is what r writes, and what f and / look for; `register` is where something is kept, or comes from.
    """

    name: str
    count: int | None = None
    target: str = ""
    char: str = ""
    register: str = ""

    @property
    def times(self) -> int:
        """How often."""
        return self.count or 1


def parse(keys: str, visual: bool) -> Command | None:
    """The command that keys make, None where more have to follow; raises Unknown."""
    try:
        return _command(keys, visual)
    except _More:
        return None


def is_line(keys: str, visual: bool) -> bool:
    """Whether a line is being typed, which Enter ends."""
    try:
        _command(keys, visual)
    except _MoreOfLine:
        return True
    except (_More, Unknown):
        pass
    return False


def _command(keys: str, visual: bool) -> Command:
    count, rest = _counted(keys)
    if not rest.startswith('"'):
        return _of_name(rest, count, visual)
    if len(rest) == 1:
        raise _More
    more, after = _counted(rest[2:])
    if more is not None:
        count = more * (count or 1)
    return replace(_of_name(after, count, visual), register=rest[1].strip('"'))


def _of_name(rest: str, count: int | None, visual: bool) -> Command:
    name, rest = _name(rest, objects=visual)
    if name == _LINE:
        _rest_of_line(rest)
    if visual and name in VISUAL:
        return Command(VISUAL[name], count, char=_char(name, rest))
    if _is_target(name, objects=visual):
        return Command("move", count, name, _char(name, rest))
    if visual:
        raise Unknown
    if name in SHORT:
        operator, target = SHORT[name]
        return Command(operator, count, target)
    if name in OPERATORS or name in _IDLE_OPERATORS:
        more, rest = _counted(rest)
        target, rest = _name(rest, True, _TARGET_WITH_A_KEY)
        if more is not None:
            count = more * (count or 1)
        if target in (name, name[-1]):
            found = Command(name, count, "lines")
        elif not _is_target(target, objects=True):
            raise Unknown
        else:
            found = Command(name, count, target, _char(target, rest))
        if name in _IDLE_OPERATORS:
            raise Unknown
        return found
    if name not in COMMANDS:
        raise Unknown
    return Command(name, count, char=_char(name, rest))


def _counted(keys: str) -> tuple[int | None, str]:
    rest = keys.lstrip("0123456789")
    digits = keys[: len(keys) - len(rest)]
    if digits.startswith("0"):
        return None, keys
    return (min(int(digits[:6]), 9999) if digits else None), rest


def _name(keys: str, objects: bool, with_a_key: frozenset[str] = _WITH_A_KEY) -> tuple[str, str]:
    size = 2 if keys[:1] in with_a_key or (objects and keys[:1] in ("i", "a")) else 1
    if len(keys) < size:
        raise _More
    return keys[:size], keys[size:]


def _is_target(name: str, objects: bool) -> bool:
    return name in MOTIONS or name in _REPEATS or name in OPPOSITE or (objects and name in OBJECTS)


def _char(name: str, rest: str) -> str:
    if name in OPPOSITE:
        return _rest_of_line(rest)
    if name not in FINDS and name != "r":
        return ""
    if not rest:
        raise _More
    return rest[0]


def _rest_of_line(rest: str) -> str:
    if ENTER not in rest:
        raise _MoreOfLine
    return rest.partition(ENTER)[0]
