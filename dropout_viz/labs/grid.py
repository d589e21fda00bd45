"""A grid over settings: what ``--grid key=value,value`` means, and the config of each of its cells."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from dropout_viz.engine.config import RunConfig, facts
from dropout_viz.engine.faults import unknown
from dropout_viz.engine.limits import check_fit, check_size
from dropout_viz.engine.settings import parse_words
from dropout_viz.engine.toml import toml_value
from dropout_viz.errors import MissingData, UserError
from dropout_viz.labs.batch import data_of

MOST = 20_000
"""Cells that a grid may have."""
_OTHERS = ("seed", "worlds", "arms")  # the sweep's own affair


@dataclass(frozen=True)
class Axis:
    """A setting and the values that it takes, in the order given."""

    key: str
    values: tuple[Any, ...]

    @property
    def title(self) -> str:
        """The setting's name for people."""
        return str(RunConfig.model_fields[self.key].title)

    @property
    def words(self) -> tuple[str, ...]:
        """The values as text."""
        return tuple(_written(value) for value in self.values)

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """The values as numbers, where each is one; else None."""
        found = [v[0] if isinstance(v, list | tuple) and len(v) == 1 else v for v in self.values]
        if any(isinstance(v, bool) or not isinstance(v, int | float) for v in found):
            return None
        return tuple(float(v) for v in found)


def allowed() -> list[str]:
    """Return the settings that a grid may vary."""
    return [k for k in RunConfig.model_fields if k not in _OTHERS and facts(k)["group"] not in ("about", "clinic")]


def parse(texts: Sequence[str]) -> tuple[Axis, ...]:
    """Return the axes for texts such as ``p_hidden=0,.1,.2``; a layer list is written in brackets: ``[32,16],[8]``.

    Raises:
        UserError: an unknown setting, one without values, or one or a value that comes twice.
    """
    axes: list[Axis] = []
    for text in texts:
        key, equals, values = (part.strip() for part in text.partition("="))
        if not equals:
            raise UserError(f"--grid {text}: must be a setting and its values, such as p_hidden=0,.1,.2")
        if key not in allowed():
            if key not in RunConfig.model_fields:
                raise UserError(unknown(key, allowed(), "--grid"))
            others = ", ".join(k for k in RunConfig.model_fields if k not in allowed())
            raise UserError(f"--grid {key}: not for a grid; must be any setting but {others}")
        if any(axis.key == key for axis in axes):
            raise UserError(f"--grid {key}: given twice; must be one list of values")
        pieces = _split(values)
        if not values or any(not piece for piece in pieces):
            raise UserError(f"--grid {text}: an empty value; must be values with commas between them")
        found = tuple(parse_words([f"{key}={piece}"], "--grid")[key] for piece in pieces)
        axis = Axis(key, found)
        if len(set(axis.words)) < len(found):
            raise UserError(f"--grid {text}: a value comes twice; must be different values")
        axes.append(axis)
    return tuple(axes)


def size(axes: Sequence[Axis]) -> int:
    """Return how many cells a grid has; 1 without an axis."""
    return math.prod(len(axis.values) for axis in axes)


def cells(base: RunConfig, axes: Sequence[Axis], every: int = 1) -> Iterator[tuple[tuple[int, ...], RunConfig]]:
    """Yield each cell's place along the axes and its config, the last axis first; or only ``every`` so many-th.

    Raises:
        UserError: a cell whose settings are not allowed or do not fit the data, which it names; or too many cells.
    """
    if size(axes) > MOST:
        raise UserError(f"--grid: {size(axes):,} cells; must be at most {MOST:,}")
    for place in islice(product(*(range(len(axis.values)) for axis in axes)), 0, None, every):
        settings = {axis.key: axis.values[at] for axis, at in zip(axes, place, strict=True)}
        try:
            config = base.changed(**settings)
            check_fit(config, data_of(config))
            check_size(config, data_of(config))
        except MissingData:
            raise
        except UserError as error:
            where = ", ".join(f"{axis.key} = {axis.words[at]}" for axis, at in zip(axes, place, strict=True))
            raise UserError(f"--grid, at {where}: {error}") from None
        yield place, config


def _split(text: str) -> list[str]:
    """Return the pieces between commas that are not inside brackets."""
    pieces, depth = [""], 0
    for sign in text:
        depth += (sign == "[") - (sign == "]")
        if sign == "," and not depth:
            pieces.append("")
        else:
            pieces[-1] += sign
    return [piece.strip() for piece in pieces]


def _written(value: Any) -> str:
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if value is None:
        return "none"
    return f"{value:.12g}" if isinstance(value, float) else toml_value(value).strip('"')
