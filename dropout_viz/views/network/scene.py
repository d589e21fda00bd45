"""Puts a frame of the Network view together and paints it. What stays from frame to frame is painted once."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPixmap

from dropout_viz.analysis.questions.network import Reading
from dropout_viz.draw.box import ui_scale
from dropout_viz.draw.columns import is_circles
from dropout_viz.draw.headings import Heading
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.legend import LegendEntry, draw_legend, legend_height
from dropout_viz.draw.painting import painted
from dropout_viz.draw.sheet import PictureSheet
from dropout_viz.draw.style import Style
from dropout_viz.draw.text import is_vector
from dropout_viz.draw.unit_marks import draw_ring
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.network.chooser import Chip, buttons, draw_buttons, draw_example, make_chips, name_example
from dropout_viz.views.network.edges import draw_chosen, draw_edges, draw_lit, draw_weak_choice
from dropout_viz.views.network.labels import (
    Said,
    draw_alive,
    draw_captions,
    draw_counts,
    draw_headings,
    draw_hidden,
    draw_inputs,
    draw_note,
    draw_outputs,
    layer_headings,
    side_rooms,
)
from dropout_viz.views.network.layout import Layout, is_low, leaves_room, make_layout
from dropout_viz.views.network.legend import legend_rows
from dropout_viz.views.network.maps import draw_flow, draw_window
from dropout_viz.views.network.units import draw_biases, draw_units
from dropout_viz.views.network.words import Run, scale_words


@dataclass(frozen=True, eq=False)
class StillPicture:
    """What changes seldom: places, colours, legend, and the wording of the headings."""

    layout: Layout
    ink: Ink
    legend: list[list[LegendEntry]]
    headings: list[Heading]
    scaling: list[Run]
    alive: Said


@dataclass(frozen=True, eq=False)
class Scene:
    """One frame as it is painted, and as the mouse meets it."""

    reading: Reading
    still: StillPicture
    chips: list[Chip]
    buttons: list[Chip]
    scale: float

    @property
    def layout(self) -> Layout:
        return self.still.layout

    @property
    def ink(self) -> Ink:
        return self.still.ink


@dataclass(frozen=True)
class Pointer:
    """What is chosen and pointed at."""

    weight: Weight
    hover: Unit | Weight | None = None
    chip: Chip | None = None


class NetworkStage:
    """Builds scenes and paints them, keeping what it can from one frame to the next."""

    def __init__(self) -> None:
        self._ink: Ink | None = None
        self._still: tuple[tuple[object, ...], StillPicture] | None = None
        self._chips: tuple[tuple[object, ...], list[Chip], list[Chip]] | None = None
        self._sheet = PictureSheet()
        self._backdrop: tuple[StillPicture, list[Chip], QPixmap] | None = None

    def scene(
        self,
        name: str,
        reading: Reading,
        width: float,
        height: float,
        style: Style,
        scale: float,
        *,
        pressable: bool = True,
    ) -> Scene:
        """Build the scene of a run.

        Args:
            name: of the arm that it is, of several side by side; else ``""``.
            width, height: of the view in logical pixels; ``scale`` is device pixels for one of them.
            pressable: whether the row of examples can be used, else it names the one on show.
        """
        still = self._make_still(reading, width, height, style, scale)
        shown, number, follow = reading.shown.example, reading.pointed, reading.follow if reading.of_part else None
        key = (still, reading.data, number, shown, follow, name, pressable)
        if self._chips is None or self._chips[0] != key:
            row = (name, still.layout.chooser, still.ink)
            made = make_chips(reading.data, number, shown, follow, *row) if pressable else None
            chips = name_example(reading.data, shown, *row) if made is None else made
            self._chips = (key, chips, buttons(chips))
        return Scene(reading, still, *self._chips[1:], scale)

    def _make_still(self, reading: Reading, width: float, height: float, style: Style, scale: float) -> StillPicture:
        sizes, data = reading.sizes, reading.data
        biased = any(len(b) for b in reading.snapshot.biases)
        key = (
            width,
            height,
            scale,
            style,
            sizes,
            data,
            reading.of_part,
            reading.limits,
            reading.spans,
            reading.odd,
            tuple(shown.span for shown in reading.before),
            biased,
            reading.snapshot.used,
        )
        if self._still is not None and self._still[0] == key:
            return self._still[1]
        ui = ui_scale(width, height)
        ink = self._make_ink(reading, ui, style)
        low = is_low(height)
        rows = legend_rows(reading, ink, width - 24 * ui)
        if low or not leaves_room(height, legend_height(len(rows), ink)):
            rows = []
        circles = (not reading.before and is_circles(sizes[0], 0.6 * height), is_circles(sizes[-1], 0.6 * height))
        left, right = side_rooms(reading, ink, width, circles)
        captions = not low and any(not e.complete for e in reading.edges)
        layout = make_layout(
            width,
            height,
            sizes,
            data.image,
            maps=reading.map_shapes,
            left=left,
            right=right,
            legend=legend_height(len(rows), ink),
            note=reading.of_part and not low,
            caption=captions,
            scale=scale,
        )
        still = StillPicture(layout, ink, rows, layer_headings(layout, reading, ink), scale_words(reading), {})
        self._still = (key, still)
        return still

    def _make_ink(self, reading: Reading, ui: float, style: Style) -> Ink:
        most = max(len(e.weight) for e in reading.edges)
        thickest = (7.5 if most <= 24 else 4.5 if most <= 64 else 3.2) * ui
        if self._ink is None or (self._ink.style, self._ink.ui, self._ink.thickest) != (style, ui, thickest):
            self._ink = Ink(style, ui, thickest)
        return self._ink

    def paint(self, painter: QPainter, scene: Scene, pointer: Pointer, fine: bool) -> None:
        """Paint a scene over the whole of the painter's widget; ``fine`` spares nothing on smooth edges."""
        reading, layout, ink, scale, sheet = scene.reading, scene.layout, scene.ink, scene.scale, self._sheet
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        sheet.begin(painter, scale, ink)
        if is_vector(painter):
            painter.fillRect(QRectF(0, 0, layout.width, layout.height), ink.colour("panel"))
            self._paint_backdrop(painter, scene)
        else:
            area = QRectF(0, layout.area.top - 4, layout.width, layout.area.height + 8)
            painter.fillRect(area.toAlignedRect(), ink.colour("panel"))
            self._draw_backdrop(painter, scene)
        lit = reading.lit_by(pointer.hover)
        draw_edges(painter, layout, reading, ink, muted=bool(lit), fine=fine)
        draw_weak_choice(painter, layout, reading, ink, pointer.weight)
        draw_lit(painter, layout, reading, ink, lit)
        draw_flow(painter, layout, ink)
        draw_units(sheet, layout, reading, ink, scale)
        draw_hidden(sheet, layout, reading, ink)
        draw_biases(sheet, layout, reading, ink, scale)
        draw_chosen(sheet, layout, reading, ink, pointer.weight)
        draw_outputs(sheet, layout, reading, ink)
        if not layout.low:
            draw_alive(sheet, layout, reading, ink, scene.still.headings, scene.still.alive)
        draw_counts(sheet, layout, reading, ink, scene.still.scaling)
        draw_note(sheet, layout, reading, ink)
        if pointer.chip is not None:
            draw_buttons(painter, buttons([c for c in scene.chips if c == pointer.chip]), ink, pointer.chip)
        draw_example(sheet, scene.chips, reading.data, ink)
        sheet.end()
        self._paint_hover(painter, scene, pointer)

    def _draw_backdrop(self, painter: QPainter, scene: Scene) -> None:
        """Draw what stays, from a picture of it: its parts above, below and left of the network."""
        layout, ink, scale = scene.layout, scene.ink, scene.scale
        kept = self._backdrop
        if kept is None or kept[0] is not scene.still or kept[1] != scene.buttons:
            made = painted(
                layout.width, layout.height, scale, lambda p: self._paint_backdrop(p, scene), ground=ink.colour("panel")
            )
            kept = self._backdrop = (scene.still, scene.buttons, made)
        picture = kept[2]
        wide, top = picture.width(), math.floor((layout.area.top - 2) * scale)
        bottom, left = math.ceil((layout.area.bottom + 2) * scale), math.floor(layout.every[0].box.left * scale)
        above, below = QRectF(0, 0, wide, top), QRectF(0, bottom, wide, picture.height() - bottom)
        for part in (above, QRectF(0, top, left, bottom - top), below):
            painter.drawPixmap(part.topLeft() * (1 / scale), picture, part)

    @staticmethod
    def _paint_backdrop(painter: QPainter, scene: Scene) -> None:
        reading, layout, ink = scene.reading, scene.layout, scene.ink
        draw_headings(painter, layout, reading, ink, scene.still.headings)
        draw_inputs(painter, layout, reading, ink)
        draw_captions(painter, layout, reading, ink)
        draw_legend(painter, layout.legend, scene.still.legend, ink)
        draw_buttons(painter, scene.buttons, ink, None)

    @staticmethod
    def _paint_hover(painter: QPainter, scene: Scene, pointer: Pointer) -> None:
        thing = pointer.hover
        if thing is None:
            return
        units = [thing] if isinstance(thing, Unit) else thing.ends
        for unit in units:
            draw_ring(painter, scene.layout.column(unit.layer), unit.index, scene.ink)
            draw_window(painter, scene.layout, scene.reading, scene.ink, unit)
