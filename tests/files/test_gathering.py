"""Directories and patterns: what they take in, by which names, and what is left out and why."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from glmchat.core.attached import Kind
from glmchat.files import gathering
from glmchat.files.gathering import gather, is_several, matches, meant
from glmchat.files.refused import FileRefused
from tests.files.drawn import png


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "work"
    for name in (
        "src/main.py",
        "src/deep/er/util.py",
        "src/notes.md",
        "build/out.py",
        "src/.hidden.py",
        "top.py",
    ):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(f"# {name}\n")
    (place / "src" / "a.png").write_bytes(png())
    (place / "src" / "x.bin").write_bytes(b"\0\1\2\3")
    (place / ".gitignore").write_text("build/\n*.log\n")
    (place / ".git").mkdir()
    monkeypatch.chdir(place)
    return place


def names(given: str) -> list[str]:
    return [each.attachment.name for each in gather(given).taken]


PATTERNS = [
    ("src", ["src/a.png", "src/deep/er/util.py", "src/main.py", "src/notes.md"]),
    ("src/", ["src/a.png", "src/deep/er/util.py", "src/main.py", "src/notes.md"]),
    ("src/*.py", ["src/main.py"]),
    ("src/**/*.py", ["src/deep/er/util.py", "src/main.py"]),
    ("**/*.py", ["src/deep/er/util.py", "src/main.py", "top.py"]),
    ("src/*.{py,md}", ["src/main.py", "src/notes.md"]),
    ("src/[mn]*", ["src/main.py", "src/notes.md"]),
    ("s?c/main.py", ["src/main.py"]),
    ("src/.*.py", ["src/.hidden.py"]),
    ("*/main.py", ["src/main.py"]),
    ("{src/main,top}.py", ["src/main.py", "top.py"]),
    ("build", ["build/out.py"]),  # ignored, but named
]  # fmt: skip


@pytest.mark.parametrize(("given", "wanted"), PATTERNS)
def test_a_directory_and_a_pattern_take_in_what_they_name(given: str, wanted: list[str]) -> None:
    assert is_several(given)
    assert names(given) == wanted


@pytest.mark.parametrize("given", ["src/main.py", "gone.py", "src/main.py:1-2", "a\0b", "", "x" * 5000])
def test_one_name_is_not_several(given: str) -> None:
    assert not is_several(given)


def test_a_pattern_in_a_directory_that_is_not_there_leaves_nothing_out() -> None:
    with pytest.raises(FileRefused, match=r"none/\*\.py names no file that can be attached\.$"):
        gather("none/*.py")


def test_a_file_whose_name_looks_like_a_pattern_is_meant_as_it_is(here: Path) -> None:
    (here / "[id].tsx").write_text("x")
    assert not is_several("[id].tsx")


@pytest.mark.parametrize(
    "given", ["pages/[id]/*.tsx", "pages/[id]/{page,none}.tsx", "**/[id]/*.tsx", "pages/[id]"]
)
def test_a_directory_whose_name_looks_like_a_pattern_is_meant_as_it_is(here: Path, given: str) -> None:
    (here / "pages" / "[id]").mkdir(parents=True)
    (here / "pages" / "[id]" / "page.tsx").write_text("x")
    assert is_several(given)
    assert names(given) == ["pages/[id]/page.tsx"]


def test_a_directory_elsewhere_gives_its_own_name_and_none_above(here: Path) -> None:
    other = here.parent / "other" / "docs"
    (other / "sub").mkdir(parents=True)
    (other / "sub" / "x.md").write_text("x")
    for given in ("../other/docs", str(other), f"{other}/**/*.md"):
        assert names(given) == ["docs/sub/x.md"]


def test_what_is_left_out_is_counted_by_its_reason(here: Path) -> None:
    (here / "src" / "big.csv").write_bytes(b"1,2\n" * 300_000)
    (here / "src" / "debug.log").write_text("x")
    os.mkfifo(here / "src" / "pipe")
    (here / "src" / "around").symlink_to(here)
    (here / "src" / "dead").symlink_to(here / "gone")
    found = gather("src")
    assert found.left_out == {
        "hidden": ["src/.hidden.py"],
        "behind a link": ["src/around"],
        "larger than 1.0 MB": ["src/big.csv"],
        "no regular file": ["src/dead", "src/pipe"],
        "ignored by git": ["src/debug.log"],
        "not text": ["src/x.bin"],
    }
    assert found.line.startswith("3 files and 1 picture, ") and found.line.endswith(" tokens")
    assert found.rest.startswith("Left out: 1 hidden, ")
    assert "`src/x.bin`" in found.report() and "Left out, not text:" in found.report()
    texts = found.only(Kind.TEXT, "pictures")
    assert texts.taken[0].attachment.name == "src/deep/er/util.py"
    assert texts.left_out["pictures"] == ["src/a.png"]


def test_ignored_in_a_directory_below_the_repository_and_from_there(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "src" / "deep" / "some.log").write_text("x")
    assert "src/deep/some.log" in gather("src").left_out["ignored by git"]
    monkeypatch.chdir(here / "src")
    assert names("deep") == ["deep/er/util.py"]


def test_a_file_that_cannot_be_read_is_left_out(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def forbidden(path: object, *rest: int, **options: int) -> int:
        if str(path).endswith("main.py"):
            raise PermissionError(13, "Permission denied")
        return opened(path, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", forbidden)
    assert "1 unreadable (src/main.py cannot be read" in gather("src").rest


def test_a_directory_that_may_not_be_looked_into_is_left_out(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _: not str(path).rstrip("/").endswith("deep"))
    assert gather("src").left_out["unreadable"] == ["src/deep/"]


def test_a_link_whose_end_may_not_be_looked_at_is_left_out(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "src" / "cwd").symlink_to(here / "gone")
    found_out = Path.is_dir

    def forbidden(path: Path, **options: bool) -> bool:
        if path.name in ("cwd", ".git"):
            raise PermissionError(13, "Permission denied")
        return found_out(path, **options)

    monkeypatch.setattr(Path, "is_dir", forbidden)
    assert gather("src").left_out["no regular file"] == ["src/cwd"]


@pytest.mark.parametrize(
    ("given", "words"),
    [("*.rb", r"\*\.rb names no file"), ("empty", "nothing in empty"), ("bin/*", "1 not text")],
)
def test_nothing_to_take_in_is_said(here: Path, given: str, words: str) -> None:
    (here / "empty").mkdir()
    (here / "bin").mkdir()
    (here / "bin" / "x").write_bytes(b"\0")
    with pytest.raises(FileRefused, match=words):
        gather(given)


def test_too_much_is_refused_with_a_way_out(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_FILES", 2)
    with pytest.raises(FileRefused, match=r"more than 2 files.*name a part of it"):
        gather("src")
    monkeypatch.setattr(gathering, "_MOST_ENTRIES", 2)
    with pytest.raises(FileRefused, match="holds more than 2 files and directories"):
        gather("src")


def test_a_tree_without_end_ends(here: Path) -> None:
    deep = here / "well"
    for _ in range(80):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "x.md").write_text("x")
    (here / "well" / "y.md").write_text("y")
    found = gather("well")
    assert [each.attachment.name for each in found.taken] == ["well/y.md"]
    assert len(found.left_out["too deep"]) == 1


@pytest.mark.parametrize(
    ("way", "pattern", "fits"),
    [
        ("a.py", "*.py", True), ("a/b.py", "*.py", False), ("a/b.py", "**/*.py", True), ("b.py", "**/*.py", True),
        ("a/b/c", "a/**", True), ("a", "a/**", False), ("a/b/c", "**/**/c", True), ("A.PY", "*.py", False),
        ("a/x/y/b", "a/**/b", True), ("a/b", "a/**/b", True), ("ab", "a?", True), ("a", "a?", False),
    ],
)  # fmt: skip
def test_a_pattern_fits_part_by_part(way: str, pattern: str, fits: bool) -> None:
    assert matches(way.split("/"), pattern.split("/")) is fits


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("a\\ b.txt", "a b.txt"), ("'a b.txt'", "a b.txt"), ('"a b.txt"', "a b.txt"), ("a b.txt", "a b.txt"),
        ("a\\ b.txt:1-2", "a b.txt:1-2"), ("'a b.txt':1-2", "a b.txt:1-2"), ("own\\ name", "own\\ name"),
        ("my\\ docs", "my docs"), ("'my docs/*.md'", "my docs/*.md"), ("src/**/*.py", "src/**/*.py"),
        ("file:///etc/host%73", "/etc/hosts"), ("file:///no%20such", "/no such"),
        ("no\\ such", "no\\ such"), ("it's", "it's"), ("a.py:9-3", "a.py:9-3"),
    ],
)  # fmt: skip
def test_a_name_is_read_as_it_stands_and_else_as_a_shell_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, wanted: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a b.txt", "own\\ name", "own name"):
        (tmp_path / name).write_text("x\ny\n")
    (tmp_path / "my docs").mkdir()
    assert meant(given) == wanted
