"""What a pasted text names when files are dropped on a terminal, and what is no such text."""

from __future__ import annotations

import pytest

from glmchat.files.dropped import names


@pytest.mark.parametrize(
    ("pasted", "path"),
    [
        ("/a/b.py", "/a/b.py"),
        ("'/a/my file.py' ", "/a/my file.py"),
        ('"/a/my file.py"', "/a/my file.py"),
        ("/a/my\\ file\\(1\\).py ", "/a/my file(1).py"),
        ("/a/my file.py\n", "/a/my file.py"),
        ("file:///a/my%20file.py", "/a/my file.py"),
        ("file:///a/%E7%AC%94%E8%AE%B0.md", "/a/笔记.md"),
        ("~/a.py", "~/a.py"),
        ("'/a/it'\\''s.py'", "/a/it's.py"),
    ],
)
def test_a_path_in_any_of_its_forms(pasted: str, path: str) -> None:
    assert [path] in names(pasted)


@pytest.mark.parametrize("pasted", ["'/a' '/b c'", "/a /b\\ c", "/a\n/b c", "file:///a file:///b%20c"])
def test_several_at_once(pasted: str) -> None:
    assert ["/a", "/b c"] in names(pasted)


@pytest.mark.parametrize(
    "pasted",
    [
        "@dataclass",
        "main.py",
        "// comment",
        "https://a.example/b",
        "",
        "x" * 9000,
        "/" * 9000,
        "a /b",
        "'unclosed",
    ],
)
def test_text_stays_text(pasted: str) -> None:
    assert names(pasted) == []
