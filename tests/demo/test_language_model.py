"""The parts of the built-in model: tokenizer, sections, n-grams."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmchat.demo.model import load
from glmchat.demo.ngram import Text, Writer
from glmchat.demo.sections import Library, Section, cut
from glmchat.demo.tokens import BEGIN, END, Vocabulary, split


@given(st.text())
def test_pieces_join_to_the_text_again(text: str) -> None:
    assert "".join(split(text)) == text


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_encoded_decodes_to_itself(text: str) -> None:
    vocabulary = load().vocabulary
    assert vocabulary.decode(vocabulary.encode(text)) == text


def test_words_keep_their_space_and_chinese_characters_stand_alone() -> None:
    assert split("Set top_p to 0.9。温度，it's") == [
        "Set", " top_p", " to", " 0", ".", "9", "。", "温", "度", "，", "it's",
    ]  # fmt: skip


def test_an_unknown_word_becomes_bytes() -> None:
    vocabulary = Vocabulary()
    known = vocabulary.learn("known")
    assert vocabulary.encode("known") == known
    assert vocabulary.encode("é") == [0xC3, 0xA9]


def test_a_page_is_cut_at_its_headings_but_not_inside_code() -> None:
    page = "# Title\n\n<!-- other words -->\n\nFirst.\n\n## Part\n\n```\n# no heading\n```\n\n## Empty\n"
    assert cut("name", page) == [
        Section("name", "Title", "Title", "First.", " other words "),
        Section("name", "Title", "Part", "```\n# no heading\n```"),
    ]


def small() -> tuple[Text, Vocabulary]:
    vocabulary = Vocabulary()
    library = Library("en", [
        Section("a", "A", "A", "the cat sat on the mat"),
        Section("b", "B", "B", "the dog sat on the log"),
    ])  # fmt: skip
    return Text.encode(library, vocabulary), vocabulary


def test_it_continues_with_what_followed_in_the_section_that_counts_most() -> None:
    text, vocabulary = small()
    for section, words in ((0, "the cat sat on the mat"), (1, "the dog sat on the log")):
        writer = Writer(text, len(vocabulary), {section: 1.0})
        written = []
        for _ in range(20):
            distribution = writer.distribution()
            token = max(distribution.seen, key=distribution.seen.__getitem__)
            if token == END:
                break
            written.append(token)
            writer.write(token)
        assert vocabulary.decode(written) == words


def test_what_followed_elsewhere_is_likelier_than_what_never_followed() -> None:
    text, vocabulary = small()
    writer = Writer(text, len(vocabulary), {0: 1.0, 1: 0.5})
    writer.write(*vocabulary.encode("the"))
    distribution = writer.distribution()
    cat, dog, on = (vocabulary.encode(word)[0] for word in (" cat", " dog", " on"))
    assert distribution.logprob(cat) > distribution.logprob(dog) > distribution.logprob(on)


def test_after_a_word_that_it_never_saw_it_goes_on() -> None:
    text, vocabulary = small()
    writer = Writer(text, len(vocabulary), {0: 1.0})
    writer.write(65)
    assert writer.distribution().seen


@pytest.mark.parametrize("words", ["", "Press Ctrl", "按 Ctrl+R 打开", "xyzzy"])
def test_probabilities_sum_to_one(words: str) -> None:
    model = load()
    writer = Writer(model.texts["en"], len(model.vocabulary), {0: 1.0})
    for token in model.vocabulary.encode(words):
        writer.write(token)
    distribution = writer.distribution()
    others = len(model.vocabulary) - len(distribution.seen)
    assert math.fsum(distribution.seen.values()) + others * distribution.floor == pytest.approx(1)


def test_beginnings_and_ends_have_no_text() -> None:
    assert load().vocabulary.decode([BEGIN, END]) == ""


def test_the_model_is_built_once() -> None:
    assert load() is load()
