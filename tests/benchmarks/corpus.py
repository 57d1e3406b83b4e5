"""Text for benchmarks: pieces like a model's tokens (about 3.2 characters), of any number and of six kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_WORDS = [
    *(
        "the",
        "model",
        "reads",
        "a",
        "token",
        "and",
        "then",
        "it",
        "writes",
        "another",
        "one",
        "so",
        "that",
        "every",
    ),
    *(
        "line",
        "of",
        "this",
        "answer",
        "looks",
        "like",
        "common",
        "prose",
        "with",
        "short",
        "longer",
        "words",
        "about",
    ),
    *(
        "systems",
        "memory",
        "latency",
        "caching",
        "queues",
        "threads",
        "sockets",
        "buffers",
        "parsers",
        "terminals",
    ),
    *("rendering", "layout", "scrolling", "measurement"),
]
_CJK = (
    "模型读取一个词元然后写出下一个词元因此这段回答看起来像普通的文章"
    "内容包含系统内存延迟缓存队列线程终端渲染滚动测量"
)
_PIECE = re.compile(r"\n+| ?[^\W_]{1,6}|\s+|[^\w\s]|_")
_CJK_PIECE = re.compile(r"[\u4e00-\u9fff]{1,2}|\n+|.")


def _sentence(count: int, seed: int) -> str:
    state, words = seed * 7919 + 13, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        words.append(_WORDS[(state >> 8) % len(_WORDS)])
    text = " ".join(words)
    return text[0].upper() + text[1:] + "."


def _prose(number: int) -> str:
    return " ".join(_sentence(11, number * 4 + part) for part in range(4)) + "\n\n"


def _markdown(number: int) -> str:
    items = "".join(f"- item {i}: {_sentence(9, number * 31 + i)} with `code_{i}`\n" for i in range(5))
    steps = "".join(f"{i}. {_sentence(8, number * 17 + i)}\n" for i in range(1, 4))
    rows = "".join(f"| row{i} | {number * 10 + i} | {_sentence(3, number * 5 + i)} |\n" for i in range(4))
    head = f"## Section {number}: {_sentence(3, number)[:-1]}\n\n{_sentence(30, number)} "
    code = (
        f"```python\ndef handler_{number}(items, limit=10):\n    total = 0\n    for i, item in enumerate(items):\n"
        "        if i >= limit:\n            break\n        total += item.size  # accumulate\n"
        f"    return total, {number}\n```\n\n"
    )
    seen = (
        f"See **{_sentence(2, number)[:-1]}** and `call_{number}(value)` or *{_WORDS[number % len(_WORDS)]}*."
    )
    quote = f"> {_sentence(15, number * 3)}\n\n"
    table = f"| name | value | note |\n|---|---:|---|\n{rows}"
    return f"{head}{seen} {_sentence(14, number + 2)}\n\n{items}\n{steps}\n{table}\n{code}{quote}"


def _cjk(number: int) -> str:
    twice, count = _CJK + _CJK, len(_CJK)
    out = ""
    for part in range(4):
        at = (number * 13 + part * 7) % count
        out += twice[at : at + 24] + "，" + twice[(at + 9) % count : (at + 9) % count + 15] + "。"
    return out + "\n\n"


def _code(number: int) -> str:
    return (
        f'class Node{number}:\n    """{_sentence(6, number)}"""\n\n    def __init__(self, name, items=None):\n'
        f"        self.name = name\n        self.items = list(items or [])  # copy\n        self.count = {number}\n\n"
        "    def total(self, limit=100):\n        acc = 0\n        for item in self.items[:limit]:\n"
        f"            acc += item['size'] * {number % 9 + 1}\n        return acc\n\n\n"
    )


def _row(number: int) -> str:
    return f"| row{number} | {number * 7 % 1000} | {_sentence(4, number)} | `{number:x}` |\n"


_KINDS: dict[str, tuple[str, Callable[[int], str], str]] = {
    "prose": ("", _prose, ""),
    "markdown": ("", _markdown, ""),
    "cjk": ("", _cjk, ""),
    "onecode": ("```python\n", _code, "\n```\n"),
    "table": ("| name | value | note | hex |\n|---|---:|---|---|\n", _row, "\n"),
    "reasoning": ("", _prose, ""),
}
KINDS = tuple(_KINDS)


def pieces(kind: str, count: int) -> list[str]:
    """Return `count` pieces of a kind; fences are closed."""
    head, section, foot = _KINDS[kind]
    cut = _CJK_PIECE if kind == "cjk" else _PIECE

    def stream() -> Iterator[str]:
        yield from _PIECE.findall(head)
        number = 0
        while True:
            number += 1
            yield from cut.findall(section(number))

    end = [foot] if foot else []
    source = stream()
    out = [next(source) for _ in range(max(count - len(end), 0))] + end
    if kind == "markdown" and "".join(out).count("```") % 2:
        out[-1] = "\n```\n"
    return out
