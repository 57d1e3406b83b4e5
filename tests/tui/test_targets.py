"""The functions that are named by a text, such as ``actions.chat:stop``: each is there and takes what it is given."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from glmchat import tui
from glmchat.tui.commands.dispatch import find

FOLDER = Path(tui.__file__).parent
TARGET = re.compile(r"actions\.\w+:\w+")
PERFORMING = ("perform", "perform_when_open")


def _trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(FOLDER.rglob("*.py")):
        yield path.relative_to(FOLDER).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _target(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and TARGET.fullmatch(node.value):
        return node.value
    return None


def _named() -> list[tuple[str, str]]:
    """Every target in the code of the screen, with the file that names it."""
    return sorted(
        {
            (file, target)
            for file, tree in _trees()
            for node in ast.walk(tree)
            if isinstance(node, ast.expr) and (target := _target(node)) is not None
        }
    )


def _performed() -> list[tuple[str, int, str, ast.Call]]:
    """Every place where a target is carried out with arguments that can be seen."""
    return [
        (file, node.lineno, target, node)
        for file, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in PERFORMING
        and node.args
        and (target := _target(node.args[0])) is not None
    ]


@pytest.mark.parametrize(("file", "target"), _named())
def test_every_target_names_a_function(file: str, target: str) -> None:
    assert callable(find(target)), file


@pytest.mark.parametrize(
    ("file", "line", "target", "call"), _performed(), ids=lambda each: each if isinstance(each, str) else ""
)
def test_every_target_takes_the_app_and_what_it_is_given(
    file: str, line: int, target: str, call: ast.Call
) -> None:
    assert not any(isinstance(each, ast.Starred) for each in call.args), f"{file}:{line} hides its arguments"
    given = [None for _ in call.args]  # the app in the target's place, then what stands behind it
    inspect.signature(find(target)).bind(*given)


def test_targets_are_found() -> None:
    assert len(_named()) > 100
    assert len(_performed()) > 25
