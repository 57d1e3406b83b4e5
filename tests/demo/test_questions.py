"""Questions about glmchat are answered from the right page, however warm the model is."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from glmchat.demo.model import load
from glmchat.demo.request import Request, Turn
from tests.benchmarks.voice import say

ALL: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(
    Path(__file__).with_name("questions.toml").read_text(encoding="utf-8")
)
QUESTIONS = {language: ALL[language] for language in ("en", "zh")}
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
    assert {name: len(asked) for name, asked in ALL.items()} == {
        "en": 40, "zh": 40, "en-said": 61, "zh-said": 61, "elsewhere": 18
    }  # fmt: skip


@pytest.mark.parametrize("name", ["en-said", "zh-said", "elsewhere"])
def test_how_a_question_wants_to_be_answered_leads_to_no_other_page(name: str) -> None:
    model = load()
    focuses = {asked: model.focus(Request((Turn("user", asked),))) for asked in ALL[name]}
    found = {
        asked: model.section(focus.language, focus.hits[0].section).page if focus.known else ""
        for asked, focus in focuses.items()
    }
    assert not {asked: page for asked, page in found.items() if page not in (ALL[name][asked] or [""])}


def test_a_parameter_of_an_earlier_question_makes_another_one_no_matter_of_the_manual() -> None:
    turns = (
        Turn("user", "What is top_p?"),
        Turn("assistant", "A filter."),
        Turn("user", "Who wrote Hamlet?"),
    )
    assert load().focus(Request(turns)).reason == "beyond"


@pytest.mark.parametrize("name", ["top_p", "min_p", "seed", "temperature", "stop", "presets"])
def test_the_name_of_a_page_alone_leads_to_its_first_section(name: str) -> None:
    model = load()
    focus = model.focus(Request((Turn("user", f"What is {name}?"),)))
    section = model.section("en", focus.hits[0].section)
    assert (section.page, section.heading) == (name, section.title)


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
