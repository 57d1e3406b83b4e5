"""The benchmark runs: figures come out, none of them is judged."""

from __future__ import annotations

import sys

import pytest

from tests.benchmarks.corpus import KINDS, pieces
from tests.benchmarks.measure import BARE, burst, serving
from tests.benchmarks.start import started


@pytest.mark.parametrize("kind", KINDS)
def test_the_corpus_has_as_many_pieces_as_asked_for(kind: str) -> None:
    assert len(pieces(kind, 500)) == 500
    assert "".join(pieces(kind, 500)).count("```") % 2 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_a_burst_is_painted_to_its_end_by_the_program_and_by_a_reference() -> None:
    with serving() as server:
        for program in ("richlog", "glmchat"):
            found = burst(program, server, "markdown", 200)
            assert found is not None and found.tokens_per_s > 0 and found.rss_end_mib > 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_a_start_shows_a_key_and_then_a_first_token() -> None:
    with serving() as server:
        found = started("glmchat", server)
        bare = started(BARE, server)
    assert 0 < found.screen_s <= found.ready_s
    assert found.first_token_ms > 0
    assert 0 < bare.screen_s <= bare.ready_s
