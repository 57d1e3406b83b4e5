"""Adds up a study: for each variant and measure a figure with its interval, and whether it differs from the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from glmchat.analysis.statistics import Figure, agreement, differ, figure, words
from glmchat.study.plan import Plan
from glmchat.study.store import Row

# Words from a reply's beginning that are compared, for a longer text repeats more.
_FIRST_WORDS = 100
AGREEMENT = "agreement of repeats"
_DIFFERS = {1: "higher", -1: "lower", 0: "no difference seen", None: ""}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a variant, and what it is beside the first variant's, in words."""

    figure: Figure | None
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The table of a study: measures, and for each variant the replies, the failures and a cell for each measure."""

    measures: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Cell]]
    replies: Mapping[str, int]
    failures: Mapping[str, int]


def _measured(row: Row) -> dict[str, float]:
    said = words(row.content)
    first = said[:_FIRST_WORDS]
    known = {"tokens": row.tokens, "seconds": row.seconds, "cost": row.cost}
    return {
        "words": float(len(said)),
        **({"distinct words": len(set(first)) / len(first)} if first else {}),
        **{name: float(value) for name, value in known.items() if value is not None},
        **row.checks,
    }


def summarise(plan: Plan, rows: Iterable[Row]) -> Summary:
    """Add up the rows of a plan."""
    names = [variant.name for variant in plan.variants]
    values: dict[str, dict[str, list[float]]] = {name: {} for name in names}
    texts: dict[str, dict[int, list[str]]] = {name: {} for name in names}
    failures = dict.fromkeys(names, 0)
    replies = dict.fromkeys(names, 0)
    for row in rows:
        if row.error:
            failures[row.variant] += 1
            continue
        replies[row.variant] += 1
        texts[row.variant].setdefault(row.prompt, []).append(row.content)
        for measure, value in _measured(row).items():
            values[row.variant].setdefault(measure, []).append(value)
    for name in names:
        alike = [share for group in texts[name].values() if (share := agreement(group)) is not None]
        if alike:
            values[name][AGREEMENT] = alike
    order = [
        "words",
        "distinct words",
        "tokens",
        "seconds",
        "cost",
        AGREEMENT,
        *(check.name for check in plan.checks),
    ]
    measures = tuple(each for each in order if any(each in found for found in values.values()))
    shares = frozenset(check.name for check in plan.checks)
    table = {
        name: {each: _cell(values, names[0], name, each, each in shares) for each in measures}
        for name in names
    }
    return Summary(measures, table, replies, failures)


def _cell(
    values: Mapping[str, Mapping[str, list[float]]], first: str, name: str, measure: str, shares: bool
) -> Cell:
    own, base = values[name].get(measure, []), values[first].get(measure, [])
    return Cell(figure(own, shares), "" if name == first else _DIFFERS[differ(base, own)])
