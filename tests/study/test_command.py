"""``glmchat study`` as a program: killed and resumed, refused and shown."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.waiting import until

STUDY = """
prompts = ["Tell me a story.", "Write a poem."]
repeats = 4
seed = 1
[[variants]]
name = "cold"
values = { temperature = 0.2, max_tokens = 12, reasoning = false }
[[variants]]
name = "hot"
values = { temperature = 1.5, max_tokens = 12, reasoning = false }
[limits]
concurrency = 2
[[checks]]
kind = "regex"
pattern = "[a-z]"
"""


def environment(home: Path, speed: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GLMCHAT", "XDG"))}
    return {**kept, "HOME": str(home), "GLMCHAT_DEMO_SPEED": speed}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "glmchat", "--demo", "study", *arguments]


def glmchat(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        env=environment(home, "0"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def rows(path: Path) -> list[tuple[str, str]]:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT key, content FROM replies ORDER BY key").fetchall()
    except sqlite3.Error:
        return []


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "s.toml"
    path.write_text(STUDY)
    return path


def reached(database: Path, count: int, process: subprocess.Popen[bytes]) -> bool:
    """Whether so many replies are kept, or the study has ended."""
    return len(rows(database)) >= count or process.poll() is not None


async def killed_and_resumed(study: Path, folder: Path, kills: int, chance: random.Random) -> int:
    """Run a study, kill it at random moments of its way, and go on each time; how often it was killed in the end."""
    database, struck = study.with_suffix(".study.db"), 0
    kept: dict[str, str] = {}
    for number in range(kills):
        process = subprocess.Popen(
            command("run", str(study)),
            env=environment(folder, "150"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        least = max(1, round(len(kept) + chance.uniform(0, 2) * (64 - len(kept)) / (kills - number)))
        await until(partial(reached, database, min(least, 63), process))
        # Anywhere in a reply, in keeping it, or between two.
        await asyncio.sleep(chance.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        struck += process.wait(30) == -signal.SIGKILL
        now = dict(rows(database))
        assert kept.items() <= now.items()
        kept = now
    assert glmchat(folder, "run", str(study)).returncode == 0
    assert kept.items() <= dict(rows(database)).items()
    return struck


def tables(path: Path) -> list[list[str]]:
    """The table of a study as it is written, without what took time."""
    with path.with_suffix(".study.csv").open(encoding="utf-8", newline="") as file:
        return [[row[name] for name in row if name != "seconds"] for row in csv.DictReader(file)]


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.full)])
async def test_killed_at_random_moments_and_resumed_it_gives_the_same_table(
    study: Path, tmp_path: Path, kills: int
) -> None:
    whole = tmp_path / "whole.toml"
    for path in (study, whole):
        path.write_text(STUDY.replace("repeats = 4", "repeats = 16"))
    assert glmchat(tmp_path, "run", str(whole)).returncode == 0
    struck = await killed_and_resumed(study, tmp_path, kills, random.Random(kills))
    assert struck >= kills // 2
    assert tables(study) == tables(whole)
    assert rows(study.with_suffix(".study.db")) == rows(whole.with_suffix(".study.db"))


async def test_a_killed_study_goes_on_and_gives_the_same_table(study: Path, tmp_path: Path) -> None:
    whole = tmp_path / "whole.toml"
    whole.write_text(STUDY)
    assert glmchat(tmp_path, "run", str(whole)).returncode == 0
    database = study.with_suffix(".study.db")
    process = subprocess.Popen(
        command("run", str(study)),
        env=environment(tmp_path, "20"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    await until(lambda: len(rows(database)) >= 2)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    before = rows(database)
    assert 2 <= len(before) < 16
    done = glmchat(tmp_path, "run", str(study))
    assert done.returncode == 0, done.stderr
    assert set(before) <= set(rows(database))
    assert rows(database) == rows(whole.with_suffix(".study.db"))
    assert study.with_suffix(".study.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_batch_out_asks_nothing_and_says_that_it_is_unfinished(study: Path, tmp_path: Path) -> None:
    done = glmchat(tmp_path, "run", str(study), "--batch-out", str(tmp_path / "b.jsonl"))
    assert done.returncode == 75
    assert len((tmp_path / "b.jsonl").read_text().splitlines()) == 16
    assert rows(study.with_suffix(".study.db")) == []


def test_what_asks_nothing_needs_no_key(study: Path, tmp_path: Path) -> None:
    study.write_text(STUDY.replace("[[variants]]", '[[variants]]\nprovider = "wcode"\nmodel = "glm-4.5"'))
    out = str(tmp_path / "b.jsonl")
    asked = [glmchat(tmp_path, "run", str(study), *more) for more in ((), ("--batch-out", out))]
    assert [done.returncode for done in asked] == [3, 75]
    answer = {"choices": [{"message": {"content": "well"}, "finish_reason": "stop"}]}
    ids = [json.loads(line)["custom_id"] for line in Path(out).read_text().splitlines()]
    back = [{"custom_id": id, "response": {"body": answer}} for id in ids[:-1]]
    Path(out).write_text("\n".join(map(json.dumps, back)))
    read = glmchat(tmp_path, "run", str(study), "--batch-in", out)
    assert (read.returncode, len(rows(study.with_suffix(".study.db")))) == (75, len(ids) - 1), read.stderr
    judged = STUDY.replace('kind = "regex"', 'kind = "judge"').replace(
        "pattern = ", 'provider = "wcode"\nrubric = '
    )
    study.write_text(judged)
    assert glmchat(tmp_path, "run", str(study), "--batch-in", out).returncode == 3
    shown = [glmchat(tmp_path, verb, str(study)) for verb in ("show", "report")]
    assert [done.returncode for done in shown] == [0, 75]
    assert [done.stdout.count("cold") > 0 for done in shown] == [True, True]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["run", "none.toml"], "cannot be read"), (["run"], "one file"),
        (["shw", "a.toml"], "show"), (["show", "s.toml"], "no results"),
    ],
)  # fmt: skip
def test_a_mistake_is_explained(study: Path, tmp_path: Path, arguments: list[str], part: str) -> None:
    done = glmchat(tmp_path, *[str(study) if each == "s.toml" else each for each in arguments])
    assert done.returncode in (2, 4)
    assert part in done.stderr
    assert "Traceback" not in done.stderr


def test_commands_run_only_where_that_is_allowed(study: Path, tmp_path: Path) -> None:
    study.write_text(STUDY + '[[checks]]\nkind = "command"\ncommand = ["true"]\n')
    done = glmchat(tmp_path, "run", str(study))
    assert done.returncode == 2
    assert "--allow-commands" in done.stderr


def test_a_study_loads_no_screen(study: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from glmchat.cli import main\n"
        f"sys.argv = ['glmchat', '--demo', 'study', 'run', {str(study)!r}]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "assert not [name for name in sys.modules if name.startswith(('textual', 'glmchat.tui'))]"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path, "0"),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_failed_is_told_and_asked_again(study: Path, tmp_path: Path) -> None:
    study.write_text('prompts = ["x"]\n')
    arguments = ["study", "run", str(study), "--base-url", "http://127.0.0.1:9/v1", "--model", "m"]
    done = subprocess.run(
        [sys.executable, "-m", "glmchat", *arguments],
        env=environment(tmp_path, "0"), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 75
    assert "Failed once: " in done.stderr
    assert "One reply is missing" in done.stderr
    assert "\x1b" not in done.stderr
    assert "0 of 1 replies" in done.stderr


async def test_an_interrupted_study_says_how_to_go_on(study: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        command("run", str(study)),
        env=environment(tmp_path, "20"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    await until(lambda: rows(study.with_suffix(".study.db")))
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped; what had come is kept." in said
    assert "Traceback" not in said


def test_the_intervals_are_drawn_where_the_results_are_shown(study: Path, tmp_path: Path) -> None:
    study.write_text(STUDY.replace('"cold"', '"cold \\u001b[31m冷"'))
    assert "●" not in glmchat(tmp_path, "run", str(study)).stdout
    done = glmchat(tmp_path, "show", str(study))
    assert done.returncode == 0, done.stderr
    drawn = [line for line in done.stdout.splitlines() if "┤" in line]
    assert len(drawn) >= 2 * 5
    assert all("●" in line for line in drawn)
    assert any(line.lstrip().startswith("cold ␛[31m冷┤") for line in drawn)
    assert "\x1b" not in done.stdout
