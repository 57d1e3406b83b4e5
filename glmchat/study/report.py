"""Writes a study's results: one HTML page that needs nothing else, JSONL and CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from html import escape
from itertools import groupby
from pathlib import Path

from glmchat.analysis.samples import Cell
from glmchat.analysis.statistics import words
from glmchat.study.plan import Plan
from glmchat.study.store import Row
from glmchat.study.summary import Summary
from glmchat.support.numbers import written
from glmchat.support.text import safe, width

_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #222;
  background: #fff }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .3rem .8rem; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
th.n { text-align: right } th:first-child { min-width: 10rem; position: sticky; left: 0; background: #fff;
  background-clip: padding-box }
.wide { overflow-x: auto } .plots { display: flex; flex-wrap: wrap; gap: 0 2rem }
h3 { margin: 1.2rem 0 .3rem } svg { max-width: 100%; height: auto } small { color: #666 } pre { white-space: pre-wrap;
  overflow-wrap: anywhere; background: #f6f6f6; padding: .6rem } summary { cursor: pointer } .error { color: #a00 }
@media (max-width: 40rem) { body { margin: 1rem auto } th, td { padding: .3rem .5rem }
  th:first-child { min-width: 6rem } }
@media (prefers-color-scheme: dark) { body, th:first-child { background-color: #1b1b1b; color: #ddd }
  pre { background: #262626 }
  th, td { border-color: #444 } small { color: #999 } .error { color: #f88 } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# A plot in pixels: its names, its bars, the figures behind them, and the height of a line; and characters of a name.
_LEFT, _WIDTH, _RIGHT, _ROW = 190, 240, 80, 26
_NAME = 24


def cell_text(cell: Cell) -> str:
    """A figure with its interval."""
    found = cell.figure
    if found is None:
        return "–"
    around = (
        "" if found.low is None or found.high is None else f" ({written(found.low)} to {written(found.high)})"
    )
    return written(found.mean) + around


def html(plan: Plan, summary: Summary, rows: Iterable[Row]) -> Iterator[str]:
    """The page, piece by piece."""
    name = _safe(plan.name)
    yield (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style><h1>{name}</h1>'
        f"<p>{_counted(len(plan.prompts), 'prompt')}, {_counted(len(plan.variants), 'variant')}, "
        f"{_counted(plan.repeats, 'repeat')}. "
        f"Figures are means with 95 % intervals, and what is said beside them compares with the first variant. "
        f"{_safe(summary.method)}</p>"
    )
    yield from _table(summary)
    yield '<div class="plots">'
    for measure in summary.measures:
        yield _plot(measure, summary)
    yield "</div><h2>Replies</h2>"
    for prompt, group in groupby(rows, key=lambda row: row.prompt):
        yield f"<h3>{prompt + 1}. {_safe(plan.prompts[prompt])}</h3>"
        yield from map(_reply, group)
    yield "</html>\n"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _safe(text: str) -> str:
    """Text as text: no markup, and every control character a sign that can be seen."""
    return escape(safe(text))


def _table(summary: Summary) -> Iterator[str]:
    heads = "".join(f'<th class="n">{_safe(measure)}</th>' for measure in summary.measures)
    counts = '<th class="n">replies</th><th class="n">failed</th>'
    yield f'<div class="wide"><table><tr><th>variant</th>{heads}{counts}</tr>'
    for name, cells in summary.rows.items():
        yield f"<tr><th>{_safe(name)}</th>"
        for cell in cells.values():
            mean, _, around = cell_text(cell).partition(" (")
            lines = [mean, *(f"<small>{each}</small>" for each in (around.rstrip(")"), cell.beside) if each)]
            yield f'<td class="n">{"<br>".join(lines)}</td>'
        yield f'<td class="n">{summary.replies[name]:,}</td><td class="n">{summary.failures[name]:,}</td></tr>'
    yield "</table></div>"


def _plot(measure: str, summary: Summary) -> str:
    """Bars of a measure with their intervals, as SVG."""
    found = {name: cells[measure].figure for name, cells in summary.rows.items()}
    ends = [each.high if each.high is not None else each.mean for each in found.values() if each]
    top = max([*ends, 0.0]) or 1.0

    def across(value: float | None) -> float:
        return _LEFT + max(0.0, value or 0.0) / top * _WIDTH

    bars = []
    for at, (name, each) in enumerate(found.items()):
        y = at * _ROW
        label = f"<tspan>{_safe(_shortened(name))}</tspan><title>{_safe(name)}</title>"
        bars.append(f'<text x="{_LEFT - 8}" y="{y + 17}" text-anchor="end">{label}</text>')
        if each is None:
            continue
        bars.append(
            f'<rect x="{_LEFT}" y="{y + 5}" width="{across(each.mean) - _LEFT:.1f}" height="14" fill="#4a7fb5"/>'
        )
        if each.low is not None:
            low, high = across(each.low), across(each.high)
            ends_of = f"M{low:.1f} {y + 8}v8M{high:.1f} {y + 8}v8M{low:.1f} {y + 12}H{high:.1f}"
            bars.append(f'<path d="{ends_of}" stroke="currentColor" stroke-width="1.5"/>')
        end = max(across(each.mean), across(each.high)) + 8
        bars.append(f'<text x="{end:.1f}" y="{y + 17}">{written(each.mean)}</text>')
    right, below = _LEFT + _WIDTH + _RIGHT, len(found) * _ROW
    size = f'width="{right}" height="{below}" viewBox="0 0 {right} {below}"'
    return (
        f'<div><h3>{_safe(measure)}</h3><svg role="img" aria-label="{_safe(measure)}" font-size="13" '
        f'fill="currentColor" {size}>{"".join(bars)}</svg></div>'
    )


def _shortened(name: str) -> str:
    """A name that fits beside its bar; wide characters count twice."""
    if width(name) <= _NAME:
        return name
    while width(name) >= _NAME:
        name = name[:-1]
    return name.rstrip() + "…"


def _reply(row: Row) -> str:
    checks = [f"{_safe(name)} {written(score)}" for name, score in row.checks.items()]
    taken = [
        f"{len(words(row.content)):,} words",
        *([] if row.seconds is None else [f"{written(row.seconds)} s"]),
    ]
    head = f"{_safe(row.variant)}, repeat {row.repeat + 1}"
    if row.error:
        return f'<p class="error">{head}: {_safe(row.error)}</p>'
    thought = f"<pre><small>{_safe(row.reasoning)}</small></pre>" if row.reasoning else ""
    figures = f"<small>{', '.join([*taken, *checks])}</small>"
    return f"<details><summary>{head} {figures}</summary>{thought}<pre>{_safe(row.content)}</pre></details>"


def write_html(path: Path, plan: Plan, summary: Summary, rows: Iterable[Row]) -> None:
    """Write the page."""
    with path.open("w", encoding="utf-8", errors="replace") as file:
        file.writelines(html(plan, summary, rows))


def write_rows(jsonl: Path, table: Path, plan: Plan, rows: Iterable[Row]) -> None:
    """Write all replies with their prompts, as lines of JSON and as CSV."""
    with (
        jsonl.open("w", encoding="ascii") as lines,
        table.open("w", encoding="utf-8", errors="replace", newline="") as cells,
    ):
        checks = [check.name for check in plan.checks]
        fields = [each for each in Row.__slots__ if each not in ("checks", "prompt")]
        out = csv.writer(cells)
        out.writerow(["prompt", *fields, *checks])
        for row in rows:
            found = {**asdict(row), "prompt": plan.prompts[row.prompt]}
            lines.write(json.dumps(found) + "\n")
            out.writerow(
                [_cell_value(each) for each in (found["prompt"], *(found[name] for name in fields))]
                + [row.checks.get(name, "") for name in checks]
            )


def _cell_value(value: object) -> object:
    """A value for a spreadsheet: a text that it would take for a formula begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
