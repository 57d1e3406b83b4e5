"""A user whom nobody knows, as in a container that runs under a number alone: nothing is kept, and that is said."""

from pathlib import Path

import pytest

from glmchat.support import paths
from tests.cli.conftest import DIRECTORIES, Run


@pytest.fixture(params=[None, "", "~", "here"], ids=["no HOME", "an empty HOME", "HOME=~", "a relative HOME"])
def homeless(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory in which nothing may appear."""

    def nobody(_: int) -> None:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr("pwd.getpwuid", nobody)
    for name in DIRECTORIES:
        monkeypatch.delenv(f"XDG_{name}_HOME")
    if request.param is None:
        monkeypatch.delenv("HOME", raising=False)
    else:
        monkeypatch.setenv("HOME", request.param)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


def test_ask_answers_keeps_nothing_and_says_so(homeless: Path, run: Run) -> None:
    ran = run("ask", "--demo", "hello")
    assert ran.status == 0 and ran.out and "HOME is not set" in ran.err and "in memory only" in ran.err
    assert list(homeless.iterdir()) == []


def test_ask_that_is_to_keep_nothing_says_nothing(homeless: Path, run: Run) -> None:
    ran = run("ask", "--demo", "--no-history", "hello")
    assert (ran.status, ran.err) == (0, "")


@pytest.mark.parametrize(
    "words",
    [
        ("sessions", "list"), ("sessions", "backup"), ("sessions", "import", "x.json"), ("sessions", "restore"),
        ("sessions", "verify"), ("config", "path"), ("config", "init"), ("config", "check"),
        ("config", "init", "--config", "~/config.toml"), ("ask", "--demo", "--config", "~/config.toml", "hello"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_needs_a_place_is_refused(homeless: Path, run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert ran.status == 2 and "HOME" in ran.err and "nowhere" not in ran.err
    assert list(homeless.iterdir()) == []


@pytest.mark.parametrize(
    "words", [("models", "--demo"), ("code", "--demo", "curl"), ("config", "show")], ids=" ".join
)
def test_what_needs_none_works(homeless: Path, run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert ran.status == 0 and "nowhere" not in ran.out
    assert list(homeless.iterdir()) == []


def test_a_directory_that_is_told_is_used(homeless: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(homeless / "data"))
    assert run("ask", "--demo", "hello").err == ""
    assert run("sessions", "list").status == 0
    assert [each.name for each in homeless.iterdir()] == ["data"]


def test_an_account_with_a_home_needs_no_variable(homeless: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Account:
        pw_dir = str(homeless)

    monkeypatch.setattr("pwd.getpwuid", lambda _: Account)
    assert paths.database_file() == homeless / ".local/share/glmchat/history.db"
