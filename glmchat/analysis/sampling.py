"""What sampling parameters do to the distribution of the next token: pure functions over plain floats.

A score is a logit or a log-probability; both give the same probabilities, as softmax ignores a constant shift
(the repetition penalty alone depends on it, as its authors defined it on the score itself). The order is that
of the transformers library: logit_bias, penalties, temperature, then the filters top_k, top_p and min_p, with
top_a last, each on what the one before it left, scaled to a sum of 1.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

# A probability that should equal a limit may miss it by rounding; it counts as equal within this.
_ROUNDING = 1e-12
# More tokens than any model tells apart.
_VOCABULARY = 1_000_000


def apply_logit_bias(scores: Sequence[float], biases: Sequence[float]) -> list[float]:
    """Add a bias to each score before sampling (OpenAI API reference, `logit_bias`)."""
    return [score + bias for score, bias in zip(scores, biases, strict=True)]


def apply_repetition_penalty(scores: Sequence[float], seen: Sequence[bool], penalty: float) -> list[float]:
    """Divide a seen token's score by the penalty where it is positive, multiply where it is negative.

    Keskar et al. 2019, CTRL, section 4.1, with the treatment of negative scores that transformers and vLLM
    share. Seen means in the prompt or in the reply so far. Raises ValueError for a penalty of 0 or less.
    """
    if penalty <= 0:
        raise ValueError("repetition_penalty must be greater than 0: scores are divided by it")
    return [
        score if not was else score / penalty if score > 0 else score * penalty
        for score, was in zip(scores, seen, strict=True)
    ]


def apply_frequency_penalty(scores: Sequence[float], counts: Sequence[int], penalty: float) -> list[float]:
    """Subtract ``count * penalty``, where count says how often the reply has the token so far.

    OpenAI API guide, "Frequency and presence penalties": mu[j] -> mu[j] - c[j] * alpha_frequency.
    """
    return [score - count * penalty for score, count in zip(scores, counts, strict=True)]


def apply_presence_penalty(scores: Sequence[float], counts: Sequence[int], penalty: float) -> list[float]:
    """Subtract the penalty once from every token that the reply has already.

    OpenAI API guide, "Frequency and presence penalties": mu[j] -> mu[j] - float(c[j] > 0) * alpha_presence.
    """
    return [score - penalty if count > 0 else score for score, count in zip(scores, counts, strict=True)]


def likeliest(values: Sequence[float]) -> int:
    """The index of the highest value, the first of them where several are equal."""
    return max(range(len(values)), key=values.__getitem__)


def apply_temperature(scores: Sequence[float], temperature: float) -> list[float]:
    """Divide scores by the temperature (Ackley, Hinton, Sejnowski 1985); 0 leaves only the likeliest token.

    Raises ValueError for a temperature below 0, and where no score is finite.
    """
    if temperature < 0:
        raise ValueError("temperature must not be below 0")
    best = max(scores, default=-math.inf)
    if not math.isfinite(best):
        raise ValueError("a distribution needs at least one finite score, and none above every number")
    if temperature == 0 or not math.isfinite(1 / temperature):
        winner = likeliest(scores)
        return [0.0 if index == winner else -math.inf for index in range(len(scores))]
    # Shifted first, so that a tiny temperature overflows to minus infinity, never to plus.
    return [(score - best) / temperature for score in scores]


def top_k(probabilities: Sequence[float], k: int) -> list[bool]:
    """Keep the `k` likeliest tokens (Fan, Lewis and Dauphin 2018, section 5.1); 0 keeps all of them."""
    if k < 0:
        raise ValueError("top_k must not be below 0")
    if k == 0 or k >= len(probabilities):
        return [True] * len(probabilities)
    order = sorted(range(len(probabilities)), key=lambda index: -probabilities[index])
    kept = set(order[:k])
    return [index in kept for index in range(len(probabilities))]


def top_p(probabilities: Sequence[float], p: float) -> list[bool]:
    """Keep the fewest likeliest tokens whose probabilities sum to `p` or more; 0 keeps the likeliest one.

    Nucleus sampling: Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration", section 3.1.
    """
    _check_share("top_p", p)
    if p >= 1:
        return [True] * len(probabilities)
    kept = [False] * len(probabilities)
    reached = 0.0
    for rank, index in enumerate(sorted(range(len(probabilities)), key=lambda index: -probabilities[index])):
        if rank and reached >= p - _ROUNDING:
            break
        kept[index] = True
        reached += probabilities[index]
    return kept


def min_p(probabilities: Sequence[float], share: float) -> list[bool]:
    """Keep tokens at least `share` times as likely as the likeliest one.

    Nguyen et al. 2024, "Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs".
    """
    _check_share("min_p", share)
    return _at_least(probabilities, share * max(probabilities, default=0.0))


def top_a(probabilities: Sequence[float], a: float) -> list[bool]:
    """Drop tokens whose probability is below ``a`` times the square of the highest probability.

    Top-a sampling as defined by its author BlinkDL (RWKV-LM) and used by KoboldAI and NovelAI.
    """
    _check_share("top_a", a)
    return _at_least(probabilities, a * max(probabilities, default=0.0) ** 2)


def _at_least(probabilities: Sequence[float], limit: float) -> list[bool]:
    return [probability >= limit * (1 - _ROUNDING) for probability in probabilities]


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must be from 0 to 1")


def pick(probabilities: Sequence[float], source: random.Random) -> int:
    """Draw an index by its probability, with one number from the source; probability 0 never comes."""
    target = source.random() * math.fsum(probabilities)
    last = 0
    for index, probability in enumerate(probabilities):
        if probability <= 0:
            continue
        last = index
        target -= probability
        if target < 0:
            break
    return last


# Not frozen, for that takes three times as long to make: the built-in model makes hundreds for each token.
@dataclass(slots=True)
class Candidate:
    """A token that might come next: its raw log-probability (natural logarithm).

    `count` says how often the reply has it yet, `seen` whether the prompt has it, `bias` is its logit_bias.
    """

    logprob: float
    count: int = 0
    seen: bool = False
    bias: float = 0.0


@dataclass(frozen=True, slots=True)
class Rest:
    """Tokens that are not among the candidates: their number, and the raw log-probability of each."""

    number: float
    logprob: float


class Fate(NamedTuple):
    """What becomes of a candidate: its final probability, and the parameter that dropped it, if one did."""

    probability: float
    dropped_by: str | None = None


@dataclass(frozen=True, slots=True)
class Survivors:
    """The fate of each candidate, in the order given, and the final probability of all other tokens."""

    fates: tuple[Fate, ...]
    rest: float = 0.0


def estimate_rest(candidates: Sequence[Candidate]) -> Rest | None:
    """What the candidates leave of 1, thought of as tokens as likely as the least likely candidate.

    None where the candidates are the whole distribution (within 1e-9).
    """
    known = [math.exp(min(each.logprob, 0.0)) for each in candidates]
    missing = 1 - math.fsum(known)
    least = min((probability for probability in known if probability > 0), default=0.0)
    if missing <= 1e-9 or least <= 0:
        return None
    least = max(least, missing / _VOCABULARY)  # no vocabulary holds more, however unlikely the least one is
    return Rest(missing / least, math.log(least))


def apply_scores(candidates: Sequence[Candidate], values: Mapping[str, Any]) -> list[float]:
    """The candidates' scores after logit_bias and the three penalties."""
    repetition = values.get("repetition_penalty", 1.0)
    frequency, presence = values.get("frequency_penalty", 0.0), values.get("presence_penalty", 0.0)
    scores = apply_logit_bias([each.logprob for each in candidates], [each.bias for each in candidates])
    # What changes no score is left out: the built-in model comes here with hundreds of candidates for each token.
    if repetition != 1:
        seen = [each.seen or each.count > 0 for each in candidates]
        scores = apply_repetition_penalty(scores, seen, repetition)
    if frequency or presence:
        counts = [each.count for each in candidates]
        scores = apply_frequency_penalty(scores, counts, frequency)
        scores = apply_presence_penalty(scores, counts, presence)
    return scores


