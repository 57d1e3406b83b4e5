"""What is open: conversations, running replies, values with their undo; it knows no screen.

`Workspace` is what the screen holds on to. It does what it is asked at once or in tasks of its own, and tells
whoever watches (`glmchat.workspace.changes`).

Stands on `turn`, `api` and `history`; imported by `tui` and `commands`.
"""

from glmchat.core.preferences import Preferences
from glmchat.core.presets import Preset
from glmchat.workspace.budget import ContextUse
from glmchat.workspace.dependencies import ConfigStore, Defaults, Dependencies
from glmchat.workspace.requests import Preview
from glmchat.workspace.session import OpenSession, Queued, Running, Variant
from glmchat.workspace.values import Setting, Source, Values
from glmchat.workspace.workspace import Workspace

__all__ = [
    "ConfigStore",
    "ContextUse",
    "Defaults",
    "Dependencies",
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
