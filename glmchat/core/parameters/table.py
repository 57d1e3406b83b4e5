"""The table of request parameters: one row each, everything else follows from the row.

Ranges, defaults and meanings are those of the API's own description. A value that nobody set is not sent.
The slider, the flag, the config key, `/set`, validation, the request body and the help all read this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from glmchat.core.parameters import kind
from glmchat.core.thinking import RUNGS


class Group(StrEnum):
    """Where a parameter stands in the sidebar; the value is the heading."""

    SAMPLING = "Sampling"
    PENALTIES = "Penalties"
    LENGTH = "Length and seed"
    OUTPUT = "Output"
    TOOLS = "Tools"
    REASONING = "Reasoning"
    REQUEST = "Request"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the request.

    `name` is the key in config and in `/set`, and with dashes the flag; `path` is where the value goes in the
    body in the API's own style (dialects may move it). `default` is what the API does when the value is not
    sent, None where it states none. `minimum` and `maximum` are inclusive, `longest` counts the
    characters of a text. `track` is the highest value that the slider shows where there is no maximum. `open_ended`
    says that the choices are not all there are. `note` warns of an interaction with another parameter. `example` is a
    value as the config file writes it, for a row that has no default. `label` is what people call it where that is
    not its name; `short` is the same under its group's heading, which says the rest.
    """

    name: str
    kind: kind.Kind
    group: Group
    help: str
    default: Any = None
    minimum: float | None = None
    maximum: float | None = None
    step: float = 1
    big_step: float = 10
    track: float | None = None
    logarithmic: bool = False
    longest: int = 256
    choices: tuple[str, ...] = ()
    open_ended: bool = False
    path: tuple[str, ...] = ()
    note: str = ""
    example: str = ""
    label: str = ""
    short: str = ""

    @property
    def title(self) -> str:
        """What people call it."""
        return self.label or self.name

    @property
    def flag(self) -> str:
        """The command-line flag, such as ``--top-p``."""
        return "--" + self.name.replace("_", "-")

    @property
    def numeric(self) -> bool:
        """Whether the value is a number, and the control a slider."""
        return self.kind in (kind.Kind.NUMBER, kind.Kind.INTEGER)

    @property
    def keys(self) -> tuple[str, ...]:
        """Where the value goes in the body, key by key."""
        return self.path or (self.name,)

    def allowed(self) -> str:
        """What may be given, in a phrase: 'a number from 0 to 2'."""
        return kind.allowed(self)

    def validate(self, value: Any) -> Any:
        """Return the value as it is sent; raises `kind.ValueRefused` with what is allowed."""
        return kind.validate(self, value)

    def parse(self, text: str) -> Any:
        """Read what a person typed (JSON or ``@FILE`` where the value is an object); raises `kind.ValueRefused`."""
        return kind.parse(self, text)

    def format(self, value: Any) -> str:
        """Write a value for people, in one line."""
        return kind.format_value(self, value)


_NUMBER, _INTEGER, _SWITCH, _CHOICE = (
    kind.Kind.NUMBER,
    kind.Kind.INTEGER,
    kind.Kind.SWITCH,
    kind.Kind.CHOICE,
)

