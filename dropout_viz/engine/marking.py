"""A change of settings as a mark of the history: in words for people, and in TOML for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.history import Mark
from dropout_viz.engine.toml import toml_value
from dropout_viz.words import figure

_SHORT = {"p_input": "p input", "p_hidden": "p"}
"""Settings as they are called where there is little room."""


def mark(step: int, before: RunConfig, after: RunConfig, keys: Iterable[str]) -> Mark:
    """Return the mark of a change after ``step`` steps; ``keys``: the settings that may differ."""
    new = [key for key in keys if getattr(before, key) != getattr(after, key)]
    words = ", ".join(f"{_title(key)} {_value(getattr(after, key))}" for key in new)
    return Mark(step, words, tuple(f"{key} = {toml_value(getattr(after, key))}" for key in new))


def short(text: str) -> str:
    """Return the words of marks with shorter names of settings: what tells apart is the value, at their end."""
    for key, name in _SHORT.items():
        text = text.replace(_title(key), name)
    return text


def _title(key: str) -> str:
    """Return a setting's name as the window writes it, without its capital."""
    title = RunConfig.model_fields[key].title or key
    return title[0].lower() + title[1:]


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return _value(value[0]) if len(value) == 1 else "[" + ", ".join(_value(v) for v in value) + "]"
    return figure(value)
