"""How what is attached is sent to a model at an endpoint: pictures of which size, videos and documents whole or not."""

from __future__ import annotations

from glmchat.api.dialect_rows import Dialect
from glmchat.core.model import PAPERS, VIDEO, Model
from glmchat.files.pictures import Form


def form_for(dialect: Dialect, model: Model, pixels: int, detail: str) -> Form:
    """The form for a model, with the longest side of pictures and how closely they are looked at, as set."""
    return Form(
        pixels,
        None if detail == "auto" else detail,
        videos=dialect.takes_videos and VIDEO in model.abilities,
        papers=dialect.takes_papers and PAPERS in model.abilities,
    )
