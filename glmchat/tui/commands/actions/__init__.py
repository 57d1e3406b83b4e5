"""What each command does: functions by subject, called with the app. A module is imported when it is first used."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from glmchat.tui.commands.actions import aside as aside
    from glmchat.tui.commands.actions import attach as attach
    from glmchat.tui.commands.actions import branches as branches
    from glmchat.tui.commands.actions import chat as chat
    from glmchat.tui.commands.actions import compare as compare
    from glmchat.tui.commands.actions import compare_setup as compare_setup
    from glmchat.tui.commands.actions import exchange as exchange
    from glmchat.tui.commands.actions import fetch as fetch
    from glmchat.tui.commands.actions import first_steps as first_steps
    from glmchat.tui.commands.actions import inspect as inspect
    from glmchat.tui.commands.actions import instructions as instructions
    from glmchat.tui.commands.actions import learn as learn
    from glmchat.tui.commands.actions import lens as lens
    from glmchat.tui.commands.actions import library as library
    from glmchat.tui.commands.actions import models as models
    from glmchat.tui.commands.actions import pasting as pasting
    from glmchat.tui.commands.actions import preferences as preferences
    from glmchat.tui.commands.actions import program as program
    from glmchat.tui.commands.actions import provenance as provenance
    from glmchat.tui.commands.actions import sessions as sessions
    from glmchat.tui.commands.actions import templates as templates
    from glmchat.tui.commands.actions import thinking as thinking
    from glmchat.tui.commands.actions import tune as tune
    from glmchat.tui.commands.actions import view as view

# Those that the registry names.
_MODULES = frozenset(
    {
        "aside",
        "attach",
        "branches",
        "chat",
        "compare",
        "compare_setup",
        "exchange",
        "fetch",
        "first_steps",
        "inspect",
        "instructions",
        "learn",
        "lens",
        "library",
        "models",
        "pasting",
        "preferences",
        "program",
        "provenance",
        "sessions",
        "thinking",
        "templates",
        "tune",
        "view",
    }
)


def __getattr__(name: str) -> ModuleType:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
