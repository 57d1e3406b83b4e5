"""What is open: conversations, running replies, values with their undo; it knows no screen.

`Workspace` is what the screen holds on to. It does what it is asked at once or in tasks of its own, and tells
whoever watches (`glmchat.workspace.changes`).
"""

from glmchat.preferences import Preferences
from glmchat.presets import Preset
from glmchat.workspace.base import Means
from glmchat.workspace.budget import ContextUse
from glmchat.workspace.facts import Preview
from glmchat.workspace.preferences import Defaults, Keeper
from glmchat.workspace.session import OpenSession, Queued, Running, Variant
from glmchat.workspace.values import Setting, Source, Values
from glmchat.workspace.workspace import Workspace

__all__ = [
    "ContextUse",
    "Defaults",
    "Keeper",
    "Means",
    "OpenSession",
    "Preferences",
    "Preset",
    "Preview",
    "Queued",
    "Running",
    "Setting",
    "Source",
    "Values",
    "Variant",
    "Workspace",
]
