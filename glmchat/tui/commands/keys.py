"""Which key runs which command: the registry's keys, and what ``[keys]`` in config makes of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from glmchat.tui.commands.command import Command
from glmchat.tui.commands.fixed_keys import EDITING

# Keys that a focused pane may want for itself: they run the command only where the pane leaves them.
YIELDING = frozenset(
    {
        "escape",
        "tab",
        "shift+tab",
        "enter",
        "up",
        "down",
        "pageup",
        "pagedown",
        "ctrl+home",
        "ctrl+end",
        "ctrl+d",
    }
)

_ALIASES = {
    "esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "pgup": "pageup", "pgdn": "pagedown",
    "pgdown": "pagedown", "control": "ctrl", "option": "alt", "meta": "alt", "cmd": "super",
}  # fmt: skip
_MODIFIERS = ("ctrl", "alt", "shift", "super", "hyper")
_NAMED = frozenset(
    {
        "escape", "enter", "tab", "delete", "insert", "home", "end", "pageup", "pagedown", "up", "down", "left",
        "right", "backspace", "space", "underscore", "backslash", "right_square_bracket", "circumflex_accent", "at",
        *(f"f{number}" for number in range(1, 25)),
    }
)  # fmt: skip
# What a terminal sends for these is what it sends for the other key.
_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape"}


def normal(text: str) -> str | None:
    """Write a key as Textual does (``ctrl+shift+x``), None where it cannot be a command's key.

    A key that types a character cannot: it belongs to the prompt.
    """
    parts = [part for part in re.split(r"[+\-]", text.strip().lower()) if part]
    parts = [_ALIASES.get(part, part) for part in parts]
    if not parts:
        return None
    *modifiers, key = parts
    if any(each not in _MODIFIERS for each in modifiers) or len(set(modifiers)) != len(modifiers):
        return None
    if key not in _NAMED and not (
        len(key) == 1 and key.isalnum() and {"ctrl", "alt", "super"} & set(modifiers)
    ):
        return None
    if key in ("space", "backspace", "underscore", "backslash", "at") and not modifiers:
        return None
    name = "+".join([*sorted(modifiers, key=_MODIFIERS.index), key])
    return _SAME.get(name, name)


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys in force: by command's name, and the command of each key; `problems` are sentences to tell.

    `table` holds every command; `renamed` are sentences on commands that are called otherwise now.
    """

    keys: Mapping[str, tuple[str, ...]]
    command: Mapping[str, Command[Any]]
    problems: tuple[str, ...]
    table: Sequence[Command[Any]]
    renamed: tuple[str, ...] = ()


def resolve(overrides: Mapping[str, tuple[str, ...]], table: Sequence[Command[Any]]) -> Keymap:
    """Lay the user's keys over those of the table; the user's win, and what they take away is told."""
    problems: list[str] = []
    wanted: dict[str, tuple[str, ...]] = {}
    known = {row.name for row in table}
    formerly = {row.formerly: row.name for row in table if row.formerly}
    renamed = [
        f"{old} in [keys] is called {formerly[old]} now; it goes on working."
        for old in overrides
        if old in formerly
    ]
    for given_name, keys in overrides.items():
        name = formerly.get(given_name, given_name)
        if name not in known:
            problems.append(f"[keys] names {name!r}, but there is no such command. F1 lists their names.")
            continue
        wanted[name] = tuple(key for given in keys if (key := _read(name, given, problems)))
    owner: dict[str, Command[Any]] = {}
    for row in table:
        for key in wanted.get(row.name, ()):
            if key in owner:
                problems.append(
                    f"[keys] gives {display(key)} to both {owner[key].name} and {row.name}; it runs {owner[key].name}."
                )
                continue
            owner[key] = row
            if key in EDITING:
                problems.append(f"[keys] gives {display(key)} to {row.name}; it no longer edits the prompt.")
    for row in table:
        for key in row.keys if row.name not in wanted else ():
            if key in owner:
                problems.append(
                    f"[keys] gives {display(key)} to {owner[key].name}; it no longer runs {row.name}."
                )
            else:
                owner[key] = row
    of: dict[str, tuple[str, ...]] = {row.name: () for row in table}
    for row in table:
        order = wanted.get(row.name, row.keys)
        of[row.name] = tuple(key for key in order if owner.get(key) is row)
    return Keymap(of, owner, tuple(problems), table, tuple(renamed))


def _read(name: str, given: str, problems: list[str]) -> str | None:
    key = normal(given)
    if key is None and given.strip():
        problems.append(
            f"[keys] gives {given!r} to {name}, which is no key that can run a command. Write one like ctrl+x or f5."
        )
    return key


_SHOWN = {
    "escape": "Esc", "pageup": "PageUp", "pagedown": "PageDown", "ctrl": "Ctrl", "alt": "Alt", "shift": "Shift",
    "super": "Super", "underscore": "_", "backslash": "\\", "right_square_bracket": "]",
    "circumflex_accent": "^", "at": "@",
}  # fmt: skip


def display(key: str) -> str:
    """A key as people write it: ``Ctrl+Home``."""
    return "+".join(
        _SHOWN.get(part, part.upper() if len(part) == 1 else part.capitalize()) for part in key.split("+")
    )


def short(key: str) -> str:
    """A key in the fewest cells, for the line at the bottom: ``^R``."""
    if re.fullmatch(r"ctrl\+\w", key):
        return "^" + key[-1].upper()
    return display(key)
