"""Proxies for the tests of the wire: they forward, refuse, hang, hang up or talk nonsense."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
CERTIFICATES = Path(__file__).parent / "certificates"


def certificate(name: str) -> str:
    """The path of a certificate of the tests."""
    return str(CERTIFICATES / f"{name}.pem")


def server_context(*, wants_client: bool = False) -> ssl.SSLContext:
    """What a server of the tests encrypts with; its certificate is signed by the tests' own authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate("server"))
    if wants_client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(certificate("ca"))
        # Later versions tell of a certificate that is lacking after the handshake, and asyncio resets at once.
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


@dataclass
class Listener:
    """A running server, and what was said to it first on each connection."""

    port: int = 0
    heard: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def listening(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncIterator[Listener]:
    """Serve connections on loopback by a handler."""
    listener = Listener()
    writers: set[asyncio.StreamWriter] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await handler(reader, writer)
        writers.discard(writer)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()
        await server.wait_closed()


def saying(*pieces: bytes, hang: bool = False, pause_s: float = 0.0, at_once: bool = False) -> Handler:
    """A handler that waits for the first bytes, or speaks first, says these pieces, and hangs or hangs up."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not at_once:
            await reader.read(1)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)
        if at_once:
            await reader.read(1000)
        if hang:
            while await reader.read(1000):
                pass

    return handle


def tunnelling(port: int, heard: list[bytes] | None = None) -> Handler:
    """A handler that is an HTTP proxy whose every CONNECT leads to one port of this machine."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if heard is not None:
            heard.append(head)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await _join(reader, writer, port)

    return handle


def socks(port: int, reply: bytes = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00") -> Handler:
    """A handler that is a SOCKS 5 proxy whose every way leads to one port of this machine."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        *_, kind = await reader.readexactly(4)
        length = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        await reader.readexactly(length + 2)
        writer.write(reply)
        await writer.drain()
        if reply[1] == 0:
            await _join(reader, writer, port)

    return handle


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    there_reader, there_writer = await asyncio.open_connection("127.0.0.1", port)
    back = asyncio.ensure_future(_pump(there_reader, writer))
    try:
        await _pump(reader, there_writer)
    finally:
        back.cancel()
        there_writer.close()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
