"""Studies: the file, what is asked, what is kept, what is added up and written."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from glmchat.analysis.samples import AGREEMENT
from glmchat.api.endpoint import Endpoint
from glmchat.api.events import ContentDelta, Event
from glmchat.study import batch, report
from glmchat.study.plan import Check, Plan, StudyError, Variant, read
from glmchat.study.progress import Progress
from glmchat.study.runner import Route, Runner
from glmchat.study.store import Row, Store
from glmchat.study.summary import summarise

ROUTE = Route(Endpoint("e", "http://127.0.0.1:9/v1", "wcode"), "m", retries=0)


class Parrot:
    """Says the prompt back with its temperature, and counts what it is asked."""

    def __init__(self, most: int | None = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.most = most
        self.at_once = self.highest = 0

    async def stream(self, endpoint: Endpoint, body: dict[str, Any]) -> AsyncGenerator[Event, None]:
        self.asked.append(body)
        self.at_once += 1
        self.highest = max(self.highest, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if self.most is not None and len(self.asked) > self.most:
            raise RuntimeError
        yield ContentDelta(f"{body['messages'][-1]['content']} {body.get('temperature')}")


def plan(**more: Any) -> Plan:
    variants = (Variant("cold", {"temperature": 0.2}), Variant("hot", {"temperature": 1.2}))
    return Plan(**{"name": "s", "prompts": ("one", "two"), "variants": variants, "repeats": 3, **more})


def run(given: Plan, store: Store, parrot: Parrot) -> Progress:
    routes = {variant.name: ROUTE for variant in given.variants}
    return asyncio.run(Runner(given, routes, parrot, store).run())


def keys(given: Plan) -> set[str]:
    return {ask.key for ask in given.asks()}


def test_every_prompt_is_asked_of_every_variant_as_often_as_it_repeats(tmp_path: Path) -> None:
    parrot = Parrot()
    with Store(tmp_path / "s.db") as store:
        progress = run(plan(seed=5), store, parrot)
        rows = list(store.rows())
    assert (progress.done, progress.failed) == (12, 0)
    assert len(rows) == 12
    assert sorted({body["seed"] for body in parrot.asked}) == [5, 6, 7]
    assert {row.content for row in rows} == {"one 0.2", "one 1.2", "two 0.2", "two 1.2"}


def test_without_a_seed_none_is_sent(tmp_path: Path) -> None:
    parrot = Parrot()
    with Store(tmp_path / "s.db") as store:
        run(plan(), store, parrot)
    assert not any("seed" in body for body in parrot.asked)


def test_nothing_is_asked_twice_after_a_break(tmp_path: Path) -> None:
    given = plan(limits={"concurrency": 1, "per_minute": 0, "cost": 0, "seconds": 0})
    for most in (3, 2, None):
        with Store(tmp_path / "s.db") as store:
            before = len(store.done())
            parrot = Parrot(most)
            if most is None:
                run(given, store, parrot)
                assert len(parrot.asked) == 12 - before
            else:
                with pytest.raises(ExceptionGroup):
                    run(given, store, parrot)
                assert len(store.done()) == before + most
    with Store(tmp_path / "s.db") as store:
        assert store.done() == keys(given)


def test_no_more_than_the_limit_are_asked_at_once(tmp_path: Path) -> None:
    parrot = Parrot()
    with Store(tmp_path / "s.db") as store:
        run(plan(limits={"concurrency": 3, "per_minute": 0, "cost": 0, "seconds": 0}), store, parrot)
    assert parrot.highest == 3


def test_a_study_stops_at_its_cost(tmp_path: Path) -> None:
    given = plan(limits={"concurrency": 1, "per_minute": 0, "cost": 0.5, "seconds": 0})
    first = next(given.asks())
    with Store(tmp_path / "s.db") as store:
        store.keep(Row(first.key, 0, "cold", 0, "x", cost=0.6, currency="CNY"))
        progress = run(given, store, Parrot())
    assert "cost" in progress.stopped
    assert progress.done == 1


def test_checks_are_made_also_of_replies_that_had_come_before(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        run(plan(), store, Parrot())
        parrot = Parrot()
        wanted = (
            Check("has one", "contains", "one"),
            Check("shape", "regex", r"^\w+ \d"),
            Check("same", "equals", "one 0.2"),
        )
        run(plan(checks=wanted), store, parrot)
        rows = list(store.rows())
    assert parrot.asked == []
    assert {tuple(sorted(row.checks.items())) for row in rows if row.content == "one 0.2"} == {
        (("has one", 1.0), ("same", 1.0), ("shape", 1.0))
    }
    assert {row.checks["has one"] for row in rows if row.prompt == 1} == {0.0}


def test_a_command_scores_a_reply(tmp_path: Path) -> None:
    code = "import json,sys; print(json.dumps({'score': 0.25 if 'one' in json.load(sys.stdin)['prompt'] else 1}))"
    wanted = (
        Check("mine", "command", [sys.executable, "-c", code]),
        Check("fails", "command", [sys.executable, "-c", "exit(3)"]),
    )
    with Store(tmp_path / "s.db") as store:
        run(plan(prompts=("one",), repeats=1, checks=wanted), store, Parrot())
        assert {tuple(row.checks.values()) for row in store.rows()} == {(0.25, 0.0)}


def test_the_table_says_what_stands_out_of_the_noise(tmp_path: Path) -> None:
    given = plan(prompts=("p",), repeats=8, checks=(Check("good", "contains", "y"),))
    says = {"cold": "a b c", "hot": "x{0} y"}
    rows = [
        Row(ask.key, 0, ask.variant.name, ask.repeat, says[ask.variant.name].format(ask.repeat), tokens=10,
            checks={"good": float(ask.variant.name == "hot")})
        for ask in given.asks()
    ]  # fmt: skip
    found = summarise(given, rows).rows
    assert found["hot"]["good"].beside == "higher"
    assert found["hot"]["tokens"].beside == "no difference seen"
    cold, hot = (found[name][AGREEMENT].figure for name in ("cold", "hot"))
    assert cold is not None
    assert hot is not None
    assert cold.mean == 1
    assert hot.mean == pytest.approx(1 / 3)
    low = found["cold"]["good"].figure
    assert low is not None
    assert (low.mean, low.low) == (0, 0)
    assert low.high == pytest.approx(0.3244, abs=1e-4)


def test_a_prompt_that_stands_twice_is_one_with_more_repeats(tmp_path: Path) -> None:
    given = plan(prompts=("p", "p"), repeats=2)
    rows = [Row(ask.key, ask.prompt, ask.variant.name, ask.repeat, "a " * ask.prompt) for ask in given.asks()]
    found = summarise(given, rows)
    assert "one prompt" in found.method
    page = "".join(report.html(given, found, rows))
    assert "Welch" in page


def test_the_page_holds_every_reply_and_no_markup_from_outside(tmp_path: Path) -> None:
    given = plan(prompts=("<b>p</b>",), repeats=1)
    evil = "<script>alert(1)</script>\x1b[31m&"
    rows = [Row(ask.key, 0, ask.variant.name, 0, evil, tokens=1) for ask in given.asks()]
    page = "".join(report.html(given, summarise(given, rows), rows))
    assert "<script>" not in page
    assert "<b>" not in page
    assert "\x1b" not in page
    assert page.count("&lt;script&gt;") == 2
    assert "http" not in page.replace("http-equiv", "")


def test_the_rows_are_written_as_lines_and_as_a_table(tmp_path: Path) -> None:
    given = plan(prompts=("p",), repeats=1, checks=(Check("c", "contains", "="),))
    rows = [Row(ask.key, 0, ask.variant.name, 0, "=1+1", checks={"c": 1.0}) for ask in given.asks()]
    report.write_rows(tmp_path / "r.jsonl", tmp_path / "r.csv", given, rows)
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert [line["content"] for line in lines] == ["=1+1", "=1+1"]
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["content"] for row in table] == ["'=1+1", "'=1+1"]
    assert [row["c"] for row in table] == ["1.0", "1.0"]


def test_a_batch_goes_out_and_comes_back(tmp_path: Path) -> None:
    given = plan(repeats=1)
    routes = {variant.name: ROUTE for variant in given.variants}
    out = [json.loads(line) for line in batch.lines(given, routes, set())]
    assert {line["custom_id"] for line in out} == keys(given)
    assert all(line["method"] == "POST" and line["url"] == "/v1/chat/completions" for line in out)
    assert not any("stream" in line["body"] for line in out)
    body = {
        "choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}],
        "usage": {"completion_tokens": 2},
    }
    answers = [
        json.dumps({"custom_id": line["custom_id"], "response": {"status_code": 200, "body": body}})
        for line in out[1:]
    ]
    broken = json.dumps({"custom_id": out[0]["custom_id"], "response": None, "error": {"message": "no"}})
    rows = list(batch.rows(given, "\n".join([*answers, broken, '{"custom_id": "another"}', ""])))
    assert [row.content for row in rows if not row.error] == ["hi"] * 3
    assert [row.tokens for row in rows if not row.error] == [2] * 3
    assert "no" in next(row.error for row in rows if row.error)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("prompts = 3", "prompts"),
        ("prompts = []", "no prompts"),
        ('prompts = ["a"]\nrepeat = 2', "repeats"),
        ('prompts = ["a"]\nrepeats = 0', "repeats"),
        ('prompts = ["a"]\n[[variants]]\nvalues = {temperature = 9}', "temperature"),
        ('prompts = ["a"]\n[[variants]]\nvalues = {heat = 1}', "heat"),
        ('prompts = ["a"]\n[[variants]]\n[[variants]]\nname = "variant 1"', "same name"),
        ('prompts = ["a"]\n[[checks]]\nkind = "regex"\npattern = "("', "regular expression"),
        ('prompts = ["a"]\n[[checks]]\nkind = "nice"', "kind"),
        ('prompts = ["a"]\n[limits]\nconcurrency = 0', "concurrency"),
        ('prompts = "missing.csv"', "missing.csv"),
        ("prompts = [", "TOML"),
    ],
)
def test_what_is_wrong_with_a_study_is_said(tmp_path: Path, text: str, part: str) -> None:
    path = tmp_path / "study.toml"
    path.write_text(text)
    with pytest.raises(StudyError, match=part):
        read(path)


def test_prompts_come_from_files(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    (tmp_path / "p.jsonl").write_text('{"prompt": "a\u2028b"}\n"c"\n', encoding="utf-8")
    (tmp_path / "p.csv").write_text('id,prompt\n1,"two\nlines"\n', encoding="utf-8")
    path.write_text('prompts = "p.jsonl"')
    assert read(path).prompts == ("a\u2028b", "c")
    path.write_text('prompts = "p.csv"')
    assert read(path).prompts == ("two\nlines",)


def test_a_long_name_is_cut_beside_its_bar_and_whole_in_the_table(tmp_path: Path) -> None:
    long = "a variant whose name goes on and on"
    given = plan(prompts=("p",), repeats=1, variants=(Variant(long), Variant("温度" * 20)))
    rows = [Row(ask.key, 0, ask.variant.name, 0, "one two", seconds=0.5) for ask in given.asks()]
    page = "".join(report.html(given, summarise(given, rows), rows))
    assert "1 prompt, 2 variants, 1 repeat." in page
    assert "<tspan>a variant whose name go…</tspan>" in page
    assert f"<tspan>{'温度' * 5}温…</tspan>" in page
    assert f"<th>{long}</th>" in page
    assert "2 words, 0.5 s" in page


def test_a_cost_of_nothing_is_no_measure() -> None:
    given = plan(prompts=("p",), repeats=2)
    free = [Row(ask.key, 0, ask.variant.name, 0, "x", cost=0.0, currency="USD") for ask in given.asks()]
    assert not any("cost" in each for each in summarise(given, free).measures)
    free[0] = Row(free[0].key, 0, "cold", 0, "x", cost=0.1, currency="USD")
    assert "cost in USD" in summarise(given, free).measures
