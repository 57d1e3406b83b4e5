"""Tables: how large they are is told, and a part of one keeps the line that names the columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from glmchat.files.attaching import attach_file


@pytest.mark.parametrize(
    ("name", "text", "size"),
    [
        ("a.csv", "name,age\nAnn,3\nBob,4\n", "2 rows × 2 columns"),
        ("a.csv", 'name,note\nAnn,"two\nlines, and a comma"\n', "1 row × 2 columns"),
        ("a.CSV", "\ufeffname;age;town\nAnn;3,5;Bonn\n", "1 row × 3 columns"),
        ("a.tsv", "name\tage\n\nAnn\t3\n", "1 row × 2 columns"),
        ("a.csv", "only\n", "0 rows × 1 column"),
        ("a.csv", "", ""),
        ("a.txt", "name,age\nAnn,3\n", ""),
    ],
)
def test_a_table_tells_how_large_it_is(tmp_path: Path, name: str, text: str, size: str) -> None:
    (tmp_path / name).write_text(text, newline="")
    found = attach_file(str(tmp_path / name))
    assert found.attachment.encoding == (f"UTF-8, {size}" if size else "UTF-8")
    assert found.content.decode() == text.removeprefix("\ufeff")


def test_a_part_of_a_table_keeps_the_names_of_its_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("name,age\nAnn,3\nBob,4\nCy,5\n")
    found = attach_file(f"{tmp_path / 'a.csv'}:3-")
    assert found.content == b"name,age\nBob,4\nCy,5\n"
    assert found.attachment.part == "lines 3-4 of 4, below line 1"
    assert attach_file(f"{tmp_path / 'a.csv'}:1-2").content == b"name,age\nAnn,3\n"


def test_a_table_that_cannot_be_read_as_one_is_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f'a,"{"x" * 200_000}"\n')  # a field longer than the library takes
    assert attach_file(str(tmp_path / "a.csv")).attachment.encoding == "UTF-8"
