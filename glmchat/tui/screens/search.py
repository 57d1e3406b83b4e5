"""Search in everything that was ever said; hits come while one types."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widgets import Input

from glmchat.history.problems import ArchiveError
from glmchat.history.records import Hit
from glmchat.history.search.query import QueryRefused, hints
from glmchat.history.search.search import FEW
from glmchat.tui.platform.input_queue import Release, hold
from glmchat.tui.screens.full import FullScreen
from glmchat.tui.widgets.bars.line import Part
from glmchat.tui.widgets.lists.hit_list import HitList
from glmchat.tui.widgets.lists.row_list import RowList
from glmchat.tui.widgets.text_line import Line
from glmchat.workspace import Workspace

PAUSE_S = 0.12
# A search that takes longer does not hold up the keys.
SLOW_S = 2.0
# One more than are ranked: whether it comes tells in which order the hits are.
PAGE = FEW + 1
HINT = (
    'Words and "phrases" are found in titles, messages and thoughts. Filters: in:title in:text in:thinking '
    "role:user model:glm provider:NAME tag:work before:2026-03 after:7d cost>0.1 finish:length state:cut "
    "and any parameter, such as temperature>=0.9."
)
_KEYS = (("Enter", "open", "choose"), ("↑↓", "choose a hit", "move(1)"), ("Esc", "close", "close"))


class SearchScreen(FullScreen[tuple[Hit, str]]):
    """Gives back the hit to open and the query that found it."""

    DEFAULT_CSS = """
    SearchScreen Input { height: 1; border: none; background: $surface; padding: 0 1; }
    SearchScreen Input:focus { border: none; }
    SearchScreen #hint { height: auto; max-height: 4; padding: 0 1; margin-bottom: 1; color: $text-muted; }
    SearchScreen #hint.-error { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Close", show=False),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
        Binding("enter", "choose", "Open", show=False, priority=True),
    ]

    def __init__(self, workspace: Workspace, words: str = "") -> None:
        super().__init__()
        self.workspace = workspace
        self.input = Input(words, placeholder="words in all sessions", select_on_focus=False)
        self.hint = Line(HINT, id="hint")
        self.list = HitList("")
        self.searched = ""
        self._asked = 0
        self._complete = True
        self._timer: Timer | None = None
        self._shown: Release = lambda: None
        self._answered = 0

    def compose(self) -> ComposeResult:
        """The words, what may be typed, the hits."""
        yield self.title_line
        yield self.input
        yield self.hint
        yield self.list
        yield self.keys_line
        yield self.notice

    def on_mount(self) -> None:
        """Search at once where words are there already."""
        self.put_keys(_KEYS)
        self._tell("")
        self.input.focus()
        self._search()

    def on_unmount(self) -> None:
        """Want no answer any more."""
        self._asked += 1
        self._shown()

    def _tell(self, status: str) -> None:
        self.title_line.put([Part("Search", "bold $text-accent")], [Part(status, "$text-muted")])

    @property
    def _is_current(self) -> bool:
        """Whether the hits are those for the words."""
        return self._answered == self._asked and self.input.value.strip() == self.searched

    # -- searching

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search once the person pauses."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._shown()
        self._shown = hold(self.app, SLOW_S)  # what is chosen next is one of the hits for these words
        self._timer = self.set_timer(PAUSE_S, self._search)

    def _search(self) -> None:
        query = self.input.value
        if query.strip() == self.searched:
            if self._is_current:
                self._shown()
            return
        self.searched = query.strip()
        self._asked += 1
        if not self.searched:
            self._show([], "")
            return
        self._tell("searching …")
        self.workspace.spawn(self._find(self._asked, self.searched, 0))

    async def _find(self, number: int, query: str, offset: int) -> None:
        """Ask the history; an answer that nobody waits for any more is let go."""
        try:
            hits = await self.workspace.archive.search.find(query, PAGE, offset)
        except (QueryRefused, ArchiveError) as error:
            if number == self._asked:
                self._show([], str(error), error=True)
            return
        if number != self._asked:
            return
        self._complete = len(hits) < PAGE
        if offset:
            self.list.add(hits)
        else:
            self._show(hits, "" if hits else " ".join(["Nothing was found.", *hints(query)]))
        count = len(self.list.hits)
        if offset or not self._complete:
            self._tell(f"{count}{'' if self._complete else '+'} found, newest first")
        elif count:
            self._tell(f"{count} found, best first")

    def _show(self, hits: list[Hit], said: str, error: bool = False) -> None:
        self._answered = self._asked
        self._shown()
        self._complete = self._complete if hits else True
        self._tell("")
        self.hint.put(said if error else HINT, error)
        self.hint.display = error or not hits
        self.list.say("" if error else said)
        if hits:
            self.list.put(hits)
        else:
            self.list.hits = []

    def on_hit_list_more_needed(self, event: HitList.MoreNeeded) -> None:
        """Read on, once."""
        event.stop()
        if not self._complete:
            self._complete = True
            self.workspace.spawn(self._find(self._asked, self.searched, len(self.list.hits)))

    # -- choosing

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Give the hit back."""
        event.stop()
        if self.list.hit is not None:
            self.dismiss((self.list.hit, self.searched))

    def action_move(self, by: int) -> None:
        """Go to another hit."""
        self.list.action_move(by)

    def action_page(self, pages: int) -> None:
        """Go on by a view."""
        self.list.action_page(pages)

    def action_choose(self) -> None:
        """Open the hit; where the words have just changed, search for them first."""
        if self._is_current:
            self.list.action_choose()
        else:
            self._search()
