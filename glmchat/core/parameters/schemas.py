"""JSON schemas: whether one is correct, and whether a reply holds to it."""

from __future__ import annotations

import json
from typing import Any

from glmchat.support import bounded_json


def schema_error(schema: Any) -> str | None:
    """Say what is wrong with a JSON schema, or None; raises nothing."""
    from jsonschema.exceptions import SchemaError
    from jsonschema.validators import validator_for

    if not isinstance(schema, dict):
        return "a JSON schema is an object"
    try:
        validator_for(schema).check_schema(schema)
    except SchemaError as error:
        return _in_json(error)
    except Exception as error:  # a pattern or a reference that cannot be read raises errors of many types
        return f"it cannot be read: {error}"
    return None


def reply_error(schema: Any, reply: str) -> str | None:
    """Say where a reply departs from a JSON schema, or None where it holds."""
    from jsonschema.exceptions import ValidationError
    from jsonschema.validators import validator_for

    try:
        value = bounded_json.loads(reply)
    except ValueError as error:
        return f"the reply is not JSON: {error}"
    try:
        validator_for(schema)(schema).validate(value)
    except ValidationError as error:
        return f"{error.json_path}: {_in_json(error)}"
    except Exception as error:  # a reference that cannot be resolved raises errors of many types
        return f"the schema could not be applied: {error}"
    return None


def _in_json(error: Any) -> str:
    """The message of an error of jsonschema, which writes values as Python does, with the values as JSON."""
    message = str(error.message)
    for value in (error.instance, error.validator_value):
        message = message.replace(repr(value), json.dumps(value, ensure_ascii=False, default=str))
    return message
