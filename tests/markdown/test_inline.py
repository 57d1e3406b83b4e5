"""Inline text: addresses, formulas, and what a piece of it may cost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glmchat.markdown import inline, inline_parser, pieces
from glmchat.markdown.document import Document
from glmchat.markdown.inline import inline_spans
from glmchat.markdown.inline_parser import References
from glmchat.markdown.pieces import PIECE
from glmchat.markdown.source_map import SourceMap
from glmchat.markdown.spans import Span


def drawn(text: str) -> list[Span]:
    source = SourceMap()
    source.add(0, 0)
    return inline_spans(text, References({}), "", source)


def links(text: str) -> list[tuple[str, str]]:
    return [(span.text, span.meta.removeprefix("link:")) for span in drawn(text) if span.meta]


@pytest.mark.parametrize(
    ("text", "shown", "opened"),
    [
        ("https://en.wikipedia.org/wiki/Foo_(bar)", "https://en.wikipedia.org/wiki/Foo_(bar)", ""),
        ("(see https://a.b/c_(d)).", "https://a.b/c_(d)", ""),
        ("见https://example.com/a，谢谢大家", "https://example.com/a", ""),
        ("https://zh.wikipedia.org/wiki/北京。", "https://zh.wikipedia.org/wiki/北京", ""),
        ("see www.example.com/x, or", "www.example.com/x", "http://www.example.com/x"),
        ("https://a.b/x?q=1&r=2!", "https://a.b/x?q=1&r=2", ""),
        ("[https://a.b/c]", "https://a.b/c", ""),
    ],
)
def test_an_address_has_the_characters_that_belong_to_it(text: str, shown: str, opened: str) -> None:
    assert links(text) == [(shown, opened or shown)]


@pytest.mark.parametrize("text", ["http://", "https://...", "www.", "notwww.example", "a://b"])
def test_what_is_no_address_is_no_link(text: str) -> None:
    assert links(text) == []


@pytest.mark.parametrize(
    "text",
    [r"$\boxed{a_1} + b_2$", r"so $x_i * y_i * \z_i$ it is", r"\[ \som_{i} x_i \]", r"\(a_1*b_2*\c\)",
     "$$\na_b * c_d * e\n$$", "it costs $5 and not $6", r"$\$_1^2^3$"],
)  # fmt: skip
def test_a_formula_that_is_not_simple_stays_as_it_is_written(text: str) -> None:
    spans = drawn(text)
    assert "".join(span.text for span in spans) == text
    assert {span.style for span in spans} == {""}


def test_what_is_no_formula_is_markdown() -> None:
    assert (
        "".join(span.text for span in drawn(r"\[1\] **$A** and **$B** of $5 *or* $6"))
        == "[1] $A and $B of $5 or $6"
    )


@pytest.mark.parametrize(
    "part", ["![a", "[", "*a ", "_a_b", "[a](b ", "[[a]", "![", "**a", "<a ", "`a", "~~a", "$a", "\\("]
)
def test_no_piece_is_dear(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes, the parser gets few openers at a time, each of which it may follow to the end."""
    sizes: list[int] = []
    parse = inline_parser.parse_inline

    def noted(content: str, references: References) -> object:
        sizes.append(sum(content.count(char) for char in "[*_`<~$\\"))
        return parse(content, references)

    for module in (inline, pieces):
        monkeypatch.setattr(module, "parse_inline", noted)
    text = part * (20_000 // len(part))
    document = Document(100)
    for at in range(0, len(text), 400):
        document.feed(text[at : at + 400])
        document.advance()
        document.settle(document.height - 35, document.height)
    document.feed(f"\n\n| {part * 2_000} |\n|---|\n")
    document.finish()
    list(document.lines())
    assert max(sizes) <= (60 if part.startswith(("[", "![")) and "](" not in part else 420)


def test_links_are_whole_however_many_there_are() -> None:
    text = "".join(f"[link {n} of many](http://a.b/{n}), [{n}] " for n in range(2_000))
    assert len({meta for shown, meta in links(text) if shown.startswith("link")}) == 2_000


def test_an_address_is_not_cut_in_its_letters() -> None:
    text = "字" * (PIECE - 12) + "https://a.b/" + "北京" * 20 + "，" + "字" * 3_000
    assert links(text) == [("https://a.b/" + "北京" * 20,) * 2]


@given(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(" \n*_`[]()<>!&$\\:/.w"), max_size=40
    )
)
def test_text_that_is_not_parsed_is_drawn_as_if_it_were(text: str) -> None:
    before = drawn(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inline, "_is_plain", lambda piece: False)
        assert drawn(text) == before


@pytest.mark.parametrize("after", ["(0 0) and more", "[bar] and more", "(`x` y)"])
def test_what_follows_a_label_alone_knows_its_place(after: str) -> None:
    text = f"[000]{after}"
    source = SourceMap()
    source.add(0, 0)
    for span in inline_spans(text, References({"000": {"href": "0", "title": ""}}), "", source):
        if span.source >= 0 and span.length == len(span.text):
            assert text[span.source :].startswith(span.text)


def test_the_words_of_an_image_are_drawn_without_their_markup() -> None:
    assert drawn("![a **bold** &amp; `code`\nline ![inner](y)](x)")[0].text == "[a bold & code line inner]"
