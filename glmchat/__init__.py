"""A terminal chat for GLM-4.5 and every other model behind an OpenAI-compatible endpoint."""

__version__ = "0.2.0"
