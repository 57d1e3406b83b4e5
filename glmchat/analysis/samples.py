"""Adds up samples of replies: for each measure a figure with its interval, and whether it stands out of the noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from glmchat.analysis.statistics import (
    Figure,
    agreement,
    agreements,
    differ,
    differ_shares,
    figure,
    words,
)

WORDS, DISTINCT, AGREEMENT = "words", "distinct words", "agreement of repeats"
# Words from a reply's beginning that are compared, for a longer text repeats more.
_FIRST_WORDS = 100
# Measures that lie between 0 and 1.
_SHARES = (DISTINCT, AGREEMENT)
_DIFFERS = {1: "higher", -1: "lower", 0: "no difference seen", None: ""}


@dataclass(frozen=True, slots=True)
class Sample:
    """A reply: its text, what was counted of it by name, and by name how far it passes what it is held to, 0 to 1."""

    text: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a group, and what it is beside the first group's, in words."""

    figure: Figure | None
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The measures in their order, and for each group a cell for each of them."""

    measures: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Cell]]


def tabulate(groups: Mapping[str, Sequence[Sequence[Sample]]], order: Sequence[str] = ()) -> Table:
    """Add up groups; each has the repeats of one question beside those of another. `order` is that of the shares."""
    values = {name: _values(repeats) for name, repeats in groups.items()}
    samples = [each for repeats in groups.values() for some in repeats for each in some]
    numbers = dict.fromkeys(name for each in samples for name in each.numbers)
    shares = dict.fromkeys([*order, *(name for each in samples for name in each.shares)])
    names = [WORDS, DISTINCT, *numbers, AGREEMENT, *shares]
    measures = tuple(each for each in names if any(_says(found.get(each), each) for found in values.values()))
    first = next(iter(values.values()), {})
    rows = {
        name: {
            each: _cell(first.get(each, ()), found.get(each, ()), each, each in shares, found is first)
            for each in measures
        }
        for name, found in values.items()
    }
    return Table(measures, rows)


def _says(values: Sequence[float] | None, name: str) -> bool:
    """Whether a measure tells anything: a cost of nothing does not."""
    return bool(values) and (not name.startswith("cost") or any(values or ()))


def _values(groups: Sequence[Sequence[Sample]]) -> dict[str, list[float]]:
    """All values of a group by their measure."""
    out: dict[str, list[float]] = {}
    for each in (sample for some in groups for sample in some):
        said = words(each.text)
        first = said[:_FIRST_WORDS]
        distinct = {DISTINCT: len(set(first)) / len(first)} if first else {}
        for name, value in {WORDS: float(len(said)), **distinct, **each.numbers, **each.shares}.items():
            out.setdefault(name, []).append(value)
    texts = [[sample.text for sample in some] for some in groups]
    if len(texts) == 1:
        alike = agreements(texts[0])
    else:
        alike = [share for some in texts if (share := agreement(some)) is not None]
    return {**out, AGREEMENT: alike} if alike else out


def _cell(base: Sequence[float], own: Sequence[float], name: str, share: bool, first: bool) -> Cell:
    found = figure(own, share)
    if found is not None and found.low is not None and found.high is not None:
        most = 1.0 if share or name in _SHARES else found.high  # and nothing that is measured is below 0
        found = replace(found, low=max(0.0, found.low), high=min(most, found.high))
    if first:
        return Cell(found)
    yes_or_no = share and {*base, *own} <= {0.0, 1.0}
    return Cell(found, _DIFFERS[(differ_shares if yes_or_no else differ)(base, own)])
