"""The keys that read a text view."""

from __future__ import annotations

from textual.binding import Binding

from glmchat.tui.platform.bindings import either_case

READING = either_case(
    Binding("up", "scroll_lines(-1)", "Line up", show=False),
    Binding("down", "scroll_lines(1)", "Line down", show=False),
    Binding("pageup", "scroll_pages(-1)", "Page up", show=False),
    Binding("pagedown,space", "scroll_pages(1)", "Page down", show=False),
    Binding("home,ctrl+home", "scroll_home", "To the start", show=False),
    Binding("end,ctrl+end", "scroll_end", "To the end", show=False),
    Binding("tab", "step_target(1)", "Next link or code", show=False),
    Binding("shift+tab", "step_target(-1)", "Previous link or code", show=False),
    Binding("n", "step_target(1, True)", "Next link or code", show=False),
    Binding("p", "step_target(-1, True)", "Previous link or code", show=False),
    Binding("enter", "activate_target", "Open or copy", show=False),
    Binding("s", "act_on_text('save')", "Save code", show=False),
    Binding("f", "act_on_text('fold')", "Fold code", show=False),
    Binding("m", "act_on_text('formulas')", "Formulas as they are written", show=False),
)
