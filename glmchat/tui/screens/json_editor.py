"""The editor of a value that is JSON: a response format's schema, the tools, a tool choice, more of the body."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, TextArea

from glmchat.core.parameters import Parameter
from glmchat.core.parameters.kind import Kind, ValueRefused
from glmchat.support.text_files import NotText, read_text
from glmchat.tui.screens.value_dialog import ValueDialog

# What an empty text is filled with, by what it has to be.
_EXAMPLES: Mapping[Kind, str] = {
    Kind.FORMAT: """\
{
  "title": "city",
  "type": "object",
  "properties": {"name": {"type": "string"}, "people": {"type": "integer"}},
  "required": ["name"]
}""",
    Kind.LABELS: """\
{
  "project": "sorting"
}""",
    Kind.OBJECT: """\
{
  "service_tier": "flex"
}""",
    Kind.TOOLS: """\
[
  {
    "type": "function",
    "function": {
      "name": "get_weather",
      "description": "The weather in a city.",
      "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"]
      }
    }
  }
]""",
}


class JsonEditorScreen(ValueDialog["tuple[Any] | None"]):
    """Answers with ``(value,)`` once accepted, ``(None,)`` for an empty text, None where the person left."""

    KEYS = (
        "Ctrl+S checks and accepts, F2 inserts an example, an empty text unsets it, Shift+Tab loads a file, "
        "Esc cancels."
    )
    KEYS_AT: ClassVar[Mapping[type[Widget], str]] = {
        Input: "Enter loads the file, Tab goes to the text, Ctrl+S accepts, Esc cancels."
    }
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f2", "example", "Example", show=False)]
    DEFAULT_CSS = """
    JsonEditorScreen {
        & > #box { width: 96; }
        TextArea { height: 18; max-height: 60vh; margin-top: 1; }
    }
    """

    def __init__(self, row: Parameter, value: Any) -> None:
        super().__init__(f"{row.name}: {row.help}")
        self.row = row
        self._text = "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)

    def body(self) -> list[Widget]:
        """The line for a file's path, and the text."""
        return [
            Input(placeholder="Load a JSON file: its path, then Enter"),
            TextArea(self._text, tab_behavior="indent", placeholder="JSON; F2 inserts an example"),
        ]

    def on_mount(self) -> None:
        """Type at once."""
        self._area.focus()

    @property
    def _area(self) -> TextArea:
        return self.query_one(TextArea)

    def action_example(self) -> None:
        """Fill an empty text with an example."""
        if not self._area.text.strip():
            self._area.text = _EXAMPLES.get(self.row.kind, "{}")

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Load the file."""
        event.stop()
        name = event.value.strip().removeprefix("@")
        try:
            text = await asyncio.to_thread(_load, name)
        except NotText as error:
            self.complain(f"The file {name} {error}.")
            return
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            self.complain(f"The file {name} cannot be read: {reason}.")
            return
        self.complain("")
        self._area.text = text
        self._area.focus()

    async def action_accept(self) -> None:  # type: ignore[override]  # Textual awaits an action
        """Check the text, off the event loop, and answer with the value."""
        text = self._area.text
        if not text.strip():
            self.dismiss((None,))
            return
        try:
            value = await asyncio.to_thread(self._read, text)
        except ValueRefused as refusal:
            self.complain(str(refusal))
        else:
            self.dismiss((value,))

    def _read(self, text: str) -> Any:
        return self.row.parse(text)


def _load(name: str) -> str:
    return read_text(Path(os.path.expanduser(name)))  # noqa: PTH111 -- it never raises
