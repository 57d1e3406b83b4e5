"""Reads what a refused request teaches: a parameter that is not taken, the values or the name that are, a pair that
excludes each other, or that something is refused and not which.

The words are those of OpenAI and Azure (error messages of the API), vLLM and SGLang (`SamplingParams`), pydantic
(FastAPI, Mistral), Groq, DeepSeek, Moonshot, DashScope and Volcengine Ark (users' reports in trackers), Gemini, TGI
(`validation.rs`), Anthropic, and Z.ai (docs.bigmodel.cn, error codes 1210 to 1215).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from glmchat.api.errors.limits import limit_in
from glmchat.api.errors.parameters import Named, named
from glmchat.api.learning.learned import Limit
from glmchat.core import parameters
from glmchat.core.parameters.kind import Kind

# Codes and types by which a value is refused, and those by which the parameter itself is.
_VALUE_CODES = re.compile(
    r"invalid_value|unsupported_value|(?:decimal|integer)_(?:above|below)|(?:less|greater)_than|literal_error|enum|"
    r"_parsing|value_error",
)
_LACK_CODES = re.compile(r"unsupported_parameter|unknown_parameter|extra_forbidden")
_LACK = re.compile(
    r"(?:unsupported|unknown|unrecognized|unexpected) (?:\w+ )?(?:parameter|argument|field|key|property|input)|"
    r"\bis unsupported|not (?:be )?(?:supported|permitted|allowed|accepted|implemented|available)|"
    r"(?:does not|doesn't) (?:support|accept)|"
    r"unknown name|cannot find field|extra (?:fields|inputs)|forbidden|不支持|不被支持",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"\binvalid\b|not valid|illegal|\bmust\b|\bshould\b|\bvalues?\b|out of (?:the )?(?:range|bounds)|"
    r"too (?:large|small|high|low|big|long|many)|mandatory|cannot be (?:disabled|enabled|turned)|exceed|reached|"
    r"\bonly\b|\bup to\b|非法|取值|必须|不合法|超出|超过|范围",
    re.IGNORECASE,
)
_UNNAMED_CODES = frozenset(
    {"1210", "1213", "1214", "1215", "minimax:2013", "20015", "invalidparameter", "invalid_argument"}
)
_UNNAMED = re.compile(
    r"invalid (?:api |request |input |model )?(?:parameters?|params?|arguments?)\b|"
    r"(?:parameters?|params|arguments?) (?:\w+ ){0,4}(?:is|are|was|were) (?:not valid|invalid|incorrect|illegal|wrong)|"
    r"(?:parameter|param|request) (?:error|validation)|validation (?:error|failed)|provider returned error|"
    r"(?:handle|support) the requested parameters|penalty is not enabled|"  # OpenRouter, Gemini
    r"参数(?:有误|错误|非法|不合法|异常|无效|校验)",
    re.IGNORECASE,
)
# These are about the messages, not about a parameter.
_CONTENT = re.compile(r"\bmessages?\b|\bimages?\b|\bcontent\b|\brole\b|消息|图片|内容", re.IGNORECASE)

_EXCLUSIVE = re.compile(
    r"cannot both|can ?not both|not both|both be|mutually exclusive|only (?:set|use|specify|provide)? ?one|"
    r"(?:cannot|can not|can't|may not|must not|should not) be (?:\w+ )?with|together|simultaneously|at the same time|"
    r"不能同时|不可同时|不要同时|只能(?:设置|使用|传)",
    re.IGNORECASE,
)
_RENAMED = re.compile(
    r"(?:\buse|\btry|renamed to|moved to|replaced (?:by|with)|in favou?r of|改用|请使用|替换为)"
    r" *(?:the )?(?:parameter |field )?[`'\"“]?([a-z][a-z0-9]*_[a-z0-9_]{1,40})\b",
    re.IGNORECASE,
)
_CHOICES = re.compile(
    r"(?:(?:supported|allowed) values (?:are|is)|permitted|one of|should be|must be|expected|可选值(?:为|是)?|"
    r"取值(?:范围)?(?:为|是)?)\W*"
    r"((?:[`'\"“][A-Za-z_]+[`'\"”][\s,、]*(?:and|or|或|和)?\s*)+)",
    re.IGNORECASE,
)
# Levels of an effort that are listed without a word about the parameter.
_LEVELS = re.compile(
    r"(?:level|effort|thinking|reasoning).*?(?:valid|supported|allowed|available) (?:levels?|types?|values?|efforts?)"
    r"(?: are| is)?\W*((?:(?:none|minimal|low|medium|high|xhigh|max)\b[`'\"\s,、/]*(?:and |or )?[`'\"]?){2,})",
    re.IGNORECASE,
)
# That thinking cannot be switched off.
_MANDATORY = re.compile(
    r"mandatory|cannot be (?:disabled|turned off|switched off)|always (?:on|enabled)|restricted to true|"
    r"only works in thinking mode",  # DashScope, Gemini
    re.IGNORECASE,
)
_WORD = re.compile(r"[`'\"“]([A-Za-z_]+)[`'\"”]")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an endpoint refused.

    `parameter` is the one that it names, `key` how it wrote it. With `value` only the value is refused: `limit` says
    which are taken, where the words do. `other` is a parameter that excludes this one, `renamed` the name to use in
    its place. `unnamed` says that some parameter is refused, and not which.
    """

    parameter: str | None = None
    key: str = ""
    value: bool = False
    limit: Limit | None = None
    other: str | None = None
    renamed: str | None = None
    unnamed: bool = False


