"""The built-in model's tokenizer: words, numbers, marks and single CJK characters, bytes for all else.

Token ids 0 to 255 are bytes, 256 ends a text, 257 begins one, the rest are pieces in the order in which the
manual has them. A word's leading space belongs to it, so that joining pieces gives the text back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

END, BEGIN, FIRST_PIECE = 256, 257, 258

_PIECE = re.compile(
    r" ?[A-Za-z_][A-Za-z_0-9]*(?:'[a-z]{1,2}\b)?"  # a word, an identifier
    r"| ?\d+"
    r"|\n+| {2,}"
    r"| ?(?:--|\*\*|```|[^\w\s])"  # a mark
    r"|.",  # a CJK character, or whatever else
    re.DOTALL,
)


def split(text: str) -> list[str]:
    """Cut a text into pieces that join to it again."""
    return _PIECE.findall(text)


class Vocabulary:
    """Pieces and their ids."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._pieces: list[str] = []

    def __len__(self) -> int:
        return FIRST_PIECE + len(self._pieces)

    def learn(self, text: str) -> list[int]:
        """Encode a text, giving an id to every piece that has none yet."""
        return [self.add(piece) for piece in _PIECE.findall(text)]

    def add(self, piece: str) -> int:
        """The id of a piece, which may be one that no text is cut into."""
        id = self._ids.get(piece)
        if id is None:
            id = self._ids[piece] = FIRST_PIECE + len(self._pieces)
            self._pieces.append(piece)
        return id

    def encode(self, text: str) -> list[int]:
        """Encode a text; a piece that was never learned becomes its UTF-8 bytes."""
        return [id for piece in _PIECE.findall(text) for id in self.encode_piece(piece)]

    def encode_piece(self, piece: str) -> Sequence[int]:
        """Encode one piece: its id, or its UTF-8 bytes where it was never learned."""
        id = self._ids.get(piece)
        return piece.encode("utf-8", "replace") if id is None else (id,)

    def spellings(self, word: str) -> list[int]:
        """The ids by which a word is written: as it stands, with its space before it, with a capital."""
        stem = word.strip(" ")
        forms = {space + form for form in (stem, stem.lower(), stem.capitalize()) for space in ("", " ")}
        return sorted(self._ids[form] for form in forms if form in self._ids)

    def bytes_of(self, id: int) -> bytes:
        """The bytes of a token; none for the marks that begin and end a text."""
        if id < 256:
            return bytes((id,))
        return self._pieces[id - FIRST_PIECE].encode() if id >= FIRST_PIECE else b""

    def decode(self, ids: Iterable[int]) -> str:
        """The text of tokens; bytes that make no character become U+FFFD."""
        return b"".join(map(self.bytes_of, ids)).decode("utf-8", "replace")
