"""What was cut or copied: last, and under the names that it was given."""

from __future__ import annotations

from glmchat.support.vim.draft import Register

_LAST, _COPIED, _NOWHERE = '"', "0", "_"


class Registers:
    """The registers by their letters; a capital one adds to what is there."""

    def __init__(self) -> None:
        self._held: dict[str, Register] = {}

    def read(self, name: str) -> Register:
        """What is in a register; that of what was cut or copied last has no name."""
        return self._held.get((name or _LAST).lower(), Register())

    def write(self, name: str, register: Register, copied: bool) -> None:
        """Keep what was cut or copied."""
        if name == _NOWHERE or not (register.text or register.lines):
            return
        if name.isupper():
            register = _joined(self.read(name), register)
        for each in (name.lower(), _LAST, _COPIED if copied and not name else ""):
            self._held[each] = register


def _joined(one: Register, more: Register) -> Register:
    lines = (one.lines or more.lines) and bool(one.text or one.lines)
    return Register(f"{one.text}\n{more.text}" if lines else one.text + more.text, one.lines or more.lines)