# The filters in their order: the parameter, and the function of (probabilities, value).
FILTERS: tuple[tuple[str, Callable[[Sequence[float], Any], list[bool]]], ...] = (
    ("top_k", top_k), ("top_p", top_p), ("min_p", min_p), ("top_a", top_a),
)  # fmt: skip


def survivors(
    candidates: Sequence[Candidate], values: Mapping[str, Any], rest: Rest | None = None
) -> Survivors:
    """Say how likely each candidate is drawn under `values` (by parameter name), and what drops it.

    The candidates may be the likeliest part of the distribution only, as `top_logprobs` returns them. What
    they leave of 1 is `rest`, or else what `estimate_rest` makes of it; it is scaled and filtered along with
    them, so that values that change nothing give back the probabilities that came in. Raises ValueError for
    values out of range, and where no candidate has a finite log-probability.
    """
    if not candidates:
        return Survivors(())
    scores = apply_scores(candidates, values)
    tail = estimate_rest(candidates) if rest is None else rest
    number, each_score = (tail.number, tail.logprob) if tail and tail.number > 0 else (0.0, -math.inf)
    # The last score stands for one token of the rest, so that temperature treats it like the others.
    *heated, each_score = apply_temperature([*scores, each_score], values.get("temperature", 1.0))
    probabilities, each = _shares(heated, number, each_score)
    fates: list[str | None] = [
        "temperature" if after == -math.inf < before else None
        for before, after in zip(scores, heated, strict=True)
    ]
    remaining = number * each
    for name, keep in FILTERS:
        if name not in values:
            continue
        kept = keep(probabilities, values[name])
        for index, stays in enumerate(kept):
            if not stays and fates[index] is None:
                fates[index] = name
        remaining = _filter_rest(name, values[name], probabilities, remaining, each)
        probabilities = [share if stays else 0.0 for share, stays in zip(probabilities, kept, strict=True)]
        total = math.fsum(probabilities) + remaining
        if total <= 0:  # every candidate is at 0, by its bias: only the rest can come
            return Survivors(tuple(map(Fate, probabilities, fates)), 1.0)
        probabilities = [share / total for share in probabilities]
        remaining, each = remaining / total, each / total
    return Survivors(tuple(map(Fate, probabilities, fates)), remaining)


def _shares(scores: Sequence[float], number: float, each_score: float) -> tuple[list[float], float]:
    """Probabilities of the candidates, and of one token of the rest, of which there are `number`.

    The scores are those after temperature: none is above 0, and the best is 0.
    """
    weights = [math.exp(score) for score in scores]
    each = math.exp(each_score)
    total = math.fsum(weights) + number * each
    return [weight / total for weight in weights], each / total


def _filter_rest(
    name: str, value: Any, probabilities: Sequence[float], remaining: float, each: float
) -> float:
    """What a filter leaves of the probability of the tokens that are not candidates."""
    if name == "top_k":
        return remaining if value == 0 else min(remaining, max(0, value - len(probabilities)) * each)
    if name == "top_p":
        return remaining if value >= 1 else min(remaining, max(0.0, value - math.fsum(probabilities)))
    best = max(probabilities)
    limit = value * best if name == "min_p" else value * best**2
    return remaining if each >= limit * (1 - _ROUNDING) else 0.0
