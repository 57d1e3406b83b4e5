"""What a person types into a search field: words, phrases and filters."""

from __future__ import annotations

from typing import Any


class QueryRefused(ValueError):
    """A query that cannot be understood; the text says what is wrong and what is allowed."""


def session_condition(query: str) -> tuple[str, list[Any]]:
    """SQL that narrows the list of sessions ``s`` down to a query, and its values; raises QueryRefused."""
    out, values = "", []
    for word in query.casefold().split():
        out += " AND instr(s.title_folded, ?)"
        values.append(word)
    return out, values
