"""What a file to import looks like: the keys of its first objects, or the tables of its database.

Programs are known by the shape of what they write, never by a file's name or by words that stand somewhere in it.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from glmchat.history.formats.assets import Assets
from glmchat.history.formats.sqlite_files import opened
from glmchat.history.formats.values import Entry, ImportRefused
from glmchat.support.text_files import encoding_of

HEAD_BYTES = 1 << 20
SQLITE = b"SQLite format 3\0"
# More entries say no more about the kind of a file; the first few may be broken ones.
_OBJECTS = 20
# A string, a bracket, or another value; what stands between means nothing here.
# The end of a string may lie beyond the text, so that no string is read twice.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}:]|[^\s\[\]{}:,"]+', re.DOTALL)


@dataclass(slots=True)
class Outline:
    """The keys of one object, those of the objects right inside it as ``outer.inner``.

    A value that is an object or an array is given as `dict` or `list`, any other as it is written. `starts` has the
    place of each value in the text.
    """

    keys: dict[str, Any] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)

    def has(self, **kinds: Any) -> bool:
        """Whether there are these keys, with an array or object where `list` or `dict` says so."""
        return all(self.is_a(name, kind) for name, kind in kinds.items())

    def is_a(self, name: str, kind: Any) -> bool:
        """Whether a key is there with a value of a kind: `list`, `dict`, or `object` for any."""
        return name in self.keys and (kind is object or self.keys[name] is kind)


@dataclass(frozen=True, slots=True)
class Look:
    """The first look at a file.

    `objects` are the first ones of its array, or of its lines, or the one that it is; `tables` are the columns of the
    plain tables of a database.
    """

    path: Path
    head: bytes
    objects: tuple[Outline, ...] = ()
    array: bool = False
    tables: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def any(self, **kinds: Any) -> bool:
        """Whether one of the first objects has these keys."""
        return any(each.has(**kinds) for each in self.objects)

    def has_table(self, table: str, *columns: str) -> bool:
        """Whether it is a database with a table that has these columns."""
        return self.tables.get(table, frozenset()) >= {*columns} and table in self.tables


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of file to read: `knows` tells by its first look, `read` yields its entries.

    `read_with` does the same with the files that an archive holds beside it.
    """

    name: str
    knows: Callable[[Look], bool]
    read: Callable[[Path], Iterator[Entry]]
    read_with: Callable[[Path, Assets], Iterator[Entry]] | None = None


def look_at(path: Path) -> Look:
    """Look at a file's first megabyte; raises OSError, and ImportRefused for what is no file."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise ImportRefused(f"{path} is not a file.")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(SQLITE):
        with opened(path) as database:
            return Look(path, head, tables=database.tables)
    text = text_of(head)
    start = len(text) - len(text.lstrip())
    array = text[start : start + 1] == "["
    return Look(path, head, tuple(outlines(text, start + array)), array)


def text_of(head: bytes) -> str:
    """The beginning of a file as text, in whatever Unicode form it is."""
    encoding, mark = encoding_of(head)
    return head[mark:].decode(encoding, "replace")


def outlines(text: str, place: int = 0) -> Iterator[Outline]:
    """The outlines of the objects that follow one another from a place on; the last one may be cut off."""
    outline, keys = Outline(), [""]
    open_: list[str] = []
    word: str | None = None
    count = 0
    for token in _TOKEN.finditer(text, place):
        here = token[0]
        depth = len(open_)
        if here == ":":
            if word is not None and depth <= 2:
                keys[depth - 1 :] = [word]
            word = None
        elif here in "}]":
            word = None
            if not open_:
                return
            open_.pop()
            if not open_:
                yield outline
                outline, count = Outline(), count + 1
                if count == _OBJECTS:
                    return
        else:
            word = here[1:-1] if here[0] == '"' else None
            if depth == 1 or (depth == 2 and open_[-1] == "{"):
                _note(outline, keys[:depth], here, token.start(), text)
            if here in "{[":
                open_.append(here)
                keys[depth:] = [""]
    if open_:
        yield outline


def _note(outline: Outline, keys: list[str], here: str, start: int, text: str) -> None:
    name = ".".join(keys)
    if not keys[-1] or name in outline.keys:
        return
    outline.keys[name] = {"{": dict, "[": list}.get(here[0], here)
    outline.starts[name] = start
