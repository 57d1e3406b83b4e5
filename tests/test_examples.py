"""Property tests see the same examples in every run, whichever tests ran before them in the same process."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.skipif(
    settings.get_current_profile_name() == "random", reason="new examples are looked for"
)


def examples() -> list[object]:
    drawn: list[object] = []

    @given(st.lists(st.text() | st.integers()))
    def draw(example: list[str | int]) -> None:
        drawn.append(example)

    draw()
    return drawn


def test_what_is_imported_changes_no_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = examples()
    source = tmp_path / "words.py"
    source.write_text("\n".join(f"'word {number}', {number}" for number in range(1000, 1200)), "utf-8")
    words = ModuleType("words")
    words.__file__ = str(source)
    monkeypatch.setitem(sys.modules, "words", words)
    assert examples() == before
