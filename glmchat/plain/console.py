"""The line mode's console: what is said in lines that are safe to print, and what is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from glmchat.plain.reading import Interrupted, Reader
from glmchat.support.text import safe

LABELS = {"information": "Note", "warning": "Warning", "error": "Error"}


class Console:
    """Writes by `put`; `closed` is true once nobody reads any more.

    What is said while a line is being typed waits until it was entered.
    """

    def __init__(self, put: Callable[[str], None], reader: Reader) -> None:
        self._put = put
        self.reader = reader
        self.closed = False
        self._typing = False
        self._held: list[str] = []

    @property
    def asks(self) -> bool:
        """Whether somebody is there to answer questions."""
        return self.reader.asks

    def write(self, text: str) -> None:
        """Write a piece that was made safe already."""
        if self._typing:
            self._held.append(text)
            return
        try:
            self._put(text)
        except BrokenPipeError:
            self.closed = True

    def say(self, text: str) -> None:
        """Say something in lines of its own."""
        self.write(safe(text).rstrip("\n") + "\n")

    def tell(self, sentence: str, severity: str = "information") -> None:
        """Say a sentence under a label."""
        self.say(f"{LABELS[severity]}: {sentence}")

    async def read(self, prompt: str, default: str = "", question: bool = False) -> str:
        """The next line or lines; raises as a `Reader` does."""
        self._typing = True
        try:
            return await self.reader.read(prompt, default, question)
        finally:
            self._typing = False
            for text in self._held:
                self.write(text)
            self._held.clear()

    async def ask(self, prompt: str, default: str = "") -> str | None:
        """The answer to a question, None where nobody answers it."""
        with suppress(Interrupted, EOFError):
            return await self.read(prompt, default, question=True)
        return None

    async def secret(self, prompt: str) -> str | None:
        """The answer to a question that is not shown, None where nobody answers it."""
        with suppress(Interrupted, EOFError):
            return await self.reader.secret(prompt)
        return None

    async def choose(self, question: str, answers: Sequence[str]) -> str | None:
        """One of some words, or what begins like one; None for anything else, and where nobody is there to ask."""
        if not self.asks:
            return None
        given = await self.ask(f"{safe(question)} ({', '.join(answers)}): ")
        word = (given or "").strip().lower()
        return next((each for each in answers if word and each.startswith(word)), None)
