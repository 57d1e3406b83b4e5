import codecs
from pathlib import Path

import pytest

from glmchat.core.parameters import BY_NAME
from glmchat.core.parameters.kind import ValueRefused
from glmchat.support.text_files import NotText, decode, read_text

TEXT = '{"a": "ä 北京 \U0001f600"}\r\nb\n'
PLAIN = '{"a": "ä 北京 \U0001f600"}\nb\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("marked", [True, False])
def test_text_in_every_unicode_form_is_read(tmp_path: Path, encoding: str, marked: bool) -> None:
    path = tmp_path / "a"
    path.write_bytes((("\ufeff" if marked else "") + TEXT).encode(encoding))
    assert read_text(path) == PLAIN


@pytest.mark.parametrize("text", ["", "a", "\ufeff", "ab", "北京"])
def test_short_texts_are_utf8(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


def test_a_mark_alone_may_tell() -> None:
    assert decode(b"a\0b\0", guess=False) == "a\0b\0"
    assert decode(codecs.BOM_UTF16_LE + b"a\0b\0", guess=False) == "ab"


@pytest.mark.parametrize(
    ("data", "words", "line"),
    [
        (b"ab\ncaf\xe9\n", "is not UTF-8 text: byte 7, 0xe9, in line 2 is none", 2),
        (codecs.BOM_UTF8 + b"\xff", "is not UTF-8 text: byte 4, 0xff, in line 1 is none", 1),
        (codecs.BOM_UTF16_LE + b"a\0b", "is not UTF-16 text: byte 5, 0x62, in line 1 is none", 1),
        (
            '{"a"\n'.encode("utf-16-le") + b"\x00\xd8",
            "is not UTF-16 text: byte 11, 0x00, in line 2 is none",
            2,
        ),
    ],
)
def test_bytes_that_are_no_text_are_told_with_their_place(data: bytes, words: str, line: int) -> None:
    with pytest.raises(NotText) as told:
        decode(data)
    assert (str(told.value), told.value.line) == (words, line)


def test_file_without_an_end_is_refused() -> None:
    path = Path("/dev/zero")
    if path.exists():
        with pytest.raises(NotText, match="larger than 1 MB"):
            read_text(path, 1 << 20)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_value_from_a_file_may_have_any_unicode_form(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "map.json"
    path.write_text('{"7": 5}', encoding=encoding)
    assert BY_NAME["logit_bias"].parse(f"@{path}") == {"7": 5}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"a":\n "\xe9"}', "is not UTF-8 text: byte 9, 0xe9, in line 2"),
        (b"{", "this is not JSON"),
        (None, "No such file"),
    ],
)
def test_value_from_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, content: bytes | None, says: str
) -> None:
    path = tmp_path / "map.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueRefused, match=says):
        BY_NAME["logit_bias"].parse(f"@{path}")


@pytest.mark.parametrize("name", ["a\0b", "~nobody-is-called-that/a"])
def test_value_from_a_name_that_can_be_no_file_is_refused(name: str) -> None:
    with pytest.raises(ValueRefused, match="cannot be read"):
        BY_NAME["logit_bias"].parse(f"@{name}")
