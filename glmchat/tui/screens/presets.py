"""The picker of presets, with what each would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static

from glmchat.core.presets import Preset
from glmchat.support.text import safe_line
from glmchat.tui.screens.value_dialog import ValueDialog
from glmchat.workspace.values import Difference, differences


class PresetsScreen(ValueDialog[None]):
    """Enter takes a preset, Delete forgets one; a name typed below keeps the current values as another.

    `after` says which values would be set with a preset. `take`, `keep` and `forget` are called with the name of the
    preset that the person takes, keeps the current values as, or deletes; after the last two `show` gets the new list.
    """

    KEYS = "Enter applies the preset, Delete removes one of yours, Tab names the current values, Esc closes."
    KEYS_AT: ClassVar[Mapping[type[Widget], str]] = {
        Input: "Enter saves the current values under this name, Tab goes back to the presets, Esc closes."
    }
    DEFAULT_CSS = """
    PresetsScreen {
        OptionList { max-height: 12; }
        VerticalScroll { height: 8; margin-top: 1; padding: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("delete", "delete", "Delete", show=False)]

    def __init__(
        self,
        presets: Sequence[Preset],
        values: Mapping[str, Any],
        system: str,
        after: Callable[[Preset], Mapping[str, Any]],
        *,
        take: Callable[[str], None],
        keep: Callable[[str], None],
        forget: Callable[[str], None],
    ) -> None:
        super().__init__("Presets")
        self._presets = list(presets)
        self._values = values
        self._system = system
        self._after = after
        self._take, self._keep, self._forget = take, keep, forget

    def body(self) -> list[Widget]:
        """The list, what the chosen one changes, and the line for a new name."""
        return [
            OptionList(*map(_option, self._presets)),
            VerticalScroll(Static(id="difference"), can_focus=False),
            Input(placeholder="A name, to save the current values as a preset"),
        ]

    def on_mount(self) -> None:
        """Begin with the first preset."""
        self._list.focus()
        self._list.highlighted = 0 if self._presets else None

    def show(self, presets: Sequence[Preset]) -> None:
        """Take another list of presets, and stay near the place in it."""
        place = self._list.highlighted or 0
        self._presets = list(presets)
        self._list.clear_options()
        self._list.add_options(map(_option, self._presets))
        self._list.highlighted = min(place, len(self._presets) - 1) if self._presets else None

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def _highlighted(self) -> Preset | None:
        place = self._list.highlighted
        return None if place is None or place >= len(self._presets) else self._presets[place]

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show what the preset would change."""
        event.stop()
        preset = self._highlighted()
        if preset is None:
            return
        text = Text(safe_line(preset.about) + "\n\n" if preset.about else "")
        changes = differences(self._values, self._after(preset))
        for change in changes:
            _append(text, change)
        other_system = preset.system is not None and preset.system != self._system
        if other_system:
            text.append("The system prompt becomes: ")
            text.append(safe_line(preset.system or "")[:200] + "\n", "italic")
        if not changes and not other_system:
            text.append("It changes nothing.", "dim")
        self.query_one("#difference", Static).update(text)
        self.complain("")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the preset."""
        event.stop()
        self.dismiss(None)
        self._take(self._presets[event.option_index].name)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the current values under the name."""
        event.stop()
        name = event.value.strip()
        if not name:
            return
        if any(preset.shipped and preset.name == name for preset in self._presets):
            self.complain("That name belongs to a preset that comes with the program; choose another one.")
            return
        event.input.value = ""
        self.complain("")
        self._keep(name)
        self._list.focus()

    def action_delete(self) -> None:
        """Forget the preset, if it is one's own."""
        preset = self._highlighted()
        if preset is None:
            return
        if preset.shipped:
            self.complain("This preset comes with the program and cannot be deleted.")
            return
        self._forget(preset.name)


def _option(preset: Preset) -> Text:
    text = Text(safe_line(preset.name))
    return text if preset.shipped else text.append("  yours", "dim")


def _append(text: Text, difference: Difference) -> None:
    row = difference.parameter
    before = "not sent" if difference.before is None else row.format(difference.before)
    after = "not sent" if difference.after is None else row.format(difference.after)
    text.append(f"{row.name:<22}")
    text.append(safe_line(before)[:60], "dim")
    text.append(" → ")
    text.append(safe_line(after)[:60] + "\n", "bold")
