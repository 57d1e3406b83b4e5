"""Streams whose deltas repeat everything so far: only what is new of each is taken.

The standard's deltas are pieces; some servers send the whole text so far in each one (reported of DashScope,
MiniMax and gateways in front of Gemini). Nothing on the wire says which it is, so the text decides: from the
first delta on, each begins with the whole one before it. An honest repetition can look like that as well ("ha",
"haha"), so each such step is weighed by how unlikely it is as one.
"""

from __future__ import annotations

# From this weight on a chain of at least two steps is no chance, while the text still comes.
_CERTAIN = 12
# At the end, where nothing more can tell, this is enough.
_LIKELY = 6
# A chain that has not been decided after so many steps is taken as it came.
_MOST_STEPS = 8
_STEP, _JOINT = 8, 4
_WINDOW = 64


def _period(text: str) -> int:
    """The length of the shortest pattern whose repetition the beginning of a text is."""
    text = text[:_WINDOW]
    return next(size for size in range(1, len(text) + 1) if text.startswith(text[size:]))


def _weight(known: str, piece: str) -> int:
    """How strongly a piece that begins with all of the one before it speaks for snapshots; the weights are our own."""
    apart = known[-1].isspace() or piece[0].isspace()
    period = _period(known)
    if piece == known:
        return 0 if apart or period < _STEP else _STEP // 2
    if piece == (known * (len(piece) // len(known) + 1))[: len(piece)]:
        return 0  # the same pattern again, only longer
    if apart:
        return 2  # rows and verses repeat at a line's end, words after a space
    # A capital in the middle of a word is where a text begins anew.
    joint = len(known) > 2 and known[-1].islower() and piece[0].isupper()
    return min(period, _STEP) + (_JOINT if joint else 0)


class Growth:
    """The pieces of one text from one source: gives out what is new, and holds back what is undecided.

    `whole` is for a source that is meant to send the whole text each time: there any chain decides.
    """

    def __init__(self, *, whole: bool = False) -> None:
        self._likely = 1 if whole else _LIKELY
        self._pieces: list[str] | None = []  # the chain so far; None once it is decided
        self._known = ""  # the last snapshot; empty where pieces are taken as they come
        self._weight = self._steps = 0

    @property
    def plain(self) -> bool:
        """Whether pieces are known to be pieces: each is new."""
        return self._pieces is None and not self._known

    def add(self, piece: str) -> str:
        """Take a piece; returns the text that is new."""
        if not piece:
            return ""
        if self._pieces is None:
            return self._beyond(piece) if self._known else piece
        if not self._pieces:
            self._pieces.append(piece)
            return piece
        if not piece.startswith(self._pieces[-1]) or len(self._pieces) > _MOST_STEPS:
            return self._take_all() + piece
        weight = _weight(self._pieces[-1], piece)
        self._weight += weight
        self._steps += weight > 0
        self._pieces.append(piece)
        certain = self._weight >= _CERTAIN and self._steps > 1
        return self._take_last() if certain else ""

    def settle(self, *, final: bool) -> str:
        """Decide a chain by what is known of it, at the latest when the text is `final`; returns what was held."""
        if self._pieces is None or len(self._pieces) < 2:
            return ""
        if self._weight >= self._likely:
            return self._take_last()
        return self._take_all() if final else ""

    def _take_all(self) -> str:
        held = "".join((self._pieces or [])[1:])
        self._pieces = None
        return held

    def _take_last(self) -> str:
        pieces = self._pieces or [""]
        self._known, self._pieces = pieces[-1], None
        return self._known[len(pieces[0]) :]

    def _beyond(self, piece: str) -> str:
        known = self._known
        if known.startswith(piece):
            return ""
        self._known = piece
        # One that shares less than half of it begins a text of its own.
        half = len(known) // 2
        return piece[len(known) :] if piece[:half] == known[:half] else piece
