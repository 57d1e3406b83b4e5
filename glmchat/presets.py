"""Presets: the shipped ones, and what a preset would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glmchat.catalogue import Model
from glmchat.parameters import TABLE, Parameter
from glmchat.workspace.preferences import Preset

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


@dataclass(frozen=True, slots=True)
class Difference:
    """One parameter that a preset would change; None stands for not sent."""

    parameter: Parameter
    before: Any
    after: Any


def shipped(model: Model) -> list[Preset]:
    """The presets that come with the program; with the maker's recommendation where the model has one."""
    if not model.recommended:
        return list(SHIPPED)
    about = f"What the maker of {model.name} recommends."
    return [*SHIPPED, Preset(RECOMMENDED, dict(model.recommended), about=about, shipped=True)]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What changes from `before` to `after`, values by name, in the order of the table."""
    return [
        Difference(row, before.get(row.name), after.get(row.name))
        for row in TABLE
        if before.get(row.name) != after.get(row.name)
    ]
