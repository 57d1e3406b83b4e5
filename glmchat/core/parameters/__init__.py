"""The request parameters: the table with a row for each, and the kinds of value that they take.

Stands on `support`; imported by everyone above `core`.
"""

from glmchat.core.parameters.table import (
    BY_NAME,
    EXTRA,
    IMPLIES,
    NEEDS,
    REASONING,
    TABLE,
    Group,
    Parameter,
    body_of,
    contradicted,
    find,
    laid_over,
)

__all__ = [
    "BY_NAME",
    "EXTRA",
    "IMPLIES",
    "NEEDS",
    "REASONING",
    "TABLE",
    "Group",
    "Parameter",
    "body_of",
    "contradicted",
    "find",
    "laid_over",
]
