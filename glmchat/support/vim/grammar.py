"""What keys mean together: a count, a command, and what the command is followed by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from glmchat.support.vim.motions import FINDS, MOTIONS
from glmchat.support.vim.objects import OBJECTS

OPERATORS = frozenset(("d", "c", "y", ">", "<", "gu", "gU", "g~"))
# Keys that stand for an operator with its motion.
SHORT: Mapping[str, tuple[str, str]] = {
    "x": ("d", "l"), "X": ("d", "h"), "D": ("d", "$"), "C": ("c", "$"), "s": ("c", "l"),
    "S": ("c", "lines"), "Y": ("y", "lines"),
}  # fmt: skip
COMMANDS = frozenset(("i", "a", "I", "A", "o", "O", "p", "P", "r", "J", "gJ", "~", "u", "U", "v", "V", "."))
# What is selected is the target of these; capitals take whole lines.
VISUAL: Mapping[str, str] = {
    "d": "d", "x": "d", "X": "D", "D": "D", "c": "c", "s": "c", "C": "C", "S": "C", "R": "C", "y": "y", "Y": "Y",
    ">": ">", "<": "<", "u": "gu", "U": "gU", "~": "g~", "gu": "gu", "gU": "gU", "g~": "g~", "J": "J", "gJ": "gJ",
    "p": "p", "P": "P", "r": "r", "o": "o", "v": "v", "V": "V",
}  # fmt: skip
_REPEATS = frozenset((";", ","))


class Unknown(Exception):
    """The keys mean nothing."""


class _More(Exception):
    """More keys have to follow."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command; an operator has a `target`: a motion, a text object, or ``lines``.

    `char` is what r writes and f looks for.
    """

    name: str
    count: int | None = None
    target: str = ""
    char: str = ""

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


def _command(keys: str, visual: bool) -> Command:
    count, rest = _counted(keys)
    name, rest = _name(rest, objects=visual)
    if visual and name in VISUAL:
        return Command(VISUAL[name], count, char=_char(name, rest))
    if _is_target(name, objects=visual):
        return Command("move", count, name, _char(name, rest))
    if visual:
        raise Unknown
    if name in SHORT:
        operator, target = SHORT[name]
        return Command(operator, count, target)
    if name in OPERATORS:
        more, rest = _counted(rest)
        target, rest = _name(rest, objects=True)
        if more is not None:
            count = more * (count or 1)
        if target in (name, name[-1]):
            return Command(name, count, "lines")
        if not _is_target(target, objects=True):
            raise Unknown
        return Command(name, count, target, _char(target, rest))
    if name not in COMMANDS:
        raise Unknown
    return Command(name, count, char=_char(name, rest))


def _counted(keys: str) -> tuple[int | None, str]:
    rest = keys.lstrip("0123456789")
    digits = keys[: len(keys) - len(rest)]
    if digits.startswith("0"):
        return None, keys
    return (min(int(digits[:6]), 9999) if digits else None), rest


def _name(keys: str, objects: bool) -> tuple[str, str]:
    size = 2 if keys[:1] == "g" or (objects and keys[:1] in ("i", "a")) else 1
    if len(keys) < size:
        raise _More
    return keys[:size], keys[size:]


def _is_target(name: str, objects: bool) -> bool:
    return name in MOTIONS or name in _REPEATS or (objects and name in OBJECTS)


def _char(name: str, rest: str) -> str:
    if name not in FINDS and name != "r":
        return ""
    if not rest:
        raise _More
    return rest[0]
