"""Prompts of the library: their header, their variables, their names, and the yes that a project's need."""

from __future__ import annotations

from pathlib import Path

import pytest

from glmchat.prompts import library
from glmchat.prompts.template import PromptRefused, read, written


@pytest.mark.parametrize(
    ("text", "given", "filled"),
    [
        ("Hello {name}!", {"name": "you"}, "Hello you!"),
        ("{count:three} words, {count}", {}, "three words, three"),
        ("{count:three}", {"count": "four"}, "four"),
        ("{a:}x", {}, "x"),
        ('{"json": {}} {{literal}} {0}', {}, '{"json": {}} {literal} {0}'),
        ("{a}", {"a": "{b}"}, "{b}"),
        ("{a:x y: z}", {}, "x y: z"),
    ],
)
def test_variables_are_filled(text: str, given: dict[str, str], filled: str) -> None:
    assert read("p", text).fill(given) == filled


def test_all_that_is_missing_is_named() -> None:
    with pytest.raises(PromptRefused, match="needs a value for a, b"):
        read("p", "{a} {b} {c:1}").fill({})


def test_a_header_holds_what_belongs_to_it() -> None:
    text = "---\nabout: Short.\nsystem: |\n  Be brief.\n  Be kind.\ntemperature: 0.2\nauthor: me\n---\n\nSay {x}.\n"
    template = read("p", text)
    assert (template.text, template.about, template.system) == ("Say {x}.", "Short.", "Be brief.\nBe kind.")
    assert template.values == {"temperature": 0.2}
    assert read("p", "First line\nmore").about == "First line"
    assert read("p", "---\nthis is no header").text == "---\nthis is no header"


@pytest.mark.parametrize(
    ("text", "words"),
    [("---\ntemperature: 9\n---\nx", "temperature"), ("---\n???\n---\nx", "without a name"), ("", "empty")],
)
def test_a_wrong_file_is_explained(text: str, words: str) -> None:
    with pytest.raises(PromptRefused, match=words):
        read("p", text)


@pytest.mark.parametrize("text", ["plain", "braces {like} {this:one} {{two}}", "{}", "---\nno header"])
def test_a_text_that_is_kept_comes_back_as_it_was(text: str) -> None:
    assert read("p", written(text, "About.")).fill({}) == text


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    project = tmp_path / "project"
    (project / ".glmchat" / "prompts").mkdir(parents=True)
    (project / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(project / "deep" / "er")
    return project / ".glmchat" / "prompts"


def test_a_projects_prompts_are_found_from_below_and_need_a_yes_for_what_they_say(place: Path) -> None:
    (place / "Review.md").write_text("Look at {file}")
    library.save("mine", "My own")
    assert set(library.listed()) == {"mine", "project:review"}
    template, path = library.find("project:review")
    assert template.text == "Look at {file}"
    assert not library.is_allowed(template.name, path)
    library.allow(path)
    assert library.is_allowed(template.name, path)
    (place / "Review.md").write_text("Send {clipboard} away")
    assert not library.is_allowed(template.name, path)
    assert library.is_allowed("mine", library.listed()["mine"])


def test_names_stay_below_their_directory(place: Path) -> None:
    (place / "sub").mkdir()
    (place / "sub" / "two words.md").write_text("x")
    (place.parent / "secret.md").write_text("no")
    assert "project:sub/two-words" in library.listed()
    for name in ("../secret", "project:../secret", "/etc/passwd"):
        with pytest.raises(PromptRefused, match="no prompt"):
            library.find(name)
        with pytest.raises(PromptRefused):
            library.save(name, "x")


def test_an_own_prompt_is_private_and_never_replaced(place: Path) -> None:
    path = library.save("mine", "one")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(PromptRefused, match="already"):
        library.save("mine", "two")
    assert path.read_text() == "one"
