"""glmchat on a Textual that calls one of its names otherwise: ``-m tests.e2e.renamed NAME ARGUMENTS``.

NAME is written as in `glmchat.tui.platform.private`. Textual itself goes on working, for it uses the new name.
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
    """Loads a module with another name for what is called `name`."""

    def __init__(self, fullname: str, path: str, name: str) -> None:
        super().__init__(fullname, path)
        self._renamed = name

    def get_code(self, fullname: str) -> CodeType:
        source = re.sub(rf"\b{self._renamed}\b", self._renamed + SUFFIX, Path(self.path).read_text("utf-8"))
        return compile(source, self.path, "exec", dont_inherit=True)


class Renaming(importlib.abc.MetaPathFinder):
    """Finds Textual's modules, those that know a name with another one for it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        parts = fullname.split(".")
        if parts[0] != "textual":
            return None
        if self._name in parts:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        usual = importlib.machinery.PathFinder.find_spec(fullname.removesuffix(SUFFIX), path)
        if usual is None or usual.origin is None:
            return usual
        if usual.name == fullname and self._name not in Path(usual.origin).read_text("utf-8"):
            return usual
        return importlib.util.spec_from_file_location(
            fullname,
            usual.origin,
            loader=RenamedSource(fullname, usual.origin, self._name),
            submodule_search_locations=usual.submodule_search_locations,
        )


def rename_in(owner: type, name: str) -> None:
    """Rename an attribute in the methods of a class that is loaded already."""
    for each in vars(owner).values():
        if isinstance(each, FunctionType) and name in each.__code__.co_names:
            names = tuple(name + SUFFIX if used == name else used for used in each.__code__.co_names)
            each.__code__ = each.__code__.replace(co_names=names)


def rename(place: str) -> None:
    """Give what stands at ``module:class.name`` another name."""
    module, _, path = place.partition(":")
    owner, _, name = path.rpartition(".")
    if module == "asyncio":
        rename_in(getattr(asyncio, owner), name)
    else:
        sys.meta_path.insert(0, Renaming(name))


if __name__ == "__main__":
    rename(sys.argv.pop(1))
    from glmchat.cli import main

    raise SystemExit(main())
