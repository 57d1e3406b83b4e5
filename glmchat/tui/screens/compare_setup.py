"""Choose what a comparison varies: the values of a parameter, or some presets or models of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from glmchat.support.text import safe_line
from glmchat.tui.screens.dialog import Dialog
from glmchat.tui.widgets.bars.line import CommandRequested, Part, PartLine
from glmchat.tui.widgets.lists.choices import Choices, Row
from glmchat.tui.widgets.text_line import Line
from glmchat.workspace.comparisons import FEWEST, check_count
from glmchat.workspace.session import Variant

Build = Callable[[Sequence[str]], list[Variant]]
Describe = Callable[[list[Variant]], str]

_LONGEST = 200
_MARKS = {True: "✓ ", False: "· "}


class SetupScreen(Dialog[list[Variant]]):
    """What the ways of choosing have in common: it says what would be sent and what that costs.

    `build` makes variants of what was chosen and raises ValueError with a sentence; `describe` says what they cost.
    """

    DEFAULT_CSS = """
    SetupScreen Input { height: 1; }
    SetupScreen #summary { margin-top: 1; min-height: 2; }
    SetupScreen #send { margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "send", "Send", show=False, priority=True)]

    def __init__(self, title: str, prompt: str, build: Build, describe: Describe) -> None:
        super().__init__(title)
        self._build = build
        self._describe = describe
        self._variants: list[Variant] = []
        shown = safe_line(prompt).strip()
        shown = shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
        self.prompt_line = Line(f"The prompt is: {shown}", "-quiet")
        self.summary = Line("", id="summary")
        self.send_line = PartLine("send")

    def chosen(self) -> list[str]:
        """What is chosen now."""
        raise NotImplementedError

    def renew(self) -> None:
        """Say what would be sent."""
        chosen = self.chosen()
        self._variants = []
        try:
            check_count(len(chosen))
            self._variants = self._build(chosen)
        except ValueError as error:
            self.summary.put(safe_line(str(error)), error=len(chosen) >= FEWEST)
        else:
            self.summary.put(self._describe(self._variants))
        self.send_line.put(
            [Part("Send them", "bold underline $text-accent", "send")] if self._variants else [], []
        )

    def on_command_requested(self, event: CommandRequested) -> None:
        """The line that sends was clicked."""
        event.stop()
        self.action_send()

    def action_send(self) -> None:
        """Give the variants back, where there are as many as it takes."""
        self.renew()
        if self._variants:
            self.dismiss(self._variants)


class ValuesScreen(SetupScreen):
    """The values of one parameter, written with spaces between; `read` parts them."""

    KEYS = "Put spaces between values; unset means not sent. Enter sends, Esc closes."

    def __init__(
        self,
        title: str,
        prompt: str,
        build: Build,
        describe: Describe,
        text: str,
        read: Callable[[str], list[str]],
    ) -> None:
        super().__init__(title, prompt, build, describe)
        self.input = Input(text)
        self._read = read

    def compose(self) -> ComposeResult:
        """The values, and what comes of them."""
        yield self.box(self.prompt_line, self.input, self.summary, self.send_line)

    def on_mount(self) -> None:
        """Write at once."""
        self.input.focus()
        self.renew()

    def chosen(self) -> list[str]:
        """The values as they are written."""
        return self._read(self.input.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what would be sent now."""
        event.stop()
        self.renew()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send."""
        event.stop()
        self.action_send()


class PickScreen(SetupScreen):
    """Some of a list of (value, words about it): presets, models, the choices of a parameter; `on` are marked."""

    KEYS = "Type to filter. Enter or a click marks, Ctrl+S sends, Esc closes."
    DEFAULT_CSS = "PickScreen Choices { max-height: 12; }"

    def __init__(
        self,
        title: str,
        prompt: str,
        build: Build,
        describe: Describe,
        rows: Sequence[tuple[str, str]],
        on: Sequence[str] = (),
    ) -> None:
        super().__init__(title, prompt, build, describe)
        self._offered = list(rows)
        self._marked = set(on)
        self.choices = Choices(self._rows())

    def compose(self) -> ComposeResult:
        """The list, and what comes of it."""
        yield self.box(self.prompt_line, self.choices, self.summary, self.send_line)

    def on_mount(self) -> None:
        """Choose at once."""
        self.choices.focus()
        self.renew()

    def _rows(self) -> list[Row[str]]:
        return [Row(value, _MARKS[value in self._marked] + value, about) for value, about in self._offered]

    def chosen(self) -> list[str]:
        """What is marked, in the order of the list."""
        return [value for value, _ in self._offered if value in self._marked]

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Mark a row, or take its mark away."""
        event.stop()
        if event.row is not None:
            self._marked ^= {event.row.value}
            self.choices.put(self._rows())
            self.renew()
