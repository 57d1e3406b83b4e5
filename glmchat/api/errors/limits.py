"""The range of values that a refusal gives in its words, in English and Chinese, open ends and closed ones."""

from __future__ import annotations

import math
import re

from glmchat.api.learning.learned import Limit

# How far a value keeps from an end that is not part of the range.
_STEP = 0.01
_N = r"([-−]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?)"
_RANGE = re.compile(r"rang|between|interval|within|must|should|valid|范围|区间|取值|之间", re.IGNORECASE)

_INTERVAL = re.compile(rf"([\[(（])\s*{_N}\s*[,，~]\s*(?:{_N}|\+?inf\w*|∞)\s*([\])）])", re.IGNORECASE)
_GEMINI = re.compile(rf"from {_N} \((in|ex)clusive\) to {_N} \((in|ex)clusive\)", re.IGNORECASE)
_BETWEEN = re.compile(
    r"(?:between|from|在|range:?(?: is| of)?|范围\W*?(?:为|是)?)"
    rf"\W*?{_N}\s*(?:and|to|与|和|到|至|-|~|～|–|\.\.+)\s*{_N}"
    r"(\W*exclusive)?",
    re.IGNORECASE,
)
_CHAIN = re.compile(rf"{_N}\s*(<=?|≤)\s*[A-Za-z_.]+\s*(<=?|≤)\s*{_N}")
_HIGH = re.compile(
    r"(?:less (?:than )?or equal to|at most|no (?:more|greater|larger|higher) than|"
    r"not (?:be )?(?:exceed|greater than|larger than|more than|higher than)|up to|"
    r"(?:max(?:imum)?|limit|upper bound)(?: \w+){0,4}(?: is|:| of|=)|max allowed:?|<=|≤|"
    r"小于(?:或)?等于|不(?:能|得|可)?(?:大于|超过|高于)|最大(?:值)?(?:为|是|：)?|"
    rf"上限(?:为|是)?)\s*{_N}",
    re.IGNORECASE,
)
_ANTHROPIC = re.compile(rf"{_N}\s*>\s*{_N}")
_BELOW = re.compile(
    rf"(?:less than|lower than|smaller than|below|\b(?:be|and)\s*<|小于)\s*{_N}", re.IGNORECASE
)
_LOW = re.compile(
    r"(?:greater (?:than )?or equal to|at least|no (?:less|lower|smaller) than|"
    r"not (?:be )?(?:less than|lower than|smaller than)|"
    r"(?:min(?:imum)?|lower bound)(?: \w+){0,3}(?: is|:| of|=)|>=|≥|大于(?:或)?等于|不(?:能|得|可)?(?:小于|低于)|"
    rf"最小(?:值)?(?:为|是|：)?)\s*{_N}",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    rf"(?:greater than|larger than|higher than|above|\b(?:be|and)\s*>|大于)\s*{_N}", re.IGNORECASE
)
_SIGN = re.compile(
    r"(non-?negative|非负)|(?:must|should) be (?:an? |strictly )?positive|正数|正整数", re.IGNORECASE
)
_ONLY = re.compile(
    rf"only (?:the )?(?:default )?(?:value )?(?:\w+=)?\(?{_N}\)? (?:value )?is "
    r"(?:allowed|supported|accepted|permitted)|"
    rf"(?:must|may only|can only) be (?:set to )?{_N}(?!,? ?(?:or |to |and |\(|-|~|–|\.\.|\.?\d))|"
    rf"(?:只能|仅支持|必须)(?:为|是)?\s*{_N}",
    re.IGNORECASE,
)


def limit_in(message: str, key: str, *, whole: bool) -> Limit | None:
    """The range that a message gives for a parameter, named by `key` in it; None where it gives none.

    What follows the name is read first, since a message may speak of several. `whole` says that only whole numbers are
    taken, so that the nearest to an end that is not part of the range is another one.
    """
    plain = re.sub(r"\bzero\b", "0", re.sub(r"[`'\"](?=[-\d])|(?<=\d)[`'\"]", "", message))
    at = plain.lower().find(key.lower())
    step = 1 if whole else _STEP
    around = _CHAIN.search(plain) is not None  # the name stands between the two ends
    return (_range(plain[at:], step) if at > 0 and not around else None) or _range(plain, step)


def _range(text: str, step: float) -> Limit | None:
    """The range that a text gives in whatever way."""
    if (m := _INTERVAL.search(text)) and (m[1] == "[" or m[4] == "]" or _RANGE.search(text)):
        return _sound(_from(m[2], step, m[1] == "["), None if m[3] is None else _to(m[3], step, m[4] == "]"))
    if m := _GEMINI.search(text):
        return _sound(_from(m[1], step, m[2] == "in"), _to(m[3], step, m[4] == "in"))
    if m := _CHAIN.search(text):
        return _sound(_from(m[1], step, m[2] != "<"), _to(m[4], step, m[3] != "<"))
    if m := _ONLY.search(text):
        only = _number(next(filter(None, m.groups())))
        return Limit(only, only)
    if m := _BETWEEN.search(text):
        return _sound(_from(m[1], step, not m[3]), _to(m[2], step, not m[3]))
    if m := _ANTHROPIC.search(text):
        return Limit(high=_number(m[2]))
    return _ends(text, step)


def _ends(text: str, step: float) -> Limit | None:
    """A range whose ends stand apart; what says the one is taken out, as "not greater than" says "greater than" too."""
    high, rest = _found(_HIGH, text)
    low, rest = _found(_LOW, rest)
    if high is None and (below := _BELOW.search(rest)):
        high = _to(below[1], step, included=False)
    if low is None and (above := _ABOVE.search(rest)):
        low = _from(above[1], step, included=False)
    if low is None and (sign := _SIGN.search(rest)):
        low = 0 if sign[1] else step
    return _sound(low, high)


def _found(pattern: re.Pattern[str], text: str) -> tuple[float | None, str]:
    """The number that a pattern finds, and the text without what it found."""
    match = pattern.search(text)
    return (None, text) if match is None else (_number(match[1]), text[: match.start()] + text[match.end() :])


def _from(text: str, step: float, included: bool) -> float:
    """The least value of a range that begins at a number."""
    number = _number(text)
    return number if included else round(math.floor(number / step + 1 + 1e-9) * step, 6)


def _to(text: str, step: float, included: bool) -> float:
    """The greatest value of a range that ends at a number."""
    number = _number(text)
    return number if included else round(math.ceil(number / step - 1 - 1e-9) * step, 6)


def _sound(low: float | None, high: float | None) -> Limit | None:
    """A limit of the two ends, None where they are no range."""
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        return None
    return Limit(low, high)


def _number(text: str) -> float:
    plain = text.replace(",", "").replace("−", "-")
    return float(plain) if "." in plain else int(plain)
