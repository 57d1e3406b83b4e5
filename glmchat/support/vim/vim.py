"""The modes: keys become commands, and commands edits; a text may be changed by others in between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from glmchat.support.vim import visual
from glmchat.support.vim.changes import CHANGES, KEEPING, operate
from glmchat.support.vim.draft import Draft, Edit, as_lines, span_of
from glmchat.support.vim.grammar import Command, Unknown, is_line, parse
from glmchat.support.vim.lines import BLANK, first_word, kind, start_of
from glmchat.support.vim.motions import FINDS, MOTIONS
from glmchat.support.vim.objects import OBJECTS, Span
from glmchat.support.vim.place import Move, Place
from glmchat.support.vim.registers import Registers
from glmchat.support.vim.search import AGAIN, OPPOSITE, search
from glmchat.support.vim.undo import Undo
from glmchat.support.vim.words import word_end


class Mode(Enum):
    """What keys do; the value is what is shown."""

    INSERT = "INSERT"
    NORMAL = "NORMAL"
    VISUAL = "VISUAL"
    LINES = "VISUAL LINE"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a key did: edits to be made in their order, then the cursor, and what is selected as far as something is.

    `leaves` is -1 or 1 where the cursor wanted to go above the first line or below the last.
    """

    at: int
    edits: tuple[Edit, ...] = ()
    selected: tuple[int, int] | None = None
    leaves: int = 0


@dataclass(frozen=True, slots=True)
class _Repeat:
    """The last change, to be done again: what was typed, and how much was selected."""

    command: Command
    typed: str = ""
    extent: visual.Extent | None = None


