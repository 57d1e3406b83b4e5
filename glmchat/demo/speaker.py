"""Drawing tokens one by one: the distribution, what the request's parameters make of it, and the draw."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import nlargest
from math import log

from glmchat.analysis import sampling
from glmchat.analysis.sampling import Candidate, Rest
from glmchat.demo.model import Focus, Model
from glmchat.demo.ngram import Distribution
from glmchat.demo.request import Request
from glmchat.demo.tokens import END, FIRST_PIECE, Vocabulary

# Tokens after which an answer that goes on and on is brought to its end, by verbosity.
_PATIENCE = {"low": 60, "medium": 250, "high": 500}
_TELLING = {"low": 40, "medium": 100, "high": 160}
# A short answer ends with the first sentence that ends after this many tokens, as surely as this.
_SHORT, _SURELY = 12, 0.95
# Tokens of an unfinished answer that are read again.
_LOOK_BACK = 200
_WIDE_MARKS = ("。", "！", "？")
_MARKS = (".", "!", "?", *_WIDE_MARKS)
# Sections that an answer may have.
_SECTIONS = {"low": 1, "medium": 1, "high": 3}
# Candidates that are looked at one by one; tokens that are as unlikely as any other stand for the rest.
_CANDIDATES = 32


class Channel(StrEnum):
    """Where a token goes."""

    REASONING = "reasoning"
    CONTENT = "content"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the reply: its raw log-probability, and the likeliest ones with theirs, best first."""

    channel: Channel
    id: int
    logprob: float = 0.0
    top: tuple[tuple[int, float], ...] = ()
    call: int = 0


class Speaker:
    """Says things: given texts as they are, and answers as the model and the parameters have them."""

    def __init__(self, model: Model, request: Request, focus: Focus) -> None:
        self._model, self._focus = model, focus
        self._values = request.values
        self._source = random.Random(request.values.get("seed"))
        self._unfinished = request.begun or request.unfinished
        self._counts: Counter[int] = Counter()
        encode = model.encoder(focus)
        self._prompt = {id for turn in request.turns for id in encode(turn.text) if id >= FIRST_PIECE}
        self._bias = _biases(model.vocabulary, request.values.get("logit_bias", {}))
        self.verbosity: str = request.values.get("verbosity", "medium")

    def say(self, text: str, channel: Channel, call: int = 0) -> Iterator[Token]:
        """Say a text as it is: each token is certain, as a grammar would have it."""
        for id in self._model.vocabulary.encode(text):
            yield Token(channel, id, 0.0, ((id, 0.0),), call)

    def answer(self) -> Iterator[Token]:
        """Answer out of the sections that the question is about, or finish the answer that was begun."""
        patience = (_TELLING if self._focus.wish else _PATIENCE)[self.verbosity]
        sections = min(_SECTIONS[self.verbosity], len(self._focus.hits))
        after = 0
        if self._unfinished:
            rest = self.section(0, patience, self._unfinished)
            if first := next(rest, None):
                yield first
                yield from rest
                return
            after = 1  # the section was at its end already
        for number in range(after, after + sections):
            if number:
                yield from self.say("\n\n", Channel.CONTENT)
            yield from self.section(number, patience, opened=number == 0)

    def section(self, skip: int, patience: int, begun: str = "", opened: bool = False) -> Iterator[Token]:
        """Write until a section's end: the best section after `skip` of them, from where `begun` stops.

        An `opened` one may have some words before it.
        """
        writer = self._model.opened(self._focus) if opened else self._model.writer(self._focus, skip)
        for written in self._model.encoder(self._focus)(begun)[-_LOOK_BACK:]:
            writer.write(written)
        last = END
        for length in range(patience * 2):
            distribution = self._closing(writer.distribution(), last, length, patience)
            last, token = self._draw(distribution)
            if last == END:
                return
            yield token
            writer.write(last)

    def _closing(self, distribution: Distribution, last: int, length: int, patience: int) -> Distribution:
        """Let the text end with this sentence where it should be short, or has been long."""
        urge = _SURELY if self.verbosity == "low" and length >= _SHORT else min(1.0, length / patience - 1)
        if urge <= 0 or not self._sentence_ended(last, distribution):
            return distribution
        seen = {token: share * (1 - urge) for token, share in distribution.seen.items()}
        seen[END] = seen.get(END, 0.0) + urge
        return Distribution(seen, distribution.floor, distribution.pool)

    def _sentence_ended(self, last: int, distribution: Distribution) -> bool:
        """Whether a sentence ends here; the point in 4.5 or in a file's name is no end."""
        piece = self._model.vocabulary.bytes_of
        mark = piece(last).decode("utf-8", "replace").strip()
        if mark not in _MARKS:
            return False
        following = max(distribution.seen, key=distribution.seen.__getitem__)
        return mark in _WIDE_MARKS or following == END or piece(following)[:1] in (b" ", b"\n")

    def _draw(self, distribution: Distribution) -> tuple[int, Token]:
        ids = list(distribution.seen)
        ids.extend(id for id in self._bias if id not in distribution.seen and self._speakable(id))
        taken = set(ids)
        for id in distribution.pool[: max(0, _CANDIDATES - len(ids))]:
            if id not in taken:
                ids.append(id)
                taken.add(id)
        # Hundreds for each token: no more is done here for one than must be.
        share, count, bias, prompt = distribution.seen.get, self._counts.get, self._bias.get, self._prompt
        candidates = [
            Candidate(log(share(id, distribution.floor)), count(id, 0), id in prompt, bias(id, 0.0))
            for id in ids
        ]
        rest = Rest(max(0, len(distribution.pool) - len(ids)), log(distribution.floor))
        result = sampling.survivors(candidates, self._values, rest)
        chosen = sampling.pick([*(fate.probability for fate in result.fates), result.rest], self._source)
        id = ids[chosen] if chosen < len(ids) else self._any_but(taken, distribution.pool)
        if id != END:
            self._counts[id] += 1
        wanted: int = self._values.get("top_logprobs", 0)
        top = (
            nlargest(wanted, zip(ids, candidates, strict=True), key=lambda pair: pair[1].logprob)
            if wanted
            else []
        )
        best = tuple((each, candidate.logprob) for each, candidate in top)
        return id, Token(Channel.CONTENT, id, distribution.logprob(id), best)

    def _speakable(self, id: int) -> bool:
        return id == END or FIRST_PIECE <= id < len(self._model.vocabulary)

    def _any_but(self, taken: set[int], pool: Sequence[int]) -> int:
        while True:
            id = self._source.choice(pool)
            if id not in taken:
                return id


def _biases(vocabulary: Vocabulary, given: Mapping[str, float]) -> dict[int, float]:
    """Biases by token; a word in place of a token's number stands for each way to write it."""
    out: dict[int, float] = {}
    for key, bias in given.items():
        out.update(dict.fromkeys([int(key)] if key.isdigit() else vocabulary.spellings(key), float(bias)))
    return out
