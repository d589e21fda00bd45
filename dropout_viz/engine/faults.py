"""What is wrong with settings, in one line: the key, the value and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from dropout_viz.engine.toml import toml_value
from dropout_viz.errors import nearest

QUOTED = 100
"""Characters of a value that are quoted, at most."""
_PLAIN = {
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "tuple_type": "must be one number, or a list of them",
}

_KEPT = "p_hidden, the chance of being off: 1 - keep_prob"
_ELSEWHERE = {
    "lr": "learning_rate",
    "keep_prob": _KEPT,
    "keep_probability": _KEPT,
    **dict.fromkeys(("dropout", "dropout_rate", "rate", "p", "drop_prob"), "p_hidden, the chance of being off"),
    "units": "hidden",
    "layers": "hidden",
    "optimizer": "optimiser",
    "batch": "batch_size",
}
"""What other libraries call settings, and what they are here."""


def fault(error: ValidationError, where: str, known: Sequence[str], given: Mapping[str, Any]) -> str:
    """Return the first fault of a validation of ``given`` as ``where: key = value: what is allowed``."""
    first = error.errors(include_url=False)[0]
    path = [str(part) for part in first["loc"]]
    prefix = f"{where}: " if where else ""
    if first["type"] == "extra_forbidden":
        return prefix + unknown(path[0], known)
    message = first["msg"].removeprefix("Value error, ")
    if not path or path == ["arms"]:  # a rule across settings: its message already names the key
        return prefix + message
    message = _PLAIN.get(first["type"], message.replace("Input should be", "must be").replace("'", ""))
    value = first["input"]
    if first["type"] == "literal_error" and isinstance(value, str):
        message += nearest(value, re.findall(r"'([^']*)'", first["ctx"]["expected"]))
    if len(path) > 1:  # a part of a list is at fault: the list is what was written
        value = given.get(path[0], value)
        message = _PLAIN["tuple_type"] if isinstance(first["input"], list | dict) else f"each {message}"
    return f"{prefix}{path[0]} = {quoted(value)}: {message}"


def quoted(value: Any) -> str:
    """Return a value as it is quoted in an error."""
    try:
        text = "empty" if value is None else toml_value(value)
    except ValueError:  # Python writes no number of more than a few thousand digits
        return "a number that is too long to be written"
    return text if len(text) <= QUOTED else f"{text[:QUOTED]}…"


def unknown(key: str, known: Sequence[str], where: str = "") -> str:
    """Return what is said of a setting that there is not. They are too many to be named in a line."""
    prefix = f"{where} " if where else ""
    hint = f" (did you mean {_ELSEWHERE[key]}?)" if key in _ELSEWHERE else nearest(key, known, 3)
    return f"{prefix}{key}: unknown setting{hint}; must be one that 'dropout-viz list settings' names"
