"""What other programs export: the text, the thought, the branches, the names of models, and what has to be left out."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from glmchat.core.attachments import cited
from glmchat.core.conversation import Conversation, Message, Role, State
from glmchat.history import Archive, Session
from glmchat.history.formats.values import ImportReport

FILES = Path(__file__).parent / "imports"
USER, ASSISTANT = Role.USER, Role.ASSISTANT


async def taken(archive: Archive, path: Path, data: Any, encoding: str = "utf-8") -> ImportReport:
    """What becomes of some JSON as a file."""
    path.write_text(json.dumps(data, ensure_ascii=False), encoding=encoding)
    return await archive.transfer.import_file(path)


async def only(archive: Archive, title: str | None = None) -> tuple[Session, Conversation]:
    (row,) = [row for row in await archive.sessions() if title is None or row.title == title]
    return await archive.load(row.id)


def branch(conversation: Conversation) -> list[Message]:
    return [conversation.loaded[node.id] for node in conversation.path()]


def said(conversation: Conversation) -> list[tuple[Role, str]]:
    return [(message.role, message.content) for message in branch(conversation)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a file"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
async def test_export_in_every_unicode_form_is_taken_in(
    archive: Archive, tmp_path: Path, encoding: str
) -> None:
    for name in ("chatgpt.json", "openwebui.json", "chatbox-export.json"):
        source = (FILES / name).read_text(encoding="utf-8")
        path = tmp_path / name
        path.write_text(source, encoding=encoding)
        assert (await archive.transfer.import_file(path)).sessions > 0
    _, conversation = await only(archive, "北京")
    assert said(conversation)[0][1].startswith("你好")


async def test_own_export_in_utf16_is_taken_in(archive: Archive, tmp_path: Path) -> None:
    await archive.transfer.import_file(FILES / "chatgpt.json")
    path = tmp_path / "own"
    path.write_text("".join([piece async for piece in archive.transfer.export("json")]), encoding="utf-16")
    other = await Archive.open(None)
    assert (await other.transfer.import_file(path)).sessions == 2
    await other.close()


async def test_own_export_may_be_written_anew_by_another_tool(archive: Archive, tmp_path: Path) -> None:
    await archive.transfer.import_file(FILES / "chatgpt.json")
    data = json.loads("".join([piece async for piece in archive.transfer.export("json")]))
    other = await Archive.open(None)
    for indent, separators in ((2, None), (None, (",", ":"))):
        path = tmp_path / f"{indent}"
        path.write_text(json.dumps(data, indent=indent, separators=separators), encoding="utf-8")
        report = await other.transfer.import_file(path)
        assert (report.source, report.sessions + report.known) == ("glmchat's JSON export", 2)
    await other.close()


async def test_chatgpt_document_after_which_nothing_was_said(archive: Archive) -> None:
    report = await archive.transfer.import_file(FILES / "chatgpt-canvas-last.json")
    assert (report.sessions, report.messages) == (1, 2)
    _, conversation = await only(archive)
    last = branch(conversation)[-1]
    assert (last.role, last.content) == (ASSISTANT, "**rhyme**\n\nThe kettle sings, the window rings.")
    assert last.reasoning == "Made the document."


async def test_chatgpt_picture_after_which_nothing_was_said(archive: Archive) -> None:
    report = await archive.transfer.import_file(FILES / "chatgpt-picture-last.json")
    assert dict(report.dropped) == {"picture": 1}
    _, conversation = await only(archive)
    last = branch(conversation)[-1]
    assert (last.role, last.content) == (ASSISTANT, "[picture]")
    assert "a blue cat" in last.reasoning


def chatgpt(*nodes: tuple[str, dict[str, Any], dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    """A conversation of (role, content, metadata) one after the other."""
    mapping: dict[str, Any] = {}
    for number, (role, content, about) in enumerate(nodes):
        mapping[f"n{number}"] = {
            "parent": f"n{number - 1}" if number else None,
            "message": {
                "author": {"role": role},
                "create_time": 1.7e9 + number,
                "content": content,
                "metadata": about,
            },
        }
    return [{"title": "t", "create_time": 1.7e9, "id": "c", "mapping": mapping, **more}]


def words(*parts: Any) -> dict[str, Any]:
    return {"content_type": "text", "parts": list(parts)}


async def test_chatgpt_marks_become_links_and_names(archive: Archive, file: Path) -> None:
    cite = "\ue200cite\ue202turn0search0\ue202turn0search1\ue201"
    bare = "\ue200cite\ue202turn0search7\ue201"
    entity = '\ue200entity\ue202["city","Paris","the capital"]\ue201'
    link = "\ue200url\ue202A page\ue202https://example.org/b\ue201"
    about = {
        "content_references": [
            {
                "matched_text": cite,
                "type": "grouped_webpages",
                "alt": "([example.org](https://example.org/a))",
            },
            {"matched_text": " ", "type": "sources_footnote"},
            7,
        ]
    }
    answer = f"It rains {cite} in {entity} {bare}. See {link}; half \ue200cite\ue202turn"
    await taken(archive, file, chatgpt(("user", words("q"), {}), ("assistant", words(answer), about)))
    _, conversation = await only(archive)
    assert branch(conversation)[-1].content == (
        "It rains ([example.org](https://example.org/a)) in Paris. See [A page](https://example.org/b); half citeturn"
    )


async def test_chatgpt_older_citations_become_links(archive: Archive, file: Path) -> None:
    answer = "It rains【1†source】."
    about = {
        "citations": [
            {"start_ix": 8, "end_ix": 18, "metadata": {"title": "Rain [x]", "url": "https://e.org"}},
            {},
        ]
    }
    await taken(archive, file, chatgpt(("assistant", words(answer), about)))
    _, conversation = await only(archive)
    assert branch(conversation)[-1].content == "It rains ([Rain (x)](https://e.org))."


async def test_chatgpt_files_and_what_the_person_wrote_of_themselves(archive: Archive, file: Path) -> None:
    about_me = {
        "content_type": "user_editable_context",
        "user_profile": "I am a baker.",
        "user_instructions": "Be short.",
    }
    files = {
        "attachments": [
            {"name": "a.pdf", "mime_type": "application/pdf"},
            {"name": "b.png", "mime_type": "image/png"},
        ]
    }
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://b"}
    voice = {"content_type": "audio_transcription", "text": "Spoken."}
    data = chatgpt(
        ("user", about_me, {"is_visually_hidden_from_conversation": True}),
        ("user", {"content_type": "multimodal_text", "parts": [picture, voice]}, files),
        ("assistant", words("ok"), {}),
    )
    report = await taken(archive, file, data)
    assert dict(report.dropped) == {"picture": 1, "file": 1}
    session, conversation = await only(archive)
    assert session.system == "I am a baker.\n\nBe short."
    assert said(conversation) == [(USER, "[picture]\nSpoken.\n[file: a.pdf]"), (ASSISTANT, "ok")]


async def test_open_webui_escaped_thoughts_tools_and_pictures(archive: Archive) -> None:
    report = await archive.transfer.import_file(FILES / "open-webui-escaped.json")
    assert (report.sessions, report.messages, dict(report.dropped)) == (2, 4, {"picture": 1})
    _, conversation = await only(archive, "escaped details")
    last = branch(conversation)[-1]
    assert last.content == "It rained."
    assert last.reasoning == 'Is 2 < 3?\nYes.\n\nlookup({"q": "rain"})\nwet'
    _, conversation = await only(archive, "a picture alone")
    assert said(conversation) == [(USER, "[picture]"), (ASSISTANT, "A cat.")]


def openwebui(*messages: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"id": "o", "title": "t", "created_at": 1.7e9, "chat": {"models": ["m"], "messages": list(messages)}}
    ]


@pytest.mark.parametrize(
    ("content", "answer", "thought"),
    [
        ('a <details open>kept</details> <b> "', 'a <details open>kept</details> <b> "', ""),
        ('<details type="reasoning" done="false">\n<summary>Thinking…</summary>\n> half', "", "half"),
        (
            'x\n<details type="code_interpreter" done="true" output="{&quot;stdout&quot;: &quot;4&quot;}">\n'
            "<summary>Analyzed</summary>\n```python\n2+2\n```\n</details>\ny",
            "x\n\ny",
            "```python\n2+2\n```\n\n4",
        ),
        (
            '<details type="tool_calls" name="t" arguments="{}">\n<summary>Done</summary>\n'
            "{&quot;a&quot;: 1}\n</details>z",
            "z",
            't({})\n{"a": 1}',
        ),
    ],
)
async def test_open_webui_blocks(
    archive: Archive, file: Path, content: str, answer: str, thought: str
) -> None:
    await taken(
        archive, file, openwebui({"role": "user", "content": "q"}, {"role": "assistant", "content": content})
    )
    _, conversation = await only(archive)
    last = branch(conversation)[-1]
    assert (last.content, last.reasoning) == (answer, thought)


async def test_open_webui_output_and_errors(archive: Archive, file: Path) -> None:
    output = [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]},
        {"type": "function_call", "name": "look", "arguments": '{"a": 1}'},
        {"type": "function_call_output", "output": [{"type": "input_text", "text": "found"}]},
        {"type": "message", "content": [{"type": "output_text", "text": "Here."}]},
    ]
    data = openwebui(
        {"role": "user", "content": "q"},
        {
            "role": "assistant",
            "content": "",
            "output": output,
            "sources": [
                {
                    "source": {"name": "Pages"},
                    "metadata": [{"source": "https://a.example/b"}, {"source": "c.pdf"}],
                }
            ],
        },
        {"role": "user", "content": "again", "files": [{"type": "file", "file": {"filename": "a.txt"}}]},
        {"role": "assistant", "content": "", "error": {"content": "", "detail": "No credit."}},
    )
    await taken(archive, file, data)
    _, conversation = await only(archive)
    first, second = branch(conversation)[1], branch(conversation)[3]
    assert (first.content, first.reasoning) == ("Here.", 'Hm.\n\nlook({"a": 1})\n\nfound')
    assert cited(first.annotations) == [("Pages", "https://a.example/b")]
    assert branch(conversation)[2].content == "again\n[file: a.txt]"
    assert (second.state, second.failure and second.failure.message) == (State.FAILED, "No credit.")


def database(path: Path, script: str) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path


LLM = (FILES / "llm-0.32.sql").read_text(encoding="utf-8")


async def test_llm_threads_share_their_beginning(archive: Archive, file: Path) -> None:
    report = await archive.transfer.import_file(database(file, LLM))
    assert (report.source, report.sessions, report.messages) == ("llm's logs.db", 2, 6)
    session, conversation = await only(archive, "Waters")
    assert (session.system, session.model, session.created) == (
        "Answer briefly.",
        "m-one",
        datetime(2026, 8, 6, 10, tzinfo=UTC).timestamp(),
    )
    assert said(conversation) == [
        (USER, "Name a river."),
        (ASSISTANT, "The Danube."),
        (USER, "And a lake?"),
        (ASSISTANT, "Lake Garda."),
    ]
    reply = branch(conversation)[1]
    assert (reply.reasoning, reply.settings, reply.prompt_tokens, reply.completion_tokens) == (
        "A long one is fine.",
        {"temperature": 0.3},
        11,
        7,
    )
    assert reply.timing is not None
    assert reply.timing.total_s == 0.9
    _, other = await only(archive, "Waters, again")
    assert said(other) == [(USER, "Name a river."), (ASSISTANT, "The Rhine.")]
    assert branch(other)[1].model == "m-two"
    assert (await archive.transfer.import_file(file)).known == 2


async def test_llm_fragments_attachments_and_tools(archive: Archive, file: Path) -> None:
    database(
        file,
        LLM
        + """
        INSERT INTO fragments (id, hash, content) VALUES (1, 'f', 'A long text.');
        INSERT INTO attachments (id, type) VALUES ('p', 'image/png');
        INSERT INTO messages VALUES ('h1', NULL, 'user', NULL), ('h2', 'h1', 'assistant', NULL),
          ('h3', 'h2', 'user', NULL), ('h4', 'h3', 'assistant', NULL), ('h5', NULL, 'user', NULL);
        INSERT INTO parts (message_hash, position, type, text, payload) VALUES
          ('h1', 0, 'text', NULL, '{"text_ref": [{"fragment": 1}, {"literal": "\\nAbout it"}]}'),
          ('h2', 0, 'tool_call', NULL, '{"id": "1", "name": "look", "arguments": {"a": 1}}'),
          ('h3', 0, 'tool_result', 'found', '{"call_id": "1", "name": "look"}'),
          ('h4', 0, 'text', 'Here.', NULL),
          ('h5', 0, 'attachment', NULL, '{"attachment": {"id": "p"}}');
        INSERT INTO threads VALUES ('t3', 'Tools', 'h4', NULL, '2026-08-07T10:00:00+00:00'),
          ('t4', 'Picture', 'h5', NULL, '2026-08-07T10:00:00+00:00');
        """,
    )
    report = await archive.transfer.import_file(file)
    assert (report.sessions, dict(report.dropped)) == (4, {"picture": 1})
    _, conversation = await only(archive, "Tools")
    assert said(conversation) == [(USER, "A long text.\nAbout it"), (ASSISTANT, "Here.")]
    assert branch(conversation)[1].reasoning == 'look({"a": 1})\n\nfound'
    _, conversation = await only(archive, "Picture")
    assert said(conversation) == [(USER, "[picture]")]


async def test_llm_what_both_generations_have_comes_once(archive: Archive, file: Path) -> None:
    database(
        file,
        LLM
        + """
        INSERT INTO conversations VALUES ('01t1', 'Waters', 'm-one'), ('old', 'Old', 'm');
        INSERT INTO responses (id, model, prompt, response, conversation_id, datetime_utc, duration_ms) VALUES
          ('01r1', 'm-one', 'Name a river.', 'The Danube.', '01t1', '2026-08-06T10:00:01', 900),
          ('r', 'm', 'Hello', 'Hi', 'old', '2025-01-01T00:00:00', 'soon');
        """,
    )
    assert (await archive.transfer.import_file(file)).sessions == 3
    _, conversation = await only(archive, "Old")
    assert said(conversation) == [(USER, "Hello"), (ASSISTANT, "Hi")]


CLAUDE = [
    {
        "uuid": "c1",
        "name": "Boats",
        "summary": "",
        "created_at": "2025-03-01T10:00:00.000000Z",
        "updated_at": "2025-03-01T10:05:00.000000Z",
        "account": {"uuid": "a"},
        "chat_messages": [
            {
                "uuid": "m1",
                "text": "Which boat?",
                "sender": "human",
                "created_at": "2025-03-01T10:00:01Z",
                "content": [{"type": "text", "text": "Which boat?"}],
                "attachments": [{"file_name": "a.txt", "file_type": "txt", "extracted_content": "Oak."}],
                "files": [{"file_name": "b.png"}, {"file_name": "c.pdf"}],
            },
            {
                "uuid": "m2",
                "text": "",
                "sender": "assistant",
                "created_at": "2025-03-01T10:00:02Z",
                "content": [
                    {"type": "thinking", "thinking": "Of oak."},
                    {"type": "tool_use", "name": "web_search", "input": {"query": "oak"}},
                    {"type": "tool_result", "name": "web_search", "content": [{"type": "text", "text": "hard"}]},
                    {"type": "text", "text": "A punt."},
                    {"type": "text", "text": "", "citations": [{"details": {"url": "https://a.example/oak"}}]},
                    {"type": "tool_use", "name": "artifacts", "input": {
                        "command": "create", "title": "Plan", "type": "text/markdown", "content": "# Saw it"}},
                ],
                "attachments": [],
                "files": [],
            },
        ],
    },
    {"uuid": "c2", "name": "", "created_at": "2025-03-02T10:00:00Z", "chat_messages": []},
]  # fmt: skip


async def test_claude(archive: Archive, file: Path) -> None:
    report = await taken(archive, file, CLAUDE)
    assert (report.source, report.sessions, report.messages) == ("Claude's conversations.json", 1, 2)
    assert (report.empty, dict(report.dropped)) == (1, {"picture": 1, "file": 1})
    session, conversation = await only(archive)
    assert (session.title, session.created) == ("Boats", datetime(2025, 3, 1, 10, tzinfo=UTC).timestamp())
    assert said(conversation) == [
        (USER, "Which boat?\n\n[picture: b.png]\n\n[file: c.pdf]"),
        (ASSISTANT, "A punt.\n\n**Plan**\n\n# Saw it"),
    ]
    assert branch(conversation)[1].reasoning == 'Of oak.\n\nweb_search({"query": "oak"})\n\nhard'
    assert cited(branch(conversation)[1].annotations) == [("", "https://a.example/oak")]
    assert (await taken(archive, file, CLAUDE)).known == 1


async def test_claude_branches(archive: Archive, file: Path) -> None:
    def message(id: str, parent: str, sender: str) -> dict[str, Any]:
        return {"uuid": id, "parent_message_uuid": parent, "sender": sender, "text": id, "content": []}

    root = "00000000-0000-4000-8000-000000000000"
    talk = {
        "uuid": "c",
        "name": "n",
        "model": "claude-x",
        "is_starred": True,
        "current_leaf_message_uuid": "a1",
        "chat_messages": [
            message("q", root, "human"),
            message("a1", "q", "assistant"),
            message("a2", "q", "assistant"),
        ],
    }
    await taken(archive, file, talk)
    session, conversation = await only(archive)
    assert (session.model, session.pinned) == ("claude-x", True)
    assert said(conversation) == [(USER, "q"), (ASSISTANT, "a1")]
    assert len(conversation.siblings(branch(conversation)[-1].id)) == 2


def librechat(**more: Any) -> dict[str, Any]:
    return {
        "conversationId": "l1",
        "endpoint": "openAI",
        "title": "Snow",
        "exportAt": "13:18:04 GMT-0400",
        "options": {
            "model": "gpt-4",
            "promptPrefix": "Be cold.",
            "temperature": 0.8,
            "top_p": "x",
            "title": "Snow",
        },
        **more,
    }


async def test_librechat_tree(archive: Archive, file: Path) -> None:
    def message(id: str, text: str, *children: dict[str, Any], user: bool = False) -> dict[str, Any]:
        return {
            "messageId": id,
            "parentMessageId": "00000000-0000-0000-0000-000000000000",
            "isCreatedByUser": user,
            "model": None if user else "gpt-4-turbo",
            "text": text,
            "createdAt": "2024-05-01T16:35:11.530Z",
            "children": list(children),
        }

    tree = message(
        "q", "Snow?", message("a1", "No."), message("a2", ":::thinking\nCold.\n:::\nYes."), user=True
    )
    report = await taken(archive, file, librechat(recursive=True, messages=[tree]))
    assert (report.source, report.sessions, report.messages) == ("LibreChat's export", 1, 3)
    session, conversation = await only(archive)
    assert (session.title, session.system, session.model) == ("Snow", "Be cold.", "gpt-4")
    assert (session.values, session.created) == ({"temperature": 0.8}, 1714581311.53)
    last = branch(conversation)[-1]
    assert (last.content, last.reasoning, last.model) == ("Yes.", "Cold.", "gpt-4-turbo")
    assert len(conversation.siblings(last.id)) == 2


async def test_librechat_list_with_parts(archive: Archive, file: Path) -> None:
    parts = [
        {"type": "think", "think": "Hm."},
        {"type": "tool_call", "tool_call": {"name": "look", "args": '{"a":1}', "output": "found"}},
        {"type": "text", "text": {"value": "Yes."}},
        {"type": "image_file", "image_file": {"file_id": "x"}},
    ]
    messages = [
        {"messageId": "q", "parentMessageId": None, "isCreatedByUser": True, "text": "Snow?",
         "files": [{"filename": "a.pdf", "type": "application/pdf"}]},
        {"messageId": "a", "parentMessageId": "q", "isCreatedByUser": False, "text": "", "content": parts},
        {"messageId": "e", "parentMessageId": "q", "isCreatedByUser": False, "text": "No credit.", "error": True},
    ]  # fmt: skip
    report = await taken(archive, file, librechat(messages=messages))
    assert dict(report.dropped) == {"file": 1, "picture": 1}
    _, conversation = await only(archive)
    failed = branch(conversation)[-1]
    assert (failed.state, failed.failure and failed.failure.message) == (State.FAILED, "No credit.")
    (id,) = [id for id in conversation.siblings(failed.id) if id != failed.id]
    (reply,) = await archive.messages([id])
    assert (reply.content, reply.reasoning) == ("Yes.\n\n[picture]", 'Hm.\n\nlook({"a":1})\nfound')


async def test_chatbox(archive: Archive) -> None:
    report = await archive.transfer.import_file(FILES / "chatbox-export.json")
    assert (report.source, report.sessions, report.messages) == ("Chatbox's export", 1, 2)
    session, conversation = await only(archive, "Trip")
    assert session.created == 1763000001.0
    assert said(conversation) == [(USER, "Where to?"), (ASSISTANT, "North.")]


async def test_chatbox_forks_threads_thoughts_and_no_keys(archive: Archive, file: Path) -> None:
    def message(id: str, role: str, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"id": id, "role": role, "contentParts": list(parts), "timestamp": 1763000001000, **more}

    def text(words: str) -> dict[str, Any]:
        return {"type": "text", "text": words}

    call = {"type": "tool-call", "state": "result", "toolName": "look", "args": {"a": 1}, "result": "found"}
    reply = message("a", "assistant", {"type": "reasoning", "text": "Hm."}, call, text("North."), model="m",
                    usage={"inputTokens": 3, "outputTokens": 4})  # fmt: skip
    data = {
        "settings": {"providers": {"openai": {"apiKey": "sk-secret-1234567890"}}},
        "chat-sessions-list": [{"id": "s", "name": "Trip"}],
        "session:s": {
            "id": "s",
            "name": "Trip",
            "starred": True,
            "settings": {"modelId": "m", "temperature": 0.4, "topP": None},
            "messages": [
                message("s0", "system", text("You travel.")),
                message("q", "user", text("Where?"), {"type": "image", "storageKey": "k"}, files=[{"name": "a.pdf"}]),
                reply,
            ],
            "messageForksHash": {"q": {"position": 1, "lists": [
                {"id": "f0", "messages": [message("b", "assistant", text("South."))]}, {"id": "f1", "messages": []}]}},
            "threads": [{"id": "t", "name": "Before", "createdAt": 1, "messages": [
                {"id": "o", "role": "user", "content": "Old words"}]}],
        },
    }  # fmt: skip
    report = await taken(archive, file, data)
    assert (report.sessions, report.messages, dict(report.dropped)) == (2, 4, {"picture": 1, "file": 1})
    session, conversation = await only(archive, "Trip")
    assert (session.system, session.values, session.pinned) == ("You travel.", {"temperature": 0.4}, True)
    assert said(conversation) == [(USER, "Where?\n\n[picture]\n\n[file: a.pdf]"), (ASSISTANT, "North.")]
    last = branch(conversation)[-1]
    assert (last.reasoning, last.model, last.completion_tokens) == ('Hm.\n\nlook({"a": 1})\nfound', "m", 4)
    others = [id for id in conversation.siblings(last.id) if id != last.id]
    assert [each.content for each in await archive.messages(others)] == ["South."]
    _, before = await only(archive, "Before")
    assert said(before) == [(USER, "Old words")]
    assert "sk-secret" not in "".join([piece async for piece in archive.transfer.export("json")])


def cherry(*messages: dict[str, Any], blocks: list[dict[str, Any]]) -> dict[str, Any]:
    assistant = {
        "id": "as",
        "name": "Cook",
        "prompt": "You cook.",
        "settings": {"temperature": 0.5, "maxTokens": 100},
        "topics": [{"id": "t", "name": "Soup", "createdAt": "2025-05-01T10:00:00.000Z", "pinned": True}],
    }
    store = {
        "assistants": json.dumps({"defaultAssistant": {"topics": []}, "assistants": [assistant]}),
        "llm": "{}",
    }
    return {
        "time": 1746093600000,
        "version": 5,
        "localStorage": {"persist:cherry-studio": json.dumps(store)},
        "indexedDB": {
            "topics": [{"id": "t", "messages": list(messages)}],
            "message_blocks": blocks,
            "files": [],
        },
    }


async def test_cherry_studio(archive: Archive, file: Path) -> None:
    def message(id: str, role: str, *blocks: str, **more: Any) -> dict[str, Any]:
        return {
            "id": id,
            "role": role,
            "createdAt": "2025-05-01T10:00:01.000Z",
            "blocks": list(blocks),
            **more,
        }

    def block(id: str, type: str, **more: Any) -> dict[str, Any]:
        return {"id": id, "type": type, **more}

    raw = {"tool": {"name": "look"}, "arguments": {"a": 1}}
    data = cherry(
        message("q", "user", "b1", "b2"),
        message(
            "x",
            "assistant",
            "b3",
            "b4",
            "b5",
            "b9",
            askId="q",
            model={"id": "m1"},
            usage={"prompt_tokens": 3, "completion_tokens": 4},
        ),
        message("y", "assistant", "b6", askId="q", modelId="m2", foldSelected=True),
        message("q2", "user", "b7"),
        message("z", "assistant", "b8", askId="q2"),
        blocks=[
            block("b1", "main_text", content="Soup?"),
            block("b2", "file", file={"origin_name": "a.pdf"}),
            block("b3", "thinking", content="Hm."),
            block("b4", "tool", toolId="1", metadata={"rawMcpToolResponse": raw}, content="found"),
            block("b5", "main_text", content="Leek."),
            block("b6", "code", content="boil()", language="python"),
            block("b7", "main_text", content="More"),
            block("b8", "error", error={"message": "No credit."}),
            block("b9", "citation"),
        ],
    )
    report = await taken(archive, file, data)
    assert (report.source, report.sessions, report.messages) == ("Cherry Studio's data.json", 1, 5)
    assert dict(report.dropped) == {"file": 1, "note": 1}
    session, conversation = await only(archive)
    assert (session.title, session.system, session.pinned) == ("Soup", "You cook.", True)
    assert session.values == {"temperature": 0.5, "max_tokens": 100}
    assert said(conversation) == [
        (USER, "Soup?\n\n[file: a.pdf]"),
        (ASSISTANT, "```python\nboil()\n```"),
        (USER, "More"),
        (ASSISTANT, ""),
    ]
    assert branch(conversation)[-1].state is State.FAILED
    others = [
        id for id in conversation.siblings(branch(conversation)[1].id) if id != branch(conversation)[1].id
    ]
    (other,) = await archive.messages(others)
    assert (other.content, other.reasoning) == ("Leek.", 'Hm.\n\nlook({"a": 1})\nfound')
    assert (other.model, other.prompt_tokens, branch(conversation)[1].model) == ("m1", 3, "m2")


async def test_cherry_studio_before_it_had_blocks(archive: Archive, file: Path) -> None:
    data = cherry(
        {"id": "q", "role": "user", "content": "Soup?", "images": ["data:..."]},
        {"id": "c", "role": "user", "type": "clear", "content": ""},
        {"id": "a", "role": "assistant", "content": "Leek.", "reasoning_content": "Hm.", "status": "paused"},
        blocks=[],
    )
    del data["localStorage"]
    report = await taken(archive, file, data)
    assert dict(report.dropped) == {"picture": 1}
    _, conversation = await only(archive)
    assert said(conversation) == [(USER, "Soup?\n\n[picture]"), (ASSISTANT, "Leek.")]
    last = branch(conversation)[-1]
    assert (last.reasoning, last.state) == ("Hm.", State.STOPPED)


def lobe(id: str, at: int, role: str, content: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "role": role,
        "content": content,
        "createdAt": 1700000000000 + at * 1000,
        "sessionId": "s",
        **more,
    }


CALL = {"id": "1", "apiName": "look", "identifier": "web", "arguments": '{"a":1}'}
LOBE_MESSAGES = [
    lobe("q", 0, "user", "Tea?", topicId="t", files=["f"]),
    lobe("c", 1, "assistant", "", topicId="t", parentId="q", tools=[CALL]),
    lobe("r", 2, "tool", "found", topicId="t", parentId="c"),
    lobe(
        "a",
        3,
        "assistant",
        "Green.",
        topicId="t",
        parentId="r",
        reasoning={"content": "Hm."},
        search={"citations": [{"id": "1", "url": "https://a.example/b", "title": "B"}]},
        extra={"fromModel": "m"},
    ),
    lobe("o", 4, "user", "Outside"),
    lobe("w", 5, "assistant", "...", parentId="o", error={"type": "X", "message": "No key."}),
]


@pytest.mark.parametrize("form", ["state", "data"])
async def test_lobechat(archive: Archive, file: Path, form: str) -> None:
    topics = [{"id": "t", "title": "Leaves", "sessionId": "s", "favorite": True, "createdAt": 1700000000000}]
    config = {"systemRole": "You brew.", "model": "gpt-4o", "params": {"temperature": 0.6}}
    if form == "state":
        agent = {"id": "s", "type": "agent", "meta": {"title": "Brewer"}, "config": config}
        data: dict[str, Any] = {"exportType": "sessions", "version": 7}
        data["state"] = {
            "messages": LOBE_MESSAGES,
            "sessions": [agent],
            "topics": topics,
            "sessionGroups": [],
        }
    else:
        inner = {
            "users": [{"id": "u"}],
            "agents": [{"id": "g", "title": "Brewer", **config}],
            "agentsToSessions": [{"agentId": "g", "sessionId": "s"}],
            "sessions": [{"id": "s", "title": None}],
            "topics": topics,
            "messages": LOBE_MESSAGES,
            "files": [{"id": "f", "name": "a.pdf"}],
            "messagesFiles": [{"fileId": "f", "messageId": "q"}],
        }
        data = {"data": inner, "mode": "pglite", "schemaHash": "x"}
    report = await taken(archive, file, data)
    assert (report.source, report.sessions, report.messages) == ("LobeChat's export", 2, 4)
    assert dict(report.dropped) == {"file": 1}
    session, conversation = await only(archive, "Leaves")
    assert (session.system, session.model, session.values) == ("You brew.", "gpt-4o", {"temperature": 0.6})
    name = "[file]" if form == "state" else "[file: a.pdf]"
    assert said(conversation) == [(USER, f"Tea?\n\n{name}"), (ASSISTANT, "Green.")]
    last = branch(conversation)[-1]
    assert (last.reasoning, last.model) == ('look({"a":1})\n\nfound\n\nHm.', "m")
    _, outside = await only(archive, "Brewer")
    assert cited(last.annotations) == [("B", "https://a.example/b")]
    assert said(outside) == [(USER, "Outside"), (ASSISTANT, "")]
    assert branch(outside)[1].state is State.FAILED


def tavern(words: str, user: bool = False, **more: Any) -> dict[str, Any]:
    return {"name": "Me" if user else "Seraphina", "is_user": user, "is_system": False, "mes": words, **more}


async def test_sillytavern(archive: Archive, file: Path) -> None:
    head = {"user_name": "Me", "character_name": "Seraphina", "create_date": "2024-02-03 @04h 05m 06s 7ms"}
    lines = [
        {**head, "chat_metadata": {}},
        tavern("Hello.", send_date="February 3, 2024 4:05am", swipes=["Hello.", "Welcome."], swipe_id=0,
               swipe_info=[{}, {"extra": {"model": "b", "reasoning": "Greet."}}]),
        tavern("Who are you?", True, send_date="2024-02-03T04:06:00.000Z", extra={"file": {"name": "a.txt"}}),
        tavern("A guardian.", send_date=1706933200000, extra={"model": "m", "reasoning": "Hm.", "image": "x.png"}),
        tavern("Help", name="System", is_system=True, extra={"type": "help"}),
    ]  # fmt: skip
    file.write_text("\n".join(map(json.dumps, lines)) + "\n{broken}\n", encoding="utf-8-sig")
    report = await archive.transfer.import_file(file)
    assert (report.source, report.sessions, report.messages) == ("SillyTavern's chat", 1, 4)
    assert dict(report.dropped) == {"file": 1, "picture": 1, "note": 1, "message in another form": 1}
    session, conversation = await only(archive)
    assert (session.title, session.model) == ("Seraphina", "m")
    assert session.created == datetime(2024, 2, 3, 4, 5, 6).timestamp()
    assert said(conversation) == [
        (ASSISTANT, "**Seraphina:** Hello."),
        (USER, "Who are you?\n\n[file: a.txt]"),
        (ASSISTANT, "**Seraphina:** A guardian.\n\n[picture]"),
    ]
    last = branch(conversation)[-1]
    assert (last.reasoning, last.model, last.created_at) == ("Hm.", "m", 1706933200.0)
    (other,) = [
        id for id in conversation.siblings(branch(conversation)[0].id) if id != branch(conversation)[0].id
    ]
    (version,) = await archive.messages([other])
    assert (version.content, version.model, version.reasoning) == ("**Seraphina:** Welcome.", "b", "Greet.")


async def test_sillytavern_without_a_name_is_called_by_who_speaks(archive: Archive, file: Path) -> None:
    head = {"chat_metadata": {}, "user_name": "unused", "character_name": "unused"}
    lines = [head, tavern("Hello?", True), tavern("Good day.")]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    await archive.transfer.import_file(file)
    assert (await only(archive))[0].title == "Seraphina"


async def test_words_in_a_file_do_not_tell_what_wrote_it(archive: Archive, file: Path) -> None:
    words = '{"format": "glmchat", "chat": {}, "mapping": {}, "indexedDB": {}}'
    message = {"sender": "human", "text": words, "content": []}
    talk = {"uuid": "c", "name": 'n "mapping" {', "chat_messages": [message]}
    assert (await taken(archive, file, [None, 5, talk])).source == "Claude's conversations.json"
