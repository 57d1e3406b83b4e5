"""Replies as odd servers put them into HTTP."""

import gzip
import zlib
from collections.abc import Iterator

import pytest

from glmchat.api.client import ChatClient
from glmchat.core.conversation import State
from tests.wire.helpers import Sleeper, endpoint, request, run_turn
from tests.wire.server import DONE, EVENT_STREAM, Reply, chunk, plain, serving, stream

EVENTS = chunk({"content": "hello"}) + chunk({}, "stop") + DONE
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"


async def answer(reply: Reply) -> tuple[str, State, str]:
    async with serving(reply) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=0))
    return message.content, message.state, message.failure.kind if message.failure else ""


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.0 200 OK\r\n\r\n" + EVENTS,
        HEAD + b"connection: close\r\n\r\n" + EVENTS,
        HEAD + b"content-length: %d\r\n\r\n" % len(EVENTS) + EVENTS,
        b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" + HEAD + b"connection: close\r\n\r\n" + EVENTS,
        HEAD + b"x-long: " + b"y" * 20_000 + b"\r\nconnection: close\r\n\r\n" + EVENTS,
    ],
)
async def test_every_way_to_end_a_body_is_understood(raw: bytes) -> None:
    assert await answer(Reply([raw], raw=True)) == ("hello", State.COMPLETE, "")


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_compressed_stream_is_unpacked(encoding: str) -> None:
    packed = gzip.compress(EVENTS) if encoding == "gzip" else zlib.compress(EVENTS)
    pieces = [packed[k : k + 7] for k in range(0, len(packed), 7)]
    reply = Reply(pieces, headers={**EVENT_STREAM, "content-encoding": encoding})
    assert await answer(reply) == ("hello", State.COMPLETE, "")


async def test_a_damaged_compression_is_a_cut_reply() -> None:
    reply = Reply([b"no gzip at all"], headers={**EVENT_STREAM, "content-encoding": "gzip"})
    assert await answer(reply) == ("", State.FAILED, "cut")


async def test_a_body_shorter_than_its_length_is_cut() -> None:
    part = chunk({"content": "part"})
    raw = HEAD + b"content-length: 9999\r\n\r\n" + part
    assert await answer(Reply([raw], raw=True)) == ("part", State.CUT, "cut")


@pytest.mark.parametrize(
    "raw", [b"SSH-2.0-OpenSSH\r\n\r\n", b"\x15\x03\x01\x00\x02\x02", b"HTTP/9 what\r\n\r\n"]
)
async def test_what_is_not_http_is_told_so(raw: bytes) -> None:
    assert await answer(Reply([raw], raw=True)) == ("", State.FAILED, "protocol")


async def test_a_server_that_hangs_up_at_once_is_a_network_fault() -> None:
    assert await answer(Reply([], raw=True)) == ("", State.FAILED, "network")


async def test_an_error_whose_body_breaks_off_keeps_its_status() -> None:
    raw = b"HTTP/1.1 429 Slow\r\ncontent-length: 999\r\n\r\nslow down"
    async with serving(Reply([raw], raw=True)) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=0))
    assert message.failure is not None
    assert (message.failure.status, message.failure.message) == (429, "slow down")


async def test_an_endpoint_may_be_given_with_the_whole_path_or_a_slash() -> None:
    async with serving(stream("x")) as server:
        for url in (server.base_url + "/", server.base_url + "/chat/completions"):
            await run_turn(request(endpoint(url)))
        assert [each.path for each in server.received] == ["/v1/chat/completions"] * 2


async def test_a_request_with_half_a_character_is_still_json() -> None:
    client = ChatClient()
    async with serving(stream("x")) as server:
        body = {"model": "m", "messages": [{"role": "user", "content": "a\ud83d"}], "stream": True}
        async for _ in client.stream(endpoint(server.base_url), body):
            pass
        assert server.received[0].body["messages"][0]["content"] == "a\ud83d"
    await client.aclose()


async def test_warming_up_asks_nothing() -> None:
    client = ChatClient()
    async with serving(plain(500, "no")) as server:
        await client.warm(endpoint(server.base_url))
        assert server.received == []
    await client.aclose()


STATUSES = {
    204: ("protocol", False), 205: ("protocol", False),
    304: ("protocol", False), 305: ("protocol", False), 407: ("network", False), 414: ("too_large", False),
    418: ("bad_request", False), 501: ("bad_request", False), 505: ("protocol", False), 507: ("server", True),
    508: ("protocol", False), 511: ("protocol", False), 520: ("server", True), 521: ("server", True),
    523: ("server", True), 525: ("server", True), 526: ("server", True), 527: ("server", True),
    530: ("server", True), 598: ("server", True), 599: ("server", True), 600: ("protocol", False),
    999: ("protocol", False),
}  # fmt: skip


@pytest.mark.parametrize("status", STATUSES)
async def test_a_status_is_told_as_what_it_is(status: int) -> None:
    page = Reply(
        [b"<html><title>Error</title><p>ray id 0123456789</p></html>"], status, {"content-type": "text/html"}
    )
    async with serving(page) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=0))
    assert message.failure is not None
    assert (message.failure.kind, message.failure.retryable) == STATUSES[status]
    assert message.failure.status == status
    if 520 <= status < 600:
        assert str(status) in message.failure.message
        assert "ray id" not in message.failure.message


