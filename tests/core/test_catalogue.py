"""What is known of models without asking anybody."""

import pytest

from glmchat.core import glm
from glmchat.core.catalogue import known, known_at, nearest_ids
from glmchat.core.model import Model, Price
from glmchat.core.thinking import Thinking

HOME = "https://wcode.net/api/gpt/v1"
MAKER = "https://api.z.ai/api/paas/v4"


@pytest.mark.parametrize(
    ("id", "name"),
    [
        ("glm-4.5", "GLM 4.5"),
        ("zai-org/GLM-4.5-Air-FP8", "GLM 4.5 Air"),
        ("z-ai/glm-4.5-air:free", "GLM 4.5 Air"),
        ("glm-4.7-flash:q4_K_M", "GLM 4.7 Flash"),
        ("unsloth/GLM-5.1-GGUF:Q4_K_M", "GLM 5.1"),
        ("accounts/fireworks/models/glm-4p7", "GLM 4.7"),
        ("zai.glm-4.7", "GLM 4.7"),
        ("Pro/zai-org/GLM-4.6V", "GLM 4.6V"),
        ("glm-5v-turbo", "GLM 5V Turbo"),
        ("GLM-5.3-Flash", "GLM 5.3 Flash"),
    ],
)
def test_a_member_of_the_family_is_known_by_the_ids_that_hosts_give_it(id: str, name: str) -> None:
    member = known(id)
    assert (member.id, member.name) == (id, name)
    assert member.thinking is not None


@pytest.mark.parametrize("id", ["glm-4-9b", "glm-4.5-x", "glm-9", "chatglm3", "not-glm-4.5", "", "glm"])
def test_what_is_no_member_is_unknown(id: str) -> None:
    assert known(id) == Model(id, id)


def test_prices_hold_at_their_own_address_only() -> None:
    assert known_at("z-ai/glm-4.6v", HOME, "wcode").price == Price(0.00375, 0.0115, "CNY")
    assert known_at("z-ai/glm-4.7-flash", HOME, "wcode").price == Price(0.00125, 0.0055, "CNY")
    assert known_at("glm-5.2", HOME, "wcode").price is None
    assert known_at("glm-5.2", MAKER, "zai").price == Price(0.0014, 0.0044, "USD", 0.00026)
    assert known_at("glm-4.7-flash", MAKER, "zai").price == Price(0, 0, "USD", 0)
    for elsewhere in (
        "https://api.z.ai/api/coding/paas/v4",
        "https://open.bigmodel.cn/api/paas/v4",
        "http://h/v1",
    ):
        assert known_at("glm-5.2", elsewhere, "other").price is None


def test_the_table_holds_together() -> None:
    assert len({model.name for model in glm.FAMILY}) == len(glm.FAMILY)
    for model in glm.FAMILY:
        assert known(model.name.replace(" ", "-").lower()).name == model.name
        thinking = model.thinking
        assert thinking is not None
        assert thinking.rungs is not None
        assert thinking.default in (None, *thinking.rungs)
        assert set(thinking.aliases.values()) <= {"none", *thinking.rungs}


def test_sizes_and_advice_are_those_of_the_table() -> None:
    assert (known("glm-4.6").context, known("glm-4.6").output) == (204_800, 131_072)
    assert known("glm-4.5v").context is None
    assert known("glm-5.1").recommended == {"temperature": 1.0, "top_p": 0.95}
    assert known("glm-4.6").recommended == {}


def test_what_an_endpoint_says_of_thinking_wins() -> None:
    known_here = Thinking(optional=False, rungs=("low", "high", "max"), default="max")
    assert Thinking(rungs=("low", "medium")).over(known_here) == Thinking(False, None, ("low", "medium"))
    assert Thinking(optional=True).over(known_here) == Thinking(True, None, ("low", "high", "max"), "max")
    assert known_here.unsent_is_dearest
    assert not Thinking(rungs=("low", "high"), default="low").unsent_is_dearest
    assert not Thinking().unsent_is_dearest


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("glm-4.5-airx", ["z-ai/glm-4.5-air", "z-ai/glm-4.5"]),
        ("z-ai/glm-4.6", ["z-ai/glm-4.5"]),
        ("mistral-large", []),
    ],
)
def test_a_retired_id_is_answered_with_the_nearest(id: str, expected: list[str]) -> None:
    found = nearest_ids(id, ["openai/gpt-9", "z-ai/glm-4.5", "z-ai/glm-4.5-air", "z-ai/glm-4.5"])
    assert found[: len(expected)] == expected
    assert bool(found) is bool(expected)
