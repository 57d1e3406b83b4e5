"""Where items stand, and what keeps its place."""

from __future__ import annotations

import random

import pytest

from glmchat.core.conversation import Message, Role
from glmchat.tui.widgets.text_view.item import Item, Place, text_place
from glmchat.tui.widgets.text_view.layout import Standing
from tests.text_view.bench import WIDTH, Bench, story
from tests.transcript.stage import streaming, talk


def test_it_begins_at_the_end_and_follows() -> None:
    bench = Bench([story(1, 100)])
    assert bench.rows()[-1].endswith("line 99 of 1")
    assert bench.layout.at_end and bench.layout.following and bench.layout.reading_place() is None


def test_lines_are_found_by_running_sums_of_the_heights() -> None:
    bench = Bench(talk(200))
    layout, random_lines = bench.layout, random.Random(1)
    for _ in range(30):
        layout.move_to(random_lines.randrange(layout.total))
        bench.frame()
        heights = [item.height for item in layout.items]
        assert layout.total == sum(heights)
        for number in (0, 7, 199):
            assert layout.start_of(number) == sum(heights[:number])
            assert layout.find(layout.start_of(number)) == (number, 0)
            assert layout.row_of(number + 1) == layout.start_of(number) - layout.top


def test_what_grows_at_the_end_pushes_the_view_only_while_it_follows() -> None:
    bench = Bench([story(1, 100), streaming(2)])
    reply = bench.layout.items[-1]
    for at in range(30):
        reply.feed(f"new {at}\n\n")
        bench.layout.mark(reply)
        assert f"new {at}" in "".join(bench.frame()[-3:])
    bench.layout.move_to(bench.layout.top - 3)
    before = bench.frame()
    reply.feed("more\n\n" * 20)
    bench.layout.mark(reply)
    assert bench.frame() == before
    assert bench.told == [(False, False), (False, True)]
    bench.layout.move_to(bench.layout.total)
    assert "more" in "".join(bench.frame()[-3:])
    assert bench.told[-1] == (True, False)


def test_the_line_at_the_top_keeps_its_place_when_one_above_gets_longer() -> None:
    bench = Bench([story(1, 3), story(2, 100)])
    bench.layout.move_to(40)
    before = bench.frame()
    bench.put(story(1, 60))
    assert bench.frame() == before
    assert bench.layout.top > 40


@pytest.mark.parametrize("width", [30, 100])
def test_the_line_at_the_top_keeps_its_place_at_another_width(width: int) -> None:
    words = " ".join(f"w{number}" for number in range(3_000))
    bench = Bench([Message(1, None, Role.ASSISTANT, words), story(2, 40)])
    bench.layout.move_to(bench.layout.start_of(1) // 2)
    word = bench.frame()[0].split()[0]
    bench.layout.resize(width)
    assert word in bench.frame()[0].split()


def kinds_of_text(id: int, chance: random.Random) -> Message:
    """A message in which all kinds of blocks follow each other."""

    def words(count: int) -> str:
        return " ".join(f"w{chance.randrange(10_000)}" for _ in range(count))

    kinds = (
        lambda: words(120),
        lambda: f"- {words(30)}\n- {words(30)}",
        lambda: f"```\n{words(30)}\n{words(5)}\n```",
        lambda: f"> {words(40)}",
        lambda: f"# {words(12)}",
        lambda: "你好世界今天天气" * 30,
    )
    return Message(id, None, Role.ASSISTANT, "\n\n".join(chance.choice(kinds)() for _ in range(40)))


@pytest.mark.parametrize("seed", range(8))
def test_the_first_character_in_view_stays_in_the_first_line_through_any_widths(seed: int) -> None:
    chance = random.Random(seed)
    bench = Bench([kinds_of_text(id, chance) for id in range(1, 6)])
    layout = bench.layout

    def first() -> tuple[int, tuple[int, int]]:
        """The item and the range of the first line in view that shows any of its text."""
        shown = ((item.node.id, item.line_range(at)) for item, at in layout.in_view())
        return next((id, found) for id, found in shown if found is not None)

    layout.move_to(chance.randrange(layout.total - layout.rows))
    bench.frame()
    id, (start, _) = first()
    for _ in range(12):
        layout.resize(chance.randrange(20, 140))
        bench.frame()
        now, (begin, end) = first()
        assert (now, begin <= start < end) == (id, True)


def test_a_place_whose_text_is_not_here_is_asked_for_and_reached_once_it_came() -> None:
    messages = [story(number, 30) for number in range(1, 101)]
    bench = Bench(messages, here=False)
    bench.texts.asked.clear()
    bench.layout.go_to(Standing(50, text_place(messages[49].content.index("line 20"))))
    bench.frame()
    assert 50 in bench.texts.asked and not bench.layout.following
    for message in messages[40:60]:
        bench.put(message)
    assert bench.frame()[0].strip() == "line 20 of 50"
    bench.put(messages[0])
    assert bench.frame()[0].strip() == "line 20 of 50"
    assert bench.layout.reading_place() == (50, messages[49].content.index("line 20"))


def test_a_goal_is_dropped_by_whoever_moves_the_view() -> None:
    bench = Bench([story(number, 30) for number in range(1, 11)], here=False)
    bench.layout.go_to(Standing(5, Place("head")))
    bench.layout.move_to_start()
    for message in [story(number, 30) for number in range(1, 11)]:
        bench.put(message)
    bench.frame()
    assert bench.layout.top == 0


def test_a_move_to_the_start_holds_though_heights_above_were_estimates() -> None:
    bench = Bench([story(number, 30) for number in range(1, 101)])
    bench.layout.move_to_start()
    assert bench.frame()[0].strip() == "line 0 of 1"
    assert bench.layout.top == 0 and not bench.layout.following


def test_no_work_beyond_the_time_it_was_given() -> None:
    bench = Bench([story(1, 10)])
    item = Item(streaming(2).node(), WIDTH)
    bench.layout.add(item)
    item.put(streaming(2))
    item.feed("a paragraph\n\n" * 5_000)
    steps = 0
    while not bench.layout.advance(0.0):
        assert not bench.layout.exact
        bench.layout.stand()
        steps += 1
    assert steps > 10 and bench.layout.exact
    bench.layout.stand()
    assert bench.layout.at_end and "a paragraph" in "".join(bench.rows())


def test_only_what_is_in_view_is_made_ready_and_drawings_of_old_are_freed() -> None:
    bench = Bench([story(number, 30) for number in range(1, 301)])
    assert sum(item.ready for item in bench.layout.items) < 5
    for number in range(300):
        bench.layout.go_to(Standing(number + 1, Place("head")))
        bench.frame()
    assert all(item.ready for item in bench.layout.items)
    bench.layout.trim()
    assert sum(item.ready for item in bench.layout.items) == 48
    assert any(row.strip() for row in bench.rows())


def test_what_still_grows_is_never_freed() -> None:
    bench = Bench([streaming(1), *(story(number, 30) for number in range(2, 101))])
    bench.layout.move_to_start()
    bench.frame()
    for number in range(100):
        bench.layout.go_to(Standing(number + 1, Place("head")))
        bench.frame()
    bench.layout.trim()
    assert bench.layout.items[0].ready and not bench.layout.items[1].ready


def test_without_items_there_is_nothing_in_view() -> None:
    bench = Bench([])
    assert bench.rows() == [] and bench.layout.total == 0 and bench.layout.reading_place() is None
    bench.layout.resize(30)
    bench.layout.move_to(10)
    bench.frame()
    assert bench.layout.top == 0 and not bench.layout.colour()
