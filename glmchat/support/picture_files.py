"""What kind a picture is and how large, and the same picture without what its metadata tell of a person and a place.

Formats: PNG (W3C, third edition), JPEG (ITU T.81, Exif 2.32), GIF89a, WebP's container (RFC 9649).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

PNG, JPEG, GIF, WEBP = "image/png", "image/jpeg", "image/gif", "image/webp"

# A picture that is unpacked has four bytes a pixel: this many are 256 MB.
MOST_PIXELS = 64_000_000
# Chunks of a PNG that say how it looks; all others are text, times and Exif.
_PNG_KEPT = frozenset(
    {
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs",
        b"acTL", b"fcTL", b"fdAT", b"cICP",
    }
)  # fmt: skip
# Markers of a JPEG that stand alone, and the application segments that say how it looks: JFIF, colours, Adobe's.
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ORIENTATION = 0x0112
# Which chunks follow, as the first chunk of a WebP tells.
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04
_GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture without its metadata; `turned` says that it is to be turned as its orientation tells."""

    type: str
    width: int
    height: int
    data: bytes
    turned: bool = False


class PictureRefused(ValueError):
    """Bytes that are no picture, a broken one, or a bomb; the text is a sentence for the person."""


class _Broken(ValueError):
    """A picture that ends early or is put together wrongly."""


