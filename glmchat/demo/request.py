"""Reading a request body, and refusing what is wrong with it in the endpoint's own words and shape."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from glmchat.core import parameters
from glmchat.core.attached import parted
from glmchat.core.parameters import kind

# A message of up to this many characters that says so asks for the rest of the reply before it.
_SHORT, _GO_ON = 120, re.compile(r"\b(?:go on|continue|keep going|carry on)\b|继续|接着", re.IGNORECASE)
_ROLES = ("system", "developer", "user", "assistant", "tool")


class Refused(Exception):
    """A request that is answered with an error: HTTP `status`, a sentence, and the parameter at fault."""

    def __init__(
        self, message: str, param: str | None = None, status: int = 400, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.param, self.status, self.code = message, param, status, code

    def body(self) -> dict[str, Any]:
        """The error as the wire has it."""
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        return {"error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}}


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the request: its role and its text; `name` is the tool that a result came from."""

    role: str
    text: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was found correct; `values` are by parameter name, only what was sent."""

    turns: tuple[Turn, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    stream: bool = False
    usage: bool = True

    @property
    def question(self) -> str:
        """What the last user message says, without the files before it."""
        return parted(self._last)[1]

    @property
    def files(self) -> list[str]:
        """The names of the files that came with the last user message."""
        return parted(self._last)[0]

    @property
    def _last(self) -> str:
        return next((turn.text for turn in reversed(self.turns) if turn.role == "user"), "")

    @property
    def begun(self) -> str:
        """How the reply begins, where the person wrote that; empty where not."""
        last = self.turns[-1]
        return last.text if last.role == "assistant" else ""

    @property
    def unfinished(self) -> str | None:
        """The reply that the last message asks to go on with, None where it asks for something else."""
        said = [turn for turn in self.turns if turn.role in ("user", "assistant")]
        if len(said) < 3 or said[-1].role != "user" or said[-2].role != "assistant":
            return None
        asks = len(said[-1].text) <= _SHORT and _GO_ON.search(said[-1].text)
        return said[-2].text if asks else None

    @property
    def asked(self) -> list[str]:
        """What the user has asked, oldest first, without a last message that only says to go on."""
        texts = [parted(turn.text)[1] for turn in self.turns if turn.role == "user"]
        return texts if self.unfinished is None else texts[:-1]

    @property
    def system(self) -> str:
        """The system prompt."""
        return "\n".join(turn.text for turn in self.turns if turn.role in ("system", "developer"))

    @property
    def results(self) -> list[Turn]:
        """The tool results that the conversation ends with."""
        out: list[Turn] = []
        for turn in reversed(self.turns):
            if turn.role != "tool":
                break
            out.insert(0, turn)
        return out

    @property
    def thinks(self) -> bool:
        """Whether a thought comes before the answer: yes, unless it was switched off."""
        return bool(self.values.get("reasoning", True)) and self.values.get("reasoning_effort") != "none"


def read(raw: bytes) -> tuple[str, Request]:
    """Read a request body; returns the model asked for and the request; raises `Refused`."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused(f"The request body is not JSON: {error}.") from None
    if not isinstance(body, dict):
        raise Refused("The request body must be a JSON object.")
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise Refused("You must provide a model parameter.", "model")
    values = _values(body)
    _check_together(values)
    options = body.get("stream_options") or {}
    wants_usage = options.get("include_usage", True) if isinstance(options, dict) else True
    return model, Request(_turns(body.get("messages")), values, body.get("stream") is True, bool(wants_usage))


def _values(body: Mapping[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for row in parameters.TABLE:
        value: Any = body
        for key in row.keys:
            if value is not None and not isinstance(value, Mapping):
                raise Refused(f"{row.keys[0]} must be an object.", row.keys[0])
            value = None if value is None else value.get(key)
        if value is None:
            continue
        try:
            out[row.name] = row.validate(value)
        except kind.ValueRefused as error:
            raise Refused(f"Invalid value: {error}", ".".join(row.keys)) from None
    return out


def _check_together(values: Mapping[str, Any]) -> None:
    if values.get("repetition_penalty") == 0:
        raise Refused("Invalid value: repetition_penalty must be greater than 0.", "repetition_penalty")
    if "top_logprobs" in values and not values.get("logprobs"):
        raise Refused("top_logprobs needs logprobs to be true.", "top_logprobs")
    choice = values.get("tool_choice")
    tools = values.get("tools", [])
    if choice not in (None, "none", "auto") and not tools:
        raise Refused("tool_choice is only allowed when tools are specified.", "tool_choice")
    if isinstance(choice, dict):
        name = choice["function"]["name"]
        if all(tool["function"]["name"] != name for tool in tools):
            raise Refused(f"tool_choice names {name!r}, which is not among the tools.", "tool_choice")


def _text(content: Any, where: str) -> str:
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise Refused("A message's content must be a text or a list of parts.", where)
    out = []
    for part in content:
        if not isinstance(part, dict) or part.get("type") != "text" or not isinstance(part.get("text"), str):
            raise Refused("This model reads text only.", where)
        out.append(part["text"])
    return "\n".join(out)


def _turns(messages: Any) -> tuple[Turn, ...]:
    if not isinstance(messages, list) or not messages:
        raise Refused("messages must be a list with at least one message.", "messages")
    out: list[Turn] = []
    names: dict[str, str] = {}
    for number, message in enumerate(messages):
        where = f"messages.{number}"
        role = message.get("role") if isinstance(message, dict) else None
        if role not in _ROLES:
            raise Refused(f"{where} must have a role, one of {', '.join(_ROLES)}.", f"{where}.role")
        calls = message.get("tool_calls") or []
        if not isinstance(calls, list):
            raise Refused("tool_calls must be a list.", f"{where}.tool_calls")
        for call in calls:
            if isinstance(call, dict) and isinstance(call.get("function"), dict):
                names[str(call.get("id"))] = str(call["function"].get("name", ""))
        name = names.get(str(message.get("tool_call_id")), "")
        if role == "tool" and not name:
            raise Refused("A tool message must answer a tool call made before it.", f"{where}.tool_call_id")
        out.append(Turn(role, _text(message.get("content"), f"{where}.content"), name))
    return tuple(out)
