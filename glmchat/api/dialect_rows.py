"""How each kind of endpoint spells reasoning, and what it refuses: one row each.

Sources: the API's own description (wcode); openrouter.ai/docs (reasoning tokens, parameters); docs.z.ai and
docs.bigmodel.cn (thinking mode, chat completion); docs.vllm.ai and docs.sglang.ai (reasoning outputs);
docs.ollama.com/api/openai-compatibility; llama.cpp's server README; api-docs.deepseek.com (thinking mode);
platform.moonshot.ai (Kimi thinking); platform.openai.com (chat completions, reasoning); docs.mistral.ai (reasoning);
help.aliyun.com/zh/model-studio (deep thinking); platform.minimax.io (OpenAI-compatible API).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glmchat.api.endpoint import DEFAULT_DIALECT

_OPENROUTER_ONLY = ("top_k", "repetition_penalty", "min_p", "top_a", "structured_outputs")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of endpoint.

    `reasoning` names how thinking is switched, one of `glmchat.api.spelling.SPELLINGS`. `by_table` says that the table
    of the GLM family is what this endpoint takes, `also_takes` which levels of effort it takes beside those, `efforts`
    which words for one it has at all, empty where the model says so. `send_back` is the field in which earlier thought
    goes back on a tool turn, ``content`` for a typed part of the content, empty where it does not. `preserves` is the
    spelling of the wish that it goes back on plain turns too, one of `glmchat.api.spelling.PRESERVING` (where
    `preserves_at` names hosts, at those alone), and `preserved` says that it does so unasked. With `send_details`,
    `reasoning_details` go back too. `prefill` is how a reply is begun for the model, one of
    `glmchat.api.spelling.PREFILLS`, empty where nobody says that it goes on from there; `prefill_thought` how its
    thought is, one of `THOUGHT_PREFILLS` there, and `prefill_path` the path of the known hosts that takes it. `refuses`
    maps a parameter to the reason that it is not sent; `ranges` to what is taken, a value beyond is clamped. `renames`
    maps a parameter to the endpoint's own name for it, `rewrites` to values, as texts, that it writes in its own way.
    `body` is sent with every request. `balance` is how a person's
    money there is asked for, one of `glmchat.api.balance.BALANCES`. `include_usage` says whether
    ``stream_options.include_usage`` is taken, `picture_detail` whether an ``image_url`` may have a detail,
    `takes_videos` and `takes_papers` whether there are parts of that kind (``video_url``, ``file``). `hosts` are the
    known hosts, perhaps with the beginning of a path, a leading dot standing for any subdomain.
    """

    name: str
    title: str
    reasoning: str
    by_table: bool = False
    also_takes: tuple[str, ...] = ()
    efforts: tuple[str, ...] = ()
    send_back: str = ""
    preserves: str = ""
    preserves_at: tuple[str, ...] = ()
    preserved: bool = False
    send_details: bool = False
    prefill: str = ""
    prefill_thought: str = ""
    prefill_path: str = ""
    refuses: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)
    rewrites: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    balance: str = ""
    include_usage: bool = True
    picture_detail: bool = False
    takes_videos: bool = False
    takes_papers: bool = False
    hosts: tuple[str, ...] = ()


def _lacks(title: str, *names: str) -> dict[str, str]:
    return {name: f"{title} does not take {name}." for name in names}


_NO_BUDGET = ("reasoning_max_tokens", "reasoning_exclude", "reasoning_mode", "reasoning_context")
# What few endpoints know of who asks, and in which conversation.
_NO_NAMES = ("session_id", "user", "metadata")
_ZAI_LACKS = _lacks(
    "Z.ai", *_OPENROUTER_ONLY, "frequency_penalty", "presence_penalty", "seed", "logit_bias", "logprobs",
    "top_logprobs", "parallel_tool_calls", "verbosity", "session_id", "metadata", *_NO_BUDGET,
)  # fmt: skip
# docs.z.ai: the longest reply of any model; more is refused.
_ZAI_RANGES = {"temperature": (0, 1), "top_p": (0.01, 1), "max_tokens": (None, 131_072)}

