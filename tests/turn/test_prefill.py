"""The beginning of a reply stands before its continuation, and an echo of it is not doubled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmchat.api.events import ContentDelta, Done, Event, Finish, ReasoningDelta, Resorted
from glmchat.core.begun import END, MARK
from glmchat.turn.prefill import Prefilled

Told = ContentDelta | ReasoningDelta
# Text in which nothing says where a thought begins or ends.
unmarked = st.text(min_size=1, max_size=8).filter(lambda text: MARK not in text and END not in text)
kinds = pytest.mark.parametrize(("mark", "kind"), [("", ContentDelta), (MARK, ReasoningDelta)])


def taken(begun: str, *came: Event) -> list[Event]:
    prefilled = Prefilled(begun)
    return [each for event in came for each in prefilled.take(event)]


def text(found: list[Event], kind: type[Told] = ContentDelta) -> str:
    return "".join(each.text for each in found if isinstance(each, kind))


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        ([' "b"}'], '{"a": "b"}'),
        (['{"a":', ' "b"}'], '{"a": "b"}'),
        (["{", '"a', '": "b"}'], '{"a": "b"}'),
        (['{"x'], '{"a":{"x'),
        ([], '{"a":'),
        (["{"], '{"a":{'),
    ],
)
def test_what_is_shown_is_beginning_and_continuation(pieces: list[str], whole: str) -> None:
    found = taken('{"a":', *map(ContentDelta, pieces), Finish("stop"), Done())
    assert text(found) == whole
    assert found[-2:] == [Finish("stop"), Done()]


@kinds
@given(unmarked, st.text(max_size=8), st.integers(1, 3), st.booleans())
def test_an_echo_in_any_pieces_is_not_doubled(
    mark: str, kind: type[Told], begun: str, rest: str, size: int, echoes: bool
) -> None:
    sent = begun + rest if echoes else rest
    pieces = [kind(sent[at : at + size]) for at in range(0, len(sent), size)]
    whole = text(taken(mark + begun, *pieces, Done()), kind)
    assert whole == begun + rest or (not echoes and rest.startswith(begun) and whole == rest)


def test_a_mark_alone_adds_nothing() -> None:
    came = (ReasoningDelta("A"), ContentDelta("B"), Done())
    assert taken(MARK, *came) == taken(f"\n{MARK}{END}\n", *came) == list(came)


def test_thought_passes_and_what_is_resorted_keeps_the_beginning() -> None:
    assert taken("A", ReasoningDelta("hm")) == [ReasoningDelta("hm")]
    assert taken("A", Resorted("thought", "B")) == [Resorted("thought", "AB")]


def test_without_a_beginning_nothing_changes() -> None:
    assert taken("", ContentDelta("x"), Done()) == [ContentDelta("x"), Done()]


def test_a_thought_stands_before_the_answer_that_goes_on_from_it() -> None:
    found = taken("<think>A", ReasoningDelta("B"), ContentDelta("C"), Done())
    assert found == [ReasoningDelta("AB"), ContentDelta("C"), Done()]
    assert taken("<think>A", ContentDelta("C"), Done()) == [ReasoningDelta("A"), ContentDelta("C"), Done()]
    assert taken("<think>A", Done()) == [ReasoningDelta("A"), Done()]
    both = taken("<think>A</think>\nB", ContentDelta("C"), Done())
    assert both == [ReasoningDelta("A"), ContentDelta("BC"), Done()]


@kinds
@given(st.text(max_size=8), st.integers(1, 3), st.booleans())
def test_where_the_reply_has_it_already_only_an_echo_is_taken_off(
    mark: str, kind: type[Told], rest: str, size: int, echoes: bool
) -> None:
    begun = "one two"
    sent = begun + rest if echoes else rest
    pieces = [kind(sent[at : at + size]) for at in range(0, len(sent), size)]
    prefilled = Prefilled(mark + begun, has=True)
    whole = text([each for event in (*pieces, Done()) for each in prefilled.take(event)], kind)
    assert whole == rest or (not echoes and rest.startswith(begun))
