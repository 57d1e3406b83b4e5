"""Which names of headers, or of keys in a body, say that their value is a secret."""

from __future__ import annotations

import re

# An author is nobody's secret, an authorization is.
_SECRET = re.compile(r"key|token|secret|passw|credential|cookie|auth(?!or(?!i[sz]))", re.IGNORECASE)


def is_secret_name(name: str) -> bool:
    """Whether what goes by this name is kept from view, from other hosts and from plain http."""
    return _SECRET.search(name) is not None
