"""Settings as text: TOML files, presets, ``key=value`` words, and one clear line for what is not allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin

from dropout_viz import assets, plugins
from dropout_viz.data.load import left_out
from dropout_viz.engine import toml
from dropout_viz.engine.config import RunConfig, arm_keys, make_config, renamed
from dropout_viz.engine.faults import QUOTED, unknown
from dropout_viz.engine.toml import toml_value
from dropout_viz.errors import UserError, nearest
from dropout_viz.files import read_bytes, readable


def preset_keys() -> list[str]:
    """Return the keys of the presets that ship, in the order of their ``# order`` file names."""
    return list(_presets())


def load_preset(key: str) -> RunConfig:
    """Return a shipped preset. Raises ``UserError`` for an unknown one."""
    known = _presets()
    if key not in known:
        raise UserError(f"preset '{key[:QUOTED]}': unknown, must be one of {', '.join(known)}{nearest(key, known)}")
    return _shipped(known[key]).model_copy()  # who asks again has another run, which is told by its config


@cache
def _shipped(path: Path) -> RunConfig:
    """Return what a file that ships describes: it never changes, and neither does a config."""
    return read_toml(path)


@cache
def _presets() -> dict[str, Path]:
    return found_files("presets", read_toml)


def found_files(kind: str, read: Callable[[Path], object]) -> dict[str, Path]:
    """Return the files of ``presets`` or ``lessons`` by their keys: those that ship, and those of plug-ins. What cannot
    be ``read`` of these, or has a key that is taken, is named and left out.

    A numeric prefix sets the order: 10_xor.toml is "xor".
    """
    found = {key_of(file): file for file in sorted(assets.path(kind).glob("*.toml"))}
    for plugin in plugins.installed(kind):
        try:
            files = sorted(plugin.folder.glob("*.toml"))
            if not files:
                raise ValueError(f"{plugin.module} has no *.toml files")
        except (ValueError, OSError) as error:
            plugins.leave_out(plugin, error)
            continue
        for file in files:
            try:
                if key_of(file) in found:
                    raise ValueError(f"{file.name}: the key '{key_of(file)}' is taken; must be another")
                read(file)
            except (ValueError, OSError, UserError) as error:
                plugins.leave_out(plugin, error)
            else:
                found[key_of(file)] = file
    return found


def key_of(file: Path) -> str:
    """Return the key of a preset or a lesson."""
    return file.stem.split("_", 1)[-1]


def read_toml(path: Path) -> RunConfig:
    """Read a config file. Raises ``UserError`` where it cannot be read or holds what is not allowed."""
    with readable(path, "a readable TOML file"):
        content = read_bytes(path, toml.LONGEST)
    return config_of(content, str(path))


def config_of(content: bytes | str, where: str) -> RunConfig:
    """Return the config that a TOML text describes. Raises ``UserError`` as ``read_toml`` does."""
    try:
        settings = settings_of(content)
    except ValueError as error:
        raise UserError(f"{where}: not TOML ({error}); must be lines of key = value") from None
    return make_config(settings, where)


def settings_of(content: bytes | str) -> dict[str, Any]:
    """Return the settings that a TOML text names. Raises ``ValueError`` where it is no TOML, or names none."""
    settings = toml.parsed(content)
    if not settings:
        raise ValueError("it names no setting")
    return settings


def to_toml(config: RunConfig) -> str:
    """Return the config as TOML that ``read_toml`` reads back to an equal config.

    What is said of data that the data set does not take is left out where nobody has set it.
    """
    fields = RunConfig.model_fields
    idle = [key for key in left_out(config.data) if getattr(config, key) == fields[key].default]
    settings = {key: value for key, value in config.model_dump().items() if key not in idle}
    tables = [("", settings), *(("\n[[arms]]", arm) for arm in settings.pop("arms"))]
    lines = []
    for heading, table in tables:
        lines += [heading] if heading else []
        for key, value in table.items():
            if not heading and (value is None or value == ""):
                continue
            lines.append(f"{key} = {toml_value('none' if value is None else value)}")
    return "\n".join(lines) + "\n"


def parse_words(words: Iterable[str], where: str = "--set", known: Sequence[str] = ()) -> dict[str, Any]:
    """Turn ``key=value`` words into settings. A value is TOML; what is not TOML is taken as plain text.

    An empty value clears an optional setting. ``where`` and ``known``: what an error names as the place and the choice.
    Raises ``UserError`` for a word without ``=`` or an unknown key.
    """
    settings: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        key = key.strip()
        if not (equals and key):
            raise UserError(f"{where} {word[:QUOTED]}: must be key=value")
        if key not in RunConfig.model_fields:
            raise UserError(unknown(key, known or list(RunConfig.model_fields), where))
        settings |= renamed({key: _parse_value(key, text.strip())})
    return settings


def parse_arm(text: str) -> dict[str, Any]:
    """Turn ``key=value`` words, between which there are spaces or semicolons, into an arm's settings.

    ``name=`` gives it a name, which may hold spaces. Raises ``UserError`` as ``parse_words`` does.
    """
    words = [word for word in re.split(r"\s*;\s*|\s+(?=\w+\s*=)", text.strip()) if word]
    names = [word.partition("=")[2].strip() for word in words if word.partition("=")[0].strip() == "name"]
    rest = [word for word in words if word.partition("=")[0].strip() != "name"]
    settings = parse_words(rest, "--arm", arm_keys())
    return {**({"name": names[-1]} if names else {}), **settings}


def _parse_value(key: str, text: str) -> Any:
    kind = RunConfig.model_fields[key].annotation
    value = _parse_toml(text)
    if kind is str:  # free text: only quoted text is read as TOML
        return value if isinstance(value, str) else text
    if text == "" or (text == "none" and text not in get_args(kind)):
        return None
    if value is None and kind == tuple[str, ...]:
        return [word.strip() for word in text.split(",")]  # network,loss
    if value is None and get_origin(kind) is tuple:
        value = _parse_toml(f"[{text}]")  # 64,32
    return text if value is None else value


def _parse_toml(text: str) -> Any:
    """Return the value of a piece of TOML, in which numbers may begin with a point, or None where it is not TOML."""
    for attempt in (text, re.sub(r"(?<![\w.])\.(?=\d)", "0.", text)):
        try:
            found = toml.parsed(f"v = {attempt}")
        except ValueError:
            continue
        return found["v"] if len(found) == 1 else None
    return None
