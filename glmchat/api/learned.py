"""What was learned of an endpoint and a model, as a value that can be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any


def key_of(base_url: str, model: str) -> str:
    """The name under which it is kept what was learned of an endpoint and a model."""
    return f"{base_url} {model}"


@dataclass(frozen=True, slots=True)
class Learned:
    """What an endpoint refused or lacked when it was asked.

    `refused` maps a parameter's name to the reason, a whole sentence. `no_stream` and `no_stream_options` say
    that it refuses these keys. `logprobs` says whether it returned them when `check` asked; None is not known.
    """

    refused: Mapping[str, str] = field(default_factory=dict)
    no_stream: bool = False
    no_stream_options: bool = False
    logprobs: bool | None = None

    def refuse(self, parameter: str, reason: str) -> Learned:
        """Also know that a parameter is refused."""
        return replace(self, refused={**self.refused, parameter: reason})

    def to_json(self) -> dict[str, Any]:
        """Write it as a JSON object."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {
            "refused": dict(self.refused)
        }

    @classmethod
    def from_json(cls, stored: Any) -> Learned:
        """Read what `to_json` wrote; keys of other versions and values of a wrong type are left out."""
        if not isinstance(stored, Mapping):
            return cls()
        known: dict[str, Any] = {}
        refused = stored.get("refused")
        if isinstance(refused, Mapping):
            known["refused"] = {str(name): str(why) for name, why in refused.items()}
        for name in ("no_stream", "no_stream_options"):
            known[name] = stored.get(name) is True
        logprobs = stored.get("logprobs")
        known["logprobs"] = logprobs if isinstance(logprobs, bool) else None
        return cls(**known)
