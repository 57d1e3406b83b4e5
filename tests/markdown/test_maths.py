r"""Simple formulas are drawn as signs, everything else of TeX as it is written."""

from __future__ import annotations

import random

import pytest

from glmchat.markdown.document import Document
from glmchat.markdown.maths import as_unicode
from glmchat.markdown.spans import text_of
from tests.markdown.test_blocks import assert_same
from tests.markdown.test_document import drawn_at_once, streamed

SIMPLE = {
    "x^2": "x²", r"\alpha \le \beta": "α ≤ β", "E = mc^2": "E = mc²", "H_2O": "H₂O", "x_{i+1}^{n}": "xᵢ₊₁ⁿ",
    # Fractions and roots keep the brackets without which they would be others.
    r"\frac{a}{b}": "a/b", r"\frac{x+1}{2}": "(x+1)/2", r"\frac{1}{2ab}": "1/(2ab)", r"\frac12": "½",
    r"\frac{a}{b}x": "(a/b)x", r"2\frac{a}{b}": "2(a/b)", r"\frac{a}{b} + c": "a/b + c", r"\frac{a}{b}^2": "(a/b)²",
    r"\frac{a}{b}\frac{c}{d}": "(a/b)(c/d)", r"\frac{\frac{a}{b}}{c}": "(a/b)/c", r"\frac{dy}{dx}": "dy/dx",
    r"\frac{\partial f}{\partial x}": "∂f/∂x", r"\left(\frac{a}{b}\right)^n": "(a/b)ⁿ",
    r"\sqrt{2}": "√2", r"\sqrt{2}x": "√2 x", r"\sqrt{x^2+y^2}": "√(x²+y²)", r"\sqrt[3]{x+1}": "∛(x+1)",
    r"\sqrt[n]{x}": "ⁿ√x", r"\sqrt 2": "√2",
    r"\frac{-b \pm \sqrt{b^2-4ac}}{2a}": "(−b ± √(b²−4ac))/(2a)",
    # What has no raised or lowered form is written beside its mark.
    r"\int_0^\infty e^{-x^2}\,dx": "∫₀^∞ e^(−x²) dx", "a_{i,j}": "a_(i,j)", "x_q y": "x_q y", "A^*": "A^*",
    r"x_\text{max}": "xₘₐₓ", r"x_{\text{max}}": "xₘₐₓ", r"x^{\text{def}}g": "xᵈᵉᶠg",
    r"90^\circ": "90°", "{}^{14}C": "¹⁴C",
    r"\sum_{i=1}^{n} i^2": "∑ᵢ₌₁ⁿ i²", r"\sum_{i=1}^{n}i": "∑ᵢ₌₁ⁿ i", r"\lim_{x\to 0} f(x)": "lim_(x→0) f(x)",
    # Names, arrows, sets, accents, alphabets, words.
    r"2\sin x\cos y": "2 sin x cos y", r"\log_2 n": "log₂ n", r"\operatorname{softmax}(x)": "softmax(x)",
    r"a \to b \Rightarrow c": "a → b ⇒ c", r"x \in \mathbb{R}": "x ∈ ℝ", r"A \cup B \subseteq \emptyset": "A ∪ B ⊆ ∅",
    r"\{x : x > 0\}": "{x : x > 0}", r"\hat{y}": "ŷ", r"\vec v": "v⃗", r"\mathcal{O}(n \log n)": "𝒪(n log n)",
    r"\text{if } x > 0": "if x > 0", r"f'(x) + g''": "f′(x) + g″", r"a \not= b": "a ≠ b", r"|x| - 1": "|x| − 1",
    r"x \equiv 1 \pmod{7}": "x ≡ 1 (mod 7)", r"\|x\|_2": "‖x‖₂", r"P(A \mid B)": "P(A ∣ B)", "5\\%": "5%",
    r"\theta - \eta \nabla J": "θ − η∇J", r"x_1,\dots,x_n": "x₁,…,xₙ", "速度 = \\frac{路程}{时间}": "速度 = 路程/时间",
}  # fmt: skip

NOT_SIMPLE = [
    # Commands that are not known, and what has several lines.
    r"\boxed{42}", r"\unknown{x}", r"\begin{pmatrix}a&b\\c&d\end{pmatrix}", r"a \\ b", "a\n=\nb", r"\binom{n}{k}",
    r"\overline{AB}", r"\frac{a}", r"\color{red}{x}", r"\sqrt[", r"\text{a", r"\left", r"a & b", "a % b", "a#b",
    # Halves, and what TeX itself refuses.
    "a^", "a_", "x^2^3", "x_1_2", "{x", "x}", "\\", "^", r"\frac{}{2}", r"\hat{xy}", "x^{}", "", " ",
    # Only the first letter would be raised; who writes so is not writing TeX, or meant all of it.
    "x^10", "user_name", "FOO_BAR", "x_ij",
    # Words that TeX would run together.
    "5 = 5 dollars, or US", "a_1 and also b_1",
    # What is no character to be seen, and what is nested or long without end.
    "a\u202e_1", "a\x1b[31m_1", "{" * 40 + "x" + "}" * 40, "x^2+" * 400 + "1",
]  # fmt: skip


