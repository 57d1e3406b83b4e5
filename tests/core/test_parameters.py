"""A parameter is one row of the table: what a new row brings is tried in a process that has one more."""

import subprocess
import sys
from pathlib import Path

from glmchat import manual
from glmchat.core import parameters

_NEW_ROW = """
from glmchat.core import parameters
from glmchat.core.parameters import kind as kinds
from glmchat.core.parameters import table

NEW = parameters.Parameter(
    "made_up", kinds.Kind.NUMBER, parameters.Group.REASONING, "A dial that is made up.", minimum=0, maximum=1,
    example="0.5", label="fancy", short="dial",
)
rows = (*parameters.TABLE, NEW)
reasoning = (*parameters.REASONING, NEW.name)
for place in (parameters, table):
    place.TABLE, place.BY_NAME, place.REASONING = rows, {row.name: row for row in rows}, reasoning

from pathlib import Path

from glmchat.commands.parsing import parse
from glmchat.commands.table import COMMANDS
from glmchat.commands.usage import usage
from glmchat.config.example import example
from glmchat.config.reading import parse as read
from glmchat.workspace import provenance
from glmchat.workspace.slash import tune
from glmchat.tui.widgets.sidebar.outline import Outline
from glmchat.core.depth import unthinking
from glmchat.core.thinking import Thinking

text = example()
assert "# A dial that is made up.\\n#made_up = 0.5\\n" in text
settings, mistakes = read("[parameters]\\nmade_up = 0.5\\n", Path("config.toml"))
assert (mistakes, settings.parameters) == ([], {"made_up": 0.5})

call = parse(["ask", "--made-up", "0.25", "hi"])
assert call.values == {"made_up": 0.25}
assert "--made-up" in usage(COMMANDS["ask"])
assert parameters.body_of(call.values) == {"made_up": 0.25}

assert tune.row_of("made-up") is NEW
assert provenance.chip_line({"made_up": 0.25}).endswith("fancy 0.25")
assert next(control.label for control in Outline().controls if control.name == "made_up") == "dial"
assert unthinking({"made_up": 0.25, "seed": 1}, Thinking()) == {"seed": 1, "reasoning": False}
"""


def test_all_else_follows_from_a_new_row() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _NEW_ROW],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent.parent,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_manual_has_a_page_for_every_row() -> None:
    assert {topic.name for topic in manual.topics()} > {row.name for row in parameters.TABLE}


def test_every_row_says_how_its_value_is_written() -> None:
    for row in parameters.TABLE:
        assert row.example or row.default is not None
