"""Blocks found piece by piece are those that markdown-it finds in the whole text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glmchat.markdown.blocks import Leaf, parse
from glmchat.markdown.stream import BlockStream
from glmchat.support.text import safe
from tests.markdown.generators import LINES, cuts, examples, sizes, stretches, texts


def whole(text: str) -> tuple[list[Leaf], dict[str, str]]:
    """One parse of the whole text by markdown-it."""
    lines = text.split("\n")
    lines = lines[:-1] if lines[-1] == "" else lines
    offsets, at = [], 0
    for line in lines:
        offsets.append(at)
        at += len(line) + 1
    env: dict[str, Any] = {}
    leaves = parse(lines, offsets, env)
    for previous, leaf in zip([None, *leaves], leaves, strict=False):
        leaf.follow(previous)
    return leaves, {label: each["href"] for label, each in env.get("references", {}).items()}


def in_pieces(pieces: list[str]) -> tuple[list[Leaf], dict[str, str]]:
    stream = BlockStream()
    for piece in pieces:
        stream.feed(piece)
        stream.advance()
    stream.finish()
    return stream.leaves, {label: each["href"] for label, each in stream.references.items()}


def put_together(lines: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Lines that came in parts as one each: a part stands where the part before it ended."""
    out: list[tuple[str, int]] = []
    for text, at in lines:
        if out and at == out[-1][1] + len(out[-1][0]):
            out[-1] = out[-1][0] + text, out[-1][1]
        else:
            out.append((text, at))
    return out


def shape(leaf: Leaf) -> tuple[object, ...]:
    """All of a leaf that is drawn; trailing blanks of text are not."""
    lines = [(text if leaf.kind == "fence" else text.rstrip(), at) for text, at in put_together(leaf.lines)]
    marks = [(mark.kind, mark.first, mark.number, mark.sign, mark.depth) for mark in leaf.marks]
    rows = [[(cell.text, cell.source) for cell in row] for row in leaf.rows]
    return (
        leaf.kind,
        leaf.level,
        leaf.info,
        lines,
        rows,
        leaf.aligns,
        leaf.gap,
        leaf.gap_quotes,
        leaf.closed,
        marks,
    )


def assert_same(text: str, pattern: list[int]) -> None:
    leaves, labels = whole(text)
    found, found_labels = in_pieces(cuts(text, pattern))
    assert [shape(leaf) for leaf in found] == [shape(leaf) for leaf in leaves]
    assert found_labels == labels


@given(texts, sizes)
@settings(max_examples=150)
def test_any_cuts_give_the_blocks_of_the_whole(text: str, pattern: list[int]) -> None:
    assert_same(safe(text), pattern)


@pytest.mark.full
@given(st.lists(st.sampled_from(LINES), max_size=200).map("\n".join), sizes)
@settings(max_examples=20_000, suppress_health_check=list(HealthCheck))
def test_any_cuts_of_long_texts_give_the_blocks_of_the_whole(text: str, pattern: list[int]) -> None:
    assert_same(text, pattern)


@given(stretches, sizes)
@settings(max_examples=80, suppress_health_check=list(HealthCheck))
def test_long_blocks_in_any_containers_are_those_of_the_whole(text: str, pattern: list[int]) -> None:
    assert_same(text, pattern)


@pytest.mark.full
@given(stretches, sizes)
@settings(max_examples=20_000, suppress_health_check=list(HealthCheck))
def test_many_long_blocks_in_any_containers_are_those_of_the_whole(text: str, pattern: list[int]) -> None:
    assert_same(text, pattern)


@pytest.mark.parametrize(
    "text",
    [
        "Run:\n\n" + "\tcc *a*.c -o _b_\n" * 26,
        "1. a\n\n" + "\t\tcc *a* _b_\n" * 26,
        "> - a\n>\n" + ">       cc *a* _b_\n" * 26,
        "> 1. head\n>\n" + ">    word\n" * 26 + ">\n>    second para\n",
        "-\t\tcode\n\n  word\n" + "  more\n" * 30,
    ],
    ids=["tab", "tabs-in-item", "code-in-item-in-quote", "paragraph-in-item-in-quote", "item-that-begins-with-code"],
)  # fmt: skip
def test_a_long_block_goes_on_in_its_containers(text: str) -> None:
    assert_same(text, [40])


@pytest.mark.parametrize("size", [1, 5])
def test_every_example_of_the_specifications_holds(size: int) -> None:
    for text in examples():
        assert_same(text, [size])


def test_all_examples_in_one_text_hold() -> None:
    assert_same("\n".join(examples()), [1_000])


