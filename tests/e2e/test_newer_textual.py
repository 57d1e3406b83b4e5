"""A Textual that has lost private names: the chat falls back to Textual's own way, and works."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from glmchat.tui.platform import private
from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.e2e.conftest import READY, output
from tests.e2e.paced import Paced, paced
from tests.e2e.renamed import SUFFIX

ROOT = Path(__file__).parent.parent.parent
SUBJECTS = {**private.NAMES, "overridden": private.OVERRIDDEN}
PLACES = sorted({name for names in SUBJECTS.values() for name in names})
CTRL_Q = b"\x11"


@pytest.fixture(scope="module")
def server() -> Iterator[Paced]:
    with paced(65) as server:
        yield server


@pytest.mark.parametrize("subject", SUBJECTS)
def test_without_the_names_of_a_subject_the_chat_starts_answers_and_ends(
    subject: str, server: Paced, environment: dict[str, str]
) -> None:
    answers_without(SUBJECTS[subject], server, environment)


@pytest.mark.full
@pytest.mark.parametrize("place", PLACES)
def test_without_a_private_name_the_chat_starts_answers_and_ends(
    place: str, server: Paced, environment: dict[str, str]
) -> None:
    answers_without([place], server, environment)


@pytest.mark.parametrize("subject", private.NAMES)
def test_a_subject_is_left_out_where_any_of_its_names_is_missing(
    subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    has = private.has.__wrapped__
    assert has(subject)
    for name in private.NAMES[subject]:
        monkeypatch.setattr(private, "_is_there", lambda each, missing=name: each != missing)
        assert not has(subject), name


@pytest.mark.parametrize("place", PLACES)
def test_what_has_another_name_is_not_there(place: str) -> None:
    module, _, path = place.partition(":")
    assert private._is_there(place)
    assert not private._is_there(f"{place}{SUFFIX}") and not private._is_there(f"{module}{SUFFIX}:{path}")


def answers_without(names: Sequence[str], server: Paced, environment: dict[str, str]) -> None:
    program = [sys.executable, "-m", "tests.e2e.renamed", ",".join(names)]
    terminal = PseudoTerminal(
        [*program, "--base-url", server.base_url, "--model", "test/model"],
        environment | {"PYTHONPATH": str(ROOT)},
    )
    try:
        assert terminal.shows(READY, 60), output(terminal)
        terminal.type(b"question")
        assert terminal.shows("question", 60), output(terminal)
        assert "64 " not in terminal.text()
        terminal.type(b"\r")
        assert terminal.shows("64 ", 60), output(terminal)
        terminal.type(CTRL_Q)
        assert terminal.wait_for(b"\x1b[?1049l", 60) is not None, output(terminal)
        terminal.pump(60)  # until the terminal is let go
        assert os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]) == 0, output(terminal)
        assert "went wrong" not in output(terminal) and "Traceback" not in output(terminal)
    finally:
        terminal.close()
