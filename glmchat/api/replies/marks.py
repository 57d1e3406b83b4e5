"""The marks of chat templates that a server should have taken out of the text: a table, and how they are found.

Sources: the models' own chat templates and tokenizers; the reasoning parsers of vLLM and SGLang; Open WebUI's list
of reasoning tags; OpenAI's harmony format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# <think> (DeepSeek-R1, Qwen3, GLM, Kimi-K2), <thinking>, <thought> (Gemini, EXAONE), <reason>, <reasoning> (Reka),
# <mm:think> (MiniMax), <seed:think> (Seed-OSS), <longcat_think>, and whatever a maker puts before the word next.
_WORD = r"(?:[a-z]{1,16}[:_])?(?:think(?:ing)?|thoughts?|reason(?:ing)?)"
_TAG = re.compile(rf"<({_WORD})>", re.IGNORECASE)
_TAG_BEGINS = re.compile(r"<[a-z:_]{0,32}$", re.IGNORECASE)

# Other marks around a thought, at the start of a reply.
_PAIRS = {
    "[THINK]": "[/THINK]",  # Magistral
    "◁think▷": "◁/think▷",  # Kimi-VL, Kimi-Dev
    "<|begin_of_thought|>": "<|end_of_thought|>",  # OpenThinker, Sky-T1
    "<|START_THINKING|>": "<|END_THINKING|>",  # Command A Reasoning
    "<|inner_prefix|>": "<|inner_suffix|>",  # Apertus
    "<|think|>": "<|end|>",  # Solar Open
    "<|channel|>analysis<|message|>": "<|end|>",  # gpt-oss (harmony)
    "<|channel>thought\n": "<channel|>",  # Gemma 4
}

# What may stand before an answer, or between it and a thought.
_HEADERS = (
    "<|start|>assistant",
    "<|channel|>final<|message|>",
    "<|begin|>assistant",
    "<|content|>",
    "<|im_start|>assistant",
    "<|start_header_id|>assistant<|end_header_id|>",
    "<|assistant|>",
    "<|begin_of_solution|>",
    "<|START_RESPONSE|>",
    "<|START_TEXT|>",
)

# What may stand behind an answer: the model's own ends of a turn, and the heads of the next one.
_LAST = (
    "<|endoftext|>", "<|user|>", "<|observation|>",  # GLM
    "<|im_end|>", "<|end_of_text|>", "<|eot_id|>", "<|eom_id|>",  # Qwen, Llama
    "<|end|>", "<|return|>", "<|end_of_solution|>",  # Phi, gpt-oss, OpenThinker
    "<|END_RESPONSE|>", "<|END_TEXT|>", "<|END_OF_TURN_TOKEN|>",  # Command
    "<｜end▁of▁sentence｜>", "<end_of_turn>", "<turn|>", "<eos>", "</s>", "[EOS]", "[e~[",
)  # fmt: skip
_LAST_ONES = re.compile(rf"(?:(?:{'|'.join(map(re.escape, _LAST))})\s*)+$")
_LONGEST_TAIL = 400

# Around the final answer of GLM's vision models.
BOX = re.compile(r"<\|(?:begin|end)_of_box\|>")
_BOX_MARKS = ("<|begin_of_box|>", "<|end_of_box|>")

# A closing mark whose opening one the chat template already wrote.
CLOSING = re.compile(
    rf"</(?P<tag>{_WORD})>|" + "|".join(re.escape(close) for close in _PAIRS.values() if close != "<|end|>"),
    re.IGNORECASE,
)
# No closing mark is longer.
LONGEST_CLOSING = 40


@dataclass(frozen=True, slots=True)
class Start:
    """A mark at the start of a reply: its `size`, and the mark that ends the thought, empty where none begins."""

    size: int
    close: str = ""


def start_of(text: str) -> Start | None:
    """The mark with which a text begins."""
    if tag := _TAG.match(text):
        return Start(tag.end(), f"</{tag[1].lower()}>")
    for opening, close in _PAIRS.items():
        if text.startswith(opening):
            return Start(len(opening), close.lower())
    return next((Start(len(header)) for header in _HEADERS if text.startswith(header)), None)


def may_start(text: str) -> bool:
    """Whether a text could be the beginning of such a mark."""
    return _TAG_BEGINS.match(text) is not None or any(
        len(text) < len(mark) and mark.startswith(text) for mark in (*_PAIRS, *_HEADERS)
    )


def opening_of(close: re.Match[str]) -> str:
    """The opening mark that belongs to a closing one, in lower case."""
    if close["tag"]:
        return f"<{close['tag'].lower()}>"
    return next(opening for opening, each in _PAIRS.items() if each.lower() == close[0].lower()).lower()


def tail_at(text: str) -> int:
    """Where a text ends in marks of its last kind, whole or begun, or in a box mark begun; its length for nowhere."""
    if "<" not in text and "[" not in text:
        return len(text)
    end = max(text.rfind("<", -LONGEST_CLOSING), text.rfind("[", -LONGEST_CLOSING))
    begun = end >= 0 and any(
        len(text) - end < len(mark) and mark.startswith(text[end:]) for mark in (*_LAST, *_BOX_MARKS)
    )
    end = end if begun else len(text)
    found = _LAST_ONES.search(text, max(0, end - _LONGEST_TAIL), end)
    return found.start() if found else end


def without_tail(text: str, tail: str) -> str:
    """Take the marks off the end of a text that was split with `tail_at`, unless the text speaks of them."""
    found = _LAST_ONES.match(tail)
    spoken_of = not text.strip() or text[-1] in " \t`\"'“”‘’«»「」『』()（）:：" or "<s>" in text
    return text + tail if found is None or spoken_of else text + tail[found.end() :]
