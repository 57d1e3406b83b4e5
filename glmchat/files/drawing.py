"""A picture in half blocks: each cell shows two pixels, one above the other; by Pillow, importing it raises ImportError
where that is not there.
"""

from __future__ import annotations

from io import BytesIO
from itertools import zip_longest
from math import ceil

from PIL import Image, ImageOps

from glmchat.files.sixel import CLEAR, Indexed
from glmchat.support.picture_files import MOST_PIXELS

# Colours are told apart in steps of eight, so that cells that look alike are drawn in one piece.
_STEP = 0xF8
# From this alpha on a pixel is drawn where a terminal knows no half-seen ones.
_SEEN = 128

# Cells that look alike: how many, and the colours of their upper and lower half as six hexadecimal digits.
Run = tuple[int, str, str]


def half_blocks(data: bytes, columns: int, rows: int) -> list[list[Run]]:
    """The rows of a picture that fits into so many cells; none where it cannot be read."""
    try:
        with Image.open(BytesIO(data), formats=["PNG", "JPEG", "WEBP", "GIF"]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return []
            if opened.format == "JPEG":
                opened.draft("RGB", (columns * 2, rows * 4))
            image = ImageOps.exif_transpose(opened).convert("RGBA")
            image.thumbnail((columns, rows * 2))
            ground = Image.new("RGBA", image.size, (0, 0, 0, 255))
            small = Image.alpha_composite(ground, image).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return []
    width = small.width
    pixels = bytes(each & _STEP for each in small.tobytes())
    colours = [pixels[at : at + 3].hex() for at in range(0, len(pixels), 3)]
    lines = [colours[at : at + width] for at in range(0, len(colours), width)]
    nothing: list[str] = []
    return [_row(above, below) for above, below in zip_longest(lines[::2], lines[1::2], fillvalue=nothing)]


def fitted_png(data: bytes, columns: int, rows: int, cell: tuple[int, int]) -> tuple[bytes, int, int] | None:
    """A picture as the PNG of whole cells, of so many pixels each, and how many of them; None where it is damaged."""
    try:
        with Image.open(BytesIO(data), formats=["PNG", "JPEG", "WEBP", "GIF"]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                return None
            if opened.format == "JPEG":
                opened.draft("RGB", (columns * cell[0], rows * cell[1]))
            image = ImageOps.exif_transpose(opened).convert("RGBA")
            image.thumbnail((columns * cell[0], rows * cell[1]), Image.Resampling.LANCZOS)
            width, height = ceil(image.width / cell[0]), ceil(image.height / cell[1])
            ground = Image.new("RGBA", (width * cell[0], height * cell[1]))
            ground.paste(image)
            out = BytesIO()
            ground.save(out, "PNG", compress_level=1)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return out.getvalue(), width, height


def indexed(png: bytes, colours: int) -> Indexed:
    """A picture of our own making in so many colours."""
    with Image.open(BytesIO(png), formats=["PNG"]) as opened:
        image = opened.convert("RGBA")
    few = image.convert("RGB").quantize(colours, dither=Image.Dither.NONE)
    few.paste(CLEAR, mask=image.getchannel("A").point(lambda alpha: 255 if alpha < _SEEN else 0))
    return Indexed(few.width, few.height, few.tobytes(), bytes(few.getpalette() or ())[: 3 * colours])


def _row(above: list[str], below: list[str]) -> list[Run]:
    runs: list[Run] = []
    for upper, lower in zip_longest(above, below, fillvalue="000000"):
        if runs and runs[-1][1:] == (upper, lower):
            runs[-1] = (runs[-1][0] + 1, upper, lower)
        else:
            runs.append((1, upper, lower))
    return runs
