"""Print the benchmark's tables: ``python -m tests.benchmarks [--quick] [--tables start,burst,steady,steps,...]``.

Figures of one run are for comparing with each other: every table holds glmchat beside bare references measured in
the same minutes, on the same cores. `input` is a Textual app with one input and nothing else, `richlog` and `log` draw
plain text, `markdown` is Textual's own Markdown stream, `transcript` is glmchat's transcript alone with a bare loop of
httpx.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from statistics import median

from tests.benchmarks.abuse import KINDS as ABUSES
from tests.benchmarks.corpus import KINDS
from tests.benchmarks.measure import BARE, Burst, Server, burst, echo, serving

_TOKENS = (1_000, 10_000, 50_000, 128_000)
# Textual's Markdown stream does not finish long replies in bearable time.
_LONGEST = {"markdown": 10_000}
# Plain text without many newlines is what `Log` draws, not `RichLog`.
_BESIDE = {"onecode": "log", "table": "log"}


def row(cells: Sequence[object]) -> None:
    """One row of a Markdown table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def head(*names: str) -> None:
    """The head of a Markdown table."""
    row(names)
    row(["---"] * len(names))


def bursts(server: Server, kinds: Sequence[str], tokens: Sequence[int]) -> None:
    """Replies as fast as the socket takes them."""
    head("kind", "tokens", "program", "tokens/s", "CPU s per 1,000", "lag ms", "RSS MiB at start", "after")
    for kind in kinds:
        for count in tokens:
            for program in ("richlog", _BESIDE.get(kind, ""), "markdown", "transcript", "glmchat"):
                if program and count <= _LONGEST.get(program, count):
                    show_burst(burst(program, server, kind, count), program, kind, count)


def show_burst(found: Burst | None, program: str, kind: str, count: int) -> None:
    """A row of the table."""
    if found is None:
        row([kind, f"{count:,}", program, "not done", "", "", "", ""])
        return
    rate, cpu, lag = f"{found.tokens_per_s:,.0f}", f"{found.cpu_s_per_1000:.4f}", f"{found.lag_ms:.0f}"
    row(
        [
            kind,
            f"{count:,}",
            program,
            rate,
            cpu,
            lag,
            f"{found.rss_start_mib:.0f}",
            f"{found.rss_end_mib:.0f}",
        ]
    )


def steady(server: Server, seconds: float, fill: Sequence[int], times: int) -> None:
    """300 tokens a second while keys are typed, into an empty conversation and into a long one; medians."""
    head("program", "tokens before", "share of a core", "key echo p50 ms", "p99 ms", "lag at the end ms")
    programs = ("richlog", "transcript", "glmchat")
    for before in fill:
        rounds = [
            [echo(program, server, seconds, before_tokens=before) for program in programs]
            for _ in range(times)
        ]
        for at, program in enumerate(programs):
            found = [each[at] for each in rounds]
            share, p50 = median(each.cpu_share for each in found), median(each.p50_ms for each in found)
            p99, lag = median(each.p99_ms for each in found), median(each.lag_ms for each in found)
            row([program, f"{before:,}", f"{share:.2f}", f"{p50:.0f}", f"{p99:.0f}", f"{lag:.0f}"])


def starts(server: Server, counts: Sequence[int], times: int) -> None:
    """Starting with a history of any size, the programs in turn; medians."""
    from tests.benchmarks.start import history_of, started

    head("program", "sessions", "screen after s", "a key shows after s", "RSS MiB", "first token ms")
    programs = (BARE, "richlog", "glmchat")
    for program in programs:
        started(program, server)  # the first start compiles
    for count in counts:
        with history_of(count) as data:
            rounds = [[started(program, server, data) for program in programs] for _ in range(times)]
        for at, program in enumerate(programs):
            found = [each[at] for each in rounds]
            screen, ready = (median(each.screen_s for each in found), median(each.ready_s for each in found))
            rss, first = (
                median(each.rss_mib for each in found),
                median(each.first_token_ms for each in found),
            )
            row([program, f"{count:,}", f"{screen:.2f}", f"{ready:.2f}", f"{rss:.0f}", f"{first:.0f}"])


