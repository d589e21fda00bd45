"""Two units that start alike: which two a config asks for, and which two it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dropout_viz.engine.config import RunConfig


class Twins(NamedTuple):
    """Two units of one hidden layer, 1 for the first, by index."""

    layer: int
    first: int
    second: int


def check(twin: tuple[int, ...], hidden: tuple[int, ...]) -> None:
    """Raise ``ValueError`` for a setting that names no two units of one hidden layer."""
    if not twin:
        return
    if len(twin) != 3:
        raise ValueError(
            "twin: must be empty, or three numbers: hidden layer, unit, and the unit that starts as its copy"
        )
    layer, first, second = twin
    if not 1 <= layer <= len(hidden):
        raise ValueError(f"twin: the hidden layer, {layer}, must be 1 to {len(hidden)}")
    for unit in (first, second):
        if not 1 <= unit <= hidden[layer - 1]:
            raise ValueError(f"twin: unit {unit} must be 1 to {hidden[layer - 1]}, the units of hidden layer {layer}")
    if first == second:
        raise ValueError(f"twin: a unit cannot be its own twin; must be two units, not {first} twice")


def twins_of(config: RunConfig) -> Twins | None:
    """Return the two units of a run that start alike, or None where there are none.

    Where all units of a layer start alike these are the first two of the first layer with two.
    """
    if config.twin:
        layer, first, second = config.twin
        return Twins(layer, first - 1, second - 1)
    if config.init in ("copies", "zeros"):
        return next((Twins(layer, 0, 1) for layer, n in enumerate(config.hidden, 1) if n > 1), None)
    return None


def twin_of(config: RunConfig, layer: int, unit: int) -> tuple[int, int, int] | None:
    """Return the setting that makes a twin of a unit of the next unit of its layer, or None where it is alone."""
    units = config.hidden[layer - 1]
    return (layer, unit + 1, (unit + 1) % units + 1) if units > 1 else None
