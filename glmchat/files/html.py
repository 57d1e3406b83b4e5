"""The text of a page of HTML: headings, paragraphs, lists, tables and code, without what only serves the eye."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from glmchat.support.text import fence

# What holds no text to read.
_SILENT = frozenset(
    ("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "canvas", "select", "button",
     "nav", "footer", "dialog")
)  # fmt: skip
_BLOCKS = frozenset(
    ("p", "div", "section", "article", "main", "header", "aside", "blockquote", "figure", "figcaption", "ul", "ol",
     "dl", "dt", "dd", "table", "thead", "tbody", "tr", "hr", "address", "details", "summary", "form",
     "fieldset", "body")
)  # fmt: skip
# Of a page that leaves one of the others open, only these are passed over.
_CODE = frozenset(("script", "style", "template"))
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_CLOSED_AT_ONCE = frozenset(
    ("br", "hr", "img", "input", "meta", "link", "source", "wbr", "area", "col", "embed")
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)


def is_html(type: str, data: bytes) -> bool:
    """Whether something is a page of HTML, by what it says to be, or by how it begins."""
    if type:
        return type in ("text/html", "application/xhtml+xml")
    return data[:1024].lstrip().lower().startswith((b"<!doctype html", b"<html"))


def charset_of(data: bytes) -> str:
    """The encoding that a page names itself; empty where it does not."""
    found = _META.search(data[:4096])
    return found[1].decode("ascii", "replace") if found else ""


def text_of_html(html: str) -> str:
    """The text of a page as Markdown; of a page that says what is its main part, that part."""
    reader = _read(html, _SILENT)
    if reader.is_silent:
        reader = _read(html, _CODE)
    body = reader.main if len(_squeezed(reader.main).strip()) >= _ENOUGH else reader.text
    body = _squeezed(body).strip()
    title = " ".join(reader.title.split())
    head = f"# {title}\n\n" if title and not body.startswith(f"# {title}") else ""
    return f"{head}{body}\n" if body else ""


def _read(html: str, silent: frozenset[str]) -> _Reader:
    reader = _Reader(silent)
    reader.feed(html)
    reader.close()
    return reader


# Characters that no text has: the space behind the sign of an item, and a line break of code, which is left alone.
_BULLET, _BREAK = "\ufdd0", "\ufdd1"
# A main part with less text than that is none.
_ENOUGH = 80


def _squeezed(text: str) -> str:
    text = re.sub(r"\n(?:[ \t]*\n)+", "\n\n", re.sub(r"[ \t]+\n", "\n", text.replace(_BULLET, " ")))
    return text.replace(_BREAK, "\n")


class _Reader(HTMLParser):
    """Writes the text down as it comes; a page may leave anything open or close what was never opened."""

    def __init__(self, silent: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self._passed_over = silent
        self.title = ""
        self._all: list[str] = []
        self._main: list[str] = []
        self._silent = 0
        self._main_depth = 0
        self._in_title = False
        self._code: list[str] | None = None
        self._lists: list[int] = []  # the number of the last item; -1 where items have none
        self._cells = 0

    @property
    def is_silent(self) -> bool:
        """Whether something that is passed over was never closed."""
        return self._silent > 0

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._all)

    @property
    def main(self) -> str:
        """What stands in the main part."""
        return "".join(self._main)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Something begins."""
        if tag in self._passed_over:
            self._silent += tag not in _CLOSED_AT_ONCE
        elif self._silent:
            return
        elif tag == "title":
            self._in_title = True
        elif tag == "main":
            self._main_depth += 1
        elif tag == "pre" and self._code is None:
            self._code = []
        elif self._code is not None:
            self._code.append("\n" if tag == "br" else "")
        else:
            self._begin(tag, dict(attrs))

    def _begin(self, tag: str, attrs: dict[str, str | None]) -> None:
        if tag in _HEADINGS:
            self._write(f"\n\n{_HEADINGS[tag]} ")
        elif tag in ("ul", "ol"):
            self._lists.append(0 if tag == "ol" else -1)
            self._write("\n" if len(self._lists) > 1 else "\n\n")
        elif tag == "li":
            self._write(f"\n{'  ' * (len(self._lists) - 1)}{self._bullet()}{_BULLET}")
        elif tag == "tr":
            self._cells = 0
            self._write("\n")
        elif tag in ("td", "th"):
            self._write(" | " if self._cells else "")
            self._cells += 1
        elif tag == "br":
            self._write("\n")
        elif tag == "code":
            self._write("`")
        elif tag == "img" and (words := (attrs.get("alt") or "").strip()):
            self._write(f"[picture: {' '.join(words.split())}] ")
        elif tag in _BLOCKS:
            self._write("\n\n")

    def _bullet(self) -> str:
        if not self._lists or self._lists[-1] < 0:
            return "-"
        self._lists[-1] += 1
        return f"{self._lists[-1]}."

    def handle_endtag(self, tag: str) -> None:
        """Something ends."""
        if tag in self._passed_over:
            self._silent = max(0, self._silent - 1)
        elif self._silent:
            return
        elif tag == "title":
            self._in_title = False
        elif tag == "main":
            self._main_depth = max(0, self._main_depth - 1)
        elif tag == "pre" and self._code is not None:
            code, self._code = "".join(self._code), None
            self._write(f"\n\n{fence(code.strip(chr(10))).replace(chr(10), _BREAK)}\n\n")
        elif self._code is not None:
            return
        elif tag == "code":
            self._write("`")
        elif tag in ("ul", "ol"):
            self._lists = self._lists[:-1]
            self._write("\n" if self._lists else "\n\n")
        elif tag == "tr":
            self._cells = 0
        elif tag in _HEADINGS or tag in _BLOCKS - {"thead", "tbody"}:
            self._cells = 0
            self._write("\n\n")

    def handle_data(self, data: str) -> None:
        """Some text."""
        if self._silent:
            return
        if self._in_title:
            self.title += data
        elif self._code is not None:
            self._code.append(data)
        else:
            lead = " " if data[:1].isspace() else ""
            tail = " " if data[-1:].isspace() else ""
            words = " ".join(data.split())
            if self._cells:  # told from the bars between cells, as Markdown has it
                words = words.replace("|", r"\|")
            self._write(f"{lead}{words}{tail}" if words else lead)

    def _write(self, text: str) -> None:
        for place in (self._all, self._main) if self._main_depth else (self._all,):
            if place and place[-1].endswith(_BULLET) and text.startswith("\n"):
                continue  # a paragraph within an item
            if text.startswith(" ") and place and place[-1].endswith((" ", "\n")):
                text = text.lstrip(" ") if not text.strip() or place[-1].endswith("\n") else text[1:]
            place.append(text)
