"""The pictures of messages, drawn beside the screen and kept as long as they are among those seen last."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from glmchat.core import attachments
from glmchat.core.attached import Kind
from glmchat.markdown.spans import Line, Span
from glmchat.tui.platform.graphics import MOST_COLUMNS, MOST_ROWS, Graphics, cell_size

if TYPE_CHECKING:
    from glmchat.core.conversation import Message
    from glmchat.tui.port import Host
    from glmchat.workspace import Workspace

COLUMNS, ROWS = MOST_COLUMNS, MOST_ROWS
KEPT = 60

Drawn = tuple[Line, ...]


def image_key(message: Message, number: int) -> str:
    """What a picture that a model returned is called here."""
    return f"{message.id}:{number}"


class Drawings:
    """Pictures as lines of cells, by digest or `image_key`, where the terminal draws none in half blocks.

    Nothing for what cannot be drawn.
    """

    def __init__(self, app: Host, workspace: Workspace) -> None:
        self._app = app
        self._workspace = workspace
        self._drawn: dict[str, Drawn] = {}
        self._asked: set[str] = set()
        self._messages: set[int] = set()
        loop = asyncio.get_running_loop()
        app.pictures.changed = partial(loop.call_soon_threadsafe, self._anew)

    def of(self, message: Message) -> Mapping[str, Drawn]:
        """What is drawn of a message by now; the rest is drawn, and the message renewed."""
        keys = [each.digest for each in message.attachments if each.kind is Kind.PICTURE]
        keys += [image_key(message, number) for number in range(len(message.images))]
        if not keys or self._app.pictures.off:
            return {}
        self._messages.add(message.id)
        if any(key not in self._drawn and key not in self._asked for key in keys):
            self._asked.update(keys)
            self._app.spawn(self._draw(message))
        return {key: self._drawn[key] for key in keys if key in self._drawn}

    async def _draw(self, message: Message) -> None:
        pictures = [each for each in message.attachments if each.kind is Kind.PICTURE]
        data = await self._workspace.attaching.contents(pictures) if pictures else {}
        for number, image in enumerate(message.images):
            raw = await asyncio.to_thread(attachments.raw, image)
            if raw is not None:
                data[image_key(message, number)] = raw
        for key, content in data.items():
            self._drawn.pop(key, None)
            self._drawn[key] = await self._lines(content)
            self._asked.discard(key)
        for old in list(self._drawn)[:-KEPT]:
            del self._drawn[old]
        if any(self._drawn.get(key) for key in data):
            self._app.chat.transcript.messages.renew(message.id)

    async def _lines(self, data: bytes) -> Drawn:
        """A picture as it is drawn now, whatever is found out meanwhile of how it can be."""
        graphics = self._app.pictures.graphics
        lines = await asyncio.to_thread(_lines, data, graphics)
        return lines if graphics is self._app.pictures.graphics else await self._lines(data)

    def _anew(self) -> None:
        """Draw all again in another way."""
        self._drawn.clear()
        self._asked.clear()
        for each in self._messages:
            self._app.chat.transcript.messages.renew(each)


def _lines(data: bytes, graphics: Graphics[Any] | None) -> Drawn:
    try:
        from glmchat.files.drawing import fitted_png, half_blocks
    except ImportError:
        return ()
    if graphics is not None:
        cell = cell_size()
        fitted = fitted_png(data, COLUMNS, ROWS, cell)
        return tuple((Span(row),) for row in graphics.cells(*fitted, cell)) if fitted is not None else ()
    return tuple(
        tuple(Span("▀" * count, f"#{upper}/{lower}") for count, upper, lower in row)
        for row in half_blocks(data, COLUMNS, ROWS)
    )
