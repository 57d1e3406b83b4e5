"""Judges and commands that grade, from the command line to a loopback server: what they cost, and what holds them."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from glmchat.study.checks import mark_of
from tests.cli.conftest import Run, home, run
from tests.wire.server import DONE, Received, Reply, chunk, plain, serving_in_thread, usage

__all__ = ["home", "run"]  # fixtures

MODEL = "z-ai/glm-4.5"  # 0.02 yuan for 1,000 tokens of a reply
HEAD = 'prompts = ["one", "two"]\nrepeats = 2\n[[variants]]\nname = "a"\n'
JUDGE = '[[checks]]\nkind = "judge"\nname = "style"\nrubric = "Is it terse?"\n'


def saying(text: str, tokens: int = 50) -> Reply:
    return Reply([chunk({"content": text}), chunk({}, "stop"), usage(0, tokens), DONE], keep_alive=True)


def is_judging(request: Received) -> bool:
    return "<rubric>" in request.body["messages"][-1]["content"]


def judged(said: str, tokens: int = 50) -> Callable[[Received], Reply]:
    """A server whose judge says that, and whose replies are the prompt in other words."""

    def answer(request: Received) -> Reply:
        question = request.body["messages"][-1]["content"]
        return saying(said if is_judging(request) else f"About {question}.", tokens)

    return answer


def batched(id: str, prompt: str) -> dict[str, Any]:
    """A line of a batch's results, as vllm run-batch writes it."""
    message = {"role": "assistant", "content": f"About {prompt}."}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    body = {"choices": [choice], "usage": {"prompt_tokens": 1, "completion_tokens": 50}}
    response = {"status_code": 200, "request_id": "r", "body": body}
    return {"id": "vllm-1", "custom_id": id, "response": response, "error": None}


def column(path: Path, name: str) -> list[Any]:
    with closing(sqlite3.connect(path.with_suffix(".study.db"))) as connection:
        return [value for (value,) in connection.execute(f"SELECT {name} FROM replies ORDER BY key")]


