"""What other programs' exports hold of files and pictures: attached again, byte for byte but for their metadata."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from glmchat.core.conversation import Message
from glmchat.history import Archive
from tests.files.drawn import png, png_chunk
from tests.history.test_foreign import LLM, branch, chatgpt, database, only

PLAIN = png()
SECRET = (b"tEXt", b"Comment\0taken at home")
URI = f"data:image/png;base64,{base64.b64encode(png(3, 2, SECRET)).decode()}"


async def taken(archive: Archive, path: Path, data: Any) -> list[Message]:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    await archive.transfer.import_file(path)
    _, conversation = await only(archive)
    return branch(conversation)


async def held(archive: Archive, message: Message) -> list[tuple[str, bytes]]:
    contents = await archive.contents([each.digest for each in message.attachments])
    return [(each.name, contents[each.digest]) for each in message.attachments]


def webui(*messages: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": "c", "title": "t", "chat": {"title": "t", "models": ["m"], "messages": list(messages)}}]


async def test_open_webui(archive: Archive, tmp_path: Path) -> None:
    text = {"type": "file", "name": "a.txt", "file": {"filename": "a.txt", "data": {"content": "Oak."}}}
    pictures = [
        {"type": "image", "url": URI},
        {"type": "image", "url": "/api/v1/files/x/content", "name": "b.png"},
    ]
    question, reply, bare = await taken(
        archive,
        tmp_path / "x",
        webui(
            {"role": "user", "content": "Look", "files": [text, *pictures]},
            {"role": "assistant", "content": "Drawn.", "files": [{"type": "image", "url": URI}]},
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": URI}}]},
        ),
    )
    assert question.content == "Look\n[picture: b.png]"
    assert await held(archive, question) == [("a.txt", b"Oak."), ("picture.png", PLAIN)]
    assert (reply.content, len(reply.images), reply.attachments) == ("Drawn.", 1, ())
    assert base64.b64decode(reply.images[0]["data"].partition(",")[2]) == PLAIN
    assert (bare.content, await held(archive, bare)) == ("", [("picture.png", PLAIN)])


async def test_claude(archive: Archive, tmp_path: Path) -> None:
    data = base64.b64encode(PLAIN).decode()
    message = {
        "uuid": "m",
        "sender": "human",
        "content": [
            {"type": "text", "text": "See"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}},
        ],
        "attachments": [{"file_name": "a.txt", "extracted_content": "Oak."}],
    }
    (question,) = await taken(
        archive, tmp_path / "x", [{"uuid": "c", "name": "t", "chat_messages": [message]}]
    )
    assert question.content == "See"
    assert await held(archive, question) == [("picture.png", PLAIN), ("a.txt", b"Oak.")]


async def test_librechat(archive: Archive, tmp_path: Path) -> None:
    message = {
        "messageId": "m",
        "isCreatedByUser": True,
        "content": [{"type": "text", "text": "See"}, {"type": "image_url", "image_url": {"url": URI}}],
        "files": [
            {"filename": "a.txt", "type": "text/plain", "text": "Oak."},
            {"filename": "b.png", "type": "image/png", "filepath": "/images/u/b.png"},
        ],
    }
    (question,) = await taken(
        archive, tmp_path / "x", {"conversationId": "c", "title": "t", "messages": [message]}
    )
    assert question.content == "See\n\n[picture: b.png]"
    assert await held(archive, question) == [("picture.png", PLAIN), ("a.txt", b"Oak.")]


async def test_sillytavern(archive: Archive, tmp_path: Path) -> None:
    lines = [
        {"user_name": "Me", "character_name": "Ann", "chat_metadata": {}, "create_date": "2025-01-01"},
        {"name": "Me", "is_user": True, "mes": "See", "send_date": 1.7e12, "extra": {"image": URI}},
    ]
    (tmp_path / "x").write_text("\n".join(map(json.dumps, lines)))
    await archive.transfer.import_file(tmp_path / "x")
    (question,) = branch((await only(archive))[1])
    assert (question.content, await held(archive, question)) == ("See", [("picture.png", PLAIN)])


def pointing(pointer: str) -> dict[str, Any]:
    picture = {"content_type": "image_asset_pointer", "asset_pointer": pointer}
    return {"content_type": "multimodal_text", "parts": [picture, "What is it?"]}


FILES = [
    {"id": "file-TextText1", "name": "a.md", "mime_type": "text/markdown"},
    {"id": "file-PdfPdfPdf", "name": "b.pdf"},
]
TALK = chatgpt(
    ("user", pointing("file-service://file-AbCdEf123"), {"attachments": FILES}),
    ("tool", pointing("sediment://file_00000000dead"), {}),
    ("assistant", {"content_type": "text", "parts": ["Here."]}, {}),
    ("user", pointing("file-service://file-AbCdEf1234"), {}),
)
ASSETS = {
    "file-AbCdEf123-my photo.png": png(3, 2, SECRET),
    "dalle-generations/file_00000000dead-xyz.dat": PLAIN,
    "file-TextText1-a.md": b"# Oak",
    "file-PdfPdfPdf-b.pdf": b"%PDF-1.7\0",
}


async def told(archive: Archive) -> None:
    question, reply, last = branch((await only(archive))[1])
    assert question.content == "What is it?\n[file: b.pdf]"
    assert await held(archive, question) == [("picture.png", PLAIN), ("a.md", b"# Oak")]
    assert reply.content == "Here." and len(reply.images) == 1
    assert last.content == "[picture]\nWhat is it?" and not last.attachments


async def test_chatgpt_in_its_archive_and_unpacked(archive: Archive, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as packed:
        packed.writestr("conversations.json", json.dumps(TALK))
        for name, data in ASSETS.items():
            packed.writestr(name, data)
    report = await archive.transfer.import_file(tmp_path / "export.zip")
    assert dict(report.dropped) == {"file": 1, "picture": 1}
    await told(archive)
    other = await Archive.open(None)
    with zipfile.ZipFile(tmp_path / "export.zip") as packed:
        packed.extractall(tmp_path / "unpacked")
    await other.transfer.import_file(tmp_path / "unpacked" / "conversations.json")
    await told(other)
    await other.close()


async def test_chatgpt_without_its_files_names_them(archive: Archive, tmp_path: Path) -> None:
    question, _, _ = await taken(archive, tmp_path / "x", TALK)
    assert question.content == "[picture]\nWhat is it?\n[file: a.md]\n[file: b.pdf]"


@pytest.mark.parametrize("what", ["link", "directory", "bomb", "broken", "large"])
async def test_what_lies_beside_is_not_trusted(archive: Archive, tmp_path: Path, what: str) -> None:
    asset = tmp_path / "file-AbCdEf123-x.png"
    if what == "link":
        (tmp_path / "secret").write_bytes(PLAIN)
        asset.symlink_to(tmp_path / "secret")
    elif what == "directory":
        asset.mkdir()
    elif what == "bomb":
        head = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", b"\0\0\xff\xff\0\0\xff\xff\x08\2\0\0\0")
        asset.write_bytes(head + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b""))
    elif what == "broken":
        asset.write_bytes(PLAIN[:-8])
    else:
        with asset.open("wb") as file:
            file.truncate(10_000_000_000)
    question, _, _ = await taken(archive, tmp_path / "x", TALK)
    assert question.content.startswith("[picture]") and not question.attachments


async def test_an_archive_in_memory_of_its_own_export_holds_them_too(
    archive: Archive, tmp_path: Path
) -> None:
    message = {"role": "user", "content": "a", "files": [{"type": "image", "url": URI}]}
    (question,) = await taken(archive, tmp_path / "x", webui(message))
    text = "".join([piece async for piece in archive.transfer.export("json")])
    (tmp_path / "own").write_text(text)
    other = await Archive.open(None)
    await other.transfer.import_file(tmp_path / "own")
    (again,) = branch((await only(other))[1])
    assert await held(other, again) == await held(archive, question) == [("picture.png", PLAIN)]
    await other.close()


async def test_llm_in_both_of_its_generations(archive: Archive, tmp_path: Path) -> None:
    picture = png(3, 2, SECRET).hex()
    database(
        tmp_path / "new.db",
        LLM
        + f"""
        INSERT INTO attachments (id, type, content) VALUES ('p', 'image/png', x'{picture}'),
          ('t', 'text/plain', x'4f616b');
        INSERT INTO messages VALUES ('h5', NULL, 'user', NULL);
        INSERT INTO parts (message_hash, position, type, text, payload) VALUES
          ('h5', 0, 'attachment', NULL, '{{"attachment": {{"id": "p"}}}}'),
          ('h5', 1, 'attachment', NULL, '{{"attachment": {{"id": "t"}}}}');
        INSERT INTO threads VALUES ('t4', 'Picture', 'h5', NULL, '2026-08-07T10:00:00+00:00');
        """,
    )
    await archive.transfer.import_file(tmp_path / "new.db")
    (question,) = branch((await only(archive, "Picture"))[1])
    assert question.content == ""
    assert await held(archive, question) == [("picture.png", PLAIN), ("file", b"Oak")]
    other = await Archive.open(None)
    database(
        tmp_path / "old.db",
        f"""
        CREATE TABLE responses (id TEXT, model TEXT, prompt TEXT, response TEXT, conversation_id TEXT,
          datetime_utc TEXT);
        CREATE TABLE attachments (id TEXT, type TEXT, path TEXT, url TEXT, content BLOB);
        CREATE TABLE prompt_attachments (response_id TEXT, attachment_id TEXT, "order" INTEGER);
        INSERT INTO responses VALUES ('r', 'm', 'See', 'Seen', 'c', '2025-01-01T00:00:00');
        INSERT INTO attachments VALUES ('p', 'image/png', NULL, NULL, x'{picture}'),
          ('q', 'image/png', '/home/me/b.png', NULL, NULL);
        INSERT INTO prompt_attachments VALUES ('r', 'p', 0), ('r', 'q', 1);
        """,
    )
    await other.transfer.import_file(tmp_path / "old.db")
    question, _ = branch((await only(other))[1])
    assert question.content == "See\n\n[picture]"
    assert await held(other, question) == [("picture.png", PLAIN)]
    await other.close()
