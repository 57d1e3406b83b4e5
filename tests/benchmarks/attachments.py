"""Files: keys in the picker of a large tree, and a session with many attachments beside the same one without."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from glmchat.core.attached import Attached, contents_of
from glmchat.core.conversation import Message, Role
from glmchat.files.attaching import text_attached
from glmchat.files.pictures import prepared
from glmchat.files.reading import Bytes
from glmchat.files.tree import Tree
from glmchat.history.archive import Archive
from glmchat.history.records import Session
from tests.benchmarks.measure import Server
from tests.benchmarks.sessions import Opened, opened_from, talk
from tests.files.drawn import png

_TYPED = ("", "f", "fi", "file", "part5", "module7/src", "not there", "mfy", "e", ".py")


@dataclass(frozen=True, slots=True)
class Picked:
    """Seconds until a tree of `files` is known, and ms that a key takes in it: the median and the longest."""

    files: int
    walk_s: float
    median_ms: float
    longest_ms: float


def picked(count: int) -> Picked:
    """Look through a tree on disk, and find in it what several typed words mean."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        for number in range(0, count, 10):
            place = root / f"module{number // 1000}" / "src" / f"part{number // 10 % 100}"
            place.mkdir(parents=True)
            for last in range(10):
                (place / f"file_{last}.py").touch()
        tree = Tree(root)
        began = time.perf_counter()
        tree.walk()
        walk = time.perf_counter() - began
        times = []
        for typed in _TYPED:
            began = time.perf_counter()
            tree.find(typed)
            times.append((time.perf_counter() - began) * 1000)
    return Picked(count, walk, median(times), max(times))


@contextmanager
def _session(count: int, attached: bool) -> Iterator[Path]:
    """A data directory whose newest session has `count` questions, each with a picture and a text, or without."""
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(_write(Path(directory) / "glmchat" / "history.db", count, attached))
        yield Path(directory)


def _files(number: int) -> list[Attached]:
    here = Path("-")
    picture = prepared(Bytes(here, f"shot{number}.png", png(300 + number, 200)))
    return [picture, text_attached(Bytes(here, f"notes{number}.md", b"A line of notes.\n" * 200), None)]


async def _write(path: Path, count: int, attached: bool) -> None:
    path.parent.mkdir(mode=0o700)
    archive = await Archive.open(path)
    archive.create(Session(id=1, title="A session with files"))
    last = 0
    for message in talk(count * 2):
        files = _files(message.id) if attached and message.role is Role.USER else []
        has = replace(message, attachments=tuple(each.attachment for each in files))
        await archive.save(1, has, synced=False, attached=contents_of(files))
        last = message.id
    await archive.save(1, Message(last + 1, last, Role.ASSISTANT, "The end: LASTMARK"))
    await archive.update_session(1, leaf_id=last + 1)
    await archive.close()


def with_attachments(server: Server, count: int, attached: bool) -> Opened:
    """Open such a session, go to its start and back, type a key."""
    with _session(count, attached) as data:
        return opened_from(server, data, count)
