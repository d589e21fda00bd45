"""The whole picture: heading, large curve and multiples. What changes seldom is painted once and copied."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from dropout_viz.analysis.probes import Rolling
from dropout_viz.analysis.questions.landscape import Array, Scene
from dropout_viz.draw import brush
from dropout_viz.draw import style as look
from dropout_viz.draw.cell_grid import paint_frame, paint_labels
from dropout_viz.draw.ink import Ink
from dropout_viz.draw.painting import painted
from dropout_viz.draw.palette import Palette, palette
from dropout_viz.draw.text import draw_text, fitting_ends, live_width
from dropout_viz.draw.tip import draw_tip
from dropout_viz.nn.parts import Unit, Weight
from dropout_viz.views.landscape import words
from dropout_viz.views.landscape.cells import Cells
from dropout_viz.views.landscape.chart import Chart
from dropout_viz.views.landscape.layout import Layout
from dropout_viz.views.weight_names import Names

_SECOND = 29.5  # middle of the second line, from the top of the first


@dataclass(frozen=True, eq=False)
class ShownSlices:
    """All that the picture depends on.

    Attributes:
        chart: the large curve's mapping to pixels, or None where the curve has no finite value.
        shades: the colours of the chosen weight's zones, then of each multiple's.
        trail: past values of the chosen weight and the losses at the time.
        probes: those that roll, where they are (n,), and whether all have arrived; None where there are none.
        hover: what the mouse is over, in whichever view; reading: the value of the chosen weight under it, or None.
    """

    scene: Scene
    names: Names
    layout: Layout
    chart: Chart | None
    shades: list[list[int]]
    trail: tuple[Array, Array]
    probes: tuple[Rolling, Array, bool] | None
    hover: Unit | Weight | None
    reading: float | None
    style: look.Style
    fine: bool


class SlicePicture:
    """Paints what is shown."""

    def __init__(self) -> None:
        self._ground: QPixmap | None = None
        self._key: object = None

    def paint(self, p: QPainter, shown: ShownSlices) -> None:
        """Paint everything into the widget that ``shown.layout`` was made for."""
        colours = palette(shown.style)
        second, caption = _second(shown), _caption(shown)
        still = (second[1], caption[1])
        if shown.fine:
            _paint_ground(p, shown, still, colours)
        else:
            p.drawPixmap(0, 0, self._painted_ground(p, shown, still, colours))
        _paint_head(p, shown, second[0], colours)
        if shown.chart is not None:
            _paint_chart(p, shown, shown.chart, colours)
        if shown.layout.caption is not None:
            _paint_multiples(p, shown, caption[0], colours)

    def _painted_ground(self, p: QPainter, shown: ShownSlices, still: tuple[str, str], colours: Palette) -> QPixmap:
        """Return the picture of all that stays the same from frame to frame."""
        ratio = brush.pixels(p)
        axes = (shown.chart.span, shown.chart.weights) if shown.chart is not None else None
        key = (ratio, shown.layout, shown.style.name, axes, shown.scene.chosen.place, shown.names, still)
        if self._ground is None or key != self._key:
            width, height = shown.layout.size
            self._key = key
            self._ground = painted(
                width, height, ratio, lambda own: _paint_ground(own, shown, still, colours), smooth=False
            )
        return self._ground


def _paint_ground(p: QPainter, shown: ShownSlices, still: tuple[str, str], colours: Palette) -> None:
    """Paint the axes, the names and the right ends of the small lines of text."""
    layout = shown.layout
    p.fillRect(QRectF(0, 0, *layout.size), colours.panel)
    paint_labels(p, layout.labels, colours.dim)
    draw_text(p, layout.head.right(), layout.head.top() + _SECOND, still[0], look.SMALL, colours.dim, align=1.0)
    if (caption := layout.caption) is not None:
        draw_text(p, caption.right(), caption.center().y(), still[1], look.SMALL, colours.dim, align=1.0)
    if shown.chart is not None:
        name = f"value of {shown.names.weight(shown.scene.chosen.place)}" if layout.named else ""
        shown.chart.paint_axes(p, colours, name)
        return
    p.setPen(QColor(shown.style.warning))
    p.setFont(look.font(look.BODY))
    text = "The loss is not a number anywhere along this weight: the run has diverged."
    p.drawText(layout.plot, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)


def _paint_head(p: QPainter, shown: ShownSlices, held: str, colours: Palette) -> None:
    area, scene = shown.layout.head, shown.scene
    title, middle = words.title(shown.names, scene.chosen), area.top() + 10
    draw_text(p, area.left(), middle, title, look.TITLE, colours.text, bold=True, live=True)
    room = area.width() - live_width(title, look.TITLE, True) - 14
    right = area.right()
    results = words.results(scene) if shown.chart is not None else ()
    for text, colour in zip(results, (colours.text, colours.dim), strict=False):
        width = live_width(text, look.BODY) + 4
        if width > room:
            break
        draw_text(p, right, middle, text, look.BODY, colour, align=1.0, live=True)
        right -= width + 8
        room -= width + 8
    draw_text(p, area.left(), area.top() + _SECOND, held, look.SMALL, colours.dim, live=True)


def _second(shown: ShownSlices) -> tuple[str, str]:
    """Return both ends of the second line: what is held, and which surface it is."""
    stretch = 1.0 if shown.chart is None else shown.chart.span.stretch
    left, right = words.held(shown.scene, stretch), words.surface(shown.scene)
    if shown.probes is not None:
        rolling, _, arrived = shown.probes
        left = words.frozen(shown.scene)
        right = words.caught(rolling.counts.tolist()) if arrived else right
    return fitting_ends(left, right, look.SMALL, shown.layout.head.width())


def _caption(shown: ShownSlices) -> tuple[str, str]:
    """Return both ends of the line above the multiples: the weight under the mouse, or what they are."""
    if shown.layout.caption is None:
        return "", ""
    caption = shown.layout.multiples.caption
    said = [f"{caption}: click one to see it large", caption]
    left, right = fitting_ends(
        said, ["each on its own scale", "own scales", ""], look.SMALL, shown.layout.caption.width()
    )
    if isinstance(shown.hover, Weight):
        for curve in shown.scene.multiples:
            if curve.place == shown.hover:
                return f"{words.title(shown.names, curve)}, {words.zones(curve)}", right
    return left, right


def _paint_chart(p: QPainter, shown: ShownSlices, chart: Chart, colours: Palette) -> None:
    curve, shades = shown.scene.chosen, shown.shades[0]
    shade = shades[curve.zone]
    chart.paint(p, colours, curve, shades, shown.fine)
    chart.paint_trail(p, *shown.trail, colours.ball[shade % len(colours.ball)])
    chart.paint_ball(p, colours, curve, shade)
    if shown.probes is not None:
        rolling, at, arrived = shown.probes
        chart.paint_probes(p, colours, at, np.interp(at, curve.t, curve.losses), rolling.zone, shades)
        if arrived:
            chart.paint_counts(p, colours, curve.zones.borders, rolling.counts.tolist())
    if shown.reading is not None:
        _paint_reading(p, shown, chart, shown.reading, colours)


def _paint_reading(p: QPainter, shown: ShownSlices, chart: Chart, t: float, colours: Palette) -> None:
    """Mark the point of the curve above or below the mouse and give its numbers."""
    curve = shown.scene.chosen
    loss = float(np.interp(t, curve.t, curve.losses))
    if not math.isfinite(loss):
        return
    x, y = float(chart.x(t)), float(chart.y(loss))
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    p.setPen(QPen(colours.text, 1.5))
    p.setBrush(colours.panel)
    p.drawEllipse(QPointF(x, y), 4, 4)
    end, foot = shown.layout.size[0], chart.area.bottom()  # it covers neither the axis nor the button there
    draw_tip(p, end, foot, Ink(shown.style, 1.0, 1.0), words.reading(curve, t, loss), x, y)


def _paint_multiples(p: QPainter, shown: ShownSlices, caption: str, colours: Palette) -> None:
    scene, layout, hover = shown.scene, shown.layout, shown.hover
    assert layout.caption is not None
    line = layout.caption
    draw_text(p, line.left(), line.center().y(), caption, look.SMALL, colours.dim, live=True)
    cells = Cells(scene.multiples, scene.request.ranges[1:], layout.cells)
    cells.paint(p, colours, shown.shades[1:], shown.fine)
    for area, place in zip(layout.cells, scene.request.places, strict=True):
        if place == scene.chosen.place:
            paint_frame(p, area, colours.text, 2.0)
        elif place.is_of(hover):
            paint_frame(p, area, colours.text, 1.0)
