"""What the decoder makes of a terminal's bytes: named tuples, for they are made before the first frame."""

from __future__ import annotations

from typing import NamedTuple


class Key(NamedTuple):
    """A key press; `name` is written as Textual writes it, `character` is what the key types, if anything."""

    name: str
    character: str | None = None


class Paste(NamedTuple):
    """A text that was pasted."""

    text: str


class Mouse(NamedTuple):
    """A mouse report (SGR): xterm's code of button and modifiers, a place counted from 1, press or release."""

    code: int
    x: int
    y: int
    pressed: bool


class Focus(NamedTuple):
    """The terminal's window got the focus, or lost it."""

    gained: bool


class Mode(NamedTuple):
    """The answer to a question about a private mode (DECRPM); a value of 0 is a mode that is not known."""

    number: int
    value: int


class Attributes(NamedTuple):
    """What the terminal is and can do (DA1), by the numbers of the standard."""

    numbers: tuple[int, ...]


class Colours(NamedTuple):
    """How many colours the terminal has for sixels (XTSMGRAPHICS)."""

    number: int


class Keyboard(NamedTuple):
    """The answer to a question about the kitty keyboard protocol: the flags in force."""

    flags: int


class Packet(NamedTuple):
    """A piece of the clipboard that the terminal was asked for (OSC 5522): what it tells of it, and its base64."""

    told: str
    payload: str


class Size(NamedTuple):
    """The size of the terminal in cells and in pixels, told in band."""

    columns: int
    rows: int
    width: int
    height: int


Token = Key | Paste | Mouse | Focus | Mode | Attributes | Colours | Keyboard | Packet | Size
