"""`glmchat ask --prompt`: what is sent, and what is explained before anything is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.wire.server import serving_in_thread, stream


@pytest.fixture(autouse=True)
def prompts(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = home / "config" / "glmchat" / "prompts"
    place.mkdir(parents=True)
    header = "---\nsystem: Be brief.\ntemperature: 0.2\ntop_p: 0.5\n---\n"
    (place / "sum.md").write_text(header + "{n:three} words on {topic}\n")
    (place / "look.md").write_text("Read {file}.")
    (home / "work" / ".glmchat" / "prompts").mkdir(parents=True)
    (home / "work" / ".glmchat" / "prompts" / "theirs.md").write_text("Theirs")
    (home / "work" / "a.txt").write_text("A")
    monkeypatch.chdir(home / "work")
    monkeypatch.delenv("DISPLAY", raising=False)
    return place


def body(run: Run, *arguments: str) -> Any:
    with serving_in_thread(stream("ok")) as server:
        ran = run("ask", "--base-url", server.base_url, *arguments)
        assert ran.status == 0, ran.err
        return server.received[0].body


def refused(run: Run, *arguments: str) -> str:
    with serving_in_thread(stream("no")) as server:
        ran = run("ask", "--base-url", server.base_url, *arguments)
        assert (ran.status, ran.out, server.received) == (2, "", [])
    return ran.err


def test_a_prompt_is_filled_and_brings_its_system_prompt_and_values(run: Run) -> None:
    sent = body(run, "--prompt", "sum", "--var", "topic=tea=hot", "--temperature", "0.9", "And", "why?")
    assert sent["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "three words on tea=hot\n\nAnd why?"},
    ]
    assert (sent["temperature"], sent["top_p"]) == (0.9, 0.5)
    assert body(run, "--prompt", "/SUM", "--var", "topic=x", "--system", "S")["messages"][0]["content"] == "S"


@pytest.mark.parametrize("flags", [("--file", "a.txt"), ("--var", "file=a.txt")])
def test_a_file_of_a_prompt_is_attached(run: Run, flags: tuple[str, str]) -> None:
    sent = body(run, "--prompt", "look", *flags)
    assert sent["messages"][0]["content"] == "a.txt:\n```txt\nA\n```\n\nRead a.txt."


def test_what_is_wrong_is_explained(run: Run) -> None:
    assert "Did you mean sum?" in refused(run, "--prompt", "sam")
    assert "--var topic=VALUE" in refused(run, "--prompt", "sum")
    assert "--file PATH" in refused(run, "--prompt", "look")
    assert "Did you mean topic?" in refused(run, "--prompt", "sum", "--var", "topik=x")
    assert "NAME=VALUE" in refused(run, "--prompt", "sum", "--var", "topic")
    assert "--prompt NAME" in refused(run, "--var", "a=b", "hello")


def test_a_projects_prompt_needs_a_yes(run: Run) -> None:
    assert "needs your yes" in refused(run, "--prompt", "project:theirs")
