"""Documents as text: PDF with its pages, DOCX, and notebooks as their cells; the libraries are an extra."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import glmchat
from glmchat.files.patience import LONGEST_S, Patience
from glmchat.files.reading import Bytes, shown
from glmchat.files.refused import DocumentRefused, LateRefused
from glmchat.support.text import fence

# The memory that may go into reading a document.
MOST_MEMORY = 2 << 30
_EXTRA = "pip install 'glmchat[documents]' adds what reads it."
_READER = "glmchat.files.document_reader"


def text_of_document(file: Bytes, patience: Patience | None = None) -> tuple[str, str] | None:
    """The text of a document and what it is; None where the file is none. Raises FileRefused."""
    patience = patience or Patience()
    if file.data.startswith(b"%PDF-"):
        return _read_apart(file, "pdf", "pypdf", "PDF", patience)
    if file.data.startswith(b"PK\x03\x04") and file.name.lower().endswith(".docx"):
        return _read_apart(file, "docx", "docx", "Word", patience)
    if file.name.lower().endswith(".ipynb"):
        return _notebook(file), "notebook"
    return None


def _read_apart(file: Bytes, kind: str, library: str, words: str, patience: Patience) -> tuple[str, str]:
    """Read a document in a process of its own, which may take only so long and so much."""
    name = shown(file.name)
    if find_spec(library) is None:
        raise DocumentRefused(f"{name} is a {words} document; {_EXTRA}")
    longest_s = min(LONGEST_S, patience.left_s)
    try:
        output = _output(kind, file.data, longest_s, patience)
        said = json.loads(output) if output else {}
    except subprocess.TimeoutExpired:
        raise LateRefused(
            f"{name} takes more than {longest_s:.0f} s to read; save its text as a file."
        ) from None
    except (OSError, ValueError) as error:
        raise DocumentRefused(f"{name} cannot be read: what reads it does not run ({error}).") from None
    if patience.stopped:
        raise LateRefused(f"{name} was not read to its end.")
    if "unreadable" in said:
        raise DocumentRefused(f"{name} {said['unreadable']}")
    if "text" not in said:
        raise DocumentRefused(
            f"{name} takes more than {MOST_MEMORY >> 20} MB to read; save its text as a file."
        )
    return said["text"], said["what"]


def _output(kind: str, data: bytes, longest_s: float, patience: Patience) -> bytes:
    """What the reader says of a document, nothing where it fails; raises TimeoutExpired. No reader is left behind."""
    # Nothing is taken from the working directory, which may be anybody's.
    command = [sys.executable, "-P", "-m", _READER, kind, str(int(LONGEST_S) + 1), str(MOST_MEMORY)]
    whence = str(Path(glmchat.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([whence, *_python_path()])}
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment, start_new_session=True,
    ) as reader, patience.ending(reader.kill):  # fmt: skip
        try:
            output, _ = reader.communicate(data, longest_s)
        except BaseException:
            reader.kill()
            raise
    return output if reader.returncode == 0 else b""


def _python_path() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if Path(path).is_absolute()]


def _notebook(file: Bytes) -> str:
    """A notebook's cells in their order, with what code printed; pictures and other outputs are named."""
    try:
        found = json.loads(file.data)
        cells = found["cells"]
        language = found.get("metadata", {}).get("language_info", {}).get("name", "python")
        parts = [part for cell in cells for part in _cell(cell, str(language))]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DocumentRefused(f"{shown(file.name)} is no notebook: it has no cells.") from None
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
