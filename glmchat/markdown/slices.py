"""Text that was fed and not read yet, given out in slices that cost no more than a few milliseconds each."""

from __future__ import annotations

from collections import deque

# Characters and lines of a slice.
_CHARS, _LINES = 4_096, 64


class Slices:
    """The text that is still to be read; true while there is some."""

    def __init__(self) -> None:
        self._new: deque[str] = deque()

    def __bool__(self) -> bool:
        return bool(self._new)

    def feed(self, text: str) -> None:
        """Add text at the end."""
        self._new.extend(text[at : at + _CHARS] for at in range(0, len(text), _CHARS))

    def take(self, partial: str) -> list[str]:
        """Return the next lines, the first of which begins with `partial`; the last is not ended yet."""
        pieces, size = [partial], 0
        while self._new and size + len(self._new[0]) <= _CHARS:
            pieces.append(self._new.popleft())
            size += len(pieces[-1])
        lines = "".join(pieces).split("\n")
        if len(lines) > _LINES + 1:
            self._new.appendleft("\n".join(lines[_LINES:]))
            lines[_LINES:] = [""]
        return lines
