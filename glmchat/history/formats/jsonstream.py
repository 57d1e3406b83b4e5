"""Reading the entries of a large JSON array, or of lines of JSON, one by one, without the whole file in memory."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from glmchat.history.formats.shapes import outlines
from glmchat.support.text_files import encoding_of

_CHUNK = 1 << 20
# Characters of one entry: a whole conversation, or the whole of a program that writes one object.
MOST_ENTRY = 1 << 29
_BETWEEN = " \t\r\n,\ufeff"
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+(?P<end>"?)|[\[\]{}]', re.DOTALL)
# Longer ones are no counts, identifiers or times, and Python refuses them.
_DIGITS = 400
_LONGEST_WORD = len("-Infinity")


class JsonBroken(ValueError):
    """The file is no JSON from some place on; the text says where."""


class Unreadable:
    """Stands for an entry that ends where it should and cannot be read; `reason` says why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _DIGITS else float(digits)


class _Buffer:
    """The part of a file that is being read; `place` is where the next value begins."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        head = file.read(_CHUNK)
        encoding, mark = encoding_of(head)
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._json = json.JSONDecoder(parse_int=_whole, strict=False)
        self._wanted = _CHUNK
        self.text, self.place, self.read, self.ended = (
            self._decoder.decode(head[mark:]),
            0,
            len(head),
            not head,
        )

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
        """Read one value, or Unreadable where only its end is found; raises ValueError where there is no end."""
        self._wanted = _CHUNK
        while True:
            try:
                value, self.place = self._json.raw_decode(self.text, self.place)
                return value
            except (ValueError, RecursionError) as error:
                if self._cut_off(error) and self._fits_more() and self.more():
                    continue
                end = _end_of(self.text, self.place)
                if end is not None:
                    self.place = end
                    deep = isinstance(error, RecursionError)
                    return Unreadable("it is nested too deep" if deep else f"it is no JSON ({_said(error)})")
                if not (self._fits_more() and self.more()):
                    raise ValueError(_said(error)) from None

    def _fits_more(self) -> bool:
        return len(self.text) - self.place <= MOST_ENTRY

    def _cut_off(self, error: Exception) -> bool:
        """Whether a value cannot be read because the text ends within it."""
        if not isinstance(error, json.JSONDecodeError):
            return False
        return error.msg.startswith("Unterminated string") or error.pos > len(self.text) - _LONGEST_WORD


def _said(error: Exception) -> str:
    return getattr(error, "msg", "") or str(error)


def _end_of(text: str, start: int) -> int | None:
    """Where the array or object that begins here ends, by its brackets alone; None where it does not, or is neither."""
    if text[start : start + 1] not in ("[", "{"):
        return None
    depth = 0
    for found in _STRUCTURE.finditer(text, start):
        first = found[0][0]
        if first == '"':
            if not found["end"]:
                return None
        elif first in "[{":
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                return found.end()
    return None


def entries(path: Path, key: str | None = None) -> Iterator[tuple[Any, float]]:
    """The entries of the array that a file is (or that stands under `key`), and the part of the file read by then.

    Objects that follow one another without an array are entries too, as in JSON lines. Raises JsonBroken after the
    last entry that could be read.
    """
    size = max(1, path.stat().st_size)
    with path.open("rb") as file:
        buffer = _Buffer(file)
        if key is not None:
            outline = next(outlines(buffer.text), None)
            buffer.place = outline.starts.get(key, 0) if outline else 0
        array = buffer.skip() == "["
        buffer.place += array
        while (first := buffer.skip()) and not (array and first == "]"):
            try:
                value = buffer.value()
            except ValueError as error:
                raise JsonBroken(
                    f"The file is broken from {_percent(buffer, size)} % on ({error})."
                ) from None
            yield value, min(1.0, (buffer.read - len(buffer.text) + buffer.place) / size)
        if array and not first:
            raise JsonBroken("The file ends before its array does.")


def _percent(buffer: _Buffer, size: int) -> int:
    return max(0, min(100, (buffer.read - len(buffer.text)) * 100 // size))