class Vim:
    """One text's modes. What is typed in insert mode is no business of this class, but for the key that ends it."""

    def __init__(self) -> None:
        self.mode = Mode.INSERT
        self.keys = ""  # those of a command that is not whole
        self._registers = Registers()
        self._undo = Undo()
        self._wanted: int | None = None
        self._find = ("", "")
        self._search = ("", "")
        self._last: _Repeat | None = None
        self._insertion: tuple[_Repeat, str, int] | None = None  # what began it, the text then, and where
        self._visual = visual.Selection(0, 0)

    def forget(self) -> None:
        """Another text is there: what was undone or selected is of no meaning for it."""
        self._undo = Undo()
        self._insertion = None
        self.keys = ""
        if self.mode in (Mode.VISUAL, Mode.LINES):
            self.mode = Mode.NORMAL

    @property
    def on_a_line(self) -> bool:
        """Whether what is typed is a line that Enter ends, such as what is looked for."""
        return bool(self.keys) and is_line(self.keys, self.mode is not Mode.NORMAL)

    def insert(self) -> None:
        """Let what is typed go into the text."""
        self.mode, self.keys = Mode.INSERT, ""

    def saw(self, text: str, at: int) -> None:
        """Know what became of the text after a key, or by others: one change for undo, out of insert mode."""
        if self.mode is not Mode.INSERT:
            self._undo.note(text, at)

    def press(self, key: str, text: str, at: int) -> Outcome | None:
        """Take a key: a character, ``escape``, or ``backspace`` on a line; None where it means nothing here."""
        if self.mode is Mode.INSERT:
            return self._leave_insert(text, at) if key == "escape" else None
        self.saw(text, at)
        if self.mode is not Mode.NORMAL:
            if at == self._visual.shown(text, self.mode is Mode.LINES)[1]:
                at = self._visual.at
            else:  # the cursor was put elsewhere by hand
                self.mode = Mode.NORMAL
        at = min(at, len(text))
        if key == "escape":
            return self._escape(text, at)
        if key == "backspace":
            self.keys = self.keys[:-1]
            return self._shown(Draft(text, at))
        self.keys += key
        try:
            command = parse(self.keys, self.mode is not Mode.NORMAL)
        except Unknown:
            self.keys = ""
            return self._shown(Draft(text, at))
        if command is None:
            return self._shown(Draft(text, at))
        self.keys = ""
        return self._run(command, Draft(text, at))

    def _escape(self, text: str, at: int) -> Outcome | None:
        if self.mode is Mode.NORMAL and not self.keys:
            return None
        if not self.keys:
            self.mode = Mode.NORMAL
        self.keys = ""
        return self._shown(Draft(text, at))

    # -- commands

    def _run(self, command: Command, draft: Draft) -> Outcome:
        wanted, self._wanted = self._wanted, None
        if self.mode is not Mode.NORMAL:
            return self._run_visual(command, draft, wanted)
        match command.name:
            case "u" | "U":
                return self._step(draft, command)
            case "v" | "V":
                self._visual = visual.Selection(draft.at, draft.at)
                self.mode = Mode.VISUAL if command.name == "v" else Mode.LINES
            case ".":
                if self._last is not None:
                    again = self._last
                    if command.count:
                        again = replace(again, command=replace(again.command, count=command.count))
                    self._change(again, draft, again=True)
            case "move":
                return self._move(command, draft, wanted)
            case _:
                self._change(_Repeat(command), draft)
        return self._shown(draft)

    def _step(self, draft: Draft, command: Command) -> Outcome:
        """Undo or redo."""
        for _ in range(command.times):
            found = self._undo.back() if command.name == "u" else self._undo.forth()
            if found is not None:
                draft.replace(0, len(draft.text), found[0])
                draft.at = found[1]
        return self._shown(draft)

    def _move(self, command: Command, draft: Draft, wanted: int | None) -> Outcome:
        move = self._target(command, draft, "", wanted)
        if isinstance(move, Move):
            draft.at, self._wanted = move.to, move.wanted
        elif command.target in ("j", "k"):
            self._wanted = wanted
            out = self._shown(draft)
            return replace(out, leaves=1 if command.target == "j" else -1)
        return self._shown(draft)

    def _target(
        self, command: Command, draft: Draft, operator: str, wanted: int | None = None
    ) -> Move | Span | None:
        """What a motion or an object leads to."""
        name, char = command.target, command.char
        if name in OBJECTS:
            return OBJECTS[name](draft.text, draft.at, command.times)
        if name in OPPOSITE or name in AGAIN:
            return self._found(command, draft)
        again = name in (";", ",")
        if again:
            name, char = self._find
            name = FINDS[name] if command.target == "," and name else name
            if not name:
                return None
        elif name in FINDS:
            self._find = name, char
        place = Place(
            draft.text, draft.at, command.count, operator, char, again, wanted, self.mode is not Mode.NORMAL
        )
        if operator == "c" and name in ("w", "W") and kind(draft.text, draft.at, False) != BLANK:
            return word_end(name == "W", place, stay=True)
        return MOTIONS[name](place)

    def _found(self, command: Command, draft: Draft) -> Move | None:
        """Where what is looked for stands next."""
        direction, wanted = self._search
        if command.target in OPPOSITE:
            direction, wanted = self._search = command.target, command.char or wanted
        elif command.target == "N":
            direction = OPPOSITE.get(direction, "")
        return search(draft.text, draft.at, wanted, direction == "/", command.times) if wanted else None

    def _change(self, change: _Repeat, draft: Draft, again: bool = False) -> None:
        """Carry out a command that may change the text; `again` types what was typed then."""
        command, began = change.command, draft.at
        held = draft.register = self._registers.read(command.register)
        if change.extent is not None:
            done = visual.repeat(draft, command, change.extent)
        elif command.target:
            done = self._operate(command, draft)
        else:
            done = CHANGES[command.name](draft, command)
        if not done:
            draft.at = began
            return
        if draft.register is not held:
            named = command.register if command.name not in ("p", "P") else ""
            self._registers.write(named, draft.register, copied=command.name == "y")
        if command.name != "y":
            self._last = change
        if draft.inserts and again:
            self._type_again(change, draft)
        elif draft.inserts:
            self._insertion = change, draft.text, draft.at
            self.mode = Mode.INSERT

    def _operate(self, command: Command, draft: Draft) -> bool:
        text, at, name = draft.text, draft.at, command.name
        if command.target == "lines":
            target = MOTIONS["j"](Place(text, at, command.times - 1)) if command.times > 1 else Move(at)
            if target is None:
                return False
            span = visual.whole_lines(text, at, target.to)
            at = at if name == "y" else first_word(text, at)
        else:
            found = self._target(command, draft, name)
            if found is None:
                return False
            span = found if isinstance(found, Span) else span_of(text, at, found, name)
            at = found.start if isinstance(found, Span) else min(at, found.to)
        operate(draft, name, as_lines(text, span, name))
        if name in KEEPING:
            draft.at = at
        return True

    # -- insert mode

    def _leave_insert(self, text: str, at: int) -> Outcome:
        self.mode = Mode.NORMAL
        draft = Draft(text, at)
        insertion, self._insertion = self._insertion, None
        if insertion is not None:
            change, before, began = insertion
            typed = _typed(before, began, text)
            self._last = replace(change, typed=typed)
            times = change.command.times if change.command.name in _REPEATED else 1
            if times > 1:
                more = "\n" + typed if change.command.name in ("o", "O") else typed
                draft.replace(at, at, more * (times - 1))
                draft.at = at + len(more) * (times - 1)
        if draft.at > start_of(draft.text, draft.at):
            draft.at -= 1
        return self._shown(draft)

    def _type_again(self, change: _Repeat, draft: Draft) -> None:
        times = change.command.times if change.command.name in _REPEATED else 1
        more = change.typed
        if change.command.name in ("o", "O"):
            more += ("\n" + change.typed) * (times - 1)
        else:
            more *= times
        draft.replace(draft.at, draft.at, more)
        draft.at += len(more)
        if draft.at > start_of(draft.text, draft.at):
            draft.at -= 1

    # -- visual mode

    def _run_visual(self, command: Command, draft: Draft, wanted: int | None) -> Outcome:
        selection, lines = self._visual, self.mode is Mode.LINES
        if command.name == "move":
            if command.target.lower() in _MORE and selection.at > selection.anchor:
                draft.at += 1  # the next one
            found = self._target(command, draft, "", wanted)
            if isinstance(found, Span):
                self._visual = selection.around(found)
                self.mode = Mode.LINES if found.lines else Mode.VISUAL
            elif found is not None:
                self._visual, self._wanted = replace(selection, at=found.to), found.wanted
        elif command.name == "o":
            self._visual = visual.Selection(selection.at, selection.anchor)
        elif command.name in ("v", "V"):
            mode = Mode.VISUAL if command.name == "v" else Mode.LINES
            self.mode = Mode.NORMAL if mode is self.mode else mode
        else:
            extent = selection.extent(draft.text, lines or command.name in visual.LINES)
            draft.at = min(selection.anchor, selection.at)
            self.mode = Mode.NORMAL
            self._change(_Repeat(command, extent=extent), draft)
            return self._shown(draft)
        draft.at = self._visual.at
        return self._shown(draft)

    def _shown(self, draft: Draft) -> Outcome:
        """What there is to show after a key."""
        if self.mode in (Mode.VISUAL, Mode.LINES):
            shown = self._visual.shown(draft.text, self.mode is Mode.LINES)
            return Outcome(shown[1], (), shown)
        if self.mode is Mode.NORMAL:
            draft.settle()
        return Outcome(draft.at, tuple(draft.edits))


# Objects that one more is taken of where something is selected already.
_MORE = frozenset(("iw", "aw"))
# Commands whose count is for what is typed.
_REPEATED = frozenset("iaIAoO")


def _typed(before: str, began: int, after: str) -> str:
    """What was written at a place; where more was changed than that, what stands there now."""
    tail = len(before) - began
    end = len(after) - tail
    same = end >= began and before[:began] == after[:began] and before[began:] == after[end:]
    return after[began:end] if same else ""
