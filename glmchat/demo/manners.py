"""How a question wants to be answered, which says nothing of what it is about: in a sentence, as a table, politely."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

# A clause of nothing but these says only how to answer: "Please be brief.", "Answer with **bold** and code".
_ENGLISH = """
a about an and any answer answers as at be but by can could do dont explain explanation for format formatted from
give i if in it keep like make me my need no not of on only or plain please pls plz reply respond response
say show speak style tell thank thanks that the then think this to use using want will with without words would
write you your
advance beginner brief briefly child clear clearly concise concisely crisp detail detailed details direct easy
example examples exactly expert fast friendly fully great hello help hey hi honest just kindly layman layperson
long more nice novice one polite precise precisely quick quickly short shortly simple simply sir small
straight summary thorough thoroughly urgent very yo
ascii bold bullet bulleted bullets caps code csv emoji emojis five headings heading html italic italics json
latex less line lines list lists markdown maximum minimum most numbered paragraph paragraphs point points prose
sentence sentences steps step table tables ten than three two under up word xml yaml
"""
_CHINESE = """
一二三两几十百个句话字点段步以内用来要能可请您你我们给和与或的地得了吧呢吗呀啊哈哦嘛时重新手
回答复说讲写做成为出下面就好行只别不超过太很更多少长短简单洁明快直接详细完整清楚通俗易懂
分条列表格式粗体加标题代码块例子举谢麻烦劳驾帮忙客气急礼貌问候总结概括大尽量按照
"""
_MANNERS = frozenset(_ENGLISH.split()) | frozenset("".join(_CHINESE.split()))

# Pieces of a clause that say how, beside words that say what.
_COUNT, _ZH_COUNT = r"(?:an?|one|two|three|four|five|ten|a few|\d+)", r"(?:[一二两三四五六七八九十百几]|\d)+"
_PIECES: Mapping[str, Sequence[str]] = {
    "en": (
        r"(?:as if|as though|like) (?:i['’]?\s?(?:a?m|was|were)|you['’]?(?:re| are) talking to)"
        r"(?: an?)? [\w-]+(?:[ -](?:years?|old|child|kid))*",
        r"(?:to|for) (?:an?|my|complete) (?:\w+ )?(?:beginner|newcomer|child|kid|layman|layperson|novice|student)s?",
        r"(?:to|for) (?:an? [\w-]+[ -]years?[ -]old|beginners|dummies|children|kids)",
        r"i['’]? ?a?m (?:new|a beginner)(?: here| to this)?",
        r"step[ -]by[ -]step|word for word|eli5|tl;?dr|right (?:away|now)|summari[sz]e|sum up",
        r"in (?:detail|short|brief|full|general|a nutshell|other words|as few words as possible|(?:just )?a few words)",
        r"in (?:simple|plain|easy|clear|layman['’]?s|short|your own) (?:terms|words|language|english|sentences)",
        rf"(?:in|with|using|within|at most) (?:\w+ ){{0,3}}?{_COUNT} (?:\w+ )?"
        r"(?:sentence|word|line|paragraph|bullet|point|step|minute|second)s?(?: points?)?(?: or less)?",
        r"(?:in|as|with) (?:an? )?(?:\w+ )?(?:table|list|bullet points|bullets|examples?)",
        r"(?:short|quick|brief|simple|one[ -]word) (?:answer|explanation|summary)(?: to| of)?",
        r"(?:the )?(?:short|long|simple) version of",
        r"i(?: would|['’]?d) be (?:\w+ )?(?:grateful|glad|happy|thankful|obliged) (?:if|for)",
        r"(?:thank you|thanks)(?: (?:so|very) much| in advance| a lot)?|please|pls|plz|kindly|briefly",
        r"(?:can|could|would|will) you|be so kind (?:as )?to|do me a favou?r",
        r"was (?:macht|ist)",
    ),
    "zh": (
        r"就?[像跟][^，。：？！]{0,14}(?:一样|那样|似的)",
        rf"请?[用以按在]?(?:不?[超多少][过于])?{_ZH_COUNT}个?[句行段点条步]?(?:话|字|点|步|分钟)?(?:以内|之内|以下)?[来地]?"
        r"(?=回答|解释|说明|介绍|概括|总结|讲|说|[：:，,]|$)",
        rf"{_ZH_COUNT}\s?[字句点]话?(?:以内|之内|以下)",
        r"一步一?步[地的来]?|逐步地?|循序渐进地?",
        r"请?[用以]\s?(?:通俗|简单|简洁|平实|自己|大白话|表格|列表|要点|代码|例子|\s|json|markdown|html|latex"
        r"|加粗|粗体|的|话|语言|格式|形式|方式|举例|和|、|或){1,8}[来地]?(?:回答|说明|解释|写|表示|比较|总结)?",
        r"(?:简单|简短|简要|简洁|详细|仔细|清楚|通俗易懂|通俗|大致|大概|具体|直白|认真|耐心|快速)(?:明了|易懂)?[地的]?",
        r"(?:回答|答案)[要得请]?(?:简短|短|简洁|详细|长)(?:一点|一些|点|些)?",
        r"举一?个?例子?(?:说明)?|(?:总结|概括|归纳)(?:一下)?|分[点条步](?:回答|说明)?|列[出举]",
        r"劳烦|麻烦|劳驾|拜托|辛苦|谢谢|多谢|感谢|帮忙|帮我|您好|你好|问一下|想问|想知道",
        r"聊聊|谈谈|说说|讲讲|说一说|讲一讲|讲一下|回答我?",
        r"干嘛|干吗|干什么|做什么|啥|咋|呀|哈|嘛|用的(?=$|[？?。])",
    ),
}
_PIECE = {
    "en": re.compile(rf"\b(?:{'|'.join(_PIECES['en'])})\b", re.IGNORECASE),
    "zh": re.compile("|".join(_PIECES["zh"]), re.IGNORECASE),
}
_CLAUSE = {"en": re.compile(r"[.!?;:,\n]+(?=\s|$)|\s[-–—]+\s"), "zh": re.compile(r"[。！？；：，,!?;:\n]+")}
_PART = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")


def without(question: str, language: str) -> str:
    """A question without what it says of how to answer; the whole of it where it says nothing else."""
    clauses = _CLAUSE[language].split(_PIECE[language].sub(" ", question))
    return "\n".join(clause for clause in clauses if not _only_says_how(clause)) or question


def _only_says_how(clause: str) -> bool:
    parts = _PART.findall(re.sub("['’]", "", clause.lower()))
    return all(part in _MANNERS or part.isdigit() for part in parts)