TABLE: tuple[Parameter, ...] = (
    Parameter(
        "temperature", _NUMBER, Group.SAMPLING, "How varied the words are; 0 always takes the likeliest.",
        default=1.0, minimum=0, maximum=2, step=0.05, big_step=0.25,
        note="The API advises to set temperature or top_p, not both.",
    ),
    Parameter(
        "top_p", _NUMBER, Group.SAMPLING, "Choose among the likeliest tokens that together reach this probability.",
        default=1.0, minimum=0, maximum=1, step=0.01, big_step=0.1,
        note="The API advises to set temperature or top_p, not both.",
    ),
    Parameter(
        "top_k", _INTEGER, Group.SAMPLING, "Choose among this many of the likeliest tokens; 0 means all of them.",
        default=0, minimum=0, step=1, big_step=10, track=100,
    ),
    Parameter(
        "min_p", _NUMBER, Group.SAMPLING, "Drop tokens less likely than this fraction of the likeliest one.",
        default=0.0, minimum=0, maximum=1, step=0.01, big_step=0.1,
    ),
    Parameter(
        "top_a", _NUMBER, Group.SAMPLING,
        "Drop tokens less likely than this times the square of the best probability.",
        default=0.0, minimum=0, maximum=1, step=0.01, big_step=0.1,
    ),
    Parameter(
        "frequency_penalty", _NUMBER, Group.PENALTIES,
        "Make a token less likely by how often it was already used; negative values favour it.",
        default=0.0, minimum=-2, maximum=2, step=0.05, big_step=0.5, short="frequency",
    ),
    Parameter(
        "presence_penalty", _NUMBER, Group.PENALTIES,
        "Make a token less likely once it was used at all; negative values favour it.",
        default=0.0, minimum=-2, maximum=2, step=0.05, big_step=0.5, short="presence",
    ),
    Parameter(
        "repetition_penalty", _NUMBER, Group.PENALTIES,
        "Scale down the score of tokens already used; 1 changes nothing, high values break up sentences.",
        default=1.0, minimum=0, maximum=2, step=0.05, big_step=0.25, short="repetition",
    ),
    Parameter(
        "max_tokens", _INTEGER, Group.LENGTH, "The most tokens that a reply may have, thought included.",
        minimum=1, step=1, big_step=256, track=131072, logarithmic=True,
        note="At most the context length less the length of the prompt.", example="4096",
    ),
    Parameter(
        "seed", _INTEGER, Group.LENGTH, "The same seed and parameters should give the same reply.",
        step=1, big_step=100, track=9999,
        note="Some models do not promise the same reply.", example="7",
    ),
    Parameter(
        "stop", kind.Kind.TEXTS, Group.LENGTH, "The reply ends where one of these texts would come.",
        example=r'["\n\n"]',
    ),
    Parameter(
        "verbosity", _CHOICE, Group.OUTPUT, "How long and detailed the answer should be.",
        default="medium", choices=("low", "medium", "high"),
    ),
    Parameter(
        "response_format", kind.Kind.FORMAT, Group.OUTPUT, "Force the reply into JSON, or into a JSON schema.",
        choices=("text", "json_object", "json_schema"),
        note="JSON mode also wants an instruction to write JSON in the system prompt or the message.",
        example='"json_object"',
    ),
    Parameter(
        "structured_outputs", _SWITCH, Group.OUTPUT, "Ask for structured output by the JSON schema of response_format.",
        note="It takes effect with a json_schema in response_format.", example="true", short="structured",
    ),
    Parameter(
        "logprobs", _SWITCH, Group.OUTPUT, "Return how likely each token of the reply was.", example="true",
    ),
    Parameter(
        "top_logprobs", _INTEGER, Group.OUTPUT, "For each token, also return this many of the likeliest ones.",
        minimum=0, maximum=20, step=1, big_step=5,
        note="It needs logprobs, which is sent along with it.", example="5",
    ),
    Parameter(
        "logit_bias", kind.Kind.TOKEN_MAP, Group.OUTPUT,
        "Make single tokens likelier or less likely: token id to a bias from -100 to 100.",
        example='{ "1234" = -100 }',
    ),
    Parameter(
        "tools", kind.Kind.TOOLS, Group.TOOLS, "Functions that the model may call, in the OpenAI format.",
        example='"@tools.json"',
    ),
    Parameter(
        "tool_choice", kind.Kind.TOOL_CHOICE, Group.TOOLS,
        "Whether the model must, may or must not call a tool, or which one.",
        choices=("none", "auto", "required"),
        note="It needs tools.", example='"auto"',
    ),
    Parameter(
        "parallel_tool_calls", _SWITCH, Group.TOOLS, "Let the model call several tools at once.", default=True,
        note="It needs tools.", short="parallel calls",
    ),
    Parameter(
        "reasoning", _SWITCH, Group.REASONING, "Whether the model thinks before it answers.",
        path=("reasoning", "enabled"), example="true", label="thinking",
    ),
    Parameter(
        "reasoning_effort", _CHOICE, Group.REASONING, "How much the model thinks.",
        choices=RUNGS, open_ended=True, path=("reasoning", "effort"), example='"medium"', short="effort",
        note="Every model knows its own levels.",
    ),
    Parameter(
        "reasoning_max_tokens", _INTEGER, Group.REASONING, "The most tokens that the thought may have.",
        minimum=1, step=1, big_step=256, track=32768, logarithmic=True, path=("reasoning", "max_tokens"),
        example="2048", short="budget",
    ),
    Parameter(
        "reasoning_preserve", _SWITCH, Group.REASONING,
        "Send earlier thought back with each question, to the model that thought it.",
        path=("reasoning", "preserve"), example="true", short="send back",
        note="It costs its tokens again with each question.",
    ),
    Parameter(
        "reasoning_exclude", _SWITCH, Group.REASONING, "Let the model think, but leave the thought out of the reply.",
        path=("reasoning", "exclude"), example="true", short="exclude",
    ),
    Parameter(
        "reasoning_mode", _CHOICE, Group.REASONING, "How the model works on its thought; pro goes deeper.",
        choices=("standard", "pro"), open_ended=True, path=("reasoning", "mode"), example='"pro"', short="mode",
        note="OpenRouter takes it, for models that know it.",
    ),
    Parameter(
        "reasoning_context", _CHOICE, Group.REASONING,
        "Which thought the model sees again: of all turns, or of this one.",
        choices=("auto", "all_turns", "current_turn"), open_ended=True, path=("reasoning", "context"),
        example='"all_turns"', short="context",
        note="OpenRouter takes it; with all_turns, earlier thought goes back.",
    ),
    Parameter(
        "session_id", kind.Kind.TEXT, Group.REQUEST,
        "A name for the conversation, by which a gateway keeps it at one host and its cache.",
        example='"auto"', note="auto: each session goes by a name of its own.",
    ),
    Parameter(
        "user", kind.Kind.TEXT, Group.REQUEST, "A name for the end user, by which an endpoint tells abuse apart.",
        example='"reader-7"', note="Take no real name or address.",
    ),
    Parameter(
        "metadata", kind.Kind.LABELS, Group.REQUEST, "Labels that the endpoint keeps with the request.",
        example='{ project = "sorting" }',
    ),
    Parameter(
        "extra_body", kind.Kind.OBJECT, Group.REQUEST, "Further keys of the body, sent as they are.",
        example='{ service_tier = "flex" }', note="A null takes a key out of the body.",
    ),
)  # fmt: skip

