"""What a sampling parameter does to the built-in model's second voice: ``python -m tests.benchmarks.voice``.

Ten prompts in each language, a seed from 1 on for each reply. How sure the model is, how many candidates it has, how
replies differ, and whether its texts know the pairs of words that it writes. ``--held-out`` takes ten other prompts, on
which the model's constants are chosen.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from statistics import fmean, median
from typing import Any

from glmchat.demo.generation import Generation
from glmchat.demo.model import load
from glmchat.demo.request import Request, Turn
from glmchat.demo.speaker import Channel
from glmchat.demo.voice.texts import KINDS, texts

PROMPTS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Tell me a story.", "Tell me a story about a fox.", "Write a poem about the sea.", "Write a short poem.",
        "Give me a recipe.", "Describe a market.",
        "Describe the weather.", "Write a dialogue.",
        "Make up a fairy tale, please.", "Continue: There was once a young",
    ),
    "zh": (
        "给我讲个故事。", "讲一个狐狸的故事。", "写一首关于大海的诗。", "写一首短诗。", "来一份汤的食谱。",
        "描写一下集市。",
        "描述一下天气。", "写一段对话。", "编一个童话吧。", "续写：从前有一个年轻的",
    ),
}  # fmt: skip
HELD_OUT: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Tell me a tale about a bear.", "Make up a bedtime story.", "Write a fable about a crow.",
        "Write a poem about autumn.", "A rhyme about the moon, please.", "I'd like a recipe for bread.",
        "Describe a harbour at night.", "Give me a weather forecast.", "Write a dialogue between two neighbours.",
        "Continue: Once upon a time an old",
    ),
    "zh": (
        "讲一个小熊的故事。", "编一个睡前故事。", "写一则乌鸦的寓言。", "写一首关于秋天的诗。", "念一首月亮的童谣。",
        "给我一份面包的食谱。", "描写一下夜晚的港口。", "来一段天气预报。", "写一段邻居之间的对话。",
        "续写：很久以前有一位老",
    ),
}  # fmt: skip
_CONTEXT = 32_768
# Tokens of a reply that are compared, for a longer text has more different words whatever it was asked with.
_COMPARED = 60
_LOOP_WITHIN, _LONGEST_PERIOD = 80, 40


def say(prompt: str, **values: Any) -> list[int]:
    """The tokens of a reply."""
    request = Request((Turn("user", prompt),), {"reasoning": False, **values})
    tokens = Generation(load(), request, _CONTEXT).tokens()
    return [
        token.id for token in islice(tokens, values.get("max_tokens")) if token.channel is Channel.CONTENT
    ]


@cache
def known_pairs(language: str) -> frozenset[tuple[int, int]]:
    """All pairs of words that stand together in the texts of a language."""
    ids = load().words[language].ids
    rows = ([ids[word] for word in text] for kind in KINDS for text in texts(language, kind))
    return frozenset(pair for row in rows for pair in pairwise(row))


def known(replies: Sequence[Sequence[int]], language: str) -> float:
    """The share of the pairs of words in replies that the texts know."""
    pairs = [pair for reply in replies for pair in pairwise(reply)]
    return sum(pair in known_pairs(language) for pair in pairs) / max(1, len(pairs))


def distinct_words(replies: Sequence[Sequence[int]]) -> float:
    """How many different words the beginnings of replies have, in the mean."""
    starts = [reply[:_COMPARED] for reply in replies if len(reply) >= _COMPARED]
    return fmean(len(set(start)) for start in starts) if starts else math.nan


def loops(reply: Sequence[int]) -> bool:
    """Whether a stretch stands twice in a row near the beginning of a reply, or a short one three times."""
    for period in range(1, _LONGEST_PERIOD + 1):
        times = 2 if period > 3 else 3
        for at in range(max(0, min(len(reply), _LOOP_WITHIN) - period * times + 1)):
            stretch = reply[at : at + period]
            if all(reply[at + n * period : at + (n + 1) * period] == stretch for n in range(1, times)):
                return True
    return False


@dataclass(frozen=True, slots=True)
class Sureness:
    """How sure the model is before each token: the likeliest one's share, the entropy in bits, the candidates."""

    top: float
    bits: float
    candidates: float


def sureness(prompts: Sequence[str], seeds: Sequence[int]) -> Sureness:
    """Measure along replies at temperature 1."""
    rows = [
        row
        for prompt in prompts
        for seed in seeds
        for row in _along(prompt, say(prompt, temperature=1.0, seed=seed))
    ]
    return Sureness(
        fmean(row[0] for row in rows), fmean(row[1] for row in rows), median(row[2] for row in rows)
    )


def _along(prompt: str, reply: Sequence[int]) -> Iterator[tuple[float, float, int]]:
    model = load()
    writer = model.writer(model.focus(Request((Turn("user", prompt),), {})))
    for token in reply:
        shares = list(writer.distribution().seen.values())
        yield max(shares), -sum(p * math.log2(p) for p in shares if p > 0), sum(p > 0.001 for p in shares)
        writer.write(token)


def _row(cells: Sequence[object]) -> None:
    print(
        "| " + " | ".join(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |",
        flush=True,
    )


def main() -> None:
    """Print the figures of both languages."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--held-out", action="store_true")
    options = parser.parse_args()
    seeds = range(1, options.seeds + 1)
    for language, prompts in (HELD_OUT if options.held_out else PROMPTS).items():
        sure = sureness(prompts, seeds)
        print(
            f"\n{language}: likeliest {sure.top:.3f}, {sure.bits:.2f} bits, {sure.candidates:g} candidates > 0.1 %"
        )
        looped = [loops(say(prompt, temperature=0)) for prompt in prompts]
        broken = [not loops(say(prompt, temperature=0, frequency_penalty=0.5)) for prompt in prompts]
        print(
            f"at temperature 0 {sum(looped)} of 10 loop, with frequency_penalty 0.5 {sum(broken)} of 10 do not\n"
        )
        _row(["values", "distinct replies (least, most)", "distinct words of 60", "known pairs"])
        _row(["---"] * 4)
        for values in (
            *({"temperature": t} for t in (0, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0)),
            {"temperature": 2.0, "min_p": 0.1}, {"temperature": 2.0, "top_p": 0.9}, {"temperature": 2.0, "top_k": 10},
        ):  # fmt: skip
            by_prompt = [[say(prompt, seed=seed, **values) for seed in seeds] for prompt in prompts]
            distinct = [len(set(map(tuple, replies))) for replies in by_prompt]
            every = [reply for replies in by_prompt for reply in replies]
            named = ", ".join(f"{name} {value:g}" for name, value in values.items())
            _row([named, f"{min(distinct)}, {max(distinct)}", distinct_words(every), known(every, language)])


if __name__ == "__main__":
    main()
