"""What holds for all tests."""

from __future__ import annotations

import signal

from hypothesis import settings

# Whoever starts the suite may ignore hang-ups, as nohup does, and every process of a test would inherit that.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# In the suite the same examples come every time; `--hypothesis-profile=random` looks for new ones.
settings.register_profile("suite", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile("suite")
