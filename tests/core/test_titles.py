import pytest

from glmchat.core import titles


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("\n  What is   a sort?\nmore", "What is a sort?"),
        ("\x1b[31mred", "␛[31mred"),
        ("word " * 30, "word word word word word word word word word word word…"),
        ("字" * 100, "字" * 59 + "…"),
        ("   ", ""),
    ],
)
def test_a_title_is_the_first_line_that_has_words(said: str, title: str) -> None:
    assert titles.of_message(said) == title
    assert len(title) <= titles.LONGEST_TAKEN


def test_a_title_that_is_given_is_one_line_of_bounded_length() -> None:
    assert titles.given(" two\nlines\x1b ") == "two lines␛"
    assert titles.given(" \n ") == ""
    assert titles.given("x" * 500) == "x" * (titles.LONGEST - 1) + "…"


def test_a_fork_is_numbered_on_past_what_there_is() -> None:
    assert titles.of_fork("Sorts") == "Sorts (2)"
    assert titles.of_fork("Sorts (2)") == "Sorts (3)"
    assert titles.of_fork("Sorts", ["Sorts (2)", "Sorts (3)", "Other"]) == "Sorts (4)"
    assert titles.of_fork("") == ""
