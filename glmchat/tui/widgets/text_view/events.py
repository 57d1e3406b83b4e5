"""What a text view announces; it never acts on it itself."""

from __future__ import annotations

from textual.message import Message as Event
from textual.widget import Widget


class LinkActivated(Event):
    """A link was clicked or chosen; its scheme is not checked."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url


class CodeCopyRequested(Event):
    """A block of code is to be copied."""

    def __init__(self, text: str, language: str) -> None:
        super().__init__()
        self.text, self.language = text, language


class CodeSaveRequested(Event):
    """A block of code is to be saved to a file."""

    def __init__(self, text: str, language: str) -> None:
        super().__init__()
        self.text, self.language = text, language


class SelectionChanged(Event):
    """Another part of the text is selected, or none; `finished` at mouse up."""

    def __init__(self, has_text: bool, finished: bool = False) -> None:
        super().__init__()
        self.has_text, self.finished = has_text, finished


class FollowChanged(Event):
    """The view follows the end or no longer does; `unseen` tells that text has come below the view."""

    def __init__(self, view: Widget, following: bool, unseen: bool) -> None:
        super().__init__()
        self.view, self.following, self.unseen = view, following, unseen
