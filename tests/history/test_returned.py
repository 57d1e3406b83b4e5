"""Pictures that a model returned: kept once by their digests beside the database, and read back as they came."""

from __future__ import annotations

import base64
import json
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from glmchat.core.attached import digest_of
from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.history import Archive
from glmchat.history.maintenance.verify import verify
from tests.files.drawn import png
from tests.history.talk import Talk, begin

PNG = png(30, 20)


def image(data: bytes = PNG, type: str | None = "image/png") -> dict[str, object]:
    uri = f"data:{type or ''};base64,{base64.b64encode(data).decode()}"
    return {"type": type, "bytes": len(data), "address": None, "data": uri}


ODD = (
    {"type": "image/png", "bytes": None, "address": "https://example.org/a.png", "data": None},
    {"type": "image/svg+xml", "bytes": 6, "address": None, "data": "data:image/svg+xml,<svg/>"},
    {"type": "image/png", "bytes": 3, "address": None, "data": "data:image/png;base64,AAA A\n"},
    {"type": "image/png", "bytes": 3, "address": None, "data": 7},
    {"type": 8, "bytes": "x", "address": [], "data": "data:8;base64,!!!", "digest": "../../etc/passwd"},
)


def facts(path: Path, message: Message) -> dict[str, object]:
    with closing(sqlite3.connect(path)) as connection, connection:
        sql = "SELECT facts FROM details d JOIN messages m ON m.seq = d.seq WHERE m.id = ?"
        found: dict[str, object] = json.loads(connection.execute(sql, (message.id,)).fetchone()[0])
    return found


async def test_a_picture_lies_once_beside_the_database_and_comes_back_as_it_came(
    archive: Archive, talk: Talk, path: Path
) -> None:
    await talk.say("draw")
    one = await talk.reply("Here.", images=(image(),))
    two = await talk.reply("Again.", images=(image(), image(b"\x89PNG other", None)))
    files = sorted((path.parent / "pictures").iterdir())
    assert [each.name for each in files] == sorted([digest_of(PNG), digest_of(b"\x89PNG other")])
    assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    assert "base64" not in json.dumps([facts(path, one), facts(path, two)])
    assert [each.images for each in await archive.messages([one.id, two.id])] == [one.images, two.images]
    assert verify(path) == []


async def test_odd_pictures_stay_as_they_are(archive: Archive, talk: Talk) -> None:
    await talk.say("draw")
    message = await talk.reply("Here.", images=(*ODD, image()))
    (back,) = await archive.messages([message.id])
    assert back.images == message.images


async def test_it_is_kept_while_the_reply_comes_and_when_that_is_written_again(
    archive: Archive, talk: Talk
) -> None:
    question = await talk.say("draw")
    growing = Message(new_id(), question.id, Role.ASSISTANT, state=State.STREAMING)
    for message in (
        growing,
        replace(growing, images=(image(),)),
        replace(growing, images=(image(),), content="Here"),
        replace(growing, images=(image(),), content="Here.", state=State.COMPLETE),
    ):
        assert await archive.save(talk.session.id, message)
    (back,) = await archive.messages([growing.id])
    assert await archive.save(talk.session.id, replace(back, content="Changed."))
    (again,) = await archive.messages([growing.id])
    assert (again.content, again.images) == ("Changed.", (image(),))


async def test_it_goes_with_its_last_message(archive: Archive, talk: Talk, path: Path) -> None:
    await talk.say("draw")
    await talk.reply("Here.", images=(image(),))
    await archive.delete(talk.session.id)
    await archive.purge()
    assert list((path.parent / "pictures").iterdir()) == []


async def test_a_row_of_an_earlier_version_is_still_read(archive: Archive, talk: Talk, path: Path) -> None:
    await talk.say("draw")
    message = await talk.reply("Here.")
    with closing(sqlite3.connect(path)) as connection, connection:
        found = json.dumps({**facts(path, message), "images": [image()]})
        sql = "UPDATE details SET facts = ? WHERE seq = (SELECT seq FROM messages WHERE id = ?)"
        connection.execute(sql, (found, message.id))
    (back,) = await archive.messages([message.id])
    assert back.images == (image(),)


async def test_where_its_file_is_gone_the_message_still_names_it(
    archive: Archive, talk: Talk, path: Path
) -> None:
    await talk.say("draw")
    message = await talk.reply("Here.", images=(image(),))
    held = path.parent / "pictures" / digest_of(PNG)
    held.unlink()
    (back,) = await archive.messages([message.id])
    assert back.images == ({**image(), "data": None, "digest": digest_of(PNG)},)
    await archive.save(talk.session.id, replace(back, content="Changed."))
    held.write_bytes(PNG)
    (back,) = await archive.messages([message.id])
    assert (back.content, back.images) == ("Changed.", (image(),))


async def test_where_no_file_can_be_written_the_row_holds_it(
    archive: Archive, talk: Talk, path: Path
) -> None:
    await talk.say("draw")
    (path.parent / "pictures").write_text("in the way")
    message = await talk.reply("Here.", images=(image(),))
    (back,) = await archive.messages([message.id])
    assert back.images == (image(),) and "base64" in json.dumps(facts(path, message))


async def test_in_memory_nothing_is_written() -> None:
    archive = await Archive.open(None)
    talk = begin(archive)
    await talk.say("draw")
    message = await talk.reply("Here.", images=(image(),))
    (back,) = await archive.messages([message.id])
    await archive.close()
    assert back.images == (image(),)
