"""Pages over TLS, straight and through a proxy: the certificate is that of the name, whatever place is connected to."""

from __future__ import annotations

import asyncio

import pytest

from glmchat.api import pages
from glmchat.api.pages import Page, PageRefused
from tests.wire.proxies import Handler, certificate, listening, server_context, tunnelling


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


async def unasked(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} is looked up here")


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
        return await pages.fetch(url, unasked), heard


async def test_a_proxy_is_asked_for_the_name_which_is_not_looked_up_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found, heard = await through_a_proxy(monkeypatch, "https://llm.example/a", page(b"hello"))
    assert found == Page("https://llm.example/a", "text/plain", "", b"hello")
    assert heard[0].startswith(b"CONNECT llm.example:443 ")


async def test_a_proxy_that_asks_itself_is_given_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bytes] = []
    async with listening(serving(page(b"hello"), heard=heard)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        assert (await pages.fetch("http://llm.example:81/a", unasked)).data == b"hello"
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
    for place in ("10.0.0.1", "intranet"):
        with pytest.raises(PageRefused, match=rf"{place}.*no public"):
            await through_a_proxy(monkeypatch, "https://llm.example/a", onward(f"https://{place}/"))


@pytest.mark.parametrize("host", ["intranet", "db.internal", "nas.local.", "2130706433", "0x7f.1", "127.1"])
async def test_a_proxy_is_asked_for_no_name_of_a_private_network(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with pytest.raises(PageRefused, match="Type the address itself"):
        await pages.fetch(f"http://{host}/", unasked)


async def test_what_is_too_large_is_left_through_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_BYTES", 1000)
    with pytest.raises(PageRefused, match="is larger than"):
        await through_a_proxy(monkeypatch, "https://llm.example/a", page(bytes(5000)))
