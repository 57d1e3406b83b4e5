"""Why a request cannot be written as code, said to the person who asked."""

from __future__ import annotations

from collections.abc import Iterable

from glmchat.support.suggestions import nearest_word, question


class SnippetError(ValueError):
    """This request cannot be written in this form; the text says why, and what to do instead."""


class UnknownFormError(SnippetError):
    """There is no form of that name; `nearest` is one like it, None where there is none."""

    def __init__(self, given: str, known: Iterable[str]) -> None:
        names = list(known)
        same = next((name for name in names if _same(name, given)), None)
        self.nearest = same or nearest_word(given.strip().lower(), names)
        super().__init__(
            f"There is no code form {given!r}.{question(self.nearest)} There are {', '.join(names)}."
        )


def _same(name: str, given: str) -> bool:
    """Whether a form is named in part, such as ``axios`` or ``c#-restsharp``."""
    wanted = given.strip().lower().replace("c#", "csharp").replace("_", "-")
    return bool(wanted) and (wanted in name.split("-") or wanted == name)
