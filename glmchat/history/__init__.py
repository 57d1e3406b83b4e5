"""Everything that was said, on disk: one SQLite database, written as it happens and searched in an instant.

Stands on `core` and `support`; imported by `workspace`, `tui` and `commands`.
"""

from glmchat.history.archive import Archive
from glmchat.history.problems import ArchiveProblem, Mode
from glmchat.history.records import Hit, LoadedModels, Session, SessionRow
from glmchat.history.search.query import QueryRefused

__all__ = [
    "Archive",
    "ArchiveProblem",
    "Hit",
    "LoadedModels",
    "Mode",
    "QueryRefused",
    "Session",
    "SessionRow",
]
