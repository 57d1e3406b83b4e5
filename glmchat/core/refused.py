"""What a command says that cannot be carried out now."""

from __future__ import annotations


class Refused(Exception):
    """A command cannot be carried out now; the text is the sentence to tell."""
