"""Completion of the command line: what may follow, and the real shells that ask for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from glmchat.commands.completion import _Typed
from glmchat.commands.completion_scripts import SCRIPTS
from glmchat.commands.offers import _BY_FLAG, offers
from glmchat.commands.table import COMMANDS, COMMON
from glmchat.prompts.library import save
from tests.benchmarks.pseudo_terminal import PseudoTerminal
from tests.cli.conftest import Run

Write = Callable[[str], Path]


def values(*words: str) -> list[str]:
    return [each.value for each in offers(words[:-1], words[-1]).found]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("se",), ["sessions"]),
        (("sessions", "re"), ["rename", "restore"]),
        (("sessions", "bin", "re"), ["restore"]),
        (("help", "temp"), ["temperature"]),
        (("code", "cu"), ["curl"]),
        (("completion", ""), ["bash", "zsh", "fish"]),
        (("completion", "bash", ""), []),
        (("--demo", "sess"), ["sessions"]),
        (("--provider", "sessions", "sess"), ["sessions"]),
        (("ask", "--reasoning-effort", "m"), ["minimal", "medium", "max"]),
        (("ask", "--reasoning-effort=mi"), ["--reasoning-effort=minimal"]),
        (("--provider", "wc"), ["wcode"]),
        (("ask", "--model", "z-ai/glm-4.5"), ["z-ai/glm-4.5"]),
        (("sessions", "cost", "--by", ""), ["model", "day", "provider"]),
        (("sessions", "export", "--format", "m"), ["markdown"]),
        (("--inc",), ["--incognito"]),
        (("--incognito", "--inc"), []),
        (("ask", "--", "--inc"), []),
        (("ask", "words", "--show"), ["--show-reasoning"]),
        (("ask", "ses"), []),
        (("nonsense", "x"), []),
        (("--no-such-flag", "se"), ["sessions"]),
    ],
)  # fmt: skip
def test_what_may_follow(words: tuple[str, ...], expected: list[str]) -> None:
    assert values(*words) == expected


@pytest.mark.parametrize(
    "words",
    [("--config", ""), ("sessions", "import", ""), ("sessions", "verify", ""), ("ask", "--tools", "")],
)
def test_files_may_follow(words: tuple[str, ...]) -> None:
    assert offers(words[:-1], words[-1]).files


def test_what_this_machine_has_is_offered(run: Run, write_config: Write) -> None:
    run("ask", "--demo", "--max-tokens", "3", "An old question")
    id = run("sessions", "list", "--json").json[0]["id"]
    assert (
        values("--resume", "")
        == values("sessions", "show", "")
        == values("sessions", "delete", "x", "")
        == [id]
    )
    assert values("sessions", "show", id, "") == []
    assert values("sessions", "bin", "restore", "") == []
    run("sessions", "delete", id)
    assert values("sessions", "bin", "restore", "") == [id]
    assert values("sessions", "bin", "list", "") == []
    write_config('[providers.mine]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "my/one"\n')
    assert "mine" in values("--provider", "mi")
    save("review", "Look at this.")
    save("work/letter", "Write a letter.")
    assert values("ask", "--prompt", "") == ["review", "work/letter"]


def test_every_source_is_that_of_a_flag() -> None:
    flags = {flag.name for command in COMMANDS.values() for flag in (*COMMON, *command.flags)}
    assert flags >= _BY_FLAG.keys()


def test_a_broken_config_or_history_offers_nothing_and_says_nothing(run: Run, write_config: Write) -> None:
    path = write_config("[nonsense\n")
    (path.parent.parent.parent / "data" / "glmchat").mkdir(parents=True)
    (path.parent.parent.parent / "data" / "glmchat" / "history.db").write_bytes(b"no database at all" * 100)
    for line in ("glmchat --provider ", "glmchat --model ", "glmchat --resume "):
        ran = run("completion", "offers", "bash", "--", line)
        assert (ran.status, ran.out, ran.err) == (0, "words\n", "")


@pytest.mark.parametrize(
    ("line", "value", "shown"),
    [
        ("glmchat x", "a b$c'd", "a\\ b\\$c\\'d"),
        ("glmchat 'x", "a b'c", "a b'\\''c"),
        ('glmchat "x', 'a "b" $c', 'a \\"b\\" \\$c'),
        ("glmchat --model=z", "--model=z-ai/x", "z-ai/x"),
        ("glmchat --model z:", "z:free", "free"),
        ("glmchat a\\ b", "a b", "a\\ b"),
        ("glmchat 中", "中文", "中文"),
    ],
)
def test_bash_gets_words_quoted_as_they_were_begun(line: str, value: str, shown: str) -> None:
    assert _Typed(line, " \t\n\"'><=;|&(:").quoted(value) == shown


def test_a_line_is_parted_as_bash_does() -> None:
    assert _Typed("glmchat ask 'two words' a\\ b \"\" ", "").words == [
        "glmchat",
        "ask",
        "two words",
        "a b",
        "",
        "",
    ]


def test_another_shell_is_refused(run: Run) -> None:
    assert run("completion").status == 2
    ran = run("completion", "fsh")
    assert ran.status == 2
    assert "Did you mean fish?" in ran.err
    for shell, script in SCRIPTS.items():
        assert run("completion", shell).out == script


# -- the shells themselves


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """A directory with a glmchat of this checkout comes first in the path."""
    bin = home / "bin"
    bin.mkdir()
    (bin / "glmchat").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m glmchat "$@"\n')
    (bin / "glmchat").chmod(0o755)
    return {
        **os.environ, "PATH": f"{bin}:{os.environ['PATH']}", "HOME": str(home), "PS1": "$ ", "TERM": "dumb",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }  # fmt: skip


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_by_the_script(environment: dict[str, str], run: Run) -> None:
    run("ask", "--demo", "--max-tokens", "3", "An old question")
    id = run("sessions", "list", "--json").json[0]["id"]
    ask = 'COMP_LINE=$1 COMP_POINT=${#1}; _glmchat; printf "%s\\n" "${COMPREPLY[@]}"'

    def replies(line: str) -> list[str]:
        script = f"set -u; source <(glmchat completion bash); compopt() {{ :; }}; {ask}"
        done = subprocess.run(
            ["bash", "-c", script, "bash", line],
            capture_output=True, text=True, env=environment, timeout=60, check=True,
        )  # fmt: skip
        assert not done.stderr
        return done.stdout.split()

    assert replies("glmchat sessions sh") == ["show"]
    assert replies("glmchat --resume ") == [id]
    assert replies("glmchat ask --model=z-ai/glm-4.5") == ["z-ai/glm-4.5"]
    assert replies("glmchat ") == [name for name in COMMANDS if name]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_at_its_prompt(environment: dict[str, str]) -> None:
    terminal = PseudoTerminal(["bash", "--norc", "--noprofile", "-i"], environment)
    try:
        terminal.type(b"source <(glmchat completion bash); echo rea''dy\r")
        assert terminal.wait_for(b"ready", 60) is not None
        terminal.type(b"glmchat sessions ren\t")
        assert terminal.wait_for(b"rename", 60) is not None, terminal.output
        terminal.type(b"\x15echo --output /us\t\x15glmchat --log /us\t")
        assert terminal.wait_for(b"--log /usr/", 60) is not None, terminal.output
    finally:
        terminal.close()


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
def test_fish_completes_by_the_script(environment: dict[str, str]) -> None:
    def replies(line: str) -> list[str]:
        done = subprocess.run(
            ["fish", "--no-config", "-c", "glmchat completion fish | source; complete -C $argv[1]", line],
            capture_output=True, text=True, env=environment, timeout=60, check=True,
        )  # fmt: skip
        return [each.partition("\t")[0] for each in done.stdout.splitlines()]

    assert replies("glmchat sessions sh") == ["show"]
    assert replies("glmchat ask --model z-ai/glm-4.5") == ["z-ai/glm-4.5"]
    assert set(replies("glmchat ")) == {name for name in COMMANDS if name}


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_completes_at_its_prompt(environment: dict[str, str]) -> None:
    terminal = PseudoTerminal(["zsh", "-f", "-i"], environment)
    try:
        terminal.type(
            b"autoload -U compinit; compinit -u -D; source <(glmchat completion zsh); echo rea''dy\r"
        )
        assert terminal.wait_for(b"ready", 60) is not None, terminal.output
        terminal.type(b"glmchat sessions ren\t")
        assert terminal.wait_for_text(b"rename", 60), terminal.output
        terminal.type(b"\x15glmchat ask --reasoning-effort mi\t")
        assert terminal.wait_for_text(b"minimal", 60), terminal.output
    finally:
        terminal.close()
