"""The GLM family, as its maker's pages, models.dev and the lists of hosts described it on one day.

It is data of that day and stands behind whatever an endpoint says of itself. The prices are those of Z.ai's own
address for pay as you go (docs.z.ai, pricing); other shops have their own. What no page states is unknown.
"""

from __future__ import annotations

from datetime import date

from glmchat.core.model import PAPERS, SEE, TEXT, THINK, VIDEO, Model, Price
from glmchat.core.thinking import Thinking

GATHERED = date(2026, 11, 28)


def _usd(input: float, cached: float | None, output: float) -> Price:
    """A price that is stated in dollars for a million tokens."""
    per_thousand = [None if each is None else round(each / 1000, 9) for each in (input, output, cached)]
    return Price(per_thousand[0], per_thousand[1], "USD", per_thousand[2])


_WORDS, _PICTURES = (TEXT, THINK), (TEXT, THINK, SEE, VIDEO)
_SWITCH = Thinking(optional=True, rungs=())
_SWITCH_ON = Thinking(optional=True, unasked=True, rungs=())
_HIGH_AND_MAX = Thinking(
    optional=True, unasked=True, rungs=("high", "max"), default="max",
    aliases={"none": "none", "minimal": "none", "low": "high", "medium": "high", "xhigh": "max"},
)  # fmt: skip
_ALWAYS = Thinking(optional=False, unasked=True, rungs=("low", "high", "max"), default="max")
_ADVICE_4_5 = {"temperature": 0.6, "top_p": 0.95}
_ADVICE_5 = {"temperature": 1.0, "top_p": 0.95}

FAMILY: tuple[Model, ...] = (
    Model(None, "GLM 4.5", _WORDS, 131_072, _usd(0.6, 0.11, 2.2), output=98_304, thinking=_SWITCH,
          recommended=_ADVICE_4_5),
    Model(None, "GLM 4.5 Air", _WORDS, 131_072, _usd(0.2, 0.03, 1.1), output=98_304, thinking=_SWITCH),
    Model(None, "GLM 4.5V", _PICTURES, thinking=_SWITCH),
    Model(None, "GLM 4.6", _WORDS, 204_800, _usd(0.6, 0.11, 2.2), output=131_072, thinking=_SWITCH),
    Model(None, "GLM 4.6V", _PICTURES, 128_000, _usd(0.3, None, 0.9), output=32_768, thinking=_SWITCH),
    Model(None, "GLM 4.7", _WORDS, 204_800, _usd(0.6, 0.11, 2.2), output=131_072, thinking=_SWITCH_ON),
    Model(None, "GLM 4.7 Flash", _WORDS, 204_800, _usd(0, 0, 0), output=131_072, thinking=_SWITCH_ON),
    Model(None, "GLM 4.7 FlashX", _WORDS, 204_800, output=131_072, thinking=_SWITCH_ON),
    Model(None, "GLM 5", _WORDS, 200_000, _usd(1, 0.2, 3.2), output=128_000, thinking=_SWITCH_ON,
          recommended=_ADVICE_5),
    Model(None, "GLM 5 Turbo", _WORDS, 200_000, _usd(1.2, 0.24, 4), output=131_072, thinking=_SWITCH,
          recommended=_ADVICE_5),
    Model(None, "GLM 5V Turbo", (*_PICTURES, PAPERS), 200_000, _usd(1.2, 0.24, 4), output=131_072, thinking=_SWITCH,
          recommended=_ADVICE_5),
    Model(None, "GLM 5.1", _WORDS, 200_000, _usd(1.4, 0.26, 4.4), output=131_072, thinking=_SWITCH,
          recommended=_ADVICE_5),
    Model(None, "GLM 5.2", _WORDS, 1_000_000, _usd(1.4, 0.26, 4.4), output=131_072, thinking=_HIGH_AND_MAX,
          recommended=_ADVICE_5),
    Model(None, "GLM 5.3", _WORDS, 1_048_576, _usd(1.4, 0.26, 4.4), output=131_072, thinking=_ALWAYS,
          recommended=_ADVICE_5),
    Model(None, "GLM 5.3 Flash", _PICTURES, 1_048_576, _usd(0.15, 0.03, 0.5), output=128_000, thinking=_ALWAYS,
          recommended=_ADVICE_5),
)  # fmt: skip
