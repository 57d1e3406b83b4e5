"""What was learned of an endpoint and a model, as a value that can be stored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from glmchat.core.thinking import RUNGS
from glmchat.support.numbers import is_number


def key_of(base_url: str, model: str) -> str:
    """The name under which it is kept what was learned of an endpoint and a model."""
    return f"{base_url} {model}"


@dataclass(frozen=True, slots=True)
class Limit:
    """Which values of a parameter an endpoint takes: numbers from `low` to `high`, or one of the words in `choices`.

    `refused` are single values that it did not take, without a word about which it does.
    """

    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    refused: tuple[Any, ...] = ()

    def nearest(self, value: Any) -> Any:
        """The value itself where it is taken, else the nearest that is; None where there is none to be found."""
        if value in self.refused:
            return None
        if is_number(value):
            low = value if self.low is None else max(self.low, value)
            near = low if self.high is None else min(self.high, low)
            return int(near) if isinstance(value, int) and near == int(near) else near
        if not self.choices or value in self.choices:
            return value
        rungs = [RUNGS.index(each) for each in self.choices if each in RUNGS]
        if value not in RUNGS or not rungs:
            return None
        return RUNGS[min(rungs, key=lambda rung: abs(rung - RUNGS.index(value)))]

    def narrowed(self, other: Limit) -> Limit:
        """Both together; what the other one says wins where they contradict each other."""
        low = other.low if other.low is not None else self.low
        high = other.high if other.high is not None else self.high
        if low is not None and high is not None and low > high:
            low, high = other.low, other.high
        refused = (*self.refused, *(each for each in other.refused if each not in self.refused))
        return Limit(low, high, other.choices or self.choices, refused)

    def phrase(self) -> str:
        """What is taken, in a phrase: 'from 0 to 1'."""
        phrases = []
        if self.low is not None and self.low == self.high:
            phrases.append(f"only {self.low:.10g}")
        elif self.low is not None and self.high is not None:
            phrases.append(f"from {self.low:.10g} to {self.high:.10g}")
        elif self.high is not None:
            phrases.append(f"at most {self.high:.10g}")
        elif self.low is not None:
            phrases.append(f"at least {self.low:.10g}")
        if self.choices:
            phrases.append("only " + ", ".join(self.choices))
        phrases += [f"not {json.dumps(each, ensure_ascii=False)[:60]}" for each in self.refused]
        return ", ".join(phrases)


@dataclass(frozen=True, slots=True)
class Learned:
    """What an endpoint refused or lacked when it was asked.

    `refused` maps a parameter's name to the reason, a whole sentence; `limits` to the values that are taken;
    `renames` to the endpoint's own name for it. `pairs` are parameters that it does not take together. `no_stream`
    and `no_stream_options` say that it refuses these keys, `no_prefill` that it refuses a reply that is begun for it.
    `logprobs` says whether it returned them when `check`
    asked; None is not known.
    """

    refused: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)
    pairs: tuple[tuple[str, str], ...] = ()
    no_stream: bool = False
    no_stream_options: bool = False
    no_prefill: bool = False
    logprobs: bool | None = None

    def refuse(self, parameter: str, reason: str) -> Learned:
        """Also know that a parameter is refused."""
        return replace(self, refused={**self.refused, parameter: reason})

    def limit(self, parameter: str, limit: Limit) -> Learned:
        """Also know which values of a parameter are taken."""
        known = self.limits.get(parameter, Limit())
        return replace(self, limits={**self.limits, parameter: known.narrowed(limit)})

    def rename(self, parameter: str, name: str) -> Learned:
        """Also know the endpoint's own name for a parameter."""
        return replace(self, renames={**self.renames, parameter: name})

    def pair(self, one: str, other: str) -> Learned:
        """Also know that two parameters exclude each other."""
        return self if (one, other) in self.pairs else replace(self, pairs=(*self.pairs, (one, other)))

    def after(self, check: Learned, tested: frozenset[str]) -> Learned:
        """What is known after a check that began with nothing and tested some parameters anew."""
        refused = {name: why for name, why in self.refused.items() if name not in tested}
        limits = {name: limit for name, limit in self.limits.items() if name not in tested}
        return replace(
            check,
            refused={**refused, **check.refused},
            limits={**limits, **check.limits},
            renames={**self.renames, **check.renames},
            pairs=tuple(dict.fromkeys((*self.pairs, *check.pairs))),
        )

    def sentences(self) -> list[str]:
        """What was learned, a whole sentence each; what `check` found to be as usual is left out."""
        lines = [f"{name} is not sent. {why}" for name, why in self.refused.items()]
        lines += [f"{name}: {limit.phrase()}." for name, limit in self.limits.items() if limit.phrase()]
        lines += [f"{name} is sent as {new}." for name, new in self.renames.items()]
        lines += [f"{one} and {other} are not sent together." for one, other in self.pairs]
        if self.no_stream:
            lines.append("Replies are asked for in one piece, since streaming is refused.")
        elif self.no_stream_options:
            lines.append("stream_options is not sent, since it is refused.")
        if self.no_prefill:
            lines.append(
                "The rest of a cut reply is asked for in words, since a reply that is begun is refused."
            )
        return lines

    def to_json(self) -> dict[str, Any]:
        """Write it as a JSON object."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {
            "refused": dict(self.refused),
            "limits": {name: asdict(limit) for name, limit in self.limits.items()},
            "renames": dict(self.renames),
            "pairs": [list(pair) for pair in self.pairs],
        }

    @classmethod
    def from_json(cls, stored: Any) -> Learned:
        """Read what `to_json` wrote; keys of other versions and values of a wrong type are left out."""
        if not isinstance(stored, Mapping):
            return cls()
        logprobs = stored.get("logprobs")
        return cls(
            refused=_texts(stored.get("refused")),
            limits={name: _limit(each) for name, each in _entries(stored.get("limits"))},
            renames=_texts(stored.get("renames")),
            pairs=tuple(_pairs(stored.get("pairs"))),
            no_stream=stored.get("no_stream") is True,
            no_stream_options=stored.get("no_stream_options") is True,
            no_prefill=stored.get("no_prefill") is True,
            logprobs=logprobs if isinstance(logprobs, bool) else None,
        )


def _entries(stored: Any) -> list[tuple[str, Any]]:
    return [(str(name), value) for name, value in stored.items()] if isinstance(stored, Mapping) else []


def _texts(stored: Any) -> dict[str, str]:
    return {name: str(value) for name, value in _entries(stored)}


def _limit(stored: Any) -> Limit:
    known = stored if isinstance(stored, Mapping) else {}
    low, high = known.get("low"), known.get("high")
    choices, refused = known.get("choices"), known.get("refused")
    return Limit(
        low if is_number(low) else None,
        high if is_number(high) else None,
        tuple(map(str, choices)) if isinstance(choices, list | tuple) else (),
        tuple(refused) if isinstance(refused, list | tuple) else (),
    )


def _pairs(stored: Any) -> list[tuple[str, str]]:
    pairs = stored if isinstance(stored, list) else []
    return [(str(each[0]), str(each[1])) for each in pairs if isinstance(each, list) and len(each) == 2]
