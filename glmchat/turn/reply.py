"""A reply in the making: takes events, gives a message."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from glmchat.analysis.token_estimate import rough
from glmchat.api import events as ev
from glmchat.api.replies.chunks import merge_logprobs
from glmchat.core import catalogue, costs
from glmchat.core.conversation import Failure, Message, Role, State, Timing, ToolCall
from glmchat.core.usage import counts_of, estimated

if TYPE_CHECKING:
    from glmchat.turn.request import TurnRequest

_UNENDED = (State.COMPLETE, State.STREAMING)


class Reply:
    """Accumulates the events of one reply, each in constant time, and makes messages of what is there.

    `reasoning_tokens` and `content_tokens` are estimated by the text until `usage` says better.
    """

    def __init__(
        self, id: int, parent_id: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.id = id
        self.parent_id = parent_id
        self._clock = clock
        self._created_at = time.time()
        self._request: TurnRequest | None = None
        self._sent: dict[str, Any] | None = None
        self._before: tuple[str, str] = ("", "")
        self._reset()

    def resume(self, part: Message) -> None:
        """Go on with a reply that was cut: what it had stands before what comes."""
        self._before = (part.content, part.reasoning)
        self._reset()

    def begin(self, request: TurnRequest, body: dict[str, Any]) -> None:
        """Start an attempt that sends `body`; what an earlier attempt brought is dropped."""
        self._request = request
        self._sent = {key: value for key, value in body.items() if key != "messages"}
        self._reset()

    def unsend(self) -> None:
        """Take back that the attempt sent anything: its body never left."""
        self._sent = None

    def _reset(self) -> None:
        content, reasoning = self._before
        self._content = [content] if content else []
        self._reasoning = [reasoning] if reasoning else []
        self._refusal: list[str] = []
        self._details: tuple[Any, ...] = ()
        self._calls: tuple[ToolCall, ...] = ()
        self._logprobs: dict[str, Any] | None = None
        self._warnings: list[str] = []
        self._described = ev.Described()
        self._attached = ev.Attached((), ())
        self._finish = ev.Finish(None)
        self.usage: dict[str, Any] | None = None
        self._thought_size = self._said_size = 0.0
        self._started = self._clock()
        self._last = 0.0
        self._first_event = self._first_token = self._first_answer = None

    _first_event: float | None
    _first_token: float | None
    _first_answer: float | None

    def add(self, event: ev.Event) -> None:
        """Take in one event."""
        match event:
            case ev.ContentDelta(text):
                self._content.append(text)
                self._said_size += rough(text)
                if self._first_answer is None:
                    self._first_answer = self._mark_token()
            case ev.ReasoningDelta(text):
                self._reasoning.append(text)
                self._thought_size += rough(text)
                if self._first_token is None:
                    self._mark_token()
            case ev.Resorted(reasoning, content):
                self._resort(reasoning, content)
            case _:
                self._add_rare(event)
        if not isinstance(event, ev.Opened):
            self._last = self._since()
            if self._first_event is None:
                self._first_event = self._last

    def _add_rare(self, event: ev.Event) -> None:
        match event:
            case ev.RefusalDelta(text):
                self._refusal.append(text)
                self._first_answer = self._first_answer or self._mark_token()
            case ev.ToolCallDelta():
                self._first_answer = self._first_answer or self._mark_token()
            case ev.ToolCallsFinished(calls):
                self._calls = calls
            case ev.ReasoningDetails(details):
                self._details = details
            case ev.Attached():
                self._attached = event
            case ev.Logprobs(value):
                self._logprobs = merge_logprobs(self._logprobs, value)
            case ev.Usage(value):
                self.usage = value
            case ev.Finish(reason, native):
                self._finish = ev.Finish(reason, native or self._finish.native_finish_reason)
            case ev.Warned(sentence):
                self._warnings.append(sentence)
            case ev.Described():
                self._described = event

    def _resort(self, reasoning: str, content: str) -> None:
        before, thought_before = self._before
        self._reasoning = [thought_before, reasoning]
        self._content = [before, content]
        self._thought_size, self._said_size = rough(reasoning), rough(content)
        self._first_answer = self._since() if content else None

    @property
    def reasoning_tokens(self) -> int:
        """Tokens of the thought so far."""
        counted = counts_of(self.usage).reasoning
        return self._estimate(self._thought_size) if counted is None else counted

    @property
    def content_tokens(self) -> int:
        """Tokens of the answer so far."""
        counted = counts_of(self.usage).completion
        return self._estimate(self._said_size) if counted is None else max(counted - self.reasoning_tokens, 0)

    def _estimate(self, size: float) -> int:
        ratio = self._request.token_ratio if self._request is not None else None
        return max(1, round(size * (ratio or 1.0))) if size else 0

    @property
    def content(self) -> str:
        """The answer so far."""
        return "".join(self._content)

    @property
    def reasoning(self) -> str:
        """The thought so far."""
        return "".join(self._reasoning)

    @property
    def timing(self) -> Timing:
        """When each part came first, and how long the attempt has taken so far."""
        return Timing(self._first_event, self._first_token, self._first_answer, self._since())

    @property
    def answering(self) -> bool:
        """Whether the answer has begun."""
        return self._first_answer is not None

    @property
    def thinking(self) -> bool:
        """Whether a thought has begun, and no answer yet."""
        return self._first_token is not None and not self.answering

    def thinking_s(self) -> float:
        """Seconds of thought so far: up to the first token of the answer where there is one."""
        if self._first_token is None:
            return 0.0
        return (self._since() if self._first_answer is None else self._first_answer) - self._first_token

    def silent_s(self) -> float:
        """Seconds since the last piece of the reply."""
        return self._since() - self._last

    def message(self, state: State, failure: Failure | None = None) -> Message:
        """The reply as it stands."""
        request = self._request
        usage = self.usage or self._estimated_usage(state)
        known = {} if request is None else _from_request(request, usage)
        return Message(
            id=self.id,
            parent_id=self.parent_id,
            role=Role.ASSISTANT,
            content=self.content,
            reasoning=self.reasoning,
            reasoning_details=self._details,
            refusal="".join(self._refusal) if self._refusal else None,
            tool_calls=self._calls,
            state=state,
            failure=failure,
            finish_reason=self._finish.finish_reason,
            native_finish_reason=self._finish.native_finish_reason,
            # They grow with every token and would be written again each time; they are kept at the end.
            logprobs=None if state is State.STREAMING else self._logprobs,
            usage=usage,
            images=self._attached.images,
            annotations=self._attached.annotations,
            response_id=self._described.id,
            created=self._described.created,
            served_by=self._described.served_by,
            service_tier=self._described.service_tier,
            system_fingerprint=self._described.system_fingerprint,
            sent=self._sent,
            timing=self.timing,
            warnings=tuple(self._warnings),
            created_at=self._created_at,
            **{**known, **({"model": self._described.model} if self._described.model else {})},
        )

    def _estimated_usage(self, state: State) -> dict[str, Any] | None:
        """What a reply took that ended before the endpoint counted it; None for one that runs or brought nothing."""
        request = self._request
        said, thought = self.content_tokens, self.reasoning_tokens
        if request is None or request.token_ratio is None or state in _UNENDED or not said + thought:
            return None
        return estimated(request.prompt_tokens, said + thought, thought)

    def _mark_token(self) -> float:
        now = self._since()
        if self._first_token is None:
            self._first_token = now
        return now

    def _since(self) -> float:
        return self._clock() - self._started


def _from_request(request: TurnRequest, usage: dict[str, Any] | None) -> dict[str, Any]:
    """What a reply takes over from its request."""
    endpoint = request.endpoint
    return {
        "model": request.model,
        "provider": request.endpoint.name,
        "cost": costs.cost(request.price, usage, catalogue.currency_at(endpoint.host, endpoint.name)),
        "settings": request.settings,
        "system": request.system,
        "dropped": request.dropped,
    }
