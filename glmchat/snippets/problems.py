"""Why a request cannot be written as code, said to the person who asked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SnippetError(ValueError):
    """This request cannot be written in this form; the text says why, and what to do instead."""


class UnknownFormError(SnippetError):
    """There is no form of that name; `nearest` is the closest one there is."""

    def __init__(self, given: str, known: Iterable[str]) -> None:
        names = list(known)
        close = difflib.get_close_matches(given.strip().lower(), names, n=1, cutoff=0.0)
        self.nearest = next((name for name in names if _same(name, given)), close[0] if close else names[0])
        listed = ", ".join(names)
        super().__init__(
            f"There is no code form {given!r}. The nearest is {self.nearest}; there are: {listed}."
        )


def _same(name: str, given: str) -> bool:
    """Whether a form is named in part, such as ``axios`` or ``c#-restsharp``."""
    wanted = given.strip().lower().replace("c#", "csharp").replace("_", "-")
    return bool(wanted) and (wanted in name.split("-") or wanted == name)
