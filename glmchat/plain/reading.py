"""Lines that are typed or piped: read from the descriptor in a thread that nobody waits for at the end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from typing import Protocol

from glmchat.support import tasks

_PIECE = 1 << 16


class Interrupted(Exception):
    """Ctrl+C was pressed while a line was being typed."""


class Reader(Protocol):
    """Where prompts come from; `asks` says that somebody is there who can answer questions."""

    asks: bool

    def serve(
        self, offers: Callable[[str], Sequence[str]], changed: Callable[[], None], sent: Sequence[str]
    ) -> None:
        """Know what to offer for what was typed, whom to tell of each change, and what was sent, newest first."""

    async def read(self, prompt: str, default: str = "", question: bool = False) -> str:
        """The next prompt, its lines parted by newlines; raises EOFError at the end, `Interrupted` on Ctrl+C."""

    async def secret(self, prompt: str) -> str:
        """A line that is not shown; raises as `read` does."""

    def interrupt(self) -> bool:
        """Ctrl+C came as a signal; returns whether a line was being waited for."""

    def typed(self) -> str:
        """What stands in the line that is being typed."""


class Lines:
    """Reads lines as they come, without keys for editing: what a dumb terminal or a pipe gives.

    A line that ends with a backslash goes on with the next one.
    """

    def __init__(
        self, put: Callable[[str], None], descriptor: int, encoding: str, terminal: bool, echo: bool
    ) -> None:
        self.asks = terminal
        self._put = put
        self._descriptor = descriptor
        self._encoding = encoding
        self._echo = echo
        self._buffer = b""
        self._ended = False
        self._coming: asyncio.Future[bytes] | None = None
        self._waiting: asyncio.Future[bytes] | None = None

    def serve(
        self, offers: Callable[[str], Sequence[str]], changed: Callable[[], None], sent: Sequence[str]
    ) -> None:
        """The terminal knows nothing of what stands in a line."""

    async def read(self, prompt: str, default: str = "", question: bool = False) -> str:
        """The next prompt; what was written before and not sent is shown, since it cannot stand in the line."""
        if default and not question:
            self._put(f"(Not sent yet: {default})\n")
        whole = ""
        while True:
            self._put(prompt if not whole else "...: ")
            line = await self._line()
            if self._echo:
                self._put(line + "\n")
            if question or not line.endswith("\\"):
                return whole + line
            whole += line[:-1] + "\n"

    async def secret(self, prompt: str) -> str:
        """A line that the terminal does not show."""
        import getpass

        try:
            text: str = await tasks.beside(lambda: getpass.getpass(prompt))
        except KeyboardInterrupt:
            raise Interrupted from None
        return text

    def interrupt(self) -> bool:
        """Let go of the line that is waited for; what is typed of it is the terminal's to drop."""
        if self._waiting is None:
            return False
        self._waiting.cancel()
        return True

    def typed(self) -> str:
        """The terminal keeps what is typed until Enter."""
        return ""

    async def _line(self) -> str:
        if self._coming is None:
            self._coming = tasks.beside(self._read_line)
        self._waiting = asyncio.ensure_future(asyncio.shield(self._coming))
        try:
            data = await self._waiting
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise Interrupted from None
        finally:
            self._waiting = None
        self._coming = None
        if not data:
            raise EOFError
        return data.decode(self._encoding, "replace").rstrip("\r\n").removeprefix("\ufeff")

    def _read_line(self) -> bytes:
        """The bytes of the next line with its end, nothing at the end of all."""
        while b"\n" not in self._buffer and not self._ended:
            try:
                piece = os.read(self._descriptor, _PIECE)
            except OSError:  # the terminal is gone
                piece = b""
            self._ended = not piece and not self.asks
            self._buffer += piece
            if not piece:
                break
        line, end, self._buffer = self._buffer.partition(b"\n")
        return line + end
