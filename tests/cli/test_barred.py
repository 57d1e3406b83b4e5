"""Directories that may not or cannot be looked into: each command says so, and none waits or ends with a traceback."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.places import SHAPES, barred


@pytest.fixture(params=SHAPES)
def history(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data directory of such a kind, as one run with sudo leaves it."""
    monkeypatch.setenv("XDG_DATA_HOME", str(barred(tmp_path / "barred", request.param)))


@pytest.fixture(params=SHAPES)
def config(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(barred(tmp_path / "barred", request.param)))


@pytest.mark.usefixtures("history")
def test_ask_answers_and_says_once_that_nothing_is_kept(run: Run) -> None:
    ran = run("ask", "--demo", "hello")
    assert ran.status == 0 and ran.out
    assert ran.err.count("\n") == 1 and "cannot be opened" in ran.err and "in memory only" in ran.err


@pytest.mark.parametrize(
    ("words", "status"),
    [(("list",), 4), (("search", "x"), 4), (("backup",), 2), (("verify",), 2), (("restore",), 0)],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
@pytest.mark.usefixtures("history")
def test_what_needs_the_history_is_refused(run: Run, words: tuple[str, ...], status: int) -> None:
    ran = run("sessions", *words)
    assert ran.status == status and ran.err.startswith("glmchat: ") and "no sessions yet" not in ran.err


@pytest.mark.usefixtures("config")
def test_a_config_that_cannot_be_looked_at_is_named(run: Run) -> None:
    for words, status in ((("config", "check"), 2), (("config", "init"), 4), (("ask", "--demo", "x"), 2)):
        ran = run(*words)
        assert ran.status == status and "config.toml" in ran.err and ran.err.count("\n") == 1


def test_a_backup_to_such_a_place_blames_the_place(run: Run, tmp_path: Path) -> None:
    assert run("ask", "--demo", "hello").status == 0
    for target in (tmp_path / ("x" * 300), barred(tmp_path / "circle", "circle") / "copy.db"):
        ran = run("sessions", "backup", str(target))
        assert ran.status != 0 and target.name in ran.err and "cannot be written" in ran.err


@pytest.mark.parametrize(
    ("words", "status"),
    [(("sessions", "list"), 75), (("models", "--demo"), 75), (("config", "check"), 0)],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_a_machine_that_gives_no_more_threads_is_told_in_a_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], status: int
) -> None:
    def refuse(_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr("threading.Thread.start", refuse)
        ran = run(*words)
    assert ran.status == status and ("no more threads" in ran.err) == bool(status)


def test_a_machine_without_memory_is_told_in_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("glmchat.commands.config.run", refuse)
    ran = run("config", "check")
    assert ran.status == 75 and ran.err.startswith("glmchat: There is not enough memory.")
