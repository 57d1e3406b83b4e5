"""The prompt: several lines, sent with Enter; it recalls earlier prompts and folds long pastes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Location

from glmchat.files import dropped, named
from glmchat.tui.commands.keys import Keymap
from glmchat.tui.platform.compositor import show_now
from glmchat.tui.widgets.prompt import edit_keys
from glmchat.tui.widgets.prompt.pastes import Pastes, needs_fold
from glmchat.tui.widgets.prompt.places import location
from glmchat.tui.widgets.prompt.recall import Recall

if TYPE_CHECKING:
    from glmchat.tui.widgets.prompt.slash import SlashList
    from glmchat.tui.widgets.prompt.vim_keys import VimKeys

# Parts of emoji and of words that Textual takes for keys without a character.
_JOINERS = ("\u200c", "\u200d")
# What is typed faster than this is shown by the screen's own frames.
_ECHO_S = 1 / 60
PLACEHOLDER = "Ask anything, / for commands"


class Prompt(TextArea, inherit_bindings=False):
    """Where the person writes; announces `Submitted`, and never knows what becomes of it."""

    DEFAULT_CSS = """
    Prompt { height: auto; max-height: 10; border: none; padding: 0 1; background: $panel; scrollbar-size-vertical: 1;
             border-left: outer $sign; }
    Prompt:focus { border: none; border-left: outer $text-accent; }
    Prompt.-commands:focus { border: none; border-left: outer $text-warning; }
    """
    BINDINGS: ClassVar[list[BindingType]] = edit_keys.bindings()

    class Submitted(Message):
        """Enter was pressed on a text that is not empty; `text` is whole, `typed` what of it was not pasted."""

        def __init__(self, text: str, typed: str) -> None:
            super().__init__()
            self.text = text
            self.typed = typed

    class Passed(Message):
        """Up (-1) or Down (1) was pressed on an empty prompt that has no other one to show."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class FileChosen(Message):
        """A file was chosen in the picker."""

        def __init__(self, path: str) -> None:
            super().__init__()
            self.path = path

    class Pasted(Message):
        """A text was pasted that may be the paths of files that were dropped."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class DropTakenBack(Message):
        """Files that were dropped are to be a text again."""

        def __init__(self, ids: tuple[int, ...]) -> None:
            super().__init__()
            self.ids = ids

    class ModeChanged(Message):
        """Keys mean something else now; `mode` is what is shown of that, nothing where they only write."""

        def __init__(self, mode: str) -> None:
            super().__init__()
            self.mode = mode

    def __init__(self, keymap: Keymap, id: str = "prompt") -> None:
        super().__init__(id=id, placeholder=PLACEHOLDER, highlight_cursor_line=False, soft_wrap=True)
        self.cursor_blink = False
        self.popup: SlashList | None = None
        self._vim: VimKeys | None = None
        self._mode = ""
        self.recall = Recall()
        self._pastes = Pastes()
        self._recalled = ""
        self.attached = False  # something is, so that no words are needed
        self.dropped: tuple[str, tuple[int, ...]] | None = None  # until the next key
        self._shows = False
        self._shown_at = 0.0
        self._keys = {key: name for name in edit_keys.OWN for key in keymap.keys.get(name, ())}

    def on_mount(self) -> None:
        """Keep the terminal's own cursor, which input methods follow, where the text cursor is."""
        self.screen.screen_layout_refresh_signal.subscribe(self, self._place_cursor, immediate=True)

    def _place_cursor(self, _: object) -> None:
        if self.has_focus:
            self.app.cursor_position = self.cursor_screen_offset

    # -- modes

    def edit_by(self, editing: str) -> None:
        """Edit by plain keys, or by those of vim, which begin in insert mode."""
        if editing == "vim" and self._vim is None:
            from glmchat.tui.widgets.prompt.vim_keys import VimKeys

            self._vim = VimKeys(self, self)
        elif editing != "vim":
            self._vim = None
        self._follow_mode()

    def _follow_mode(self) -> None:
        shown = self._vim.shown if self._vim is not None else ""
        if shown != self._mode:
            self._mode = shown
            self.set_class(self._vim is not None and not self._vim.inserts, "-commands")
            self.post_message(self.ModeChanged(shown))

    def _insert_mode(self) -> None:
        if self._vim is not None:
            self._vim.insert()
            self._follow_mode()

    # -- text

    def whole(self) -> str:
        """The text as it will be sent: marks of long pastes replaced by what they stand for."""
        return self._pastes.unfold(self.text)

    def put(self, text: str) -> None:
        """Show another text, with the cursor at its end."""
        self._pastes.clear()
        if self._vim is not None:
            self._vim.forget()
        self.load_text(self._pastes.fold(text) if needs_fold(text) else text)
        self.move_cursor(self.document.end)

    def write(self, text: str) -> None:
        """Insert what was typed or pasted elsewhere, and go on writing after it."""
        self.focus()
        self._insert_mode()
        self.add(text)

    def add(self, text: str) -> None:
        """Insert a text at the cursor; a long one as a mark."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._pastes.hear(text)
        self.replace(
            self._pastes.fold(text) if needs_fold(text) else text,
            *self.selection,
            maintain_selection_offset=False,
        )

    def on_paste(self, event: events.Paste) -> None:
        """Insert what is pasted, folded where it is long."""
        event.stop()
        event.prevent_default()
        self.dropped = None
        in_words = not self.text.startswith("/")
        self.add(event.text)
        if in_words and dropped.names(event.text):
            self.post_message(self.Pasted(event.text))

    def asked(self) -> str:
        """What is to be completed: the text, or the word before the cursor that begins with an @."""
        row, column = self.cursor_location
        found = (
            None
            if self.text.startswith("/")
            else named.AT_THE_END.search(self.document.get_line(row)[:column])
        )
        return found[0] if found else self.text

    def take_out(self, text: str) -> bool:
        """Remove a text that was pasted; False where it does not stand there any more."""
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        at = self.text.rfind(plain)
        if at < 0:
            return False
        start, end = (location(self.text, place) for place in (at, at + len(plain)))
        self.replace("", start, end, maintain_selection_offset=True)
        return True

    def name_file(self, path: str) -> None:
        """Let a file that was chosen stand in the place of the word that it completes."""
        row, column = self.cursor_location
        self.replace(
            f"@{path} ", (row, column - len(self.asked())), (row, column), maintain_selection_offset=False
        )
        self.post_message(self.FileChosen(path))

    def edit(self, edit: Edit) -> EditResult:
        """Carry out an edit; one that would break the mark of a paste takes the whole mark, or goes behind it."""
        start, end = sorted((edit.from_location, edit.to_location))
        if start == end:
            start = end = self._outside(start, after=True)
        else:
            start, end = self._outside(start, after=False), self._outside(end, after=True)
        if (start, end) != tuple(sorted((edit.from_location, edit.to_location))):
            edit = Edit(edit.text, start, end, maintain_selection_offset=False)
        if not self._shows:
            self._shows = True
            self.call_next(self._echo)
        return super().edit(edit)

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:
        """The bracket that belongs to the one under the cursor, else to the one that was just typed."""
        row, column = search_from
        found = super().find_matching_bracket(bracket, search_from)
        if found is None and column:
            before = self.document.get_line(row)[column - 1]
            found = super().find_matching_bracket(before, (row, column - 1))
        return found

    def _echo(self) -> None:
        """Show what was typed at once; what comes within the same frame is left to that frame."""
        self._shows = False
        now = time.monotonic()
        if now - self._shown_at > _ECHO_S and self.is_attached:
            self._shown_at = now
            show_now(self)

    def _outside(self, location: Location, after: bool) -> Location:
        row, column = location
        if row >= self.document.line_count:  # as where the end of the last line is deleted
            return location
        return row, self._pastes.outside(self.document.get_line(row), column, after)

    # -- keys

    def on_key(self, event: events.Key) -> None:
        """Take the keys that mean something here; the text area writes with all others."""
        taken, self.dropped = self.dropped, None
        if taken is not None and event.key == "backspace":
            _take(event)
            self.add(taken[0])
            self.post_message(self.DropTakenBack(taken[1]))
            return
        closed = (
            self.popup is not None
            and event.key in edit_keys.POPUP
            and self._press_popup(self.popup, event.key)
        )
        by_vim = self._vim is not None and (not closed or event.key == "escape") and self._vim.take(event)
        self._follow_mode()
        if closed or by_vim:
            _take(event)
            return
        command = self._keys.get(event.key)
        if command is not None and getattr(self, edit_keys.OWN[command])():
            _take(event)
            return
        if event.key == "enter":
            _take(event)
            return
        if event.character in _JOINERS:
            _take(event)
            self.add(event.character)

    def submit(self) -> bool:
        """Announce the text; after a backslash, break the line instead."""
        row, column = self.cursor_location
        if column and self.document.get_line(row)[column - 1] == "\\":
            self.replace("\n", (row, column - 1), (row, column), maintain_selection_offset=False)
        elif (text := self.whole()).strip() or self.attached:
            self._submit(text.strip("\n"))
        return True

    def _submit(self, text: str) -> None:
        # Emptied at once: what is typed next, in the same burst maybe, belongs to the next message.
        typed = self._pastes.typed(self.text)
        self.put("")
        self._insert_mode()
        self.post_message(self.Submitted(text, typed))

    def _press_popup(self, popup: SlashList, key: str) -> bool:
        # Keys that came in one burst are here before the list has heard of the text before them.
        popup.follow(self.asked())
        if not popup.is_open:
            return False
        if key not in ("enter", "tab"):
            return popup.press(key)
        offer = popup.chosen() or (popup.offers[0] if key == "tab" else None)
        if offer is None:
            return False
        if offer.file:
            self.name_file(offer.text)
        elif key == "enter" and offer.complete:
            self._submit(offer.text.rstrip())
        else:
            self.put(offer.text)
        return True

    def break_line(self) -> bool:
        """Begin a new line."""
        self.replace("\n", *self.selection, maintain_selection_offset=False)
        return True

    def recall_earlier(self) -> bool:
        """On the first row, show an earlier prompt; elsewhere go up a row."""
        if not self.navigator.is_first_wrapped_line(self.cursor_location):
            self.action_cursor_up()
        elif (text := self.recall.earlier(self.whole())) is not None:
            self._show_recalled(text)
            self.move_cursor((0, len(self.document.get_line(0))))
        elif self.text:
            self.action_cursor_line_start()
        else:
            self.post_message(self.Passed(-1))
        return True

    def recall_later(self) -> bool:
        """On the last row, show a later prompt; elsewhere go down a row."""
        if not self.navigator.is_last_wrapped_line(self.cursor_location):
            self.action_cursor_down()
        elif (text := self.recall.later()) is not None:
            self._show_recalled(text)
        elif self.text:
            self.action_cursor_line_end()
        else:
            self.post_message(self.Passed(1))
        return True

    def _show_recalled(self, text: str) -> None:
        self.put(text)
        self._recalled = self.text

    def _on_text_area_changed(self, event: TextArea.Changed) -> None:
        if self.text != self._recalled:
            self.recall.reset()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Ctrl+D to the app where there is nothing to delete."""
        return bool(self.text) if action == "delete_right" else True


def _take(event: events.Key) -> None:
    """Let nothing else do something with a key."""
    event.stop()
    event.prevent_default()
