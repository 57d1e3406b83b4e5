"""The bin: deleted sessions, to be brought back or removed for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from glmchat.history.problems import ArchiveError
from glmchat.history.records import BIN_DAYS
from glmchat.tui.platform.bindings import either_case
from glmchat.tui.screens.full import FullScreen
from glmchat.tui.widgets.bars.line import Part
from glmchat.tui.widgets.lists.bin_list import PAGE, BinList
from glmchat.tui.widgets.lists.row_list import RowList
from glmchat.workspace import Workspace

_KEYS = (
    ("Enter", "bring back", "ask('restore')"), ("Esc", "close", "close"), ("D", "remove for good", "ask('purge')"),
    ("E", "empty the bin", "ask('empty')"),
)  # fmt: skip

# What is to be done with a session, by its id and title: restore or purge it, or empty the whole bin.
Ask = Callable[[int, str, str], None]


class BinScreen(FullScreen[None]):
    """Lists the bin; `ask` is called with what is to be done, and `renew` shows what became of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *either_case(
            Binding("escape,q", "close", "Close", show=False),
            Binding("r", "ask('restore')", "Bring back", show=False),
            Binding("d,delete,x", "ask('purge')", "Remove for good", show=False),
            Binding("e", "ask('empty')", "Empty the bin", show=False),
        )
    ]

    def __init__(self, workspace: Workspace, ask: Ask) -> None:
        super().__init__()
        self.workspace = workspace
        self._ask = ask
        self.list = BinList()

    def compose(self) -> ComposeResult:
        """Title, sessions, keys."""
        yield self.title_line
        yield self.list
        yield self.keys_line
        yield self.notice

    def on_mount(self) -> None:
        """Read what is there."""
        self.put_keys(_KEYS)
        self.list.focus()
        self._tell(0)
        self.workspace.spawn(self.renew())

    def _tell(self, count: int) -> None:
        said = "1 session" if count == 1 else f"{count} sessions"
        quiet = "$text-muted"
        self.title_line.put(
            [Part("Bin", "bold $text-accent"), Part(f"kept for {BIN_DAYS} days", quiet, rank=1)],
            [Part(said, quiet)],
        )

    async def renew(self) -> None:
        """Show what is in the bin now."""
        archive = self.workspace.archive
        try:
            count = await archive.count(in_bin=True)
            first = await archive.sessions(limit=PAGE, in_bin=True)
        except ArchiveError as error:
            self.notice.say(str(error), "error")
            return
        if self.is_mounted:
            self.list.fill(count, first)
            self._tell(count)

    def on_bin_list_page_needed(self, event: BinList.PageNeeded) -> None:
        """Read a page that came into view."""
        event.stop()
        self.workspace.spawn(self._read(event.number))

    async def _read(self, number: int) -> None:
        page = await self.workspace.archive.sessions("", number * PAGE, PAGE, in_bin=True)
        self.list.put_page(number, page)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Bring it back."""
        event.stop()
        self.action_ask("restore")

    def action_ask(self, what: str) -> None:
        """Ask for something to be done."""
        row = self.list.session
        if row is not None:
            self._ask(row.id, row.title, what)
