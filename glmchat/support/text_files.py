"""Text files as editors and shells of every system write them: UTF-8, or UTF-16 and UTF-32, with a mark or without."""

from __future__ import annotations

import codecs
from pathlib import Path

# More than any file of settings, schemas or tools has; a device that never ends stops here.
MOST_BYTES = 64 << 20
# Longer marks first: that of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Where the first characters are ASCII, the zero bytes among the first four tell the form (RFC 4627, section 3).
_ZEROS = {
    (True, True, True, False): "utf-32-be",
    (False, True, True, True): "utf-32-le",
    (True, False, True, False): "utf-16-be",
    (False, True, False, True): "utf-16-le",
}


class NotText(ValueError):
    """Bytes that are no text; the words follow "the file", and `line` is the line that they stand in."""

    def __init__(self, words: str, line: int | None = None) -> None:
        super().__init__(words)
        self.line = line


def encoding_of(head: bytes, guess: bool = True) -> tuple[str, int]:
    """The encoding that a file's first bytes tell, and the length of the mark that says so (0 without one).

    Without `guess` only a mark tells another encoding than UTF-8.
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    if guess and len(head) >= 4:
        return _ZEROS.get(tuple(not byte for byte in head[:4]), "utf-8"), 0  # type: ignore[arg-type]
    return "utf-8", 0


def decode(data: bytes, guess: bool = True) -> str:
    """The text of a file's bytes, without the mark; raises NotText, which says where they are none."""
    encoding, mark = encoding_of(data, guess)
    try:
        return data[mark:].decode(encoding)
    except UnicodeDecodeError as error:
        before = data[mark : mark + error.start].decode(encoding)
        line = before.count("\n") + 1
        called = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        byte = mark + error.start
        raise NotText(
            f"is not {called} text: byte {byte + 1}, 0x{data[byte]:02x}, in line {line} is none", line
        ) from None


def read_text(path: Path, most: int = MOST_BYTES) -> str:
    """A file's text with LF at the ends of lines; raises OSError, and NotText where it is none or is too large."""
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise NotText(f"is larger than {most >> 20} MB")
    return decode(data).replace("\r\n", "\n").replace("\r", "\n")
