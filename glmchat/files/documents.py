"""Documents as text: PDF with its pages, DOCX, and notebooks as their cells; the libraries are an extra."""

from __future__ import annotations

import json
import logging
import zipfile
from io import BytesIO
from typing import Any

from glmchat.files.reading import Bytes, shown
from glmchat.files.refused import FileRefused
from glmchat.support.text import fence

# What an archive may unpack to, and the pages that are read.
MOST_UNPACKED = 200 << 20
MOST_PAGES = 3000
_EXTRA = "pip install 'glmchat[documents]' adds what reads it."


def text_of_document(file: Bytes) -> tuple[str, str] | None:
    """The text of a document and what it is; None where the file is none. Raises FileRefused."""
    if file.data.startswith(b"%PDF-"):
        return _pdf(file)
    if file.data.startswith(b"PK\x03\x04") and file.name.lower().endswith(".docx"):
        return _docx(file), "DOCX"
    if file.name.lower().endswith(".ipynb"):
        return _notebook(file), "notebook"
    return None


def _pdf(file: Bytes) -> tuple[str, str]:
    try:
        from pypdf import PdfReader
    except ImportError:
        raise FileRefused(f"{shown(file.name)} is a PDF document; {_EXTRA}") from None
    # What it finds odd in a file would be written over the screen.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(file.data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileRefused(f"{shown(file.name)} is locked with a password.")
        pages = [page.extract_text() for page in reader.pages[:MOST_PAGES]]
    except FileRefused:
        raise
    except Exception as error:  # the reader meets whatever a file holds
        raise FileRefused(
            f"{shown(file.name)} is damaged, or is no PDF that can be read ({error})."
        ) from None
    if not any(page.strip() for page in pages):
        raise FileRefused(
            f"{shown(file.name)} has no text in it, only pictures; attach its pages as pictures."
        )
    text = "\n\n".join(f"[page {number}]\n{page.strip()}" for number, page in enumerate(pages, 1))
    return text + "\n", f"PDF, {len(pages)} page{'' if len(pages) == 1 else 's'}"


def _docx(file: Bytes) -> str:
    try:
        import docx
    except ImportError:
        raise FileRefused(f"{shown(file.name)} is a Word document; {_EXTRA}") from None
    try:
        with zipfile.ZipFile(BytesIO(file.data)) as archive:
            if sum(each.file_size for each in archive.infolist()) > MOST_UNPACKED:
                raise FileRefused(f"{shown(file.name)} unpacks to more than {MOST_UNPACKED >> 20} MB.")
        blocks = [_block(each) for each in docx.Document(BytesIO(file.data)).iter_inner_content()]
    except FileRefused:
        raise
    except Exception as error:  # the reader meets whatever a file holds
        raise FileRefused(f"{shown(file.name)} is damaged, or is no Word document ({error}).") from None
    return "\n\n".join(filter(None, blocks)) + "\n"


def _block(block: Any) -> str:
    """A paragraph, with its heading's marks, or a table by rows."""
    if hasattr(block, "rows"):
        return "\n".join(" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows)
    style = str(block.style.name) if block.style is not None else ""
    level = style.removeprefix("Heading ")
    return f"{'#' * int(level)} {block.text}" if level.isdigit() and style != level else str(block.text)


def _notebook(file: Bytes) -> str:
    """A notebook's cells in their order, with what code printed; pictures and other outputs are named."""
    try:
        found = json.loads(file.data)
        cells = found["cells"]
        language = found.get("metadata", {}).get("language_info", {}).get("name", "python")
        parts = [part for cell in cells for part in _cell(cell, str(language))]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise FileRefused(f"{shown(file.name)} is no notebook: it has no cells.") from None
    return "\n\n".join(parts) + "\n"


def _cell(cell: dict[str, Any], language: str) -> list[str]:
    source = _joined(cell.get("source"))
    if cell.get("cell_type") != "code":
        return [source] if source.strip() else []
    out = [fence(source, language)] if source.strip() else []
    for output in cell.get("outputs") or []:
        data = output.get("data") or {}
        text = _joined(output.get("text") or data.get("text/plain") or output.get("traceback"))
        if text.strip():
            out.append("Output:\n" + fence(text.rstrip("\n")))
        elif data:
            out.append(f"Output: {', '.join(sorted(data))}")
    return out


def _joined(value: Any) -> str:
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")
