"""Run the command line: ``python -m glmchat``."""

from glmchat.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
