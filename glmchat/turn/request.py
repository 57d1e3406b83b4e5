"""The request of one turn, and the endpoint that it goes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from glmchat.analysis.token_estimate import PER_MESSAGE, rough
from glmchat.api.endpoint import Endpoint
from glmchat.api.learning.learned import Learned
from glmchat.core.budget import expected
from glmchat.core.conversation import Cost, new_id
from glmchat.core.model import Price
from glmchat.core.preferences import Preferences
from glmchat.core.thinking import Thinking

_PATIENCE = Preferences()


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """All that one turn needs.

    `messages` are the wire's, the system prompt included; `values` the parameters by name. `retries` counts
    the attempts after the first; a server that asks to wait longer than `max_retry_after_s` is not asked
    again. `token_ratio` is how many tokens the endpoint counts for one that is estimated by the text alone; without it
    nothing is estimated where the endpoint does not count. `thinking` is what the endpoint's list says of the model.
    `prefill` is how the reply begins; with `resumed` the reply has it already. `otherwise` is asked where that
    is refused. `parent_id`, `reply_id`, `settings`, `system` and `dropped` go into the reply as they are.
    """

    endpoint: Endpoint
    model: str
    messages: list[dict[str, Any]]
    values: Mapping[str, Any] = field(default_factory=dict)
    learned: Learned = field(default_factory=Learned)
    retries: int = _PATIENCE.retries
    max_retry_after_s: float = _PATIENCE.retry_after_limit_s
    parent_id: int | None = None
    reply_id: int = field(default_factory=new_id)
    settings: dict[str, Any] | None = None
    system: str | None = None
    dropped: int = 0
    price: Price | None = None
    token_ratio: float | None = None
    thinking: Thinking | None = None
    prefill: str = ""
    resumed: bool = False
    otherwise: TurnRequest | None = None

    @property
    def prompt_tokens(self) -> int:
        """Estimate the tokens of the messages and the tools; a picture's are not known."""
        texts = [*map(_text_of, self.messages), *_texts_in(self.values.get("tools"))]
        size = sum(map(rough, texts)) + PER_MESSAGE * len(self.messages)
        return max(1, round(size * (self.token_ratio or 1.0)))

    @property
    def expected_cost(self) -> Cost | None:
        """What the reply may cost, reckoned before it is asked for; None where the price is unknown."""
        return expected(self.price, self.prompt_tokens, self.values.get("max_tokens"))


def _text_of(message: Mapping[str, Any]) -> str:
    """All the words of a message of the wire: what was said, thought and called, without pictures."""
    return "".join(_texts_in({key: value for key, value in message.items() if key != "role"}))


def _texts_in(value: Any) -> Iterator[str]:
    """The texts in a value of JSON but addresses, which may hold a whole picture."""
    match value:
        case str():
            yield value
        case Mapping():
            for key, each in value.items():
                if key not in ("type", "image_url"):
                    yield from _texts_in(each)
        case list() | tuple():
            for each in value:
                yield from _texts_in(each)
