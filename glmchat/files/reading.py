"""The bytes of a file that a person named: a regular file of a bearable size, or a sentence."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from glmchat.core.attachments import size_of
from glmchat.files.refused import FileRefused, UnreadableRefused
from glmchat.support import paths
from glmchat.support.suggestions import nearest
from glmchat.support.text import safe_line

# More than fits into any model's window.
MOST_BYTES = 32 << 20

_KINDS = (
    (stat.S_ISDIR, "is a directory; name the files in it"),
    (stat.S_ISFIFO, "is a pipe, which may never end; read it with --file - or save it as a file first"),
    (stat.S_ISCHR, "is a device, not a file"),
    (stat.S_ISBLK, "is a device, not a file"),
    (stat.S_ISSOCK, "is a socket, not a file"),
)


@dataclass(frozen=True, slots=True)
class Bytes:
    """A file as it was read: where it is, the name that others see, and its bytes."""

    path: Path
    name: str
    data: bytes


def shown(name: str) -> str:
    """A file's name as a sentence may hold it."""
    line = safe_line(name)
    return line if len(line) <= 200 else f"{line[:199]}…"


def read(given: str, most: int = MOST_BYTES) -> Bytes:
    """Read a file by the name that a person wrote; raises FileRefused with a sentence."""
    if not given.strip():
        raise FileRefused("A file needs a name.")
    if any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in given):
        raise UnreadableRefused(
            f"{shown(given)} cannot be attached: its name has control characters; rename it first."
        )
    path = paths.expanded(given)
    return Bytes(path.absolute(), name_of(path), _data(path, most))


def name_of(path: Path) -> str:
    """The name that a model sees: the way from the working directory where the file is below it, else the last part.

    What a person calls the directories above is nobody's business.
    """
    whole = Path(os.path.normpath(path.absolute()))
    try:
        return whole.relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return whole.name


def _data(path: Path, most: int) -> bytes:
    name = shown(str(path))
    try:
        # Without waiting: a pipe would be opened only when somebody writes into it.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        if target := _target(path):
            raise UnreadableRefused(f"{name} is a link to {target}, which is not there.") from None
        raise UnreadableRefused(f"There is no file {name}.{_near(path)}") from None
    except (OSError, ValueError) as error:
        raise UnreadableRefused(f"{name} {_reason(path, error)}.") from None
    try:
        about = os.fstat(descriptor)
        for holds, words in _KINDS:
            if holds(about.st_mode):
                raise FileRefused(f"{name} {words}.")
        if about.st_size > most:
            raise FileRefused(
                f"{name} has {size_of(about.st_size)}, and at most {size_of(most)} can be attached; "
                "save the part that matters as a file of its own."
            )
        with open(descriptor, "rb", closefd=False) as file:
            data = file.read(most + 1)
    except OSError as error:
        raise UnreadableRefused(f"{name} cannot be read: {error.strerror}.") from None
    finally:
        os.close(descriptor)
    if len(data) > most:  # a file of /proc says that it has no bytes
        raise FileRefused(f"{name} has more than {size_of(most)}, the most that can be attached.")
    return data


def _reason(path: Path, error: OSError | ValueError) -> str:
    """Why a file cannot be opened; a socket cannot, and looks like any other failure."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        mode = 0
    if stat.S_ISSOCK(mode):
        return "is a socket, not a file"
    if isinstance(error, PermissionError):
        return "cannot be read: you have no permission to"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def _target(path: Path) -> str:
    """Where a link leads, as a sentence may hold it; empty for what is none."""
    try:
        return shown(str(path.readlink()))
    except (OSError, ValueError):
        return ""


def _near(path: Path) -> str:
    """Which file beside it may have been meant."""
    try:
        names = [entry.name for _, entry in zip(range(2000), path.parent.iterdir(), strict=False)]
    except OSError:
        return ""
    return nearest(path.name, map(shown, names))
