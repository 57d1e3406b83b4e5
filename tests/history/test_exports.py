from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmchat.core.attached import Attachment, Kind, digest_of
from glmchat.core.conversation import Cost, Failure, Message, Role, State, Timing, ToolCall, new_id
from glmchat.history import Archive
from glmchat.history.codec import from_json, to_json
from glmchat.history.formats.formats import EXPORTERS
from tests.history.talk import WHOLE, Talk, begin

HOSTILE = (
    '<script>alert(1)</script> & "quotes" \x1b[31m\u202e'
    " [x](javascript:alert(1)) ![p](http://evil/p.png) <img src=x>"
)


async def written(
    archive: Archive, format: str, ids: list[int] | None = None, leaf: int | None = None
) -> str:
    return "".join([piece async for piece in archive.transfer.export(format, ids, leaf)])


async def tell(talk: Talk) -> list[Message]:
    question = await talk.say("What is `x`?")
    aside = await talk.reply("Other branch")
    reply = await talk.reply(
        "# Answer\n\n```python\nx = 1\n```",
        parent_id=question.id,
        reasoning="first\nsecond",
        model="z-ai/glm-4.5",
        system="Be brief.",
        usage={"completion_tokens": 9},
        timing=Timing(total_s=1.25),
        cost=Cost(0.0123, "CNY"),
        finish_reason="length",
        logprobs={"content": []},
        sent={"model": "z-ai/glm-4.5"},
        settings={"top_k": 3},
    )
    return [question, aside, reply]


async def test_markdown_shows_the_branch_with_its_thoughts(archive: Archive, talk: Talk) -> None:
    _, aside, _ = await tell(talk)
    text = await written(archive, "markdown", [talk.session.id])
    assert text.startswith("# What is `x`?\n")
    assert "## You\n\nWhat is `x`?" in text
    assert "> **Thought**\n>\n> first\n> second" in text
    assert "```python\nx = 1\n```" in text
    assert "9 tokens · 1.2 s · 0.0123 CNY · finish reason: length" in text
    assert "Other branch" not in text
    other = await written(archive, "markdown", [talk.session.id], aside.id)
    assert "Other branch" in other
    assert "Answer" not in other
    (exported,) = json.loads(await written(archive, "json", [talk.session.id], aside.id))["sessions"]
    assert [message["content"] for message in exported["messages"]] == ["What is `x`?", "Other branch"]
    assert exported["leaf_id"] == aside.id


async def test_code_in_a_system_prompt_cannot_end_its_block(archive: Archive, talk: Talk) -> None:
    await archive.update_session(talk.session.id, system="```\ninner\n````")
    await talk.say("x")
    assert "`````\n```\ninner\n````\n`````" in await written(archive, "markdown")


async def test_json_round_trip_is_the_same_in_another_history(
    archive: Archive, talk: Talk, tmp_path: Path
) -> None:
    await archive.update_session(
        talk.session.id,
        tags=("a", "ß"),
        values={"top_k": 1},
        unset=("top_p",),
        base_url="https://x.example/v1",
        system="s",
        pinned=True,
    )
    messages = await tell(talk)
    odd = await talk.say("odd")
    whole = replace(WHOLE, parent_id=odd.id, content="answer \U0001f600 end")
    await archive.save(talk.session.id, whole)
    path = tmp_path / "all.json"
    path.write_text(await written(archive, "json"), encoding="utf-8")
    other = await Archive.open(tmp_path / "other" / "history.db")
    report = await other.transfer.import_file(path)
    assert (report.sessions, report.messages, report.problems) == (1, 5, [])
    assert (await other.transfer.import_file(path)).known == 1
    here, tree = await archive.load(talk.session.id)
    there, other_tree = await other.load(talk.session.id)
    assert replace(there, origin=None, origin_id=None) == here
    assert other_tree.nodes == tree.nodes
    assert other_tree.leaf_id == tree.leaf_id
    ids = [message.id for message in [*messages, odd, whole]]
    assert await other.messages(ids, logprobs=True) == await archive.messages(ids, logprobs=True)
    assert (await archive.transfer.import_file(path)).known == 1
    await other.close()


