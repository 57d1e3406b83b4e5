"""Why a file cannot be attached."""

from __future__ import annotations


class FileRefused(ValueError):
    """A file or picture that cannot be attached; the text is a whole sentence for the person."""


class LateRefused(FileRefused):
    """A file that took longer to read than it may, or that is wanted no more."""


class UnreadableRefused(FileRefused):
    """A file whose bytes cannot be had at all."""


class DocumentRefused(FileRefused):
    """A document whose text cannot be had, though it may have one."""
