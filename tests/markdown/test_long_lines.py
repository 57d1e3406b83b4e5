"""Lines too long to be parsed at once: they cost what is new, and are what they would be in one piece."""

from __future__ import annotations

import random
import sys
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glmchat.markdown import stream, warm
from glmchat.markdown.document import Document
from glmchat.markdown.layout import LONGEST_AHEAD, TextLayout
from glmchat.markdown.long_lines import LONGEST_LINE
from glmchat.markdown.spans import text_of
from glmchat.markdown.stream import BlockStream
from tests.markdown.generators import BODIES, LINES, PREFIXES, cuts, sizes
from tests.markdown.test_blocks import assert_same, in_pieces, shape
from tests.markdown.test_document import drawn_at_once, streamed

WORDS = "some words and **strong** ones, `code`, 中文，测试。 "
KINDS = {
    "paragraph": "{}",
    "list": "- {}\n  more\n- b",
    "quote": "> {}\n> more\n\nafter",
    "heading": "# {}\nafter",
    "setext": "{}\n===\nafter",
    "fence": "```py\n{}\nmore\n```\nafter",
    "indented": "    {}\n    more",
    "html": "<div>\n{}\n</div>\n\nafter",
    "row": "| a | b |\n|---|---|\n| {} | c | d |\n| e |",
    "footnote": "[^1]: {}\nafter",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_line_of_any_kind_is_what_it_would_be_in_one_piece(kind: str) -> None:
    text = KINDS[kind].format(WORDS * 500)
    for size in (700, 9_000, 1 << 20):
        assert_same(text, [size])
    assert list(streamed(text, 80, [5_000], random.Random(1)).lines()) == drawn_at_once(text, 80)


_line = st.one_of(
    st.sampled_from(LINES),
    st.tuples(st.sampled_from(PREFIXES), st.sampled_from(BODIES)).map("".join),
    st.lists(st.sampled_from(LINES), min_size=2, max_size=10).map(" ".join),
    st.lists(st.sampled_from(LINES), min_size=2, max_size=10).map("|".join),
)


@given(st.lists(_line, max_size=8).map("\n".join), sizes, st.sampled_from((20, 60, 200)))
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_wherever_long_lines_are_divided_all_cuts_give_the_same(
    text: str, pattern: list[int], longest: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "LONGEST_LINE", longest)
        patch.setattr(stream, "_BLANKS_KEPT", 8)
        leaves, labels = in_pieces([text])
        found, found_labels = in_pieces(cuts(text, pattern))
        assert [shape(leaf) for leaf in found] == [shape(leaf) for leaf in leaves]
        assert found_labels == labels
        lines = list(streamed(text, 60, [1 << 20], random.Random(0)).lines())
        assert list(streamed(text, 60, pattern, random.Random(0)).lines()) == lines


def test_a_line_of_blanks_is_one_that_is_blank() -> None:
    text = "a\n" + " " * 50_000 + "\nb" + " " * 50_000 + "c\n"
    for size in (100, 9_000):
        assert [len(leaf.lines) > 0 for leaf in in_pieces(cuts(text, [size]))[0]] == [True, True]


def test_a_definition_has_its_whole_address() -> None:
    url = "https://a.b/" + "x" * 30_000
    for size in (500, 10_000):
        assert in_pieces(cuts(f"[l]: {url} 'title'\n[m]: /u\n\n[l]", [size]))[1] == {"L": url, "M": "/u"}


def test_no_more_of_a_long_line_is_parsed_than_its_beginning() -> None:
    blocks = BlockStream()
    for _ in range(400):
        blocks.feed("word " * 200)
        blocks.advance()
    assert blocks.lines_parsed < 60
    assert sum(len(text) for leaf in blocks.open for text, _ in leaf.lines) <= 2 * LONGEST_LINE


class Work:
    """Counts the calls of Python functions and of the library's in a step: what it costs, whatever the machine."""

    def __init__(self) -> None:
        self.calls = self.most = 0

    def _count(self, frame: FrameType, event: str, arg: object) -> None:
        self.calls += event in ("call", "c_call")

    def step(self, document: Document) -> bool:
        """A frame's step, of which nothing but the least is asked."""
        self.calls = 0
        sys.setprofile(self._count)
        try:
            done = document.advance(0.0) and document.settle(document.height - 40, document.height, 0.0)
            for y in range(max(document.height - 40, 0), document.height):
                document.line(y)
        finally:
            sys.setprofile(None)
        self.most = max(self.most, self.calls)
        return done


ODD = {
    "one word": ["a" * 400_000],
    "one line": [WORDS * 3_000],
    "one line of Chinese JSON": ['{"' + '名称":"中文内容，测试数据","' * 3_300 + '"}'],
    "the same as code": ['```json\n{"' + '名称":"中文内容，测试数据","' * 3_300 + '"}\n```\n'],
    "many lines": ["line\n" * 15_000],
    "many lines of code": ["```\n" + "line\n" * 40_000],
    "combining marks": [("e" + "\u0301" * 3_000 + " ") * 60],
    "a file": ["![x](data:image/png;base64," + "iVBORw0KGgo" * 60_000 + ")"],
    "markup": ["*a **b [c `d " * 2_500],
}


@pytest.mark.parametrize("kind", ODD)
def test_no_step_does_more_than_a_bounded_work(kind: str) -> None:
    warm()
    document, work = Document(116), Work()
    for text in ODD[kind]:
        document.feed(text)
    document.close()
    while not work.step(document):
        pass
    document.set_width(80)
    while not work.step(document):
        pass
    assert work.most < 60_000
    assert text_of(document.line(document.height - 1)) is not None


def test_what_waits_to_be_drawn_is_not_copied_in_every_step() -> None:
    document = Document(116)
    document.feed("中文内容" * 250_000)
    document.advance()
    layout = document.layout(0, 0.0)
    assert isinstance(layout, TextLayout)
    most = 0
    while not document.settle(0, document.height, 0.0) and most < 3 * LONGEST_AHEAD:
        most = max(most, layout.waiting)
    assert most < 3 * LONGEST_AHEAD
