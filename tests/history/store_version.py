"""Stores a database of today's schema for the tests of migrations: python -m tests.history.store_version.

Run it once for a new version, before that version is released, and never again afterwards.
"""

from __future__ import annotations

import asyncio
import gzip
import tempfile
from pathlib import Path

from glmchat.core.conversation import Cost, Message, Role
from glmchat.history import Archive, Session, schema

STORED = Path(__file__).parent / "stored"


async def fill(path: Path) -> None:
    """Say something in a new history."""
    archive = await Archive.open(path)
    session = Session(
        id=1767225600000 << 20,
        title="What is a stable sort?",
        created=1767225600.0,
        updated=1767225600.0,
        model="z-ai/glm-4.5",
        system="Be brief.",
        values={"temperature": 0.5},
        tags=("work",),
    )
    archive.create(session)
    question = Message(
        session.id + 1, None, Role.USER, "What is a stable sort? 什么是稳定排序?", created_at=1767225600.0
    )
    await archive.save(session.id, question)
    reply = Message(
        session.id + 2,
        question.id,
        Role.ASSISTANT,
        "Equal keys keep their order.",
        "Simple.",
        created_at=1767225601.0,
        system="Be brief.",
        sent={"model": "z-ai/glm-4.5", "temperature": 0.5},
        settings={"temperature": 0.5},
        cost=Cost(0.002, "CNY"),
        finish_reason="stop",
    )
    await archive.save(session.id, reply)
    while await archive.search.waiting():
        await archive.flush()
    await archive.close()


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "history.db")
        asyncio.run(fill(path))
        STORED.mkdir(exist_ok=True)
        target = STORED / f"v{len(schema.MIGRATIONS)}.db.gz"
        target.write_bytes(gzip.compress(path.read_bytes(), mtime=0))


if __name__ == "__main__":
    main()
