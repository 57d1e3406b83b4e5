"""The sidebar's sliders that decide about a single token, as they stand in the lens."""

from __future__ import annotations

from itertools import accumulate

from glmchat.tui.widgets.sidebar.control_list import ControlList
from glmchat.tui.widgets.sidebar.outline import Outline
from glmchat.tui.widgets.sidebar.sidebar import Sidebar
from glmchat.tui.widgets.sidebar.state import SidebarState

NAMES = (
    "temperature", "top_k", "top_p", "min_p", "top_a", "frequency_penalty", "presence_penalty", "repetition_penalty",
)  # fmt: skip


class LensOutline(Outline):
    """Only those sliders, in the order in which they act."""

    def arrange(self, state: SidebarState) -> None:
        """Find out where the rows are; none is ever hidden."""
        of = {control.name: control for control in self.controls}
        self.rows = [of[name] for name in NAMES]
        self._starts = [0, *accumulate(row.height(state) for row in self.rows)]


class LensControls(Sidebar):
    """Announces what the sidebar does."""

    def __init__(self) -> None:
        super().__init__()
        self.controls = ControlList(self._perform)
        self.controls.outline = LensOutline()
        self.controls.cursor = self.controls.outline.rows[0]

    def start_filter(self) -> None:
        """There is nothing to filter here."""
