"""The text of a file's bytes, in whatever encoding it is written."""

from __future__ import annotations

import codecs
import re

from glmchat.files.refused import FileRefused
from glmchat.support.text_files import NotText, decode, encoding_of

# What files are written in that are not Unicode: Chinese, Japanese, Korean, western and Cyrillic alphabets.
_LEGACY = ["gb18030", "cp932", "euc_jp", "big5", "cp949", "cp1252", "cp1251", "koi8_r", "latin_1"]
_NAMES = {
    "utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32-le": "UTF-32", "utf-32-be": "UTF-32",
    "gb18030": "GB18030", "cp932": "Shift-JIS", "euc_jp": "EUC-JP", "big5": "Big5", "cp949": "EUC-KR",
    "cp1252": "Windows-1252", "cp1251": "Windows-1251", "koi8_r": "KOI8-R", "latin_1": "Latin-1",
}  # fmt: skip
# So much tells the encoding, and as much again tells no more.
_SAMPLE = 200_000
# What text has none of: all of C0 but white space, backspaces of old manual pages and escape sequences of logs.
_CONTROLS = re.compile("[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_HANGUL = re.compile("[\uac00-\ud7a3\u3130-\u318f]")
# A letter with an accent among plain ones, and any byte that is not ASCII.
_ACCENT = re.compile(rb"(?<![\x80-\xff])[\xc0-\xff](?![\x80-\xff])")
_HIGH, _C1 = re.compile(rb"[\x80-\xff]"), re.compile(rb"[\x80-\x9f]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")

# What the first bytes of files say that are no text.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"),
    (b"%PDF-", "a PDF document"), (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"PK\x03\x04", "an archive or an office document"), (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "compressed"), (b"BZh", "compressed"),
    (b"\xfd7zXZ", "compressed"), (b"\x28\xb5\x2f\xfd", "compressed"),
    (b"\x7fELF", "a program"), (b"MZ", "a program"), (b"\xcf\xfa\xed\xfe", "a program"),
    (b"SQLite format 3", "a database"), (b"RIFF", "a recording or a picture"), (b"ID3", "a recording"),
    (b"OggS", "a recording"),
)  # fmt: skip


def text_of(data: bytes, name: str) -> tuple[str, str]:
    """The text of some bytes and the name of their encoding; raises FileRefused for what is no text."""
    encoding, mark = encoding_of(data)
    try:
        text = decode(data)
    except NotText:
        if mark:
            raise FileRefused(f"{name} begins like {_NAMES[encoding]} text, but is damaged.") from None
        text, encoding = _legacy(data, name)
    if not mark and _is_binary(text):
        raise FileRefused(f"{name} is {_called(data)}, not text.{_instead(data)}")
    return text, _NAMES[encoding]


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    return "\0" in sample or len(_CONTROLS.findall(sample)) * 50 > len(sample)


def _called(data: bytes) -> str:
    return next((words for magic, words in _MAGIC if data.startswith(magic)), "a binary file")


def _instead(data: bytes) -> str:
    return " Attach it as a picture, with --image." if _called(data) == "a picture" else ""


def _legacy(data: bytes, name: str) -> tuple[str, str]:
    """The text of bytes that are not Unicode, and their encoding."""
    sample = data[:_SAMPLE]
    if b"\0" in sample:
        raise FileRefused(f"{name} is {_called(data)}, not text.{_instead(data)}")
    if len(_ACCENT.findall(sample)) >= len(_HIGH.findall(sample)) * 0.6 and not _C1.search(sample):
        return codecs.decode(data, "cp1252", "replace"), "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_LEGACY).best()
    if best is None:
        raise FileRefused(f"{name} is {_called(data)}, not text.{_instead(data)}")
    for encoding in [*_likelier(str(best), str(best.encoding)), *_LEGACY[:4]]:
        try:
            return codecs.decode(data, encoding), encoding
        except UnicodeDecodeError:  # what comes after the sample
            continue
    return data.decode("latin_1"), "latin_1"


def _likelier(text: str, encoding: str) -> list[str]:
    """The encodings to try, the likeliest first: few Chinese characters look like Korean, which has no others in it."""
    beyond = len(_BEYOND_ASCII.findall(text))
    if encoding == "cp949" and len(_HANGUL.findall(text)) < beyond * 0.95:
        return ["gb18030", encoding]
    return [encoding]
