"""Several replies to one prompt, side by side where there is room, else one at a time under tabs."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from glmchat.analysis.difference import marks
from glmchat.support.text import safe_line
from glmchat.tui.presenting.figures import head_of, problem_of
from glmchat.tui.screens.full import FullScreen
from glmchat.tui.widgets.bars.line import Part, PartLine
from glmchat.tui.widgets.column import FEWEST_CELLS, Asked, Column
from glmchat.workspace import Workspace, changes
from glmchat.workspace.comparison import Comparison

_TICK_S = 0.25
_KEYS = (
    ("Enter", "go on", "pick(False)"), ("S", "with its settings", "pick(True)"), ("Esc", "stop all", "stop_all"),
    ("D", "differences", "differences"), ("Q", "close", "close"), ("T", "thoughts", "thoughts"), ("X", "stop", "stop"),
    ("C", "copy", "copy"), ("←→", "choose", "step(1)"),
)  # fmt: skip


class CompareScreen(FullScreen[tuple[int, bool]]):
    """Gives back the column to go on with, and whether its settings are taken over; None leaves all as it is."""

    DEFAULT_CSS = """
    CompareScreen > #tabs { height: 1; padding: 0 1; display: none; }
    CompareScreen > #replies { height: 1fr; }
    CompareScreen.-tabs > #tabs { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick(False)", "Go on with it", show=False, priority=True),
        Binding("s", "pick(True)", "Take its settings, too", show=False, priority=True),
        Binding("right,tab", "step(1)", "Next", show=False, priority=True),
        Binding("left,shift+tab", "step(-1)", "Previous", show=False, priority=True),
        Binding("escape", "stop_all", "Stop all", show=False, priority=True),
        Binding("q", "close", "Close", show=False, priority=True),
        Binding("x", "stop", "Stop", show=False, priority=True),
        Binding("d", "differences", "Differences", show=False, priority=True),
        Binding("t", "thoughts", "Thoughts", show=False, priority=True),
        Binding("c,ctrl+c,ctrl+y", "copy", "Copy", show=False, priority=True),
        *(Binding(str(number + 1), f"choose({number})", show=False, priority=True) for number in range(6)),
    ]

    def __init__(self, workspace: Workspace, comparison: Comparison) -> None:
        super().__init__(workspace)
        self.workspace = workspace
        self.comparison = comparison
        self.columns = [Column(number) for number in range(len(comparison.columns))]
        self.chosen = 0
        self.thoughts = False
        self.marking = False
        self.tabs = PartLine("tabs")
        self._numbers = {each.message_id: number for number, each in enumerate(comparison.columns)}

    def compose(self) -> ComposeResult:
        """Title, tabs where they are needed, the columns, keys."""
        yield self.title_line
        yield self.tabs
        with Horizontal(id="replies"):
            yield from self.columns
        yield self.keys_line
        yield self.notice

    def on_mount(self) -> None:
        """Show what is there, and follow what comes."""
        self.put_keys(_KEYS)
        loaded = self.comparison.session.conversation.loaded
        prompt = (
            safe_line(loaded[self.comparison.prompt_id].content)
            if self.comparison.prompt_id in loaded
            else ""
        )
        self.title_line.put([Part("Compare", "bold $text-accent"), Part(prompt, "$text-muted")], [])
        for number in range(len(self.columns)):
            self._show(number)
        self.set_interval(_TICK_S, self._tick)
        self.action_choose(0)

    def on_resize(self, event: events.Resize) -> None:
        """Use tabs where the columns would be too narrow."""
        self.set_class(event.size.width // len(self.columns) < FEWEST_CELLS, "-tabs")
        self._arrange()

    # -- what comes

    def take(self, change: changes.Change) -> None:
        """Show a change of one of the replies."""
        super().take(change)
        match change:
            case changes.ReplyGrew(_, id, content, reasoning) if id in self._numbers:
                if piece := reasoning if self.thoughts else content:
                    self.columns[self._numbers[id]].text.feed(piece)
            case changes.ReplyResorted(_, id) | changes.RetryWaited(_, id) if id in self._numbers:
                self._show(self._numbers[id])
            case changes.ReplyFinished(_, message) if message.id in self._numbers:
                number = self._numbers[message.id]
                self.columns[number].text.finish(message.reasoning if self.thoughts else message.content)
                self._head(number)
                self._mark()

    def _show(self, number: int) -> None:
        """Show a column anew: its text as far as it came."""
        place = self.comparison.columns[number]
        running = self.comparison.running(place)
        message = running.message() if running else self.comparison.message(place)
        text = message.reasoning if self.thoughts else message.content
        self.columns[number].text.show_text(text, text_id=place.message_id, growing=running is not None)
        self._head(number)

    def _head(self, number: int) -> None:
        column = self.columns[number]
        column.head.put(head_of(self.comparison, number), number == self.chosen)
        sentence, error = problem_of(self.comparison, self.comparison.columns[number])
        if sentence != column.problem.text:
            column.say(sentence, error)

    def _tick(self) -> None:
        """Renew the figures of the replies that run."""
        for number, column in enumerate(self.columns):
            if column.head.facts.running:
                self._head(number)
        self._put_tabs()

    def _put_tabs(self) -> None:
        parts = []
        for number, column in enumerate(self.columns):
            facts, chosen = column.head.facts, number == self.chosen
            text = f"{'▸' if chosen else ' '}{number + 1} {safe_line(facts.label)} {facts.mark}"
            parts.append(Part(text, "bold $text-accent" if chosen else "", f"choose({number})"))
        self.tabs.put(parts, [])

    def _arrange(self) -> None:
        for number, column in enumerate(self.columns):
            column.display = number == self.chosen or not self.has_class("-tabs")
        self._put_tabs()

    # -- what the person does

    def on_asked(self, event: Asked) -> None:
        """A column was clicked, or a part of its head."""
        event.stop()
        self.action_choose(event.number)
        match event.what:
            case "pick" | "pick_values":
                self.action_pick(event.what == "pick_values")
            case "stop":
                self.action_stop()

    def action_choose(self, number: int) -> None:
        """Choose a column: it is scrolled by the keys, and differences are told against it."""
        if number >= len(self.columns):
            return
        before, self.chosen = self.chosen, number
        for each in {before, number}:
            self._head(each)
        self._arrange()
        text = self.columns[number].text
        self.set_focus(text)
        if before != number:
            self._mark()

    def action_step(self, step: int) -> None:
        """Choose the next column, or the one before."""
        self.action_choose((self.chosen + step) % len(self.columns))

    def action_pick(self, take_values: bool) -> None:
        """Go on with the chosen reply."""
        self.dismiss((self.chosen, take_values))

    def action_stop(self) -> None:
        """Stop the chosen reply."""
        place = self.comparison.columns[self.chosen]
        if not self.workspace.replies.stop_reply(place.message_id, self.comparison.session):
            self.notice.say("This reply does not run any more.")

    def action_stop_all(self) -> None:
        """Stop all replies; where none runs, close."""
        if any(self.comparison.running(each) for each in self.comparison.columns):
            self.workspace.comparisons.stop(self.comparison)
        else:
            self.action_close()

    def action_thoughts(self) -> None:
        """Show what the models thought instead of what they answered, or the answers again."""
        self.thoughts = not self.thoughts
        for number in range(len(self.columns)):
            self._show(number)
        self.notice.say("These are the thoughts." if self.thoughts else "These are the answers.")
        self._mark()

    def action_differences(self) -> None:
        """Mark what differs from the chosen reply, or take the marks away."""
        self.marking = not self.marking
        if not self.marking:
            for column in self.columns:
                column.text.mark_ranges([])
        self._mark()

    def _mark(self) -> None:
        if self.marking:
            self.run_worker(self._compare(), group="differences", exclusive=True)

    async def _compare(self) -> None:
        """Work out the differences beside the screen, and mark them where the texts are still the same."""
        chosen = self.chosen
        texts = [column.text.text for column in self.columns]
        found = await asyncio.to_thread(marks, texts, chosen)
        if self.marking and chosen == self.chosen:
            for column, ranges in zip(self.columns, found, strict=True):
                column.text.mark_ranges(ranges)
            if not any(found):
                self.notice.say("The replies do not differ.")

    def action_copy(self) -> None:
        """Copy what is selected, else the chosen reply."""
        from glmchat.tui.platform import terminal

        text = self.columns[self.chosen].text
        selected = text.selection.text()

        async def copy() -> None:
            what = "The selection" if selected else "The reply"
            self.notice.say(await terminal.copy(self.app, selected or text.text, what))

        self.run_worker(copy())
