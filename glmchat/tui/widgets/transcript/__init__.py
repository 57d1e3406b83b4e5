"""The transcript: the conversation drawn by lines."""

from glmchat.tui.theming.palette import Palette
from glmchat.tui.widgets.transcript.events import (
    CodeCopyRequested,
    CodeSaveRequested,
    FollowChanged,
    LinkActivated,
    MessageActionRequested,
    SelectionChanged,
    SiblingRequested,
    TextNeeded,
)
from glmchat.tui.widgets.transcript.values import Button, Decoration, Note
from glmchat.tui.widgets.transcript.widget import Transcript, plain_decoration

__all__ = [
    "Button",
    "CodeCopyRequested",
    "CodeSaveRequested",
    "Decoration",
    "FollowChanged",
    "LinkActivated",
    "MessageActionRequested",
    "Note",
    "Palette",
    "SelectionChanged",
    "SiblingRequested",
    "TextNeeded",
    "Transcript",
    "plain_decoration",
]
