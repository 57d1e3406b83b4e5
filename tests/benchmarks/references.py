"""What a chat costs before any feature: bare Textual apps, and the transcript alone, each with a plain httpx loop.

``python -m tests.benchmarks.references MODE BASE_URL`` with MODE one of `MODES`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator

import httpx
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Log, Markdown, RichLog

from glmchat.core.conversation import Message, Role, State, new_id
from glmchat.tui.widgets.thinking import ThinkingPanel
from glmchat.tui.widgets.transcript import Transcript
from tests.themed import ThemedApp

MODES = ("richlog", "log", "markdown", "transcript")


class Reference(ThemedApp):
    """A view, an input, a request."""

    CSS = "VerticalScroll, Log, RichLog, Transcript {height: 1fr} Input {dock: bottom}"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, mode: str, base: str) -> None:
        super().__init__()
        self.mode, self.base = mode, base

    def compose(self) -> ComposeResult:
        """The view over the input."""
        if self.mode == "richlog":
            yield RichLog(id="view", wrap=True)
        elif self.mode == "log":
            yield Log(id="view")
        elif self.mode == "markdown":
            yield VerticalScroll(id="view", can_focus=False)
        else:
            yield Transcript(id="view")
            yield ThinkingPanel(id="thinking")
        yield Input(id="prompt", placeholder="message")

    def on_mount(self) -> None:
        """Follow the end and wait for a message."""
        self.query_one("#prompt").focus()
        if self.mode == "markdown":
            self.query_one("#view").anchor()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send what was typed."""
        text, event.input.value = event.value, ""
        self.run_worker(getattr(self, f"reply_{self.mode}")(text), exclusive=True)

    async def deltas(self, text: str) -> AsyncIterator[tuple[str, str]]:
        """The pieces of a reply: field and text."""
        body = {"model": "bench-model", "stream": True, "messages": [{"role": "user", "content": text}]}
        async with (
            httpx.AsyncClient(timeout=None) as client,
            client.stream("POST", f"{self.base}/chat/completions", json=body) as response,
        ):
            async for line in response.aiter_lines():
                if line.startswith("data: {"):
                    for field, piece in json.loads(line[6:])["choices"][0]["delta"].items():
                        yield field, piece

    async def reply_richlog(self, text: str) -> None:
        """Write each complete line."""
        view = self.query_one(RichLog)
        view.write(text)
        rest = ""
        async for _, piece in self.deltas(text):
            rest += piece
            if "\n" in rest:
                head, rest = rest.rsplit("\n", 1)
                view.write(head)
        view.write(rest)

    async def reply_log(self, text: str) -> None:
        """Write each piece."""
        view = self.query_one(Log)
        view.write_line(text)
        async for _, piece in self.deltas(text):
            view.write(piece)

    async def reply_markdown(self, text: str) -> None:
        """Stream into a Markdown widget."""
        widget = Markdown()
        await self.query_one("#view").mount(widget)
        stream = Markdown.get_stream(widget)
        try:
            async for _, piece in self.deltas(text):
                await stream.write(piece)
        finally:
            await stream.stop()

    async def reply_transcript(self, text: str) -> None:
        """Feed the transcript, and the thinking panel where it is reasoning that comes."""
        view, thinking = self.query_one(Transcript), self.query_one(ThinkingPanel)
        question = Message(new_id(), None, Role.USER, content=text)
        view.messages.append(question)
        id = new_id()
        view.messages.append(Message(id, question.id, Role.ASSISTANT, state=State.STREAMING))
        thinking.show(id, running=True)
        parts: list[str] = []
        async for field, piece in self.deltas(text):
            if field == "reasoning":
                thinking.feed(id, piece)
            else:
                parts.append(piece)
                view.messages.feed(id, piece)
        view.messages.put(Message(id, question.id, Role.ASSISTANT, content="".join(parts)))
        thinking.finish(id)


if __name__ == "__main__":
    Reference(sys.argv[1], sys.argv[2]).run()
