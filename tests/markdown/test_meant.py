"""Texts as models mean them, beyond what CommonMark says: East Asian emphasis, formulas, tables, notes, pictures."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from glmchat.markdown.data_uris import collapse, described
from glmchat.markdown.document import Document
from glmchat.markdown.spans import Line, Span, text_of
from glmchat.support.flanking import is_cjk
from glmchat.support.text import literal
from tests.markdown.test_blocks import assert_same, whole
from tests.markdown.test_document import drawn_at_once, streamed

CASES = Path(__file__).parent / "cases"


def drawn(text: str, width: int = 80) -> list[Line]:
    """The lines of a text, which are the same in whatever pieces it came."""
    lines = drawn_at_once(text, width)
    for size in (1, 7, 50) if len(text) < 2_000 else (50, 997):
        assert list(streamed(text, width, [size], random.Random(size)).lines()) == lines
    return lines


def words(text: str, width: int = 80) -> list[str]:
    return [text_of(line).rstrip(" ") for line in drawn(text, width)]


def styled(text: str, style: str) -> list[str]:
    """The words that are drawn in a style."""
    return [span.text for line in drawn(text) for span in line if style in span.style.split()]


@pytest.mark.parametrize(
    ("text", "strong"),
    [
        # Closing punctuation before the run, a letter after it.
        ("前**词。**后", ["词。"]),
        ("前**词，**后", ["词，"]),
        ("前**词（注）**后", ["词（注）"]),
        ("前**「词」**后", ["「词」"]),
        ("前**《词》**后", ["《词》"]),
        ("前**词！**后", ["词！"]),
        ("前**词…**后", ["词…"]),
        ("前**词—**后", ["词—"]),
        ("前**词·**后", ["词·"]),
        # Quotation marks that are as wide as what is around them.
        ("这是**“重点”**后面", ["“重点”"]),
        ("前**‘词’**后", ["‘词’"]),
        # Punctuation of other scripts beside characters of these.
        ('前**"word"**后', ['"word"']),
        ("前**(word)**后", ["(word)"]),
        ("前**[词](http://a.b)**后", ["词 (http://a.b)"]),
        ("前**`词`**后", ["词"]),
        ("前**¥10**后", ["¥10"]),
        ("前**④**后", ["④"]),
        # Latin letters beside wide punctuation.
        ("Go**（词）**x", ["（词）"]),
        ("**词：**Vue", ["词："]),
        # Korean, whose particles follow without a blank.
        ("**단어(word)**를", ["단어(word)"]),
        ("**`단어`**를", ["단어"]),
        ("\u1161**(a)**", ["(a)"]),
        ("**(k)**\u110f", ["(k)"]),
        # Beyond the basic plane, compatibility forms, and variation selectors.
        ("\U00030edd**(a)**词", ["(a)"]),
        ("\ufa11**(a)**", ["(a)"]),
        ("葛\U000e0100**(a)**词", ["(a)"]),
        ("塚\ufe00**(a)**词", ["(a)"]),
        ("**“\ufe01a”\ufe01**b", ["“\ufe01a”\ufe01"]),
        # Symbols of these scripts; emoji are none.
        ("a**〽**a", ["〽"]),
        ("a**㊙**a", ["㊙"]),
        ("a**😀**a", []),
        # As in CommonMark.
        ("a**b.**c", []),
        ("a**«b»**c", []),
        ("a**𝜵a**a", []),
        ("** a**", []),
        ("__词__：后", ["词"]),
        ("前__词__后", []),
        ("**a** b **c**", ["a", "c"]),
    ],
)
def test_strong_beside_east_asian_characters(text: str, strong: list[str]) -> None:
    assert "".join(styled(text, "strong")) == "".join(strong)
    assert ("**" in "".join(words(text))) == (not strong and "**" in text)


def test_emphasis_and_strikethrough_beside_east_asian_characters() -> None:
    assert styled("前*（词）*后", "emphasis") == ["（词）"]
    assert styled("前~~（词）~~后", "strike") == ["（词）"]
    assert words("![前**“词”**后](u)") == ["[前“词”后] (u)"]


def test_what_counts_as_an_east_asian_character() -> None:
    assert all(map(is_cjk, "字あア가（。、　！ｱ㈱〽\u1161\U00020000"))
    assert not any(map(is_cjk, "a.“—·é😀⌚ 1"))


def test_full_width_spaces_are_text() -> None:
    assert words((CASES / "indent_u3000.md").read_text(encoding="utf-8")) == [
        "　　第一段的第一行。",
        "　　第二行。",
        "",
        "　　第二段。",
    ]
    assert words("a\n　\nb") == ["a", "　", "b"]
    assert len(whole("a\n　\nb")[0]) == 1
    assert words("-　no item\n\n#　no heading\n\n- 　item") == [
        "-　no item",
        "",
        "#　no heading",
        "",
        "• 　item",
    ]
    assert words("\u00a0 x") == ["\u00a0 x"]
    assert words("# 　标题　") == ["　标题　"]
    assert words("> 　甲　\n>　乙") == ["▎ 　甲　", "▎ 　乙"]
    assert words("| 　a　 | b |\n|---|---|\n| 　c | 　 |") == ["　a　 │ b", "──────┼───", "　c   │ 　"]
    assert words("```\n　　code\n```")[1] == "　　code"


def test_other_blanks_come_back_whatever_is_in_a_text() -> None:
    text = "　a\ufdd0 \U000f0000 \U000f8000 \U00100000\n"
    assert_same(text, [1])
    assert words("　\ufdd0") == ["　\ufdd0"]


@pytest.mark.parametrize(
    "formula",
    [
        "\\[\nE\n= mc^2\n+ p\n- q\n\\]",
        "$$\na\n=\nb\n$$",
        "$$\n# a_1\n> b\n| c | d |\n|---|---|\n1. e\n***\n===\n```\n$$",
        "\\[ x_1\n+ y \\]",
        "\\[ \\boxed{x^2} \\].",
        "$$ a_b * c_d * \\boxed{e} $$",
        "$$\n\\begin{aligned}\n* &= 1 \\\\\n- &= 2\n\\end{aligned}\n$$",
        "\\[\nx\n- y\n\\]",
        "$$\nx\n\n- y\n$$",
        "\\begin{align*}\na &= b \\\\\n- c &= d\n\\end{align*}",
    ],
)
@pytest.mark.parametrize("before", ["", "and\n\n", "and\n", "> ", "- "])
def test_a_formula_is_one_block_whatever_its_lines_begin_with(before: str, formula: str) -> None:
    prefix = before if before in ("> ", "- ") else ""
    inside = prefix.replace("-", " ")
    text = (
        before.removesuffix(prefix)
        + prefix
        + formula.replace("\n", f"\n{inside}")
        + f"\n{inside}\nThe end.\n"
    )
    leaves, _ = whole(text)
    assert [leaf.kind for leaf in leaves if leaf.kind == "math"] == ["math"]
    shown = [re.sub("^(▎ ?|• |  )", "", line) for line in words(text)]
    assert "\n".join(line.removeprefix("  ") for line in formula.split("\n")) in "\n".join(shown)
    assert_same(text, [1])


@pytest.mark.parametrize(
    "text",
    [
        "\\[\nno end\n= here\n\nafter \\] more\n",
        "$$\n# heading\n- item\n",
        "\\[1\\] a source\n\\[2\\] another\n",
        "\\[1\\]\n",
        "$$ 5 and $$ 6\n- item\n$$\n",
        "\\[ a_1 \\] is meant\n- item\n",
        "> $$\n> a_1\nb\n$$\n",
        "$$\n" + "a_1\n" * 150 + "$$\n",
        "\\[\n" + ("x_1 + " * 100 + "\n") * 20 + "\n\\]\n",
        "word\n$$\nword\n\nword",
        "1. $$\n2. b\n$$\n",
    ],
    ids=lambda text: repr(text[:24]),
)
def test_what_is_no_formula_is_what_it_was(text: str) -> None:
    assert "math" not in [leaf.kind for leaf in whole(text)[0]]
    assert_same(text, [1 if len(text) < 1_000 else 997])
    assert_same(text, [40])
    drawn(text)


@pytest.mark.parametrize(
    "text",
    [
        "So: \\[\n- x_1\n+ y\n\\] and on\nhere",
        "So: $$\n= x_1\n# y\n$$\nend",
        "a\n\\[\n> x_1\n\\] and\n\\[ y_2\n| a | b |\n|---|---|\n\\] then",
        "two \\[\n- a_1\n\\] \\[\n1. b_2\n\\] end",
    ],
)
@pytest.mark.parametrize("prefix", ["", "> ", "- "])
def test_a_formula_within_a_paragraph_leaves_it_whole(prefix: str, text: str) -> None:
    inside = prefix.replace("-", " ")
    whole_text = prefix + text.replace("\n", f"\n{inside}") + f"\n{inside}\n{inside}after\n"
    leaves, _ = whole(whole_text)
    assert [leaf.kind for leaf in leaves] == ["paragraph", "paragraph"]
    shown = [re.sub("^(▎ ?|• |  )", "", line) for line in words(whole_text)]
    assert "\n".join(shown).startswith(text)
    assert_same(whole_text, [1])
    assert_same(whole_text, [9])


@pytest.mark.parametrize(
    "text",
    [
        "So: \\[\n- item\n- other\n\nend",
        "So: \\[1\n- item\n\\]\n",
        "costs $$\n- item\n- other",
        "\\\\[2pt] x\n- item \\]",
    ],
)
def test_what_opens_no_formula_ends_before_a_list(text: str) -> None:
    assert len(whole(text)[0]) > 1
    assert_same(text, [1])
    drawn(text)


def test_the_handed_formulas_are_drawn_as_their_source() -> None:
    text = (CASES / "math_lines.md").read_text(encoding="utf-8")
    assert "\n".join(words(text)) == text.rstrip()


def test_a_pipe_in_code_parts_no_cell_and_a_surplus_cell_is_shown() -> None:
    text = (CASES / "pipe_in_code_cell.md").read_text(encoding="utf-8")
    assert words(text) == [
        "Sign │ Meaning",
        "─────┼───────────────────",
        "a|b  │ either one",
        "a||b │ the first true one",
        "",
        "The end.",
    ]  # fmt: skip
    assert words("| a | b |\n|---|---|\n| 1 | 2 | 3 | **4** |\n| 5 |") == [
        "a │ b │   │",
        "──┼───┼───┼──",
        "1 │ 2 │ 3 │ 4",
        "5 │   │   │",
    ]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("| `a | b` | c |", ["a | b", "c"]),
        ("| ``a | ` b`` | c |", ["a | ` b", "c"]),
        ("| ` | ` |", ["`", "`"]),
        ("| `a \\| b` | c |", ["a | b", "c"]),
        ("| a \\| b | c |", ["a | b", "c"]),
        ("| \\`a | b\\` |", ["`a", "b`"]),
        ("| `a | b |", ["`a", "b"]),
        ("|  | c |", ["", "c"]),
    ],
)
def test_rows_are_divided_as_they_are_meant(row: str, cells: list[str]) -> None:
    lines = drawn(f"| h | i |\n|---|---|\n{row}\n")
    assert [part.strip() for part in text_of(lines[2]).split("│")] == cells
    text = f"| h | i |\n|---|---|\n{row}\n"
    for span in lines[2]:
        if span.source >= 0 and span.length == len(span.text):
            assert text[span.source : span.source + span.length] == span.text


def test_a_header_with_a_pipe_in_code_has_its_columns() -> None:
    assert words("| `a|b` | c |\n|---|---|\n| 1 | 2 |")[0] == "a|b │ c"


def test_surplus_cells_of_a_table_of_records_are_shown() -> None:
    text = "| name | other |\n|---|---|\n" + "| x | y |" + " z |" * 20 + "\n"
    assert "name: x" in words(text, 40)
    assert "".join(words(text, 40)).count("z") == 20


def test_footnotes_are_notes_of_their_own() -> None:
    text = "Said[^1] and[^b].\n\n[^1]: https://a.b/c\n[^b]: Two *words*\nand more\n[^c]: last\n"
    assert words(text) == [
        "Said[^1] and[^b].",
        "",
        "[^1]: https://a.b/c",
        "[^b]: Two words",
        "    and more",
        "[^c]: last",
    ]  # fmt: skip
    assert [span.meta for line in drawn(text) for span in line if span.meta] == ["link:https://a.b/c"]
    assert styled(text, "list.marker") == ["[^1]:", "[^b]:", "[^c]:"]
    assert words("[a]: https://a.b\n\n[a]") == ["a (https://a.b)"]


def test_what_is_indented_below_a_footnote_belongs_to_it() -> None:
    text = "[^1]: First\n\n    Second *words*\n\n    - item\n\n    ```py\n    x = 1\n    ```\n\nAfter\n"
    assert words(text)[:6] == ["[^1]: First", "", "    Second words", "", "    • item", ""]
    assert words(text)[-1] == "After"
    assert any(line.startswith("    ") and "x = 1" in line for line in words(text))
    assert words("[^1]:\n    Text below\n") == ["[^1]:", "    Text below"]
    assert words("> [^1]: In a quote\n>\n>     goes on\n") == ["▎ [^1]: In a quote", "▎", "▎     goes on"]


PICTURE = "data:image/png;base64," + "iVBORw0KGgo" * 2_000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"![A cat]({PICTURE})", "[A cat] (data:image/png, 16 KB)"),
        (f"![]({PICTURE})", "[image] (data:image/png, 16 KB)"),
        (f"See ![A cat]({PICTURE}) and **more**.", "See [A cat] (data:image/png, 16 KB) and more."),
        (f"> ![A cat]({PICTURE})", "▎ [A cat] (data:image/png, 16 KB)"),
        (f"It is {PICTURE} here", "It is data:image/png, 16 KB here"),
        (f'a <img src="{PICTURE}"> b', 'a <img src="data:image/png, 16 KB"> b'),
        (f"`{PICTURE}`", "data:image/png, 16 KB"),
        (f"![x](data:image/svg+xml;base64,{'QUJD' * 400})", "[x] (data:image/svg+xml, 1.2 KB)"),
        (f"![x](data:image/svg+xml,%3Csvg{'%20a' * 100}%3E)", "[x] (data:image/svg+xml, 409 B)"),
        (f"[pdf](data:application/pdf;base64,{'QUJD' * 400})", "pdf (data:application/pdf, 1.2 KB)"),
        (f'![t](<{PICTURE}> "title")', "[t] (data:image/png, 16 KB)"),
        (f"DATA:IMAGE/PNG;BASE64,{'QUJD' * 20}", "data:IMAGE/PNG, 60 B"),
        ("![x](data:image/png;base64,AAAA)", "[x] (data:image/png, 3 B)"),
        (f"![x][p]\n\n[p]: {PICTURE}", "[x] (data:image/png, 16 KB)"),
        (f'<img src="{PICTURE}">', '<img src="data:image/png, 16 KB">'),
        (f'  <p\t><img src="{PICTURE}"></p>', '  <p    ><img src="data:image/png, 16 KB"></p>'),
    ],
    ids=lambda text: text[:24],
)
def test_a_picture_in_the_text_is_one_line_with_its_size(text: str, shown: str) -> None:
    lines = list(streamed(text, 80, [1 << 30], random.Random(0)).lines())
    assert [text_of(line) for line in lines] == [shown]
    for size in (40, 3_000, 9_000):
        assert list(streamed(text, 80, [size], random.Random(size)).lines()) == lines


def test_a_picture_stands_for_all_of_its_source() -> None:
    text = f"a ![cat]({PICTURE}) b {PICTURE} c\n"
    (line,) = drawn_at_once(text, 200)
    units = [span for span in line if span.length > 100]
    # Each word of a unit stands for all of it.
    assert {text[span.source : span.source + span.length] for span in units} == {
        f"![cat]({PICTURE})",
        PICTURE,
    }
    last = line[-1]
    assert text[last.source : last.source + last.length] == last.text == " c"


def test_a_picture_in_a_cell_and_on_its_way() -> None:
    assert words(f"| a | b |\n|---|---|\n| ![q]({PICTURE}) | c |\n")[2].startswith(
        "[q] (data:image/png, 16 KB) │ c"
    )
    document = Document(80)
    document.feed(f"![cat]({PICTURE[:9_000]}")
    document.advance()
    assert [text_of(line) for line in document.lines()] == ["![cat](data:image/png, 6.7 KB"]


def test_addresses_of_files() -> None:
    assert described("data:image/png;base64,AAAA") == "data:image/png, 3 B"
    assert described("data:text/plain,abcd") == "data:text/plain, 4 B"
    assert described("https://a.b") is None
    assert described("data:,x") is None
    assert collapse("data:short", 0)[1] == []
    assert [file.length for _, file in collapse(f"x {PICTURE} y {PICTURE}", 0)[1]] == [len(PICTURE)] * 2


FENCED = """\
```markdown
# Title
```python
x = 1
```
~~~
more
```
After.
"""


@pytest.mark.parametrize("prefix", ["", "> ", "  "])
def test_fences_stay_inside_a_fence_of_markdown(prefix: str) -> None:
    text = "".join(f"{prefix}{line}\n" for line in FENCED.splitlines())
    leaves, _ = whole(text)
    assert [leaf.kind for leaf in leaves] == ["fence", "paragraph"]
    assert [line for line, _ in leaves[0].lines] == FENCED.split("\n")[1:7]
    assert leaves[0].closed
    assert_same(text, [1])


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("````markdown\n```py\n```\n````\nafter", ["fence", "paragraph"]),
        ("```md\n```py\nx\n```\n```js\ny\n```\n```\nafter", ["fence", "paragraph"]),
        ("```md\n``` a`b\n```\nafter", ["fence", "paragraph"]),
        ("```py\n```js\n```\nafter", ["fence", "paragraph"]),
        ("```markdown\ntext\n```\nafter", ["fence", "paragraph"]),
        ("- ```md\n  ```py\n  ```\nafter", ["fence", "paragraph"]),
        ("```md\n```py\nno end", ["fence"]),
    ],
)
def test_fences_of_markdown_end_where_they_are_meant_to(text: str, kinds: list[str]) -> None:
    assert [leaf.kind for leaf in whole(text)[0]] == kinds
    assert_same(text, [1])


@pytest.mark.parametrize("prefix", ["", "> ", "1. "])
@pytest.mark.parametrize(
    "inner", ["```py\n" + "x\n" * 60 + "```\n", "```py\n" * 3 + "y\n" * 80 + "```\n" * 3]
)
def test_a_long_fence_of_markdown_goes_on_with_the_fences_in_it(prefix: str, inner: str) -> None:
    rest = prefix if prefix == "> " else " " * len(prefix)
    body = "# t\n" * 30 + inner + "# t\n" * 40 + inner + "z\n" * 30
    text = (
        f"{prefix}```markdown\n"
        + "".join(f"{rest}{line}\n" for line in body.splitlines())
        + f"{rest}```\n\nafter\n"
    )
    assert [leaf.kind for leaf in whole(text)[0]] == ["fence", "paragraph"]
    for size in (1, 30, 400):
        assert_same(text, [size])


def test_what_mixes_all_of_it_is_the_same_in_any_pieces() -> None:
    text = "\n".join(
        [
            "　　**“甲”**乙[^1]：",
            "\\[",
            "= x_1",
            "\\]",
            "| `a|b` | **（丙）**丁 | c |",
            "|---|---|---|",
            f"| ![p]({PICTURE[:200]}) | 2 | 3 | 4 |",
            "```markdown",
            "$$",
            "```py",
            "[^2]: x",
            "```",
            "```",
            "[^1]: https://a.b/c",
            "> $$",
            "> + y_2",
            "> $$",
        ]
    )
    for size in range(1, 30):
        assert_same(text, [size])
    assert len(drawn(text)) == 12


def test_spans_of_a_formula_know_their_place() -> None:
    text = "> $$\n> a_1 \\\\ b\n> $$\n"
    for line in drawn(text):
        for span in line:
            if isinstance(span, Span) and span.source >= 0:
                assert text[span.source : span.source + span.length] == span.text


def test_a_literal_text_is_drawn_as_it_is_line_by_line() -> None:
    text = (
        "Today   ¥0.01  ██\n# no_heading_ *\n- 1. <b>&amp; [a](b) $x$ `c` ~~d~~\n12. | a |\n---\n"
        "    code\n\n> said \\\\( x"
    )
    assert [line.replace("\xa0", " ") for line in words(literal(text))] == text.split("\n")
    assert words(literal("kept whole here"), 12) == ["kept whole", "here"]


@pytest.mark.parametrize("width", range(16, 40, 2))
def test_no_line_begins_with_what_closes_or_ends_with_what_opens(width: int) -> None:
    text = "他说（**注意**），用`sorted()`。它会(*稳定*)、好,再来!“**真的**”？都是稳定的(Timsort)。见《[书名](http://a.b)》：第1章;完"
    lines = words(text, width)
    assert max(map(cell_len, lines)) <= width
    assert not [line for line in lines if line[0] in "，。、”？》：）),!;"]
    assert not [line for line in lines if line[-1] in "（“《("]


def test_a_table_breaks_no_word_that_there_is_room_for() -> None:
    table = (
        "| 算法 | 稳定? | 平均复杂度 | 说明 |\n|---|---|---|---|\n"
        "| 快速排序 quicksort | 否 | O(n log n) | 原地,最常用 |\n"
        "| 插入排序 insertion sort | 是 | O(n²) | 适合很小的数组 |"
    )
    assert {"quicksort", "insertion"} <= set(" ".join(words(table, 37)).split())
    # Where there is none, all columns are as wide as without words of that length.
    address = "http://" + "a" * 60
    assert max(map(cell_len, words(f"| a | b |\n|---|---|\n| {address} | {address} |", 40))) <= 40
