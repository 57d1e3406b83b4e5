"""Markdown for property tests: lines that open, continue and close everything, and cuts anywhere."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

LINES = (
    "# h", "para one", "two words **b** and `c d`", "- a", "- b", "  - c", "    - d", "1. x", "2. y", "   z", "", "",
    "",
    "> q", "> - qa", ">   - qb", ">", "```", "```py", "code = 1", "    ind\tx", "| a | b |", "|---|---|",
    "| 1 | 2 **x** |", "<div>", "</div>", "<!--", "-->", "***", "===", "---", "[foo]: /url", "'title", "more'",
    "[foo] x [foo][] y", "* s", "+ p", "\tt", "- ", "-", "10) x", "   3. n", "  para", "      deep", "  ```", "- ```",
    "~~~", "> ```", "word [x][foo]", "<script>", "</script>", "中文，测试。" * 12, "❤️ 👍🏽 👨‍👩‍👧 e\u0301 x",
    "verylong" * 40,
    "*open", "`tick", "a * b", "snake_case_word __x__", "- [ ] t", "a | b", "--|--", "![i](u)", "<http://a.b>",
    "https://example.com/a_b.", "&amp; \\* &#x41;", "line  ", "back\\", "[unclosed", "[a](b", "~~gone~~",
    "$a_1 + b_2$ and $5", "\\( x_1 * y_2 \\) \\[ \\sum_{i} x_i", "\\] \\[x\\]", "(www.a.b/c_(d)).",
    "见https://a.b/中文，x", "[1] [a b",
    "&#13; &#x202e; &#9;&#10;x", "```a&#13;b", "[l](&#x202e;x)", "![&#27;](x)",
    "\\[", "\\]", "$$", "= mc^2", "+ p", "- q", "> r", "x_1 \\]", "\\[ y^2", "$$ a_b $$", "\\[1\\]", "$$ c", "\\].",
    "so \\[", "so $$", "\\] on", "\\] \\[", "\\begin{align}", "\\end{align}", "- so \\[", "> so $$",
    "> \\[", "> \\]", "> $$", "- $$", "  $$", "  \\]", "[^1]: https://a.b/c", "[^n]: words", "see[^1] and[^n]",
    "> [^2]: q", "- [^3]: r", "[^4]:", "    [^5]: nested", "    note goes on", "    - in a note", "    ```py",
    "> [^6]: q\n>\n>     goes on", "[^7]: a\n\n    b",
    "so $x^2$ is $n$ and $\\frac{a}{b}$.", "$$", "\\alpha \\le \\beta", "| $|x|$ | $a_1$ |", "$|x|", "| $p(a|b)$ |",
    "so $$x$$ and $$ y $$ $z$$", "| \\(a_1|b\\) | $$x$$ |",
    "```markdown", "```md", "> ```markdown", "- ```md", "~~~markdown", "~~~", "~~~py", "  ```py", "> ```py",
    "| `a|b` | c |", "| `a||b` | `c", "| 1 | 2 | 3 | 4 |", "| a \\| b | c |", "|---|", "| \\|\\| ` |",
    "这是**“重点”**后",
    "**完成。**然后",
    "__注意__：*（x）*字", "\u3000\u3000第一段", "\u3000", "- \u3000x", "\u00a0x\u00a0", "> \u3000", "#\u3000h",
    "| \u3000a\u3000 | b |",
    "![p](data:image/png;base64," + "iVBORw0KGgo" * 20 + ")", "data:text/plain;base64," + "QUJD" * 40 + " x",
    "| ![q](data:image/gif;base64," + "R0lGOD" * 30 + ") | b |",
)  # fmt: skip


@cache
def examples() -> list[str]:
    """The inputs of the specifications' examples."""
    data = json.loads((Path(__file__).parent / "specification.json").read_text(encoding="utf-8"))
    return list(data["examples"])


PREFIXES = (
    "", " ", "  ", "   ", "    ", "      ", "\t", " \t", "   \t", "\t\t", "\t  ", "> ", ">", "> \t", ">\t", ">\t\t",
    ">     ", "> > ", ">> ", ">    ", ">       ", "- ", "-\t", "-  \t", "-\t\t", "-     ", "1. ", "10.\t", "- - ",
    "> - ", "> 1. ", "- > ", "1) >\t", "  - ", "\t- ", "[^n]: ", "> [^n]: ", "- [^n]: ", "    - ", ">     - ",
)  # fmt: skip
BODIES = (
    "cc *a* _b_", "word", "a | b", "|---|---|", "| 1 | *2* |", "# h", "```", "<div>", "<!--", "[foo]: /url",
    "[foo] and text", "code\tx", "===", "x  ", "", "", "$$", "\\[", "x_1 \\]", "+ a", "```markdown", "```py", "[^1]: n",
    "| 1 | 2 | 3 |", "\u3000y", "**“z”**字", "[^1]:",
)  # fmt: skip


@st.composite
def _stretches(draw: st.DrawFn) -> str:
    """Some lines, then one prefix before the same body many times, as long blocks are."""
    head = draw(st.lists(st.tuples(st.sampled_from(PREFIXES), st.sampled_from(BODIES)), max_size=4))
    prefix = draw(st.sampled_from(PREFIXES))
    body = draw(st.lists(st.sampled_from(BODIES), min_size=1, max_size=3))
    opening = draw(
        st.sampled_from(("", "", f"{prefix}```", f"{prefix}| a | b |\n{prefix}|---|---|", f"{prefix}<div>"))
    )
    long = [prefix + each for each in body] * draw(
        st.integers(26, 60) if len(body) == 1 else st.integers(9, 30)
    )
    tail = draw(st.lists(st.tuples(st.sampled_from(PREFIXES), st.sampled_from(BODIES)), max_size=3))
    return "\n".join([*map("".join, head), *filter(None, [opening]), *long, *map("".join, tail)])


stretches = _stretches()


def _nested(depths: list[tuple[str, int]]) -> str:
    """Containers within containers, a word of its own in each."""
    words = iter(range(10_000))
    lines = []
    for kind, depth in depths:
        if kind == "list":
            lines += ["  " * level + f"- w{next(words)}" for level in range(depth)]
        else:
            lines += [kind * depth + f"w{next(words)}", f"w{next(words)}", ""]
    return "\n".join(lines)


nested = st.lists(
    st.tuples(st.sampled_from(("list", "> ", "- ", "1. ", "> - ")), st.integers(1, 70)),
    min_size=1,
    max_size=3,
).map(_nested)

lines = st.lists(st.sampled_from(LINES), max_size=60).map("\n".join)
example_texts = st.lists(st.sampled_from(examples()), min_size=1, max_size=4).map("\n".join)
texts = st.one_of(lines, example_texts, stretches, st.text(max_size=200))
sizes = st.lists(st.sampled_from((1, 2, 3, 7, 20, 60, 300)), min_size=1, max_size=8)


def cuts(text: str, pattern: list[int]) -> list[str]:
    """Cut a text into pieces whose lengths repeat a pattern."""
    out, at, number = [], 0, 0
    while at < len(text):
        size = pattern[number % len(pattern)]
        out.append(text[at : at + size])
        at, number = at + size, number + 1
    return out