@pytest.mark.parametrize(
    "text",
    [
        "```python\n" + "x = 1\n" * 3_000,
        "- item\n\n  ```\n" + "  x = 1\n" * 3_000 + "  ```\n",
        "> ```\n" + "> x\n" * 3_000,
        "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 500,
        "".join(f"{'  ' * (i % 6)}- item {i}\n" for i in range(400)),
        "".join(f"{i}. item {i}\n   - nested {i}\n" for i in range(400)),
        "word " * 20_000,
        "- a\n" + "\n" * 50_000 + "  b\n",
        "I should check that again.\n" * 5_000,
        "<!--\n" + "comment\n" * 3_000 + "-->\nafter\n",
        "    code\n\n" * 1_500,
        "> quote\n" * 3_000 + "\nafter",
    ],
    ids=["fence", "fence-in-item", "fence-in-quote", "table", "nested", "numbered", "words", "newlines", "loop", "html",
         "indented", "quote"],
)  # fmt: skip
def test_a_long_block_is_read_once(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is given to the parser stays a small multiple of what there is, but for a line that is not complete."""
    complete = 0

    def noted(lines: Sequence[str], *rest: Any) -> list[Leaf]:
        nonlocal complete
        complete += sum(len(line) + 1 for line in lines if line != stream._partial)
        return parse(lines, *rest)

    monkeypatch.setattr("glmchat.markdown.stream.parse", noted)
    stream = BlockStream()
    pieces = cuts(text, [400])
    for piece in pieces:
        stream.feed(piece)
        stream.advance()
    assert stream.lines_parsed < 4 * text.count("\n") + 120 * len(pieces)
    assert complete < 4 * len(text) + 5_000 * len(pieces)
    stream.finish()
    assert [shape(leaf) for leaf in stream.leaves] == [shape(leaf) for leaf in whole(text)[0]]


@pytest.mark.parametrize("mark", ["", "> "])
def test_definitions_one_under_the_other_are_read_once(mark: str) -> None:
    text = "".join(f"{mark}[n{i % 700}]: https://example.com/{i}\n" for i in range(1_000)) + f"{mark}after\n"
    stream = BlockStream()
    pieces = cuts(text, [100])
    for piece in pieces:
        stream.feed(piece)
        stream.advance()
    assert stream.lines_parsed < 16 * len(pieces)
    assert len(stream.references) == 700
    assert_same(text, [100])


@pytest.mark.parametrize("start", ["[1] Some ", "[a](b) ", "[a [b ", "[a \\] b]\n"])
def test_a_paragraph_that_begins_with_a_bracket_is_read_once(start: str) -> None:
    text = start + "words and more of them\n" * 700
    stream = BlockStream()
    pieces = cuts(text, [400])
    for piece in pieces:
        stream.feed(piece)
        stream.advance()
    assert stream.lines_parsed < 4 * text.count("\n") + 120 * len(pieces)
    assert_same(text, [400])


@pytest.mark.parametrize(
    "text",
    ["> [a]: /u\n[b]: /v\nlazy\n", "> [a]: /u\n> [b]:\n/v\nlazy\n", "[a]: /u\n[b]: /v\n'title\nmore'\nafter\n",
     "> > [a]: /u\n> [b]: /v\n> [c]: /v\nlazy", "[a]: /u\n===\n[b]: /v\n", "- [a]: /u\n  [b]: /v\n  [c]: /w\n"],
)  # fmt: skip
def test_definitions_end_where_they_do_in_the_whole(text: str) -> None:
    assert_same(text, [1])


def test_closed_blocks_are_never_read_again() -> None:
    text = "".join(f"## Head {i}\n\nA paragraph of text.\n\n- one\n- two\n\n" for i in range(500))
    stream = BlockStream()
    pieces = cuts(text, [40])
    for piece in pieces:
        stream.feed(piece)
        stream.advance()
    assert stream.lines_parsed < 16 * len(pieces)


@pytest.mark.parametrize(
    "text",
    [
        "- a\n\n  [foo]: /url\n\n  cc\n",
        "- a\n  - b\n\n    [f]: /u\n\n  c\n",
        "> + a\n> \t\n" + "> \t[foo]: /url\n> \tcc\n> \t\n" * 9,
        "1. a\n\n   [f]: /u\n   [g]: /v\n\n   b\n2. c\n",
        "- a | b\n" * 26 + "|---|---|",
        "1. a | b\n" * 26 + "|---|---|\n\n2) c",
        "- x\n  - a | b\n" + "  - a | b\n" * 26 + "  |---|---|\n",
    ],
)
def test_a_list_goes_on_behind_definitions_and_long_lists(text: str) -> None:
    for size in (1, 3, 50):
        assert_same(text, [size])
