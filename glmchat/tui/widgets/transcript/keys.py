"""The keys of what draws text by lines: those that read it, and those that act on a message of a conversation."""

from __future__ import annotations

from textual.binding import Binding

READING: tuple[Binding, ...] = (
    Binding("up", "scroll_up", "Line up", show=False),
    Binding("down", "scroll_down", "Line down", show=False),
    Binding("pageup", "page_up", "Page up", show=False),
    Binding("pagedown,space", "page_down", "Page down", show=False),
    Binding("home,ctrl+home", "scroll_home", "To the start", show=False),
    Binding("end,ctrl+end", "scroll_end", "To the end", show=False),
    Binding("tab,n", "next_target", "Next link or code", show=False),
    Binding("shift+tab,p", "previous_target", "Previous link or code", show=False),
    Binding("enter", "activate", "Open or copy", show=False),
    Binding("s", "save_code", "Save code", show=False),
    Binding("f", "fold_code", "Fold code", show=False),
)

ON_A_MESSAGE: tuple[Binding, ...] = (
    Binding("shift+up,k", "select_previous", "Previous message", show=False),
    Binding("shift+down,j", "select_next", "Next message", show=False),
    Binding("c", "message_action('copy')", "Copy message", show=False),
    Binding("q", "message_action('quote')", "Quote into the prompt", show=False),
    Binding("e", "message_action('edit')", "Edit", show=False),
    Binding("a", "message_action('retry')", "Ask again", show=False),
    Binding("g", "message_action('continue')", "Go on with it", show=False),
    Binding("o", "message_action('keep')", "Keep it as it is", show=False),
    Binding("b", "message_action('fork')", "Fork from here", show=False),
    Binding("t", "message_action('tree')", "Tree", show=False),
    Binding("delete,x", "message_action('delete')", "Delete from here on", show=False),
    Binding("left", "version(-1)", "Version before", show=False),
    Binding("right", "version(1)", "Version after", show=False),
    Binding("r", "message_action('request')", "Show the request", show=False),
    Binding("i", "message_action('settings')", "Show its settings", show=False),
    Binding("d", "message_action('differs')", "What differs from now", show=False),
    Binding("v", "message_action('values')", "Use its settings again", show=False),
    Binding("l", "message_action('lens')", "Token lens", show=False),
)

# Characters that act while a message is selected, and are text while none is.
LETTERS = frozenset(
    key
    for each in (*READING, *ON_A_MESSAGE)
    for key in each.key.split(",")
    if len(key) == 1 or key == "space"
)
