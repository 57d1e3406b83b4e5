"""The built-in model: the manual's sections, its two voices and the vocabulary, built once and kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from glmchat.demo import manners
from glmchat.demo.ngram import Text, Writer
from glmchat.demo.opening import OpenedWriter
from glmchat.demo.phrases import OPENINGS, PHRASES
from glmchat.demo.request import Request, Turn
from glmchat.demo.sections import Hit, Library, Section
from glmchat.demo.terms import language_of, terms_and_words
from glmchat.demo.tokens import Vocabulary
from glmchat.demo.voice import wishes
from glmchat.demo.voice.texts import Words
from glmchat.demo.voice.wishes import Wish
from glmchat.demo.voice.writer import VoiceWriter
from glmchat.manual import LANGUAGES

# The sections for what the manual does not answer, by their place in the page on the built-in model.
_ABOUT = "demo"
_PLACES = {"greeting": 1, "beyond": 2, "tell": 0}
_GREETINGS = frozenset(["hello", "hi", "hey", "thank", "thanks", "你好", "好", "谢谢", "嗨"])
# A question is about the manual if its best section has this share of the question's telling words.
_COVERAGE, _NAMED_COVERAGE = 0.5, 0.25
# How fast a section's weight falls with its score; earlier questions count less than the last one.
_SHARPNESS, _EARLIER, _SYSTEM = 4, 0.3, 0.1
# The section is what the search found best; those behind it are there for how they go on with the same words.
_OTHERS = 0.01


@dataclass(frozen=True, slots=True)
class Focus:
    """What a question was found to be about: language, telling words with weights, sections, best first.

    The words are cut to their stems; `written` has them as they were asked.
    `reason` names the phrase that says why, where the manual has no answer: "greeting", "beyond" or "tell".
    `wish` is the text that the second voice is asked for, and `question` how it was asked.
    """

    language: str
    words: Mapping[str, float]
    hits: tuple[Hit, ...]
    written: Mapping[str, str]
    reason: str = ""
    wish: Wish | None = None
    question: str = ""

    @property
    def known(self) -> bool:
        """Whether the manual has an answer."""
        return not self.reason

    def weights(self, skip: int = 0) -> dict[int, float]:
        """How much each section counts; `skip` leaves out that many of the best ones."""
        hits = self.hits[skip:] or self.hits
        best = hits[0].score if hits else 1.0
        shares = [
            (hit.score / best) ** _SHARPNESS * (_OTHERS if rank else 1.0) for rank, hit in enumerate(hits)
        ]
        return {hit.section: share for hit, share in zip(hits, shares, strict=True)}


class Model:
    """The n-gram models of the manual and of the texts in every language."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.texts = {each: Text.encode(Library.read(each), self.vocabulary) for each in LANGUAGES}
        for phrases in PHRASES.values():
            self.vocabulary.learn("".join(phrases.values()))
        for openings in OPENINGS.values():
            for opening in openings:
                self.vocabulary.learn(opening)
        self._of_manual = len(self.vocabulary)
        self.words = {each: Words(each, self.vocabulary) for each in LANGUAGES}

    def section(self, language: str, number: int) -> Section:
        """One section of the manual."""
        return self.texts[language].library.sections[number]

    def writer(self, focus: Focus, skip: int = 0) -> Writer | OpenedWriter | VoiceWriter:
        """A writer that prefers what the question is about."""
        if focus.wish:
            return VoiceWriter(self.words[focus.language], focus.wish, focus.question)
        return Writer(self.texts[focus.language], self._of_manual, focus.weights(skip))

    def opened(self, focus: Focus) -> Writer | OpenedWriter | VoiceWriter:
        """A writer that may begin with some words of its own before the section."""
        writer = self.writer(focus)
        if not focus.known or not isinstance(writer, Writer):
            return writer
        section = self.section(focus.language, focus.hits[0].section)
        texts = (text.format(title=section.label) for text in OPENINGS[focus.language])
        return OpenedWriter(writer, [self.vocabulary.encode(text) for text in texts])

    def encoder(self, focus: Focus) -> Callable[[str], list[int]]:
        """How the voice that answers cuts a text into tokens."""
        return self.words[focus.language].encode if focus.wish else self.vocabulary.encode

    def count(self, turns: Sequence[Turn]) -> int:
        """Tokens of a prompt: those of its texts, and three for each message's frame."""
        return sum(len(self.vocabulary.encode(turn.text)) + 3 for turn in turns)

    def focus(self, request: Request) -> Focus:
        """Find out what the last question is about, in the light of those before it."""
        language = _language(request)
        question = request.asked[-1] if request.asked else ""
        if wish := wishes.find(question, language):
            return replace(self._about(language, {}, {}, "tell"), wish=wish, question=question)
        library = self.texts[language].library
        words: dict[str, float] = {}
        written: dict[str, str] = {}
        asked = [text for text in request.asked[-3:-1] if not wishes.find(text, language)] + request.asked[
            -1:
        ]
        texts = [(text, 1.0 if text is asked[-1] else _EARLIER) for text in asked]
        for text, weight in [*texts, (request.system[:2000], _SYSTEM)]:
            for term, as_written in terms_and_words(manners.without(text[:20_000], language)):
                word = library.meant(term)
                written.setdefault(word, as_written)
                words[word] = max(words.get(word, 0.0), weight)
        last = {word: weight for word, weight in words.items() if weight == 1.0}
        hits = library.search(words)
        if asked and _greets(asked[-1], last or words):
            return self._about(language, words, written, "greeting")
        if not hits or library.coverage(last or words, hits[0]) < _enough(hits[0].terms, last):
            return self._about(language, words, written, "beyond")
        return Focus(language, words, tuple(hits), written)

    def _about(
        self, language: str, words: Mapping[str, float], written: Mapping[str, str], reason: str
    ) -> Focus:
        sections = self.texts[language].library.sections
        own = [number for number, section in enumerate(sections) if section.page == _ABOUT]
        return Focus(language, words, (Hit(own[_PLACES[reason]], 1.0, ()),), written, reason)


def _language(request: Request) -> str:
    question = request.asked[-1] if request.asked else ""
    wanted = f"{request.system[-500:]}\n{question[-500:]}".lower()
    for phrase, language in (("in chinese", "zh"), ("用中文", "zh"), ("in english", "en"), ("用英", "en")):
        if phrase in wanted:
            return language
    return language_of(question, language_of(request.system))


def _enough(terms: Sequence[str], last: Mapping[str, float]) -> float:
    """The share that a section must have: less with a parameter's name that nothing else has, such as top_p."""
    return _NAMED_COVERAGE if any("_" in term and term in last for term in terms) else _COVERAGE


def _greets(question: str, words: Mapping[str, float]) -> bool:
    """Whether a text says nothing but hello, or asks with no word that would say about what."""
    return bool(question.strip()) and all(word in _GREETINGS for word in words)


_lock = threading.Lock()
_model: Model | None = None


def load() -> Model:
    """The model, built at the first call; safe to call from any thread."""
    global _model  # noqa: PLW0603  one index for the process, however many transports
    with _lock:
        if _model is None:
            _model = Model()
        return _model
