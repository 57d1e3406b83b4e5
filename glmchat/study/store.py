"""What a study has found so far, in one SQLite file: a row for each reply, kept the moment that it came."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_SCHEMA = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY, prompt INTEGER NOT NULL, variant TEXT NOT NULL, repeat INTEGER NOT NULL,
    content TEXT NOT NULL, reasoning TEXT NOT NULL, finish_reason TEXT, tokens INTEGER, seconds REAL,
    cost REAL, currency TEXT, checks TEXT NOT NULL, error TEXT NOT NULL
) STRICT
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

    def rows(self, keys: set[str] | None = None) -> Iterator[Row]:
        """The replies in the study's order, those of `keys` where they are given."""
        found = self._connection.execute("SELECT * FROM replies ORDER BY prompt, variant, repeat")
        for values in found:
            if keys is None or values[0] in keys:
                named: dict[str, Any] = dict(zip(Row.__slots__, values, strict=True))
                yield Row(**{**named, "checks": json.loads(named["checks"])})