@pytest.fixture
def study(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "s.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_judge_grades_by_the_rubric_and_its_cost_counts(run: Run, study: Callable[[str], Path]) -> None:
    path = study(HEAD + JUDGE)
    with serving_in_thread(judged("8")) as server:
        ran = run("study", "run", str(path), "--base-url", server.base_url, "--model", MODEL)
        asked = [each for each in server.received if is_judging(each)]
    assert ran.status == 0, ran.err
    assert len(server.received) == 8
    question = asked[0].body["messages"][-1]["content"]
    assert "Is it terse?" in question
    assert "<question>\none\n" in question or "<question>\ntwo\n" in question
    assert "About " in question
    assert asked[0].body["temperature"] == 0
    assert [json.loads(each) for each in column(path, "checks")] == [{"style": 0.8}] * 4
    assert "grading included: ¥0.0080" in ran.err  # eight replies of 50 tokens
    assert "style" in ran.out


def test_another_model_may_be_the_judge(run: Run, study: Callable[[str], Path]) -> None:
    path = study(HEAD + JUDGE + 'model = "judge/one"\n')
    with serving_in_thread(judged("10")) as server:
        assert run("study", "run", str(path), "--base-url", server.base_url, "--model", MODEL).status == 0
        models = {(is_judging(each), each.body["model"]) for each in server.received}
    assert models == {(True, "judge/one"), (False, MODEL)}


def test_the_limit_of_cost_holds_over_replies_and_grading_together(
    run: Run, study: Callable[[str], Path]
) -> None:
    limits = "[limits]\ncost = 0.05\nconcurrency = 4\n"
    path = study(HEAD.replace("repeats = 2", "repeats = 10") + JUDGE + limits)
    with serving_in_thread(judged("8", tokens=500)) as server:  # each costs 0.01
        ran = run("study", "run", str(path), "--base-url", server.base_url, "--model", MODEL)
        first = len(server.received)
        again = run("study", "run", str(path), "--base-url", server.base_url, "--model", MODEL)
        assert len(server.received) == first
    assert (ran.status, again.status) == (75, 75)
    assert "the limit of cost, 0.05 CNY, is reached" in ran.err
    assert first == 5
    assert "a check that could not be made" in ran.err


def test_a_limit_that_no_price_is_known_for_is_told(run: Run, study: Callable[[str], Path]) -> None:
    path = study(HEAD + "[limits]\ncost = 1\n")
    with serving_in_thread(judged("8")) as server:
        ran = run("study", "run", str(path), "--base-url", server.base_url, "--model", "nobody/knows")
    assert "The price of nobody/knows is unknown" in ran.err


def test_a_reply_is_kept_though_its_judge_fails_and_only_the_judge_is_asked_again(
    run: Run, study: Callable[[str], Path]
) -> None:
    path = study(HEAD + JUDGE)

    well = False

    def failing(request: Received) -> Reply:
        if is_judging(request):
            return saying("3/10") if well else plain(400, {"error": {"message": "no"}})
        return saying("ok")

    with serving_in_thread(failing) as server:
        arguments = ("study", "run", str(path), "--base-url", server.base_url, "--model", MODEL)
        ran = run(*arguments)
        assert (ran.status, len(server.received)) == (75, 8)
        assert "4 replies lack a check" in ran.err
        assert column(path, "content") == ["ok"] * 4
        well = True
        assert run(*arguments).status == 0
        assert all(map(is_judging, server.received[8:]))
        assert len(server.received) == 12
    assert [json.loads(each) for each in column(path, "checks")] == [{"style": 0.3}] * 4


@pytest.mark.parametrize(
    ("said", "mark"),
    [
        ("8", 0.8), ("10", 1.0), ("0", 0.0), ("7.5", 0.75), ("Score: 6", 0.6), ("9/10", 0.9), ("8 out of 10.", 0.8),
        ("It meets 2 of 3 points, so 7/10.", 0.7), ("**4**", 0.4), ("I give it 5 since 3 things lack: 5/10", 0.5),
        ("给 8 分", 0.8), ("none", None), ("", None), ("100", None), ("2024", None), ("85%", None), ("3.25.1", None),
        ("Step 1: terse. Step 2: clear. Final: 9", 0.9),
    ],
)  # fmt: skip
def test_a_mark_is_found_in_what_a_judge_says(said: str, mark: float | None) -> None:
    assert mark_of(said) == mark


def test_a_command_grades_with_its_status_and_json(
    run: Run, study: Callable[[str], Path], tmp_path: Path
) -> None:
    script = tmp_path / "check.py"
    script.write_text(
        "import json, sys\ngiven = json.load(sys.stdin)\n"
        "print(json.dumps({'score': 0.5 if given['prompt'] == 'one' else 1}))\n"
        "sys.exit(given['reply'] != f\"About {given['prompt']}.\")\n"
    )
    command = json.dumps([sys.executable, str(script), "; touch injected"])
    path = study(HEAD + f'[[checks]]\nkind = "command"\nname = "mine"\ncommand = {command}\n')
    with serving_in_thread(judged("8")) as server:
        arguments = ("study", "run", str(path), "--base-url", server.base_url, "--model", MODEL)
        assert run(*arguments).status == 2
        assert server.received == []
        assert run(*arguments, "--allow-commands").status == 0
    assert sorted(json.loads(each)["mine"] for each in column(path, "checks")) == [0.5, 0.5, 1.0, 1.0]
    assert not (tmp_path / "injected").exists()


def test_a_command_that_is_not_there_is_told_before_anything_is_asked(
    run: Run, study: Callable[[str], Path]
) -> None:
    path = study(HEAD + '[[checks]]\nkind = "command"\ncommand = ["no-such-program-here"]\n')
    with serving_in_thread(judged("8")) as server:
        ran = run(
            "study", "run", str(path), "--base-url", server.base_url, "--model", MODEL, "--allow-commands"
        )
        assert server.received == []
    assert ran.status == 2
    assert "no-such-program-here" in ran.err


def test_variants_may_be_renamed_and_prompts_moved_without_asking_again(
    run: Run, study: Callable[[str], Path]
) -> None:
    path = study(HEAD)
    with serving_in_thread(judged("8")) as server:
        arguments = ("study", "run", str(path), "--base-url", server.base_url, "--model", MODEL)
        assert run(*arguments).status == 0
        study(HEAD.replace('"one", "two"', '"two", "one"').replace('name = "a"', 'name = "b"'))
        assert run(*arguments).status == 0
        assert len(server.received) == 4
    lines = [json.loads(line) for line in path.with_suffix(".study.jsonl").read_text().splitlines()]
    assert {(line["prompt"], line["content"], line["variant"]) for line in lines} == {
        ("one", "About one.", "b"), ("two", "About two.", "b"),
    }  # fmt: skip


def test_the_same_prompt_and_the_same_variant_twice_are_asked_twice(
    run: Run, study: Callable[[str], Path]
) -> None:
    text = HEAD.replace('"one", "two"', '"one", "one"') + '[[variants]]\nname = "b"\n'
    path = study(text)
    with serving_in_thread(judged("8")) as server:
        assert run("study", "run", str(path), "--base-url", server.base_url, "--model", MODEL).status == 0
        assert len(server.received) == 8


def test_a_batch_file_goes_out_and_its_results_come_back_to_the_same_table(
    run: Run, study: Callable[[str], Path], tmp_path: Path
) -> None:
    path, out, back = study(HEAD + JUDGE), tmp_path / "out.jsonl", tmp_path / "back.jsonl"
    with serving_in_thread(judged("8")) as server:
        arguments = ("study", "run", str(path), "--base-url", server.base_url, "--model", MODEL)
        assert run(*arguments, "--batch-out", str(out)).status == 75
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        answers = [batched(line["custom_id"], line["body"]["messages"][-1]["content"]) for line in lines]
        back.write_text("\ufeff" + "\r\n".join(map(json.dumps, answers)) + "\r\n", encoding="utf-8")
        ran = run(*arguments, "--batch-in", str(back))
        assert ran.status == 0, ran.err
        assert len(server.received) == 4
        assert all(map(is_judging, server.received))
    assert sorted(column(path, "content")) == ["About one."] * 2 + ["About two."] * 2
    assert [json.loads(each) for each in column(path, "checks")] == [{"style": 0.8}] * 4
