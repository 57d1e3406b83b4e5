"""Documents as text: pages kept, cells in their order, and a sentence for what cannot be read."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from glmchat.core.attached import Kind
from glmchat.files import documents
from glmchat.files.attaching import attach_again, attach_file
from glmchat.files.gathering import gather
from glmchat.files.patience import Patience
from glmchat.files.pictures import USUAL, Form
from glmchat.files.refused import FileRefused


def pdf(*pages: str) -> bytes:
    """A PDF with a line on each page, written by hand."""
    count = len(pages)
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
        refer = f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * number} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] {refer} >>".encode())
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer


def test_a_pdf_keeps_its_page_numbers(tmp_path: Path) -> None:
    pytest.importorskip("pypdf")
    (tmp_path / "a.pdf").write_bytes(pdf("First page", "Second page"))
    found = attach_file(str(tmp_path / "a.pdf"))
    assert found.content.decode() == "[page 1]\nFirst page\n\n[page 2]\nSecond page\n"
    assert found.attachment.encoding == "PDF, 2 pages"


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"%PDF-1.7\nrubbish", "damaged"), (pdf("x")[:200], "damaged"), (pdf(""), "only pictures")],
)
def test_a_pdf_without_text_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    pytest.importorskip("pypdf")
    (tmp_path / "a.pdf").write_bytes(data)
    with pytest.raises(FileRefused, match=words):
        attach_file(str(tmp_path / "a.pdf"))


def test_what_reads_documents_is_named_where_it_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    (tmp_path / "a.pdf").write_bytes(pdf("x"))
    with pytest.raises(FileRefused, match=r"glmchat\[documents\]"):
        attach_file(str(tmp_path / "a.pdf"))


def test_a_word_document_is_read_with_headings_and_tables(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    made = docx.Document()
    made.add_heading("Title", 2)
    made.add_paragraph("Some 文字.")
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "a|b", "c\nd"
    made.save(str(tmp_path / "a.docx"))
    found = attach_file(str(tmp_path / "a.docx"))
    assert found.content.decode() == "## Title\n\nSome 文字.\n\na\\|b | c d\n"


def test_an_archive_bomb_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("docx")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(220 << 20))
    (tmp_path / "bomb.docx").write_bytes(packed.getvalue())
    with pytest.raises(FileRefused, match="unpacks to more"):
        attach_file(str(tmp_path / "bomb.docx"))


def test_a_document_that_takes_too_long_or_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pypdf")
    (tmp_path / "a.pdf").write_bytes(pdf("x"))
    monkeypatch.setattr(documents, "MOST_MEMORY", 8 << 20)
    with pytest.raises(FileRefused, match=r"a\.pdf takes more than 8 MB to read"):
        attach_file(str(tmp_path / "a.pdf"))
    monkeypatch.setattr(documents, "LONGEST_S", 0.001)
    with pytest.raises(FileRefused, match=r"a\.pdf takes more than 0 s to read"):
        attach_file(str(tmp_path / "a.pdf"))


def test_all_documents_of_a_directory_have_one_time_and_are_read_no_further_once_stopped(
    tmp_path: Path,
) -> None:
    pytest.importorskip("pypdf")
    for number in range(3):
        (tmp_path / f"{number}.pdf").write_bytes(pdf("x"))
    (tmp_path / "a.md").write_text("x")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.7\nrubbish")
    found = gather(f"{tmp_path}/[ac].*")
    assert "1 unreadable (c.pdf is damaged" in found.rest and "c.pdf is damaged" in found.report()
    patience = Patience(0)
    with pytest.raises(FileRefused, match="5 not read within 60 s"):
        gather(str(tmp_path), USUAL, patience)
    patience = Patience()
    patience.stop()
    with pytest.raises(FileRefused, match="was stopped; nothing of it is attached"):
        gather(str(tmp_path), USUAL, patience)


def test_a_document_that_has_not_changed_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pypdf")
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("First"))
    before = attach_file(str(path))
    stopped = Patience(0)
    assert attach_again(str(path), before, USUAL, stopped) is before
    assert attach_again(str(path), before, Form(papers=True), stopped).attachment.kind is Kind.PAPER
    path.write_bytes(pdf("Second"))
    with pytest.raises(FileRefused, match="takes more than"):
        attach_again(str(path), before, USUAL, stopped)
    assert b"Second" in attach_again(str(path), before, USUAL, Patience()).content


def test_nothing_in_the_working_directory_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pypdf")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", f"{os.pathsep}.")
    for name in ("json.py", "pypdf.py", "glmchat.py", "sitecustomize.py"):
        (tmp_path / name).write_text("open('run', 'w')")
    (tmp_path / "a.pdf").write_bytes(pdf("First page"))
    assert b"First page" in attach_file("a.pdf").content
    assert not (tmp_path / "run").exists()


def test_a_notebook_reads_as_its_cells(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Title\n", "words"]},
        {
            "cell_type": "code",
            "source": "print(1)",
            "outputs": [{"text": ["1\n"]}, {"data": {"image/png": "aaaa"}}],
        },
    ]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}))
    found = attach_file(str(tmp_path / "a.ipynb"))
    assert found.content.decode() == (
        "# Title\nwords\n\n```python\nprint(1)\n```\n\nOutput:\n```\n1\n```\n\nOutput: image/png\n"
    )
    for wrong in ("{}", "[1]", "no json", '{"cells": 5}', '{"cells": [5]}'):
        (tmp_path / "a.ipynb").write_text(wrong)
        with pytest.raises(FileRefused, match="no notebook"):
            attach_file(str(tmp_path / "a.ipynb"))
