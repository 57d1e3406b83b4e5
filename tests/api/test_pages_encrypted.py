"""Pages over TLS, straight and through a proxy: the certificate is that of the name, whatever place is connected to."""

from __future__ import annotations

import asyncio

import pytest

from glmchat.api import pages
from glmchat.api.pages import Page, PageRefused
from tests.wire.proxies import Handler, certificate, listening, server_context, tunnelling

PUBLIC = "93.184.216.34"


def serving(*answers: bytes, heard: list[bytes] | None = None) -> Handler:
    """A handler that gives one answer on each connection, the last one for ever, and notes what it heard."""
    left = list(answers)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if heard is not None:
            heard.append(head)
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        await writer.drain()

    return handle


def page(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def onward(location: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


async def anywhere(host: str, port: int) -> list[str]:
    return [PUBLIC]


@pytest.fixture(autouse=True)
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate("ca"))
    for name in (
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
    ):
        monkeypatch.delenv(name, raising=False)


async def test_a_page_of_this_machine_is_read_when_it_is_typed() -> None:
    async with listening(serving(page(b"hello")), server_context()) as there:
        url = f"https://localhost:{there.port}/a"
        assert await pages.fetch(url) == Page(url, "text/plain", "", b"hello")


async def test_a_certificate_that_nobody_known_signed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    async with listening(serving(page(b"hello")), server_context()) as there:
        with pytest.raises(PageRefused, match=r"cannot be reached: .*certificate"):
            await pages.fetch(f"https://localhost:{there.port}/a")


async def through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, url: str, *answers: bytes
) -> tuple[Page, list[bytes]]:
    heard: list[bytes] = []
    async with (
        listening(serving(*answers), server_context()) as there,
        listening(tunnelling(there.port, heard)) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        return await pages.fetch(url, anywhere), heard


async def test_through_a_proxy_the_place_is_asked_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    found, heard = await through_a_proxy(monkeypatch, "https://llm.example/a", page(b"hello"))
    assert found == Page("https://llm.example/a", "text/plain", "", b"hello")
    assert heard[0].startswith(f"CONNECT {PUBLIC}:443 ".encode())


async def test_a_proxy_that_asks_itself_is_given_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bytes] = []
    async with listening(serving(page(b"hello"), heard=heard)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert (await pages.fetch("http://llm.example:81/a", anywhere)).data == b"hello"
    assert (
        heard[0].startswith(b"GET http://llm.example:81/a HTTP/1.1\r\n")
        and b"Host: llm.example:81\r\n" in heard[0]
    )


async def test_the_name_of_the_certificate_counts_through_a_proxy_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(PageRefused, match="certificate"):
        await through_a_proxy(monkeypatch, "https://other.example/a", page(b"hello"))


async def test_a_redirect_is_looked_at_through_a_proxy_too(monkeypatch: pytest.MonkeyPatch) -> None:
    found, heard = await through_a_proxy(monkeypatch, "https://llm.example/a", onward("/b"), page(b"there"))
    assert (found.url, found.data, len(heard)) == ("https://llm.example/b", b"there", 2)
    with pytest.raises(PageRefused, match=r"leads on to 10\.0\.0\.1, which is no public address"):
        await through_a_proxy(monkeypatch, "https://llm.example/a", onward("https://10.0.0.1/"))


async def test_what_is_too_large_is_left_through_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_BYTES", 1000)
    with pytest.raises(PageRefused, match="is larger than"):
        await through_a_proxy(monkeypatch, "https://llm.example/a", page(bytes(5000)))
