"""The directories in which a project may say something: the working directory, and those above it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_MOST = 40


def directories(start: Path | None = None) -> Iterator[Path]:
    """The directory and those above it, the nearest first; none where the working directory is gone."""
    try:
        here = (start or Path.cwd()).resolve()
    except OSError:
        return
    yield from [here, *here.parents][:_MOST]
