"""Files by the names that people write: their text in any encoding, and a sentence for what cannot be attached."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from glmchat.core.attached import block, digest_of
from glmchat.files.attaching import attach_file
from glmchat.files.refused import FileRefused

CHINESE = "什么是稳定排序？相等的键保持它们的顺序。\n"
WRITTEN = [
    ("utf-8", "naïve — 你好 🙂\n", "UTF-8"),
    ("utf-8-sig", "naïve\n", "UTF-8"),
    ("utf-16", CHINESE, "UTF-16"),
    ("utf-16-le", "plain\nwords\n", "UTF-16"),
    ("utf-16-be", "plain\nwords\n", "UTF-16"),
    ("utf-32", "wide", "UTF-32"),
    ("gb18030", CHINESE, "GB18030"),
    ("gb18030", "你好，世界", "GB18030"),
    ("gb18030", '# config 配置\nname = "测试"\n', "GB18030"),
    ("big5", "什麼是穩定排序？相等的鍵保持順序。", "Big5"),
    ("shift_jis", "安定ソートとは何ですか？", "Shift-JIS"),
    ("shift_jis", "name = 'テスト' # 設定ファイル\n", "Shift-JIS"),
    ("euc_jp", "安定ソートとは何ですか？同じキーの順序を保つ並べ替えです。", "EUC-JP"),
    ("euc_kr", "안녕하세요 세계\n", "EUC-KR"),
    ("latin-1", "Le café est fermé à Noël, où êtes-vous ?\n", "Windows-1252"),
    ("latin-1", "über", "Windows-1252"),
    ("latin-1", "Größe: schön, übermäßig, Straße\n", "Windows-1252"),
    ("cp1251", "Привет, мир! Это проверка кодировки.\n", "Windows-1251"),
]


@pytest.mark.parametrize(("encoding", "text", "name"), WRITTEN)
def test_text_is_read_in_the_encoding_it_is_written_in(
    tmp_path: Path, encoding: str, text: str, name: str
) -> None:
    (tmp_path / "notes.txt").write_bytes(text.encode(encoding))
    found = attach_file(str(tmp_path / "notes.txt"))
    assert (found.content.decode(), found.attachment.encoding) == (text, name)
    assert found.attachment.source == digest_of(text.encode(encoding))
    assert found.attachment.digest == digest_of(text.encode())


@pytest.mark.parametrize("text", ["a\r\nb\r\n", "\x1b[31mred\x1b[0m log\n", "", "\f page\n", "no end"])
def test_text_is_kept_as_it_is(tmp_path: Path, text: str) -> None:
    (tmp_path / "a").write_bytes(text.encode())
    assert attach_file(str(tmp_path / "a")).content == text.encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x7fELF\x02\x01\x01\0\0\0\0\0", "a program"),
        (b"PK\x03\x04\x14\0\0\0", "an archive"),
        (bytes(range(256)) * 4, "a binary file"),
        (b"\0\0\0\0", "a binary file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "--image"),
        (b"\xff\xfe\x00\xd8\x00", "damaged"),
    ],
)
def test_what_is_no_text_is_refused_by_what_it_is(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "thing").write_bytes(data)
    with pytest.raises(FileRefused, match=words):
        attach_file(str(tmp_path / "thing"))


LINES = "one\ntwo\r\nthree\nfour"


@pytest.mark.parametrize(
    ("asked", "text", "part"),
    [
        ("2-3", "two\r\nthree\n", "lines 2-3 of 4"),
        ("2", "two\r\n", "line 2 of 4"),
        ("3-", "three\nfour", "lines 3-4 of 4"),
        ("-2", "one\ntwo\r\n", "lines 1-2 of 4"),
        ("2-900", "two\r\nthree\nfour", "lines 2-4 of 4"),
    ],
)
def test_lines_of_a_file(tmp_path: Path, asked: str, text: str, part: str) -> None:
    (tmp_path / "main.py").write_bytes(LINES.encode())
    found = attach_file(f"{tmp_path / 'main.py'}:{asked}")
    assert (found.content.decode(), found.attachment.part) == (text, part)
    assert found.attachment.source == digest_of(LINES.encode())


@pytest.mark.parametrize("asked", ["5-9", "0-2", "3-2", "0"])
def test_lines_that_a_file_does_not_have_are_refused(tmp_path: Path, asked: str) -> None:
    (tmp_path / "main.py").write_text(LINES)
    with pytest.raises(FileRefused, match="line"):
        attach_file(f"{tmp_path / 'main.py'}:{asked}")


def test_a_file_whose_name_ends_like_lines_is_meant_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "log:3").write_text("whole\n")
    assert attach_file(str(tmp_path / "log:3")).content == b"whole\n"


def test_a_name_is_the_way_from_here_and_never_one_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "work" / "src").mkdir(parents=True)
    (tmp_path / "work" / "src" / "a.py").write_text("a")
    (tmp_path / "b.py").write_text("b")
    monkeypatch.chdir(tmp_path / "work")
    assert attach_file("./src/../src/a.py").attachment.name == "src/a.py"
    assert attach_file(str(tmp_path / "work/src/a.py")).attachment.name == "src/a.py"
    assert attach_file("../b.py").attachment.name == "b.py"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert attach_file("~/b.py").content == b"b"


@pytest.mark.parametrize(
    ("text", "marks"),
    [("plain\n", "```"), ("```py\nx\n```\n", "````"), ("a `````` b", "```````"), ("~~~", "```")],
)
def test_the_fence_is_longer_than_any_in_the_file(tmp_path: Path, text: str, marks: str) -> None:
    (tmp_path / "read.me.md").write_text(text)
    found = attach_file(str(tmp_path / "read.me.md"))
    shown = block(found.attachment, text)
    body = text.removesuffix("\n")
    assert shown == f"read.me.md:\n{marks}md\n{body}\n{marks}"


def test_a_fifo_and_a_device_and_a_socket_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileRefused, match="is a pipe"):
        attach_file(str(tmp_path / "pipe"))
    with pytest.raises(FileRefused, match="is a device"):
        attach_file("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        with pytest.raises(FileRefused, match="is a socket"):
            attach_file(str(tmp_path / "s"))


def test_a_directory_a_loop_and_a_name_that_is_too_long_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="is a directory"):
        attach_file(str(tmp_path))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(FileRefused, match="cannot be read"):
        attach_file(str(tmp_path / "loop"))
    with pytest.raises(FileRefused, match="cannot be read"):
        attach_file("a" * 5000)


def test_a_file_that_is_not_there_is_named_with_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("a")
    with pytest.raises(FileRefused, match=r"There is no file .*note\.txt\. Did you mean notes\.txt\?"):
        attach_file(str(tmp_path / "note.txt"))


def test_no_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "secret").write_text("a")
    monkeypatch.setattr(os, "open", forbidden)
    with pytest.raises(FileRefused, match="no permission"):
        attach_file(str(tmp_path / "secret"))


def test_ten_gigabytes_are_refused_by_their_size_alone(tmp_path: Path) -> None:
    with (tmp_path / "huge.log").open("wb") as file:
        file.truncate(10_000_000_000)
    with pytest.raises(FileRefused, match=r"10000\.0 MB"):
        attach_file(str(tmp_path / "huge.log"))


@pytest.mark.parametrize("name", ["a\x1b[31mb", "a\nb", "a\x9bb", "a\0b"])
def test_a_name_with_control_characters_is_refused_and_shown_as_symbols(name: str) -> None:
    with pytest.raises(FileRefused) as refused:
        attach_file(name)
    assert "control characters" in str(refused.value)
    assert not set(str(refused.value)) & {"\x1b", "\n", "\x9b", "\0"}


def test_a_link_to_what_is_not_there_says_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere\x1b[31m")
    with pytest.raises(FileRefused, match=r"link is a link to nowhere␛\[31m, which is not there\."):
        attach_file(str(tmp_path / "link"))
