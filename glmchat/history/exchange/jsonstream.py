"""Reading the entries of a large JSON array one by one, without the whole file in memory."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

_CHUNK = 1 << 20
_BETWEEN = " \t\r\n,"


class JsonBroken(ValueError):
    """The file is no JSON from some place on; the text says where."""


class _Buffer:
    """The part of a file that is being read; `place` is where the next value begins."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._json = json.JSONDecoder()
        self._wanted = _CHUNK
        self.text, self.place, self.read, self.ended = "", 0, 0, False

    def more(self) -> bool:
        data = self._file.read(self._wanted)
        self.read += len(data)
        self.ended = not data
        # Doubling keeps the repeated attempts at one large value cheap.
        self._wanted *= 2
        self.text, self.place = self.text[self.place :] + self._decoder.decode(data, self.ended), 0
        return not self.ended

    def skip(self) -> str:
        """Go on to the next value; returns its first character, empty at the end of the file."""
        while True:
            while self.place < len(self.text) and self.text[self.place] in _BETWEEN:
                self.place += 1
            if self.place < len(self.text):
                return self.text[self.place]
            if not self.more():
                return ""

    def value(self) -> Any:
        """Read one value; raises ValueError or RecursionError when there is none up to the end of the file."""
        self._wanted = _CHUNK
        while True:
            try:
                value, self.place = self._json.raw_decode(self.text, self.place)
                return value
            except (ValueError, RecursionError):
                if not self.more():
                    raise


def entries(path: Path, key: str | None = None) -> Iterator[tuple[Any, float]]:
    """The entries of the array that a file is (or that stands under `key`), and the part of the file read by then.

    A single object is its own only entry. Raises JsonBroken after the last entry that could be read.
    """
    size = max(1, path.stat().st_size)
    with path.open("rb") as file:
        buffer = _Buffer(file)
        buffer.more()
        if key is not None:
            named = buffer.text.find(f'"{key}"')
            buffer.place = max(0, buffer.text.find("[", named))
        single = buffer.skip() == "{"
        buffer.place += not single
        while buffer.skip() != "]":
            try:
                value = buffer.value()
            except (ValueError, RecursionError) as error:
                raise JsonBroken(
                    f"The file is broken from {_percent(buffer, size)} % on ({error})."
                ) from None
            yield value, min(1.0, (buffer.read - len(buffer.text) + buffer.place) / size)
            if single:
                return


def _percent(buffer: _Buffer, size: int) -> int:
    return max(0, min(100, (buffer.read - len(buffer.text)) * 100 // size))
