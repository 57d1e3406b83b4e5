"""Texts and bodies that break careless escaping, and a strategy that finds more."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

URL = "https://wcode.net/api/gpt/v1/chat/completions"

TEXTS = (
    "",
    " leading and trailing ",
    "plain",
    "it's 'quoted' \"twice\" `and` back",
    "\\", "\\\\", "C:\\new\\table\\u0041\\x41\\", "trailing \\",
    "$HOME ${HOME} $(id) {$x} $$ $1", "#{1 + 1} #$0 #@a # heading ## more", "\\(1 + 1) \\#(2)", "%s %n 100%",
    "!! !$ history", "~ * ? [a-z] {a,b} ; & | < > ( )", "JSON\nJSON\nEOF\n", "\n", "\r\n",
    "a\nb\rc\td\x0b\x0c\x08\x07",
    "\x00", "\x00123", "\x01\x1b[31m\x7f\x80\x85\x9b\x9f", "\x1bP+q\x1b\\",
    '"""', "'''", '"#', '"##"###', '"' + "#" * 300, "r#\"x\"#", '\\"""',
    "*/ // /* -- # <!-- ?> <?php </script>",
    "??= ??/ ??( ???", "你好,世界", "日本語 한국어 العربية עברית",
    "👍🏽 👨‍👩‍👧‍👦 🏴\U000e0067\U000e0062\U000e007f 🇨🇳",
    "line\u2028separator\u2029paragraph\u0085next", "\ufeff bom",
    "\u202e reversed \u202c \u2066x\u2069 \u200e\u200f",
    "\ufffd\ufffe\uffff\U0001ffff\U0010ffff", "e\u0301 \u00e9", "\u00ad\u200b\u200c\u200d\u2060",
    "true", "null", "123", "-0", "1e5", "__proto__", "constructor", "@file", "@{1}", "<<EOF", "=cmd",
)  # fmt: skip

HALVES = ("\ud83d", "\ude00", "a\udfffb", "\ude00\ud83d")

NUMBERS = (
    0, -1, 1, 7, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**53 - 1, 2**53 + 1,
    2**63 - 1, 2**63, -(2**63), 2**64, 10**30,
    0.0, -0.5, 1.0, 0.7, 1e-7, 1e16, 1e100, 1.7976931348623157e308, 5e-324, 0.1 + 0.2, 123456789.123456789,
)  # fmt: skip

MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": '你好 it\'s "quoted"\n$x `y` \\z'},
]

REQUEST: dict[str, Any] = {
    "model": "z-ai/glm-4.5",
    "messages": MESSAGES,
    "temperature": 1.0,
    "top_p": 0.95,
    "top_k": 40,
    "min_p": 0.05,
    "repetition_penalty": 1.1,
    "max_tokens": 512,
    "seed": 1234567890123,
    "stop": ["</s>", "\n\n"],
    "logit_bias": {"0": -100, "1": 5.5},
    "logprobs": False,
    "response_format": {"type": "json_object"},
    "tools": [
        {"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}
    ],
    "reasoning": {"enabled": True, "effort": "high"},
    "metadata": {},
    "user": None,
}


def corpus() -> list[Any]:
    """A body for every text and number, and some whose shape is what is hard."""
    bodies: list[Any] = [
        {"messages": [{"role": "user", "content": text}], text: text} for text in (*TEXTS, *HALVES)
    ]
    bodies += [{"value": number, "values": [number, [number]]} for number in NUMBERS]
    bodies += [
        {}, {"a": {}, "b": [], "c": [[], {}], "d": [{}]}, {"a": None, "b": True, "c": False},
        {"0": "a"}, {"0": "a", "1": "b"}, {"1": "a", "0": "b"}, {"1": 1}, {"": ""},
        {"-1": 1, "01": 2, "1.5": 3},
        {"__proto__": {"x": 1}}, {"a b": 1, "a-b": 2, "class": 3, "$ref": "#/$defs/a"},
        {"many": list(range(60))}, {f"key{at}": at for at in range(60)},
        {"long": "x" * 200_000}, {"long": "\U0001f600" * 40_000}, {"long": ["你'\"\\好\n"] * 9000}, REQUEST,
    ]  # fmt: skip
    deep: Any = {"end": 1}
    for _ in range(70):
        deep = {"in": [deep]}
    return [*bodies, deep]


_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=12) | st.sampled_from(TEXTS)
_ATOMS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.integers(-300, 300)
    | st.floats(allow_nan=False, allow_infinity=False) | _TEXT | st.sampled_from(NUMBERS)
)  # fmt: skip
_VALUES = st.recursive(
    _ATOMS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)
BODIES = st.dictionaries(_TEXT, _VALUES, max_size=4)
