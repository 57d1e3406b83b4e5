"""How a command ends: its exit status, and the mistakes that end it early."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """The exit status that scripts rely on."""

    OK = 0
    USAGE = 2  # a bad flag, file or config
    REFUSED = 3  # auth, credit, forbidden
    FAILED = 4  # any other error that a retry will not mend
    RETRYABLE = 75  # one that it may: rate limit, server, network, a cut stream
    INTERRUPTED = 130


class UsageError(ValueError):
    """What was asked for cannot be done as it was written; the text is a sentence for the person."""


class CommandError(Exception):
    """A command cannot go on; the text is a sentence for the person, `status` how the program ends."""

    def __init__(self, sentence: str, status: Exit = Exit.FAILED) -> None:
        super().__init__(sentence)
        self.status = status


class KeyMissingError(CommandError):
    """An endpoint needs a key, and there is none."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, Exit.REFUSED)


def status_of(kind: str, retryable: bool) -> Exit:
    """The exit status for a failed request by its error kind."""
    if kind == "interrupted":
        return Exit.INTERRUPTED
    if kind in ("auth", "credit", "forbidden"):
        return Exit.REFUSED
    return Exit.RETRYABLE if retryable else Exit.FAILED
