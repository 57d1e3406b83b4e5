"""The files below a directory, to be completed as a person types: hidden and ignored ones last."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from glmchat.files.ignored import NEVER, above, entries, is_file, is_ignored, specs_in

# Enough for any project that a person would look through by name, and a bound on a walk through a whole disk.
MOST_FILES = 200_000
MOST_S = 20.0
# Told on the way, so that a large tree can be used before all of it is known.
_TOLD = 5_000
# So many matches are looked for and put in order, those nearer to the top before those further down.
_RANKED = 2_000
# So many paths are looked through for letters that only follow each other.
_LOOSE = 30_000


@dataclass(slots=True)
class Paths:
    """Paths below a directory with slashes between, and the same in small letters."""

    shown: list[str] = field(default_factory=list)
    low: list[str] = field(default_factory=list)

    def add(self, path: str) -> None:
        """Add a path."""
        self.shown.append(path)
        self.low.append(path.lower())


class Tree:
    """The files below `root`; `walk` runs in a thread while `find` is asked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.whole = False
        self._way = ""  # from the top of the repository
        self._plain = Paths()
        self._last = Paths()

    def walk(self, told: Callable[[], None] = lambda: None) -> None:
        """Look through the directory, what is hidden or ignored after all else; `told` is called on the way."""
        until = time.monotonic() + MOST_S
        self._way, specs = above(self.root)
        later: deque[tuple[str, Any]] = deque()
        for paths, start in ((self._plain, deque([("", specs)])), (self._last, later)):
            for path in self._files(start, None if paths is self._last else later):
                paths.add(path)
                count = len(self._plain.shown) + len(self._last.shown)
                if count % _TOLD == 0:
                    told()
                    if count >= MOST_FILES or time.monotonic() > until:
                        return
        self.whole = True
        told()

    def _files(self, waiting: deque[tuple[str, Any]], later: deque[tuple[str, Any]] | None) -> Iterator[str]:
        """The files of directories that wait, breadth first; without `later` all of them, else that gets the others."""
        while waiting:
            below, specs = waiting.popleft()
            if not isinstance(specs, tuple):
                yield below  # a single file that was put off
                continue
            if later is not None:
                specs = specs_in(self.root / below, f"{self._way}{below}", specs)
            for entry in entries(self.root / below):
                path = f"{below}{entry.name}"
                is_dir = entry.is_dir(follow_symlinks=False)
                if entry.name in NEVER and is_dir:
                    continue
                last = later is not None and (
                    entry.name.startswith(".") or is_ignored(specs, f"{self._way}{path}", is_dir)
                )
                if is_dir:
                    (later if last and later is not None else waiting).append((f"{path}/", specs))
                elif last and later is not None:
                    later.append((path, None))
                elif is_file(entry):
                    yield path

    def find(self, typed: str, most: int = 50) -> list[str]:
        """The paths that a person may mean, the likeliest first."""
        wanted = typed.lower().removeprefix("./")
        found = [*_matches(self._plain, wanted, most), *_matches(self._last, wanted, most)]
        if not found and len(wanted) > 1:
            loose = re.compile(".*?".join(map(re.escape, wanted)))
            shown, low = self._plain.shown, self._plain.low
            at = [place for place in range(min(len(low), _LOOSE)) if loose.search(low[place])]
            found = [shown[place] for place in sorted(at, key=lambda place: len(low[place]))]
        return found[:most]


def _matches(paths: Paths, wanted: str, most: int) -> list[str]:
    if not wanted:
        return paths.shown[:most]
    at = list(islice((place for place, low in enumerate(paths.low) if wanted in low), _RANKED))
    at.sort(key=lambda place: _rank(paths.low[place], wanted))
    return [paths.shown[place] for place in at[:most]]


def _rank(low: str, wanted: str) -> tuple[int, int, int]:
    """How well a path fits: by the beginning of its name, by its name, by its directories; then short ones first."""
    name = low.rpartition("/")[2]
    how = 0 if name.startswith(wanted) or low.startswith(wanted) else 1 if wanted in name else 2
    return how, low.count("/"), len(low)
