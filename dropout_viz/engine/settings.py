"""Settings as text: TOML files, presets, ``key=value`` words, and one clear line for what is not allowed."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from dropout_viz import assets
from dropout_viz.engine import arm_settings, toml
from dropout_viz.engine.config import RunConfig
from dropout_viz.errors import UserError
from dropout_viz.files import read_bytes, reason


def make_config(settings: Mapping[str, Any], where: str = "") -> RunConfig:
    """Validate settings. Raises ``UserError`` with one line: the key, the value and what is allowed."""
    try:
        return RunConfig.model_validate(dict(settings))
    except ValidationError as error:
        raise UserError(_one_line(error, where)) from None


def preset_keys() -> list[str]:
    """Return the keys of the presets that ship, in the order of their ``# order`` file names."""
    return list(_presets())


def load_preset(key: str) -> RunConfig:
    """Return a shipped preset. Raises ``UserError`` for an unknown one."""
    known = _presets()
    if key not in known:
        raise UserError(f"preset '{key[:_QUOTED]}': unknown, must be one of {', '.join(known)}{nearest(key, known)}")
    return read_toml(known[key])


def _presets() -> dict[str, Path]:
    files = sorted(assets.path("presets").glob("*.toml"))
    return {f.stem.split("_", 1)[-1]: f for f in files}  # a numeric prefix sets the order: 10_xor.toml is "xor"


def read_toml(path: Path) -> RunConfig:
    """Read a config file. Raises ``UserError`` where it cannot be read or holds what is not allowed."""
    try:
        content = read_bytes(path, toml.LONGEST)
    except OSError as error:
        raise UserError(f"{path}: {reason(path, error)}; must be a readable TOML file") from None
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
    """Return the config as TOML that ``read_toml`` reads back to an equal config."""
    settings = config.model_dump()
    tables = [("", settings), *(("\n[[arms]]", arm) for arm in settings.pop("arms"))]
    lines = []
    for heading, table in tables:
        lines += [heading] if heading else []
        for key, value in table.items():
            if not heading and (value is None or value == ""):
                continue
            lines.append(f"{key} = {toml_value('none' if value is None else value)}")
    return "\n".join(lines) + "\n"


def toml_value(value: Any) -> str:
    """Return a setting's value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML's escapes are JSON's, and DEL
    if isinstance(value, tuple | list):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {toml_value('none' if v is None else v)}" for k, v in value.items()) + "}"
    return repr(value)


def parse_words(words: Iterable[str], where: str = "--set", known: Sequence[str] = ()) -> dict[str, Any]:
    """Turn ``key=value`` words into settings. A value is TOML; what is not TOML is taken as plain text.

    An empty value clears an optional setting. ``where`` and ``known``: what an error names as the place and the choice.
    Raises ``UserError`` for a word without ``=`` or an unknown key.
    """
    settings: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        key = key.strip()
        if not equals:
            raise UserError(f"{where} {word}: must be key=value")
        if key not in RunConfig.model_fields:
            raise UserError(_unknown_key(key, where, known))
        settings[key] = _parse_value(key, text.strip())
    return settings


def parse_arm(text: str) -> dict[str, Any]:
    """Turn ``key=value`` words, between which there are spaces or semicolons, into an arm's settings.

    ``name=`` gives it a name, which may hold spaces. Raises ``UserError`` as ``parse_words`` does.
    """
    words = [word for word in re.split(r"\s*;\s*|\s+(?=\w+\s*=)", text.strip()) if word]
    names = [word.partition("=")[2].strip() for word in words if word.partition("=")[0].strip() == "name"]
    rest = [word for word in words if word.partition("=")[0].strip() != "name"]
    settings = parse_words(rest, "--arm", arm_settings.allowed())
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


def _one_line(error: ValidationError, where: str) -> str:
    """Return the first fault of a validation as ``where: key = value: what is allowed``."""
    fault = error.errors(include_url=False)[0]
    path = [str(part) for part in fault["loc"]]
    prefix = f"{where}: " if where else ""
    if fault["type"] == "extra_forbidden":
        return prefix + _unknown_key(path[0], "")
    message = fault["msg"].removeprefix("Value error, ")
    if not path or path == ["arms"]:  # a rule across settings: its message already names the key
        return prefix + message
    message = _PLAIN.get(fault["type"], message.replace("Input should be", "must be").replace("'", ""))
    value = fault["input"]
    return f"{prefix}{path[0]} = {_shown(value)}: {message}"


def _shown(value: Any) -> str:
    """Return a value as it is quoted in an error."""
    try:
        text = "empty" if value is None else toml_value(value)
    except ValueError:  # Python writes no number of more than a few thousand digits
        return "a number that is too long to be written"
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


_QUOTED = 100  # characters


def _unknown_key(key: str, where: str, known: Sequence[str] = ()) -> str:
    known = known or list(RunConfig.model_fields)
    prefix = f"{where} " if where else ""
    return f"{prefix}{key}: unknown setting{nearest(key, known)}; must be one of {', '.join(known)}"


def nearest(key: str, known: Iterable[str]) -> str:
    """Return a question that names the nearest known key, or ``""``."""
    close = difflib.get_close_matches(key, list(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""
