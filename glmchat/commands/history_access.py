"""The history as commands see it: opened for one command, its sessions found by a part of their id."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from glmchat.commands.errors import CommandError, UsageError
from glmchat.commands.terminal import say
from glmchat.core.conversation import format_id, parse_id
from glmchat.history import Archive, ArchiveProblem, SessionRow
from glmchat.history.problems import Kind, Mode
from glmchat.support import paths

_PAGE = 1000


@asynccontextmanager
async def opened(create: bool = False, needed: bool = True) -> AsyncIterator[Archive]:
    """The history while the block runs; where there is none yet, an empty one in memory unless `create`.

    Raises CommandError where the history is there and cannot be read; one that is not `needed` is reported instead.
    """
    path = paths.database_file()
    reporter = _Reporter()
    archive = await Archive.open(path if create or not paths.is_missing(path) else None, reporter.tell)
    try:
        if archive.problem is not None:
            if needed and (archive.mode is Mode.MEMORY or archive.problem.kind is Kind.UNREACHABLE):
                # The effect on what a chat says does not concern a command that only reads.
                raise CommandError(archive.problem.bare())
            reporter.tell(archive.problem)
        reporter.speak()
        yield archive
    finally:
        await archive.close()


class _Reporter:
    """Reports each problem of the history once, from `speak` on; until then it collects them."""

    def __init__(self) -> None:
        self._spoken = False
        self._known: list[ArchiveProblem] = []

    def tell(self, problem: ArchiveProblem) -> None:
        """Report a problem, unless that was done already."""
        if problem not in self._known:
            self._known.append(problem)
            if self._spoken:
                self._say(problem)

    def speak(self) -> None:
        """Report what was collected, and from now on everything at once."""
        self._spoken = True
        for problem in self._known:
            self._say(problem)

    @staticmethod
    def _say(problem: ArchiveProblem) -> None:
        say(problem.message())


def kept(written: bool) -> None:
    """Raise CommandError where a change did not reach the disk; the reason was reported already."""
    if not written:
        raise CommandError("The change was not saved.")


async def rows(
    archive: Archive, query: str = "", in_bin: bool = False, limit: int | None = None
) -> AsyncIterator[SessionRow]:
    """The lines of the list of sessions, read page by page; raises QueryRefused."""
    offset = 0
    while limit is None or offset < limit:
        page = await archive.sessions(
            query, offset, _PAGE if limit is None else min(_PAGE, limit - offset), in_bin
        )
        for row in page:
            yield row
        if len(page) < _PAGE:
            return
        offset += len(page)


async def find(archive: Archive, given: str, in_bin: bool = False) -> SessionRow:
    """The one session whose id is, begins or ends with `given`; raises UsageError for none or several."""
    wanted = given.strip().lower()
    found: list[SessionRow] = []
    if wanted.isalnum():
        async for row in rows(archive, in_bin=in_bin):
            id = format_id(row.id)
            if id == wanted:
                return row
            if id.startswith(wanted) or id.endswith(wanted):
                found.append(row)
    place = "in the bin" if in_bin else "in the history"
    if not found:
        listing = "glmchat sessions bin list" if in_bin else "glmchat sessions list"
        raise UsageError(f"There is no session {given!r} {place}. `{listing}` shows the ids.")
    if len(found) > 1:
        raise UsageError(
            f"{len(found)} sessions have an id that begins or ends with {given!r}; give more of it."
        )
    return found[0]


def is_whole_id(text: str) -> bool:
    """Whether a text is a session's whole id, not a part of one."""
    try:
        return len(text.strip()) >= len(format_id(1 << 58)) and parse_id(text) > 0
    except ValueError:
        return False
