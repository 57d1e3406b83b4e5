"""Figures of the history on a database of any size: python tests/benchmarks/history_bench.py --sessions 10000.

Makes a database under the temporary directory (or uses the one given with --database and leaves it), measures,
and prints one line a figure. Half of the messages are English words, half Chinese, both by Zipf's law.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from glmchat.core.conversation import Cost, Message, Role, State, new_id
from glmchat.history import Archive, Session, messages, schema, sessions
from glmchat.history.connection import connect, prepare, set_up_for_writing
from glmchat.history.search import index

RARE = "quokkabyte"
COMMON = "stable"
PAIR = "北京"
CHINESE = [chr(0x4E00 + number * 7) for number in range(2500)]
SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "e", "i", "o", "u", "an", "er", "ing")]


class Words:
    """Text by Zipf's law; the same seed makes the same text."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        english = [
            "".join(self.random.choices(SYLLABLES, k=self.random.randint(1, 4))) for _ in range(40_000)
        ]
        chinese = ["".join(self.random.choices(CHINESE, k=2)) for _ in range(30_000)]
        self.english, self.chinese = [COMMON, *english], [*chinese[:9000], PAIR, *chinese[9000:]]
        self.weights = {len(each): self._weights(each) for each in (self.english, self.chinese)}

    @staticmethod
    def _weights(words: list[str]) -> list[float]:
        return list(itertools.accumulate(1 / (rank + 3) for rank in range(len(words))))

    def text(self, size: int, chinese: bool) -> str:
        """About `size` bytes of text."""
        words, joint, per = (self.chinese, "", 6) if chinese else (self.english, " ", 7)
        return joint.join(
            self.random.choices(words, cum_weights=self.weights[len(words)], k=max(1, size // per))
        )


def conversations(count: int, each: int, size: int) -> Iterator[tuple[Session, list[Message]]]:
    """Sessions over three years, oldest first; some share the same rare word."""
    words = Words()
    start = time.time() - 3 * 365 * 86400
    for number in range(count):
        at = start + number * (3 * 365 * 86400 / count)
        chinese = number % 2 == 1
        session = Session(
            id=int(at * 1000) << 20 | number, title=words.text(40, chinese), created=at, updated=at
        )
        out: list[Message] = []
        for turn in range(each):
            reply = turn % 2 == 1
            text = words.text(size * 9 // 5 if reply else size // 5, chinese)
            if words.random.random() < 20 / (count * each):
                text += f" {RARE}"
            now = at + turn * 30
            out.append(
                Message(
                    int(now * 1000) << 20 | words.random.getrandbits(20),
                    out[-1].id if out else None,
                    Role.ASSISTANT if reply else Role.USER,
                    text,
                    words.text(size // 5, chinese) if reply and turn % 4 == 1 else "",
                    created_at=now,
                    cost=Cost(len(text) * 1e-5, "CNY") if reply else None,
                    model="z-ai/glm-4.5" if reply else None,
                    finish_reason="stop" if reply else None,
                    settings={"temperature": turn / 10, "top_p": 0.9} if reply else None,
                )
            )
        yield replace(session, leaf_id=out[-1].id), out


def generate(path: Path, count: int, each: int, size: int) -> None:
    """Write the database straight, as an import does, and index it."""
    prepare(path)
    connection = connect(path, write=True)
    set_up_for_writing(connection)
    schema.migrate(connection)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -200000")
    spent, written, volume = 0.0, 0, 0
    everything = conversations(count, each, size)
    while some := list(itertools.islice(everything, 200)):
        began = time.perf_counter()
        connection.execute("BEGIN")
        for session, said in some:
            sessions.insert(connection, session)
            for message in said:
                messages.write(connection, session.id, message)
                written += 1
                volume += len(message.content.encode()) + len(message.reasoning.encode())
        connection.execute("COMMIT")
        spent += time.perf_counter() - began
    show("messages written a second", written / spent)
    show("text (MB)", volume / 1e6)
    show("file before the index (MB)", path.stat().st_size / 1e6)
    began = time.perf_counter()
    more = True
    while more:
        connection.execute("BEGIN")
        more = index.step(connection, 5_000_000)
        connection.execute("COMMIT")
    show("messages indexed a second", written / (time.perf_counter() - began))
    connection.close()
    show("file (MB)", path.stat().st_size / 1e6)


def show(name: str, figure: float, note: str = "") -> None:
    """One figure."""
    print(f"{name:<58} {figure:>12,.2f}  {note}", flush=True)


async def timed(name: str, run: Callable[[], Awaitable[Any]], times: int = 5) -> None:
    """The first and the median time of something, in milliseconds."""
    spent, result = [], None
    for _ in range(times):
        began = time.perf_counter()
        result = await run()
        spent.append((time.perf_counter() - began) * 1000)
    count = f"{len(result)} found" if isinstance(result, list) else ""
    show(f"{name} (ms, median of {times})", statistics.median(spent), f"first {spent[0]:.2f}  {count}")


def plain(path: Path, name: str, sql: str) -> None:
    """The same question to SQLite's own shell, start of the process included."""
    shell = shutil.which("sqlite3")
    if shell:
        began = time.perf_counter()
        subprocess.run([shell, "-readonly", str(path), sql], check=True, capture_output=True)
        show(f"  sqlite3 shell: {name} (ms)", (time.perf_counter() - began) * 1000)


async def measure(path: Path) -> None:
    """The figures of reading and searching."""
    total = connect(path, write=False).execute("SELECT count(*) FROM sessions").fetchone()[0]
    began = time.perf_counter()
    archive = await Archive.open(path)
    show("opening the archive (ms)", (time.perf_counter() - began) * 1000)
    try:
        await timed("first page of the list", lambda: archive.sessions(limit=60))
        plain(path, "the same page", "SELECT * FROM sessions ORDER BY updated DESC LIMIT 60")
        await timed(
            "a page from the middle of the list", lambda: archive.sessions(offset=total // 2, limit=60)
        )
        await timed("filter the list by a word", lambda: archive.sessions("ing", limit=60))
        await timed(
            "filter the list by a word nobody wrote", lambda: archive.sessions("xylophonist", limit=60)
        )
        newest = await archive.newest()
        assert newest is not None
        await timed("open the newest session", lambda: archive.load(newest))
        for name, query in (
            ("a rare word", RARE),
            ("a common word", COMMON),
            ("two Chinese characters", PAIR),
            ("two rare Chinese characters", CHINESE[2400] + CHINESE[2300]),
            ("one Chinese character", CHINESE[2001]),
            ("a common Chinese word", Words().chinese[0]),
            ("two words", f"{COMMON} {Words().english[2000]}"),
            ("a word nobody wrote", "xylophonist"),
            ("a word and a filter", f"{COMMON} temperature>0.8"),
            ("filters alone", "temperature>0.8 finish:stop model:glm"),
            ("a filter that nothing passes", "cost>1000"),
        ):
            await timed(f"search: {name}", lambda query=query: archive.search.find(query, 50))  # type: ignore[misc]
        plain(path, "LIKE for the rare word", f"SELECT seq FROM texts WHERE content LIKE '%{RARE}%'")
        plain(
            path,
            "the index for the common word",
            "SELECT rowid FROM search_content WHERE search_content MATCH 'sta AND tab' ORDER BY rowid DESC LIMIT 50",
        )
        await saving(archive)
    finally:
        await archive.close()


async def importing(place: Path, count: int) -> None:
    """How fast our own export, ChatGPT's form of the same text, and the other way go."""
    words = Words(2)
    talks = [
        {
            "id": f"c{number}",
            "title": f"talk {number}",
            "create_time": 1.6e9 + number * 100,
            "mapping": {
                str(turn): {
                    "parent": str(turn - 1),
                    "message": {
                        "author": {"role": "assistant" if turn % 2 else "user"},
                        "create_time": 1.6e9 + number * 100 + turn,
                        "content": {"content_type": "text", "parts": [words.text(2000, bool(turn % 4))]},
                    },
                }
                for turn in range(10)
            },
        }
        for number in range(count)
    ]
    theirs, ours = place / "conversations.json", place / "export.json"
    theirs.write_text(json.dumps(talks), encoding="utf-8")
    archive = await Archive.open(place / "import.db")
    began = time.perf_counter()
    report = await archive.transfer.import_file(theirs)
    show("messages imported a second, conversations.json", report.messages / (time.perf_counter() - began))
    began = time.perf_counter()
    with ours.open("w", encoding="utf-8") as file:
        async for piece in archive.transfer.export("json"):
            file.write(piece)
    show("messages exported a second, JSON", report.messages / (time.perf_counter() - began))
    await archive.close()
    archive = await Archive.open(place / "import2.db")
    began = time.perf_counter()
    report = await archive.transfer.import_file(ours)
    show("messages imported a second, our JSON", report.messages / (time.perf_counter() - began))
    began = time.perf_counter()
    while await archive.search.waiting():
        await asyncio.sleep(0.05)
    show("  and until all of them are in the index (s)", time.perf_counter() - began)
    await archive.close()


async def saving(archive: Archive) -> None:
    """What a streaming reply of 500 KB costs, saved every 400 ms as it grows."""
    session = Session()
    archive.create(session)
    question = Message(new_id(), None, Role.USER, "how?")
    began = time.perf_counter()
    await archive.save(session.id, question)
    show("committing a user's message, synced (ms)", (time.perf_counter() - began) * 1000)
    reply = Message(new_id(), question.id, Role.ASSISTANT, state=State.STREAMING)
    piece = Words().text(5000, False)
    pieces = 100
    spent = time.process_time()
    for _ in range(pieces):
        reply = replace(reply, content=reply.content + piece)
        archive.save_soon(session.id, reply)
        await archive.flush()
    spent = time.process_time() - spent
    show("saving a reply while it streams (% of a core)", spent / (pieces * 0.4) * 100)
    began = time.perf_counter()
    await archive.save(session.id, replace(reply, state=State.COMPLETE))
    show("saving its end, 500 KB (ms)", (time.perf_counter() - began) * 1000)
    await archive.delete(session.id)
    await archive.purge()


def main() -> int:
    """Generate where needed, measure, clean up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--messages", type=int, default=10, help="per session")
    parser.add_argument("--size", type=int, default=2000, help="bytes of text per message")
    parser.add_argument("--database", type=Path, help="use this file, and keep it")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        path = given.database or Path(place, "history.db")
        if not path.exists():
            generate(path, given.sessions, given.messages, given.size)
        asyncio.run(measure(path))
        asyncio.run(importing(Path(place), min(1000, given.sessions)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
