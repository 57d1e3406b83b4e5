"""Names of keys, and the codes that terminals send for them.

Sources: xterm's ctlseqs, the kitty keyboard protocol's table of functional keys, rxvt's reference. Names are
those of Textual, which the tests compare.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from glmchat.tui.platform.input.tokens import Key

# Bits of the number that reports of keys carry, less one.
SHIFT, ALT, CTRL, SUPER, HYPER, META, CAPS_LOCK = (1 << bit for bit in range(7))
# In the order of Textual, which is the alphabet's.
_MODIFIERS = (
    (ALT, "alt"), (CTRL, "ctrl"), (HYPER, "hyper"), (META, "meta"), (SHIFT, "shift"), (SUPER, "super"),
)  # fmt: skip
# Unicode's names of characters that have a shorter one.
_SHORTER = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at", "hyphen_minus": "minus",
    "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
# What these type on their own.
_CHARACTERS = {"enter": "\r", "tab": "\t", "backspace": "\x7f"}

# Control characters that are no letter with Ctrl.
CONTROL: Mapping[str, str] = {
    "\x00": "ctrl+at", "\x08": "backspace", "\t": "tab", "\r": "enter", "\x1b": "escape", "\x1c": "ctrl+backslash",
    "\x1d": "ctrl+right_square_bracket", "\x1e": "ctrl+circumflex_accent", "\x1f": "ctrl+underscore",
    "\x7f": "backspace",
} | {
    chr(code): f"ctrl+{chr(code + 96)}" for code in range(1, 27) if code not in (8, 9, 13)
}  # fmt: skip

# ESC and a character: what terminals send for an editing key rather than for Alt.
AFTER_ESCAPE: Mapping[str, str] = {
    "\r": "alt+enter", "\n": "alt+enter", "\t": "shift+tab", "\x7f": "ctrl+w", "\x08": "ctrl+w",
    "f": "ctrl+right", "b": "ctrl+left",
}  # fmt: skip

# Final letters of CSI and SS3.
LETTERS: Mapping[str, str] = {
    "A": "up", "B": "down", "C": "right", "D": "left", "E": "kp_begin", "F": "end", "H": "home",
    "P": "f1", "Q": "f2", "R": "f3", "S": "f4",
}  # fmt: skip
# Arrows of rxvt in lower case: after CSI with Shift, after SS3 with Ctrl.
RXVT_ARROWS: Mapping[str, str] = {"a": "up", "b": "down", "c": "right", "d": "left"}
# What rxvt ends its numbered keys with, instead of the tilde.
RXVT_ENDS: Mapping[str, int] = {"$": SHIFT, "^": CTRL, "@": CTRL | SHIFT}
# The keypad in its application mode, after SS3.
KEYPAD: Mapping[str, str] = dict(zip("jklmnopqrstuvwxyX", "*+,-./0123456789=", strict=True))

# Numbers before the tilde.
NUMBERED: Mapping[int, str] = {
    1: "home", 2: "insert", 3: "delete", 4: "end", 5: "pageup", 6: "pagedown", 7: "home", 8: "end",
    11: "f1", 12: "f2", 13: "f3", 14: "f4", 15: "f5", 17: "f6", 18: "f7", 19: "f8", 20: "f9", 21: "f10",
    23: "f11", 24: "f12", 25: "f13", 26: "f14", 28: "f15", 29: "f16", 31: "f17", 32: "f18", 33: "f19", 34: "f20",
    57427: "kp_begin",
}  # fmt: skip

# Kitty's numbers before the u; a keypad's character stands for what it types.
FUNCTIONAL: Mapping[int, str] = {9: "tab", 13: "enter", 27: "escape", 127: "backspace"} | dict(
    enumerate(
        (
            "caps_lock", "scroll_lock", "num_lock", "print_screen", "pause", "menu", *[""] * 12,
            *(f"f{number}" for number in range(13, 36)), *"0123456789./*-+", "enter", *"=,",
            "left", "right", "up", "down", "pageup", "pagedown", "home", "end", "insert", "delete", "kp_begin",
            "media_play", "media_pause", "media_play_pause", "media_reverse", "media_stop", "media_fast_forward",
            "media_rewind", "media_track_next", "media_track_previous", "media_record", "lower_volume",
            "raise_volume", "mute_volume",
            *(f"{side}_{key}" for side in ("left", "right")
              for key in ("shift", "control", "alt", "super", "hyper", "meta")),
            "iso_level3_shift", "iso_level5_shift",
        ),
        57358,
    )
)  # fmt: skip
# Code points of Unicode that no keyboard types: kitty takes its numbers from them.
PRIVATE = range(0xE000, 0xF900)

# What a terminal of the old kind sends for these is what it sends for the other key.
SAME: Mapping[str, str] = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape"}


@lru_cache(2048)
def name_of(character: str) -> str:
    """Name a character's key: itself for letters and digits, else its Unicode name."""
    if character.isalnum():
        return character
    try:
        name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    except ValueError:
        return character
    return _SHORTER.get(name, name)


@lru_cache(2048)
def typed(character: str) -> Key:
    """The key that types a character; half of a pair, which is a byte that was no UTF-8, is shown as U+FFFD."""
    if "\ud800" <= character <= "\udfff":
        character = "\ufffd"
    return Key(name_of(character), character)


def pressed(name: str, modifiers: int = 0) -> Key:
    """A key by its name, with the modifiers of a report."""
    held = [word for bit, word in _MODIFIERS if modifiers & bit]
    full = "+".join([*held, name])
    full = SAME.get(full, full)
    return Key(full, _CHARACTERS.get(full))


def with_alt(character: str) -> Key:
    """A character after ESC."""
    if character in AFTER_ESCAPE:
        return Key(AFTER_ESCAPE[character])
    if len(character) == 1 and character.isupper():
        return pressed(character.lower(), ALT | SHIFT)
    return pressed(name_of(character), ALT)
