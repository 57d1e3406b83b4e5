import pickle
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmchat import manual
from glmchat.analysis.repetition import EVERY, TAIL, Repetition, stretch_of


def fed(text: str, size: int = 4) -> Repetition:
    detector = Repetition()
    for start in range(0, len(text), size):
        detector.feed(text[start : start + size])
    return detector


START = "The user asks for the number of primes below one hundred. Let me count them one by one. "


@pytest.mark.parametrize(
    "loop",
    [
        "Wait, let me check that again. ",
        "Hmm, but maybe the user means something else, so I should think about it once more. ",
        "等一下，让我再检查一遍这个答案。",
        "でも、もう一度考えてみましょう。",
        "the the the ",
        "So the answer is 25. But wait, is 91 a prime? No, 91 is 7 times 13. Let me recount. 2, 3, 5, 7, 11, 13. ",
        "好的",
        "Actually, no\n\n",
    ],
)
@pytest.mark.parametrize("size", [1, 7, 400])
def test_a_thought_that_repeats_itself_is_noticed(loop: str, size: int) -> None:
    assert not fed(START + loop * 2, size).found
    assert fed(START + loop * 120, size).found


def test_a_loop_is_noticed_also_where_its_sentences_come_in_another_order_each_time() -> None:
    source = random.Random(1)
    said = [
        "Let me look at the first case again",
        "Maybe the sum is wrong somewhere in the middle",
        "The user wants the shortest proof",
        "I could also try induction on the number of edges",
    ]
    text = START + " ".join(f"{source.choice(said)}. Ok {number}." for number in range(60))
    assert fed(text).found


@pytest.mark.parametrize(
    "text",
    [
        "".join(
            f"- item {number}: the value of row {number} is {number * 7 % 13}\n" for number in range(200)
        ),
        "".join(f"{a} x {b} = {a * b}\n" for a in range(1, 13) for b in range(1, 13)),
        "def f(x):\n    if x:\n        return 1\n    }\n    }\n    }\n" + "}\n" * 60,
        "| a | b |\n|---|---|\n" + "| 0 | 0 |\n" * 80,
        "=" * 500 + "\n" + "-" * 500,
        "0 " * 600,
        "".join(f'    "key{number}": null,\n' for number in range(150)),
        "".join(f"第{number}条：这一行说的是第{number}个例子。\n" for number in range(100)),
        "Yes. No. Yes. No. Yes. No. Maybe. Yes. No. ",
        "ha " * 15 + "that was funny. The next line is the serious one.",
    ],
    ids=[
        "list",
        "times-table",
        "code",
        "table",
        "rules",
        "zeros",
        "json",
        "chinese-list",
        "short",
        "laughing",
    ],
)
def test_lists_tables_and_code_are_no_loop(text: str) -> None:
    assert not fed(START + text).found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_ordinary_prose_is_no_loop(language: str) -> None:
    text = "\n\n".join(manual.page(each.name, language) for each in manual.topics(language))
    assert not fed(text, 9).found


def test_the_shortest_stretch_is_found() -> None:
    assert stretch_of("xyz abc abc abc ")[1] == 3
    assert sorted(stretch_of("q" + "ab" * 10)[0]) == ["a", "b"]
    assert stretch_of("abcdef") == ("", 0)
    assert stretch_of("") == ("", 0)


@settings(deadline=None)
@given(
    st.text(max_size=200),
    st.text("abcd 等 ", min_size=1, max_size=400),
    st.integers(1, 60),
    st.text("ab", max_size=3),
)
def test_a_loop_is_never_missed_by_a_short_look(start: str, round_: str, times: int, rest: str) -> None:
    text = start + round_ * times + rest
    with pytest.MonkeyPatch.context() as patch:
        found = fed(text, 160).found
        patch.setattr("glmchat.analysis.repetition._may_go_round", lambda tail: True)
        assert found == fed(text, 160).found


def test_what_is_kept_does_not_grow_with_the_text() -> None:
    detector = Repetition()
    sizes = []
    for number in range(10_000, 15_000):
        detector.feed(f"Sentence number {number} says something that was never said before. ")
        if number in (11_000, 14_999):
            sizes.append(len(pickle.dumps(detector)))
    assert not detector.found
    assert sizes[1] <= 1.1 * sizes[0]


def test_the_end_is_looked_at_once_in_a_while_only(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def look(tail: str) -> tuple[str, int]:
        looks.append(len(tail))
        return "", 0

    monkeypatch.setattr("glmchat.analysis.repetition.stretch_of", look)
    fed("a b c d e f " * 200, 1)
    assert len(looks) <= 2_400 // EVERY
    assert max(looks) <= TAIL
