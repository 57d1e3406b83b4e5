"""Which names of headers, of keys in a body or of parameters in a query say that their value is a secret."""

from __future__ import annotations

import re

# An authorization is secret, an author is not.
_SECRET = re.compile(r"key|token|secret|passw|credential|cookie|auth(?!or(?!i[sz]))", re.IGNORECASE)


def is_secret_name(name: str) -> bool:
    """Whether what goes by this name is kept from view, from other hosts and from plain http."""
    return _SECRET.search(name) is not None


# Beside those: signed addresses, Azure's functions, passwords in short.
_SECRET_PARAMETERS = frozenset({"sig", "signature", "code", "pwd", "pass", "sid", "jwt", "bearer"})


def is_secret_parameter(name: str) -> bool:
    """Whether a parameter of an address's query by this name is kept from view."""
    return name.lower() in _SECRET_PARAMETERS or is_secret_name(name)
