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
    "&#13; &#x202e; &#9;&#10;x", "```a&#13;b", "[l](&#x202e;x)", "![&#27;](x)",
)  # fmt: skip


@cache
def examples() -> list[str]:
    """The inputs of the specifications' examples."""
    data = json.loads((Path(__file__).parent / "specification.json").read_text(encoding="utf-8"))
    return list(data["examples"])


lines = st.lists(st.sampled_from(LINES), max_size=60).map("\n".join)
example_texts = st.lists(st.sampled_from(examples()), min_size=1, max_size=4).map("\n".join)
texts = st.one_of(lines, example_texts, st.text(max_size=200))
sizes = st.lists(st.sampled_from((1, 2, 3, 7, 20, 60, 300)), min_size=1, max_size=8)


def cuts(text: str, pattern: list[int]) -> list[str]:
    """Cut a text into pieces whose lengths repeat a pattern."""
    out, at, number = [], 0, 0
    while at < len(text):
        size = pattern[number % len(pattern)]
        out.append(text[at : at + size])
        at, number = at + size, number + 1
    return out
