"""The keys that act on a message of the conversation."""

from __future__ import annotations

from textual.binding import Binding

from glmchat.tui.platform.bindings import either_case
from glmchat.tui.widgets.text_view.keys import READING

ON_A_MESSAGE = either_case(
    Binding("shift+up,k", "step_message(-1)", "Previous message", show=False),
    Binding("shift+down,j", "step_message(1)", "Next message", show=False),
    Binding("ctrl+up", "scroll_thought(-5)", "Thought up", show=False),
    Binding("ctrl+down", "scroll_thought(5)", "Thought down", show=False),
    Binding("c", "message_action('copy')", "Copy message", show=False),
    Binding("q", "message_action('quote')", "Quote into the prompt", show=False),
    Binding("e", "message_action('edit')", "Edit", show=False),
    Binding("a", "message_action('retry')", "Ask again", show=False),
    Binding("g", "message_action('continue')", "Go on with it", show=False),
    Binding("o", "message_action('keep')", "Keep it as it is", show=False),
    Binding("b", "message_action('fork')", "Fork from here", show=False),
    Binding("t", "message_action('tree')", "Tree", show=False),
    Binding("delete,x", "message_action('delete')", "Delete from here on", show=False),
    Binding("left", "sideways(-1)", "Version or button before", show=False),
    Binding("right", "sideways(1)", "Version or button after", show=False),
    Binding("r", "message_action('request')", "Show the request", show=False),
    Binding("i", "message_action('settings')", "Show its settings", show=False),
    Binding("d", "message_action('differs')", "What differs from now", show=False),
    Binding("v", "message_action('values')", "Use its settings again", show=False),
    Binding("l", "message_action('lens')", "Token lens", show=False),
)

# The conversation is one of several panes: Tab goes on to the next one, however much there is to click here.
AMONG_PANES: tuple[Binding, ...] = (
    Binding("tab", "leave(1)", "Next pane", show=False),
    Binding("shift+tab", "leave(-1)", "Previous pane", show=False),
)

# Characters that act while a message is selected, and are text while none is.
LETTERS = frozenset(
    key
    for each in (*READING, *ON_A_MESSAGE)
    for key in each.key.split(",")
    if len(key) == 1 or key == "space"
)
