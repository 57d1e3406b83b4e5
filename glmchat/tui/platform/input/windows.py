r"""Keys as records of Windows' console, ``CSI Vk;Sc;Uc;Kd;Cs;Rc _``, as the text that any other terminal sends.

Windows Terminal and conhost send them in their mode 9001, which a program that was killed, or the ssh of Windows, may
leave on. Sources: Microsoft's specification of win32-input-mode, its tables of virtual keys and of control states.
"""

from __future__ import annotations

import re

from glmchat.support.text import join_pairs

_RECORD = re.compile(r"\x1b\[(\d*);(\d*);(\d*);([01]?);(\d*)(?:;(\d*))?_")
# A record that has begun, at the end of what has come.
_BEGUN = re.compile(r"\x1b(?:\[[\d;]*)?$")
_RIGHT_ALT, _LEFT_ALT, _RIGHT_CTRL, _LEFT_CTRL, _SHIFT = 1, 2, 4, 8, 16
# A key that is held down comes again and again, not so often in one record.
_MOST_REPEATS = 100
_TAB, _ENTER = 9, 13
# Virtual keys that type nothing: what follows CSI for them, with 1 where the modifiers come.
_KEYS = {
    33: ("5", "~"), 34: ("6", "~"), 35: ("1", "F"), 36: ("1", "H"), 37: ("1", "D"), 38: ("1", "A"), 39: ("1", "C"),
    40: ("1", "B"), 45: ("2", "~"), 46: ("3", "~"), 112: ("1", "P"), 113: ("1", "Q"), 114: ("1", "R"), 115: ("1", "S"),
    116: ("15", "~"), 117: ("17", "~"), 118: ("18", "~"), 119: ("19", "~"), 120: ("20", "~"), 121: ("21", "~"),
    122: ("23", "~"), 123: ("24", "~"),
}  # fmt: skip


def translated(text: str) -> str:
    """A text with what its records mean in their places."""
    return join_pairs(_RECORD.sub(_meant, text)) if text.endswith("_") or "_\x1b" in text else text


def begun(text: str) -> int:
    """How much of the end of a text may be the beginning of a record."""
    found = _BEGUN.search(text)
    return len(found[0]) if found else 0


def _meant(record: re.Match[str]) -> str:
    key, _, code, down, state, repeat = (int(each or 0) for each in record.groups("1"))
    if not down:
        return ""
    return _text(key, code, state) * min(max(repeat, 1), _MOST_REPEATS)


def _text(key: int, code: int, state: int) -> str:
    ctrl, alt = bool(state & (_LEFT_CTRL | _RIGHT_CTRL)), bool(state & (_LEFT_ALT | _RIGHT_ALT))
    modifiers = 1 + bool(state & _SHIFT) + 2 * alt + 4 * ctrl
    if key in (_TAB, _ENTER) and modifiers > 1:
        return f"\x1b[{key};{modifiers}u"
    if code and code < 0x10000:
        # Ctrl and Alt together are AltGr, which types.
        return ("\x1b" if alt and not ctrl else "") + chr(code)
    if key not in _KEYS:
        return ""
    number, final = _KEYS[key]
    if modifiers == 1:
        return f"\x1b[{'' if final != '~' else number}{final}" if final not in "PQRS" else f"\x1bO{final}"
    return f"\x1b[{number};{modifiers}{final}"