async def test_json_of_a_newer_version_is_refused(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    path.write_text('{"format": "glmchat", "version": 2, "exported_at": 1, "sessions": []}')
    with pytest.raises(ValueError, match="newer glmchat"):
        await archive.transfer.import_file(path)


async def test_broken_session_in_our_json_is_skipped_and_told(archive: Archive, tmp_path: Path) -> None:
    good = {
        "id": 5,
        "created": 1.0,
        "updated": 1.0,
        "messages": [{"id": 6, "parent_id": None, "role": "user", "content": "hi"}],
    }
    bad = {"id": 7, "messages": [{"id": 8, "role": "robot"}]}
    document = {"format": "glmchat", "version": 1, "exported_at": 1, "sessions": [bad, good]}
    path = tmp_path / "mixed.json"
    path.write_text(json.dumps(document))
    report = await archive.transfer.import_file(path)
    assert (report.sessions, len(report.problems)) == (1, 1)
    assert [row.title for row in await archive.sessions()] == ["hi"]


async def test_json_lines_are_conversations_as_fine_tuning_takes_them(
    archive: Archive, talk: Talk, other_talk: Talk
) -> None:
    await tell(talk)
    await talk.say("and now?")
    await talk.reply("", state=State.FAILED, failure=Failure("server", "boom"))
    await talk.reply("", tool_calls=(ToolCall("c1", "look", '{"q": 1}'),))
    await talk.say("found", Role.TOOL, tool_call_id="c1")
    await other_talk.say("never answered")
    lines = (await written(archive, "jsonl")).splitlines()
    assert len(lines) == 1
    messages = json.loads(lines[0])["messages"]
    assert [message["role"] for message in messages] == [
        "system",
        "user",
        "assistant",
        "user",
        "assistant",
        "tool",
    ]
    assert messages[0]["content"] == "Be brief."
    assert messages[4]["tool_calls"] == [
        {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"q": 1}'}}
    ]
    assert messages[5]["tool_call_id"] == "c1"


class Page(HTMLParser):
    """What a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag not in ("meta", "br", "hr", "img", "!doctype"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


async def test_page_escapes_everything_and_loads_nothing(archive: Archive, talk: Talk) -> None:
    await archive.update_session(talk.session.id, title=HOSTILE, system=HOSTILE, model=HOSTILE)
    await talk.say(HOSTILE)
    await talk.reply(
        HOSTILE + " [ok](https://example.org) <https://example.org/b>",
        reasoning=HOSTILE,
        refusal=HOSTILE,
        model=HOSTILE,
        finish_reason=HOSTILE,
        tool_calls=(ToolCall("c", HOSTILE, HOSTILE),),
        failure=Failure("server", HOSTILE),
    )
    await talk.say(HOSTILE, Role.TOOL, tool_call_id="c")
    text = await written(archive, "html")
    page = Page()
    page.feed(text)
    assert not page.tags & {"script", "img", "iframe", "link", "object"}
    # A picture is a link that waits for a click.
    assert set(page.links) == {"https://example.org", "https://example.org/b", "http://evil/p.png"}
    assert "details" in page.tags
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "color-scheme: light dark" in text
    assert [tag for tag in page.open if tag not in ("html", "p")] == []


PICTURE: dict[str, Any] = {
    "type": "image/png",
    "bytes": 8,
    "address": None,
    "data": "data:image/png;base64,iVBORw0KGgo=",
}
ELSEWHERE: dict[str, Any] = {
    "type": "image/webp",
    "bytes": None,
    "address": "https://cdn.example/c(1).webp",
    "data": None,
}
SOURCE = {
    "type": "url_citation",
    "url_citation": {"url": "https://news.example/a b", "title": "Rain [today]"},
}


@pytest.mark.parametrize("format", list(EXPORTERS))
async def test_pictures_and_sources_are_in_every_export(archive: Archive, talk: Talk, format: str) -> None:
    await talk.say("And the weather?")
    await talk.reply("", images=(PICTURE, ELSEWHERE), annotations=(SOURCE,), model="m")
    text = await written(archive, format)
    assert PICTURE["data"] in text
    assert "cdn.example" in text
    assert "news.example" in text


@pytest.mark.parametrize("format", list(EXPORTERS))
async def test_odd_values_where_pictures_and_sources_stand_do_no_harm(
    archive: Archive, talk: Talk, format: str
) -> None:
    await talk.say("x")
    odd: dict[str, Any] = {"type": [], "bytes": "many", "address": 5, "data": {}}
    await talk.reply(
        "y", images=(odd, {}), annotations=({}, {"url_citation": {"url": 5}}, {"url_citation": 5})
    )
    assert await written(archive, format)


async def test_pictures_and_sources_cannot_do_anything_in_a_page(archive: Archive, talk: Talk) -> None:
    bad = "data:image/svg+xml;base64,iVBORw0KGgo="
    pictures = [{**PICTURE, "data": bad}, {**PICTURE, "data": PICTURE["data"] + '"><script>'}]
    pictures += [{**ELSEWHERE, "address": "javascript:alert(1)", "type": HOSTILE}, PICTURE]
    sources = [
        {"type": "url_citation", "url_citation": {"url": url, "title": HOSTILE}}
        for url in ("file:///etc", 'https://x.example/"><script>')
    ]
    await talk.say("x")
    await talk.reply("y", images=tuple(pictures), annotations=tuple(sources))
    text = await written(archive, "html")
    page = Page()
    page.feed(text)
    assert "script" not in page.tags
    assert text.count("<img ") == 1
    data = [link for link in page.links if link.startswith("data:")]
    assert data == [PICTURE["data"]]
    assert [link.partition('/"')[0] for link in page.links if link not in data] == ["https://x.example"]
    assert "img-src data:;" in text
    assert "default-src 'none'" in text
    markdown = await written(archive, "markdown")
    assert "<script>" not in markdown.split("](")[-1]


async def test_everything_is_exported_newest_first_without_the_bin(archive: Archive) -> None:
    for number in range(3):
        await begin(archive, title=f"session {number}").say("x")
    rows = await archive.sessions()
    await archive.delete(rows[0].id)
    text = await written(archive, "markdown")
    assert [line for line in text.splitlines() if line.startswith("# ")] == ["# session 1", "# session 0"]


@pytest.mark.parametrize("format", list(EXPORTERS))
async def test_empty_export_is_a_whole_file(archive: Archive, format: str) -> None:
    text = await written(archive, format)
    assert format != "json" or json.loads(text)["sessions"] == []


async def test_unknown_session_or_format_is_an_error(archive: Archive) -> None:
    with pytest.raises(KeyError):
        await written(archive, "markdown", [new_id()])
    with pytest.raises(KeyError):
        await written(archive, "pdf")


TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.dictionaries(TEXT, inner, max_size=3),
)
MESSAGES = st.builds(
    Message,
    st.integers(1, 1 << 62),
    st.none() | st.integers(1, 1 << 62),
    st.sampled_from(Role),
    TEXT,
    TEXT,
    refusal=st.none() | TEXT,
    tool_calls=st.lists(
        st.builds(ToolCall, TEXT, TEXT, TEXT, st.none() | st.dictionaries(TEXT, JSON, max_size=2)), max_size=2
    ).map(tuple),
    images=st.lists(st.dictionaries(TEXT, JSON, max_size=3), max_size=2).map(tuple),
    annotations=st.lists(st.dictionaries(TEXT, JSON, max_size=3), max_size=2).map(tuple),
    served_by=st.none() | TEXT,
    state=st.sampled_from(State),
    failure=st.none()
    | st.builds(Failure, TEXT, TEXT, TEXT, st.none() | st.integers(100, 599), st.booleans()),
    usage=st.none() | st.dictionaries(TEXT, JSON, max_size=3),
    sent=st.none() | st.dictionaries(TEXT, JSON, max_size=3),
    cost=st.none() | st.builds(Cost, st.floats(0, 9), st.just("CNY")),
    timing=st.none() | st.builds(Timing, st.none() | st.floats(0, 9)),
    warnings=st.lists(TEXT, max_size=2).map(tuple),
    attempt=st.booleans(),
    created_at=st.floats(0, 1e10),
)


def test_what_others_wrote_in_these_places_does_no_harm() -> None:
    call = {"id": "c", "name": "f", "arguments": "{}", "extra": "x"}
    data = {
        "id": 1,
        "role": "assistant",
        "images": [5, {"type": "t"}],
        "annotations": ["x"],
        "tool_calls": [call],
    }
    message = from_json(data)
    assert (message.images, message.annotations) == (({"type": "t"},), ())
    assert message.tool_calls == (ToolCall("c", "f"),)


@settings(max_examples=60)
@given(MESSAGES)
def test_any_message_comes_back_from_json(message: Message) -> None:
    assert from_json(json.loads(json.dumps(to_json(message)))) == message


def attached(kind: Kind, name: str, type: str, data: bytes) -> tuple[Attachment, dict[str, bytes]]:
    digest = digest_of(data)
    return Attachment(kind, name, digest, len(data), type=type), {digest: data}


async def in_page(archive: Archive, talk: Talk, kind: Kind, name: str, type: str, data: bytes) -> str:
    attachment, held = attached(kind, name, type, data)
    question = Message(new_id(), None, Role.USER, "Look", attachments=(attachment,))
    await archive.save(talk.session.id, question, attached=held)
    return await written(archive, "html")


async def test_a_page_plays_a_video_and_gives_a_document_back(archive: Archive, talk: Talk) -> None:
    text = await in_page(archive, talk, Kind.VIDEO, "a.mp4", "video/mp4", b"moving")
    assert 'controls preload="metadata" src="data:video/mp4;base64,bW92aW5n"></video>' in text
    assert "media-src data:;" in text
    text = await in_page(archive, talk, Kind.PAPER, 'a"><b>.pdf', "application/pdf", b"%PDF-1.7")
    assert '<a href="data:application/pdf;base64,JVBERi0xLjc=" download="a&quot;&gt;&lt;b&gt;.pdf">' in text


@pytest.mark.parametrize(
    ("kind", "type"),
    [
        (Kind.VIDEO, 'video/mp4" onerror="x'),
        (Kind.VIDEO, "text/html"),
        (Kind.PAPER, "text/html"),
        (Kind.PICTURE, "image/svg+xml"),
    ],
)
async def test_what_is_no_video_and_no_document_is_only_named(
    archive: Archive, talk: Talk, kind: Kind, type: str
) -> None:
    text = await in_page(archive, talk, kind, "a.bin", type, b"<script>")
    page = Page()
    page.feed(text)
    assert not page.tags & {"video", "img", "a", "script"} and "a.bin" in text


async def test_a_video_that_is_too_large_for_a_page_is_named(
    archive: Archive, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glmchat.history.formats.html._MOST_BYTES", 5)
    text = await in_page(archive, talk, Kind.VIDEO, "a.mp4", "video/mp4", b"moving")
    assert "<video" not in text and "too large for a page" in text
