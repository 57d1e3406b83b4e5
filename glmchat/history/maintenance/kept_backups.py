"""Which backups of a database there are, how the next one is called, and which are dropped.

A backup's name holds when it was made and its number: a clock may say anything, the numbers follow the order of
writing. Those of glmchat 0.1.0 have no number, and are older than all that have one.
"""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from glmchat.history import contents
from glmchat.history.connection import connect

KEPT = 3
DAY_S = 86400.0
_STAMP = "%Y-%m-%d-%H%M%S"
_NAME = re.compile(r"-(\d{4}-\d\d-\d\d-\d{6})(?:-(\d+))?$")


class EmptiedError(Exception):
    """A database that holds nothing stands beside backups of one that did."""


def directory(path: Path) -> Path:
    """Where the backups of a database lie."""
    return path.parent / "backups"


def found(path: Path) -> list[Path]:
    """The backups of a database, the one written last first."""
    try:
        files = [each for each in directory(path).glob(f"{path.stem}-*{path.suffix}") if each.is_file()]
    except OSError:  # up to Python 3.12, where it may not look
        return []
    return sorted(files, key=_order, reverse=True)


def refuse_emptied(path: Path) -> None:
    """Raise EmptiedError for a file of no bytes beside backups, as a loss of power leaves it.

    To be asked before SQLite opens the file: it would remove the log beside it, which may hold what was said last.
    """
    if path.is_file() and path.stat().st_size == 0:
        refuse_beside(path)


def refuse_beside(path: Path) -> None:
    """Raise EmptiedError for a database without tables, where a backup holds something."""
    if any(each.stat().st_size for each in found(path)):
        raise EmptiedError


def name_for(path: Path) -> Path:
    """The name of a backup that is made now."""
    number = max((_order(each)[0] for each in found(path)), default=0) + 1
    return directory(path) / f"{path.stem}-{time.strftime(_STAMP)}-{number}{path.suffix}"


def name_aside(path: Path) -> Path:
    """A free name for a database that another takes the place of."""
    first = path.with_name(f"{path.stem}-replaced-{time.strftime(_STAMP)}{path.suffix}")
    number, name = 1, first
    while name.exists():
        number += 1
        name = first.with_stem(f"{first.stem}-{number}")
    return name


def due(path: Path, now: float) -> bool:
    """Whether none was made in the last day; one that is dated in the future says nothing about that."""
    tomorrow = time.strftime(_STAMP, time.localtime(now + DAY_S))
    ages = [now - each.stat().st_mtime for each in found(path) if _date(each) < tomorrow]
    return not any(0 <= age < DAY_S for age in ages)


def drop_old(path: Path) -> None:
    """Keep the three that were written last, and nothing of those that were never finished."""
    for old in found(path)[KEPT:]:
        old.unlink(missing_ok=True)
    _drop_pictures(path)
    for partial in directory(path).glob("*.partial"):
        with suppress(OSError):
            if time.time() - partial.stat().st_mtime > DAY_S:
                partial.unlink()


def _drop_pictures(path: Path) -> None:
    """Drop the pictures that no backup has any more; where one cannot be read, nothing."""
    pictures = contents.directory_of(directory(path) / path.name)
    if pictures is None or not pictures.is_dir():
        return
    used: set[str] = set()
    try:
        for each in found(path):
            connection = connect(each, write=False, immutable=True)
            try:
                used.update(contents.digests_in_files(connection))
            finally:
                connection.close()
        for file in list(pictures.iterdir()):
            if file.name not in used:
                file.unlink()
    except (OSError, sqlite3.Error):
        return


def _order(backup: Path) -> tuple[int, str]:
    found = _NAME.search(backup.stem)
    return (int(found[2] or 0) if found else 0, backup.name)


def _date(backup: Path) -> str:
    found = _NAME.search(backup.stem)
    return found[1] if found else ""
