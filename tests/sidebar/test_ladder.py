"""Places on a track and the values they stand for, on linear and logarithmic scales."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from glmchat.core.parameters import BY_NAME, TABLE, Parameter
from glmchat.tui.widgets.sidebar.ladder import Ladder, bounds, ladder, snap, stepped

NUMERIC = [row for row in TABLE if row.numeric]

rows = st.sampled_from(NUMERIC)
widths = st.integers(2, 120)
limits = st.none() | st.integers(1, 2_000_000)


def marks_of(row: Parameter) -> tuple[float, ...]:
    return () if row.default is None else (row.default,)


@given(rows, widths, limits)
def test_a_place_gives_a_value_whose_place_gives_the_same_value(
    row: Parameter, cells: int, limit: int | None
) -> None:
    scale = ladder(row, cells, limit, marks_of(row))
    for place in range(cells):
        value = scale.value(place)
        assert scale.value(scale.position(value)) == value


@given(rows, widths, limits)
def test_values_rise_along_the_track_are_accepted_and_reach_both_ends(
    row: Parameter, cells: int, limit: int | None
) -> None:
    scale = ladder(row, cells, limit, marks_of(row))
    assert len(scale.values) == cells
    assert list(scale.values) == sorted(scale.values)
    assert (scale.values[0], scale.values[-1]) == bounds(row, limit)
    for value in scale.values:
        assert row.validate(value) == value
        assert type(row.validate(value)) is type(value)


@given(rows, st.integers(12, 120), st.data())
def test_where_steps_are_wider_than_cells_every_step_has_its_own_place(
    row: Parameter, cells: int, data: st.DataObject
) -> None:
    low, high = bounds(row)
    if row.logarithmic or (high - low) / row.step > cells - 1:
        return
    scale = ladder(row, cells)
    value = snap(row, low + row.step * data.draw(st.integers(0, int((high - low) / row.step))))
    assert scale.value(scale.position(value)) == value


@given(rows, st.integers(12, 120), st.data())
def test_a_mark_is_hit_exactly(row: Parameter, cells: int, data: st.DataObject) -> None:
    low, high = bounds(row)
    mark = min(snap(row, data.draw(st.floats(float(low), float(high)))), high)
    scale = ladder(row, cells, None, (mark,))
    assert scale.value(scale.position(mark)) == mark


@given(rows, st.floats(-1e12, 1e12))
def test_a_value_beyond_the_track_stands_at_its_end(row: Parameter, value: float) -> None:
    scale = ladder(row, 30)
    low, high = bounds(row)
    place = scale.position(value)
    assert 0 <= place < 30
    if value < low:
        assert place == 0
    if value > high:
        assert place == 29


@given(rows, st.integers(-200, 200))
def test_a_place_beyond_the_track_means_its_end(row: Parameter, place: int) -> None:
    scale = ladder(row, 20)
    assert scale.value(place) in scale.values


@given(rows, st.floats(0, 1), st.sampled_from([-1, 1]), st.booleans())
def test_a_step_moves_by_at_most_a_step_onto_the_grid_or_stays_at_the_end(
    row: Parameter, part: float, direction: int, big: bool
) -> None:
    low, high = bounds(row)
    value = snap(row, low + (high - low) * part)
    after = stepped(row, value, direction, big)
    assert row.validate(after) == after
    at_end = row.minimum == value if direction < 0 else row.maximum == value
    assert after == value if at_end else (after - value) * direction > 0


def test_a_logarithmic_track_gives_each_doubling_the_same_room() -> None:
    scale = ladder(BY_NAME["max_tokens"], 35, 131072)
    places = [scale.position(2**power) for power in range(18)]
    assert places == [2 * power for power in range(18)]


def test_an_equal_distance_belongs_to_one_side_only() -> None:
    assert Ladder((0, 2, 2, 2, 4)).position(2) == 2
    assert Ladder((0, 2)).position(0.9) == 0
    assert Ladder((0, 2)).position(1.1) == 1
