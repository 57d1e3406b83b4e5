"""Search for a text: plain words, for a prompt has no need of patterns."""

from __future__ import annotations

from glmchat.support.vim.place import Move

# From / to its opposite, and the keys that go on in the same direction or in the other.
OPPOSITE = {"/": "?", "?": "/"}
AGAIN = frozenset(("n", "N"))


def search(text: str, at: int, wanted: str, forward: bool, times: int) -> Move | None:
    """Where a text stands next, from the end on to the beginning."""
    for _ in range(times):
        found = text.find(wanted, at + 1) if forward else text.rfind(wanted, 0, max(at + len(wanted) - 1, 0))
        at = found if found >= 0 else text.find(wanted) if forward else text.rfind(wanted)
        if at < 0:
            return None
    return Move(at)
