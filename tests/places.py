"""Directories that nobody can look into, in the ways in which that happens."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHAPES = [
    "circle",
    "name-too-long",
    pytest.param("no-search", marks=pytest.mark.skipif(os.geteuid() == 0, reason="root may look everywhere")),
]


def barred(place: Path, shape: str) -> Path:
    """Such a directory in the place of another."""
    if shape == "circle":
        place.symlink_to(place)
    elif shape == "name-too-long":
        place = place.with_name("x" * 300)
    else:
        place.mkdir(mode=0)
    return place