def read(given: str | None, codes: Sequence[str], message: str) -> Refusal:
    """Read what is refused; `given` is the key that the error points at, `codes` are its codes and types."""
    names = named(given, message)
    levels = _LEVELS.search(message)
    if levels is not None and (not names or names[0].name == "reasoning_effort"):
        choices = tuple(
            dict.fromkeys(re.findall(r"[a-z]+", re.sub(r"\b(?:and|or)\b", "", levels[1].lower())))
        )
        return Refusal("reasoning_effort", "reasoning_effort", value=True, limit=Limit(choices=choices))
    if not names:
        known = any(code.lower() in _UNNAMED_CODES for code in codes) or _UNNAMED.search(message) is not None
        return Refusal(unnamed=known and not _CONTENT.search(message))
    first = names[0]
    other = _excluded(names, message)
    if other is not None:
        return Refusal(first.name, first.key, value=True, other=other)
    renamed = _renamed(first, message)
    if renamed is not None:
        return Refusal(first.name, first.key, renamed=renamed)
    name, limit = _limited(first, message)
    if name == "reasoning" and _MANDATORY.search(message):
        limit = Limit(refused=(False,))
    marks = " ".join(codes).lower()
    lacks = _LACK_CODES.search(marks) or _LACK.search(message)
    says_value = _VALUE_CODES.search(marks) or (_VALUE.search(message) and not lacks)
    return Refusal(name, first.key, limit is not None or bool(says_value), limit)


def _excluded(names: Sequence[Named], message: str) -> str | None:
    """The second of two numbers that are not taken together; None where it says no such thing."""
    numeric = [
        each.name
        for each in names
        if each.name in parameters.BY_NAME and parameters.BY_NAME[each.name].numeric
    ]
    return (
        numeric[1]
        if len(numeric) > 1 and names[0].name == numeric[0] and _EXCLUSIVE.search(message)
        else None
    )


def _renamed(first: Named, message: str) -> str | None:
    """The name that is to be used in the place of this one, which must not be another parameter's own."""
    taken = {"stream_options", *parameters.BY_NAME} - {first.name}
    found = (match[1] for match in _RENAMED.finditer(message) if match[1].lower() not in taken)
    return next(found, None) if first.name in parameters.BY_NAME else None


def _limited(first: Named, message: str) -> tuple[str, Limit | None]:
    """The parameter that is meant and the values that it may have; numbers said of a switch are its number's."""
    name = "top_logprobs" if first.name == "logprobs" else first.name
    row = parameters.BY_NAME.get(name)
    if row is not None and row.numeric:
        limit = limit_in(message, first.key, whole=row.kind is Kind.INTEGER)
        return (name, limit) if limit is not None else (first.name, None)
    words = _CHOICES.search(message)
    choices = tuple(dict.fromkeys(_WORD.findall(words[1]))) if words is not None and row is not None else ()
    return first.name, Limit(
        choices=choices
    ) if row is not None and row.kind is Kind.CHOICE and choices else None
