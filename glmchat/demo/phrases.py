"""What the built-in model says in whole sentences of its own, in each language."""

from __future__ import annotations

from collections.abc import Mapping

PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "asked": 'The question is in English: "{question}".',
        "files": "With it came {names}; I go by the question alone.",
        "system": "There is a system prompt; I can weigh its words, though I cannot follow orders.",
        "words": "Its telling words are {words}; the rarer a word is in the manual, the more it says.",
        "words_before": "The telling words, its own and those said before it, are {words}; the rarer a word is in the "
        "manual, the more it says.",
        "no_words": "None of its words stands in the manual.",
        "closest": 'The closest section is "{label}", with a score of {score}, because it has {terms}.',
        "next": 'After it comes "{label}", with {score}.',
        "begins": 'It begins: "{text}"',
        "beyond": "No section covers enough of that, so I shall say what I can and cannot do.",
        "greeting": "That is a greeting, so I shall say who I am.",
        "tell": "That asks me to tell, describe or go on, so I write out of the texts that I learned for it.",
        "plan": "I go on from there word by word; the sampling parameters decide how closely I keep to it.",
        "plan_short": "The answer should be short: its first paragraph will do.",
        "plan_long": "The answer should be thorough, so I go on with the sections after it.",
        "plan_rest": "My last message was not finished, so I go on where it stopped.",
        "plan_json": "The answer must be JSON, so I fill in that shape.",
        "plan_call": "A tool has to be called: {names}. I fill in its arguments by its schema.",
        "results": "The tool has answered; I report what it said.",
        "result": "The tool `{name}` answered:",
        "nothing": "It returned nothing.",
    },
    "zh": {
        "asked": "这个问题是用中文提的：“{question}”。",
        "files": "随之而来的有 {names}；我只看问题本身。",
        "system": "有系统提示词：我会参考其中的词，但没有能力执行指令。",
        "words": "其中最能说明问题的词是 {words}；一个词在手册里越少见，就越能说明问题。",
        "words_before": "最能说明问题的词（包括之前说过的）是 {words}；一个词在手册里越少见，就越能说明问题。",
        "no_words": "手册里没有出现过这些词。",
        "closest": "手册中最接近的一节是“{label}”，得分 {score}，因为其中有 {terms}。",
        "next": "其次是“{label}”，得分 {score}。",
        "begins": "这一节的开头是：“{text}”",
        "beyond": "没有哪一节能充分回答这个问题，所以我说明一下自己能做什么、不能做什么。",
        "greeting": "这是问候，所以我先介绍一下自己。",
        "tell": "这是要我讲述、描写或续写，所以我根据学过的那些文章来写。",
        "plan": "我从那里开始逐字续写，至于跟原文有多接近，由采样参数决定。",
        "plan_short": "回答应当简短：第一段就够了。",
        "plan_long": "回答应当详尽，所以我会接着写后面的几节。",
        "plan_rest": "我的上一条消息没有写完，所以我从中断的地方接着写。",
        "plan_json": "回答必须是 JSON，所以我按要求的结构填写。",
        "plan_call": "需要调用工具：{names}。我按照它的参数结构来填写。",
        "results": "工具已经返回结果，我来转述。",
        "result": "工具 `{name}` 返回了：",
        "nothing": "没有返回任何内容。",
    },
}

# What an answer out of the manual may begin with; no two begin with the same word.
OPENINGS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "In short: ", "Good question. ", 'The page "{title}" says: ', "Gladly. ", "Here is what I know. ",
        'This is under "{title}". ', "Briefly: ", "Sure. ", "Well. ", "Let me quote the manual. ",
    ),
    "zh": (
        "简单地说：", "好问题。", "手册的“{title}”一节写道：", "可以。",
        "据我所知，", "这在“{title}”里有说明：", "行，", "明白了。", "嗯，", "引用手册：",
    ),
}  # fmt: skip

# What stands between two sentences.
GAP: Mapping[str, str] = {"en": " ", "zh": ""}


def phrase(language: str, name: str, /, **values: object) -> str:
    """A sentence in a language, with values filled in."""
    return PHRASES[language][name].format(**values)
