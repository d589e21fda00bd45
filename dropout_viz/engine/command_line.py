"""A command line that opens a run's state: the shortest difference between its settings and a preset."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from dropout_viz.engine.arm_tables import NAME
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.engine.settings import load_preset, parse_arm, parse_words, preset_keys
from dropout_viz.engine.toml import toml_value
from dropout_viz.errors import UserError


def command_line(config: RunConfig, step: int = 0, first: str = "") -> str:
    """Return the shortest ``dropout-viz gui ...``, quoted for a shell, that opens a config at a step.

    ``first``: the preset that is preferred where others are as short. Every word of it has been read back.
    """
    keys = sorted(preset_keys(), key=lambda key: key != first)
    found = min((words for key in keys if (words := _difference(key, config)) is not None), key=_length)
    return shlex.join(["dropout-viz", "gui", *found, *(["--steps", str(step)] if step else [])])


_preset = cache(load_preset)


def _length(words: list[str]) -> int:
    return len(shlex.join(words))


def _difference(key: str, config: RunConfig) -> list[str] | None:
    """Return a preset's key and the options that make its settings this config's, or None where they would not."""
    preset = _preset(key)
    words, settings = [key], {}
    for name in RunConfig.model_fields:
        value = getattr(config, name)
        if value == getattr(preset, name):
            continue
        if name == "seed":
            settings[name], more = value, ["--seed", str(value)]
        elif name == "arms":
            settings[name], more = _arms(config)
        else:
            settings[name], more = _setting(name, value)
        words += more
    try:
        same = make_config({**preset.model_dump(), **settings}) == config
    except UserError:
        same = False
    return words if same else None


@lru_cache(maxsize=64, typed=True)  # each preset is asked about the same values, and drawn points are long
def _setting(name: str, value: Any) -> tuple[Any, list[str]]:
    """Return what the shortest word for a setting is read as, and that word."""
    for text in _texts(value):
        read = parse_words([f"{name}={text}"])[name]
        if _plain(read) == _plain(value):
            return read, ["--set", f"{name}={text}"]
    text = toml_value(value)
    return parse_words([f"{name}={text}"])[name], ["--set", f"{name}={text}"]


def _texts(value: Any) -> Iterator[str]:
    """Yield ways to write a value, the shortest first."""
    if value is None:
        yield ""
    elif isinstance(value, str):
        yield value
    elif isinstance(value, tuple) and all(isinstance(part, int | float) for part in value):
        yield ",".join(_number(part) for part in value)
    elif isinstance(value, tuple) and all(isinstance(part, str) for part in value):
        yield ",".join(value)
    elif not isinstance(value, bool | tuple | dict):
        yield _number(value)
    if value is not None:
        yield toml_value(value)


def _number(value: float) -> str:
    short = f"{value:g}"
    return short if "e" not in short and float(short) == value else repr(value)


def _plain(value: Any) -> Any:
    """Return a value as its field would take it: a number alone is a list of one."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _arms(config: RunConfig) -> tuple[Any, list[str]]:
    """Return arms as they are read, and their words: one ``--arm`` each, or all in one where names forbid that."""
    words, read = [], []
    for arm in config.arms:
        parts = [f"{NAME}={arm[NAME]}"] if NAME in arm else []
        parts += [_setting(key, value)[1][1] for key, value in arm.items() if key != NAME]
        words += ["--arm", "; ".join(parts)]
        try:
            read.append(parse_arm("; ".join(parts)))
        except UserError:
            break
    if config.arms and len(read) == len(config.arms) and _same_arms(read, config):
        return tuple(read), words
    text = toml_value(config.arms)
    return parse_words([f"arms={text}"])["arms"], ["--set", f"arms={text}"]


def _same_arms(read: list[dict[str, Any]], config: RunConfig) -> bool:
    try:
        return make_config({**config.model_dump(), "arms": tuple(read)}) == config
    except UserError:
        return False
