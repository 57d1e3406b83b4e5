"""The driver of the chat's terminal: Textual's own for Unix, with another way of reading and of writing.

Textual's parser raises on bytes that terminals really send (no UTF-8, kitty's sub-parameters), types answers of
the terminal that come late or in pieces, and never ends a paste whose end got lost; its writer waits for ever
where the terminal has gone. None of that can be changed from outside, so this file knows private parts of
``LinuxDriver`` (see `private`); where one is missing, Textual's own driver is used as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import select
import sys
import time
from typing import Any

from textual import constants, events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.messages import InBandWindowResize, TerminalSupportsSynchronizedOutput

from glmchat.support import echo
from glmchat.tui.platform import hangup
from glmchat.tui.platform.graphics import Graphics
from glmchat.tui.platform.input import tokens
from glmchat.tui.platform.input.decoder import BRACKETED_PASTE, Decoder
from glmchat.tui.platform.pictures import Pictures
from glmchat.tui.platform.sixel import REST_S
from glmchat.tui.platform.terminal import guard_widths
from glmchat.tui.platform.terminal_clipboard import MODE, TerminalClipboard

log = logging.getLogger(__name__)

# Disambiguate, report alternate keys, report all keys, report associated text: Textual asks for all but the second.
KEYBOARD_FLAGS = 1 | 4 | 8 | 16
_SYNCHRONIZED, _RESIZE_IN_BAND = 2026, 2048
# What a program before, or a binary file on the screen, may have left on: line-drawing characters, insert mode,
# an origin and margins of its own, and win32-input-mode, in which keys come in reports that Unix does not know.
_LEFT_BEHIND = "\x0f\x1b(B\x1b[4l\x1b[?6l\x1b[r\x1b[?9001l"
_AT_LEAST_EVERY_S = 0.1
_CHUNK, _MOST = 1 << 16, 1 << 20
_WHEEL: tuple[type[events.MouseEvent], ...] = (
    events.MouseScrollUp,
    events.MouseScrollDown,
    events.MouseScrollLeft,
    events.MouseScrollRight,
)


class ChatDriver(LinuxDriver):
    """Reads the terminal by `Decoder`, and writes so that neither a glyph nor a hang-up does harm."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        self._input = sys.__stdin__.fileno() if sys.__stdin__ is not None else 0
        self._size_told: tuple[int, int] | None = None
        self._pictures: Pictures | None = getattr(app, "pictures", None)
        self._clipboard: TerminalClipboard | None = getattr(app, "terminal_clipboard", None)
        # Textual would ask Rich, who takes 80 by 25 cells where no size is told.
        super().__init__(app, debug=debug, mouse=mouse, size=size or self._get_terminal_size())
        self._chat = app
        self._resting: asyncio.Task[None] | None = None
        self._decoder = Decoder(constants.ESCAPE_DELAY)
        self._pointer = (0, 0)
        self._told: tokens.Size | None = None
        self.focused: bool | None = None  # None as long as the terminal did not tell

    def start_application_mode(self) -> None:
        """Take the screen, then ask the terminal for what is used of it."""
        echo.release()  # Textual notes how the terminal was, to give it back so
        if (graphics := self._graphics) is not None:
            graphics.begin()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if not os.isatty(self._input):
            return
        self.write(_LEFT_BEHIND)
        if not constants.DISABLE_KITTY_KEY:
            self.write(f"\x1b[<u\x1b[>{KEYBOARD_FLAGS}u\x1b[?u")  # in the place of Textual's own flags
        if os.environ.get("TERM_PROGRAM") != "Apple_Terminal":  # which shows a part of the question
            self.write(f"\x1b[?{BRACKETED_PASTE}$p")
            if self._clipboard is not None:
                self.write(self._clipboard.begin(self._ask))
        if self._pictures is not None:
            self.write(self._pictures.question)
        self.flush()

    def _ask(self, question: str) -> None:
        self.write(question)
        self.flush()

    @property
    def _graphics(self) -> Graphics[Any] | None:
        """What draws pictures by now."""
        return None if self._pictures is None else self._pictures.graphics

    def _get_terminal_size(self) -> tuple[int, int]:
        """The size that the terminal told last; 80 by 24 cells until it tells one."""
        size = super()._get_terminal_size()
        with contextlib.suppress(OSError):
            if 0 not in os.get_terminal_size(self._input):
                self._size_told = size
        if self._pictures is not None:
            self._pictures.sized()
        return self._size_told or size

    def write(self, data: str) -> None:
        """Write to the terminal, as long as there is one."""
        data = guard_widths(data)
        graphics = self._graphics
        hangup.write(self, super().write, data if graphics is None else graphics.drawn(data))
        if graphics is not None and graphics.waits:
            self._draw_at_rest(graphics)

    def _draw_at_rest(self, graphics: Graphics[Any]) -> None:
        """Draw the pictures that wait once nothing is written over them any more."""
        if self._resting is not None:
            self._resting.cancel()
        with contextlib.suppress(RuntimeError):  # the event loop has ended: so has the screen
            self._resting = asyncio.get_running_loop().create_task(self._rest(graphics))

    async def _rest(self, graphics: Graphics[Any]) -> None:
        await asyncio.sleep(REST_S)
        await asyncio.to_thread(graphics.prepare)
        if self._chat.is_running:
            hangup.write(self, super().write, graphics.rest())

    def stop_application_mode(self) -> None:
        """Take pictures away, then give the screen back."""
        if self._resting is not None:
            self._resting.cancel()
        if (graphics := self._graphics) is not None and (taken_away := graphics.end()):
            self.write(taken_away)
        super().stop_application_mode()

    # -- reading

    def run_input_thread(self) -> None:
        """Read until the screen is given back, or the terminal is gone."""
        known = self._decoder.brackets
        self._decoder = Decoder(constants.ESCAPE_DELAY)
        self._decoder.brackets = known
        while not self.exit_event.is_set():
            due = self._decoder.deadline
            wait = _AT_LEAST_EVERY_S if due is None else min(_AT_LEAST_EVERY_S, due - time.monotonic())
            try:
                ready = select.select([self._input], [], [], max(0.0, wait))[0]
                data = self._read() if ready else None
            except (OSError, ValueError):
                return
            if data == b"":
                return
            for token in self._tokens(data):
                self._tell(token)

    def _read(self) -> bytes:
        """Take all that has come: a paste without marks is known by coming at once."""
        parts = [os.read(self._input, _CHUNK)]
        while parts[-1] and sum(map(len, parts)) < _MOST and select.select([self._input], [], [], 0)[0]:
            parts.append(os.read(self._input, _CHUNK))
        return b"".join(parts)

    def _tokens(self, data: bytes | None) -> list[tokens.Token]:
        now = time.monotonic()
        try:
            return self._decoder.tick(now) if data is None else self._decoder.feed(data, now)
        except Exception:  # whatever a terminal sends, the keyboard lives on
            log.exception("input of %d bytes could not be read", len(data or b""))
            self._decoder = Decoder(constants.ESCAPE_DELAY)
            return []

    def _tell(self, token: tokens.Token) -> None:
        """Pass a token on to the app, as Textual calls it."""
        message: Message | None = None
        if isinstance(token, tokens.Key):
            message = events.Key(token.name, token.character)
        elif isinstance(token, tokens.Paste):
            message = events.Paste(token.text)
        elif isinstance(token, tokens.Mouse):
            message = self._mouse_event(token)
        elif isinstance(token, tokens.Focus):
            self.focused = token.gained
            message = events.AppFocus() if token.gained else events.AppBlur()
        elif isinstance(token, tokens.Mode):
            message = _mode_message(token)
            self._tell_parts(token)
        elif isinstance(token, tokens.Size) and token.columns > 0 and token.rows > 0:
            self._told = token if token.width and token.height else None
            if (graphics := self._graphics) is not None:
                graphics.moved()
            message = events.Resize.from_dimensions(
                (token.columns, token.rows), (token.width, token.height) if self._told else None
            )
        else:
            self._tell_parts(token)
        if message is not None:
            self.process_message(message)

    def _tell_parts(self, token: tokens.Token) -> None:
        """Pass an answer on to the part that asked."""
        if self._pictures is not None and isinstance(token, tokens.Attributes):
            if question := self._pictures.told_attributes(token.numbers):
                self._ask(question)
        elif self._pictures is not None and isinstance(token, tokens.Colours):
            self._pictures.told_colours(token.number)
        elif self._clipboard is not None and isinstance(token, tokens.Mode):
            if token.number == MODE:
                self._clipboard.told_mode(token.value)
        elif self._clipboard is not None and isinstance(token, tokens.Packet):
            self._clipboard.take(token.told, token.payload)

    def _mouse_event(self, report: tokens.Mouse) -> events.MouseEvent | None:
        """What a report is to Textual; None for a button that it has no name for, and for a place off the screen.

        Textual takes the focus away, and typing with it, where the mouse is beside everything.
        """
        if report.x < 1 or report.y < 1 or report.code & 128:
            return None
        x, y = float(report.x - 1), float(report.y - 1)
        if self._told is not None:  # places are told in pixels then
            x, y = x * self._told.columns / self._told.width, y * self._told.rows / self._told.height
        kind, button = _kind_of(report)
        last = self._chat.size.width - 1, self._chat.size.height - 1
        if kind is not events.MouseUp and (int(x) > last[0] or int(y) > last[1]):
            return None
        x, y = min(x, last[0]), min(y, last[1])
        before, self._pointer = self._pointer, (int(x), int(y))
        return kind(
            None, x, y, int(x) - before[0], int(y) - before[1], button,
            bool(report.code & 4), bool(report.code & 8), bool(report.code & 16), screen_x=x, screen_y=y,
        )  # fmt: skip


def _kind_of(report: tokens.Mouse) -> tuple[type[events.MouseEvent], int]:
    """The kind of event that a report is, and its button."""
    if report.code & 64:
        return _WHEEL[report.code & 3], 0
    button = (report.code + 1) & 3
    if report.code & 32 or not button:
        return events.MouseMove, button
    return (events.MouseDown if report.pressed else events.MouseUp), button


def _mode_message(answer: tokens.Mode) -> Message | None:
    if answer.number == _SYNCHRONIZED and answer.value:
        return TerminalSupportsSynchronizedOutput()
    if answer.number == _RESIZE_IN_BAND and constants.SMOOTH_SCROLL and not _is_iterm():
        return InBandWindowResize.from_setting_parameter(answer.value)
    return None


def _is_iterm() -> bool:
    """Tell iTerm2, whose pixels of the mouse are wrong."""
    return os.environ.get("LC_TERMINAL") == "iTerm2" or os.environ.get("TERM_PROGRAM") == "iTerm.app"
