"""Reading a file that is one object with every conversation of a program in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from glmchat.history.formats.json_entries import MISREAD, made
from glmchat.history.formats.jsonstream import JsonBroken, entries
from glmchat.history.formats.plain import skipped
from glmchat.history.formats.tree import Ids
from glmchat.history.formats.values import Entry

# Finds the conversations in the object, each as a value that the next one takes.
Find = Callable[[dict[str, Any]], list[Any]]
Make = Callable[[Any, float, Ids], Entry]


def read_inside(path: Path, find: Find, make: Make) -> Iterator[Entry]:
    """An entry for each conversation that is found in the object; what is broken becomes an entry that says so."""
    ids = Ids()
    try:
        for place, (data, _) in enumerate(entries(path), 1):
            try:
                found = find(data)
            except MISREAD:
                yield skipped(place, data, 1.0)
                continue
            numbered = ((each, number / len(found)) for number, each in enumerate(found, 1))
            yield from made(numbered, lambda each, fraction: make(each, fraction, ids))
    except JsonBroken as error:
        yield Entry(None, (), 1.0, str(error))
