"""What a text is about: the words by which a question finds its section, and the language it is in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from glmchat.core import parameters

# The name of a key, and what it is called by all: Ctrl+L, ctrl-l, F6, Esc, the Tab key.
_KEY = (
    r"(?:(?:ctrl|alt|shift)\s?[+-]\s?)+[a-z0-9]+|\b(?:f\d\d?|esc(?:ape)?|tab|page\s?(?:up|down))(?![a-z0-9_])"
)
_WORD = re.compile(
    rf"(?P<key>{_KEY})(?:\s?(?:keys?\b|键))?|[a-z_][a-z_0-9]*(?:\.[a-z]+)?|[\u3400-\u9fff]+|\d{{3,}}"
)
_IS_KEY = re.compile(_KEY)
_CJK = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]+")

# Words that a question is made of, whatever it asks about.
_ENGLISH = """
a about an and any are as at be been by can could did do does doing for from get give had has have how i if in into
is it its just know like many me mean much my no not of on or our out please should show so some tell than that the
their them then there these they thing this to up us use used uses using want was we what when where which why
will with work would you your whats explain describe happen make let difference between range versus vs best good way
"""
_CHINESE = (
    "为什么|什么样|怎么样|怎么办|是什么|有什么|什么|怎么|怎样|如何|哪些|哪里|哪个|多少|是否|可以|能够|能不能|请问|告诉|一下|想要|"
    "这个|那个|一个|介绍|解释|说明|意思|应该|合适|得到|知道|没有|区别|作用|使用|[的了吗呢吧啊我你您它是在有和与能请把被让给到就也都每这那做想要]"
)
# Words that mean something else without their ending.
_WHOLE = frozenset(["keys", "settings"])
_EMPTY = frozenset(_ENGLISH.split())
_SPLIT = re.compile(_CHINESE)


@cache
def _names() -> re.Pattern[str]:
    """Parameter names however they are spelled: top_p, top-p, top p."""
    spelled = sorted((row.name for row in parameters.TABLE if "_" in row.name), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(name.replace("_", "[ _-]") for name in spelled) + r")\b")


def language_of(text: str, fallback: str = "en") -> str:
    """Say whether a text is Chinese or English ("zh", "en"); `fallback` where it has no letters."""
    chinese, latin = len(_CJK.findall(text)), len(_LATIN.findall(text))
    if not chinese and not latin:
        return fallback
    return "zh" if chinese >= latin else "en"


def key_name(written: str) -> str:
    """A key's name in one spelling, however it was written."""
    return re.sub(r"\s?[+-]\s?", "+", written).replace("escape", "esc").replace(" ", "")


def is_key(term: str) -> bool:
    """Whether a term names a key."""
    return _IS_KEY.fullmatch(term) is not None


def is_chinese(term: str) -> bool:
    """Whether a term is one or two Chinese characters."""
    return term[0] >= "\u3400"


def stem(word: str) -> str:
    """Take the commonest English endings off, so that "sliders" finds "slider"."""
    if word in _WHOLE:
        return word
    for ending, rest in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 4 and not word.endswith("ss"):
            word = word[: -len(ending)] + rest
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls" and ending in ("ing", "ed"):
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def terms(text: str) -> Iterator[str]:
    """The words of a text that say what it is about; of Chinese, every two characters that stand together."""
    return (term for term, _ in terms_and_words(text))


def terms_and_words(text: str) -> Iterator[tuple[str, str]]:
    """Like `terms`, with each the word as it was written."""
    lowered = _names().sub(lambda match: re.sub("[ -]", "_", match[0]), text.lower())
    for match in _WORD.finditer(lowered):
        word = match[0]
        if match["key"]:
            yield key_name(match["key"]), word
        elif is_chinese(word):
            for run in filter(None, _SPLIT.split(word)):
                yield from ((pair, pair) for pair in (run[at : at + 2] for at in range(max(len(run) - 1, 1))))
        elif "_" in word or any(char.isdigit() for char in word):
            yield word, word
        elif word not in _EMPTY and len(word) > 1:
            yield stem(word), word
