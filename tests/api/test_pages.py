"""Pages of the web: fetched in limits, from public places only, and from the place that was looked at."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Callable, Mapping, Sequence

import httpx
import pytest

from glmchat.api import pages
from glmchat.api.pages import Page, PageRefused
from glmchat.support.private_addresses import is_public

PUBLIC = "93.184.216.34"
Answer = Callable[[httpx.Request], httpx.Response]


class Net:
    """Names and what they mean, one meaning a look-up; requests are answered by `answer` and remembered."""

    def __init__(self, answer: Answer, names: Mapping[str, Sequence[list[str]]] | None = None) -> None:
        self.answer = answer
        self.names = {name: list(meanings) for name, meanings in (names or {}).items()}
        self.requests: list[httpx.Request] = []

    async def resolve(self, name: str, port: int) -> list[str]:
        meanings = self.names.get(name, [[PUBLIC]])
        return meanings.pop(0) if len(meanings) > 1 else meanings[0]

    async def fetch(self, url: str) -> Page:
        def handle(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return self.answer(request)

        return await pages.fetch(url, self.resolve, lambda _: httpx.MockTransport(handle))

    @property
    def asked(self) -> list[str]:
        return [f"{each.headers['Host']} at {each.url.host}" for each in self.requests]


def page(data: bytes, **headers: str) -> httpx.Response:
    """A page as a connection gives it: not read yet."""
    return httpx.Response(
        200, stream=httpx.ByteStream(data), headers={"Content-Type": "text/plain", **headers}
    )


def plain(request: httpx.Request) -> httpx.Response:
    return page(b"Hello")


async def test_what_the_name_meant_is_connected_to_under_its_name() -> None:
    net = Net(plain, {"example.org": [[PUBLIC], ["127.0.0.1"]]})
    found = await net.fetch("https://example.org:8443/a?b=c#d")
    assert (found.data, found.type, found.url) == (b"Hello", "text/plain", "https://example.org:8443/a?b=c")
    request = net.requests[0]
    assert str(request.url) == f"https://{PUBLIC}:8443/a?b=c"
    assert request.headers["Host"] == "example.org:8443"
    assert request.extensions["sni_hostname"] == "example.org"


async def test_https_is_meant_where_no_scheme_is_written() -> None:
    net = Net(plain)
    assert (await net.fetch("example.org/page")).url == "https://example.org/page"


PRIVATE = [
    "127.0.0.1", "10.0.0.5", "192.168.1.1", "172.16.3.4", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "::", "::127.0.0.1", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("place", PRIVATE)
async def test_a_name_of_a_private_place_is_not_asked(place: str) -> None:
    assert not is_public(place)
    net = Net(plain, {"inside.example": [[place]]})
    with pytest.raises(PageRefused, match="no public address"):
        await net.fetch("http://inside.example/")
    assert not net.requests


@pytest.mark.parametrize("place", [PUBLIC, "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_places_are_public(place: str) -> None:
    assert is_public(place)


async def test_of_several_places_only_public_ones_are_asked() -> None:
    net = Net(plain, {"both.example": [["10.0.0.1", PUBLIC]]})
    await net.fetch("http://both.example/")
    assert net.asked == [f"both.example at {PUBLIC}"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://[::1]/", "http://10.0.0.5/a", "http://localhost/"]
)
async def test_a_private_place_that_was_typed_is_asked(url: str) -> None:
    net = Net(plain)
    assert (await net.fetch(url)).data == b"Hello"


@pytest.mark.parametrize("typed", ["http://2130706433/", "http://0x7f.1/", "http://127.1/"])
async def test_an_address_in_disguise_is_no_typed_address(typed: str) -> None:
    net = Net(plain, {name: [["127.0.0.1"]] for name in ("2130706433", "0x7f.1", "127.1")})
    with pytest.raises(PageRefused, match="no public address"):
        await net.fetch(typed)


def leading_to(*places: str) -> Answer:
    left = list(places)

    def answer(request: httpx.Request) -> httpx.Response:
        if left:
            return httpx.Response(302, headers={"Location": left.pop(0)})
        return page(b"There")

    return answer


async def test_redirects_are_followed_and_looked_at_one_by_one() -> None:
    net = Net(leading_to("/b", "https://other.example/c"))
    found = await net.fetch("https://example.org/a")
    assert (found.url, found.data) == ("https://other.example/c", b"There")
    assert net.asked == [f"{name} at {PUBLIC}" for name in ("example.org", "example.org", "other.example")]


@pytest.mark.parametrize(
    "onward",
    ["http://127.0.0.1/", "http://169.254.169.254/latest", "http://localhost/", "http://inside.example/"],
)
async def test_a_redirect_to_a_private_place_is_not_followed(onward: str) -> None:
    net = Net(leading_to(onward), {"inside.example": [["10.1.1.1"]]})
    with pytest.raises(PageRefused, match="no public address"):
        await net.fetch("https://example.org/a")
    assert len(net.requests) == 1


async def test_a_typed_private_place_may_lead_on_within_itself() -> None:
    net = Net(leading_to("/b"))
    assert (await net.fetch("http://127.0.0.1:8000/a")).url == "http://127.0.0.1:8000/b"


@pytest.mark.parametrize("onward", ["ftp://example.org/", "file:///etc/passwd", "https://a:b@example.org/"])
async def test_a_redirect_to_what_is_no_page_is_not_followed(onward: str) -> None:
    with pytest.raises(PageRefused, match="is not fetched"):
        await Net(leading_to(onward)).fetch("https://example.org/a")


async def test_redirects_come_to_an_end() -> None:
    net = Net(lambda request: httpx.Response(301, headers={"Location": "/again"}))
    with pytest.raises(PageRefused, match="only leads on"):
        await net.fetch("https://example.org/")


@pytest.mark.parametrize(
    "given",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "https://us er/",
        "https://a:b@c.org/",
        "data:,a",
    ],
)
async def test_what_is_no_address_of_a_page_is_told(given: str) -> None:
    net = Net(plain)
    with pytest.raises(PageRefused):
        await net.fetch(given)
    assert not net.requests


async def test_an_answer_that_is_no_page_is_told() -> None:
    with pytest.raises(PageRefused, match=r"answers 404 Not Found\."):
        await Net(lambda request: httpx.Response(404, text="no")).fetch("https://example.org/")


async def test_a_page_that_is_too_large_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_BYTES", 1 << 20)
    with pytest.raises(PageRefused, match="larger than 1 MB"):
        await Net(lambda request: page(b"x" * (2 << 20))).fetch("https://example.org/")


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]),
    ],
)
async def test_what_is_packed_unasked_is_unpacked_within_the_limit(
    monkeypatch: pytest.MonkeyPatch, coding: str, pack: Callable[[bytes], bytes]
) -> None:
    monkeypatch.setattr(pages, "MOST_BYTES", 1 << 20)

    def answer(data: bytes) -> Answer:
        return lambda request: page(pack(data), **{"Content-Encoding": coding})

    assert (await Net(answer(b"Hello")).fetch("https://example.org/")).data == b"Hello"
    with pytest.raises(PageRefused, match="larger than 1 MB"):
        await Net(answer(b"\0" * (8 << 20))).fetch("https://example.org/")


async def test_a_page_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LONGEST_S", 0.05)

    async def never(name: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(PageRefused, match="did not come within"):
        await pages.fetch("https://example.org/", never)


async def test_a_name_that_is_not_known_is_told() -> None:
    async def unknown(name: str, port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(PageRefused, match=r"nowhere\.example is not known"):
        await pages.fetch("https://nowhere.example/", unknown, lambda _: httpx.MockTransport(plain))


async def test_secrets_of_the_query_are_sent_and_shown_nowhere() -> None:
    net = Net(plain)
    found = await net.fetch("https://example.org/a?api_key=hidden&page=2")
    assert "api_key=hidden" in str(net.requests[0].url)
    assert found.url == "https://example.org/a?page=2"


async def test_a_real_server_is_read() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = "<p>grüß</p>".encode("latin-1")
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=latin-1\r\nContent-Length: {len(body)}\r\n"
        )
        writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        found = await pages.fetch(f"http://127.0.0.1:{port}/")
    assert (found.type, found.charset, found.data) == (
        "text/html",
        "latin-1",
        "<p>grüß</p>".encode("latin-1"),
    )


async def test_nobody_there_is_told() -> None:
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    with pytest.raises(PageRefused, match="cannot be reached"):
        await pages.fetch(f"http://127.0.0.1:{port}/")
