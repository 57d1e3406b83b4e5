"""Write the golden files again after a change that is meant: ``python -m tests.snippets.golden``."""

from __future__ import annotations

from pathlib import Path

from glmchat.snippets import FORMS, render
from tests.snippets.samples import REQUEST, URL

FOLDER = Path(__file__).with_name("golden")
HEADERS = {"HTTP-Referer": "https://example.org/?a=1&b='2'", "X-Title": 'a "title" with $x and #{y}'}


def variants() -> dict[str, str]:
    """Every form, whole and streaming, by the name of its file."""
    return {
        f"{form.name}{'-stream' * stream}.txt": render(
            form.name, URL, REQUEST, headers=HEADERS, stream=stream
        )
        for form in FORMS
        for stream in (False, True)
    }


def main() -> None:
    """Write all files."""
    for name, code in variants().items():
        (FOLDER / name).write_text(code, encoding="utf-8")


if __name__ == "__main__":
    main()
