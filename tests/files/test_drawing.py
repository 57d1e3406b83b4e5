"""Half blocks: two pixels a cell, colours kept, and nothing for what cannot be read."""

from __future__ import annotations

import pytest

from tests.files.drawn import png

pytest.importorskip("PIL")
from glmchat.files.drawing import half_blocks


def test_a_picture_fits_its_cells_and_like_cells_are_one_piece() -> None:
    assert half_blocks(png(4, 3), 10, 10) == [[(4, "f80000", "f80000")], [(4, "f80000", "000000")]]
    rows = half_blocks(png(400, 100), 40, 10)
    assert [sum(count for count, _, _ in row) for row in rows] == [40] * 5


@pytest.mark.parametrize("data", [b"", b"no picture", png()[:40], b"<svg/>"])
def test_what_cannot_be_read_is_not_drawn(data: bytes) -> None:
    assert half_blocks(data, 10, 10) == []
