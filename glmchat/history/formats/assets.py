"""The pictures and files that lie beside ChatGPT's conversations, in the archive or in the folder it was unpacked to.

A conversation names one as ``file-service://file-ABC`` or ``sediment://file_123``; the file's own name begins with that
and goes on with its title, or ends in ``.dat``.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

_NAMED = re.compile(r"(file[-_][A-Za-z0-9]{6,})(?![A-Za-z0-9])")
_MOST_BYTES = 20_000_000
_MOST_FILES = 50_000


class Assets:
    """Files by what a conversation calls them; `read` gives the bytes of one, and raises what `_FAULTS` names."""

    def __init__(self, names: Mapping[str, str], read: Callable[[str], bytes]) -> None:
        self._names = names
        self._read = lru_cache(maxsize=16)(read)

    def find(self, pointer: str) -> bytes | None:
        """The bytes of what a conversation points at; None where it is not here, or too large."""
        found = _NAMED.match(pointer[-200:].rpartition("/")[2])
        name = self._names.get(found[1]) if found is not None else None
        if name is None:
            return None
        try:
            data = self._read(name)
        except _FAULTS:
            return None
        return data if len(data) <= _MOST_BYTES else None


_FAULTS = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def in_folder(folder: Path) -> Assets:
    """Those in the folder of a conversations.json, and in the folders right inside it."""
    try:
        files = islice(chain(folder.iterdir(), folder.glob("*/*")), _MOST_FILES)
        names = _by_id(str(each) for each in files if _NAMED.match(each.name))
    except OSError:
        names = {}
    return Assets(names, _from_disk)


def in_archive(archive: zipfile.ZipFile) -> Assets:
    """Those in an archive."""

    def read(name: str) -> bytes:
        with archive.open(name) as file:
            return file.read(_MOST_BYTES + 1)

    return Assets(_by_id(islice(archive.namelist(), _MOST_FILES)), read)


def _by_id(names: Iterable[str]) -> dict[str, str]:
    found = ((_NAMED.match(each.replace("\\", "/").rpartition("/")[2]), each) for each in names)
    return {match[1]: name for match, name in found if match is not None}


def _from_disk(name: str) -> bytes:
    path = Path(name)
    if path.is_symlink() or not path.is_file():
        raise FileNotFoundError(name)
    with path.open("rb") as file:
        return file.read(_MOST_BYTES + 1)
