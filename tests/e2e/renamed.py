"""glmchat on a Textual that calls some of its names otherwise: ``-m tests.e2e.renamed NAME,NAME ARGUMENTS``.

A name is written as in `glmchat.tui.platform.private`. Textual itself goes on working, for it uses the new names.
"""

from __future__ import annotations

import asyncio
import importlib.abc
import importlib.machinery
import importlib.util
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

SUFFIX = "_renamed"


class RenamedSource(importlib.machinery.SourceFileLoader):
    """Loads a module with other names for what `names` finds."""

    def __init__(self, fullname: str, path: str, names: re.Pattern[str]) -> None:
        super().__init__(fullname, path)
        self._names = names

    def get_code(self, fullname: str) -> CodeType:
        source = self._names.sub(rf"\g<0>{SUFFIX}", Path(self.path).read_text("utf-8"))
        return compile(source, self.path, "exec", dont_inherit=True)


class Renaming(importlib.abc.MetaPathFinder):
    """Finds Textual's modules, those that know one of the names with another one for it."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = re.compile(rf"\b({'|'.join(names)})\b")

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        parts = fullname.split(".")
        if parts[0] != "textual":
            return None
        if any(map(self._names.fullmatch, parts)):
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        usual = importlib.machinery.PathFinder.find_spec(fullname.removesuffix(SUFFIX), path)
        if usual is None or usual.origin is None:
            return usual
        if usual.name == fullname and not self._names.search(Path(usual.origin).read_text("utf-8")):
            return usual
        return importlib.util.spec_from_file_location(
            fullname,
            usual.origin,
            loader=RenamedSource(fullname, usual.origin, self._names),
            submodule_search_locations=usual.submodule_search_locations,
        )


def rename_in(owner: type, name: str) -> None:
    """Rename an attribute in the methods of a class that is loaded already."""
    for each in vars(owner).values():
        if isinstance(each, FunctionType) and name in each.__code__.co_names:
            names = tuple(name + SUFFIX if used == name else used for used in each.__code__.co_names)
            each.__code__ = each.__code__.replace(co_names=names)


def rename(places: Sequence[str]) -> None:
    """Give what stands at each ``module:class.name`` another name."""
    of_textual = []
    for place in places:
        module, _, path = place.partition(":")
        owner, _, name = path.rpartition(".")
        if module == "asyncio":
            rename_in(getattr(asyncio, owner), name)
        else:
            of_textual.append(name)
    if of_textual:
        sys.meta_path.insert(0, Renaming(of_textual))


if __name__ == "__main__":
    rename(sys.argv.pop(1).split(","))
    from glmchat.cli import main

    raise SystemExit(main())
