"""A folder of prompts taken into the library."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from glmchat.prompts import library, upward
from glmchat.prompts.taking_in import take_in
from glmchat.prompts.template import PromptRefused


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    return library.own_directory()


def folder(tmp_path: Path, files: Mapping[str, str | bytes]) -> str:
    where = tmp_path / "theirs"
    for name, text in files.items():
        file = where / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(where)


def test_files_become_prompts_under_names_that_can_be_typed(tmp_path: Path) -> None:
    files = {"Sum Up.md": "Sum {x} up", "deep__er__One.txt": "One", "code.py": "no", "摘要.md": "摘要 {x}"}
    taken = take_in(folder(tmp_path, files))
    assert set(taken.names) == {"sum-up", "deep-er-one", "摘要"}
    assert taken.sentence == "3 prompts taken in."
    assert library.find("sum-up")[0].fill({"x": "it"}) == "Sum it up"


def test_nothing_is_replaced_and_what_is_left_is_told(tmp_path: Path, place: Path) -> None:
    place.mkdir(parents=True)
    (place / "a.md").write_text("mine")
    taken = take_in(folder(tmp_path, {"a.md": "theirs", "b.md": "", "c.md": b"\0\1\2", "d.md": "d"}))
    assert taken.names == ("d",)
    assert (place / "a.md").read_text() == "mine"
    assert [any(word in each for each in taken.left) for word in ("already", "is empty", "c.md")] == [
        True
    ] * 3
    assert taken.sentence.startswith("1 prompt taken in. 3 left: ")


def test_one_file_may_be_named(tmp_path: Path) -> None:
    assert take_in(folder(tmp_path, {"a.md": "A"}) + "/a.md").names == ("a",)


@pytest.mark.parametrize(("given", "words"), [("no/where", "no folder"), ("CONFIG", "library itself")])
def test_what_is_no_folder_of_others_is_told(place: Path, given: str, words: str) -> None:
    place.mkdir(parents=True)
    with pytest.raises(PromptRefused, match=words):
        take_in(given)


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "no file there that ends in" in take_in("empty").sentence


def test_projects_are_looked_for_from_the_working_directory_up(tmp_path: Path) -> None:
    assert list(upward.directories(tmp_path / "a"))[:2] == [(tmp_path / "a").resolve(), tmp_path.resolve()]
