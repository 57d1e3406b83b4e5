"""The config file with everything in it, made from the tables; what is commented out is the default."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from glmchat.config.rows import rows_of
from glmchat.config.values import SHIPPED, Budget, Chat, PresetSettings, Provider, Screen
from glmchat.core import parameters

_HEAD = """\
# The settings of glmchat. Every key is optional; the commented lines show the defaults, or an example.
# `glmchat config path` says where this file belongs, `glmchat config check` finds mistakes in it.
# What is given on the command line or in the environment wins over this file.
"""
_BUDGET = """\
# What may be spent. At 80 % of a limit a word is said, and what would cross it is asked about before it is sent.
"""
_PARAMETERS = """\
# Values that every request starts with, by the API's own names. What is not set here is not sent at all,
# and the endpoint's own default holds.
"""
_MODELS = """\
# The same for one model; these win over [parameters].
#[models."z-ai/glm-4.5"]
#temperature = 0.6
#top_p = 0.95
# And over these, where it is asked to think, or asked not to; where nothing about thinking is sent, neither holds.
#[models."z-ai/glm-4.5".thinking_on]
#temperature = 1.0
#[models."z-ai/glm-4.5".thinking_off]
#temperature = 0.6
"""
_PROVIDERS = """\
# Endpoints. These are known without an entry: {names}.
# An entry of the same name changes what it says; another name adds an endpoint. Keys do not belong here:
# set GLMCHAT_API_KEY, name a variable or a command below, or let the chat store the key.
"""
_PRESETS = """\
# Values under a name, to be chosen in the chat; a system prompt may belong to them.
#[presets.brief]
"""
_KEYS = """\
# Other keys for commands, by the command's name; an empty list takes its keys away.
# `glmchat help keys` lists the names.
#[keys]
#copy-reply = "ctrl+y"
"""


def example() -> str:
    """The text of config.example.toml, which ``config init`` writes."""
    return "\n".join(
        (
            _HEAD,
            _section("chat", Chat),
            _section("screen", Screen),
            _BUDGET + _section("budget", Budget),
            _PARAMETERS + "[parameters]\n" + "".join(map(_parameter, parameters.TABLE)),
            _MODELS,
            _PROVIDERS.format(names=", ".join(SHIPPED)) + "#[providers.mine]\n" + _keys(Provider),
            _PRESETS + _keys(PresetSettings) + "#temperature = 0.3\n",
            _KEYS,
        )
    )


def _section(name: str, kind: type[Any]) -> str:
    return f"[{name}]\n" + _keys(kind)


def _keys(kind: type[Any]) -> str:
    defaults = {each.name: each.default for each in fields(kind)}
    lines = []
    for name, row in rows_of(kind).items():
        lines.append(f"# {row.help}\n#{name} = {row.example or _toml(defaults[name])}\n")
    return "".join(lines)


def _parameter(row: parameters.Parameter) -> str:
    return f"# {row.help}\n#{row.name} = {_value(row)}\n"


def _value(row: parameters.Parameter) -> str:
    """A value that a parameter takes: an example, or its default."""
    return row.example or _toml(row.default)


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)  # TOML spells these the same: true, 1.5, "text"
