"""Reading a JSON file whose entries are conversations, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from glmchat.history.formats.checks import Misfit
from glmchat.history.formats.jsonstream import JsonBroken, Unreadable, entries
from glmchat.history.formats.plain import skipped
from glmchat.history.formats.tree import Ids
from glmchat.history.formats.values import Entry

# What a value of an unexpected type leads to inside a reader.
MISREAD = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)


def read_each(
    path: Path, make: Callable[[Any, float, Ids], Entry], key: str | None = None
) -> Iterator[Entry]:
    """Make an entry of each conversation; a broken one, and a broken file, become entries that say so."""
    ids = Ids()

    def one(data: Any, fraction: float) -> Entry:
        return make(data, fraction, ids)

    try:
        yield from made(entries(path, key), one)
    except JsonBroken as error:
        yield Entry(None, (), 1.0, str(error))


def made(found: Iterable[tuple[Any, float]], make: Callable[[Any, float], Entry]) -> Iterator[Entry]:
    """An entry for each value that was found; one that is not what it should be is reported and skipped."""
    for place, (data, fraction) in enumerate(found, 1):
        if isinstance(data, Unreadable):
            yield skipped(place, None, fraction, data.reason)
            continue
        try:
            yield make(data, fraction)
        except Misfit as error:
            yield skipped(place, data, fraction, str(error))
        except MISREAD:
            yield skipped(place, data, fraction)
