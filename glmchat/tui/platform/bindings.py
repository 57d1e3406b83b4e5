"""Keys that are bound to one screen as it is made, after what the person configured.

Textual binds keys by class; an object's own table has no public way in. Without it the keys are bound to the whole
app, by a public method that knows no priority: they then yield to whatever has the focus.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

from glmchat.tui.platform.private import has


def bind(app: App[Any], screen: Screen[Any], bindings: Iterable[Binding]) -> None:
    """Bind keys on a screen beside those of its class."""
    for binding in bindings:
        if has("bindings"):
            screen._bindings.key_to_bindings.setdefault(binding.key, []).append(binding)
        else:
            app.bind(binding.key, binding.action, description=binding.description, show=binding.show)


def either_case(*bindings: Binding) -> tuple[Binding, ...]:
    """Let each letter that is bound act as a capital, too: that is how the screens print it."""
    return tuple(replace(each, key=",".join(_cases(each.key))) for each in bindings)


def _cases(keys: str) -> Iterator[str]:
    for key in keys.split(","):
        yield key
        if len(key) == 1 and key.islower():
            yield key.upper()
