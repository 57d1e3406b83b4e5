"""The files that the picker offers: the likeliest first, what is hidden or ignored last, no loop followed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from glmchat.files import tree
from glmchat.files.tree import Tree


def walked(root: Path, *files: str, ignored: str = "") -> Tree:
    for each in files:
        (root / each).parent.mkdir(parents=True, exist_ok=True)
        (root / each).write_text("x")
    if ignored:
        (root / ".gitignore").write_text(ignored)
    tree = Tree(root)
    tree.walk()
    return tree


def test_what_is_hidden_or_ignored_comes_last(tmp_path: Path) -> None:
    tree = walked(
        tmp_path,
        *(
            "src/main.py",
            "build/main.py",
            ".secret/main.py",
            "main.log",
            ".main.py",
            "keep/main.log",
            "a/main.py",
        ),
        ignored="build/\n*.log\n!keep/*.log\n",
    )
    (tmp_path / ".git").mkdir()
    found = tree.find("main")
    assert set(found[:3]) == {"src/main.py", "a/main.py", "keep/main.log"}
    assert set(found[3:]) == {"build/main.py", ".secret/main.py", "main.log", ".main.py"}


def test_a_gitignore_holds_below_its_directory(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / ".gitignore").write_text("/data.txt\n")
    tree = walked(tmp_path, "sub/data.txt", "data.txt", "other/data.txt")
    assert tree.find("data.txt")[-1] == "sub/data.txt"


def test_names_come_before_directories_and_beginnings_before_middles(tmp_path: Path) -> None:
    tree = walked(tmp_path, "test/a.py", "src/my_test.py", "src/deep/test_b.py")
    assert tree.find("test") == ["test/a.py", "src/deep/test_b.py", "src/my_test.py"]
    assert tree.find("./src/my") == ["src/my_test.py"]
    assert tree.find("MYTEST") == ["src/my_test.py"]
    assert tree.find("nothing here") == []


def test_a_loop_of_directories_ends(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    tree = walked(tmp_path, "a/x.py")
    assert tree.find("") == ["a/x.py"]
    assert tree.whole


def test_a_directory_that_is_gone_offers_nothing(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "gone")
    tree.walk()
    assert tree.find("") == []


class Counted(list[str]):
    """Paths that count how many of them were looked at."""

    looked = 0

    def __iter__(self) -> Iterator[str]:
        for each in super().__iter__():
            self.looked += 1
            yield each


@pytest.mark.parametrize(
    ("typed", "most"),
    [
        ("", 0),
        ("f", 2_000),
        ("file_9", 20_000),
        ("module99/src", 100_000),
        ("not there", 200_000),
        ("mfy", 200_000),
    ],
)
def test_a_key_costs_little_among_100000_files(
    monkeypatch: pytest.MonkeyPatch, typed: str, most: int
) -> None:
    found = Tree(Path("nowhere"))
    for number in range(100_000):
        found._plain.add(
            f"packages/module{number // 1000}/src/part{number // 10 % 100}/file_{number % 10}.py"
        )
    found._plain.low = low = Counted(found._plain.low)
    ranked = 0
    rank = tree._rank

    def counted(path: str, wanted: str) -> tuple[int, int, int]:
        nonlocal ranked
        ranked += 1
        return rank(path, wanted)

    monkeypatch.setattr(tree, "_rank", counted)
    assert len(found.find(typed)) == (0 if typed == "not there" else 50)
    # One pass at most, and one more where letters may follow each other loosely; few are put in order.
    assert low.looked <= most and ranked <= 2_000


def test_where_many_match_those_at_the_top_come_first(tmp_path: Path) -> None:
    found = Tree(tmp_path)
    found._plain.add("zebra_a.py")
    found._plain.add("apple.py")
    for number in range(5_000):
        found._plain.add(f"deep/er/banana{number}.py")
    assert found.find("a")[:2] == ["apple.py", "zebra_a.py"]


def test_a_directory_of_a_repository_ignores_what_those_above_it_say(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("*.log\napp/out/\n")
    for name in ("app/a.log", "app/a.txt", "app/out/a.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    found = Tree(tmp_path / "app")
    found.walk()
    assert found.find("a.") == ["a.txt", "a.log", "out/a.js"]
