"""Which files git is told to ignore: the .gitignore of each directory, and of those above it in a repository."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

# Nobody attaches a file of these.
NEVER = frozenset({".git", ".hg", ".svn"})
# No repository is looked for further up.
_DEEPEST = 40

# What is ignored, each with the directory that says so: its way from the top of the repository, a slash at its end.
Specs = tuple[tuple[str, "GitIgnoreSpec"], ...]


def above(directory: Path) -> tuple[str, Specs]:
    """The way to a directory from the top of its repository, and what is ignored by those above it.

    In a directory that is ignored itself nothing is: whoever works there or names it means what is in it.
    """
    here = Path(os.path.normpath(directory.absolute()))
    top = next((each for each in (here, *here.parents)[:_DEEPEST] if is_there((each / ".git").exists)), here)
    parts = here.relative_to(top).parts
    specs: Specs = ()
    for number, name in enumerate(parts):
        way = "".join(f"{part}/" for part in parts[:number])
        specs = specs_in(top / way, way, specs)
        if is_ignored(specs, f"{way}{name}", is_dir=True):
            specs = ()
            break
    return "".join(f"{part}/" for part in parts), specs


def specs_in(directory: Path, way: str, specs: Specs) -> Specs:
    """What is ignored in a directory: what is by those above it, and what its own .gitignore says."""
    try:
        with (directory / ".gitignore").open(encoding="utf-8", errors="replace") as file:
            lines = file.read(1 << 16).splitlines()
    except OSError:
        return specs
    from pathspec import GitIgnoreSpec

    try:
        return (*specs, (way, GitIgnoreSpec.from_lines(lines)))
    except ValueError:  # a pattern that git would not take either
        return specs


def is_ignored(specs: Specs, way: str, is_dir: bool) -> bool:
    """Whether what stands there is ignored; the nearest .gitignore that says something about it counts."""
    whole = f"{way}/" if is_dir else way
    for below, spec in reversed(specs):
        said = spec.check_file(whole[len(below) :]).include
        if said is not None:
            return said
    return False


def entries(directory: Path) -> list[os.DirEntry[str]]:
    """What is in a directory, by name; nothing where it cannot be looked into."""
    try:
        with os.scandir(directory) as found:
            return sorted(found, key=lambda entry: entry.name.lower())
    except OSError:
        return []


def is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file, or a link to one."""
    return is_there(entry.is_file)


def is_there(asked: Callable[[], bool]) -> bool:
    """What is found out of a path; False where it may not be looked at, which is an error to some systems."""
    try:
        return asked()
    except OSError:
        return False
