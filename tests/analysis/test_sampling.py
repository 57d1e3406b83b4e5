"""Sampling parameters, against numbers worked by hand and against their own definitions."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from glmchat.analysis import sampling
from glmchat.analysis.sampling import Candidate, Rest

HALF = [0.5, 0.3, 0.15, 0.05]


def candidates(probabilities: list[float]) -> list[Candidate]:
    return [Candidate(math.log(probability)) for probability in probabilities]


def final(probabilities: list[float], **values: Any) -> list[float]:
    return [fate.probability for fate in sampling.survivors(candidates(probabilities), values).fates]


def dropped(probabilities: list[float], **values: Any) -> list[str | None]:
    return [fate.dropped_by for fate in sampling.survivors(candidates(probabilities), values).fates]


@st.composite
def distributions(draw: st.DrawFn, smallest: int = 2) -> list[float]:
    weights = draw(st.lists(st.floats(0.01, 1), min_size=smallest, max_size=12))
    return [weight / math.fsum(weights) for weight in weights]


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.floats(0, 2),
        "top_k": st.integers(0, 15),
        "top_p": st.floats(0, 1),
        "min_p": st.floats(0, 1),
        "top_a": st.floats(0, 1),
        "frequency_penalty": st.floats(-2, 2),
        "presence_penalty": st.floats(-2, 2),
        "repetition_penalty": st.floats(0.01, 2),
    },
)
NEUTRAL = {
    "temperature": 1.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "top_a": 0.0,
    "frequency_penalty": 0.0, "presence_penalty": 0.0, "repetition_penalty": 1.0,
}  # fmt: skip


def test_temperature_two_takes_the_square_root_of_each_probability() -> None:
    # sqrt(0.64) : sqrt(0.36) = 0.8 : 0.6
    assert final([0.64, 0.36], temperature=2) == pytest.approx([0.8 / 1.4, 0.6 / 1.4])


def test_temperature_one_half_squares_each_probability() -> None:
    # 0.75^2 : 0.25^2 = 9 : 1
    assert final([0.75, 0.25], temperature=0.5) == pytest.approx([0.9, 0.1])


@pytest.mark.parametrize("values", [{"temperature": 0}, {"top_p": 0}, {"top_k": 1}, {"temperature": 1e-320}])
def test_only_the_likeliest_is_left(values: dict[str, Any]) -> None:
    assert final([0.3, 0.5, 0.2], **values) == [0, 1, 0]
    assert dropped([0.3, 0.5, 0.2], **values) == [next(iter(values)), None, next(iter(values))]


def test_of_equally_likely_tokens_temperature_zero_takes_the_first() -> None:
    assert final([0.4, 0.4, 0.2], temperature=0) == [1, 0, 0]


def test_top_k_keeps_the_k_likeliest() -> None:
    assert final([0.15, 0.5, 0.05, 0.3], top_k=2) == pytest.approx([0, 0.625, 0, 0.375])


def test_top_p_keeps_the_token_that_reaches_the_limit() -> None:
    assert final(HALF, top_p=0.6) == pytest.approx([0.625, 0.375, 0, 0])


def test_top_p_stops_at_a_sum_equal_to_the_limit() -> None:
    assert dropped(HALF, top_p=0.8) == [None, None, "top_p", "top_p"]


def test_min_p_keeps_a_token_exactly_at_the_limit() -> None:
    # The limit is 0.3 * 0.5 = 0.15.
    assert dropped(HALF, min_p=0.3) == [None, None, None, "min_p"]


def test_top_a_drops_below_a_times_the_square_of_the_best() -> None:
    # 0.8 * 0.5^2 = 0.2
    assert final(HALF, top_a=0.8) == pytest.approx([0.625, 0.375, 0, 0])


def test_each_filter_works_on_what_the_one_before_left() -> None:
    # top_k leaves 0.625, 0.375; 0.6 is reached by the first alone, where it was not before.
    assert dropped(HALF, top_k=2, top_p=0.6) == [None, "top_p", "top_k", "top_k"]


def test_temperature_comes_before_the_filters() -> None:
    # At 0.5 the first token has 0.25 / 0.365 = 0.68, so that it reaches 0.6 alone.
    assert dropped(HALF, temperature=0.5, top_p=0.6) == [None, "top_p", "top_p", "top_p"]


def test_frequency_penalty_counts_and_presence_penalty_does_not() -> None:
    scores = [-1.0, -2.0, -3.0]
    assert sampling.apply_frequency_penalty(scores, [3, 1, 0], 0.5) == [-2.5, -2.5, -3.0]
    assert sampling.apply_presence_penalty(scores, [3, 1, 0], 0.5) == [-1.5, -2.5, -3.0]


def test_repetition_penalty_divides_positive_and_multiplies_negative_scores() -> None:
    assert sampling.apply_repetition_penalty([3.0, -3.0, 3.0], [True, True, False], 1.5) == [2.0, -4.5, 3.0]


def test_a_token_of_the_prompt_counts_for_the_repetition_penalty_alone() -> None:
    seen = [Candidate(math.log(0.5), seen=True), Candidate(math.log(0.5))]
    # 0.5^2 : 0.5 = 1 : 2
    repeated = sampling.survivors(seen, {"repetition_penalty": 2.0})
    assert [fate.probability for fate in repeated.fates] == pytest.approx([1 / 3, 2 / 3])
    counted = sampling.survivors(seen, {"frequency_penalty": 2.0, "presence_penalty": 2.0})
    assert [fate.probability for fate in counted.fates] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize("penalty", [0, -1])
def test_a_repetition_penalty_of_zero_or_less_is_refused(penalty: float) -> None:
    with pytest.raises(ValueError, match="repetition_penalty"):
        final(HALF, repetition_penalty=penalty)


@pytest.mark.parametrize(
    "values", [{"temperature": -1}, {"top_p": 1.5}, {"top_k": -1}, {"min_p": -1}, {"top_a": 2}]
)
def test_values_out_of_range_are_refused_by_name(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        final(HALF, **values)


def test_a_bias_moves_the_odds_by_its_exponential() -> None:
    biased = [Candidate(math.log(0.5), bias=math.log(3)), Candidate(math.log(0.5))]
    assert [fate.probability for fate in sampling.survivors(biased, {}).fates] == pytest.approx([0.75, 0.25])


def test_a_bias_of_a_hundred_decides_and_minus_a_hundred_bans() -> None:
    chosen = sampling.survivors([Candidate(-30, bias=100), Candidate(-0.01)], {"temperature": 0})
    assert [fate.probability for fate in chosen.fates] == [1, 0]
    banned = sampling.survivors([Candidate(-0.01, bias=-100), Candidate(-9)], {"temperature": 2})
    assert banned.fates[0].probability < 1e-12


def test_an_impossible_token_stays_impossible_and_blames_no_filter() -> None:
    fates = sampling.survivors([Candidate(0.0), Candidate(-math.inf)], {"temperature": 2.0}).fates
    assert [(fate.probability, fate.dropped_by) for fate in fates] == [(1.0, None), (0.0, None)]


def test_without_any_possible_token_there_is_nothing_to_choose() -> None:
    with pytest.raises(ValueError, match="finite"):
        sampling.survivors([Candidate(-math.inf)], {})
    assert sampling.survivors([], {}).fates == ()


@given(distributions(), VALUES)
def test_what_survives_sums_to_one_and_has_a_fate(probabilities: list[float], values: dict[str, Any]) -> None:
    result = sampling.survivors(candidates(probabilities), values)
    assert math.fsum(fate.probability for fate in result.fates) + result.rest == pytest.approx(1)
    assert any(fate.dropped_by is None for fate in result.fates)
    for fate in result.fates:
        assert (fate.probability == 0) or fate.dropped_by is None


@given(distributions(), st.lists(st.integers(0, 5), min_size=12, max_size=12))
def test_neutral_values_change_nothing(probabilities: list[float], counts: list[int]) -> None:
    given_ = [Candidate(math.log(p), count) for p, count in zip(probabilities, counts, strict=False)]
    for values in ({}, NEUTRAL):
        result = sampling.survivors(given_, values)
        assert [fate.probability for fate in result.fates] == pytest.approx(probabilities)


@given(distributions(), VALUES)
def test_a_dropped_token_is_never_likelier_than_a_kept_one(
    probabilities: list[float], values: dict[str, Any]
) -> None:
    fates = sampling.survivors(candidates(probabilities), values).fates
    kept = [p for p, fate in zip(probabilities, fates, strict=True) if fate.dropped_by is None]
    gone = [p for p, fate in zip(probabilities, fates, strict=True) if fate.dropped_by is not None]
    assert not gone or max(gone) <= min(kept) * (1 + 1e-9)


@given(distributions(), st.floats(0, 1))
def test_top_p_is_the_smallest_set_that_reaches_p(probabilities: list[float], p: float) -> None:
    kept = sampling.top_p(probabilities, p)
    chosen = sorted(share for share, stays in zip(probabilities, kept, strict=True) if stays)
    assert math.fsum(chosen) >= p - 1e-9
    assert len(chosen) == 1 or math.fsum(chosen[1:]) < p


@given(distributions(smallest=4), st.integers(1, 3), st.floats(0.05, 2))
def test_a_part_of_the_distribution_gives_what_the_whole_gives_if_top_k_cuts_inside_it(
    probabilities: list[float], k: int, temperature: float
) -> None:
    probabilities.sort(reverse=True)
    whole = final(probabilities, top_k=k, temperature=temperature)
    part = final(probabilities[:3], top_k=k, temperature=temperature)
    assert part == pytest.approx(whole[:3], abs=1e-9)


@given(distributions(smallest=4), st.floats(0.01, 0.99), st.sampled_from(["top_p", "min_p", "top_a"]))
def test_a_part_of_the_distribution_gives_what_the_whole_gives_if_a_filter_cuts_inside_it(
    probabilities: list[float], value: float, name: str
) -> None:
    probabilities.sort(reverse=True)
    values = {name: value}
    assume(dropped(probabilities, **values)[2] == name)
    assert final(probabilities[:3], **values) == pytest.approx(final(probabilities, **values)[:3], abs=1e-9)


def test_a_part_of_the_distribution_keeps_its_true_probabilities_while_nothing_is_changed() -> None:
    result = sampling.survivors(candidates([0.5, 0.25]), {})
    assert [fate.probability for fate in result.fates] == pytest.approx([0.5, 0.25])
    assert result.rest == pytest.approx(0.25)


def test_a_rest_that_is_known_is_heated_like_the_candidates() -> None:
    # One token of 0.64 and four of 0.09 each: square roots 0.8 and 4 * 0.3.
    result = sampling.survivors([Candidate(math.log(0.64))], {"temperature": 2}, Rest(4, math.log(0.09)))
    assert result.fates[0].probability == pytest.approx(0.4)
    assert result.rest == pytest.approx(0.6)


def test_the_rest_is_filtered_along_with_the_candidates() -> None:
    top, rest = [Candidate(math.log(0.6))], Rest(4, math.log(0.1))
    assert sampling.survivors(top, {"top_k": 1}, rest).rest == 0
    assert sampling.survivors(top, {"top_k": 3}, rest).rest == pytest.approx(0.2 / 0.8)
    assert sampling.survivors(top, {"top_p": 0.5}, rest).rest == 0
    assert sampling.survivors(top, {"min_p": 0.2}, rest).rest == 0
    assert sampling.survivors(top, {"min_p": 0.1}, rest).rest == pytest.approx(0.4)
    assert sampling.survivors(top, {"top_a": 0.5}, rest).rest == 0


def test_a_rest_likelier_than_every_banned_candidate_wins_at_temperature_zero() -> None:
    banned = [Candidate(math.log(0.9), bias=-100)]
    for values in ({"temperature": 0}, {"temperature": 0, "top_p": 0, "top_k": 1}):
        assert sampling.survivors(banned, values, Rest(10, math.log(0.01))).rest == 1


def test_the_same_seed_draws_the_same_and_another_seed_does_not() -> None:
    def draws(seed: int) -> list[int]:
        source = random.Random(seed)
        return [sampling.pick(HALF, source) for _ in range(50)]

    assert draws(7) == draws(7)
    assert draws(7) != draws(8)


def test_draws_come_as_often_as_their_probability_says() -> None:
    source = random.Random(1)
    counts = [0, 0, 0, 0]
    for _ in range(10_000):
        counts[sampling.pick(HALF, source)] += 1
    assert [count / 10_000 for count in counts] == pytest.approx(HALF, abs=0.02)


@given(st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=1, max_size=6), st.integers(0, 99))
def test_a_token_of_probability_zero_is_never_drawn(weights: list[float], seed: int) -> None:
    assume(any(weights))
    assert weights[sampling.pick(weights, random.Random(seed))] > 0
