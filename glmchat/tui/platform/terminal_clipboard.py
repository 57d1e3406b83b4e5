"""What is on the terminal's clipboard, over ssh too: kitty's clipboard protocol (sw.kovidgoyal.net/kitty/clipboard).

A terminal that says that it knows the protocol is asked for the kinds of what was copied, which it tells at once, then
for one of them, for which it may ask the person first. Each request has a name of its own: an answer to one that is
over, or to another program, is passed over. Multiplexers keep such answers for themselves, so that nothing is sent
through them; one that knows the protocol says so itself.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import secrets
from collections.abc import Callable

MODE = 5522
QUESTION = f"\x1b[?{MODE}$p"
MOST_BYTES = 32 << 20
# How long the list of kinds may take, the person who is asked, and the way from one piece to the next.
LIST_S, ASKED_S, PIECE_S = 2.0, 60.0, 15.0
_LIST = "."
_NEVER = (0, 4)


class NotGiven(Exception):
    """The clipboard did not come; the text says why, as a whole sentence for the person."""


class NotListed(NotGiven):
    """The terminal does not even tell what kinds there are, so that another way may be tried."""


class _Request:
    """One question to the terminal, and what came of the answer."""

    def __init__(self) -> None:
        self.id = f"glmchat-{secrets.token_hex(6)}"
        self.data = bytearray()
        self._begun = self._over = False
        self._pieces = 0
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = self._loop.create_future()

    def take(self, told: dict[str, str], payload: str) -> None:
        """Take a piece of the answer; called by the thread that reads."""
        if self._over:
            return
        self._pieces += 1
        status = told.get("status", "")
        if status == "OK":
            self._begun = True
        elif status == "DATA":
            self._add(payload)
        elif status == "DONE":
            self._end(None if self._begun else NotGiven("The terminal's answer about the clipboard is odd."))
        elif status == "EPERM":
            self._end(NotGiven("The terminal was not allowed to give the clipboard."))
        else:
            self._end(NotGiven("The terminal cannot give the clipboard now; try it once more."))

    def _add(self, payload: str) -> None:
        try:
            self.data += base64.b64decode(payload, validate=True)
        except (binascii.Error, ValueError):
            self._end(NotGiven("What the terminal gave of the clipboard is damaged; try it once more."))
        if len(self.data) > MOST_BYTES:
            self._end(
                NotGiven(
                    f"What was copied is larger than {MOST_BYTES >> 20} MB; save it, and attach it with /file."
                )
            )

    def _end(self, why: NotGiven | None) -> None:
        self._over = True
        self._loop.call_soon_threadsafe(self._told, why)

    def _told(self, why: NotGiven | None) -> None:
        if self._ended.done():
            return
        if why is None:
            self._ended.set_result(None)
        else:
            self._ended.set_exception(why)

    async def wait(self, first_s: float) -> bytes:
        """All of the answer; raises NotGiven where it does not come, or comes no further."""
        seen, patience = 0, first_s
        while not (await asyncio.wait({self._ended}, timeout=patience))[0]:
            if self._pieces == seen:
                self._over = True
                raise NotGiven("The terminal did not give the clipboard in time; try it once more.")
            seen, patience = self._pieces, PIECE_S
        self._ended.result()
        return bytes(self.data)


class TerminalClipboard:
    """The clipboard of a terminal that knows the protocol; `known` says whether this one does."""

    def __init__(self) -> None:
        self.known = False
        self._write: Callable[[str], object] = _nobody
        self._request: _Request | None = None
        # With a name and a word that only this process knows, a terminal may ask the person once for all.
        self._name = f"name={_encoded('glmchat')}:pw={_encoded(secrets.token_hex(16))}"

    def begin(self, write: Callable[[str], object]) -> str:
        """The terminal is there, or is there again; what is to be asked of it."""
        self.known, self._write = False, write
        return QUESTION

    def told_mode(self, value: int) -> None:
        """The terminal says whether it knows the protocol."""
        self.known = value not in _NEVER

    def take(self, told: str, payload: str) -> None:
        """Take a piece of an answer, if it is one to what was asked last."""
        fields = dict(field.split("=", 1) for field in told.split(":") if "=" in field)
        request = self._request
        if request is not None and (fields.get("type"), fields.get("id")) == ("read", request.id):
            request.take(fields, payload)

    async def kinds(self) -> list[str]:
        """The MIME types of what was copied; raises NotGiven, or NotListed where the terminal does not tell them."""
        if self._request is not None:
            raise NotGiven("The terminal is still being asked for the clipboard.")
        try:
            return (await self._asked(_LIST, LIST_S)).decode("utf-8", "replace").split()
        except NotGiven as error:
            raise NotListed(str(error)) from None

    async def read(self, kind: str) -> bytes:
        """What was copied, as a MIME type that it has; raises NotGiven."""
        return await self._asked(kind, ASKED_S)

    async def _asked(self, kind: str, patience: float) -> bytes:
        request = self._request = _Request()
        try:
            self._write(f"\x1b]{MODE};type=read:id={request.id}:{self._name};{_encoded(kind)}\x1b\\")
            return await request.wait(patience)
        finally:
            self._request = None


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")


def _nobody(data: str) -> None:
    """There is no terminal yet."""
