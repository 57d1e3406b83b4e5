"""Reading a JSON file whose entries are conversations, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from glmchat.history.exchange.jsonstream import JsonBroken, entries
from glmchat.history.exchange.tree import Ids
from glmchat.history.exchange.values import Entry, skipped


def read_each(path: Path, make: Callable[[Any, float, Ids], Entry]) -> Iterator[Entry]:
    """Make an entry of each conversation; a broken one, and a broken file, become entries that say so."""
    ids = Ids()
    try:
        for count, (data, fraction) in enumerate(entries(path), 1):
            try:
                yield make(data, fraction, ids)
            except (ValueError, KeyError, TypeError, AttributeError):
                yield skipped(count, data, fraction)
    except JsonBroken as error:
        yield Entry(None, (), 1.0, str(error))
