"""Adds up a study: for each variant and measure a figure with its interval, and whether it differs from the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from glmchat.analysis.samples import Cell, Sample, tabulate
from glmchat.study.plan import Plan
from glmchat.study.store import Row


@dataclass(frozen=True, slots=True)
class Summary:
    """The table of a study: measures, and for each variant the replies, the failures and a cell for each measure.

    `method` says in words how they came about.
    """

    measures: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Cell]]
    replies: Mapping[str, int]
    failures: Mapping[str, int]
    method: str


def _sample(row: Row, checks: Sequence[str]) -> Sample:
    cost = f"cost in {row.currency}" if row.currency else "cost"
    known = {"tokens": row.tokens, "seconds": row.seconds, cost: row.cost}
    numbers = {name: float(value) for name, value in known.items() if value is not None}
    return Sample(row.content, numbers, {name: row.checks[name] for name in checks if name in row.checks})


def summarise(plan: Plan, rows: Iterable[Row]) -> Summary:
    """Add up the rows of a plan."""
    checks = [check.name for check in plan.checks]
    names = [variant.name for variant in plan.variants]
    samples: dict[str, dict[str, list[Sample]]] = {name: {} for name in names}
    failures = dict.fromkeys(names, 0)
    replies = dict.fromkeys(names, 0)
    for row in rows:
        if row.error:
            failures[row.variant] += 1
            continue
        replies[row.variant] += 1
        samples[row.variant].setdefault(plan.prompts[row.prompt], []).append(_sample(row, checks))
    table = tabulate(samples, checks)
    return Summary(table.measures, table.rows, replies, failures, table.method)
