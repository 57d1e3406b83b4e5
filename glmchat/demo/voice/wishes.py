"""What a question asks the second voice for: a kind of text, what about, and a beginning to go on from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# What each kind is called by those who ask for it.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "tale": r"(?:fairy |bedtime |short |folk )?(?:story|stories|tales?|fables?)",
        "poem": r"poems?|poetry|verses?|rhymes?|songs?|lullaby|haiku|ballad",
        "recipe": r"recipes?",
        "weather": r"weather report|(?:weather )?forecast|about the weather",
        "dialogue": r"(?:an?|another|some|the) (?:\w+ ){0,2}dialog(?:ue)?|conversation between|small talk|chat between",
        "place": r"description of an? \w+",
    },
    "zh": {
        "tale": "故事|童话|寓言",
        "poem": "诗|诗歌|歌词|儿歌|童谣",
        "recipe": "菜谱|食谱",
        "weather": "天气预报",
        "dialogue": "[段个篇组][^，。]{0,8}对[话白]",
        "place": "描写|描述|形容|风景",
    },
}
# What may be described, by kind; all else is a question about the world.
_SCENES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "weather": r"weather|sky|wind|rain|snow|storm|fog|sunny day|rainy day|winter day|summer day",
        "place": r"market|harbou?r|garden|station|kitchen|library|street|square|beach|workshop|churchyard|caf[eé]"
        r"|park|bridge|courtyard|bakery|alley|museum|playground|chapel|theat(?:re|er)|village|canal|town|place|scene",
    },
    "zh": {
        "weather": "天气|天空|雨|雪|雾|风",
        "place": "集市|港口|花园|车站|厨房|图书馆|街道|广场|海滩|作坊|咖啡馆|公园|小巷|码头|院子|茶馆|剧院|村口|村庄"
        "|地方|风景|景色|场景",
    },
}
_ENGLISH_ASKS = (
    r"(?:tell|write|give|make|compose|invent|create|read|sing|recite|say|show|want|like|hear|need|another)"
)
_CHINESE_ASKS = "讲|说|写|来|给|作|编|念|唱|想听|要|播报|创作"
# A question of how, what or why is one to be answered, not a wish.
_ENGLISH_QUESTION = re.compile(
    r"^\W*(?:how (?!about)|what (?!about)|what's|whats|why|where|which|who|when|is |are |does )", re.I
)
_CHINESE_QUESTION = re.compile("怎么|怎样|如何|为什么|是什么|什么是|哪[里个些]|多少|有没有")
_CONTINUE = re.compile(
    r"^\s*(?:please\s+)?(?:continue|go on|finish|complete|carry on)(?:\s+(?:with|this|the)[\w ]{0,30})?\s*[:：]\s*"
    r"(?P<text>.+)"
    r"|^\s*(?:请)?(?:续写|接着写|继续写|接下去写|补全|继续)[^:：]{0,12}[:：]\s*(?P<zh>.+)",
    re.I | re.S,
)
_QUOTES = "\"'“”‘’「」 "


@dataclass(frozen=True, slots=True)
class Wish:
    """A text that is asked for: its kind ("" where only its beginning says so), and how it begins."""

    language: str
    kind: str
    begun: str = ""


def find(question: str, language: str) -> Wish | None:
    """The text that a question asks for, None where it asks for none."""
    if begun := _CONTINUE.match(question):
        return Wish(language, "", (begun["text"] or begun["zh"]).strip(_QUOTES))
    kind = _english(question) if language == "en" else _chinese(question)
    return Wish(language, kind) if kind else None


def _english(question: str) -> str | None:
    if _ENGLISH_QUESTION.search(question):
        return None
    if found := re.search(r"\bdescribe\b(.*)|\bdescription of\b(.*)", question, re.I):
        return _scene(found[1] or found[2], "en")
    for kind, name in _NAMES["en"].items():
        asked = rf"\b{_ENGLISH_ASKS}\b.*\b(?:{name})\b"
        article = r"(?:(?:an?|one|another|one more|some)\b[\w ]{0,20})?"
        bare = rf"^\W*(?:please,? )?{article}\b(?:{name})\b(?:,? please)?\W*(?:$|about|for|of|with)"
        if re.search(f"{asked}|{bare}", question, re.I | re.S):
            return kind
    return None


def _chinese(question: str) -> str | None:
    if _CHINESE_QUESTION.search(question):
        return None
    if found := re.search("(?:描写|描述|形容)(?:一下|一个|一座|一条)?(.*)", question):
        return _scene(found[1], "zh")
    for kind, name in _NAMES["zh"].items():
        if re.search(f"(?:{_CHINESE_ASKS}).*(?:{name})|^(?:{name})[。！ ]*$", question, re.S):
            return kind
    return None


def _scene(text: str, language: str) -> str | None:
    for kind, names in _SCENES[language].items():
        if re.search(rf"\b(?:{names})\b" if language == "en" else names, text, re.I):
            return kind
    return None
