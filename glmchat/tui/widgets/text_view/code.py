"""Blocks of code in an item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from glmchat.tui.widgets.text_view.item import Item, Place, text_place
from glmchat.tui.widgets.text_view.layout import ItemLayout

if TYPE_CHECKING:
    from glmchat.markdown.code import CodeLayout


def code_at(item: Item, number: int) -> CodeLayout | None:
    """Return the code at a line of an item; None where there is none."""
    line = item.text_line(number)
    if line is None or item.document is None:
        return None
    from glmchat.markdown.code import CodeLayout

    layout = item.document.layout(item.document.block_at(line)[0])
    return layout if isinstance(layout, CodeLayout) else None


def fold_code(item: Item, number: int) -> None:
    """Fold the code at a line of an item, or open it."""
    line, code = item.text_line(number), code_at(item, number)
    if line is not None and code is not None and item.document is not None:
        item.document.fold(item.document.block_at(line)[0], not code.folded)


def header_above(layout: ItemLayout, item: Item, number: int) -> Place | None:
    """Return where the header of the code at a line of an item is, if that is above the view."""
    line, index = item.text_line(number), layout.number_of(item.node.id)
    if line is None or index is None or item.document is None:
        return None
    block = item.document.block_at(line)[0]
    top = layout.start_of(index) + number - line + item.document.top_of(block)
    return text_place(item.document.block(block).source) if top < layout.top else None
