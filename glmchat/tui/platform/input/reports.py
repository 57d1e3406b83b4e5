"""What a whole escape sequence says: a key, the mouse, the focus, or the answer to a question.

Sources: ECMA-48, xterm's ctlseqs, the kitty keyboard protocol (also its alternate keys, events and text) and
clipboard protocol.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from glmchat.support.text import join_pairs
from glmchat.tui.platform.input import keys
from glmchat.tui.platform.input.tokens import (
    Attributes,
    Colours,
    Focus,
    Key,
    Keyboard,
    Mode,
    Mouse,
    Packet,
    Size,
    Token,
)

PASTE_START = "\x1b[200~"
PASTE_END = "\x1b[201~"
# How a piece of the clipboard begins that the terminal was asked for.
PACKET = "\x1b]5522;"

_CSI = re.compile(r"\x1b\[(?P<private>[<=>?]?)(?P<args>[0-9;:-]*)(?P<between>[ -/]*)(?P<final>[$@-~])")
# Answers and reports that say nothing to a chat, by their private mark and what they end with.
_ANSWERS = {
    "?": ("c", "n", "R", "S", "u", "$y", "i", "t", "h", "l"),
    ">": ("c", "m", "q", "f", "n"),
    "=": ("c",),
    "": ("c", "n", "t", "x", "M", "R", "T", "Z", "&w", "$y"),
}
# The kitty flag that makes the terminal tell what a key types.
TEXT_TOLD = 16
_RELEASE = 3
_NOT_TYPING = keys.ALT | keys.CTRL | keys.SUPER | keys.HYPER | keys.META
# What a report without text types where the terminal should have told it: dead keys, which type nothing, are none.
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lo", "Nd"})


def read(sequence: str, flags: int = 0) -> list[Token] | None:
    """Read a whole sequence; None for one that no terminal is known to send.

    `flags` are those of the kitty protocol in force, as far as is known.
    """
    if sequence.startswith("\x1bO"):
        key = _of_ss3(sequence[2:])
        return [key] if key is not None else None
    if sequence.startswith("\x1b[["):
        return [keys.pressed(f"f{'ABCDE'.index(sequence[3]) + 1}")]
    if sequence.startswith("\x1b[M") and len(sequence) > 3:
        return []  # the mouse of a terminal that knows no SGR reports, which Textual does not read either
    found = _CSI.fullmatch(sequence)
    if found is None:
        return []
    private, args, between, final = found.groups()
    said: list[Token] | None = None
    if private == "<":
        said = _of_mouse(args) if final in "Mm" and not between else None
        return said if said is None or final == "M" else [_released(each) for each in said]
    if private == "?":
        said = _of_mode(args, between + final)
    elif not private:
        said = _of_keyboard(args, between + final, flags)
    if said is not None:
        return said
    return [] if between + final in _ANSWERS.get(private, ()) else None


def of_packet(sequence: str) -> list[Token]:
    """What a whole string says: a piece of the clipboard, or nothing that is used."""
    if not sequence.startswith(PACKET):
        return []
    told, _, payload = sequence[len(PACKET) :].rstrip("\x07\x9c\x1b\\").partition(";")
    return [Packet(told, payload)]


def _numbers(args: str) -> list[list[int | None]]:
    """Numbers with their sub-parameters; None for one that is left out or absurd."""
    return [
        [
            int(each) if each.isascii() and each.isdigit() and len(each) < 10 else None
            for each in part.split(":")
        ]
        for part in args.split(";")
    ]


def _of_ss3(rest: str) -> Key | None:
    final, modifiers = rest[-1], max(int(rest[:-1] or 1) - 1, 0)
    if final in keys.LETTERS:
        return keys.pressed(keys.LETTERS[final], modifiers)
    if final in keys.RXVT_ARROWS:
        return keys.pressed(keys.RXVT_ARROWS[final], keys.CTRL)
    if final in keys.KEYPAD:
        return keys.typed(keys.KEYPAD[final])
    return {"M": keys.pressed("enter"), "I": keys.pressed("tab")}.get(final)


def _of_mouse(args: str) -> list[Token]:
    numbers = re.fullmatch(r"(\d{1,6});(-?\d{1,6});(-?\d{1,6})", args, re.ASCII)
    return [Mouse(int(numbers[1]), int(numbers[2]), int(numbers[3]), True)] if numbers else []


def _released(token: Token) -> Token:
    assert isinstance(token, Mouse)  # noqa: S101  (they come from above)
    return Mouse(token.code, token.x, token.y, False)


def _of_mode(args: str, end: str) -> list[Token] | None:
    numbers = [part[0] for part in _numbers(args)]
    if end == "$y" and len(numbers) == 2 and numbers[0] is not None and numbers[1] is not None:
        return [Mode(numbers[0], numbers[1])]
    if end == "u" and len(numbers) == 1:
        return [Keyboard(numbers[0] or 0)]
    if end == "c":
        return [Attributes(tuple(each or 0 for each in numbers))]
    if end == "S" and len(numbers) == 3 and numbers[:2] == [1, 0]:
        return [Colours(numbers[2] or 0)]
    return None


def _of_keyboard(args: str, end: str, flags: int) -> list[Token] | None:
    """What a sequence without a private mark says."""
    if end in ("I", "O") and not args:
        return [Focus(end == "I")]
    read_it = _READERS.get(end)
    if read_it is None or "-" in args:
        return None
    return read_it(_numbers(args), end, flags)


_Numbers = Sequence[Sequence[int | None]]


def _of_size(numbers: _Numbers, end: str, flags: int) -> list[Token] | None:
    first = [part[0] or 0 for part in numbers]
    if first[0] == 48 and len(first) == 5:
        return [Size(first[2], first[1], first[4], first[3])]
    return None


def _event(numbers: _Numbers) -> tuple[int, bool]:
    """The modifiers of a report, and whether the key was let go."""
    told = numbers[1] if len(numbers) > 1 else [None]
    return max((told[0] or 1) - 1, 0) & 0xFF, len(told) > 1 and told[1] == _RELEASE


def _of_letter(numbers: _Numbers, end: str, flags: int) -> list[Token] | None:
    first = numbers[0][0]
    modifiers, released = _event(numbers)
    if released:
        return []
    if end in keys.RXVT_ARROWS:
        return [keys.pressed(keys.RXVT_ARROWS[end], keys.SHIFT)] if first is None else None
    if len(numbers) == 1 and first is not None and first > 1:
        modifiers = first - 1  # some terminals leave the 1 out
    elif first not in (None, 1):
        return None
    if end == "Z":
        return [keys.pressed("tab", modifiers | keys.SHIFT)]
    return [keys.pressed(keys.LETTERS[end], modifiers)]


def _of_f3(numbers: _Numbers, end: str, flags: int) -> list[Token] | None:
    """F3 and its modifiers, else a place of the cursor."""
    row = numbers[0][0]
    column = numbers[1][0] if len(numbers) > 1 else None
    if row in (None, 1) and (column is None or 2 <= column <= 16):
        return _of_letter(numbers, end, flags)
    return []


def _of_number(numbers: _Numbers, end: str, flags: int) -> list[Token] | None:
    number = numbers[0][0]
    modifiers, released = _event(numbers)
    if number == 27 and len(numbers) == 3:  # modifyOtherKeys
        return _of_code([numbers[2][:1], numbers[1][:1]], "u", 0)
    if number is None:
        return [keys.pressed("tab", keys.SHIFT)] if end == "~" else None
    name = keys.NUMBERED.get(number)
    if released or name is None:
        return []
    return [keys.pressed(name, modifiers | keys.RXVT_ENDS.get(end, 0))]


def _of_code(numbers: _Numbers, end: str, flags: int) -> list[Token] | None:
    """A key by its code point, and what it types."""
    code, shifted, base = [*numbers[0], None, None, None][:3]
    modifiers, released = _event(numbers)
    if released or (code is None and len(numbers) < 3):
        return []
    typed = _text(numbers[2] if len(numbers) > 2 else [])
    # Ctrl types nothing; Ctrl and Alt together do, where they stand for AltGr.
    if typed and not (modifiers & (keys.CTRL | keys.SUPER) and not modifiers & keys.ALT):
        return [_with_shift(char, modifiers) for char in typed]
    name = keys.FUNCTIONAL.get(code or 0)
    if name is None or len(name) == 1:
        return _of_character(name or _character(code), (shifted, base), modifiers, flags)
    return [keys.pressed(name, modifiers)] if name else []


def _with_shift(character: str, modifiers: int) -> Key:
    """A typed character; the space bar with Shift is a key of its own."""
    key = keys.typed(character)
    return Key(f"shift+{key.name}", character) if modifiers & keys.SHIFT and character.isspace() else key


def _of_character(
    character: str, others: tuple[int | None, int | None], modifiers: int, flags: int
) -> list[Token]:
    """A key that types a character, without the terminal's word on what it types."""
    if not character:
        return []
    shifted, base = (_character(code) for code in others)
    if not modifiers & _NOT_TYPING:
        if flags & TEXT_TOLD and unicodedata.category(character) not in _LETTERS:
            return []
        return [keys.typed(_on_its_level(character, shifted, modifiers))]
    if not character.isascii() and base:
        character = base
    if character.isupper():
        character, modifiers = character.lower()[:1], modifiers | keys.SHIFT
    elif modifiers & keys.SHIFT and shifted and shifted.isascii() and not shifted.isalpha():
        character, modifiers = shifted, modifiers & ~keys.SHIFT
    return [keys.pressed(keys.name_of(character), modifiers)]


