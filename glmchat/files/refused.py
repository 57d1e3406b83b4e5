"""Why a file cannot be attached."""

from __future__ import annotations


class FileRefused(ValueError):
    """A file or picture that cannot be attached; the text is a whole sentence for the person."""


class UnreadableRefused(FileRefused):
    """A file whose bytes cannot be had at all."""
