"""Figures of replies: by the repeats of one question, and by the questions where there are several."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from statistics import fmean, variance

import pytest

from glmchat.analysis.samples import AGREEMENT, WORDS, Sample, Table, tabulate
from glmchat.analysis.statistics import differ_paired, student, wilson


def told(lengths: Mapping[str, Sequence[int]]) -> dict[str, list[Sample]]:
    """Replies of so many words to each question."""
    return {question: [Sample("w " * each) for each in some] for question, some in lengths.items()}


def marked(passed: Sequence[Sequence[int]]) -> dict[str, list[Sample]]:
    """Replies to each question that pass a check or not."""
    return {
        str(number): [Sample("a", shares={"good": float(each)}) for each in some]
        for number, some in enumerate(passed)
    }


def interval(table: Table, group: str, measure: str) -> tuple[float, float, float]:
    figure = table.rows[group][measure].figure
    assert figure is not None
    assert figure.low is not None
    assert figure.high is not None
    return figure.low, figure.mean, figure.high


def test_repeats_of_a_question_do_not_make_the_interval_over_questions_narrower() -> None:
    once, often = (
        tabulate({"a": told({str(n): [10 * n] * times for n in range(1, 6)})}) for times in (1, 40)
    )
    assert interval(once, "a", WORDS) == interval(often, "a", WORDS)
    means = [10, 20, 30, 40, 50]
    half = student(4) * math.sqrt(variance(means) / 5)
    assert interval(once, "a", WORDS) == pytest.approx((max(0, 30 - half), 30, 30 + half))


def test_a_question_with_more_replies_counts_no_more_than_another() -> None:
    table = tabulate({"a": told({"one": [10] * 9, "two": [20]})})
    assert interval(table, "a", WORDS)[1] == 15


def test_the_interval_over_questions_holds_as_often_as_it_says() -> None:
    # Questions differ from each other by far more than repeats of one do.
    chance, held = random.Random(7), 0
    for _ in range(400):
        lengths = {str(n): [max(1, round(chance.gauss(mean, 2))) for _ in range(6)]
                   for n, mean in enumerate(chance.gauss(100, 20) for _ in range(8))}  # fmt: skip
        low, _, high = interval(tabulate({"a": told(lengths)}), "a", WORDS)
        held += low <= 100 <= high
    assert 0.91 <= held / 400 <= 0.99


def test_what_differs_in_each_question_stands_out_however_the_questions_differ() -> None:
    short = {str(n): [n * n, n * n + 1] for n in range(2, 12)}
    long = {question: [each + 3 for each in some] for question, some in short.items()}
    beside = tabulate({"a": told(short), "b": told(long), "c": told(short)}).rows
    assert beside["b"][WORDS].beside == "higher"
    assert beside["c"][WORDS].beside == "no difference seen"
    assert beside["a"][WORDS].beside == ""


def test_only_questions_that_both_answered_are_compared() -> None:
    first = {str(n): [10, 11] for n in range(6)}
    other = {**{str(n): [10, 11] for n in range(3)}, "long": [500, 500]}
    rows = tabulate({"a": told(first), "b": told(other), "c": told({"long": [1, 2]})}).rows
    assert rows["b"][WORDS].beside == "no difference seen"
    assert rows["c"][WORDS].beside == ""


@pytest.mark.parametrize(("turned", "word"), [(5, "no difference seen"), (6, "higher")])
def test_yes_and_no_is_compared_by_the_questions_that_changed(turned: int, word: str) -> None:
    first = marked([[0, 0, 0]] * turned + [[1, 1, 1]] * 10)
    second = marked([[1, 1, 1]] * (turned + 10))
    table = tabulate({"a": first, "b": second})
    assert table.rows["b"]["good"].beside == word
    count = turned + 10
    assert interval(table, "b", "good") == pytest.approx((wilson(1, count)[0], 1, 1))


def test_mcnemar_counts_both_ways() -> None:
    assert differ_paired([1.0] * 9 + [-1.0] * 1 + [0.0] * 50, shares=True) == 1
    assert differ_paired([1.0] * 8 + [-1.0] * 2 + [0.0] * 50, shares=True) == 0
    assert differ_paired([-1.0] * 9 + [1.0], shares=True) == -1
    assert differ_paired([0.0] * 9, shares=True) == 0
    assert differ_paired([1.0], shares=True) is None


def test_the_repeats_of_one_question_are_a_sample_of_their_own() -> None:
    table = tabulate({"a": told({"": [10, 20, 30]}), "b": told({"": [100, 110, 120]})})
    assert table.rows["b"][WORDS].beside == "higher"
    half = student(2) * math.sqrt(variance([10, 20, 30]) / 3)
    assert interval(table, "a", WORDS) == pytest.approx((max(0, 20 - half), 20, 20 + half))
    assert "Welch" in table.method
    assert "Miller" not in table.method


def test_agreement_is_that_of_repeats_of_the_same_question() -> None:
    replies = {"one": ["a b", "a b"], "two": ["c d", "c e"], "three": ["x", "y"]}
    samples = {question: [Sample(text) for text in some] for question, some in replies.items()}
    table = tabulate({"a": samples})
    assert interval(table, "a", AGREEMENT)[1] == pytest.approx(fmean([1, 1 / 3, 0]))
    assert "Jaccard" in AGREEMENT
    assert "Miller" in table.method
