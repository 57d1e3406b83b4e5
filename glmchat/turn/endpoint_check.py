"""Checks what an endpoint and a model really do, by a few small requests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from glmchat.api import dialects
from glmchat.api.client import ChatClient
from glmchat.api.endpoint import Endpoint
from glmchat.api.errors.tree import ApiError
from glmchat.api.events import ContentDelta, ReasoningDelta, ReasoningFrom
from glmchat.api.learning.learned import Learned
from glmchat.api.models import merge, read_models
from glmchat.api.replies.marks import CLOSING
from glmchat.core import catalogue, costs, pricing
from glmchat.core.conversation import Cost, Failure, Message
from glmchat.core.model import Price
from glmchat.core.thinking import Thinking
from glmchat.turn import run
from glmchat.turn.request import TurnRequest

Verdict = Literal["ok", "warn", "fail"]

QUESTIONS = ("reach", "key", "model", "streaming", "reasoning_on", "reasoning_off", "usage", "logprobs")

_PROMPT = "Count from one to ten in words, separated by spaces."
_PROMPT_TOKENS = 30
_THINKING = {"reasoning": True, "max_tokens": 300}
_PLAIN = {"reasoning": False, "max_tokens": 60}
# Some endpoints take no less than 16 tokens, since a thought would not fit.
_LOGPROBS = {"reasoning": False, "logprobs": True, "top_logprobs": 2, "max_tokens": 32}
_ASKED = (_THINKING, _PLAIN, _LOGPROBS)
# The field of a thought that stands between marks in the answer.
_IN_ANSWER = "<think>"
# What a check finds out anew, whatever was known of it.
TESTED = frozenset(name for values in _ASKED for name in values)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, a name of `QUESTIONS`; `detail` holds a server's words or a wire name."""

    question: str
    verdict: Verdict
    sentence: str
    detail: str = ""

    def to_json(self) -> dict[str, str]:
        """One entry of ``glmchat check --json``."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Heard:
    """One reply, and what only its events show: its pieces, whether it streamed, the field that carried the thought."""

    message: Message
    pieces: int
    streamed: bool
    field: str

    @property
    def failure(self) -> Failure | None:
        return self.message.failure

    @property
    def thinks_in_answer(self) -> bool:
        """Whether the thought came as a part of the answer, which marks tell."""
        return self.field == _IN_ANSWER or CLOSING.search(self.message.content) is not None


class Check:
    """Asks one endpoint and model all the questions, with nothing known; `learned` is what it found.

    `unusable` says why nothing could be asked, where that was so. `pay` is called with each answer, whose cost is to
    be counted.
    """

    def __init__(
        self,
        client: ChatClient,
        endpoint: Endpoint,
        model: str,
        price: Price | None = None,
        thinking: Thinking | None = None,
        pay: Callable[[Message], Awaitable[object]] | None = None,
    ) -> None:
        self._pay = pay
        self._client = client
        self._endpoint = endpoint
        self._model = model
        self._price = price
        self._thinking = thinking
        self.learned = Learned()
        self.unusable: Failure | None = None

    def together_with(self, known: Learned) -> Learned:
        """What is known of the endpoint after the check: what it tested holds anew, the rest as before."""
        return known if self.unusable is not None else known.after(self.learned, TESTED)

    def cost(self) -> Cost | None:
        """What it will cost at most, None where the price is unknown."""
        most = {
            "prompt_tokens": _PROMPT_TOKENS * len(_ASKED),
            "completion_tokens": sum(values["max_tokens"] for values in _ASKED),
        }
        return costs.cost(self._price, most)

    def announcement(self) -> str:
        """A sentence that says what it will cost."""
        tokens = _PROMPT_TOKENS * len(_ASKED) + sum(values["max_tokens"] for values in _ASKED)
        cost = self.cost()
        if self._endpoint.demo:
            return f"This asks {len(_ASKED)} short questions of the built-in model, which is free."
        if cost is None:
            return f"This asks {len(_ASKED)} short questions, at most {tokens} tokens; the price is unknown."
        amount = pricing.exact(cost)
        return (
            f"This asks {len(_ASKED)} short questions, at most {tokens} tokens, and costs at most {amount}."
        )

    async def run(self) -> AsyncIterator[Answer]:
        """Ask, and yield one answer a question, in the order of `QUESTIONS`."""
        listed = await self._list()
        first = await self._ask(_THINKING)
        failure = first.failure
        # What was refused here never left, and says nothing about the endpoint.
        if failure is not None and (failure.kind in ("network", "protocol") or first.message.sent is None):
            self.unusable = failure
        yield self._reach(self.unusable)
        if self.unusable is not None:
            for question in QUESTIONS[1:]:
                yield _not_asked(question, self.unusable)
            return
        goes_on = failure is None or failure.kind == "bad_request" or first.pieces
        plain = await self._ask(_PLAIN) if goes_on else first
        # A model that answers one of two requests is there, and so is the key.
        refused = None if failure is None else plain.failure
        yield self._key(refused)
        yield self._named(refused, listed)
        if failure is not None and failure.kind != "bad_request" and not first.pieces:
            for question in QUESTIONS[3:]:
                yield _not_asked(question, failure)
            return
        yield self._streaming(max(first, plain, key=lambda heard: heard.pieces))
        yield self._reasoning_on(first)
        yield self._reasoning_off(plain)
        yield self._usage(first if first.failure is None else plain)
        yield await self._logprobs()

    async def _list(self) -> list[str] | None:
        try:
            entries = read_models(await self._client.get_json(self._endpoint, "/models"))
        except ApiError:
            return None
        return [model.id for model in merge(entries, self._endpoint) if model.id] if entries else None

    async def _ask(self, values: Mapping[str, Any]) -> _Heard:
        request = TurnRequest(
            self._endpoint,
            self._model,
            [{"role": "user", "content": _PROMPT}],
            values,
            self.learned,
            retries=2,
            price=self._price,
            thinking=self._thinking,
        )
        answer, thought, field = 0, 0, ""
        message: Message | None = None
        async for event in run.run(self._client, request):
            match event:
                case run.LearnedSomething(learned):
                    self.learned = learned
                case ReasoningFrom(name):
                    field = name
                case ContentDelta(_, events):
                    answer += events
                case ReasoningDelta(_, events):
                    thought += events
                case run.Finished(finished):
                    message = finished
        assert message is not None  # noqa: S101  (a turn always ends with Finished)
        if self._pay is not None and not self._endpoint.demo:
            await self._pay(message)
        # A whole reply has an answer and a thought, each in one piece.
        streamed = max(answer, thought) > 1
        return _Heard(message, answer + thought, streamed, field or (_IN_ANSWER if message.reasoning else ""))

    def _reach(self, failure: Failure | None) -> Answer:
        host = self._endpoint.host
        if failure is not None:
            return Answer(
                "reach", "fail", f"{host} cannot be used. {failure.advice}".strip(), failure.message
            )
        return Answer("reach", "ok", f"{host} answers.", dialects.of(self._endpoint).title)

    def _key(self, failure: Failure | None) -> Answer:
        if failure is not None and failure.kind in ("auth", "credit"):
            return Answer("key", "fail", failure.advice, failure.message)
        if self._endpoint.key is None:
            return Answer("key", "ok", "No key is configured, and none was asked for.")
        if failure is not None and failure.kind not in ("not_found", "cut") and not _is_about_length(failure):
            return Answer("key", "warn", "Whether the key is good could not be told.", failure.message)
        return Answer("key", "ok", "The key is accepted.")

    def _named(self, failure: Failure | None, listed: list[str] | None) -> Answer:
        if failure is not None and failure.kind == "not_found":
            near = ", ".join((listed or [])[:5])
            more = f" The endpoint lists, for example: {near}." if near else ""
            return Answer("model", "fail", f"The endpoint has no model {self._model}.{more}", failure.message)
        if failure is not None and failure.kind == "bad_request":
            return Answer("model", "fail", "Every request to the model was refused.", failure.message)
        if failure is not None:
            return Answer("model", "warn", "The model could not be tried.", failure.message)
        if listed is None:
            return Answer("model", "ok", f"{self._model} answers; the endpoint gives no list of models.")
        if self._model not in listed:
            return Answer("model", "ok", f"{self._model} answers, though the endpoint does not list it.")
        return Answer("model", "ok", f"{self._model} answers and is listed.")

    def _streaming(self, heard: _Heard) -> Answer:
        if heard.failure is not None:
            return Answer("streaming", "fail", heard.failure.advice, heard.failure.message)
        if self.learned.no_stream or not heard.streamed:
            return Answer("streaming", "warn", "The reply comes in one piece, at its end.")
        return Answer("streaming", "ok", f"The reply streams, here in {heard.pieces} pieces.")

    def _reasoning_on(self, heard: _Heard) -> Answer:
        failure = heard.failure
        if failure is not None:
            if failure.kind == "bad_request" and failure.parameter in ("reasoning", "reasoning_effort"):
                self.learned = self.learned.refuse(
                    "reasoning", f"This endpoint refuses it: {failure.message}"
                )
            return Answer("reasoning_on", "fail", failure.advice, failure.message)
        if not heard.field:
            return Answer("reasoning_on", "warn", "Asked to think, the model shows no thought.")
        if heard.field == _IN_ANSWER:
            sentence = (
                f"Asked to think, the model does, but its thought comes inside the answer: {self._parser()}"
            )
            return Answer("reasoning_on", "warn", sentence, heard.field)
        return Answer(
            "reasoning_on", "ok", "Asked to think, the model does, and shows its thought.", heard.field
        )

    def _reasoning_off(self, heard: _Heard) -> Answer:
        if heard.failure is not None:
            return Answer("reasoning_off", "fail", heard.failure.advice, heard.failure.message)
        sentence = "Asked not to think, the model thinks all the same."
        if heard.thinks_in_answer:
            sentence += f" Its thought comes inside the answer: {self._parser()}"
            return Answer("reasoning_off", "warn", sentence, _IN_ANSWER)
        if not heard.message.reasoning.strip():
            return Answer("reasoning_off", "ok", "Asked not to think, the model answers at once.")
        return Answer("reasoning_off", "warn", sentence, heard.field)

    def _parser(self) -> str:
        """What is wrong with a server that does not tell thought and answer apart."""
        wrong = "the server's reasoning parser is missing, or it is the wrong one."
        if self._endpoint.dialect not in ("vllm", "sglang"):
            return wrong
        name = "glm45" if catalogue.relative(self._model) else "NAME"
        return f"{wrong} It is started with --reasoning-parser {name}."

    def _usage(self, heard: _Heard) -> Answer:
        if heard.failure is not None:
            return Answer("usage", "fail", heard.failure.advice, heard.failure.message)
        if not heard.message.usage:
            return Answer("usage", "warn", "The endpoint does not say how many tokens a reply took.")
        return Answer("usage", "ok", "The endpoint says how many tokens a reply took.")

    async def _logprobs(self) -> Answer:
        refused = dialects.build(self._endpoint, self._model, [], _LOGPROBS, self.learned).omitted
        if "logprobs" in refused:
            return Answer("logprobs", "warn", refused["logprobs"])
        heard = await self._ask(_LOGPROBS)
        entries = (heard.message.logprobs or {}).get("content")
        if heard.failure is None and entries:
            self.learned = replace(self.learned, logprobs=True)
            return Answer("logprobs", "ok", "The probabilities of the tokens come back.")
        self.learned = replace(self.learned, logprobs=False)
        failure = heard.failure
        if failure is not None and failure.parameter not in ("logprobs", "top_logprobs"):
            self.learned = replace(self.learned, logprobs=None)
            return Answer("logprobs", "fail", failure.advice, failure.message)
        sentence = "This endpoint and model return no probabilities of tokens."
        self.learned = self.learned.refuse("logprobs", sentence).refuse("top_logprobs", sentence)
        return Answer("logprobs", "warn", sentence, failure.message if failure else "")


def _is_about_length(failure: Failure) -> bool:
    """Whether a refusal is about how few tokens were asked for: whoever says that has taken the key."""
    return failure.kind == "bad_request" and failure.parameter == "max_tokens"


def _not_asked(question: str, failure: Failure) -> Answer:
    return Answer(question, "fail", "Not asked, because the endpoint gave no reply before.", failure.kind)
