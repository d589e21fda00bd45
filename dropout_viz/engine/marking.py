"""A change of settings as a mark of the history: in words for people, and in TOML for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.history import Mark
from dropout_viz.engine.toml import toml_value
from dropout_viz.words import figure


def mark(step: int, before: RunConfig, after: RunConfig, keys: Iterable[str]) -> Mark:
    """Return the mark of a change after ``step`` steps; ``keys``: the settings that may differ."""
    new = [key for key in keys if getattr(before, key) != getattr(after, key)]
    words = ", ".join(f"{_title(key)} {_short(getattr(after, key))}" for key in new)
    return Mark(step, words, tuple(f"{key} = {toml_value(getattr(after, key))}" for key in new))


def _title(key: str) -> str:
    """Return a setting's name as the window writes it, without its capital."""
    title = RunConfig.model_fields[key].title or key
    return title[0].lower() + title[1:]


def _short(value: Any) -> str:
    if isinstance(value, tuple):
        return _short(value[0]) if len(value) == 1 else "[" + ", ".join(_short(v) for v in value) + "]"
    return figure(value)
