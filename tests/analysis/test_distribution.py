"""What one parameter does to the next token at a place of a reply."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmchat.analysis import distribution, lens
from glmchat.analysis.distribution import find_places, place_at, shift, word_biases
from tests.lens_screen.test_lens_screen import ENTRIES, entry

TOKENS = lens.tokens_of({"content": ENTRIES})  # The cat sat the cat.


def alternatives(**shares: float) -> lens.Token:
    tops = dict(shares)
    first = next(iter(tops))
    return lens.tokens_of({"content": [entry(first, tops.pop(first), tops)]})[0]


def test_the_place_is_the_one_where_the_likeliest_are_least_certain() -> None:
    sure, open_ = alternatives(a=0.98, b=0.01), alternatives(a=0.4, b=0.3, c=0.2)
    flat = lens.tokens_of({"content": [entry("x", 0.001, {str(n): 0.001 for n in range(20)})]})[0]
    places = find_places([sure, flat, open_, sure])
    assert places is not None
    assert [each.text for each in places.uncertain.alternatives] == ["a", "b", "c"]
    assert places.of("temperature") is places.uncertain


def test_a_penalty_is_shown_where_a_likely_token_came_before() -> None:
    places = find_places(TOKENS)
    assert places is not None and places.repeating is not None
    assert places.of("frequency_penalty") is places.repeating
    assert [each.count for each in places.repeating.candidates if each.count] != []


def test_where_nothing_was_ever_in_question_there_is_no_place() -> None:
    assert find_places([]) is None
    assert find_places(lens.tokens_of({"content": [entry("a", 1.0), entry("b", 0.5)]})) is None


def test_a_place_says_what_came_before_it() -> None:
    assert place_at(TOKENS, 3).before == "The cat sat"
    parts = [b"\xe5", b"\x8c\x97", b"ok"]
    split = lens.tokens_of({"content": [entry("�", 0.5, data=data) for data in parts]})
    assert place_at(split, 2).before == "北"


def test_a_filter_cuts_and_the_others_grow() -> None:
    place = place_at([alternatives(a=0.5, b=0.3, c=0.2)], 0)
    shown = shift(place, "top_p", {"top_p": 0.7, "temperature": 1.0})
    assert [round(bar.before, 9) for bar in shown.bars] == [0.5, 0.3, 0.2]
    assert [round(bar.after, 9) for bar in shown.bars] == [0.625, 0.375, 0.0]
    assert (shown.bars[2].dropped_by, shown.cut) == ("top_p", 1)


def test_before_means_the_same_values_without_this_one() -> None:
    place = place_at([alternatives(a=0.5, b=0.3, c=0.2)], 0)
    shown = shift(place, "temperature", {"temperature": 0.5, "top_k": 2})
    assert [round(bar.before, 9) for bar in shown.bars] == [0.625, 0.375, 0.0]
    assert shown.bars[0].after == pytest.approx(0.25 / 0.34)
    unset = shift(place, "temperature", {"top_k": 2})
    assert [bar.before for bar in unset.bars] == [bar.after for bar in unset.bars]


def test_a_bias_may_name_a_word_in_each_way_to_write_it() -> None:
    place = place_at(TOKENS, 1)
    biases = word_biases(place.alternatives, {"DOG": 100, "cat": -100, "12": 5})
    assert biases == {" dog": 100.0, " cat": -100.0}
    shown = {bar.alternative.text: bar for bar in shift(place, "logit_bias", {"logit_bias": {}}, biases).bars}
    assert shown[" dog"].after == pytest.approx(1.0)
    assert shown[" dog"].before == pytest.approx(0.3)


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.floats(0, 2), "top_p": st.floats(0, 1), "min_p": st.floats(0, 1),
        "top_k": st.integers(0, 30), "frequency_penalty": st.floats(-2, 2), "presence_penalty": st.floats(-2, 2),
        "repetition_penalty": st.floats(0.1, 2), "top_a": st.floats(0, 1),
    },
)  # fmt: skip


@given(VALUES, st.sampled_from(sorted(distribution.NAMES)), st.integers(0, len(TOKENS) - 1))
def test_probabilities_sum_to_one_before_and_after(values: dict[str, Any], name: str, index: int) -> None:
    shown = shift(place_at(TOKENS, index), name, values)
    assert math.fsum(bar.before for bar in shown.bars) + shown.others_before == pytest.approx(1)
    assert math.fsum(bar.after for bar in shown.bars) + shown.others_after == pytest.approx(1)
