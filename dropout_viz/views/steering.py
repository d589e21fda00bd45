"""Going through examples and units by keys, as the views do it whose main gesture chooses one."""

from __future__ import annotations

from dropout_viz.analysis.example_shown import example_of
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Unit
from dropout_viz.views.base import Selection


def to_example(selection: Selection, frame: Frame, by: int) -> bool:
    """Choose the example so many after the one on show, as far as there is one."""
    shown = example_of(frame.snapshot, frame.data, selection.example, selection.follow)
    selection.choose(example=min(max(shown + by, 0), len(frame.data.x) - 1))
    return True


def to_unit(selection: Selection, sizes: tuple[int, ...], by: int, layer: int | None = None) -> bool:
    """Point at the hidden unit so many after the one that is pointed at, past the last at the first; ``layer``: of that
    one only."""
    layers = range(1, len(sizes) - 1) if layer is None else [layer]
    units = [Unit(k, index) for k in layers for index in range(sizes[k])]
    at = selection.hover
    place = units.index(at) if isinstance(at, Unit) and at in units else -1 if by > 0 else 0
    selection.point_at(units[(place + by) % len(units)])
    return True
