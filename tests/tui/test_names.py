"""Names of ours that Textual has too: one that is taken by chance breaks what Textual does with it."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import pytest
from textual.screen import Screen
from textual.widget import Widget

import glmchat.tui

# State that is Textual's to give: these are set on purpose.
MEANT = {"styles"}


def classes() -> Iterator[type[Widget]]:
    for module in pkgutil.walk_packages(glmchat.tui.__path__, "glmchat.tui."):
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(found, Widget) and found.__module__ == module.name:
                yield found


def assigned(found: type) -> set[str]:
    """What its methods assign to on `self`."""
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(found)))
    targets = (
        node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    )
    return {node.attr for node in targets if isinstance(node.value, ast.Name) and node.value.id == "self"}


@pytest.mark.parametrize("found", sorted(set(classes()), key=str))
def test_no_state_of_a_widget_has_the_name_of_textuals_own(found: type[Widget]) -> None:
    theirs = vars(Screen()) if issubclass(found, Screen) else vars(Widget())
    assert assigned(found) & theirs.keys() - MEANT == set()
