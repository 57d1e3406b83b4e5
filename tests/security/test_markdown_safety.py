"""Markdown spells out entities, escapes and percent signs: what it draws must be as safe as what it was given."""

import pytest

from glmchat.markdown.document import Document
from glmchat.markdown.spans import text_of
from glmchat.support.text import safe
from tests.security.hostile import PAYLOADS, Hostile

# The places where the parser itself decodes something.
SPELLED = (
    "<http://x.invalid/{percent}>",
    "[a](http://x.invalid/{percent})",
    "![a](http://x.invalid/{percent})",
    "[a](<http://x.invalid/{entity}>)",
    "[{entity}](x)",
    "{entity}",
    "*{entity}*",
    "# {entity}",
    "```{entity}\nx\n```",
    "[a]: http://x.invalid/{percent}\n\n[a]",
    "| {entity} |\n|---|\n| <http://x.invalid/{percent}> |",
)


def drawn(text: str, width: int = 80) -> list[str]:
    document = Document(width)
    document.feed(safe(text))
    document.finish()
    document.settle(0, document.height)
    return [text_of(document.line(number)) for number in range(document.height)]


def unsafe(text: str) -> list[str]:
    return [line for line in drawn(text) if safe(line) != line or "\t" in line or "\n" in line]


@pytest.mark.parametrize("place", SPELLED)
def test_nothing_that_is_spelled_out_is_drawn_raw(place: str) -> None:
    for payload in PAYLOADS:
        percent = "".join(f"%{byte:02x}" for byte in payload.encode("utf-8", "replace"))
        entity = "".join(f"&#{ord(char)};" for char in payload)
        assert unsafe(place.format(percent=percent, entity=entity)) == []


@pytest.mark.parametrize("seed", range(4))
def test_random_hostile_markdown_is_drawn_safely(seed: int) -> None:
    made = Hostile(seed)
    text = "".join(made.line() for _ in range(60))
    assert unsafe(text) == []
    assert sum(marker in line for line in drawn(text) for marker in made.markers) >= 60


@pytest.mark.full
@pytest.mark.parametrize("seed", range(40))
def test_twenty_thousand_hostile_paragraphs_are_drawn_safely(seed: int) -> None:
    made = Hostile(1000 + seed)
    for _ in range(25):
        assert unsafe("".join(made.line() for _ in range(20))) == []
