"""The debug log: times, sizes and states; what was said only where it is asked for, and never a key."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from glmchat.commands.errors import UsageError
from glmchat.commands.terminal import say

_FORMAT = "%(asctime)s.%(msecs)03d %(levelname)s %(name)s %(message)s"


class KeylessFormatter(logging.Formatter):
    """Writes a record on one line or more, with every key taken out, tracebacks included.

    What was said travels beside the message as ``extra={"content": text}``, and is written where `content` is on.
    """

    def __init__(self, content: bool) -> None:
        super().__init__(_FORMAT, "%Y-%m-%dT%H:%M:%S")
        self.content = content

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        from glmchat.config import credentials

        line = super().format(record)
        said = getattr(record, "content", None)
        if self.content and said is not None:
            line += f" {said!r}"
        for key in sorted(credentials.seen, key=len, reverse=True):
            line = line.replace(key, "[key]")
        return line


class LogFile(logging.FileHandler):
    """A log that never stands in the way of what it tells of: a full disk ends it with one sentence."""

    def __init__(self, path: Path, **options: Any) -> None:
        super().__init__(path, **options)
        self._failed = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, until one could not be written."""
        if not self._failed:
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name of logging
        """Take note that the disk took no more."""
        self._failed = True

    def close(self) -> None:
        """Close the file, and tell where the log is not whole."""
        try:
            super().close()
        except OSError:
            self._failed = True
        if self._failed:
            say(f"The log {self.baseFilename} could not be written to its end.")


def _handler(path: str) -> logging.Handler:
    """What writes the log: into a private file, or for a dash on standard error. Raises UsageError."""
    if path == "-":
        return logging.StreamHandler()
    from glmchat.support.paths import expanded, private_file

    place = expanded(path)
    if not place.parent.exists():  # an error, since it may be a typo
        say(f"There is no directory {place.parent}; it is made for the log.")
    try:
        return LogFile(private_file(place), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UsageError(f"The log {place} cannot be written: {error.strerror}.") from None


@contextmanager
def debug_log(path: str | None, content: bool = False) -> Iterator[logging.Logger]:
    """Write glmchat's log to a private file while the block runs, ``-`` for standard error; None writes nothing.

    Raises UsageError.
    """
    log = logging.getLogger("glmchat")
    if path is None:
        if content:
            raise UsageError("--log-content needs --log FILE, which says where the log goes.")
        handler: logging.Handler = logging.NullHandler()  # without it Python writes warnings to the terminal
        log.addHandler(handler)
        try:
            yield log
        finally:
            log.removeHandler(handler)
        return
    handler = _handler(path)
    handler.setFormatter(KeylessFormatter(content))
    before = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    try:
        yield log
    finally:
        log.removeHandler(handler)
        log.level, log.propagate = before
        handler.close()
