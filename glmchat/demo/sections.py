"""The manual cut into sections, and the search for those that a question is about (Okapi BM25)."""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from glmchat import manual
from glmchat.demo.terms import is_chinese, is_key, stem, terms

# A term in a page's name or title, in a heading, or in a comment counts as this many in the text. The first
# section of a page is the one that is about what the page is named for.
_NAME, _TITLE, _HEADING, _HINT = 2, 2, 4, 5
_FIRST = 3
# A word of at least so many letters is taken for one of a page's name that is so much alike.
_SHORTEST_SLIP, _SLIP = 7, 0.8
# The page that tells what keys do, and how much more a page's first section counts for a question of its name alone.
_KEYS, _BARE = "keys", 3
_COMMENT = re.compile(r"<!--(.*?)-->")
# BM25's saturation and length normalisation, at the values that Robertson and Zaragoza 2009 suggest.
_K1, _B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Section:
    """A piece of a page under one heading; the first one of a page has the page's title as its heading.

    `hints` are other words for what it is about.
    """

    page: str
    title: str
    heading: str
    text: str
    hints: str = ""

    @property
    def label(self) -> str:
        """How the section is named to people."""
        return self.title if self.heading == self.title else f"{self.title} / {self.heading}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that a question is about: its number, its score, and the question's terms that it has."""

    section: int
    score: float
    terms: tuple[str, ...]


def cut(page: str, text: str) -> list[Section]:
    """Cut a page at its headings of the first two levels; code fences keep their hashes."""
    out: list[Section] = []
    title = heading = ""
    lines: list[str] = []
    fenced = False

    def close() -> None:
        if body := "\n".join(lines).strip():
            hints = " ".join(_COMMENT.findall(body))
            out.append(Section(page, title, heading, _COMMENT.sub("", body).strip(), hints))
        lines.clear()

    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if not fenced and line.startswith(("# ", "## ")):
            close()
            heading = line.lstrip("# ").strip()
            title = title or heading
        else:
            lines.append(line)
    close()
    return out


@dataclass(slots=True)
class Library:
    """All sections in one language, and which of them has which term how often."""

    language: str
    sections: list[Section] = field(default_factory=list)
    _postings: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    _parts: set[str] = field(default_factory=set)
    _lengths: list[float] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _first: dict[frozenset[str], int] = field(default_factory=dict)

    @classmethod
    def read(cls, language: str) -> Library:
        """Read the manual in a language."""
        library = cls(language)
        for topic in manual.topics(language):
            if topic.name in manual.UNTAUGHT:
                continue
            for section in cut(topic.name, manual.source(topic.name, language)):
                library._add(section)
        return library

    def _add(self, section: Section) -> None:
        counts: Counter[str] = Counter(terms(section.text))
        weighted: dict[str, float] = dict(counts)
        first = _FIRST if section.heading == section.title else 1
        for text, weight in (
            (section.page, _NAME * first),
            (section.title, _TITLE * first),
            (section.heading, _HEADING),
            (section.hints, _HINT),
        ):
            for term in set(terms(text)):
                weighted[term] = weighted.get(term, 0) + weight
        if section.page == _KEYS:
            weighted |= {term: count + _HINT for term, count in weighted.items() if is_key(term)}
        for name in [term for term in weighted if "_" in term]:
            for part in name.split("_"):  # "frequency" is to find frequency_penalty
                weighted.setdefault(stem(part), weighted[name] / 2)
        number = len(self.sections)
        if first > 1:
            self._first[frozenset(terms(section.page))] = number
            self._names.update(terms(section.page))
            self._parts.update(stem(part) for part in re.split("[-_]", section.page))
        self.sections.append(section)
        self._lengths.append(sum(counts.values()))
        for term, count in weighted.items():
            self._postings.setdefault(term, []).append((number, count))

    def rarity(self, term: str) -> float:
        """How telling a term is (BM25's inverse document frequency); highest for one that no section has."""
        found = len(self._postings.get(term, ()))
        return math.log(1 + (len(self.sections) - found + 0.5) / (found + 0.5))

    def _telling(self, term: str) -> float:
        """A term's rarity; twice for a page's name, half for two characters that may be parts of two words."""
        if is_chinese(term) and term not in self._postings:
            return self.rarity(term) / 2
        return self.rarity(term) * (2 if term in self._names or is_key(term) else 1)

    def meant(self, term: str) -> str:
        """A term as it is, or the part of a page's name that it is a slip of the pen for."""
        if term in self._postings or len(term) < _SHORTEST_SLIP or is_chinese(term):
            return term
        return next(iter(difflib.get_close_matches(term, self._parts, 1, _SLIP)), term)

    def search(self, weights: Mapping[str, float], limit: int = 8) -> list[Hit]:
        """The sections closest to a question given as terms with weights, best first."""
        scores: dict[int, float] = {}
        matched: dict[int, list[str]] = {}
        mean = sum(self._lengths) / max(len(self._lengths), 1) or 1.0
        for term, weight in weights.items():
            rarity = self.rarity(term) * weight
            for number, count in self._postings.get(term, ()):
                size = _K1 * (1 - _B + _B * self._lengths[number] / mean)
                scores[number] = scores.get(number, 0.0) + rarity * count * (_K1 + 1) / (count + size)
                matched.setdefault(number, []).append(term)
        asked = frozenset(term for term, weight in weights.items() if weight == 1)
        if (named := self._first.get(asked, -1)) in scores:
            scores[named] *= _BARE
        best: Sequence[int] = sorted(scores, key=lambda number: (-scores[number], number))[:limit]
        return [Hit(number, scores[number], tuple(matched[number])) for number in best]

    def coverage(self, weights: Mapping[str, float], hit: Hit) -> float:
        """The share of the question's telling words that a section has, from 0 to 1."""
        total = sum(self._telling(term) * weight for term, weight in weights.items())
        found = sum(self._telling(term) * weights.get(term, 0.0) for term in hit.terms)
        return found / total if total else 0.0
