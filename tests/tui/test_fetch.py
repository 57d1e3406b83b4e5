"""A page of the web as an attachment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.tui.stage import staged


@asynccontextmanager
async def serving(body: bytes) -> AsyncIterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/page"


async def test_a_page_is_attached_and_its_text_sent(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, serving(b"<h1>Quinces</h1><p>They grow in Turkey.</p>") as url:
        await stage.command(f"/fetch {url}")
        await stage.until(lambda: f"Attached: {url}" in stage.told)
        assert url in stage.screen_text
        await stage.send("Where do they grow?")
        sent = str(stage.script.bodies[-1]["messages"][-1]["content"])
        assert "# Quinces" in sent and "They grow in Turkey." in sent and url in sent
        assert "<p>" not in sent


async def test_escape_stops_fetching(tmp_path: Path) -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    async with server, staged(tmp_path) as stage:
        await stage.command(f"/fetch http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        await stage.until(lambda: "Esc stops it" in stage.told)
        await stage.press("escape")
        await stage.until(lambda: "Fetching the page was stopped" in stage.told)
        assert not stage.workspace.current.attached


async def test_what_cannot_be_fetched_is_told(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        await stage.command("/fetch ftp://example.org/")
        await stage.until(lambda: "Only pages of http:// and https://" in stage.told)
        await stage.command("/fetch")
        await stage.until(lambda: "Write the address of a page" in stage.told)
        assert not stage.workspace.current.attached
