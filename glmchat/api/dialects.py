"""How each kind of endpoint spells reasoning, and what it refuses: one row each.

Sources: the API's own description (wcode); openrouter.ai/docs (reasoning tokens, parameters); docs.z.ai and
docs.bigmodel.cn (thinking mode, chat completion); docs.vllm.ai and docs.sglang.ai (reasoning outputs);
docs.ollama.com/api/openai-compatibility; api-docs.deepseek.com (thinking mode); platform.moonshot.ai (Kimi
thinking); platform.openai.com (chat completions, reasoning).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from glmchat.api.endpoint import DEFAULT_DIALECT, Endpoint
from glmchat.api.learning.fitting import Fitted, fit
from glmchat.api.learning.learned import Learned
from glmchat.core import parameters
from glmchat.support.address import host_of

_OPENROUTER_ONLY = ("top_k", "repetition_penalty", "min_p", "top_a", "structured_outputs")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One kind of endpoint.

    `reasoning` names how thinking is switched, a key of `_SPELL`. `send_back` is the field in which earlier
    thought goes back on a tool turn, empty where it does not; with `send_details`, `reasoning_details` go
    back too. `refuses` maps a parameter to the reason that it is not sent; `ranges` to what is taken, and a
    value beyond is clamped. `renames` maps a parameter to the endpoint's own name for it. `include_usage`
    says whether ``stream_options.include_usage`` is taken. `hosts` are the known hosts, a leading dot
    standing for any subdomain.
    """

    name: str
    title: str
    reasoning: str
    send_back: str = ""
    send_details: bool = False
    refuses: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)
    include_usage: bool = True
    hosts: tuple[str, ...] = ()


def _lacks(title: str, *names: str) -> dict[str, str]:
    return {name: f"{title} does not take {name}." for name in names}


TABLE: tuple[Dialect, ...] = (
    Dialect(
        DEFAULT_DIALECT, "The wcode and OpenRouter style", "object", send_back="reasoning", send_details=True,
        hosts=("wcode.net", ".wcode.net", "openrouter.ai", ".openrouter.ai"),
    ),
    Dialect(
        "zai", "Z.ai", "thinking", send_back="reasoning_content",
        refuses=_lacks(
            "Z.ai", *_OPENROUTER_ONLY, "frequency_penalty", "presence_penalty", "seed", "logit_bias",
            "logprobs", "top_logprobs", "parallel_tool_calls", "verbosity", "reasoning_max_tokens",
            "reasoning_exclude",
        ),
        ranges={"temperature": (0, 1), "top_p": (0.01, 1)},
        hosts=("api.z.ai", "open.bigmodel.cn", ".bigmodel.cn"),
    ),
    Dialect(
        "vllm", "vLLM", "template", send_back="reasoning",
        refuses=_lacks("vLLM", "top_a", "verbosity", "structured_outputs", "reasoning_max_tokens",
                       "reasoning_exclude"),
    ),
    Dialect(
        "sglang", "SGLang", "template", send_back="reasoning_content",
        refuses=_lacks("SGLang", "top_a", "verbosity", "structured_outputs", "reasoning_max_tokens",
                       "reasoning_exclude"),
    ),
    Dialect(
        "ollama", "Ollama", "effort", send_back="reasoning",
        refuses=_lacks("Ollama's OpenAI-compatible address", *_OPENROUTER_ONLY, "logit_bias",
                       "parallel_tool_calls", "verbosity", "reasoning_max_tokens", "reasoning_exclude"),
        hosts=("ollama.com",),
    ),
    Dialect(
        "deepseek", "DeepSeek", "thinking", send_back="reasoning_content",
        refuses=_lacks("DeepSeek", *_OPENROUTER_ONLY, "seed", "logit_bias", "parallel_tool_calls",
                       "verbosity", "reasoning_max_tokens", "reasoning_exclude"),
        hosts=("api.deepseek.com",),
    ),
    Dialect(
        "moonshot", "Moonshot", "thinking", send_back="reasoning_content",
        refuses=_lacks("Moonshot", *_OPENROUTER_ONLY, "logit_bias", "logprobs", "top_logprobs", "seed",
                       "parallel_tool_calls", "verbosity", "reasoning_effort", "reasoning_max_tokens",
                       "reasoning_exclude"),
        ranges={"temperature": (0, 1)},
        hosts=("api.moonshot.ai", "api.moonshot.cn", "api.kimi.com"),
    ),
    Dialect(
        "openai", "OpenAI", "effort",
        refuses=_lacks("OpenAI", *_OPENROUTER_ONLY, "reasoning_max_tokens", "reasoning_exclude"),
        renames={"max_tokens": "max_completion_tokens"},
        hosts=("api.openai.com",),
    ),
)  # fmt: skip

