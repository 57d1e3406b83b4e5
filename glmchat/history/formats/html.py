"""One self-contained page: readable in light and dark, thoughts folded, nothing loaded from anywhere.

Every text is escaped; Markdown is drawn without raw HTML and without images, and links lead only to http,
https and mailto. Pictures, videos and documents are in the page itself. A content policy forbids scripts and loading,
should anything slip through.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from glmchat.core import attachments
from glmchat.core.attached import Attachment, Contents, Kind
from glmchat.core.conversation import Message, Role
from glmchat.history.formats.markdown import facts_of, name_of
from glmchat.history.formats.values import Exported, Exporter
from glmchat.support.address import LINK_SCHEMES, scheme_of
from glmchat.support.text import safe
from glmchat.support.times import when

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>glmchat</title>
<style>
:root { color-scheme: light dark; --edge: #8884; --soft: #8881; --quiet: #888; --user: #2a7; --model: #47c; }
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
body { overflow-wrap: break-word; }
h1 { font-size: 1.5rem; line-height: 1.3; } .quiet { color: var(--quiet); font-size: .85rem; }
section { border-left: 3px solid var(--edge); padding-left: 1rem; margin: 1.5rem 0; }
section.user { border-color: var(--user); } section.assistant { border-color: var(--model); }
section > b { font-size: .85rem; }
pre, details { background: var(--soft); border-radius: .4rem; padding: .6rem .8rem; overflow-x: auto; }
code { font-family: ui-monospace, monospace; font-size: .9em; } summary { cursor: pointer; color: var(--quiet); }
table { border-collapse: collapse; } td, th { border: 1px solid var(--edge); padding: .2rem .6rem; }
blockquote { margin-left: 0; padding-left: 1rem; border-left: 3px solid var(--edge); } .bad { color: #c44; }
img, video { max-width: 100%; }
article + article { border-top: 1px solid var(--edge); margin-top: 3rem; padding-top: 1rem; }
</style>
<body>
"""

# The pictures that are shown: no SVG, which is a document of its own.
_SHOWN = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")

# What is played, and what is given to be saved; browsers do not open a data address that is clicked.
_PLAYED = re.compile(r"video/[a-z0-9.+-]+")
_SAVED = "application/pdf"
# A page of more is one that browsers no longer open.
_MOST_BYTES = 64_000_000


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    from glmchat.support.flanking import make_friendly

    parser = (
        MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough").disable("image")
    )
    make_friendly(parser)
    parser.validateLink = lambda url: scheme_of(url) in LINK_SCHEMES  # type: ignore[method-assign]
    return parser


def _plain(text: str) -> str:
    return escape(safe(text))


def _drawn(text: str) -> str:
    return str(_markdown().render(safe(text)))


def _pre(text: str) -> str:
    return f"<pre><code>{_plain(text)}</code></pre>"


def _picture(image: Mapping[str, Any]) -> str:
    """A picture that came with the reply; one elsewhere is only linked, since the page loads nothing."""
    line, data = _plain(attachments.picture_line(image)), str(image.get("data") or "")
    if address := image.get("address"):
        return f"<p>{_link(str(address), attachments.picture_line(image))}</p>"
    shown = f'<br><img src="{data}" alt="">' if _SHOWN.fullmatch(data) else ""
    return f"<p>{line}{shown}</p>"


def _source(source: tuple[str, str]) -> str:
    title, address = source
    return f"<li>{_link(address, title or address) if address else _plain(title)}</li>"


def _link(address: str, text: str) -> str:
    if scheme_of(address) not in LINK_SCHEMES:
        return _plain(text)
    return f'<a href="{_plain(address)}" rel="noreferrer">{_plain(text)}</a>'


def _attached(each: Attachment, contents: Contents) -> str:
    """What is attached: a text folded, a picture in the page itself."""
    line, data = _plain(each.line), contents.get(each.digest)
    if data is None:
        return f"<p>{line}: no longer in the history</p>"
    if each.kind is Kind.TEXT:
        return f"<details><summary>{line}</summary>{_pre(data.decode('utf-8', 'replace'))}</details>"
    return f"<p>{line}{_inside(each, data)}</p>"


def _inside(each: Attachment, data: bytes) -> str:
    """The bytes of a picture, a video or a document in the page, where it can hold them."""
    played = each.kind is Kind.VIDEO and _PLAYED.fullmatch(each.type)
    saved = each.kind is Kind.PAPER and each.type == _SAVED
    if (played or saved) and len(data) > _MOST_BYTES:
        return ": too large for a page; an export as Markdown has it beside it"
    uri = f"data:{each.type};base64,{base64.b64encode(data).decode('ascii')}"
    if played:
        return f'<br><video controls preload="metadata" src="{uri}"></video>'
    if saved:
        return f'<br><a href="{uri}" download="{_plain(each.name)}">Save it</a>'
    return f'<br><img src="{uri}" alt="">' if _SHOWN.fullmatch(uri) else ""


def _message(message: Message, contents: Contents) -> str:
    parts = [f'<section class="{message.role.value}"><b>{_plain(name_of(message))}</b>']
    if message.reasoning:
        parts.append(f"<details><summary>Thought</summary>{_drawn(message.reasoning)}</details>")
    # A person's own text is shown as it was typed.
    text = message.content
    parts.append(
        _drawn(text) if message.role is Role.ASSISTANT else _pre(text) if message.role is Role.TOOL else ""
    )
    if message.role in (Role.USER, Role.SYSTEM):
        parts.append(f'<div style="white-space: pre-wrap">{_plain(text)}</div>')
    if message.refusal:
        parts.append(f'<p class="bad">Refused: {_plain(message.refusal)}</p>')
    parts += [
        f"<p>Calls <code>{_plain(call.name)}</code> with:</p>{_pre(call.arguments)}"
        for call in message.tool_calls
    ]
    parts += [_attached(each, contents) for each in message.attachments]
    parts += [_picture(image) for image in message.images]
    if sources := attachments.cited(message.annotations):
        parts.append(f"<p>Sources</p><ul>{''.join(map(_source, sources))}</ul>")
    if message.failure:
        parts.append(f'<p class="bad">Failed: {_plain(message.failure.message)}</p>')
    if message.role is Role.ASSISTANT:
        parts.append(f'<div class="quiet">{_plain(" · ".join(facts_of(message)))}</div>')
    return "\n".join(part for part in parts if part) + "</section>\n"


def _one(exported: Exported, number: int) -> str:
    session = exported.session
    about = f"{when(session.created)} · {session.model or 'no model'}"
    head = f'<article>\n<h1>{_plain(session.title or "Untitled")}</h1>\n<div class="quiet">{_plain(about)}</div>\n'
    if session.system:
        head += f"<details><summary>System prompt</summary>{_pre(session.system)}</details>\n"
    return (
        head + "".join(_message(message, exported.contents) for message in exported.branch()) + "</article>\n"
    )


FORMAT = Exporter("html", ".html", _one, lambda: _HEAD, lambda: "</body>\n</html>\n")