@pytest.mark.parametrize("formula", SIMPLE)
def test_a_simple_formula_is_a_line_of_signs(formula: str) -> None:
    assert as_unicode(formula) == SIMPLE[formula]


@pytest.mark.parametrize("formula", NOT_SIMPLE)
def test_what_is_not_wholly_understood_is_no_simple_formula(formula: str) -> None:
    assert as_unicode(formula) is None


def words(text: str, as_written: bool = False) -> list[str]:
    """What is drawn of a text, which is the same in whatever pieces it came."""
    if not as_written:
        for size in (1, 7, 50):
            assert list(streamed(text, 80, [size], random.Random(size)).lines()) == drawn_at_once(text, 80)
    document = Document(80)
    document.write_formulas(as_written)
    document.feed(text)
    document.finish()
    return [text_of(line).rstrip() for line in document.lines()]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("So $x^2$ and \\(a_1\\), **$\\alpha$**.", ["So x² and a₁, α."]),
        ("So \\[x^2\\] it is, $$a_1$$.", ["So x² it is, a₁."]),
        ("So $$y$$ is $$n$$, for $$5 and $$.", ["So y is n, for $$5 and $$."]),
        ("| \\(p_1|b\\) | c |\n|---|---|\n| d | e |", ["p₁|b │ c", "─────┼──", "d    │ e"]),
        ("$$\nx^2\n$$", ["x²"]),
        ("\\[ x^2 \\].", ["x²."]),
        ("> $$\n> \\frac{a}{b}\n> $$\n\nend", ["▎ a/b", "", "end"]),
        ("Let $n$ be in $f(x)$, $|x| < m$, $n-1$.", ["Let n be in f(x), |x| < m, n−1."]),
        ("- # $x^2$", ["• x²"]),
    ],
)  # fmt: skip
def test_simple_formulas_in_a_text(text: str, shown: list[str]) -> None:
    assert words(text) == shown
    assert_same(text, [1])


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and not $6.",
        "US$5 or A$6, $7_000 and $8.",
        "$100 + $200 = $300",
        "From $5-$10, or $5=€4 in cash and $6.",
        "$HOME_DIR and $PATH_X",
        "$A or $B",
        "an open $x^2 formula",
        "$$\nx^2",
        "\\[\nE\n= mc^2\n+ p\n\\]",
        "\\begin{align}\na &= b\n\\end{align}",
    ],
)
def test_money_variables_and_what_is_open_or_long_stay_as_they_are(text: str) -> None:
    assert "\n".join(words(text)) == text


def test_formulas_as_they_are_written() -> None:
    text = "So $x^2$.\n\n$$\na_1\n$$\n\n| $a_1$ |\n|---|\n| $b$ |"
    assert words(text, as_written=True) == [
        "So $x^2$.", "", "$$", "a_1", "$$", "", "$a_1$", "─────", "$b$",
    ]  # fmt: skip
    document = Document(80)
    document.feed(text)
    document.finish()
    signs = list(document.lines())
    document.write_formulas(True)
    assert len(list(document.lines())) == 9
    document.write_formulas(False)
    assert list(document.lines()) == signs


@pytest.mark.parametrize(
    "text", ["a $x^2$ b", "$$\nx^2\n$$", "> a\n> $$\n> x^2\n> $$", "| $x^2$ | b |\n|---|---|"]
)
def test_the_signs_stand_for_the_whole_source_of_their_formula(text: str) -> None:
    spans = [span for line in drawn_at_once(text, 80) for span in line if span.text == "x²"]
    (span,) = spans
    formula = text[span.source : span.source + span.length]
    assert (formula[0], formula[-1]) == ("$", "$")
    assert "x^2" in formula


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        ("| $|x|$ | size |", ["|x|", "size"]),
        ("| $p(a|b)$ | $b_1$ |", ["p(a|b)", "b₁"]),
        ("| `a|b` $|x|$ | c |", ["a|b |x|", "c"]),
        ("| $5 | $6 |", ["$5", "$6"]),
        ("| $5|$6 |", ["$5", "$6"]),
        ("| $ | $ |", ["$", "$"]),
        ("| $\\|x\\|$ | size |", ["|x|", "size"]),
        ("| $a_1$ | $b_1$ | $c|$ |", ["a₁", "b₁", "$c", "$"]),
    ],
)
def test_pipes_within_a_formula_part_no_cell(row: str, cells: list[str]) -> None:
    text = f"| a | b |\n|---|---|\n{row}"
    shown = words(text)
    assert [cell.strip() for cell in shown[-1].split("│")] == cells
    head = f"{row}\n|---|---|" if len(cells) == 2 else ""
    assert not head or [cell.strip() for cell in words(head)[0].split("│")] == cells
