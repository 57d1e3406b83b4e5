"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# In the suite the same examples come every time; `--hypothesis-profile=random` looks for new ones.
settings.register_profile("suite", derandomize=True)
settings.register_profile("random", derandomize=False)
settings.load_profile("suite")