def kind_of(data: bytes) -> str | None:
    """The media type of a picture by its first bytes; None for what is none that can be sent."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    return WEBP if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def bare(data: bytes, name: str = "The picture") -> Picture:
    """A picture without its metadata; raises PictureRefused where it is none, is broken, or is a bomb."""
    kind = kind_of(data)
    if kind is None:
        raise PictureRefused(f"{name} is no picture that can be sent: PNG, JPEG, WebP and GIF can.")
    try:
        found = {PNG: _png, JPEG: _jpeg, GIF: _gif, WEBP: _webp}[kind](data)
    except (_Broken, IndexError, struct.error):
        raise PictureRefused(
            f"{name} is damaged: it is not a whole {kind.partition('/')[2].upper()} picture."
        ) from None
    if not found.width or not found.height:
        raise PictureRefused(f"{name} is damaged: it has no size.")
    if found.width * found.height > MOST_PIXELS:
        raise PictureRefused(
            f"{name} has {found.width} × {found.height} pixels, more than the {MOST_PIXELS // 1_000_000} million "
            "that are read; scale it down first."
        )
    return found


def _png(data: bytes) -> Picture:
    width, height = struct.unpack(">II", data[16:24])
    out = [data[:8]]
    turn, at = 1, 8
    while True:
        (size,) = struct.unpack(">I", data[at : at + 4])
        kind, end = data[at + 4 : at + 8], at + 12 + size
        if end > len(data):
            raise _Broken
        if kind in _PNG_KEPT:
            out.append(data[at:end])
        if kind == b"eXIf":
            turn = _orientation(data[at + 8 : end - 4])
        if kind == b"IEND":
            if turn != 1:
                out.insert(2, _png_chunk(b"eXIf", _tiff(turn)))
            return Picture(PNG, width, height, b"".join(out), turn != 1)
        at = end


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments of a JPEG, each with its marker; those of the picture itself with what is coded after them."""
    at = 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1
        if data[at] != 0xFF:
            raise _Broken
        marker = data[at + 1]
        if marker in _ALONE or marker == 0xD9:
            yield marker, data[at : at + 2]
            if marker == 0xD9:
                return
            at += 2
            continue
        (size,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + size
        if size < 2 or end > len(data):
            raise _Broken
        if marker == 0xDA:
            end = _end_of_scan(data, end)
        yield marker, data[at:end]
        at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Where what is coded after a scan's header ends: at a marker that neither restarts nor stands for a byte."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise _Broken
        if data[at + 1] != 0 and data[at + 1] not in _ALONE and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def _jpeg(data: bytes) -> Picture:
    width = height = 0
    turn = 1
    out = [data[:2]]
    for marker, segment in _segments(data):
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", segment[5:9])
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            turn = _orientation(segment[10:])
        if _tells_looks(marker, segment):
            out.append(segment)
    if turn != 1:
        out.insert(1, _exif(turn))
    return Picture(JPEG, width, height, b"".join(out), turn != 1)


def _tells_looks(marker: int, segment: bytes) -> bool:
    """Whether a segment says how a picture looks, and not who took it where."""
    if marker != 0xFE and not 0xE0 <= marker <= 0xEF:
        return True
    return marker in _JPEG_KEPT and segment[4:].startswith(_JPEG_KEPT[marker])


def _orientation(tiff: bytes) -> int:
    """How a picture is to be turned, 1 for not at all (Exif 2.32, 4.6.5)."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack(f"{order}I", tiff[4:8])
        (count,) = struct.unpack(f"{order}H", tiff[at : at + 2])
        for start in range(at + 2, at + 2 + count * 12, 12):
            tag, kind = struct.unpack(f"{order}HH", tiff[start : start + 4])
            if tag == _ORIENTATION and kind == 3:
                (value,) = struct.unpack(f"{order}H", tiff[start + 8 : start + 10])
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _exif(turn: int) -> bytes:
    """A JPEG's segment of Exif that holds the orientation and nothing else."""
    body = b"Exif\0\0" + _tiff(turn)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _tiff(turn: int) -> bytes:
    """The orientation as Exif has it, whatever file that is in."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, turn, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)


def _gif(data: bytes) -> Picture:
    width, height, flags = struct.unpack("<HHB", data[6:11])
    at = 13 + _colours(flags)
    out = [data[:at]]
    while data[at] != 0x3B:
        start, keep = at, True
        if data[at] == 0x2C:
            at += 10 + _colours(data[at + 9]) + 1
        elif data[at] == 0x21:
            label, at = data[at + 1], at + 2
            keep = label in (0xF9, 0x01) or (label == 0xFF and data[at + 1 : at + 12] in _GIF_KEPT)
        else:
            raise _Broken
        while data[at]:
            at += data[at] + 1
        at += 1
        if at >= len(data):
            raise _Broken
        if keep:
            out.append(data[start:at])
    return Picture(GIF, width, height, b"".join((*out, b";")))


def _colours(flags: int) -> int:
    """The bytes of a table of colours that flags tell of."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _webp(data: bytes) -> Picture:
    width = height = flags = 0
    turn = 1
    out: list[bytes] = []
    at, (size,) = 12, struct.unpack("<I", data[4:8])
    if size + 8 > len(data):
        raise _Broken
    while at + 8 <= size + 8:
        kind, (length,) = data[at : at + 4], struct.unpack("<I", data[at + 4 : at + 8])
        end = at + 8 + length + length % 2
        chunk = data[at:end]
        if len(chunk) < 8 + length:
            raise _Broken
        if kind == b"VP8X":
            flags = chunk[8]
            chunk = chunk[:8] + bytes([flags & ~(_WEBP_EXIF | _WEBP_XMP)]) + chunk[9:]
        if kind == b"EXIF" and flags & _WEBP_EXIF:
            turn = _orientation(chunk[8:].removeprefix(b"Exif\0\0"))
        if not width:
            width, height = _webp_size(kind, chunk[8:])
        if kind not in (b"EXIF", b"XMP "):
            out.append(chunk)
        at = end
    if turn != 1:
        out[0] = out[0][:8] + bytes([out[0][8] | _WEBP_EXIF]) + out[0][9:]
        out.append(b"EXIF" + struct.pack("<I", len(_tiff(turn))) + _tiff(turn))
    body = b"WEBP" + b"".join(out)
    return Picture(WEBP, width, height, b"RIFF" + struct.pack("<I", len(body)) + body, turn != 1)


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return 0, 0
