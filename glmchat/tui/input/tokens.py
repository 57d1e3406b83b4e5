"""What the decoder makes of a terminal's bytes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """A key press; `name` is written as Textual writes it, `character` is what the key types, if anything."""

    name: str
    character: str | None = None


@dataclass(frozen=True, slots=True)
class Paste:
    """A text that was pasted."""

    text: str


@dataclass(frozen=True, slots=True)
class Mouse:
    """A mouse report (SGR): xterm's code of button and modifiers, a place counted from 1, press or release."""

    code: int
    x: int
    y: int
    pressed: bool


@dataclass(frozen=True, slots=True)
class Focus:
    """The terminal's window got the focus, or lost it."""

    gained: bool


@dataclass(frozen=True, slots=True)
class Mode:
    """The answer to a question about a private mode (DECRPM); a value of 0 is a mode that is not known."""

    number: int
    value: int


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The answer to a question about the kitty keyboard protocol: the flags in force."""

    flags: int


@dataclass(frozen=True, slots=True)
class Size:
    """The size of the terminal in cells and in pixels, told in band."""

    columns: int
    rows: int
    width: int
    height: int


Token = Key | Paste | Mouse | Focus | Mode | Keyboard | Size
