"""Opening a long session: how long until its end is in view, what it takes in memory, how a key then echoes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from glmchat.core.conversation import Message, Role
from glmchat.history.archive import Archive
from glmchat.history.records import Session
from tests.benchmarks.measure import Server, running

_REPLY = (
    "Answer **{n}** with `code` and text that goes on for more than one line of the screen, as answers do.\n\n"
    "- one item\n- two items\n\n```python\nvalue = {n}\n```\n\n"
    + "A closing sentence for this message. "
    * 20
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session of `messages` messages: seconds from start to its end in view, MiB then, and ms from key to paint."""

    messages: int
    ready_s: float
    rss_mib: float
    page_up_ms: float
    home_ms: float
    end_ms: float
    echo_ms: float


def talk(count: int) -> Iterator[Message]:
    """Questions and answers, about 1,000 characters each pair."""
    for number in range(count):
        role = Role.ASSISTANT if number % 2 else Role.USER
        text = _REPLY.format(n=number) if number % 2 else f"Question {number}?"
        yield Message(number + 1, number or None, role, text, model="bench-model" if number % 2 else None)


@contextmanager
def session_of(count: int) -> Iterator[Path]:
    """A data directory whose newest session has `count` messages, the last of which says LASTMARK."""
    import asyncio

    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(_write(Path(directory) / "glmchat" / "history.db", count))
        yield Path(directory)


async def _write(path: Path, count: int) -> None:
    path.parent.mkdir(mode=0o700)
    archive = await Archive.open(path)
    session = Session(id=1, title="A long session")
    archive.create(session)
    last = 0
    for message in talk(count):
        await archive.save(1, message, synced=False)
        last = message.id
    await archive.save(1, Message(last + 1, last or None, Role.ASSISTANT, "The end: LASTMARK"))
    await archive.update_session(1, leaf_id=last + 1)
    await archive.close()


def opened(server: Server, count: int) -> Opened:
    """Open such a session, go to its start and back, type a key."""
    with session_of(count) as data:
        return opened_from(server, data, count)


def opened_from(server: Server, data: Path, count: int) -> Opened:
    """Open the newest session of a data directory, go to its start and back, type a key."""
    with running("glmchat", server.base, data, "-c") as terminal:
        shown = terminal.wait_for(b"LASTMARK", 30)
        ready = (shown or terminal.started + 30.0) - terminal.started
        terminal.quiet(0.5)
        rss = terminal.usage().rss_mib

        def key(data: bytes, needle: bytes) -> float:
            sent = terminal.type(data)
            seen = terminal.wait_for(needle, 5, sent)
            terminal.quiet(0.3)
            return ((seen or sent + 5) - sent) * 1000

        return Opened(
            count, ready, rss, key(b"\x1b[5~", b"closing"), key(b"\x1b[1;5H", b"Question"),
            key(b"\x1b[1;5F", b"LASTMARK"), key(b"Z", b"Z"),
        )  # fmt: skip
