"""What comes beside the text: pictures, sources, and who answered."""

import json
from typing import Any

import pytest

from glmchat.core import attachments
from glmchat.core.conversation import Message
from glmchat.turn import ending_notes
from tests.wire.helpers import assemble
from tests.wire.server import DONE, chunk

DATA = "data:image/png;base64,iVBORw0KGgo="
SHOWN = {"type": "image/png", "bytes": 8, "address": None, "data": DATA}
RAIN = {"type": "url_citation", "url_citation": {"url": "https://news.example/rain", "title": "Rain"}}


def said(*deltas: dict[str, Any], **more: Any) -> Message:
    return assemble([*(chunk(delta) for delta in deltas), chunk({}, "stop", **more), DONE])


@pytest.mark.parametrize(
    "delta",
    [
        {"images": [{"type": "image_url", "index": 0, "image_url": {"url": DATA}}]},
        {"images": [{"image_url": DATA}]},
        {"images": [DATA]},
        {"images": {"url": DATA}},
        {"images": [{"b64_json": "iVBORw0KGgo="}]},
        {"images": [{"source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}}]},
        {"content": [{"type": "image_url", "image_url": {"url": DATA}}]},
        {"content": [{"type": "output_image", "image_url": DATA}]},
        {"content": [{"type": "image", "image": {"mime_type": "image/png", "data": "iVBORw0KGgo="}}]},
    ],
)  # fmt: skip
def test_a_picture_is_kept_in_whatever_shape_it_comes(delta: dict[str, Any]) -> None:
    message = said({"content": "Here:"}, delta)
    assert message.images == (SHOWN,)
    assert (message.content, message.warnings) == ("Here:", ())
    whole = {"choices": [{"message": {"content": "Here:", **delta}, "finish_reason": "stop"}]}
    assert assemble([json.dumps(whole).encode()]).images == (SHOWN,)


def test_a_picture_that_comes_again_with_the_message_is_one() -> None:
    images = [{"type": "image_url", "image_url": {"url": DATA}}]
    last = {"choices": [{"message": {"content": "", "images": images}, "finish_reason": "stop"}]}
    message = assemble([chunk({"images": images}), b"data: " + json.dumps(last).encode() + b"\n\n"])
    assert message.images == (SHOWN,)


def test_a_picture_elsewhere_is_kept_by_its_address() -> None:
    message = said({"images": [{"url": "https://cdn.example/a/cat.webp?x=1"}, {"url": "http://["}]})
    first, second = message.images
    assert first == {
        "type": "image/webp",
        "bytes": None,
        "address": "https://cdn.example/a/cat.webp?x=1",
        "data": None,
    }
    assert second["address"] == "http://["
    assert attachments.picture_line(first) == "Picture: image/webp, https://cdn.example/a/cat.webp?x=1"


def test_what_is_no_picture_is_told_or_nothing() -> None:
    assert said({"images": [None, {}, "??", 5, {"url": ""}]}).images == ()
    message = said({"content": [{"type": "image_url", "image_url": {}}, {"type": "sculpture"}]})
    assert [each.split("type ")[1] for each in message.warnings] == [
        "image_url, which is not shown.", "sculpture, which is not shown.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("count", "told"),
    [(1, "1 byte"), (8, "8 bytes"), (1500, "1.5 kB"), (2_340_000, "2.3 MB"), (None, "size unknown")],
)
def test_the_size_of_a_picture_is_told(count: int | None, told: str) -> None:
    assert attachments.picture_line({"type": "image/png", "bytes": count}) == f"Picture: image/png, {told}"


def test_a_reply_that_is_only_a_picture_holds_something() -> None:
    message = said({"images": [DATA]})
    assert ending_notes.note(message) == ""
    assert "image/png, 8 bytes" in ending_notes.remarks(message)[0]
    assert attachments.raw(message.images[0]) == b"\x89PNG\r\n\x1a\n"


PLAIN = {"url": "https://news.example/rain", "title": "Rain"}
LINKED = {"link": "https://news.example/rain", "title": "Rain"}


@pytest.mark.parametrize(
    "holder",
    [
        {"annotations": [RAIN]},
        {"annotations": [{"type": "url_citation", **PLAIN}]},
        {"citations": [PLAIN]},
        {"search_results": [{**PLAIN, "last_updated": "today"}]},
        {"citations": ["https://news.example/rain"], "search_results": [PLAIN]},
        {"web_search": [{**LINKED, "icon": "", "refer": "ref_1"}]},
        {"references": [PLAIN]},
        {"sources": [{"document": PLAIN}]},
        {"context": {"citations": [PLAIN], "intent": "[]"}},
        {"search_info": {"search_results": [{**PLAIN, "index": 1}]}},
        {
            "grounding_metadata": {
                "groundingChunks": [{"web": {"uri": "https://news.example/rain", "title": "Rain"}}]
            }
        },
        {"executed_tools": [{"type": "search", "search_results": {"results": [PLAIN]}}]},
    ],
)
@pytest.mark.parametrize("place", ["chunk", "choice", "delta", "message"])
def test_sources_are_found_where_servers_put_them(holder: dict[str, Any], place: str) -> None:
    kind = "message" if place == "message" else "delta"
    choice: dict[str, Any] = {kind: {"content": "It rained."}, "finish_reason": "stop"}
    body: dict[str, Any] = {"choices": [choice]}
    {"chunk": body, "choice": choice}.get(place, choice[kind]).update(holder)
    text = json.dumps(body).encode()
    for message in (assemble([b"data: " + text + b"\n\n"]), assemble([text])):
        assert message.annotations == (RAIN,)
        assert ending_notes.remarks(message) == ["The reply names a source: Rain https://news.example/rain"]
        assert message.content == "It rained."


def test_sources_that_come_with_every_delta_are_listed_once() -> None:
    more: dict[str, Any] = {"citations": ["https://a.example/", "https://b.example/"]}
    message = assemble(
        [*(chunk({"content": piece}, **more) for piece in "abc"), chunk({}, "stop", **more), DONE]
    )
    assert attachments.cited(message.annotations) == [("", "https://a.example/"), ("", "https://b.example/")]


def test_one_source_may_back_several_places() -> None:
    places = [
        {"url": "https://a.example/", "title": "A", "start_index": at, "end_index": at + 2} for at in (0, 5)
    ]
    message = said({"annotations": [{"type": "url_citation", "url_citation": each} for each in places]})
    assert [each["url_citation"] for each in message.annotations] == places
    assert attachments.cited(message.annotations) == [("A", "https://a.example/")]


def test_annotations_of_other_kinds_are_kept_as_they_came() -> None:
    cited = {"type": "file_citation", "file_id": "f-1", "index": 3}
    message = said({"annotations": [cited, "odd", None]})
    assert message.annotations == (cited,)
    assert ending_notes.remarks(message) == ["The reply names a source: file_citation"]


def test_who_answered_is_kept() -> None:
    message = said({"content": "x"}, provider="Novita", service_tier="flex", system_fingerprint="fp_1")
    assert (message.served_by, message.service_tier, message.system_fingerprint) == ("Novita", "flex", "fp_1")
    blank = said({"content": "x"}, provider={"name": "x"}, service_tier=None, system_fingerprint="")
    assert (blank.served_by, blank.service_tier, blank.system_fingerprint) == (None, None, None)


@pytest.mark.parametrize(
    ("content", "told"), [(42, "42"), (True, "true"), ([7], "7"), ({"a": 1}, '{"a": 1}'), ([None], "null")]
)
def test_content_that_is_no_text_is_told(content: Any, told: str) -> None:
    message = said({"content": content})
    assert message.warnings == (f"The reply has content that is no text: {told}.",)


@pytest.mark.parametrize("kind", [["text"], {"of": "text"}, 4, None])
def test_a_part_whose_type_is_no_word_is_taken_by_its_text(kind: Any) -> None:
    assert said({"content": [{"type": kind, "text": "Hello"}]}).content == "Hello"
