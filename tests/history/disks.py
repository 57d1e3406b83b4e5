"""Directories that a disk does not let one write."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(*how: str, on: Path) -> Iterator[None]:
    done = subprocess.run(["mount", *how, str(on)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this machine does not let us mount anything")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(on)], check=True)


@contextmanager
def read_only(place: Path) -> Iterator[None]:
    """A directory that nobody can write, root included."""
    if os.getuid() == 0:
        with mounted("--bind", str(place), on=place):
            subprocess.run(["mount", "-o", "remount,bind,ro", str(place)], check=True)
            yield
    else:
        place.chmod(0o500)
        try:
            yield
        finally:
            place.chmod(0o700)
