"""Write config.example.toml anew: ``python -m tests.config.example``."""

from pathlib import Path

from glmchat.config.example import example

if __name__ == "__main__":
    (Path(__file__).parents[2] / "config.example.toml").write_text(example(), encoding="utf-8")
