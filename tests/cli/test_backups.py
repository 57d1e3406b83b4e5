"""Backup, restore and verify on the command line: what is said, what is kept, and that nothing is waited for."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from glmchat.history.maintenance import kept_backups
from tests.cli.conftest import Ran, Run
from tests.wire.server import serving_in_thread, stream


@pytest.fixture
def history(run: Run, home: Path) -> Path:
    """A history in which something was said."""
    with serving_in_thread(stream("A stable sort keeps order. " * 200)) as server:
        assert run("ask", "--base-url", server.base_url, "What is a stable sort?").status == 0
    return home / "data" / "glmchat" / "history.db"


def spoil(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'texts'").fetchone()[0]
    connection.close()
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 + 2 : (root - 1) * 4096 + 32] = b"\x77" * 30
    path.write_bytes(data)


def change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    connection.close()


def told(ran: Ran, status: int, *words: str) -> None:
    assert (ran.status, "Traceback" in ran.err) == (status, False), ran.err
    for word in words:
        assert word in ran.err


def test_a_damaged_history_is_told_and_the_backups_of_before_stay(run: Run, history: Path) -> None:
    for _ in range(3):
        assert run("sessions", "backup").status == 0
    before = kept_backups.found(history)
    spoil(history)
    for _ in range(4):
        told(run("sessions", "backup"), 4, "No backup was made", "sessions restore")
    assert kept_backups.found(history) == before
    assert run("sessions", "verify").status == 4
    assert all(run("sessions", "verify", str(each)).status == 0 for each in before)
    told(run("sessions", "restore", str(before[-1])), 0, "kept as")
    assert run("sessions", "verify").status == 0


def test_damage_without_a_backup_advises_none(run: Run, history: Path) -> None:
    spoil(history)
    ran = run("sessions", "verify")
    told(ran, 4, "There is no backup")
    assert "sessions restore" not in ran.err


@pytest.mark.parametrize("verb", ["backup", "list", "verify"])
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("PRAGMA user_version = 99", "newer glmchat"),
        ("PRAGMA application_id = 7", "not a history of glmchat"),
    ],
)
def test_a_newer_or_foreign_database_is_told_in_a_sentence(
    run: Run, history: Path, verb: str, statement: str, words: str
) -> None:
    change(history, statement)
    ran = run("sessions", verb)
    told(ran, 4, words)
    assert "in memory" not in ran.err
    assert ".recover" not in ran.err


def test_a_file_that_is_not_ours_gets_the_advice_of_the_history_only_where_it_is_the_history(
    run: Run, history: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    assert run("sessions", "backup", str(copy)).status == 0
    change(copy, "PRAGMA user_version = 99")
    assert "Update glmchat" not in run("sessions", "verify", str(copy)).err
    change(history, "PRAGMA user_version = 99")
    told(run("sessions", "verify"), 4, "Update glmchat")


def test_an_empty_history_beside_backups_is_told_and_one_of_them_is_offered(run: Run, history: Path) -> None:
    assert run("sessions", "backup").status == 0
    history.write_bytes(b"")
    told(run("sessions", "list"), 4, "is empty", "sessions restore")
    told(run("sessions", "backup"), 4, "No backup was made")
    ran = run("ask", "--demo", "--no-reasoning", "--max-tokens", "5", "hi")
    told(ran, 0, "is empty", "in memory only")
    assert ran.out.strip()
    (copy,) = kept_backups.found(history)
    assert run("sessions", "restore", str(copy)).status == 0
    assert len(run("sessions", "list", "--json").json) == 1


def test_a_backup_replaces_a_backup_and_nothing_else_unasked(run: Run, history: Path, tmp_path: Path) -> None:
    copy, other = tmp_path / "copy.db", tmp_path / "letter"
    other.write_text("dear reader")
    assert run("sessions", "backup", str(copy)).status == 0
    assert run("sessions", "backup", str(copy)).status == 0
    told(run("sessions", "backup", str(other)), 2, "--force")
    assert other.read_text() == "dear reader"
    told(run("sessions", "backup", str(history)), 2, "the history itself")
    assert run("sessions", "backup", "--force", str(other)).status == 0
    assert run("sessions", "verify", str(other)).status == 0
    told(run("sessions", "backup", "/dev/null"), 2, "not a file")
    assert Path("/dev/null").is_char_device()
    assert run("sessions", "backup", str(tmp_path)).status == 0
    assert len(list(tmp_path.glob("history-*.db"))) == 1
    told(run("sessions", "backup", str(other / "below")), 4, "cannot be written")


@pytest.mark.parametrize("kind", ["pipe", "directory", "device", "missing", "unreadable", "below a file"])
@pytest.mark.parametrize("verb", ["verify", "restore", "import"])
def test_what_is_no_file_is_told_at_once(
    run: Run, history: Path, tmp_path: Path, verb: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "odd"
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "directory":
        place.mkdir()
    elif kind == "device":
        place = Path("/dev/zero")
    elif kind == "unreadable":
        place.write_bytes(history.read_bytes())
        allowed = os.access
        monkeypatch.setattr(os, "access", lambda path, mode: path != place and allowed(path, mode))
    elif kind == "below a file":
        place = history / "below"
    told(run("sessions", verb, str(place)), 2, str(place))


@pytest.mark.parametrize("verb", ["verify", "backup", "list"])
def test_a_pipe_in_the_place_of_the_history_is_told_at_once(run: Run, history: Path, verb: str) -> None:
    history.unlink()
    os.mkfifo(history)
    ran = run("sessions", verb)
    assert (ran.status, "Traceback" in ran.err) in ((2, False), (4, False))
    assert str(history) in ran.err


def test_a_history_whose_name_is_no_text_is_backed_up(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    assert run("ask", "--demo", "--max-tokens", "5", "hi").status == 0
    assert run("sessions", "backup").status == 0
    assert run("sessions", "verify").status == 0


def test_an_export_replaces_nothing_unasked_and_never_half(
    run: Run, history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "all.md"
    target.write_text("an older export")
    told(run("sessions", "export", "--output", str(target)), 2, "--force", str(target))
    assert target.read_text() == "an older export"
    with monkeypatch.context() as patch:

        def full(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(os, "fsync", full)
        told(run("sessions", "export", "--force", "--output", str(target)), 4, "No space left")
    assert target.read_text() == "an older export"
    assert [each.name for each in tmp_path.iterdir() if "all" in each.name] == ["all.md"]
    assert run("sessions", "export", "--force", "--output", str(target)).status == 0
    assert "stable sort" in target.read_text()


def test_an_export_into_a_directory_replaces_none_of_its_files_unasked(
    run: Run, history: Path, tmp_path: Path
) -> None:
    place = tmp_path / "exports"
    place.mkdir()
    assert run("sessions", "export", "--output", str(place)).status == 0
    told(run("sessions", "export", "--output", str(place)), 2, "--force")
    assert run("sessions", "export", "--force", "--output", str(place)).status == 0


def test_an_export_to_a_device_is_written_straight(run: Run, history: Path) -> None:
    assert run("sessions", "export", "--output", "/dev/null").status == 0
    assert Path("/dev/null").is_char_device()


def test_an_export_through_a_link_keeps_the_link(run: Run, history: Path, tmp_path: Path) -> None:
    link, file = tmp_path / "link.md", tmp_path / "file.md"
    link.symlink_to(file)
    assert run("sessions", "export", "--output", str(link)).status == 0
    assert link.is_symlink()
    assert "stable sort" in file.read_text()