def _on_its_level(character: str, shifted: str, modifiers: int) -> str:
    """What a key types with or without Shift and Caps Lock."""
    if modifiers & keys.SHIFT:
        character = shifted or (character.upper() if len(character.upper()) == 1 else character)
    if modifiers & keys.CAPS_LOCK and len(character.swapcase()) == 1:
        character = character.swapcase()
    return character


def _character(code: int | None) -> str:
    """The character of a code point; empty for what is no character of a text."""
    if code is None or code > 0x10FFFF or code in keys.PRIVATE:
        return ""
    char = chr(code)
    return "" if unicodedata.category(char) in ("Cc", "Cs") else char


def _text(codes: Sequence[int | None]) -> str:
    """The text of a report; a pair of halves is one character, and half a pair is none."""
    joined = join_pairs("".join(chr(code) for code in codes if code is not None and code <= 0x10FFFF))
    return "".join(char for char in joined if unicodedata.category(char) not in ("Cc", "Cs"))


_READERS: dict[str, Callable[[_Numbers, str, int], list[Token] | None]] = {
    **dict.fromkeys((*keys.LETTERS, *keys.RXVT_ARROWS, "Z"), _of_letter),
    **dict.fromkeys(("~", *keys.RXVT_ENDS), _of_number),
    "R": _of_f3,
    "u": _of_code,
    "t": _of_size,
}