BY_NAME: Mapping[str, Dialect] = {row.name: row for row in TABLE}
OVERRIDABLE = tuple(each.name for each in fields(Dialect) if each.name not in ("name", "title", "hosts"))


@dataclass(frozen=True, slots=True)
class Built:
    """A request body, and what was left out of it or clamped: parameter name to the reason, a whole sentence."""

    body: dict[str, Any]
    omitted: dict[str, str]


def dialect_for(base_url: str) -> str:
    """The dialect of a known host; else the wcode style."""
    return known_dialect(base_url) or DEFAULT_DIALECT


def known_dialect(base_url: str) -> str | None:
    """The dialect of a known host, None for any other."""
    host = host_of(base_url)
    for row in TABLE:
        if any(host == known or (known.startswith(".") and host.endswith(known)) for known in row.hosts):
            return row.name
    return None


def of(endpoint: Endpoint) -> Dialect:
    """The row that holds for an endpoint: its dialect's, with the provider's overrides laid over it.

    Raises ValueError that names an unknown dialect, or a field that cannot be overridden.
    """
    row = BY_NAME.get(endpoint.dialect)
    if row is None:
        raise ValueError(f"There is no dialect {endpoint.dialect!r}; there are {', '.join(BY_NAME)}.")
    if not endpoint.overrides:
        return row
    return replace(row, **{name: _override(name, value) for name, value in endpoint.overrides.items()})


def _override(name: str, value: Any) -> Any:
    """Read one field that a configuration lays over a row; raises ValueError."""
    if name not in OVERRIDABLE:
        raise ValueError(f"{name} is no field of a dialect; there are {', '.join(OVERRIDABLE)}.")
    match name:
        case "reasoning":
            if value not in SPELLINGS:
                raise ValueError(f"reasoning is one of {', '.join(SPELLINGS)}, not {value!r}.")
        case "refuses":
            if isinstance(value, list | tuple):
                return {str(each): f"The configuration of this provider leaves out {each}." for each in value}
            _expect(name, value, Mapping, "a list of parameters, or a table of parameters with a reason each")
        case "ranges":
            _expect(name, value, Mapping, "a table of parameters with a range each, such as [0, 1]")
            return {str(each): _range(str(each), limits) for each, limits in value.items()}
        case "renames":
            _expect(name, value, Mapping, "a table of parameters with the endpoint's name for each")
        case "send_back":
            _expect(name, value, str, "the name of a field, or an empty text")
        case _:
            _expect(name, value, bool, "true or false")
    return value


def _expect(name: str, value: Any, kind: type, allowed: str) -> None:
    if not isinstance(value, kind):
        raise ValueError(f"{name} takes {allowed}, not {value!r}.")


def _range(name: str, limits: Any) -> tuple[float | None, float | None]:
    """Read a range: two numbers, either of which may be missing (None)."""
    fine = isinstance(limits, list | tuple) and len(limits) == 2
    if not fine or not all(each is None or isinstance(each, int | float) for each in limits):
        raise ValueError(f"{name} takes a range such as [0, 1], not {limits!r}.")
    return limits[0], limits[1]