def sessions(server: Server, counts: Sequence[int]) -> None:
    """Opening sessions of any length."""
    from tests.benchmarks.sessions import opened

    head(
        "messages",
        "end in view after s",
        "RSS MiB",
        "page up ms",
        "to the start ms",
        "to the end ms",
        "key echo ms",
    )
    for count in counts:
        found = opened(server, count)
        times = (found.page_up_ms, found.home_ms, found.end_ms, found.echo_ms)
        row(
            [f"{count:,}", f"{found.ready_s:.2f}", f"{found.rss_mib:.0f}", *(f"{each:.0f}" for each in times)]
        )


def steps(server: Server, programs: Sequence[str]) -> None:
    """The longest steps of the event loop while things are done."""
    from tests.benchmarks.steps import LONG_MS, stepped

    head("doing", "program", "longest step, CPU ms", f"steps over {LONG_MS:.0f} ms", "the longest")
    rounds = [(program, stepped(program, server)) for program in programs]
    for at in range(len(rounds[0][1])):
        for program, found in rounds:
            each = found[at]
            row([each.doing, program, f"{each.longest_ms:.1f}", each.long, each.name])


def comparisons(server: Server, seconds: float) -> None:
    """Six replies side by side."""
    from tests.benchmarks.compared import COLUMNS, share_of_a_core

    head("columns", "tokens/s each", "share of a core")
    for rate in (20.0, 50.0):
        row([COLUMNS, f"{rate:.0f}", f"{share_of_a_core(server, rate, seconds):.2f}"])


def abuses(server: Server, kinds: Sequence[str]) -> None:
    """What keys wait for, and what memory it takes, while replies come that nobody means."""
    from tests.benchmarks.abuse import abused

    head("reply", "program", "a key waits at most ms", "RSS MiB at start", "after", "end in view after s")
    for kind in kinds:
        for program in ("richlog", "glmchat"):
            each = abused(program, server, kind)
            ended = "not within a minute" if each.seconds is None else f"{each.seconds:.1f}"
            memory = (f"{each.rss_start_mib:.0f}", f"{each.rss_end_mib:.0f}")
            row([ABUSES[kind], program, f"{each.worst_ms:.0f}", *memory, ended])


def files(server: Server, tree: int, attachments: int) -> None:
    """The picker of files in a large tree, and a session with attachments beside the same one without."""
    from tests.benchmarks.attachments import picked, with_attachments

    head("files in the tree", "known after s", "a key, median ms", "a key, longest ms")
    found = picked(tree)
    row([f"{tree:,}", f"{found.walk_s:.2f}", f"{found.median_ms:.1f}", f"{found.longest_ms:.1f}"])
    print()
    head(
        "questions",
        "attached",
        "end in view after s",
        "RSS MiB",
        "page up ms",
        "to the start ms",
        "key echo ms",
    )
    for attached in (False, True):
        each = with_attachments(server, attachments // 2, attached)
        times = (each.page_up_ms, each.home_ms, each.echo_ms)
        count = attachments if attached else 0
        row(
            [
                each.messages,
                count,
                f"{each.ready_s:.2f}",
                f"{each.rss_mib:.0f}",
                *(f"{at:.0f}" for at in times),
            ]
        )


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small figures, a minute or two")
    parser.add_argument(
        "--tables",
        default="start,burst,steady,steps,compare,abuse,sessions,files",
        help="which tables, parted by commas",
    )
    parser.add_argument("--kinds", default=",".join(KINDS), help="kinds of text for the burst")
    parser.add_argument("--tokens", default="", help="sizes for the burst")
    options = parser.parse_args()
    quick = options.quick
    tokens = [int(each) for each in options.tokens.split(",") if each] or list(
        _TOKENS[: 1 if quick else None]
    )
    with serving() as server:
        tables: dict[str, Callable[[], None]] = {
            "start": lambda: starts(server, (0,) if quick else (0, 10_000), 3 if quick else 7),
            "burst": lambda: bursts(server, options.kinds.split(","), tokens),
            "steady": lambda: steady(
                server, 4.0 if quick else 10.0, (0,) if quick else (0, 100_000), 1 if quick else 3
            ),
            "steps": lambda: steps(server, ("richlog", "glmchat")),
            "compare": lambda: comparisons(server, 3.0 if quick else 8.0),
            "abuse": lambda: abuses(server, list(ABUSES)[: 1 if quick else None]),
            "files": lambda: files(server, 2_000 if quick else 100_000, 10 if quick else 200),
            "sessions": lambda: sessions(server, (10,) if quick else (10, 1_000, 10_000)),
        }
        for name in options.tables.split(","):
            print(f"\n{name}\n", flush=True)
            tables[name]()


if __name__ == "__main__":
    main()
