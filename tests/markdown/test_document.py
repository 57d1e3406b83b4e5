"""What is drawn at the end is what a one-shot drawing draws, cell by cell, whatever came before."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import cache
from math import inf

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from glmchat.markdown.blocks import Leaf, parse
from glmchat.markdown.code import CodeLayout
from glmchat.markdown.document import Document
from glmchat.markdown.highlight import Highlighter
from glmchat.markdown.inline_parser import References
from glmchat.markdown.layout import Layout, RuleLayout, TextLayout, gap_line
from glmchat.markdown.spans import Line, text_of, width_of
from glmchat.markdown.table import TableLayout
from glmchat.support.text import safe, safe_line
from tests.markdown.generators import cuts, examples, nested, sizes, texts

# A time that is over: work asked for until then does the least it can.
PAST = 0.0


def drawn_at_once(text: str, width: int) -> list[Line]:
    """The oracle: one markdown-it parse of the whole text, each leaf laid out on its own."""
    lines = text.split("\n")
    lines = lines[:-1] if lines[-1] == "" else lines
    offsets, at = [], 0
    for line in lines:
        offsets.append(at)
        at += len(line) + 1
    env: dict[str, dict[str, object]] = {}
    leaves = parse(lines, offsets, env)
    out: list[Line] = []
    for previous, leaf in zip([None, *leaves], leaves, strict=False):
        leaf.follow(previous)
        layout = make(leaf, width, References(env.get("references", {})))
        layout.update(leaf, None, final=True)
        out += [gap_line(leaf)] if leaf.gap else []
        out += [layout.line(number) for number in range(layout.height)]
    return out


def make(leaf: Leaf, width: int, references: References) -> Layout:
    if leaf.kind == "hr":
        return RuleLayout(leaf, width)
    if leaf.kind == "table":
        return TableLayout(leaf, width, references)
    if leaf.kind in ("fence", "code_block", "html_block"):
        return CodeLayout(leaf, width)
    return TextLayout(leaf, width, references)


def streamed(text: str, width: int, pattern: list[int], looks: random.Random) -> Document:
    """Fed in pieces, looked at here and there on the way."""
    document = Document(width)
    for piece in cuts(text, pattern):
        document.feed(piece)
        document.advance(PAST if looks.random() < 0.3 else inf)
        choice = looks.random()
        if choice < 0.4:
            top = document.height - looks.choice((1, 5, 40))
            document.settle(top, document.height, looks.choice((PAST, inf)))
        elif choice < 0.5:
            list(document.lines())
    document.finish()
    return document


@given(texts, sizes, st.sampled_from((20, 60, 100, 130)), st.randoms(use_true_random=False))
@settings(max_examples=120)
def test_any_cuts_draw_what_one_shot_draws(
    text: str, pattern: list[int], width: int, looks: random.Random
) -> None:
    text = safe(text)
    lines = list(streamed(text, width, pattern, looks).lines())
    assert lines == drawn_at_once(text, width)
    for line in lines:
        assert width_of(line) <= width
        assert safe_line(text_of(line)) == text_of(line)
        for span in line:
            if span.source >= 0 and span.length == len(span.text):
                source = text[span.source : span.source + span.length].replace("\t", " ").replace("\n", " ")
                # Where a tab is divided between a container and its content, blanks stand for what is left of it.
                ours = source.strip() if "\t" not in text else source.strip()[-len(span.text.strip()) :]
                assert ours == span.text.strip()


@cache
def other_parser() -> MarkdownIt:
    """A parser that has nothing of ours and no limit."""
    return MarkdownIt("commonmark", {"maxNesting": 100_000}).enable(["table", "strikethrough"])


def said(tokens: list[Token]) -> Iterator[str]:
    """What tokens say, in order, markup left out."""
    for token in tokens:
        if token.type in ("text", "text_special", "code_inline", "fence", "code_block", "html_block"):
            yield token.content
        yield from said(token.children or [])


# What two parsers may read as markup or as itself.
MARKUP = str.maketrans("", "", "*_~`")
DATA = re.compile(r"data:([\w/]+);base64,\S{64,}|data:([\w/]+), [\d.]+ .?B")


def bare(text: str) -> str:
    """Characters alone; the boxes of tasks as they are written, and files in the text by their kind."""
    written = text.replace("☐", "[ ]").replace("☑", "[x]").replace("[X]", "[x]")
    return "".join(DATA.sub("", safe(written)).translate(MARKUP).split())


def lost(text: str, drawn: str) -> str:
    """What of a text is not drawn, from the first character on that is missing."""
    rest = iter(drawn)
    expected = bare("".join(said(other_parser().parse(text))))
    for number, char in enumerate(expected):
        if char not in rest:
            return expected[number:]
    return ""


@given(st.one_of(st.tuples(texts, sizes), st.tuples(nested, st.just([400]))))
@settings(max_examples=80, suppress_health_check=list(HealthCheck))
def test_nothing_is_ever_lost(case: tuple[str, list[int]]) -> None:
    text, pattern = safe(case[0]), case[1]
    document = streamed(text, 100, pattern, random.Random(1))
    document.write_formulas(True)
    drawn = bare("".join(map(text_of, document.lines())))
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    try:
        assert lost(text, drawn) == ""
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.parametrize("depth", [10, 20, 40, 300])
def test_containers_of_any_depth_lose_nothing_and_leave_room(depth: int) -> None:
    listed = "".join("  " * i + f"- item{i}\n" for i in range(depth))
    for text in (listed, "> " * depth + "item0\n", "- > " * depth + "item0\n"):
        document = streamed(f"{text}\n## Next\n\nend", 60, [300], random.Random(1))
        lines = [text_of(line) for line in document.lines()]
        assert all(f"item{i}" in "\n".join(lines) for i in range(text.count("item")))
        assert lines[-3] == "Next" and lines[-1] == "end"
        assert max(len(line) for line in lines) <= 60


def test_a_task_has_its_box_in_a_paragraph_only() -> None:
    lines = [text_of(line) for line in drawn_at_once("- [ ] x\n- ## [ ] y", 40)]
    assert lines == ["• ☐ x", "• [ ] y"]


def test_every_example_of_the_specifications_draws_the_same() -> None:
    for number, text in enumerate(examples()):
        document = streamed(text, 40, [number % 7 + 1], random.Random(number))
        assert list(document.lines()) == drawn_at_once(text, 40)


@pytest.mark.full
@given(st.lists(texts, max_size=30).map("\n".join), sizes, st.randoms(use_true_random=False))
@settings(max_examples=3_000, suppress_health_check=list(HealthCheck))
def test_any_cuts_of_long_texts_draw_what_one_shot_draws(
    text: str, pattern: list[int], looks: random.Random
) -> None:
    text = safe(text)
    assert list(streamed(text, 77, pattern, looks).lines()) == drawn_at_once(text, 77)


@pytest.mark.parametrize(
    "word", ["plain words and **bold** ones. ", "北京的天气，今天很好。", "a * b [open <c ", "x_y_z "]
)
def test_a_paragraph_of_any_length_draws_the_same(word: str) -> None:
    text = word * (60_000 // len(word))
    assert list(streamed(text, 90, [700], random.Random(1)).lines()) == drawn_at_once(text, 90)


LONG = {
    "code": "```python\n"
    + "def name(argument):  # a comment that goes on for a while\n\treturn 1\n" * 1_500
    + "```\n",
    "table": "| a | b |\n|---|---|\n" + "| a cell | **another** with `code` |\n" * 500,
    "list": "".join("  " * (number % 6) + f"- item {number} with **bold**\n" for number in range(400)),
    "words": "many words with **bold** ones " * 4_000,
    "newlines": "a\n" + "\n" * 50_000 + "b\n",
    "lines": "The same line again and again.\n" * 3_000,
    "wide": "北京的天气，今天很好。" * 3_000,
}


@pytest.mark.parametrize("kind", LONG)
def test_a_long_text_is_read_and_drawn_in_steps_that_end_in_what_one_shot_draws(kind: str) -> None:
    text = LONG[kind]
    document = Document(90)
    document.feed(text)
    document.close()
    reading = steps(lambda: document.advance(PAST))
    assert document.finished and (reading >= len(text) // 8_192 or "\n" not in text.rstrip())
    top = document.height - 40
    drawing = steps(lambda: document.settle(top, document.height, PAST))
    assert list(document.lines()) == drawn_at_once(text, 90)
    document.set_width(60)
    again = steps(lambda: document.settle(document.height - 40, document.height, PAST))
    assert list(document.lines()) == drawn_at_once(text, 60)
    if document.block_count == 1 and kind != "code":
        assert min(drawing, again) > 10


def steps(work: Callable[[], bool]) -> int:
    """How often a work has to be taken up."""
    count = 1
    while not work():
        count += 1
    return count


def test_a_line_drawn_before_all_is_ready_is_empty_where_nothing_is_known() -> None:
    document = Document(80)
    document.feed(LONG["table"])
    document.finish()
    assert not document.settle(0, document.height, PAST)
    assert text_of(document.line(0)).startswith("a ")
    assert text_of(document.line(document.height - 1)) == ""
    assert document.height > 500


def test_a_table_of_more_columns_than_there_is_room_for_is_drawn_as_records() -> None:
    names = [f"Month {number}" for number in range(13)]
    rows = [[f"{row}x{number}" for number in range(13)] for row in range(3)]
    table = [names, ["---"] * 13, *rows]
    text = "\n".join("| " + " | ".join(cells) + " |" for cells in table) + "\n"
    document = streamed(text, 40, [7], random.Random(3))
    lines = [text_of(line) for line in document.lines()]
    assert max(map(len, lines)) <= 40
    for row in rows:
        for name, cell in zip(names, row, strict=True):
            assert f"{name}: {cell}" in lines
    assert list(document.lines()) == drawn_at_once(text, 40)


@pytest.mark.parametrize("piece", ["var a=function(b,c){return b+c};", '{"键":"模型读取一个词元"},'])
def test_a_long_line_of_code_draws_only_the_rows_that_are_asked_for(piece: str) -> None:
    text = "```js\n" + piece * 3_000
    document = Document(80)
    for at in range(0, len(text), 4_000):
        document.feed(text[at : at + 4_000])
        document.advance()
        document.settle(document.height - 30, document.height)
        for y in range(document.height - 30, document.height):
            document.line(y)
    layout = document.layout(0)
    assert isinstance(layout, CodeLayout)
    assert sum(len(rows) for rows in layout._drawn.values()) <= 31
    document.finish()
    assert list(document.lines()) == drawn_at_once(text, 80)


def test_an_anchor_finds_its_line_again_at_another_width() -> None:
    document = Document(110)
    document.feed("before\n\n" + " ".join(f"w{number}" for number in range(5_000)) + "\n")
    document.finish()
    document.settle(0, document.height)
    anchor = document.anchor(document.height // 2)
    first = text_of(document.line(document.line_at(anchor))).split()[0]
    for width in (60, 33, 110):
        document.set_width(width)
        document.settle(0, document.height)
        assert first in text_of(document.line(document.line_at(anchor))).split()


def test_an_anchor_stays_on_its_row_when_a_table_gets_wider_columns() -> None:
    document = Document(60)
    document.feed("| a | b |\n|---|---|\n" + "".join(f"| r{n} | {'word ' * 10} |\n" for n in range(20)))
    document.advance()
    document.settle(0, document.height)
    line = next(y for y in range(document.height) if text_of(document.line(y)).startswith("r13 "))
    anchor = document.anchor(line)
    document.feed("| a much longer first cell than before | b |\n\n")
    document.advance()
    document.settle(0, document.height)
    assert document.line_at(anchor) != line
    assert text_of(document.line(document.line_at(anchor))).startswith("r13 ")


def test_a_label_defined_late_redoes_only_the_blocks_that_used_it() -> None:
    text = "see [late]\n\n" + "".join(f"paragraph {i}\n\n" for i in range(50))
    document = Document(80)
    document.feed(text)
    document.advance()
    list(document.lines())
    before = document.rendered
    document.feed("[late]: http://example.com\n\nend\n\n")
    document.advance()
    document.finish()
    lines = [text_of(line) for line in document.lines()]
    assert lines[0] == "see late (http://example.com)"
    assert document.rendered - before <= 3


def test_blocks_out_of_view_are_not_drawn() -> None:
    document = Document(100)
    for number in range(1_000):
        document.feed(f"## Head {number}\n\nSome text.\n\n- one\n- two\n\n")
        document.advance()
        document.settle(document.height - 30, document.height)
    drawn_in_view = document.rendered
    document.finish()
    assert drawn_in_view < 1_000 * 6
    unseen = Document(100)
    for _ in range(1_000):
        unseen.feed("## Head\n\nSome text.\n\n- one\n- two\n\n")
        unseen.advance()
    assert unseen.rendered == 0


def test_a_place_in_the_source_is_found_on_its_line() -> None:
    text = (
        "# One\n\n"
        + "\n\n".join(f"Paragraph {i} " + "with words " * 30 for i in range(30))
        + "\n\n```\ncode\nmark\n```\n"
    )
    document = Document(60)
    document.feed(text)
    document.finish()
    document.settle(0, document.height)
    for needle in ("Paragraph 17", "mark", "One"):
        line = document.line(document.line_of(text.index(needle)))
        assert needle in text_of(line)


def test_folded_code_is_one_line() -> None:
    document = Document(60)
    document.feed("```python\n" + "x = 1\n" * 100 + "```\n\nafter\n")
    document.finish()
    list(document.lines())
    full = document.height
    document.fold(0, True)
    assert document.height == full - 100
    assert "100 lines" in text_of(document.line(0))


def test_highlighting_goes_in_slices_and_ends_in_full() -> None:
    document = Document(80)
    document.feed("```python\n" + "def name(argument):\n    return 'text'  # comment\n" * 400 + "```\n")
    document.finish()
    list(document.lines())
    steps = 0
    while document.highlight(0, 0.0):
        steps += 1
    assert steps > 10
    assert {"code.keyword", "code.string", "code.comment"} <= {
        name for span in document.line(799) + document.line(800) for name in span.style.split()
    }


def test_a_line_too_long_to_read_is_plain_and_the_code_after_it_is_not() -> None:
    document = Document(80)
    long = "'" + "x" * 30_000 + "'"
    document.feed(f"```python\ndef f():\n    return {long}\ndef g(): pass\n```\n")
    document.finish()
    list(document.lines())
    while document.highlight(0, 1.0):
        pass
    styles = [{name for span in line for name in span.style.split()} for line in document.lines()]
    assert "code.keyword" in styles[1] and "code.keyword" in styles[-1]
    assert not any("code.string" in each for each in styles)


def test_nothing_waits_for_a_lexer_that_is_being_made(monkeypatch: pytest.MonkeyPatch) -> None:
    making: Future[None] = Future()
    monkeypatch.setattr("glmchat.markdown.highlight._loading", lambda language: making)
    found = Highlighter("a = 1\n", "python")
    assert not found.step(1_000_000.0)
    making.set_result(None)
    assert found.step(1_000_000.0)


def test_the_clock_is_looked_at_after_every_token(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Highlighter("a = 1\n" * 10, "python")
    found._lexer.result(10)
    ticks = iter(range(10_000))
    monkeypatch.setattr("glmchat.markdown.highlight.time.perf_counter", lambda: next(ticks))
    steps = 0
    while not found.step(1.5):
        steps += 1
    assert steps >= 25


@pytest.mark.parametrize("piece", ["abcdefghij", "字", "\tx", "👍🏽 "])
def test_a_line_of_code_that_goes_on_below_is_marked_and_the_mark_is_no_part_of_the_text(piece: str) -> None:
    code = piece * 30
    lines = drawn_at_once(f"```\nshort\n{code}\nshort\n```\n", 40)
    ends = [text_of(line)[-1] for line in lines[1:]]
    assert len(ends) >= 4 and ends[0] == ends[-1] == ends[-2] == " "
    assert set(ends[1:-2]) == {"↩"}
    assert all(width_of(line) == 40 for line in lines)
    assert not any(span.length for line in lines for span in line if "↩" in span.text)
