"""Exports as they are downloaded: a ZIP archive with the conversations in one file or, as ChatGPT's are, in several."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from glmchat.history.formats.assets import in_archive
from glmchat.history.formats.shapes import Source
from glmchat.history.formats.values import Entry, ImportRefused

MARK = b"PK\x03\x04"
_ENDINGS = (".json", ".jsonl")
# More than any export of conversations; an archive of a few kilobytes can hold petabytes.
_MOST_BYTES = 4 << 30
_MOST_MEMBERS = 10_000
# Text is packed to a tenth or so; what is packed a thousandfold is no talk.
_MOST_PACKED = 400

Recognise = Callable[[Path], Source]


class _Member(NamedTuple):
    info: zipfile.ZipInfo
    source: Source


def source_of(path: Path, recognise: Recognise) -> Source:
    """The files of an archive that can be imported, as one source; raises ImportRefused where it holds none."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = list(_members(path, archive, recognise))
    except _BROKEN as error:
        raise ImportRefused(f"{path} is an archive that cannot be read: {error}.") from None
    if not members:
        raise ImportRefused(
            f"{path} is an archive, and none of its files can be imported. Unpack it, and import the file with the "
            "conversations."
        )
    names = ", ".join(dict.fromkeys(member.source.name for member in members))
    return Source(names, lambda look: True, lambda place: _entries(place, members))


_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def _members(path: Path, archive: zipfile.ZipFile, recognise: Recognise) -> Iterator[_Member]:
    wanted = [each for each in archive.infolist() if each.filename.lower().endswith(_ENDINGS)]
    too_much = sum(each.file_size for each in wanted) > _MOST_BYTES or len(wanted) > _MOST_MEMBERS
    if too_much or any(each.file_size > _MOST_PACKED * (each.compress_size + 1024) for each in wanted):
        raise ImportRefused(f"{path} is an archive that holds more than any export does, and was not opened.")
    for info in sorted(wanted, key=lambda each: each.filename):
        with tempfile.TemporaryDirectory(prefix="glmchat-") as folder:
            try:
                yield _Member(info, recognise(_unpacked(archive, info, Path(folder))))
            except ImportRefused:  # an account, settings, feedback
                continue


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path) -> Path:
    """Write a member to a file of our own name: what the archive calls it is of no account."""
    place = folder / "member"
    with archive.open(info) as packed, place.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    return place


def _entries(path: Path, members: list[_Member]) -> Iterator[Entry]:
    whole = sum(member.info.file_size for member in members) or 1
    done = 0
    with zipfile.ZipFile(path) as archive:
        assets = in_archive(archive)
        for info, source in members:
            with tempfile.TemporaryDirectory(prefix="glmchat-") as folder:
                try:
                    member = _unpacked(archive, info, Path(folder))
                    found = source.read_with(member, assets) if source.read_with else source.read(member)
                    for entry in found:
                        fraction = (done + entry.fraction * info.file_size) / whole
                        yield replace(entry, fraction=fraction)
                except _BROKEN as error:
                    yield Entry(None, (), 0.0, f"{info.filename} in the archive cannot be read: {error}.")
            done += info.file_size
