"""What is read by a shorter way where a reply is as nearly all are, is read as it would be without."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glmchat.api.events import Event
from glmchat.api.replies import sse
from glmchat.api.replies.assembly import Assembler
from glmchat.api.replies.envelope import Envelope
from glmchat.api.replies.sse import EventDecoder

_HEAD = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000, "model": "m"}
_TEXTS = st.sampled_from(
    ["a", "a", " word", "\n", "", "Hi", "HiHi", "<think>", "</think>", "<|im_end|>", "\ud83d"]
)
_DELTAS = st.one_of(
    *[_TEXTS.map(lambda text: {"content": text})] * 6,
    *[_TEXTS.map(lambda text: {"content": None, "reasoning": text})] * 4,
    _TEXTS.map(lambda text: {"content": "", "reasoning_content": text}),
    _TEXTS.map(lambda text: {"content": text, "reasoning": text}),
    _TEXTS.map(lambda text: {"role": "assistant", "content": text}),
    st.sampled_from(
        [{}, {"content": None}, {"content": ["x"]}, {"reasoning": "so"}, {"content": "y", "images": []}]
    ),
)
_BESIDE: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        *[{"index": 0, "finish_reason": None}] * 8,
        {"index": 0},
        {"index": 1},
        {"finish_reason": "stop", "index": 0},
    ]
)
_MORE: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        *[{}] * 8,
        {"usage": {"completion_tokens": 3}},
        {"usage": None},
        {"usage": None},
        {"citations": ["https://example.org"]},
        {"system_fingerprint": '"content": "x"'},
        {"note": {"content": "x"}},
        {"error": {"message": "no"}},
        {"model": 7},
    ]
)


@st.composite
def _line(draw: st.DrawFn) -> str:
    choice = {**draw(_BESIDE), "delta": draw(_DELTAS)}
    chunk = {**_HEAD, **draw(_MORE), "choices": [choice] * draw(st.sampled_from([1, 1, 1, 1, 2, 0]))}
    return (
        "data: "
        + json.dumps(chunk)
        + draw(st.sampled_from(["\n\n"] * 6 + ["\n", "\r\n\r\n", "\nevent: x\n\n"]))
    )


_ODD = st.sampled_from(
    [": ping\n\n", "\n", "data: [DONE]\n\n", "event: error\n", "data:x\n\n", "id: 4\n", "data: 1\n\n"]
)
_STREAMS = st.lists(st.one_of(*[_line()] * 8, _ODD), max_size=12).map(lambda lines: "".join(lines).encode())


def read(stream: bytes, pieces: list[int]) -> list[Event]:
    """The events of a stream that comes in pieces."""
    decoder, assembler = EventDecoder(), Assembler()
    out: list[Event] = []
    at = 0
    for size in [*pieces, len(stream)]:
        out += assembler.feed(decoder.feed(stream[at : at + size]))
        at += size
    out += assembler.feed(decoder.flush())
    return out + assembler.end(complete=True)


@settings(max_examples=150)
@given(stream=_STREAMS, pieces=st.lists(st.integers(1, 600), max_size=6))
def test_the_short_way_makes_the_same_events(stream: bytes, pieces: list[int]) -> None:
    short = read(stream, pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Envelope, "pieces", lambda envelope, datas: [])
        patch.setattr(sse, "_usual", lambda lines: [])
        assert short == read(stream, pieces)


@pytest.mark.parametrize(
    ("delta", "more"),
    [
        ({"content": "x"}, {}),
        ({"role": "assistant", "content": "x"}, {"usage": None, "provider": "p"}),
        ({"reasoning": "x"}, {}),
        ({"content": "", "reasoning_content": "x"}, {"usage": None}),
    ],
)
def test_the_short_way_is_taken(
    monkeypatch: pytest.MonkeyPatch, delta: dict[str, Any], more: dict[str, Any]
) -> None:
    read_in_full: list[object] = []
    take = Assembler._take

    def noted(assembler: Assembler, chunk: dict[str, Any]) -> None:
        read_in_full.append(chunk)
        take(assembler, chunk)

    monkeypatch.setattr(Assembler, "_take", noted)
    chunk = {**_HEAD, **more, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    line = ("data: " + json.dumps(chunk) + "\n\n").encode()
    events = read(line * 50, [len(line)])
    assert len(read_in_full) == 1
    assert "".join(getattr(event, "text", "") for event in events) == "x" * 50


@pytest.mark.parametrize("odd", ['"a\\"', '"a","b"', "1", "", '"a" "b"', "[]", '"\t"', '"a","role":"b"'])
def test_what_is_no_one_string_is_read_in_full(odd: str) -> None:
    envelope = Envelope()
    chunk = {"choices": [{"delta": {"content": "x"}}]}
    envelope.learn(json.dumps(chunk), chunk)
    around = json.dumps(chunk).split('"x"')
    assert envelope.pieces([f'{around[0]}"y"{around[1]}']) == ["y"]
    assert envelope.pieces([f"{around[0]}{each}{around[1]}" for each in ('"y"', odd, '"z"')]) == []
