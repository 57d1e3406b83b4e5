"""Why a file cannot be attached."""

from __future__ import annotations


class FileRefused(ValueError):
    """A file or picture that cannot be attached; the text is a whole sentence for the person."""
