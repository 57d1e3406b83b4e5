"""A text to read, drawn by lines: scrolling, selecting, links and code; the transcript stands on it."""

from glmchat.tui.widgets.text_view.events import (
    CodeCopyRequested,
    CodeSaveRequested,
    FollowChanged,
    LinkActivated,
    SelectionChanged,
)
from glmchat.tui.widgets.text_view.single import SingleTextView
from glmchat.tui.widgets.text_view.view import TextView

__all__ = [
    "CodeCopyRequested",
    "CodeSaveRequested",
    "FollowChanged",
    "LinkActivated",
    "SelectionChanged",
    "SingleTextView",
    "TextView",
]
