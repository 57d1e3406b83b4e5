"""A terminal's line, with a clock of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from glmchat.tui.platform.input.decoder import Decoder
from glmchat.tui.platform.input.tokens import Key, Paste, Token

SLOW_S = 0.25
ALWAYS = 60.0


class Line:
    """A terminal's line with a clock: pieces come at their times, and what is due in between is done."""

    def __init__(self, brackets: bool = True) -> None:
        self.decoder, self.now, self.out = Decoder(), 100.0, list[Token]()
        self.decoder.brackets = brackets

    def rest(self, seconds: float) -> None:
        end = self.now + seconds
        while (due := self.decoder.deadline) is not None and due <= end:
            self.now = max(due, self.now)
            self.out += self.decoder.tick(self.now)
        self.now = end

    def send(self, *pieces: bytes | str, pause: float = 0.0) -> Line:
        for number, piece in enumerate(pieces):
            if number:
                self.rest(pause)
            self.out += self.decoder.feed(piece.encode() if isinstance(piece, str) else piece, self.now)
        return self

    @property
    def text(self) -> str:
        """What all of it types."""
        return "".join(typed(self.out))

    @property
    def names(self) -> list[str]:
        return [token.name for token in self.out if isinstance(token, Key)]


def typed(tokens: Iterable[Token]) -> list[str]:
    return [
        token.text if isinstance(token, Paste) else token.character or ""
        for token in tokens
        if isinstance(token, Paste) or (isinstance(token, Key) and (token.character or "").isprintable())
    ]


def read(data: bytes | str) -> list[Token]:
    line = Line().send(data)
    line.rest(ALWAYS)
    return line.out


def names(data: bytes | str) -> list[str]:
    return [token.name for token in read(data) if isinstance(token, Key)]


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places})
    return [data[a:b] for a, b in zip([0, *ends], [*ends, len(data)], strict=True)]
