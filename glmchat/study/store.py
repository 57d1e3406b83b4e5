"""What a study has found so far, in one SQLite file: a row for each reply, kept the moment that it came."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from glmchat.study.plan import Ask, Plan

_SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, prompt INTEGER NOT NULL, variant TEXT NOT NULL, repeat INTEGER NOT NULL,
    content TEXT NOT NULL, reasoning TEXT NOT NULL, finish_reason TEXT, tokens INTEGER, seconds REAL,
    cost REAL, currency TEXT, checks TEXT NOT NULL, error TEXT NOT NULL
) STRICT
"""

# What grading replies cost, which is spent whatever becomes of the reply.
_GRADING = """
CREATE TABLE IF NOT EXISTS grading (amount REAL NOT NULL, currency TEXT NOT NULL) STRICT
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A reply: where it belongs, what it says, what it took, and how the checks went; `error` where there is none."""

    key: str
    prompt: int
    variant: str
    repeat: int
    content: str = ""
    reasoning: str = ""
    finish_reason: str | None = None
    tokens: int | None = None
    seconds: float | None = None
    cost: float | None = None
    currency: str | None = None
    checks: Mapping[str, float] = field(default_factory=dict)
    error: str = ""


class Store:
    """The file of a study's replies; a context manager. Raises sqlite3.Error for what is no such file."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        path.chmod(0o600)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(_SCHEMA)
        self._connection.execute(_GRADING)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._connection.close()

    def done(self) -> set[str]:
        """The keys of requests whose reply has come; one that failed is asked again."""
        return {key for (key,) in self._connection.execute("SELECT key FROM replies WHERE error = ''")}

    def keep(self, row: Row) -> None:
        """Keep a reply; it stands when this returns."""
        with self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (row.key, row.prompt, row.variant, row.repeat, row.content, row.reasoning, row.finish_reason,
                 row.tokens, row.seconds, row.cost, row.currency, json.dumps(dict(row.checks)), row.error),
            )  # fmt: skip

    def keep_grading(self, amount: float, currency: str) -> None:
        """Keep what a judge's reply cost."""
        with self._connection:
            self._connection.execute("INSERT INTO grading VALUES (?, ?)", (amount, currency))

    def spent(self) -> dict[str, float]:
        """What all replies and their grading cost, by currency."""
        found = self._connection.execute(
            "SELECT currency, SUM(amount) FROM (SELECT currency, cost AS amount FROM replies WHERE cost IS NOT NULL"
            " UNION ALL SELECT currency, amount FROM grading) WHERE currency IS NOT NULL GROUP BY currency"
        )
        return dict(found.fetchall())

    def rows(self) -> Iterator[Row]:
        """All replies that were ever kept, as they were asked for."""
        yield from map(
            _row, self._connection.execute("SELECT * FROM replies ORDER BY prompt, variant, repeat")
        )

    def rows_of(self, plan: Plan) -> Iterator[Row]:
        """The replies of a plan in its order, each where the plan has it now: it may have been written anew since."""
        for ask in sorted_by_variant(plan):
            found = self._connection.execute("SELECT * FROM replies WHERE key = ?", (ask.key,)).fetchone()
            if found is not None:
                yield replace(_row(found), prompt=ask.prompt, variant=ask.variant.name, repeat=ask.repeat)


def sorted_by_variant(plan: Plan) -> Iterator[Ask]:
    """The requests of a plan, all repeats of a variant after each other, a prompt after the other."""
    place = {variant.name: number for number, variant in enumerate(plan.variants)}
    for _, group in groupby(plan.asks(), key=lambda ask: ask.prompt):
        yield from sorted(group, key=lambda ask: (place[ask.variant.name], ask.repeat))


def _row(values: tuple[Any, ...]) -> Row:
    named: dict[str, Any] = dict(zip(Row.__slots__, values, strict=True))
    return Row(**{**named, "checks": json.loads(named["checks"])})
