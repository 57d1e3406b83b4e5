"""Reads a PDF or Word document from standard input and writes its text: a program of its own.

A small file can unpack to more than a machine has, or keep the libraries busy for hours. `documents` gives this
program so much time and memory, and the chat goes on beside it.
"""

from __future__ import annotations

import json
import logging
import sys
import zipfile
from contextlib import suppress
from io import BytesIO
from typing import Any

# What an archive may unpack to, the pages that are read, and the characters that are taken.
MOST_UNPACKED = 200 << 20
MOST_PAGES = 3000
MOST_TEXT = 32 << 20


class Unreadable(Exception):
    """What a document is that cannot be read; a sentence without its first words."""


def pdf_text(data: bytes) -> tuple[str, str]:
    """The text of a PDF document by pages, and what it is; raises Unreadable."""
    from pypdf import PdfReader

    # What it finds odd in a file would be written beside the text.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("is locked with a password.")
        pages = [page.extract_text() for page in reader.pages[:MOST_PAGES]]
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # the reader meets whatever a file holds
        raise Unreadable(f"is damaged, or is no PDF that can be read ({error}).") from None
    if not any(page.strip() for page in pages):
        raise Unreadable("has no text in it, only pictures; attach its pages as pictures.")
    text = "\n\n".join(f"[page {number}]\n{page.strip()}" for number, page in enumerate(pages, 1))
    return text + "\n", f"PDF, {len(pages)} page{'' if len(pages) == 1 else 's'}"


def docx_text(data: bytes) -> tuple[str, str]:
    """The text of a Word document, and what it is; raises Unreadable."""
    import docx

    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED:
                raise Unreadable(f"unpacks to more than {MOST_UNPACKED >> 20} MB.")
        blocks = [_block(each) for each in docx.Document(BytesIO(data)).iter_inner_content()]
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # the reader meets whatever a file holds
        raise Unreadable(f"is damaged, or is no Word document ({error}).") from None
    return "\n\n".join(filter(None, blocks)) + "\n", "DOCX"


def _block(block: Any) -> str:
    """A paragraph, with its heading's marks, or a table by rows."""
    if hasattr(block, "rows"):
        return "\n".join(" | ".join(_cell(each.text) for each in row.cells) for row in block.rows)
    style = str(block.style.name) if block.style is not None else ""
    level = style.removeprefix("Heading ")
    return f"{'#' * int(level)} {block.text}" if level.isdigit() and style != level else str(block.text)


def _cell(text: str) -> str:
    """A cell on one line, its own bars told from those between cells as Markdown has it."""
    return " ".join(text.split()).replace("|", r"\|")


def _confine(seconds: int, memory: int) -> None:
    """Be ended by the system where whoever started this no longer can, or where too much memory is asked for."""
    try:
        import resource
    except ImportError:  # there are no such limits on Windows
        return
    for limit, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (most, most))


def main() -> None:
    """Read the kind of document that is named; its seconds and its bytes of memory follow."""
    kind, seconds, memory = sys.argv[1:]
    _confine(int(seconds), int(memory))
    said: dict[str, str] = {}
    try:
        text, what = (pdf_text if kind == "pdf" else docx_text)(sys.stdin.buffer.read())
        if len(text) > MOST_TEXT:
            raise Unreadable(f"has more than {MOST_TEXT >> 20} MB of text.")
        said = {"text": text, "what": what}
    except Unreadable as error:
        said = {"unreadable": str(error)}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
