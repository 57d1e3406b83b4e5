"""Everything that was said, on disk: one SQLite database, written as it happens and searched in an instant."""

from glmchat.history.archive import Archive
from glmchat.history.query import QueryRefused
from glmchat.history.records import Hit, LoadedModels, Session, SessionRow
from glmchat.history.trouble import ArchiveTrouble, Mode

__all__ = [
    "Archive",
    "ArchiveTrouble",
    "Hit",
    "LoadedModels",
    "Mode",
    "QueryRefused",
    "Session",
    "SessionRow",
]
