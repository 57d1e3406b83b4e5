import pytest

from glmchat.support.pasted import unwrap


@pytest.mark.parametrize(
    ("text", "around"),
    [
        ('"sk-1"', "quotation marks"),
        ("'sk-1'", "quotation marks"),
        ("“sk-1”", "quotation marks"),
        ("`sk-1`", "quotation marks"),
        ("<sk-1>", "quotation marks"),
        ('sk-1"', "quotation marks"),
        ("sk-1\n", "a line break"),
        ("sk-1\r", "a line break"),
        ("\u00a0sk-1", "a no-break space"),
        ("\ufeffsk-1", "an invisible character"),
        ("sk-1\u200b", "an invisible character"),
        ("Bearer sk-1", "the word Bearer"),
        ("Authorization: Bearer sk-1", "the word Bearer"),
        ('"Bearer sk-1\n"', "quotation marks and a line break and the word Bearer"),
        (" sk-1\t", ""),
        ("sk-1", ""),
    ],
)
def test_what_stands_around_a_value_is_taken_off_and_named(text: str, around: str) -> None:
    value, told = unwrap(text)
    assert value == "sk-1"
    assert set(told.split(" and ")) == set(around.split(" and "))


@pytest.mark.parametrize("text", ["a b", "$HOME;`id`", "<a", "key'with", ""])
def test_what_is_part_of_a_value_stays(text: str) -> None:
    assert unwrap(text) == (text, "")
