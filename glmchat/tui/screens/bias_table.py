"""The table of token biases."""

from __future__ import annotations

from glmchat.core.parameters import Parameter
from glmchat.tui.screens.entries import EntriesScreen, EntryForm

_BAR = 10


def bias_table(row: Parameter, value: dict[str, float] | None) -> EntriesScreen:
    """Return the dialog that edits token ids and the bias of each; of two for one token the later one counts."""

    def read(text: str) -> tuple[str, float]:
        token, bias = _read(text)
        row.validate({token: bias})
        return token, bias

    form = EntryForm(
        "logit_bias: make single tokens likelier or less likely, from -100 (never) to 100 (always)",
        "Token id and bias: 1734 -100 (built-in model: fox -100)",
        read,
        _write,
        _draw,
        dict,
    )
    return EntriesScreen(row, list((value or {}).items()), form)


def _read(text: str) -> tuple[str, float]:
    """A token id and its bias, with a space, a colon or a comma between them."""
    words = text.replace(":", " ").replace(",", " ").replace('"', " ").split()
    try:
        token, bias = words
        number = float(bias)
    except ValueError:
        raise ValueError("An entry is a token id and a bias, such as 1734 -100.") from None
    return token, int(number) if number.is_integer() else number


def _write(entry: tuple[str, float]) -> str:
    return f"{entry[0]} {entry[1]:g}"


def _draw(entry: tuple[str, float]) -> str:
    """In columns, with a bar that shows which way it pulls."""
    token, bias = entry
    length = round(abs(bias) / 100 * _BAR)
    left, right = ("▒" * length, "") if bias < 0 else ("", "█" * length)
    return f"{token:>10}  {bias:>7g}  {left:>{_BAR}}┊{right}"
