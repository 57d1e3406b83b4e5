"""The page about one parameter: its facts from the table, then the manual's page."""

from __future__ import annotations

from typing import Any

from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import MarkdownViewer

from glmchat.parameters import BY_NAME, Parameter
from glmchat.tui.screens.value_dialog import ValueDialog
from glmchat.workspace.values import Source


class ParameterHelpScreen(ValueDialog[None]):
    """Shows what a parameter does; Esc, F1 or Q closes it."""

    KEYS = "↑ ↓ PageUp PageDown scroll · Esc closes"
    BINDINGS = [Binding("f1,q", "close", "Close", show=False)]  # noqa: RUF012
    DEFAULT_CSS = """
    ParameterHelpScreen {
        & > #box { width: 92; }
        MarkdownViewer { height: 80vh; max-height: 40; background: $surface; }
    }
    """

    def __init__(self, name: str, value: Any, source: Source, language: str = "en") -> None:
        super().__init__(name)
        self._text = f"{_facts(BY_NAME[name], value, source)}\n\n{_page(name, language)}"

    def body(self) -> list[Widget]:
        """The page."""
        return [MarkdownViewer(self._text, show_table_of_contents=False, open_links=False)]

    def on_mount(self) -> None:
        """Scroll by the keyboard at once."""
        self.query_one(MarkdownViewer).focus()


def _page(name: str, language: str) -> str:
    from glmchat.manual import page

    return page(name, language)


def _facts(row: Parameter, value: Any, source: Source) -> str:
    default = "The API states none." if row.default is None else row.format(row.default)
    now = "not sent" if value is None else f"{row.format(value)} ({source.value})"
    order = " > ".join(each.value for each in Source if each is not Source.UNSET)
    lines = [
        "| | |",
        "|---|---|",
        f"| Takes | {row.allowed()} |",
        f"| Default | {default} |",
        f"| Now | {_cell(now)} |",
        f"| Which value counts | {order} |",
        f"| Elsewhere | `{row.flag}`, `/set {row.name}`, `{row.name}` in config.toml |",
    ]
    if row.note:
        lines.append(f"| Mind | {row.note} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    """A text as a cell of a Markdown table, its marks taken as they are."""
    return "".join("\\" + character if character in "|\\`*_[]<>&~#!" else character for character in text)
