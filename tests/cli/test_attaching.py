"""`glmchat ask` with files and pictures: what reaches the server byte for byte, and what is refused before it does."""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.files.drawn import GIF, png
from tests.wire.server import serving_in_thread, stream

SEEING = "z-ai/glm-4.6v"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory of its own."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def sent(run: Run, *arguments: str, model: str = "z-ai/glm-4.5") -> Any:
    """The content of the user's message as it arrived."""
    with serving_in_thread(stream("ok")) as server:
        ran = run("ask", "--base-url", server.base_url, "--model", model, *arguments)
        assert (ran.status, ran.out) == (0, "ok\n"), ran.err
        (message,) = server.received[0].body["messages"]
    assert message["role"] == "user"
    return message["content"]


def test_files_stand_under_their_names_before_the_prompt_in_the_order_given(run: Run, here: Path) -> None:
    (here / "a.py").write_bytes(b"print(1)\n")
    (here / "notes.md").write_bytes("# 笔记\n```\ncode\n```".encode())
    got = sent(run, "--file", "a.py", "--file", "notes.md", "What", "is", "this?")
    assert got == (
        "a.py:\n```py\nprint(1)\n```\n\nnotes.md:\n````md\n# 笔记\n```\ncode\n```\n````\n\nWhat is this?"
    )


def test_lines_of_a_file_and_a_file_alone(run: Run, here: Path) -> None:
    (here / "a.txt").write_text("1\n2\n3\n")
    assert sent(run, "--file=a.txt:2-") == "a.txt (lines 2-3 of 3):\n```txt\n2\n3\n```"


def test_words_that_look_like_a_file_stay_words(run: Run, here: Path) -> None:
    (here / "dataclass").write_text("no")
    assert sent(run, "@dataclass", str(here / "dataclass")) == f"@dataclass {here / 'dataclass'}"


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], None]]:
    """Standard input as a pipe that holds some bytes."""

    opened = []

    def pipe(data: bytes) -> None:
        reading, writing = os.pipe()
        os.write(writing, data)
        os.close(writing)
        file = os.fdopen(reading, "rb")
        opened.append(file)
        monkeypatch.setattr("sys.stdin", SimpleNamespace(fileno=file.fileno, buffer=file))

    yield pipe
    for file in opened:
        file.close()


def test_standard_input_is_a_file_and_then_follows_no_prompt(run: Run, piped: Any) -> None:
    piped("über".encode("latin-1"))
    assert sent(run, "--file", "-", "Translate") == "standard input:\n```\nüber\n```\n\nTranslate"


def test_pictures_are_parts_after_the_text(run: Run, here: Path) -> None:
    (here / "a.png").write_bytes(png(3, 2, (b"tEXt", b"Comment\0secret")))
    (here / "b.txt").write_text("B")
    uri = f"data:image/gif;base64,{base64.b64encode(GIF).decode()}"
    got = sent(run, "--image", "a.png", "--image", uri, "--file", "b.txt", "Compare", model=SEEING)
    plain = f"data:image/png;base64,{base64.b64encode(png(3, 2)).decode()}"
    assert got == [
        {"type": "text", "text": "b.txt:\n```txt\nB\n```\n\nCompare"},
        {"type": "image_url", "image_url": {"url": plain}},
        {"type": "image_url", "image_url": {"url": uri}},
    ]


def test_the_object_holds_the_request_as_it_was_sent(run: Run, here: Path) -> None:
    (here / "a.txt").write_text("A")
    with serving_in_thread(stream("ok")) as server:
        ran = run("ask", "--json", "--base-url", server.base_url, "--file", "a.txt", "hi")
        assert ran.json["request"]["messages"] == server.received[0].body["messages"]


