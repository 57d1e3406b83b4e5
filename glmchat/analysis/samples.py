"""Adds up samples of replies: for each measure a figure with its interval, and whether it stands out of the noise.

Repeats of one question are not independent of each other, so where there are several questions each counts once, by the
mean of its repeats, and groups are compared question by question (E. Miller 2024, "Adding Error Bars to Evals",
arXiv 2411.00640).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean

from glmchat.analysis.statistics import (
    Figure,
    agreement,
    agreements,
    differ,
    differ_paired,
    differ_shares,
    figure,
    words,
)

WORDS, DISTINCT, AGREEMENT = "words", "distinct words", "agreement of repeats (Jaccard)"
# Words from a reply's beginning that are compared, for a longer text repeats more.
_FIRST_WORDS = 100
# Measures that lie between 0 and 1.
_SHARES = (DISTINCT, AGREEMENT)
# How figures come about, where all replies answer one question and where they answer several.
_BY_REPEATS = (
    "All replies answer one prompt. Intervals are Student's over its repeats, or Wilson's for yes and no; a difference "
    "from the first is told by Welch's test, or by Newcombe's interval for yes and no."
)
_BY_QUESTIONS = (
    "Each prompt counts once, by the mean of its repeats, since repeats are not independent of each other (E. Miller "
    "2024, Adding Error Bars to Evals). Intervals are Student's over the prompts, or Wilson's where each gave yes or "
    "no; a difference from the first is told prompt by prompt, by Student's test of pairs, or by McNemar's exact test "
    "for yes and no. More prompts make it sharper, more repeats hardly."
)
_ONE_IN_TWENTY = " Where there is no difference, one comparison in twenty shows one."
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
    """The measures in their order, for each group a cell for each of them, and how they came about, in words."""

    measures: tuple[str, ...]
    rows: Mapping[str, Mapping[str, Cell]]
    method: str = ""


@dataclass(frozen=True, slots=True)
class _Values:
    """What one group has of one measure, by the question."""

    by_question: Mapping[str, Sequence[float]]

    def of_one(self) -> list[float]:
        """All values, where they are of one question."""
        return [value for values in self.by_question.values() for value in values]

    def means(self) -> dict[str, float]:
        """The mean for each question."""
        return {question: fmean(values) for question, values in self.by_question.items()}


_NONE = _Values({})


def tabulate(groups: Mapping[str, Mapping[str, Sequence[Sample]]], order: Sequence[str] = ()) -> Table:
    """Add up groups, each with the repeats of each question. `order` is that of the shares."""
    several = len({question for repeats in groups.values() for question, some in repeats.items() if some}) > 1
    values = {name: _measured(repeats, several) for name, repeats in groups.items()}
    samples = [each for repeats in groups.values() for some in repeats.values() for each in some]
    numbers = dict.fromkeys(name for each in samples for name in each.numbers)
    shares = dict.fromkeys([*order, *(name for each in samples for name in each.shares)])
    names = [WORDS, DISTINCT, *numbers, AGREEMENT, *shares]
    measures = tuple(each for each in names if any(_says(found.get(each), each) for found in values.values()))
    base = next(iter(values.values()), {})
    rows = {
        name: {
            each: _cell(base.get(each, _NONE), found.get(each, _NONE), each, each in shares, several)
            for each in measures
        }
        for name, found in values.items()
    }
    return Table(measures, rows, (_BY_QUESTIONS if several else _BY_REPEATS) + _ONE_IN_TWENTY)


def _says(values: _Values | None, name: str) -> bool:
    """Whether a measure tells anything: a cost of nothing does not."""
    found = values.of_one() if values is not None else []
    return bool(found) and (not name.startswith("cost") or any(found))


def _measured(repeats: Mapping[str, Sequence[Sample]], several: bool) -> dict[str, _Values]:
    """All values of a group by their measure."""
    out: dict[str, dict[str, list[float]]] = {}
    for question, some in repeats.items():
        for each in some:
            for name, value in _of(each).items():
                out.setdefault(name, {}).setdefault(question, []).append(value)
        texts = [each.text for each in some]
        share = agreement(texts)
        if alike := (([] if share is None else [share]) if several else agreements(texts)):
            out.setdefault(AGREEMENT, {})[question] = alike
    return {name: _Values(by_question) for name, by_question in out.items()}


def _of(sample: Sample) -> dict[str, float]:
    said = words(sample.text)
    first = said[:_FIRST_WORDS]
    distinct = {DISTINCT: len(set(first)) / len(first)} if first else {}
    return {WORDS: float(len(said)), **distinct, **sample.numbers, **sample.shares}


def _cell(base: _Values, own: _Values, name: str, share: bool, several: bool) -> Cell:
    found = figure(list(own.means().values()) if several else own.of_one(), share)
    if found is not None and found.low is not None and found.high is not None:
        most = 1.0 if share or name in _SHARES else found.high  # and nothing that is measured is below 0
        found = replace(found, low=max(0.0, found.low), high=min(most, found.high))
    return Cell(found, "" if own is base else _DIFFERS[_beside(base, own, share, several)])


def _beside(base: _Values, own: _Values, share: bool, several: bool) -> int | None:
    if several:
        before, after = base.means(), own.means()
        return differ_paired([after[each] - before[each] for each in before if each in after], share)
    first, second = base.of_one(), own.of_one()
    yes_or_no = share and {*first, *second} <= {0.0, 1.0}
    return (differ_shares if yes_or_no else differ)(first, second)
