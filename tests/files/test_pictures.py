"""Pictures are sent without what their metadata tell, and what is broken or a bomb is refused with a sentence."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from glmchat.core.attached import digest_of
from glmchat.files import pictures
from glmchat.files.reading import Bytes
from glmchat.files.refused import FileRefused
from glmchat.support.picture_files import PictureRefused, bare
from tests.files.drawn import GIF, png, png_chunk

SECRET = b"48.8584N 2.2945E"


def named(data: bytes) -> Bytes:
    return Bytes(Path("/somewhere/pic"), "pic", data)


def drawn(kind: str, size: tuple[int, int] = (40, 20), **options: Any) -> bytes:
    """A picture of Pillow's, half red and half blue."""
    image = pytest.importorskip("PIL.Image")
    picture = image.new("RGB", size, (255, 0, 0))
    picture.paste((0, 0, 255), (size[0] // 2, 0, *size))
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Any:
    image = pytest.importorskip("PIL.Image").open(BytesIO(data))
    image.load()
    return image


def exif(turn: int | None = None) -> bytes:
    held = pytest.importorskip("PIL.Image").Exif()
    held[0x010E] = SECRET.decode()
    if turn is not None:
        held[0x0112] = turn
    data: bytes = held.tobytes()
    return data


def test_a_png_keeps_its_pixels_and_loses_its_texts() -> None:
    gamma = (b"gAMA", b"\0\0\xb1\x8f")
    data = png(3, 2, (b"tEXt", b"Comment\0" + SECRET), (b"eXIf", SECRET), gamma, (b"tIME", b"1234567"))
    found = bare(data + b"trailer" + SECRET)
    assert (found.type, found.width, found.height) == ("image/png", 3, 2)
    assert found.data == png(3, 2, gamma)


def test_a_gif_loses_its_comments() -> None:
    comment = b"\x21\xfe" + bytes([len(SECRET)]) + SECRET + b"\0"
    found = bare(GIF[:-1] + comment + b";" + SECRET)
    assert (found.width, found.height, found.data) == (1, 1, GIF)


def test_a_jpeg_loses_everything_but_how_it_looks() -> None:
    data = drawn("JPEG", exif=exif(), comment=SECRET, icc_profile=b"profile")
    assert SECRET in data
    found = bare(data + SECRET)
    assert (found.type, found.width, found.height, found.turned) == ("image/jpeg", 40, 20, False)
    assert SECRET not in found.data
    assert opened(found.data).tobytes() == opened(data).tobytes()
    assert opened(found.data).info["icc_profile"] == b"profile"


@pytest.mark.parametrize(
    "options", [{"progressive": True}, {"optimize": True}, {"quality": 100, "subsampling": 0}]
)
def test_every_form_of_jpeg_is_followed_to_its_end(options: dict[str, Any]) -> None:
    data = drawn("JPEG", **options)
    assert opened(bare(data + b"motion").data).tobytes() == opened(data).tobytes()


def test_a_webp_loses_exif_and_xmp() -> None:
    for lossless in (True, False):
        data = drawn("WEBP", exif=exif(), xmp=SECRET, lossless=lossless)
        found = bare(data)
        assert (found.width, found.height) == (40, 20)
        assert SECRET in data and SECRET not in found.data
        assert opened(found.data).tobytes() == opened(data).tobytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_orientation_is_applied(kind: str) -> None:
    sent = pictures.prepared(named(drawn(kind, exif=exif(6), quality=95)))
    picture = opened(sent.content)
    assert picture.size == (20, 40) == (sent.attachment.width, sent.attachment.height)
    red, _, blue = picture.getpixel((10, 5))
    assert red > 200 and blue < 60  # what was on the left is above
    assert SECRET not in sent.content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_without_pillow_the_orientation_alone_stays(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    data = drawn(kind, exif=exif(6))
    monkeypatch.setitem(__import__("sys").modules, "glmchat.files.scaling", None)
    sent = pictures.prepared(named(data))
    assert SECRET not in sent.content
    assert dict(opened(sent.content).getexif()) == {0x0112: 6}


def test_a_large_picture_is_scaled_down() -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        sent = pictures.prepared(named(drawn(kind, (400, 100))), pictures.Form(200))
        assert opened(sent.content).size == (200, 50) == (sent.attachment.width, sent.attachment.height)
        assert opened(sent.content).format == kind


def test_without_pillow_a_large_picture_is_sent_whole_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "glmchat.files.scaling", None)
    sent = pictures.prepared(named(png(40, 2)), pictures.Form(20))
    assert sent.content == png(40, 2)
    assert "glmchat[pictures]" in sent.notes[0]


def test_the_digests_are_those_of_what_is_sent_and_of_the_file() -> None:
    data = png(3, 2, (b"tEXt", b"Comment\0x"))
    attachment = pictures.prepared(named(data)).attachment
    assert (attachment.digest, attachment.source) == (digest_of(png(3, 2)), digest_of(data))
    assert (attachment.size, attachment.type) == (len(png(3, 2)), "image/png")


@pytest.mark.parametrize(
    "data",
    [
        png()[:-5], png()[:30], b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\0\x10JFIF", b"\xff\xd8\xff", GIF[:-1], GIF[:8],
        b"RIFF\xff\xff\0\0WEBPVP8 ", b"RIFF\x04\0\0\0WEBP",
    ],
)  # fmt: skip
def test_half_a_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureRefused, match="damaged"):
        bare(data)


@pytest.mark.parametrize("data", [b"<svg/>", b"", b"BM\0\0", b"hello"])
def test_other_kinds_are_refused(data: bytes) -> None:
    with pytest.raises(PictureRefused, match="PNG, JPEG, WebP and GIF"):
        bare(data)


def test_a_bomb_is_refused_by_its_head_alone() -> None:
    bomb = (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", (60_000).to_bytes(4) * 2 + b"\x08\x02\0\0\0") + png()[33:]
    )
    with pytest.raises(PictureRefused, match=r"60000 × 60000 pixels"):
        bare(bomb)


def test_a_picture_cut_at_any_byte_is_whole_or_refused() -> None:
    for data in (png(3, 2, (b"tEXt", b"a\0b")), GIF, drawn("JPEG"), drawn("WEBP")):
        for end in range(len(data)):
            try:
                bare(data[:end])
            except PictureRefused:
                continue
            assert end == len(data), end


def test_a_data_uri_is_read() -> None:
    uri = f"data:image/png;base64,{base64.b64encode(png()).decode()}"
    assert pictures.from_data_uri(f" {uri}\n").data == png()
    assert pictures.data_uri("image/png", png()) == uri
    for wrong in ("data:text/plain;base64,aGk=", "data:image/png,abc", "data:image/png;base64,a b*", "data:"):
        with pytest.raises(FileRefused, match="data URI"):
            pictures.from_data_uri(wrong)
