"""The garbage collector leaves alone what start-up made, in the program and nowhere else."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

from tests.tui.stage import staged

_PROGRAM = """
import gc
from glmchat.tui.platform import gc_tuning as collector
collector.hold()
assert collector.held()
kept = [[] for _ in range(100_000)]
collector.settle()
assert not collector.held()
assert gc.get_freeze_count() >= 100_000
assert len(gc.get_objects()) < 1_000
"""


def test_what_start_up_made_is_set_apart() -> None:
    subprocess.run([sys.executable, "-c", _PROGRAM], check=True)


async def test_an_app_that_runs_inside_another_program_leaves_its_collector_alone(tmp_path: Path) -> None:
    usual = gc.get_threshold()
    gc.set_threshold(701, 11, 11)
    try:
        set_apart = gc.get_freeze_count()
        async with staged(tmp_path) as stage:
            await stage.pilot.pause()
        assert gc.isenabled() and gc.get_threshold() == (701, 11, 11)
        assert gc.get_freeze_count() <= set_apart  # some of it may have died
    finally:
        gc.set_threshold(*usual)
