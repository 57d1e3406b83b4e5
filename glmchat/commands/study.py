"""``glmchat study``: prompts x variants x repeats, asked once each, kept, added up and shown."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.commands import demo, requests, verbs
from glmchat.commands.errors import CommandError, Exit, UsageError
from glmchat.commands.parsing import Call
from glmchat.commands.reaching import client_for
from glmchat.commands.target import settings_of, target_of
from glmchat.commands.terminal import is_terminal, moves_cursor, say, show, table
from glmchat.support import paths, signals
from glmchat.support.text import safe, safe_line

if TYPE_CHECKING:
    from glmchat.study.plan import Plan
    from glmchat.study.runner import Progress, Route, Runner
    from glmchat.study.store import Store
    from glmchat.study.summary import Summary

# A line of progress is written at most so often.
_EVERY_S = 0.5
# Reasons of failed requests that are told, the most frequent first; the report has each.
_REASONS = 3


def run(call: Call) -> int:
    """Do what the verb says; a file in its place is run. Raises UsageError and CommandError."""
    from glmchat.study.plan import StudyError

    if call.words and call.words[0] not in _BODIES and call.words[0].lower().endswith(".toml"):
        call.words.insert(0, "run")
    try:
        return verbs.pick(call, _BODIES)(call)
    except StudyError as error:
        raise UsageError(str(error)) from None
    except sqlite3.Error as error:
        raise CommandError(f"The results of the study cannot be read or written: {error}.") from None
    except OSError as error:
        where = error.filename or "the results"
        raise CommandError(f"{where} cannot be read or written: {error.strerror or error}.") from None


def _file(call: Call) -> Path:
    if len(call.words) != 1:
        raise UsageError("glmchat study takes one file, such as `glmchat study run study.toml`.")
    return paths.expanded(call.words[0])


def _beside(path: Path, suffix: str) -> Path:
    return path.with_suffix(suffix)


def _resolved(call: Call, path: Path) -> tuple[Plan, dict[str, Route]]:
    """The plan with each variant's provider, model and values filled in, and where its requests go."""
    from glmchat.study.plan import read
    from glmchat.study.runner import Route

    plan = read(path)
    settings = settings_of(call)
    variants, routes = [], {}
    for variant in plan.variants:
        options = dict(call.options)
        if variant.provider:
            options["provider"] = variant.provider
            options.pop("demo", None)
        if variant.model:
            options["model"] = variant.model
        target = target_of(replace(call, options=options), settings)
        model = target.needed_model()
        system = variant.system if variant.system is not None else settings.chat.system
        values = {**target.values, **variant.values}
        variants.append(replace(variant, provider=target.provider, model=model, values=values, system=system))
        routes[variant.name] = Route(
            target.endpoint(), model, target.price, requests.retries_of(call, target)
        )
        for notice in target.notices:
            say(notice)
    return replace(plan, variants=tuple(variants)), routes


def _run(call: Call) -> int:
    from glmchat.study import batch
    from glmchat.study.store import Store

    path = _file(call)
    plan, routes = _resolved(call, path)
    _refuse_unasked_commands(call, plan)
    with Store(_beside(path, ".study.db")) as store:
        if (out := call.given("batch_out")) is not None:
            done = store.done()
            with paths.expanded(out).open("w", encoding="ascii") as file:
                file.writelines(batch.lines(plan, routes, done))
            say(f"The requests that have no reply yet are in {out}; read the results back with --batch-in.")
            return Exit.RETRYABLE
        if (back := call.given("batch_in")) is not None:
            for row in batch.rows(plan, paths.expanded(back).read_text(encoding="utf-8")):
                store.keep(row)
        else:
            return _asked(plan, routes, store, path)
        return _finish(plan, store, path)


def _refuse_unasked_commands(call: Call, plan: Plan) -> None:
    if any(check.kind == "command" for check in plan.checks) and not call.has("allow_commands"):
        raise UsageError(
            "This study runs commands of its own to check replies; allow that with --allow-commands."
        )


