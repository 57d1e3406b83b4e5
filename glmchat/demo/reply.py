"""One reply: a thought where one is wanted, then an answer, JSON, or tool calls, token by token."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from glmchat.core.parameters import schemas
from glmchat.demo.model import Focus, Model
from glmchat.demo.phrases import phrase
from glmchat.demo.request import Refused, Request
from glmchat.demo.shapes import EndlessSchema, Shaper
from glmchat.demo.speaker import Channel, Speaker, Token
from glmchat.demo.terms import terms
from glmchat.demo.thought import think

# Without a budget of its own a thought stays below this many tokens.
_THOUGHT = 2000


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call: its name, and its arguments as JSON."""

    name: str
    arguments: str


class Reply:
    """What the model replies to a request: the calls it makes, and its tokens in order."""

    def __init__(self, model: Model, request: Request) -> None:
        """Raises `Refused` for a schema that it cannot fill."""
        self._model, self._request = model, request
        self.focus: Focus = model.focus(request)
        self._speaker = Speaker(model, request, self.focus)
        self.calls = [self._call(tool) for tool in self._wanted_tools()]
        self._json = self._written() if self._format() != "text" and not self.calls else ""

    def tokens(self) -> Iterator[Token]:
        """All tokens of the reply; whoever takes them sees to max_tokens and stop."""
        if self._request.thinks:
            budget: int = self._request.values.get("reasoning_max_tokens", _THOUGHT)
            thought = think(self._model, self._request, self.focus, self._plan())
            yield from islice(self._speaker.say(thought, Channel.REASONING), budget)
        if self.calls:
            for number, call in enumerate(self.calls):
                yield from self._speaker.say(call.arguments, Channel.CALL, number)
        elif self._json:
            yield from self._speaker.say(self._json, Channel.CONTENT)
        elif self._request.results:
            yield from self._speaker.say(self._report(), Channel.CONTENT)
        else:
            yield from self._speaker.answer()

    def _format(self) -> str:
        return str(self._request.values.get("response_format", {}).get("type", "text"))

    def _plan(self) -> str:
        language = self.focus.language
        if self.calls:
            return phrase(language, "plan_call", names=", ".join(f"`{call.name}`" for call in self.calls))
        if self._json:
            return phrase(language, "plan_json")
        if self._request.results:
            return phrase(language, "results")
        if self._request.unfinished:
            return phrase(language, "plan_rest")
        by_length = {"low": "plan_short", "high": "plan_long"}
        return phrase(language, by_length.get(self._speaker.verbosity, "plan"))

    def _report(self) -> str:
        language = self.focus.language
        parts = []
        for result in self._request.results:
            text = result.text.strip()
            said = f"\n\n```\n{text}\n```" if text else " " + phrase(language, "nothing")
            parts.append(phrase(language, "result", name=result.name) + said)
        return "\n\n".join(parts)

    def _wanted_tools(self) -> list[dict[str, Any]]:
        """The tools to call: those demanded, or where the model may choose those that the question names."""
        tools: list[dict[str, Any]] = [tool["function"] for tool in self._request.values.get("tools", ())]
        choice = self._request.values.get("tool_choice", "auto")
        if not tools or choice == "none":
            return []
        if isinstance(choice, dict):
            return [tool for tool in tools if tool["name"] == choice["function"]["name"]]
        if choice == "auto" and self._request.results:
            return []
        asked = set(terms(self._request.question))
        closeness = [_closeness(tool, asked) for tool in tools]
        best = max(closeness)
        if best == 0:
            return tools[:1] if choice == "required" else []
        if not self._request.values.get("parallel_tool_calls", True):
            return [tools[closeness.index(best)]]
        return [tool for tool, close in zip(tools, closeness, strict=True) if close * 2 >= best]

    def _call(self, tool: dict[str, Any]) -> Call:
        schema = {"type": "object", **tool.get("parameters", {})}
        return Call(tool["name"], self._fill(schema, self._of_question, "tools"))

    def _of_question(self, _name: str) -> str:
        return " ".join(self._request.question.split())[:200]

    def _written(self) -> str:
        """The answer as JSON."""
        if self._format() == "json_schema":
            schema = self._request.values["response_format"]["json_schema"]["schema"]
            return self._fill(schema, self._short_answer, "response_format")
        wish = self.focus.wish
        section = self._model.section(self.focus.language, self.focus.hits[0].section)
        source = {"kind": wish.kind} if wish else {"section": section.label}
        value = {**source, "answer": self._short_answer("answer")}
        return json.dumps(value, ensure_ascii=False, indent=2)

    def _fill(self, schema: dict[str, Any], write: Callable[[str], str], param: str) -> str:
        """JSON that fits a schema; raises `Refused` where there is none that the model can find."""
        source = random.Random(self._request.values.get("seed"))
        try:
            text = json.dumps(Shaper(schema, source, write).value(), ensure_ascii=False, indent=2)
            wrong = schemas.reply_error(schema, text)
        except (EndlessSchema, RecursionError):
            wrong = "it never comes to an end"
        if wrong:
            raise Refused(f"The built-in model cannot fill this schema: {wrong}.", param)
        return text

    def _short_answer(self, _name: str) -> str:
        """The first sentence or so of an answer, drawn like any other."""
        vocabulary = self._model.vocabulary
        ids: list[int] = []
        for token in self._speaker.section(0, 40):
            text = vocabulary.decode([token.id])
            if text.startswith("\n"):
                break
            ids.append(token.id)
            if text.strip() in (".", "。"):
                break
        return vocabulary.decode(ids).strip()


def _closeness(tool: dict[str, Any], asked: set[str]) -> int:
    described = f"{tool['name'].replace('_', ' ')} {tool.get('description', '')}"
    return len(asked & set(terms(described)))
