"""What the user may choose in a lab: declared once, from which the flags and the window's form are derived."""

from __future__ import annotations

import argparse
import typing
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

from dropout_viz.digits import read_number, read_whole
from dropout_viz.errors import UserError


class Options(BaseModel):
    """The base of every lab's options: frozen and validated. Each is declared with ``option``.

    Types that both the flags and the form know: bool, int, float, str, ``Literal`` words, each of these or None, and
    tuples of int, float (commas between them) or str (a repeated flag).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _read_numbers(cls, value: Any, info: ValidationInfo) -> Any:
        """Read text as a number by the rule of ``digits``: pydantic would read more than that."""
        kind = plain_kind(cls.model_fields[info.field_name or ""])
        if typing.get_origin(kind) is tuple and isinstance(value, list | tuple):
            return tuple(_read(part, typing.get_args(kind)[0]) for part in value)
        return _read(value, kind)


def _read(value: Any, kind: Any) -> Any:
    """Return the number that a text is, where the kind is one; else the value itself."""
    if isinstance(value, str) and kind in (int, float):
        return read_whole(value) if kind is int else read_number(value)
    return value


_QUOTED = 100  # characters of a value that are quoted
Model = TypeVar("Model", bound=Options)


def option(
    default: Any,
    title: str,
    help: str,
    *,
    choices: Literal["", "presets"] = "",
    takes: str = "",
    names: Mapping[str, str] | None = None,
    **limits: Any,
) -> Any:
    """Declare one option: its name in the form, and a sentence that both form and flag show.

    Args:
        choices: "presets": text that is mostly a preset's key. takes: the setting of a run that it is too, whose value
        the window begins with. names: of words, what the form calls them. limits: ``ge``, ``gt``, ``le``, ``lt`` and
        the like.
    """
    extra: dict[str, Any] = {"group": "lab", "names": dict(names or {}), "choices": choices, "takes": takes}
    return Field(default, title=title, description=help, json_schema_extra=extra, **limits)


def source_key(model: type[Options]) -> str:
    """Return the option that says what is trained, or ``""``."""
    extras = {key: field.json_schema_extra for key, field in model.model_fields.items()}
    return next((key for key, e in extras.items() if isinstance(e, dict) and e.get("choices") == "presets"), "")


def flag(key: str) -> str:
    """Return an option's flag."""
    return "--" + key.replace("_", "-")


def add_flags(parser: argparse.ArgumentParser, model: type[Options]) -> None:
    """Add a flag for each option; what is not given is left out of the parsed values."""
    for key, field in model.model_fields.items():
        kind = plain_kind(field)
        about = f"{field.description} ({written(field.default)})".replace("%", "%%")
        more: dict[str, Any] = {"default": argparse.SUPPRESS, "dest": key, "help": about}
        if kind is bool:
            parser.add_argument(flag(key), action=argparse.BooleanOptionalAction, **more)
        elif typing.get_origin(kind) is Literal:
            words = [str(word) for word in typing.get_args(kind)]
            parser.add_argument(flag(key), metavar="|".join(words), **more)
        elif kind == tuple[str, ...]:
            parser.add_argument(flag(key), action="append", metavar="TEXT", **more)
        else:
            parser.add_argument(flag(key), metavar=_metavar(field, kind), **more)


def _metavar(field: FieldInfo, kind: Any) -> str:
    """Return what stands for a value in the help: N for a whole number, X for any."""
    if kind is str:
        presets = isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("choices") == "presets"
        return "SOURCE" if presets else "TEXT"
    number = "N" if kind is int or kind == tuple[int, ...] else "X"
    return f"{number},{number}" if typing.get_origin(kind) is tuple else number


def plain_kind(field: FieldInfo) -> Any:
    """Return a field's type, without the None that it may also be."""
    kind = field.annotation
    parts = [part for part in typing.get_args(kind) if part is not type(None)]
    return parts[0] if type(None) in typing.get_args(kind) and len(parts) == 1 else kind


def from_words(model: type[Model], words: Mapping[str, Any]) -> Model:
    """Return options from the texts of flags. Raises ``UserError``, one line, for what is not allowed."""
    values = dict(words)
    for key, text in words.items():
        kind = plain_kind(model.model_fields[key])
        if not isinstance(text, str):
            continue
        if text in ("", "none") and kind != model.model_fields[key].annotation:
            values[key] = None
        elif typing.get_origin(kind) is tuple:
            values[key] = tuple(part.strip() for part in text.split(",") if part.strip())
    return make(model, values)


def make(model: type[Model], values: Mapping[str, Any]) -> Model:
    """Return validated options. Raises ``UserError``, one line: the flag, the value and what is allowed."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        message = fault["msg"].removeprefix("Value error, ").replace("Input should be", "must be").replace("'", "")
        if not fault["loc"]:
            raise UserError(message) from None
        key = str(fault["loc"][0])
        message = message.split(", unable to parse")[0].replace("a valid integer", "a whole number")
        message = message.replace("a valid number", "a number")
        message = "must be a number of fewer digits" if "exceeded maximum size" in message else message
        given = values.get(key)
        raise UserError(f"{flag(key)} {written(given)}: {message}") from None


def written(value: Any) -> str:
    """Return a value as a person would write it as a flag."""
    if isinstance(value, tuple | list):
        return ",".join(written(part) for part in value) or "none"
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    if isinstance(value, float):
        return f"{value:g}"
    text = str(value) or "none"
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
