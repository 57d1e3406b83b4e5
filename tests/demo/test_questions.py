"""Questions about glmchat are answered from the right page, however warm the model is."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from glmchat.demo.model import load
from tests.benchmarks.voice import say

QUESTIONS: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(
    Path(__file__).with_name("questions.toml").read_text(encoding="utf-8")
)
# So many of forty must be answered from the right page, and so much of a reply tells where it comes from.
ENOUGH, TOKENS = 38, 40


@cache
def pages(language: str) -> Mapping[tuple[int, ...], frozenset[str]]:
    """The pages of the manual that have four tokens in a row."""
    text = load().texts[language]
    found: dict[tuple[int, ...], frozenset[str]] = {}
    for number, section in enumerate(text.library.sections):
        row = text.words(number)
        for at in range(len(row) - 3):
            gram = tuple(row[at : at + 4])
            found[gram] = found.get(gram, frozenset()) | {section.page}
    return found


def page_of(language: str, reply: Sequence[int]) -> str:
    """The page that most of a reply comes from."""
    grams = (tuple(reply[at : at + 4]) for at in range(len(reply) - 3))
    votes = Counter(page for gram in grams for page in pages(language).get(gram, ()))
    return votes.most_common(1)[0][0] if votes else ""


def answered(language: str, temperature: float, seed: int) -> list[str]:
    """The questions that were answered from another page."""
    return [
        question
        for question, wanted in QUESTIONS[language].items()
        if page_of(language, say(question, temperature=temperature, seed=seed, max_tokens=TOKENS))
        not in wanted
    ]


def test_there_are_forty_questions_in_each_language() -> None:
    assert {language: len(asked) for language, asked in QUESTIONS.items()} == {"en": 40, "zh": 40}


@pytest.mark.parametrize("language", QUESTIONS)
@pytest.mark.parametrize("seed", [1, *(pytest.param(each, marks=pytest.mark.full) for each in range(2, 6))])
def test_questions_are_answered_from_the_right_page_at_temperature_1(language: str, seed: int) -> None:
    wrong = answered(language, 1.0, seed)
    assert 40 - len(wrong) >= ENOUGH, wrong


@pytest.mark.parametrize("language", QUESTIONS)
@pytest.mark.full
def test_questions_are_mostly_answered_from_the_right_page_at_temperature_1_3(language: str) -> None:
    wrong = answered(language, 1.3, 1)
    assert 40 - len(wrong) >= 36, wrong


def test_answers_begin_in_several_ways() -> None:
    question = "How do I add a key?"
    begun = {tuple(say(question, temperature=1.0, seed=seed, max_tokens=3)) for seed in range(12)}
    assert len(begun) >= 3
    assert len({tuple(say(question, temperature=0, seed=seed, max_tokens=3)) for seed in range(4)}) == 1
