"""Presets: named sets of values, and those that are shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glmchat.core.model import Model


@dataclass(frozen=True, slots=True)
class Preset:
    """A named set of values, and perhaps a system prompt; `shipped` ones cannot be deleted."""

    name: str
    values: Mapping[str, Any]
    system: str | None = None
    about: str = ""
    shipped: bool = False


SHIPPED: tuple[Preset, ...] = (
    Preset(
        "precise",
        {"temperature": 0.2},
        about="Sticks to the likeliest words: facts, code, extraction.",
        shipped=True,
    ),
    Preset(
        "balanced", {"temperature": 0.7}, about="Some variety without surprises: everyday talk.", shipped=True
    ),
    Preset(
        "creative",
        {"temperature": 1.2, "presence_penalty": 0.3},
        about="Varied words and new turns: stories, names, ideas.",
        shipped=True,
    ),
    Preset(
        "deterministic",
        {"temperature": 0.0, "seed": 1},
        about="Always the likeliest word and a fixed seed: the same reply again, as far as the model allows.",
        shipped=True,
    ),
)

RECOMMENDED = "recommended"


def shipped(model: Model) -> list[Preset]:
    """The presets that come with the program; with the maker's recommendation where the model has one."""
    if not model.recommended:
        return list(SHIPPED)
    about = f"What the maker of {model.name} recommends."
    return [*SHIPPED, Preset(RECOMMENDED, dict(model.recommended), about=about, shipped=True)]
