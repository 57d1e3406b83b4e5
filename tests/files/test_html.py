"""The text of pages of HTML."""

from __future__ import annotations

import pytest

from glmchat.core.attached import Kind
from glmchat.files.attaching import attach_page
from glmchat.files.html import text_of_html
from glmchat.files.refused import FileRefused


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>two &amp; three</p>", "One\n\ntwo & three\n"),
        ("<h2>Head</h2>text", "## Head\n\ntext\n"),
        ("a <b>b</b>\n c<br>d", "a b c\nd\n"),
        ("<ul><li>a<li><p>b</p><ul><li>c</ul></ul>", "- a\n- b\n\n  - c\n"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b\n"),
        ("<pre><code>if a:\n    b &lt; c\n</code></pre>", "```\nif a:\n    b < c\n```\n"),
        ("<pre>a\n\n\n  b  \nc</pre>", "```\na\n\n\n  b  \nc\n```\n"),
        ("<pre>```\n</pre>", "````\n```\n````\n"),
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "a | b\n1 | 2\n"),
        ("<table><tr><td>a|b<td>c</table>d|e", "a\\|b | c\n\nd|e\n"),
        ("use <code>x</code> now", "use `x` now\n"),
        ("<title>T</title><p>a", "# T\n\na\n"),
        ("<script>let a = '<p>';</script><style>b</style><p>c", "c\n"),
        ("<nav>menu</nav><p>text</p><footer>foot</footer>", "text\n"),
        (
            "<nav>menu<p>text that stays though nothing is closed",
            "menu\n\ntext that stays though nothing is closed\n",
        ),
        ("<form><p>all in a form</p></form>", "all in a form\n"),
        ("<img alt='a cat'> sits", "[picture: a cat] sits\n"),
        ("</div></p>a</b>", "a\n"),
        ("", ""),
        ("<div></div>", ""),
        ("plain words", "plain words\n"),
        ("<p>北京</p><p>上海", "北京\n\n上海\n"),
    ],
)
def test_pages_as_text(html: str, text: str) -> None:
    assert text_of_html(html) == text


def test_the_main_part_is_taken_where_it_holds_the_text() -> None:
    words = "The text that somebody came for. " * 4
    assert text_of_html(f"<p>around</p><main><p>{words}</p></main><p>below</p>") == f"{words.strip()}\n"
    assert text_of_html("<p>around</p><main></main>") == "around\n"


def test_deep_nesting_is_read() -> None:
    assert text_of_html("<div>" * 20_000 + "deep") == "deep\n"


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("", "<meta charset=gb18030><p>北京".encode("gb18030")),
        ("gb18030", "<p>北京".encode("gb18030")),
        ("", "<p>北京".encode()),
        ("no-such-thing", "<p>北京".encode()),
    ],
)
def test_the_encoding_is_the_one_that_is_named(charset: str, data: bytes) -> None:
    attached = attach_page("https://a.example/b", "text/html", charset, data)
    assert attached.content.decode() == "北京\n"
    assert attached.attachment.name == "https://a.example/b"
    assert attached.attachment.encoding == "web page"
    assert attached.attachment.path is None


def test_what_is_no_page_of_html_goes_in_by_the_door_of_files() -> None:
    assert attach_page("https://a.example/b.json", "application/json", "", b'{"a": 1}').content == b'{"a": 1}'
    picture = attach_page("https://a.example/b", "image/gif", "", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;")
    assert picture.attachment.kind is Kind.PICTURE
    with pytest.raises(FileRefused, match="not text"):
        attach_page("https://a.example/b", "application/zip", "", b"PK\x03\x04" + bytes(range(256)))
    with pytest.raises(FileRefused, match="has no text"):
        attach_page("https://a.example/b", "text/html", "", b"<script>start()</script>")