BY_NAME: Mapping[str, Parameter] = {row.name: row for row in TABLE}

# The parameters that say whether and how much the model thinks.
REASONING = tuple(row.name for row in TABLE if row.group is Group.REASONING)

# A parameter that has no effect without another: that other one, and the value it needs to have.
IMPLIES: Mapping[str, tuple[str, Any]] = {"top_logprobs": ("logprobs", True)}

# A parameter that is not sent where another is not.
NEEDS: Mapping[str, str] = {
    "top_logprobs": "logprobs",
    "tool_choice": "tools",
    "parallel_tool_calls": "tools",
}


def laid_over(weaker: Mapping[str, Any], stronger: Mapping[str, Any]) -> dict[str, Any]:
    """Lay values over weaker ones; what a stronger value implies wins over a weaker one that contradicts it."""
    contradicted = {needed for name, (needed, _) in IMPLIES.items() if name in stronger}
    return {**{name: weaker[name] for name in weaker if name not in contradicted}, **stronger}


def contradicted(values: Mapping[str, Any]) -> dict[str, str]:
    """The values that cannot be sent beside the others, each with what is wrong, a clause without a full stop."""
    found = {
        name: f"{name} needs {needed}, which is switched off"
        for name, (needed, value) in IMPLIES.items()
        if name in values and values.get(needed, value) != value
    }
    chosen = values.get("tool_choice")
    if isinstance(chosen, Mapping):
        name = chosen["function"]["name"]
        if name not in [tool["function"]["name"] for tool in values.get("tools") or ()]:
            found["tool_choice"] = f"tool_choice names {name}, which is not among the tools"
    return found


def find(name: str) -> Parameter:
    """Look a parameter up by name, with dashes or underscores; raises KeyError with the name asked for."""
    return BY_NAME[name.strip().lower().replace("-", "_")]


# What is laid over the body itself, whose name stands nowhere in it.
EXTRA = "extra_body"


def body_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Turn values by name into the keys of a request body, in the API's own style.

    Only what is in `values` is sent, in the order of the table, and what a value implies; not `EXTRA`.
    """
    full = dict(values)
    for name, (needed, value) in IMPLIES.items():
        if name in full:
            full.setdefault(needed, value)
    body: dict[str, Any] = {}
    for row in TABLE:
        if row.name not in full or row.name == EXTRA:
            continue
        place = body
        for key in row.keys[:-1]:
            place = place.setdefault(key, {})
        place[row.keys[-1]] = full[row.name]
    return body
