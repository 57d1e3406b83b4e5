"""Prompts with keys for editing: history, several lines, wide characters, completion; nothing is drawn but the line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings
from prompt_toolkit.shortcuts import CompleteStyle

from glmchat.plain.reading import Interrupted

if TYPE_CHECKING:
    from prompt_toolkit.input import Input
    from prompt_toolkit.output import Output

CONTINUED = "...: "


class Editor:
    """Reads prompts by keys; `input` and `output` are those of the process where None."""

    asks = True

    def __init__(
        self, input: Input | None = None, output: Output | None = None, editing: str = "plain"
    ) -> None:
        # Asking for the cursor's place would write into pipes and confuse what reads the screen aloud.
        os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
        self._input, self._output = input, output
        self._history = InMemoryHistory()
        self._offers: Callable[[str], Sequence[str]] = lambda _: ()
        self._changed: Callable[[], None] = lambda: None
        self._session: PromptSession[str] = PromptSession(
            history=self._history,
            key_bindings=_keys(),
            completer=WordCompleter(
                lambda: list(self._offers(get_app().current_buffer.document.text_before_cursor)),
                sentence=True,
            ),
            complete_while_typing=False,
            complete_style=CompleteStyle.READLINE_LIKE,
            vi_mode=editing == "vim",
            enable_open_in_editor=True,
            enable_suspend=True,
            tempfile_suffix=".md",
            prompt_continuation=CONTINUED,
            reserve_space_for_menu=0,
            interrupt_exception=Interrupted,
            input=input,
            output=output,
        )
        self._session.default_buffer.on_text_changed += lambda _: self._changed()
        self._reading = False

    def serve(
        self, offers: Callable[[str], Sequence[str]], changed: Callable[[], None], sent: Sequence[str]
    ) -> None:
        """Offer these whole lines for what was typed, tell of each change, and know what was sent, newest first."""
        self._offers, self._changed = offers, changed
        for text in reversed(sent):
            self._history.append_string(text)

    async def read(self, prompt: str, default: str = "", question: bool = False) -> str:
        """The next prompt, or the answer to a question, which is no prompt to be remembered."""
        if question:
            return await self._ask(prompt, default=default)
        self._reading = True
        try:
            text: str = await self._session.prompt_async(prompt, default=default, handle_sigint=False)
        finally:
            self._reading = False
        return text

    async def secret(self, prompt: str) -> str:
        """A line that is shown as stars."""
        return await self._ask(prompt, hidden=True)

    async def _ask(self, prompt: str, default: str = "", hidden: bool = False) -> str:
        session: PromptSession[str] = PromptSession(
            history=InMemoryHistory(), is_password=hidden, interrupt_exception=Interrupted,
            key_bindings=_keys(), prompt_continuation=CONTINUED, input=self._input, output=self._output,
        )  # fmt: skip
        text: str = await session.prompt_async(prompt, default=default, handle_sigint=False)
        return text

    def interrupt(self) -> bool:
        """Let go of the line that is being typed: a signal came from elsewhere, the key itself comes as a key."""
        if self._reading and self._session.app.is_running:
            self._session.app.exit(exception=Interrupted())
            return True
        return False

    def typed(self) -> str:
        """What stands in the prompt."""
        return str(self._session.default_buffer.text) if self._reading else ""


def _keys() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("escape", "enter")
    @keys.add("c-j")
    def _break(event: Any) -> None:
        """Break the line."""
        event.current_buffer.insert_text("\n")

    @keys.add("enter")
    def _accept(event: Any) -> None:
        """Send, or break the line after a backslash."""
        buffer = event.current_buffer
        if buffer.document.text_before_cursor.endswith("\\") and buffer.document.is_cursor_at_the_end:
            buffer.delete_before_cursor()
            buffer.insert_text("\n")
        else:
            buffer.validate_and_handle()

    return keys


@contextmanager
def held_back(descriptor: int) -> Iterator[None]:
    """Keep what is typed while no prompt is read for the next one, unseen and unchanged; Ctrl+C stays a signal.

    It holds around the prompts too, for what is typed as one begins must not be read in another way.
    """
    try:
        import termios

        before = termios.tcgetattr(descriptor)
    except (ImportError, OSError):
        yield
        return
    now = [*before[:6], list(before[6])]
    now[0] &= ~(termios.ICRNL | termios.INLCR)
    now[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    now[3] |= termios.NOFLSH
    termios.tcsetattr(descriptor, termios.TCSANOW, now)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
