import pytest

from glmchat.core.parameters import TABLE, Group, Parameter, body_of, find
from glmchat.core.parameters.kind import ValueRefused
from glmchat.workspace import Source, Values
from glmchat.workspace.values import differences


def test_a_value_out_of_range_is_refused_and_changes_nothing() -> None:
    values = Values()
    with pytest.raises(ValueRefused, match="from 0 to 2"):
        values.set("temperature", 2.01)
    assert values.plain() == {}
    assert values.undo() is None


def test_one_drag_is_one_step_of_undo() -> None:
    values = Values()
    for step in range(5):
        values.set("temperature", step / 10, merge_key="drag-1")
    values.set("temperature", 1.5, merge_key="drag-2")
    assert values.undo() == "set temperature"
    assert values.get("temperature") == 0.4
    assert values.undo() == "set temperature"
    assert values.get("temperature") is None
    assert values.redo() == "set temperature"
    assert values.get("temperature") == 0.4


def test_a_new_change_forgets_what_was_undone() -> None:
    values = Values()
    values.set("top_k", 5)
    values.undo()
    values.set("top_k", 7)
    assert values.redo() is None


def test_reset_of_a_group_leaves_the_others() -> None:
    values = Values()
    values.set("temperature", 0.5)
    values.set("presence_penalty", 1)
    values.reset(Group.PENALTIES)
    assert values.plain() == {"temperature": 0.5}
    values.undo()
    assert values.plain() == {"temperature": 0.5, "presence_penalty": 1.0}


def test_differences_name_what_changes_in_the_order_of_the_table() -> None:
    found = differences(
        {"seed": 1, "temperature": 0.5, "stop": ["a"]}, {"stop": ["a"], "top_p": 0.9, "temperature": 1}
    )
    assert [(each.parameter.name, each.before, each.after) for each in found] == [
        ("temperature", 0.5, 1),
        ("top_p", None, 0.9),
        ("seed", 1, None),
    ]


def test_replacing_keeps_the_source() -> None:
    values = Values()
    values.replace({"temperature": 0, "unheard_of": 1}, Source.PRESET, "preset x")
    assert values.source("temperature") is Source.PRESET
    assert values.source("top_p") is Source.UNSET


def test_only_what_is_set_reaches_the_body() -> None:
    assert body_of({}) == {}
    assert body_of({"reasoning": False, "reasoning_effort": "low"}) == {
        "reasoning": {"enabled": False, "effort": "low"}
    }
    assert body_of({"top_logprobs": 0}) == {"logprobs": True, "top_logprobs": 0}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_default_and_bound_is_allowed(row: Parameter) -> None:
    parameter = find(row.name)
    for value in (parameter.default, parameter.minimum, parameter.maximum):
        if value is not None:
            assert parameter.validate(value) == value
    if parameter.numeric and parameter.minimum is not None:
        with pytest.raises(ValueRefused):
            parameter.validate(parameter.minimum - 1)
    with pytest.raises(ValueRefused):
        parameter.validate(object())


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("temperature", "0.7", 0.7),
        ("top-k", "40", 40),
        ("logprobs", "on", True),
        ("stop", "END", ["END"]),
        ("stop", '["a", "b"]', ["a", "b"]),
        ("logit_bias", '{"15": -100}', {"15": -100}),
        ("tool_choice", "my_function", {"type": "function", "function": {"name": "my_function"}}),
        ("tool_choice", "auto", "auto"),
        ("response_format", "json_object", {"type": "json_object"}),
        (
            "response_format",
            '{"type": "object", "title": "city"}',
            {
                "type": "json_schema",
                "json_schema": {"name": "city", "schema": {"type": "object", "title": "city"}},
            },
        ),
        (
            "response_format",
            '{"name": "city", "strict": true, "schema": {"type": "object"}}',
            {
                "type": "json_schema",
                "json_schema": {"name": "city", "strict": True, "schema": {"type": "object"}},
            },
        ),
    ],
)
def test_what_a_person_types_is_read(name: str, text: str, value: object) -> None:
    assert find(name).parse(text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("temperature", "hot"),
        ("temperature", "nan"),
        ("top_k", "1.5"),
        ("seed", "99999999999999999999"),
        ("logprobs", "maybe"),
        ("logit_bias", '{"": 1}'),
        ("logit_bias", '{"x": "y"}'),
        ("logit_bias", '{"1": 101}'),
        ("tools", "[]"),
        ("tools", "@/no/such/file"),
        ("response_format", '{"type": "json_schema", "json_schema": {"schema": {"type": 7}}}'),
        ("verbosity", "loud"),
    ],
)
def test_a_wrong_text_is_refused_with_what_is_allowed(name: str, text: str) -> None:
    with pytest.raises(ValueRefused, match="it takes "):
        find(name).parse(text)


def test_what_was_unset_by_hand_is_told_from_what_never_was_set() -> None:
    values = Values()
    values.set("seed", 1)
    values.set("top_k", 5)
    values.undo()
    assert values.withheld == frozenset()
    values.unset("seed")
    assert values.withheld == {"seed"}
    values.undo()
    assert values.withheld == frozenset()
    values.redo()
    values.set("seed", 2)
    assert values.withheld == frozenset()