def _asked(plan: Plan, routes: Mapping[str, Route], store: Store, path: Path) -> int:
    from glmchat.study.runner import Runner

    remote = [route.endpoint for route in routes.values() if not route.endpoint.demo]
    for endpoint in remote:
        client_for(endpoint)  # a wrong setting ends the command before anything is asked
    from glmchat.api.client import ChatClient

    local = len(remote) < len(routes)
    client = ChatClient(demo=demo.maker() if local else None)
    judge = next(iter(routes.values())) if any(check.kind == "judge" for check in plan.checks) else None
    runner = Runner(plan, routes, client, store, judge, _Bar())
    try:
        progress = asyncio.run(_cancelled_by_signals(runner))
    except KeyboardInterrupt:
        if is_terminal(sys.stderr):
            sys.stderr.write("\n")  # the line of progress stays
        say(f"Stopped; what had come is kept. Run the same again to go on: glmchat study run {path}")
        return Exit.INTERRUPTED
    if progress.stopped:
        say(f"Stopped early: {progress.stopped.rstrip('.')}.")
    return _finish(plan, store, path)


async def _cancelled_by_signals(runner: Runner) -> Progress:
    task = asyncio.current_task()
    assert task is not None  # noqa: S101  (what runs here is a task)
    signals.cancel(task)
    try:
        return await runner.run()
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


class _Bar:
    """Writes how far a study is on standard error: in place on a terminal, else a line for each tenth."""

    def __init__(self) -> None:
        self._at, self._tenth = 0.0, -1
        self._in_place = is_terminal(sys.stderr) and moves_cursor()

    def __call__(self, progress: Progress) -> None:
        over = progress.done + progress.failed >= progress.size
        left = "" if progress.left_s is None or over else f", about {_span(progress.left_s)} left"
        failed = f", {progress.failed:,} failed" if progress.failed else ""
        cost = f", {progress.cost:.4g} {progress.currency}" if progress.cost else ""
        line = f"{progress.done:,} of {progress.size:,} replies{failed}{cost}{left}"
        now = time.monotonic()
        if self._in_place:
            if over or now - self._at >= _EVERY_S:
                self._at = now
                sys.stderr.write(f"\r\x1b[K{line}" + ("\n" if over else ""))
                sys.stderr.flush()
        elif (tenth := progress.done * 10 // max(1, progress.size)) != self._tenth:
            self._tenth = tenth
            say(line)


def _span(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 90
        else f"{seconds / 60:.0f} min"
        if seconds < 5400
        else f"{seconds / 3600:.1f} h"
    )


def _finish(plan: Plan, store: Store, path: Path) -> int:
    """Write the results beside the study, print the table; 75 where replies are missing."""
    from glmchat.study import report
    from glmchat.study.summary import summarise

    keys = {ask.key for ask in plan.asks()}
    summary = summarise(plan, store.rows(keys))
    report.write_rows(_beside(path, ".study.jsonl"), _beside(path, ".study.csv"), plan, store.rows(keys))
    report.write_html(_beside(path, ".study.html"), plan, summary, store.rows(keys))
    _print(summary)
    missing = plan.size - sum(summary.replies.values())
    say(f"Report: {_beside(path, '.study.html')}")
    for error, count in Counter(row.error for row in store.rows(keys) if row.error).most_common(_REASONS):
        say(f"Failed {'once' if count == 1 else f'{count:,} times'}: {safe_line(error)}")
    if missing:
        are = "One reply is" if missing == 1 else f"{missing:,} replies are"
        say(f"{are} missing; run the same again to ask for what is not there.")
    return Exit.RETRYABLE if missing else Exit.OK


def _print(summary: Summary) -> None:
    from glmchat.study.report import cell_text

    for measure in summary.measures:
        rows = []
        for name, cells in summary.rows.items():
            cell = cells[measure]
            rows.append((safe(name), cell_text(cell), cell.beside))
        show(table(rows, (safe(measure), "mean (95 % interval)", "beside the first")))
        show("")
    counted = [
        (safe(name), f"{summary.replies[name]:,}", f"{summary.failures[name]:,}") for name in summary.rows
    ]
    show(table(counted, ("variant", "replies", "failed")))


def _show(call: Call) -> int:
    from glmchat.study.store import Store
    from glmchat.study.summary import summarise

    path = _file(call)
    plan, _ = _resolved(call, path)
    if not _beside(path, ".study.db").exists():
        raise CommandError(f"This study has no results yet; run it with: glmchat study run {path}")
    with Store(_beside(path, ".study.db")) as store:
        _print(summarise(plan, store.rows({ask.key for ask in plan.asks()})))
    return Exit.OK


def _report(call: Call) -> int:
    from glmchat.study.store import Store

    path = _file(call)
    plan, _ = _resolved(call, path)
    with Store(_beside(path, ".study.db")) as store:
        return _finish(plan, store, path)


_BODIES = {"run": _run, "show": _show, "report": _report}
