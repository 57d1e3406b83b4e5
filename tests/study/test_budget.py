"""The section [budget] of the configuration holds a study, too, beside whatever else the history was charged with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, home, run, write_config
from tests.wire.server import DONE, Received, Reply, chunk, plain, serving_in_thread, usage

__all__ = ["home", "run", "write_config"]  # fixtures

MODEL = "z-ai/glm-4.5"  # 0.02 yuan for 1,000 tokens of a reply; one of 500 is expected to cost a little above 0.01
STUDY = (
    'prompts = ["one", "two"]\nrepeats = 10\n[[variants]]\nname = "a"\nvalues = { max_tokens = 500 }\n'
    "[limits]\nconcurrency = 4\n"
)
JUDGE = '[[checks]]\nkind = "judge"\nname = "style"\nrubric = "Is it terse?"\n'

Write = Callable[[str], Path]


def costing(yuan: float) -> Reply:
    return Reply(
        [chunk({"content": "8"}), chunk({}, "stop"), usage(0, round(yuan / 0.02 * 1000)), DONE],
        keep_alive=True,
    )


@pytest.fixture
def study(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "s.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("kind", ["session", "day"])
def test_a_study_stops_before_it_crosses_the_budget(
    run: Run, study: Write, write_config: Write, kind: str
) -> None:
    write_config(f"[budget]\n{kind} = {{ CNY = 0.052 }}\n")
    path = study(STUDY)
    with serving_in_thread(costing(0.01)) as server:
        arguments = ("study", "run", str(path), "--base-url", server.base_url, "--model", MODEL)
        ran = run(*arguments)
        first = len(server.received)
        again = run(*arguments)
        assert len(server.received) == first == 5
    assert (ran.status, again.status) == (4, 4)
    assert f"may cross the budget of ¥0.0520 for a {kind}: ¥0.0500 spent" in ran.err
    assert ran.err.count("This comes near the budget") == 1
    assert "15 replies are missing" in ran.err


def test_a_reply_that_is_too_dear_by_itself_is_not_asked_for(
    run: Run, study: Write, write_config: Write
) -> None:
    write_config("[budget]\nreply = { CNY = 0.005 }\n")
    with serving_in_thread(costing(0.01)) as server:
        ran = run("study", "run", str(study(STUDY)), "--base-url", server.base_url, "--model", MODEL)
        assert server.received == []
    assert ran.status == 4
    assert "the budget of ¥0.0050 for a reply" in ran.err
    assert "Raise the limit in the section [budget]" in ran.err


def test_a_day_is_shared_with_what_is_asked_elsewhere(run: Run, study: Write, write_config: Write) -> None:
    write_config("[budget]\nday = { CNY = 0.062 }\n")
    with serving_in_thread(costing(0.02)) as server:
        where = ("--base-url", server.base_url, "--model", MODEL)
        assert run("ask", "--max-tokens", "9", *where, "hi").status == 0
        alone = study(STUDY.replace("concurrency = 4", "concurrency = 1"))
        ran = run("study", "run", str(alone), *where)
        assert ran.status == 4
        assert len(server.received) == 1 + 2
        asked = run("ask", "--max-tokens", "600", *where, "--json", "more")
        assert (asked.status, asked.json["error"]["kind"]) == (4, "budget")
    sums = run("sessions", "cost", "--json").json
    assert [(each["replies"], each["amount"]) for each in sums] == [(3, pytest.approx(0.06))]


def test_judges_are_held_and_counted_like_replies(run: Run, study: Write, write_config: Write) -> None:
    write_config("[budget]\nday = { CNY = 0.1 }\n")
    path = study(STUDY + JUDGE)
    with serving_in_thread(costing(0.01)) as server:
        ran = run("study", "run", str(path), "--base-url", server.base_url, "--model", MODEL)
        judged = [each for each in server.received if "<rubric>" in each.body["messages"][-1]["content"]]
        assert 0.05 < len(server.received) * 0.01 <= 0.1
        assert judged
    assert ran.status == 4
    (spent,) = run("sessions", "cost", "--json").json
    assert spent["amount"] == pytest.approx(len(server.received) * 0.01)


def test_the_budget_of_one_currency_holds_nothing_in_another(
    run: Run, study: Write, write_config: Write
) -> None:
    write_config("[budget]\nday = { USD = 0.000001 }\n")
    path = study(STUDY.replace("repeats = 10", "repeats = 1"))
    with serving_in_thread(costing(0.01)) as server:
        ran = run("study", "run", str(path), "--base-url", server.base_url, "--model", MODEL)
    assert ran.status == 0, ran.err


def test_a_price_of_the_endpoints_own_list_counts(run: Run, study: Write, write_config: Write) -> None:
    write_config("[budget]\nreply = { CNY = 0.001 }\n")
    listed = {"id": "own/one", "pricing": {"prompt": 0.001, "completion": 0.01}}

    def answer(request: Received) -> Reply:
        if request.path.endswith("/models"):
            return plain(200, {"data": [listed]})
        return costing(0.01)

    with serving_in_thread(answer) as server:
        where = ("--base-url", server.base_url, "--model", "own/one")
        assert run("models", "--base-url", server.base_url).status == 0
        ran = run("study", "run", str(study(STUDY)), *where)
        assert not [each for each in server.received if each.method == "POST"]
    assert ran.status == 4, ran.err
    assert "the budget of ¥0.0010 for a reply" in ran.err


def test_an_unknown_price_is_told_once_and_holds_nothing_back(
    run: Run, study: Write, write_config: Write
) -> None:
    write_config("[budget]\nreply = { CNY = 0.0001 }\n")
    path = study(STUDY.replace("repeats = 10", "repeats = 1") + "cost = 1\n")
    with serving_in_thread(costing(0.01)) as server:
        ran = run("study", "run", str(path), "--base-url", server.base_url, "--model", "nobody/knows")
    assert ran.status == 0
    assert ran.err.count("The price of nobody/knows is unknown") == 1
    assert "the limit of cost and the budget do not hold" in ran.err


def test_a_study_whose_key_is_refused_ends_as_a_question_does(run: Run, study: Write) -> None:
    with serving_in_thread(plain(401, {"error": {"message": "No."}})) as server:
        ran = run("study", "run", str(study(STUDY)), "--base-url", server.base_url, "--model", MODEL)
    assert ran.status == 3
    assert "Stopped early" in ran.err