@pytest.mark.parametrize("status", [520, 522, 526, 530, 599])
async def test_a_status_that_passes_by_itself_is_tried_again(status: int) -> None:
    async with serving([Reply([b"<html></html>"], status), stream("hello")]) as server:
        _, message = await run_turn(request(endpoint(server.base_url)), sleep=Sleeper())
    assert (message.content, message.state) == ("hello", State.COMPLETE)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://elsewhere.example/v1", "elsewhere.example"),
        ("http:///v1", "another address"),
        ("//x", "points to x"),
        ("http://[::1", "another address"),
        ("http://a:99999999/", "points to a."),
        ("", "another address"),
        ("https://127.0.0.1/v1", "its https:// address"),
        ("http://127.0.0.1/login", "another path"),
        ("\x80\xff", "another address"),
    ],
)
async def test_a_redirect_is_told_whatever_its_address_looks_like(location: str, target: str) -> None:
    async with serving(Reply([], 307, {"location": location})) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=0))
    assert message.failure is not None
    assert (message.failure.kind, message.failure.status) == ("protocol", 307)
    assert target in message.failure.message


async def test_a_switch_to_another_protocol_is_told() -> None:
    raw = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"
    async with serving(Reply([raw], raw=True)) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=0))
    assert message.failure is not None
    assert (message.failure.kind, message.failure.status) == ("protocol", 101)
    assert "_SWITCH" not in message.failure.message


class Endless:
    """A body in pieces of the same bytes, of which nobody can hold all."""

    def __init__(self, first: bytes, piece: bytes) -> None:
        self.first, self.piece, self.count = first, piece, 0

    def reply(self) -> Reply:
        return Reply(self)  # type: ignore[arg-type]  # it is iterated once

    def __iter__(self) -> Iterator[bytes]:
        yield self.first
        while True:
            self.count += 1
            yield self.piece


@pytest.mark.parametrize(
    ("first", "piece", "content", "state"),
    [
        (chunk({"content": "begun"}) + b"data: ", b"x" * 1000, "begun", State.CUT),
        (chunk({"content": "begun"}), b"data: " + b"x" * 1000 + b"\n", "begun", State.CUT),
        (b'{"choices": "', b"x" * 1000, "", State.FAILED),
        (b"<html>", b"x" * 1000, "", State.FAILED),
    ],
)
async def test_a_reply_without_an_end_is_given_up_with_what_came(
    monkeypatch: pytest.MonkeyPatch, first: bytes, piece: bytes, content: str, state: State
) -> None:
    monkeypatch.setattr("glmchat.api.replies.sse.EVENT_LIMIT", 100_000)
    monkeypatch.setattr("glmchat.api.replies.body.EVENT_LIMIT", 1 << 20)
    monkeypatch.setattr("glmchat.api.replies.body.JSON_LIMIT", 100_000)
    endless = Endless(first, piece)
    async with serving(endless.reply()) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=0))
    assert (message.content, message.state) == (content, state)
    assert message.failure is not None
    assert (message.failure.kind, message.failure.retryable) == ("protocol", False)
    assert "MB" in message.failure.message


async def test_comments_for_ever_are_no_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glmchat.api.replies.sse.EVENT_LIMIT", 1000)
    assert await answer(Reply([b": ping\n" * 500, EVENTS])) == ("hello", State.COMPLETE, "")


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip, br", "x-snappy"])
@pytest.mark.parametrize("status", [200, 429])
async def test_an_answer_that_cannot_be_unpacked_is_told_by_its_header(
    packing: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("httpx._client.ACCEPT_ENCODING", "gzip, deflate")
    packed = Reply([b"\x0b\x02\x80hello\x03"], status, {**EVENT_STREAM, "content-encoding": packing})
    async with serving(packed) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=0))
    assert message.failure is not None
    if status == 200:
        assert (message.failure.kind, message.failure.retryable) == ("protocol", False)
        assert f"Content-Encoding: {packing.removeprefix('gzip, ')}" in message.failure.message
    else:
        assert (message.failure.kind, message.failure.retryable) == ("rate_limit", True)
        assert "hello" not in message.failure.message


@pytest.mark.parametrize("charset", ["nonsense", "hex", "rot13", "undefined", "utf-16", "idna", "\x00"])
async def test_an_error_in_a_charset_that_nobody_knows_is_told_all_the_same(charset: str) -> None:
    odd = Reply([b"no such model"], 404, {"content-type": f"text/plain; charset={charset}"})
    if charset == "\x00":
        odd = Reply([b"no such model"], 404, {"content-type": "text/plain; charset"})
    async with serving(odd) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=0))
    assert message.failure is not None
    assert (message.failure.kind, message.failure.status) == ("not_found", 404)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"HTTP/1.1 OK fine\r\n\r\n", "illegal status line: 'HTTP/1.1 OK fine'"),
        (b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", "illegal header line: 'no colon here'"),
    ],
)
async def test_a_line_that_is_no_http_is_quoted_as_it_came(head: bytes, words: str) -> None:
    async with serving(Reply([head], raw=True)) as server:
        _, message = await run_turn(request(endpoint(server.base_url), retries=0))
    assert message.failure is not None
    assert (message.failure.kind, message.failure.message.endswith(words)) == ("protocol", True)