def test_what_was_attached_is_kept_found_exported_and_taken_in_again(run: Run, here: Path) -> None:
    (here / "notes.txt").write_text("the walrus")
    (here / "a.png").write_bytes(png())
    for _ in range(2):
        sent(run, "--file", "notes.txt", "--image", "a.png", model=SEEING)
    (found, again) = run("sessions", "search", "--json", "in:file walrus").json
    assert (found["field"], found["title"], again["snippet"]) == ("file", "notes.txt", "notes.txt the walrus")
    assert run("sessions", "search", "--json", "walrus").json == []
    data = here.parent / "data" / "glmchat"
    (picture,) = (data / "pictures").iterdir()
    assert picture.read_bytes() == png()
    assert (picture.stat().st_mode & 0o777, picture.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    html, markdown = (run("sessions", "export", "--format", form).out for form in ("html", "markdown"))
    uri = f"data:image/png;base64,{base64.b64encode(png()).decode()}"
    assert html.count(uri) == markdown.count(uri) == 2
    assert "the walrus" in html and "```txt\nthe walrus\n```" in markdown
    whole = run("sessions", "export", "--format", "json").out
    (here / "all.json").write_text(whole)
    id = run("sessions", "list", "--json").json[0]["id"]
    shown = run("sessions", "show", id).out
    assert "the walrus" in shown and "a.png (PNG" in shown
    assert run("sessions", "verify").status == 0
    for session in json.loads(whole)["sessions"]:
        for verb in (("delete",), ("bin", "purge")):
            from glmchat.core.conversation import format_id

            assert run("sessions", *verb, format_id(session["id"])).status == 0
    assert list((data / "pictures").iterdir()) == []
    assert run("sessions", "import", "all.json").status == 0
    assert len(run("sessions", "search", "--json", "in:file walrus").json) == 2
    assert picture.read_bytes() == png()
    picture.unlink()
    assert run("sessions", "verify").status != 0


def test_an_exported_file_has_its_pictures_in_a_folder_beside_it(run: Run, here: Path) -> None:
    (here / "my plan.png").write_bytes(png())
    for _ in range(2):
        sent(run, "--image", "my plan.png", "hi", model=SEEING)
    assert run("sessions", "export", "--output", "out/all notes.md").status == 0
    (picture,) = (here / "out" / "all notes_files").iterdir()
    assert picture.read_bytes() == png() and picture.name.startswith("my-plan-")
    assert (picture.stat().st_mode & 0o777, picture.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    text = (here / "out" / "all notes.md").read_text()
    assert text.count(f"](all%20notes_files/{picture.name})") == 2 and "base64" not in text
    assert run("sessions", "export", "--output", "each/").status == 0
    assert len(list((here / "each").glob("*_files/my-plan-*.png"))) == 2
    assert "base64" in run("sessions", "export").out
    (here / "out" / "all notes_files").rename(here / "away")
    (here / "out" / "all notes_files").write_text("in the way")
    failed = run("sessions", "export", "--force", "--output", "out/all notes.md")
    assert failed.status != 0 and "cannot be written" in failed.err
    assert (here / "out" / "all notes.md").read_text() == text


def test_lines_for_fine_tuning_hold_what_was_attached(run: Run, here: Path) -> None:
    (here / "a.txt").write_text("A")
    (here / "a.png").write_bytes(png())
    said = sent(run, "--file", "a.txt", "--image", "a.png", model=SEEING)
    (line,) = run("sessions", "export", "--format", "jsonl").out.splitlines()
    assert json.loads(line)["messages"][0] == {"role": "user", "content": said}


def test_a_long_picture_is_cut_where_a_session_is_read_and_whole_where_it_is_exported(
    run: Run, here: Path
) -> None:
    (here / "a.png").write_bytes(png(300, 300))
    sent(run, "--image", "a.png", "hi", model=SEEING)
    id = run("sessions", "list", "--json").json[0]["id"]
    whole = base64.b64encode(png(300, 300)).decode()
    assert whole in run("sessions", "export", id).out
    shown = run("sessions", "show", id).out
    assert whole[:40] in shown and whole not in shown


def test_a_backup_has_its_pictures_and_brings_them_back(run: Run, here: Path) -> None:
    (here / "a.png").write_bytes(png())
    sent(run, "--image", "a.png", "hi", model=SEEING)
    data = here.parent / "data" / "glmchat"
    (picture,) = (data / "pictures").iterdir()
    assert run("sessions", "backup").status == 0
    (kept,) = (data / "backups" / "pictures").iterdir()
    assert kept.samefile(picture)
    (backup,) = (data / "backups").glob("*.db")
    assert run("sessions", "verify", str(backup)).status == 0
    id = run("sessions", "list", "--json").json[0]["id"]
    run("sessions", "delete", id)
    run("sessions", "bin", "purge", id)
    assert not picture.exists()
    assert run("sessions", "restore", str(backup)).status == 0
    assert picture.read_bytes() == png()
    assert run("sessions", "verify").status == 0
    kept.unlink()
    assert run("sessions", "verify", str(backup)).status != 0
    for _ in range(4):
        run("sessions", "bin", "purge")
        run("sessions", "delete", id)
        run("sessions", "bin", "purge", id)
        run("sessions", "backup")
    assert list((data / "backups" / "pictures").iterdir()) == []


def refused(run: Run, *arguments: str) -> str:
    with serving_in_thread(stream("no")) as server:
        ran = run("ask", "--base-url", server.base_url, *arguments)
        assert (ran.status, ran.out, server.received) == (2, "", [])
    return ran.err


def test_what_cannot_be_attached_is_refused_before_anything_leaves(run: Run, here: Path) -> None:
    os.mkfifo(here / "pipe")
    (here / "x.bin").write_bytes(b"\0\1\2\3")
    (here / "a.png").write_bytes(png())
    assert "is a pipe" in refused(run, "--file", "pipe", "hi")
    assert "no file" in refused(run, "--file", "gone.txt", "hi")
    assert "x.bin is a binary file" in refused(run, "--file", "x.bin", "hi")
    assert "--image" in refused(run, "--file", "a.png", "hi")
    assert "PNG, JPEG, WebP and GIF" in refused(run, "--image", "x.bin", "hi")
    assert "needs a value" in refused(run, "hi", "--file")
    (here / "empty").mkdir()
    assert "nothing in empty" in refused(run, "--json", "--file", "empty", "hi")
    assert "no file" in refused(run, "--file", "*.rb", "hi")
    assert "needs a" in refused(run, "--file", "", "hi")
    assert "--image attaches those" in refused(run, "--file", "*.png", "hi")


def test_directories_and_patterns_are_taken_in_and_said(run: Run, here: Path) -> None:
    for name in ("docs/a.md", "docs/b/c.md", "docs/.env"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(name)
    (here / "docs" / "p.png").write_bytes(png())
    taken = "docs/a.md:\n```md\ndocs/a.md\n```\n\ndocs/b/c.md:\n```md\ndocs/b/c.md\n```\n\nhi"
    for given in ("docs", "docs/**/*.{md,png}", f"file://{here / 'docs'}"):
        assert sent(run, "--file", given, "hi", model=SEEING) == taken
    parts = sent(run, "--image", "docs", "--image", "docs/*.png", "hi", model=SEEING)
    assert [each["type"] for each in parts] == ["text", "image_url", "image_url"]
    with serving_in_thread(stream("ok")) as server:
        ran = run("ask", "--base-url", server.base_url, "--model", SEEING, "--file", "docs/", "hi")
    assert "docs/: 2 files, 20 bytes, about" in ran.err
    assert "Left out: 1 hidden, 1 not text but a picture (--image attaches those)." in ran.err


def test_a_model_that_cannot_see_is_said_and_those_that_can(run: Run, here: Path) -> None:
    (here / "a.png").write_bytes(png())
    told = refused(run, "--model", "z-ai/glm-4.5", "--image", "a.png", "hi")
    assert "z-ai/glm-4.5 cannot see" in told and SEEING in told


def test_the_built_in_model_cannot_see(run: Run, here: Path) -> None:
    (here / "a.png").write_bytes(png())
    ran = run("ask", "--demo", "--image", "a.png", "hi")
    assert (ran.status, ran.out) == (2, "") and "cannot see" in ran.err


def test_a_model_that_nobody_knows_is_asked(run: Run, here: Path) -> None:
    (here / "a.png").write_bytes(png())
    assert len(sent(run, "--image", "a.png", "hi", model="my-own")) == 2


def test_standard_input_that_is_not_there_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("typed"))
    assert "--file -" in refused(run, "--file", "-", "hi")


@pytest.mark.parametrize(("dialect", "detail"), [("wcode", True), ("zai", False)])
def test_a_picture_is_scaled_and_its_detail_said_as_the_settings_have_it(
    run: Run, here: Path, dialect: str, detail: bool
) -> None:
    image = pytest.importorskip("PIL.Image")
    (here / "a.png").write_bytes(png(300, 100))
    place = here.parent / "config" / "glmchat" / "config.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    with serving_in_thread(stream("ok")) as server:
        place.write_text(
            f'[chat]\nprovider = "own"\npicture_pixels = 150\npicture_detail = "low"\n'
            f'[providers.own]\nbase_url = "{server.base_url}"\ndialect = "{dialect}"\nmodel = "my-own"\n'
        )
        assert run("ask", "--image", "a.png", "hi").status == 0
        picture = server.received[0].body["messages"][0]["content"][1]["image_url"]
    assert picture.get("detail") == ("low" if detail else None)
    data = base64.b64decode(picture["url"].partition(",")[2])
    assert image.open(io.BytesIO(data)).size == (150, 50)


def test_a_video_and_a_document_are_parts_where_they_are_taken(run: Run, here: Path) -> None:
    video, paper = b"\0\0\0\x18ftypmp42\0\0\0\0", b"%PDF-1.7 whatever is in it"
    (here / "a.mp4").write_bytes(video)
    (here / "b.pdf").write_bytes(paper)
    uris = [
        f"data:{kind};base64,{base64.b64encode(data).decode()}"
        for kind, data in (("video/mp4", video), ("application/pdf", paper))
    ]
    assert sent(run, "--file", "a.mp4", "--file", "b.pdf", "hi", model="z-ai/glm-5v-turbo") == [
        {"type": "text", "text": "hi"},
        {"type": "video_url", "video_url": {"url": uris[0]}},
        {"type": "file", "file": {"filename": "b.pdf", "file_data": uris[1]}},
    ]
    assert "is a video" in refused(run, "--model", "z-ai/glm-4.5", "--file", "a.mp4", "hi")
    for form in ("markdown", "html", "json"):
        shown = run("sessions", "export", "--format", form)
        assert shown.status == 0 and "a.mp4" in shown.out and "b.pdf" in shown.out
    assert run("sessions", "export", "--output", "out/all.md").status == 0
    assert [each.suffix for each in sorted((here / "out" / "all_files").iterdir())] == [".mp4", ".pdf"]
    assert run("sessions", "verify").status == 0
