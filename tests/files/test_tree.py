"""The files that the picker offers: the likeliest first, what is hidden or ignored last, no loop followed."""

from __future__ import annotations

from pathlib import Path

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
