"""The transcript: the conversation as a text view that knows messages."""

from glmchat.tui.widgets.transcript.events import (
    MessageActionRequested,
    MessageSelected,
    SiblingRequested,
    TextNeeded,
)
from glmchat.tui.widgets.transcript.transcript import Transcript, plain_decoration
from glmchat.tui.widgets.transcript.values import Act, Action, Button, Decoration, Note

__all__ = [
    "Act",
    "Action",
    "Button",
    "Decoration",
    "MessageActionRequested",
    "MessageSelected",
    "Note",
    "SiblingRequested",
    "TextNeeded",
    "Transcript",
    "plain_decoration",
]
