"""Draws the units of the Network view: which marks each layer has."""

from __future__ import annotations

from dropout_viz.analysis.questions.network import Reading
from dropout_viz.draw.columns import Column
from dropout_viz.draw.ink import Ink, bins_of
from dropout_viz.draw.sheet import PictureSheet
from dropout_viz.draw.unit_marks import (
    DOT_RADIUS,
    NUMBER_RADIUS,
    draw_cells,
    draw_circles,
    draw_dots,
    draw_factor_rings,
    write_in_circles,
)
from dropout_viz.views.network.layout import Layout
from dropout_viz.views.network.words import value_wordings
from dropout_viz.views.unit_names import factor_reach, p_of


def draw_units(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink, scale: float) -> None:
    """Draw every layer. ``scale`` is device pixels per logical pixel."""
    for column in layout.every:
        shown = reading.layer(column.layer)
        shares = shown.span.share(shown.values)
        if column.kind == "grid":
            draw_cells(sheet.painter, column, shares, shown.on, ink, scale)
            continue
        levels = draw_circles(sheet, column, shares, shown.on, ink)
        if has_factors(reading, column):
            factors = reading.factors[column.layer]
            draw_factor_rings(sheet.painter, column, (factors - 1) / factor_reach(reading.snapshot, column.layer), ink)
        if column.radius >= NUMBER_RADIUS:
            wordings = [value_wordings(reading, column.layer, value) for value in shown.values.tolist()]
            write_in_circles(sheet, column, levels, wordings, ink)


def has_factors(reading: Reading, column: Column) -> bool:
    """Return whether a layer's circles have rings that show their factors."""
    return column.layer < len(reading.factors) and bool(p_of(reading.snapshot, column.layer))


def draw_biases(sheet: PictureSheet, layout: Layout, reading: Reading, ink: Ink, scale: float) -> None:
    """Draw each bias as a small dot beside its circle, in the colour of a weight."""
    for layer, biases in enumerate(reading.snapshot.biases, start=1):
        column = layout.columns[layer]
        if len(biases) and column.kind == "circles" and column.radius >= DOT_RADIUS:
            draw_dots(sheet, column, bins_of(biases, reading.limits[layer - 1]), ink, scale)