TABLE: tuple[Dialect, ...] = (
    Dialect(
        DEFAULT_DIALECT, "The wcode and OpenRouter style", "object", send_back="reasoning", send_details=True,
        preserves="context", preserves_at=("openrouter.ai",), balance="credits",
        picture_detail=True, takes_videos=True, takes_papers=True,
        hosts=("wcode.net", ".wcode.net", "openrouter.ai", ".openrouter.ai"),
    ),
    Dialect(
        "zai", "Z.ai", "thinking", by_table=True, takes_videos=True,
        send_back="reasoning_content", preserves="thinking",
        refuses=_ZAI_LACKS, ranges=_ZAI_RANGES, renames={"user": "user_id"},
        hosts=("api.z.ai", "open.bigmodel.cn", ".bigmodel.cn"),
    ),
    Dialect(
        "zai-plan", "Z.ai's coding plan", "thinking", by_table=True, takes_videos=True, also_takes=("medium",),
        send_back="reasoning_content", preserves="thinking", preserved=True, refuses=_ZAI_LACKS, ranges=_ZAI_RANGES,
        renames={"user": "user_id"},
        hosts=("api.z.ai/api/coding", "open.bigmodel.cn/api/coding"),
    ),
    Dialect(
        "vllm", "vLLM", "template", takes_videos=True, prefill="continue", prefill_thought="marks",
        send_back="reasoning", preserves="template",
        refuses=_lacks("vLLM", "top_a", "verbosity", "structured_outputs", "session_id", "metadata", *_NO_BUDGET),
    ),
    Dialect(
        "sglang", "SGLang", "template", prefill="continue", prefill_thought="marks",
        send_back="reasoning_content", preserves="template",
        refuses=_lacks("SGLang", "top_a", "verbosity", "structured_outputs", "session_id", "metadata", *_NO_BUDGET),
        # Its sampler takes no zero; of tokens to choose among, all are -1 there.
        ranges={"top_p": (0.001, 1), "repetition_penalty": (0.01, 2)}, rewrites={"top_k": {"0": -1}},
    ),
    Dialect(
        "llamacpp", "llama.cpp", "kwargs", prefill="unthinking", prefill_thought="marks",
        send_back="reasoning_content", preserves="template",
        refuses=_lacks("llama.cpp", "top_a", "verbosity", "structured_outputs", *_NO_NAMES, *_NO_BUDGET),
        renames={"repetition_penalty": "repeat_penalty"},
    ),
    Dialect(
        "ollama", "Ollama", "effort", prefill="plain", send_back="reasoning",
        efforts=("none", "low", "medium", "high", "max"),
        refuses=_lacks("Ollama's OpenAI-compatible address", *_OPENROUTER_ONLY, "logit_bias",
                       "parallel_tool_calls", "verbosity", *_NO_NAMES, *_NO_BUDGET),
        hosts=("ollama.com",),
    ),
    Dialect(
        "deepseek", "DeepSeek", "thinking", prefill="prefix", prefill_thought="field", prefill_path="/beta",
        send_back="reasoning_content", balance="user",
        refuses=_lacks("DeepSeek", *_OPENROUTER_ONLY, "seed", "logit_bias", "parallel_tool_calls",
                       "verbosity", *_NO_NAMES, *_NO_BUDGET),
        hosts=("api.deepseek.com",),
    ),
    Dialect(
        "moonshot", "Moonshot", "thinking", prefill="partial", send_back="reasoning_content", balance="me",
        refuses=_lacks("Moonshot", *_OPENROUTER_ONLY, "logit_bias", "logprobs", "top_logprobs", "seed",
                       "parallel_tool_calls", "verbosity", "reasoning_effort", "metadata", *_NO_BUDGET),
        ranges={"temperature": (0, 1)}, renames={"session_id": "prompt_cache_key", "user": "safety_identifier"},
        hosts=("api.moonshot.ai", "api.moonshot.cn", "api.kimi.com"),
    ),
    Dialect(
        "openai", "OpenAI", "effort", picture_detail=True, takes_papers=True,
        refuses={
            **_lacks("OpenAI", *_OPENROUTER_ONLY, *_NO_BUDGET, "reasoning_preserve"),
            "metadata": "OpenAI takes metadata only beside store, so both belong into extra_body.",
        },
        renames={"max_tokens": "max_completion_tokens", "session_id": "prompt_cache_key", "user": "safety_identifier"},
        hosts=("api.openai.com",),
    ),
    Dialect(
        "dashscope", "DashScope", "enable", takes_videos=True, prefill="partial", send_back="reasoning_content",
        refuses={
            **_lacks("DashScope", "min_p", "top_a", "structured_outputs", "frequency_penalty", "logit_bias",
                     "verbosity", "reasoning_exclude", "reasoning_mode", "reasoning_context", *_NO_NAMES),
            "reasoning_effort": "DashScope takes no effort, but a limit of tokens: reasoning_max_tokens.",
        },
        hosts=("dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com", "dashscope-us.aliyuncs.com"),
    ),
    Dialect(
        "mistral", "Mistral", "effort", prefill="prefix", send_back="content",
        refuses=_lacks("Mistral", *_OPENROUTER_ONLY, "logit_bias", "logprobs", "top_logprobs", "verbosity",
                       "user", *_NO_BUDGET),
        renames={"seed": "random_seed", "session_id": "prompt_cache_key"}, ranges={"temperature": (0, 1.5)},
        # The last event counts the tokens unasked, and a key that it does not know is refused.
        include_usage=False,
        hosts=("api.mistral.ai",),
    ),
    Dialect(
        "minimax", "MiniMax", "adaptive", send_back="reasoning_content", send_details=True,
        refuses=_lacks("MiniMax", *_OPENROUTER_ONLY, "frequency_penalty", "presence_penalty", "seed", "logit_bias",
                       "logprobs", "top_logprobs", "parallel_tool_calls", "verbosity", "reasoning_effort",
                       *_NO_NAMES, *_NO_BUDGET),
        ranges={"temperature": (0.01, 1)}, renames={"max_tokens": "max_completion_tokens"},
        # Without it the thought stands in the answer, between <think> marks.
        body={"reasoning_split": True},
        hosts=("api.minimax.io", "api.minimaxi.com", "api.minimax.chat"),
    ),
)  # fmt: skip

BY_NAME: Mapping[str, Dialect] = {row.name: row for row in TABLE}
