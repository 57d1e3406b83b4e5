"""Help: keys and commands from the registry, and the pages of the manual."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from glmchat import manual
from glmchat.analysis.distribution import Place, Shift
from glmchat.tui.commands.command import Group
from glmchat.tui.commands.fixed_keys import EDITING, IN_SESSIONS, ON_A_MESSAGE
from glmchat.tui.commands.keys import Keymap, display
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.distribution.plot import DistributionPlot
from glmchat.tui.widgets.lists.choices import Choices, Row
from glmchat.tui.widgets.page import Page
from glmchat.tui.widgets.text_view import LinkActivated

KEYS_PAGE = "all-keys"
# What a parameter does at a place, by its name; None where there is nothing to show.
ShiftOf = Callable[[str], tuple[Place, Shift, bool] | None]


def keys_page(keymap: Keymap) -> str:
    """Every command with its keys and its slash command, as Markdown."""
    return "\n".join(_key_lines(keymap))


def _key_lines(keymap: Keymap) -> Iterator[str]:
    yield "# Keys and commands\n"
    yield "Every action has a name; `[keys]` in the config gives it other keys.\n"
    for group in Group:
        yield f"## {group.value}\n"
        yield "| Keys | Command | What it does | Name |\n|---|---|---|---|"
        for row in keymap.table:
            if row.group is group:
                shown = ", ".join(display(key) for key in keymap.keys[row.name])
                slash = (
                    f"`/{row.slash} {row.arguments}".rstrip().replace("|", "\\|") + "`" if row.slash else ""
                )
                yield f"| {shown.replace('|', chr(92) + '|')} | {slash} | {row.help} | `{row.name}` |"
        yield ""
    yield "## Editing the prompt\n"
    yield "| Keys | What they do |\n|---|---|"
    for key, help in EDITING.items():
        yield f"| {display(key)} | {help} |"
    yield "\n## On a message\n"
    yield "| Keys | What they do |\n|---|---|"
    for key, help in ON_A_MESSAGE.items():
        yield f"| {display(key)} | {help} |"
    yield "\n## In the list of sessions\n"
    yield "| Keys | What they do |\n|---|---|"
    for key, help in IN_SESSIONS.items():
        yield f"| {display(key)} | {help} |"


class HelpScreen(Dialog[None]):
    """Topics at the left, the page at the right."""

    DEFAULT_CSS = """
    HelpScreen > #box { width: 110; height: 92%; }
    HelpScreen #pages { height: 1fr; }
    HelpScreen Choices { width: 28; height: 1fr; max-height: 100%; }
    HelpScreen #page { width: 1fr; height: 1fr; margin-left: 2; }
    HelpScreen Page { height: 1fr; background: $surface; }
    HelpScreen.-narrow Choices { width: 26; }
    """
    KEYS = "Type to filter the topics, ↑ ↓ choose, Enter or Tab goes to the page, Esc closes."
    KEYS_AT: ClassVar[Mapping[type[Widget], str]] = {
        Page: "↑ ↓ Page Up, Page Down scroll, N finds a link, Enter opens it, Tab goes to the topics, Esc closes."
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "close", "Close", show=False),
        Binding("tab", "other", "Other side", show=False, priority=True),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (90, "-wide")]  # noqa: RUF012 - as Textual declares it

    def __init__(self, keymap: Keymap, language: str = "en", topic: str = "") -> None:
        super().__init__("Help")
        self._keymap = keymap
        self._language = language
        rows = [Row(each.name, each.title, group=each.group) for each in manual.topics(language)]
        rows.insert(1, Row(KEYS_PAGE, "Keys and commands", group=rows[0].group))
        wanted = manual.nearest(topic) if topic else manual.FIRST
        self.choices = Choices(rows, at=wanted)
        self.view = Page()
        self.plot = DistributionPlot()
        self._shift_of: ShiftOf = lambda name: None
        self._shown_page = ""

    def compose(self) -> ComposeResult:
        """The two sides."""
        yield self.box(Horizontal(self.choices, Vertical(self.view, self.plot, id="page"), id="pages"))

    def on_mount(self) -> None:
        """Show the topic that was asked for."""
        self.choices.focus()
        if (row := self.choices.row) is not None:
            self._show(row.value)

    def show_shifts(self, shift_of: ShiftOf) -> None:
        """Show under the page of a parameter what it does to the distribution of the last reply."""
        self._shift_of = shift_of
        self._show_plot()

    def _show_plot(self) -> None:
        shown = self._shift_of(self._shown_page)
        self.plot.display = shown is not None
        if shown is not None:
            self.plot.put(*shown)

    def _show(self, name: str) -> None:
        self._shown_page = name
        self._show_plot()
        text = keys_page(self._keymap) if name == KEYS_PAGE else manual.page(name, self._language)
        self.view.show_text(text)

    def on_choices_moved(self, event: Choices.Moved) -> None:
        """Show the page under the cursor."""
        event.stop()
        if event.row is not None:
            self._show(event.row.value)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Read the page."""
        event.stop()
        self.view.focus()

    def action_other(self) -> None:
        """Go to the other side."""
        (self.choices if self.view.has_focus else self.view).focus()

    def on_link_activated(self, event: LinkActivated) -> None:
        """A link to another page opens it."""
        name = event.url.removesuffix(".md").rpartition("/")[2]
        if manual.nearest(name) == manual.normal(name) and "://" not in event.url:
            event.stop()
            self._show(name)
