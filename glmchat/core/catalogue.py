"""Models that are known without asking: those of the API's own description, and the GLM family anywhere.

What nobody stated is unknown (None), never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from glmchat.core.glm import FAMILY
from glmchat.core.model import RESEARCH, SEE, TEXT, THINK, Model, Price
from glmchat.core.thinking import Thinking
from glmchat.support.address import host_of, is_loopback


def plain_name(name: str) -> str:
    """A model's name without what its spellings differ in: capitals, spaces and marks."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


_BY_PLAIN_NAME = {plain_name(model.name): model for model in FAMILY}
# What hosts put behind a model's name: a variant or a tag, and how its weights are stored.
_TAG = re.compile(
    r":.*$|(?:[-_](?:fp8|fp4|nvfp4|mxfp4|bf16|int[48]|awq|gptq|gguf|mlx|maas|w\da\d+|\dbit))+$", re.IGNORECASE
)


def relative(*names: str) -> Model | None:
    """The member of the GLM family that goes by one of the names or ids, without an id and a price."""
    for name in names:
        last = re.split(r"[/. ](?=glm)", name.lower())[-1]
        pointed = re.sub(r"(?<=\d)p(?=\d)", ".", last)  # as Fireworks writes 4.7
        found = _BY_PLAIN_NAME.get(plain_name(_TAG.sub("", _TAG.sub("", pointed))))
        if found is not None:
            return replace(found, price=None)
    return None


def _glm(id: str, name: str, context: int, price: Price) -> Model:
    """A member of the GLM family as the API's own description offers it."""
    return replace(_BY_PLAIN_NAME[plain_name(name)], id=id, context=context, price=price)


MODELS: tuple[Model, ...] = (
    _glm("z-ai/glm-4.5", "GLM 4.5", 128_000, Price(0.0055, 0.02, "CNY")),
    _glm("z-ai/glm-4.6v", "GLM 4.6V", 128_000, Price(0.00375, 0.0115, "CNY")),
    _glm("z-ai/glm-4.7-flash", "GLM 4.7 Flash", 195_000, Price(0.00125, 0.0055, "CNY")),
    Model(None, "GLM 4.6", (TEXT, THINK)),
    Model(None, "DeepSeek-V3.1", (TEXT,)),
    Model(None, "DeepSeek V3.2 Exp", (TEXT,)),
    Model(None, "MiniMax M2", (TEXT, THINK)),
    Model(None, "Kimi K2 Thinking", (TEXT, THINK)),
    Model(None, "Kimi Linear 48B A3B Instruct", (TEXT,)),
    Model(None, "Qwen3 VL 30B A3B Instruct", (SEE,)),
    Model(None, "Qwen3 VL 30B A3B Thinking", (SEE, THINK)),
    Model(None, "Qwen3 VL 32B Instruct", (SEE,)),
    Model(None, "Qwen3 VL 235B A22B Instruct", (SEE,)),
    Model(None, "Qwen3 VL 8B Instruct", (SEE,)),
    Model(None, "Qwen3 Next 80B A3B Instruct", (TEXT,)),
    Model(None, "Tongyi DeepResearch 30B A3B", (TEXT, RESEARCH)),
    Model(None, "Baidu ERNIE 4.5 21B A3B Thinking", (TEXT, THINK)),
)  # fmt: skip

# The provider that is asked where none was chosen.
DEFAULT_PROVIDER = "wcode"
DEFAULT_BASE_URL = "https://wcode.net/api/gpt/v1"
DEFAULT_MODEL = "z-ai/glm-4.5"
KEY_PAGE = "https://wcode.net/get-apikey"

# The built-in model and its provider. The host can never be one on the network (RFC 2606); nothing is ever sent.
DEMO = "demo"
DEMO_BASE_URL = "https://demo.invalid/v1"
DEMO_MODEL_ID = "glmchat/demo"
DEMO_CONTEXT = 32_768
DEMO_MODEL = Model(
    DEMO_MODEL_ID, "the built-in model", (TEXT, THINK), DEMO_CONTEXT,
    thinking=Thinking(True, True, ("minimal", "low", "medium", "high"), "medium"),
)  # fmt: skip


# How much alike two ids are, from 0 to 1, of which the one may be meant by the other.
_NEAR = 0.6
# Whose prices the table of the family holds: the address for pay as you go; a plan is paid for otherwise.
_MAKER, _PLAN = "api.z.ai", "/coding/"


def nearest_ids(id: str, ids: Iterable[str], most: int = 3) -> list[str]:
    """The ids most like one, by what stands behind their makers' names, the nearest first; far ones are left out."""
    from difflib import SequenceMatcher

    wanted = id.rpartition("/")[2].lower()
    likeness = {
        each: SequenceMatcher(None, wanted, each.rpartition("/")[2].lower()).ratio()
        for each in dict.fromkeys(ids)
    }
    near = [each for each, ratio in likeness.items() if ratio >= _NEAR]
    return sorted(near, key=lambda each: -likeness[each])[:most]


def known(id: str) -> Model:
    """What is known of a model by its id; an unknown id gives a model whose facts are unknown."""
    at_home = next((model for model in (*MODELS, DEMO_MODEL) if model.id == id), None)
    member = at_home or relative(id)
    return Model(id, id) if member is None else replace(member, id=id)


def is_home(host: str, provider: str) -> bool:
    """Whether the prices of the API's own description hold at a host; other shops have their own.

    An address on this machine that belongs to no provider (its name is the address) stands in for the API's own.
    """
    at_home = host == "wcode.net" or host.endswith(".wcode.net")
    return at_home or (is_loopback(host) and host_of(f"//{provider}") == host)


def known_at(id: str, base_url: str, provider: str) -> Model:
    """What is known of a model at an endpoint: its price only where that endpoint charges it."""
    host, model = host_of(base_url), known(id)
    if is_home(host, provider):
        return model
    listed = _BY_PLAIN_NAME.get(plain_name(model.name)) if host == _MAKER and _PLAN not in base_url else None
    return replace(model, price=None if listed is None else listed.price)


def blind(model: Model, offered: Iterable[Model] = MODELS) -> str:
    """A sentence on a model that sees no pictures, with those that do among the models that are offered."""
    seeing = [each.id for each in offered if each.id is not None and SEE in each.abilities]
    instead = f" {_any_of(seeing[:4])} can." if seeing else " Choose one that can with --model."
    return f"{model.wire_id} cannot see pictures, so nothing was sent.{instead}"


def _any_of(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def currency_at(host: str, provider: str) -> str:
    """The currency of costs that an endpoint states without one: yuan at home, credits in dollars elsewhere."""
    return "CNY" if is_home(host, provider) else "USD"
