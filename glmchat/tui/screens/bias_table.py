"""The table of token biases."""

from __future__ import annotations

from typing import Any

from glmchat.core.parameters import Parameter
from glmchat.tui.screens.entries import EntriesScreen

_BAR = 10


class BiasTableScreen(EntriesScreen):
    """Edits token ids and the bias of each, with a bar that shows which way it pulls."""

    HEADLINE = "logit_bias: make single tokens likelier or less likely, from -100 (never) to 100 (always)"
    PLACEHOLDER = "Token id and bias, such as 1734 -100"

    def __init__(self, row: Parameter, value: dict[str, float] | None) -> None:
        super().__init__(row, list((value or {}).items()))

    def read(self, text: str) -> tuple[str, float]:
        """A token id and its bias, with a space, a colon or a comma between them."""
        words = text.replace(":", " ").replace(",", " ").replace('"', " ").split()
        try:
            token, bias = words
            number = float(bias)
        except ValueError:
            raise ValueError("An entry is a token id and a bias, such as 1734 -100.") from None
        self.row.validate({token: number})
        return token, int(number) if number.is_integer() else number

    def write(self, entry: tuple[str, float]) -> str:
        """The entry as it is typed."""
        return f"{entry[0]} {entry[1]:g}"

    def draw(self, entry: tuple[str, float]) -> str:
        """The entry in columns, with its bar."""
        token, bias = entry
        length = round(abs(bias) / 100 * _BAR)
        left, right = ("▒" * length, "") if bias < 0 else ("", "█" * length)
        return f"{token:>10}  {bias:>7g}  {left:>{_BAR}}┊{right}"

    def collect(self) -> dict[str, Any]:
        """The object that is sent; of two entries for one token the later one counts."""
        return dict(self.entries)
