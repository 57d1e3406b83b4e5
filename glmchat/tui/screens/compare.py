"""Several replies to one prompt, side by side where there is room, else one at a time under tabs."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.worker import Worker

from glmchat.analysis.difference import marks
from glmchat.support.text import safe_line
from glmchat.tui.platform.bindings import either_case
from glmchat.tui.presenting.compared import numbers_of, text_of
from glmchat.tui.presenting.figures import figure_lines, head_of, problem_of
from glmchat.tui.screens.full import FullScreen
from glmchat.tui.widgets.bars.line import Part, PartLine
from glmchat.tui.widgets.column import FEWEST_CELLS, Asked, Column
from glmchat.workspace import Workspace, changes
from glmchat.workspace.comparison import Comparison, added_up, repeated

_TICK_S = 0.25
_KEYS = (
    ("Enter", "use reply", "pick(False)"), ("Esc", "stop, then close", "stop_all"),
    ("S", "use reply + settings", "pick(True)"),
    ("A", "ask all", "ask_all"), ("D", "differences", "differences"), ("Q", "close", "close"),
    ("T", "thoughts", "thoughts"), ("X", "stop", "stop"), ("C", "copy", "copy"), ("←→", "choose", "step(1)"),
)  # fmt: skip
# The same where each variant is asked several times.
_REPEATED = (
    *_KEYS[:3], ("N", "next repeat", "repeat(1)"), ("V", "vote", "vote"), ("W", "winner", "winner"),
    ("F", "figures", "figures"), *_KEYS[3:],
)  # fmt: skip


class CompareScreen(FullScreen[tuple[int, bool]]):
    """Gives back the column to go on with, and whether its settings are taken over; None leaves all as it is."""

    DEFAULT_CSS = """
    CompareScreen > #tabs { height: 1; padding: 0 1; display: none; }
    CompareScreen > #replies { height: 1fr; }
    CompareScreen.-tabs > #tabs { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *either_case(
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
            Binding("a", "ask_all", "Ask all", show=False, priority=True),
            Binding("n", "repeat(1)", "Next repeat", show=False, priority=True),
            Binding("p", "repeat(-1)", "Previous repeat", show=False, priority=True),
            Binding("v", "vote", "Vote", show=False, priority=True),
            Binding("w", "winner", "Winner", show=False, priority=True),
            Binding("f", "figures", "Figures", show=False, priority=True),
            *(
                Binding(str(number + 1), f"choose({number})", show=False, priority=True)
                for number in range(6)
            ),
        )
    ]

    def __init__(self, workspace: Workspace, comparison: Comparison) -> None:
        super().__init__(workspace)
        self.workspace = workspace
        self.comparison = comparison
        self.columns = [Column(number) for number in range(len(comparison.columns))]
        self.chosen = 0
        self.thoughts = False
        self.marking = False
        self.repeated = any(len(each.repeats) > 1 for each in comparison.columns)
        self.with_figures = self.repeated
        self.tabs = PartLine("tabs")
        self._numbers = numbers_of(comparison)

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
        self.put_keys(_REPEATED if self.repeated else _KEYS)
        loaded = self.comparison.session.conversation.loaded
        prompt = (
            safe_line(loaded[self.comparison.prompt_id].content)
            if self.comparison.prompt_id in loaded
            else ""
        )
        self.title_line.put([Part("Compare", "bold $text-accent"), Part(prompt, "$text-muted")], [])
        self._show_all()
        self.set_interval(_TICK_S, self._tick)
        self.action_choose(0)
        self._add_up()

    def on_resize(self, event: events.Resize) -> None:
        """Use tabs where the columns would be too narrow."""
        self.set_class(event.size.width // len(self.columns) < FEWEST_CELLS, "-tabs")
        self._arrange()

    # -- what comes

    def take(self, change: changes.Change) -> None:
        """Show a change of one of the replies."""
        super().take(change)
        match change:
            case changes.ReplyGrew(_, id, content, reasoning) if self._is_read(id):
                if piece := reasoning if self.thoughts else content:
                    self.columns[self._numbers[id]].text.feed(piece)
            case changes.ReplyResorted(_, id) | changes.RetryWaited(_, id) if self._is_read(id):
                self._show(self._numbers[id])
            case changes.ReplyFinished(_, message) if message.id in self._numbers:
                number = self._numbers[message.id]
                if self._is_read(message.id):
                    text = text_of(self.comparison, self.comparison.columns[number], self.thoughts)
                    self.columns[number].text.finish(text)
                self._head(number)
                self._mark()
                self._add_up()

    def _is_read(self, id: int) -> bool:
        """Whether a message is the reply of a column that is shown now."""
        return id in self._numbers and self.comparison.columns[self._numbers[id]].message_id == id

    def _show_all(self) -> None:
        for number in range(len(self.columns)):
            self._show(number)

    def _show(self, number: int) -> None:
        """Show a column anew: its text as far as it came."""
        place = self.comparison.columns[number]
        text = text_of(self.comparison, place, self.thoughts)
        running = self.comparison.running(place) is not None
        self.columns[number].text.show_text(text, text_id=place.message_id, growing=running)
        self._head(number)

    def _add_up(self) -> None:
        if self.repeated:
            # Handed over as a function, for a coroutine that another takes the place of is never awaited.
            self._adding: Worker[None] = self.run_worker(self._figures, group="figures", exclusive=True)

    async def _figures(self) -> None:
        """Add up the repeats beside the screen, and show their figures under the columns."""
        lines = figure_lines(await asyncio.to_thread(added_up, repeated(self.comparison)))
        for column, each in zip(self.columns, lines, strict=True):
            column.figures.put(each)
            column.figures.display = self.with_figures and bool(each)

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
            case "choose":
                pass
            case _:
                self._read(int(event.what.removeprefix("show ")))

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
        """Stop the chosen reply, with all its repeats."""
        place = self.comparison.columns[self.chosen]
        if not self.workspace.comparisons.stop_column(self.comparison, place):
            self.notice.say("This reply does not run any more.")

    def action_stop_all(self) -> None:
        """Stop all replies; where none runs, close."""
        if any(self.comparison.busy(each) for each in self.comparison.columns):
            self.workspace.comparisons.stop(self.comparison)
        else:
            self.action_close()

    def action_thoughts(self) -> None:
        """Show what the models thought instead of what they answered, or the answers again."""
        self.thoughts = not self.thoughts
        self._show_all()
        self.notice.say("Showing the thoughts." if self.thoughts else "Showing the answers.")
        self._mark()

    def action_repeat(self, step: int) -> None:
        """Show the next or the previous repeat of the chosen column, of those that were asked for."""
        place = self.comparison.columns[self.chosen]
        asked = [at for at, each in enumerate(place.repeats) if self.comparison.asked(each)]
        if place.shown in asked:
            self._read(asked[(asked.index(place.shown) + step) % len(asked)])

    def _read(self, repeat: int) -> None:
        """Show a repeat of the chosen column."""
        place = self.comparison.columns[self.chosen]
        if self.comparison.asked(place.repeats[repeat]):
            place.shown = repeat
            self._show(self.chosen)
            self._mark()

    def action_vote(self) -> None:
        """Vote for the reply that is shown in the chosen column, or take the vote back."""
        place = self.comparison.columns[self.chosen]
        place.repeats[place.shown].voted = not place.repeats[place.shown].voted
        self._head(self.chosen)
        self._add_up()

    def action_winner(self) -> None:
        """Choose the column with the most votes, and the first of its replies that has one."""
        winner = max(range(len(self.columns)), key=lambda number: self.comparison.columns[number].votes)
        place = self.comparison.columns[winner]
        if not place.votes:
            self.notice.say("No reply has a vote yet: V votes for the one that is shown.")
            return
        self.action_choose(winner)
        self._read(next(at for at, each in enumerate(place.repeats) if each.voted))
        tied = [each.variant.label for each in self.comparison.columns if each.votes == place.votes]
        most = f"{' and '.join(tied)} have" if len(tied) > 1 else f"{tied[0]} has"
        self.notice.say(f"{safe_line(most)} the most votes, {place.votes}. Enter goes on with this reply.")

    def action_figures(self) -> None:
        """Show the figures of the repeats, or put them away."""
        self.with_figures = not self.with_figures
        self._add_up()

    def action_ask_all(self) -> None:
        """Ask what all columns are to be asked next, each after its own replies."""
        from glmchat.tui.screens.line import LineScreen

        count = self.comparison.size
        title = f"Ask all {len(self.columns)} columns" + (f", {count} replies" if self.repeated else "")
        self.app.push_screen(LineScreen(title, placeholder="What all of them are asked next"), self._ask_all)

    def _ask_all(self, text: str | None) -> None:
        if not text:
            return
        try:
            self.workspace.comparisons.go_on(self.comparison, text)
        except ValueError as error:
            self.notice.say(str(error), "warning")
            return
        self._numbers = numbers_of(self.comparison)
        self._show_all()
        self._mark()
        self._add_up()

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

        selected = self.columns[self.chosen].text.selection.text()
        reply = text_of(self.comparison, self.comparison.columns[self.chosen], self.thoughts, alone=True)

        async def copy() -> None:
            what = "The selection" if selected else "The reply"
            self.notice.say(await terminal.copy(self.app, selected or reply, what))

        self.run_worker(copy())
