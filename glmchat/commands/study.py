"""``glmchat study``: prompts x variants x repeats, asked once each, kept, added up and shown."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
import textwrap
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from glmchat.commands import demo, history_access, verbs
from glmchat.commands.budgeting import ADVICE
from glmchat.commands.errors import CommandError, Exit, UsageError, status_of
from glmchat.commands.parsing import Call
from glmchat.commands.reaching import client_for
from glmchat.commands.study_plots import intervals
from glmchat.commands.study_target import Resolved, resolved
from glmchat.commands.terminal import is_terminal, moves_cursor, say, show, table
from glmchat.core import pricing
from glmchat.support import paths, signals
from glmchat.support.text import safe, safe_line

if TYPE_CHECKING:
    from glmchat.study.plan import Plan
    from glmchat.study.progress import Progress
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


def _run(call: Call) -> int:
    from glmchat.study import batch
    from glmchat.study.store import Store

    path = _file(call)
    out, back = call.given("batch_out"), call.given("batch_in")
    study = resolved(call, path, asks=out is None and back is None, judges=out is None)
    plan = study.plan
    _refuse_commands(call, plan)
    with Store(_beside(path, ".study.db")) as store:
        if out is not None:
            done = store.done()
            with paths.expanded(out).open("w", encoding="ascii") as file:
                file.writelines(batch.lines(plan, study.routes, done))
            say(f"The requests that have no reply yet are in {out}; read the results back with --batch-in.")
            return Exit.RETRYABLE
        if back is not None:
            done = store.done()
            for row in batch.rows(plan, _text(paths.expanded(back))):
                if not row.error or row.key not in done:
                    store.keep(row)
            study = replace(study, routes={})  # judges alone are asked
        return _asked(study, store, path, checks_only=back is not None)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no text in UTF-8.") from None


def _refuse_commands(call: Call, plan: Plan) -> None:
    """Raise UsageError for commands of a study that nobody allowed, or that are not there."""
    commands = [check.wanted[0] for check in plan.checks if check.kind == "command"]
    if commands and not call.has("allow_commands"):
        raise UsageError(
            "This study runs commands of its own to check replies; allow that with --allow-commands."
        )
    for command in commands:
        if shutil.which(command) is None:
            raise UsageError(f"The command {command} of this study is not there, or cannot be run.")


def _asked(study: Resolved, store: Store, path: Path, checks_only: bool) -> int:
    remote = [route.endpoint for route in study.every if not route.endpoint.demo]
    for endpoint in remote:
        client_for(endpoint)  # a wrong setting ends the command before anything is asked
    try:
        progress = asyncio.run(_cancelled_by_signals(study, store, checks_only))
    except KeyboardInterrupt:
        if is_terminal(sys.stderr):
            sys.stderr.write("\n")  # the line of progress stays
        say(f"Stopped; what had come is kept. Run the same again to go on: glmchat study run {path}")
        return Exit.INTERRUPTED
    if progress.stopped:
        say(f"Stopped early: {progress.stopped.rstrip('.')}.")
    if progress.kind == "budget":
        say(ADVICE)
    status = _finish(study.plan, store, path)
    return status_of(progress.kind, retryable=False) if progress.kind else status


async def _cancelled_by_signals(study: Resolved, store: Store, checks_only: bool) -> Progress:
    """Run the study with the history open, which knows prices and keeps what is paid."""
    from glmchat.api.client import ChatClient
    from glmchat.study.allowance import Budget
    from glmchat.study.runner import Runner

    task = asyncio.current_task()
    assert task is not None  # noqa: S101  (what runs here is a task)
    signals.cancel(task)
    remote = [route for route in study.every if not route.endpoint.demo]
    client = ChatClient(demo=demo.maker() if len(remote) < len(study.every) else None)
    bar = _Bar()
    try:
        async with history_access.opened(create=bool(remote), needed=False) as archive:
            known = await study.priced(archive)
            known.tell_unknown()
            budget = Budget(study.limits, archive.spending, bar.tell)
            runner = Runner(study.plan, known.routes, client, store, known.judges, bar, checks_only, budget)
            return await runner.run()
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        await client.aclose()


class _Bar:
    """Writes how far a study is on standard error: in place on a terminal, else a line for each tenth."""

    def __init__(self) -> None:
        self._at, self._tenth = 0.0, -1
        self._in_place = is_terminal(sys.stderr) and moves_cursor()

    def tell(self, sentence: str) -> None:
        """Say something beside the line of progress."""
        if self._in_place:
            sys.stderr.write("\r\x1b[K")
        say(sentence)

    def __call__(self, progress: Progress) -> None:
        over = progress.done + progress.failed >= progress.size
        left = "" if progress.left_s is None or over else f", about {_span(progress.left_s)} left"
        failed = f", {progress.failed:,} failed" if progress.failed else ""
        costs = " + ".join(
            f"{amount:.4g} {currency}" for currency, amount in progress.costs.items() if amount
        )
        cost = f", {costs}" if costs else ""
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

    summary = summarise(plan, store.rows_of(plan))
    report.write_rows(_beside(path, ".study.jsonl"), _beside(path, ".study.csv"), plan, store.rows_of(plan))
    report.write_html(_beside(path, ".study.html"), plan, summary, store.rows_of(plan))
    _print(summary)
    missing = plan.size - sum(summary.replies.values())
    say(f"Report: {_beside(path, '.study.html')}")
    for error, count in Counter(row.error for row in store.rows_of(plan) if row.error).most_common(_REASONS):
        say(f"Failed {'once' if count == 1 else f'{count:,} times'}: {safe_line(error)}")
    if missing:
        are = "One reply is" if missing == 1 else f"{missing:,} replies are"
        say(f"{are} missing; run the same again to ask for what is not there.")
    spent = store.spent()
    if any(spent.values()):
        say(f"Spent so far, grading included: {pricing.total(spent)}.")
    names = {check.name for check in plan.checks}
    ungraded = sum(not row.error and not names <= set(row.checks) for row in store.rows_of(plan))
    if ungraded:
        are = "One reply lacks" if ungraded == 1 else f"{ungraded:,} replies lack"
        say(f"{are} a check that could not be made; run the same again to make it.")
    return Exit.RETRYABLE if missing or ungraded else Exit.OK


def _print(summary: Summary, plots: bool = False) -> None:
    """Print the table of each measure, with its plot where it is looked at on purpose."""
    from glmchat.study.report import cell_text

    width = shutil.get_terminal_size().columns
    for measure in summary.measures:
        rows = []
        for name, cells in summary.rows.items():
            cell = cells[measure]
            rows.append((safe(name), cell_text(cell), cell.beside))
        show(table(rows, (safe(measure), "mean (95 % interval)", "beside the first")))
        show("")
        if plots:
            figures = {name: cells[measure].figure for name, cells in summary.rows.items()}
            show(intervals(measure, figures, width))
            show("")
    counted = [
        (safe(name), f"{summary.replies[name]:,}", f"{summary.failures[name]:,}") for name in summary.rows
    ]
    show(table(counted, ("variant", "replies", "failed")))
    if plots:
        show("\n" + "\n".join(textwrap.wrap(summary.method, width)))


def _show(call: Call) -> int:
    from glmchat.study.store import Store
    from glmchat.study.summary import summarise

    path = _file(call)
    plan = resolved(call, path, asks=False, judges=False).plan
    if not _beside(path, ".study.db").exists():
        raise CommandError(f"This study has no results yet; run it with: glmchat study run {path}")
    with Store(_beside(path, ".study.db")) as store:
        _print(summarise(plan, store.rows_of(plan)), plots=True)
    return Exit.OK


def _report(call: Call) -> int:
    from glmchat.study.store import Store

    path = _file(call)
    plan = resolved(call, path, asks=False, judges=False).plan
    with Store(_beside(path, ".study.db")) as store:
        return _finish(plan, store, path)


_BODIES = {"run": _run, "show": _show, "report": _report}
