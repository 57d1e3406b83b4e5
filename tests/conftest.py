"""What holds for all tests."""

from __future__ import annotations

import signal
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture.providers import GLOBAL_CONSTANTS, HypothesisProvider

from glmchat.tui.platform import gc_tuning

# Whoever starts the suite may ignore hang-ups, as nohup does, and every process of a test would inherit that.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# In the suite the same few examples come every time; `--hypothesis-profile=random` looks for new ones, and for more.
# Neither fails where a machine is slow.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("suite", settings.get_profile("patient"), derandomize=True, max_examples=50)
settings.register_profile("random", settings.get_profile("patient"), derandomize=False)
settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """Keep Hypothesis from drawing what stands in the modules that other tests happened to import.

    It draws strings and numbers out of the source of every imported module, so examples would differ between workers
    and after any change, and it has no setting for that. Where new examples are looked for, they are welcome.
    """
    if config.getoption("--hypothesis-profile") != "random":
        HypothesisProvider._local_constants = type(GLOBAL_CONSTANTS)()  # type: ignore[assignment]


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Set apart what is loaded with the tests; to look through it again and again took a quarter of the time."""
    gc_tuning.hold()
    try:
        return (yield)
    finally:
        gc_tuning.settle()