def build(
    endpoint: Endpoint,
    model: str,
    messages: list[dict[str, Any]],
    values: Mapping[str, Any],
    learned: Learned | None = None,
) -> Built:
    """Build the request body for an endpoint; `values` are by parameter name, and only those are sent.

    What the dialect or the endpoint refuses is left out and explained; what is beyond its range is clamped
    and explained. The provider's `extra_body` is laid over the body last, objects into objects.
    """
    learned = learned or Learned()
    row = of(endpoint)
    fitted = fitted_to(endpoint, values, learned)
    body = {"model": model, "messages": messages, **_spelled(row, learned, fitted.values)}
    if not learned.no_stream:
        body["stream"] = True
        if row.include_usage and not learned.no_stream_options:
            body["stream_options"] = {"include_usage": True}
    merge(body, endpoint.extra_body)
    return Built(body, fitted.omitted)


def fitted_to(endpoint: Endpoint, values: Mapping[str, Any], learned: Learned) -> Fitted:
    """The values that an endpoint is sent, and why some are not, or not as they were set."""
    return fit(of(endpoint), learned, values, endpoint.extra_body)


def _spelled(row: Dialect, learned: Learned, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as keys of the body, by the endpoint's own names."""
    renames = {**row.renames, **learned.renames}
    plain = parameters.body_of(
        {name: each for name, each in values.items() if name not in parameters.REASONING}
    )
    thought = {name: each for name, each in values.items() if name in parameters.REASONING}
    body = {**plain, **(_SPELL[row.reasoning](thought) if thought else {})}
    return {renames.get(key, key): value for key, value in body.items()}


def merge(body: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Lay `more` over a body, objects into objects; a value of None takes the key out."""
    for key, value in more.items():
        if value is None:
            body.pop(key, None)
        elif isinstance(value, Mapping):
            place = body.get(key)
            place = dict(place) if isinstance(place, dict) else {}
            merge(place, value)
            body[key] = place
        else:
            body[key] = value


def reasoning_is_off(body: Mapping[str, Any]) -> bool:
    """Whether a request body, in whatever dialect, asks the model not to think."""
    asked = body.get("reasoning")
    if isinstance(asked, Mapping) and (asked.get("enabled") is False or asked.get("effort") == "none"):
        return True
    thinking, template = body.get("thinking"), body.get("chat_template_kwargs")
    return (
        (isinstance(thinking, Mapping) and thinking.get("type") == "disabled")
        or (
            isinstance(template, Mapping)
            and False in (template.get("enable_thinking"), template.get("thinking"))
        )
        or body.get("reasoning_effort") == "none"
        or body.get("enable_thinking") is False
        or body.get("think") is False
    )


def _as_object(values: dict[str, Any]) -> dict[str, Any]:
    return parameters.body_of(values)


def _as_thinking(values: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if "reasoning" in values:
        body["thinking"] = {"type": "enabled" if values["reasoning"] else "disabled"}
    if "reasoning_effort" in values:
        body["reasoning_effort"] = values["reasoning_effort"]
    return body


def _as_template(values: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if "reasoning" in values:
        # What the templates of GLM and Qwen read; a provider's extra_body adds what others want.
        body["chat_template_kwargs"] = {"enable_thinking": values["reasoning"]}
    if "reasoning_effort" in values:
        body["reasoning_effort"] = values["reasoning_effort"]
    return body


def _as_effort(values: dict[str, Any]) -> dict[str, Any]:
    if values.get("reasoning") is False:
        return {"reasoning_effort": "none"}
    effort = values.get("reasoning_effort", "medium" if values.get("reasoning") else None)
    return {} if effort is None else {"reasoning_effort": effort}


_SPELL = {"object": _as_object, "thinking": _as_thinking, "template": _as_template, "effort": _as_effort}
SPELLINGS = tuple(_SPELL)
