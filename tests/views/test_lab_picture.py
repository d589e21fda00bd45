"""Pictures of labs: every kind is painted, at any size, and tells its numbers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.labs.figures.frame import spot_at
from dropout_viz.app.labs.figures.lines import graph_of
from dropout_viz.app.labs.figures.picture import PAINTERS, LabPicture, paint_figure, picture_of
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import ticks
from dropout_viz.draw.text import Shortened, first_lines, wrapped
from dropout_viz.labs import figures as f
from tests.labs.test_files import FIGURES

STYLE = look.style("light")


def name(figure: object) -> str:
    return figure.name if isinstance(figure, f.Figure) else str(figure)


@pytest.mark.thinned(2)
@pytest.mark.parametrize("size", [(240, 150), (420, 300), (800, 520), (1600, 900)], ids=str)
@pytest.mark.parametrize("figure", FIGURES, ids=name)
def test_every_kind_is_painted_and_stays_within(figure: f.Figure, size: tuple[int, int], qapp: QApplication) -> None:
    width, height = size
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(STYLE.panel))
    painter = QPainter(image)
    spots = paint_figure(painter, figure, QRectF(0, 0, width, height), STYLE)
    painter.end()
    assert spots
    assert all(-10 <= s.x <= width + 10 and -10 <= s.y <= height + 10 for s in spots)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(height, width)
    assert len(np.unique(pixels)) > 3


def test_every_kind_of_figure_has_a_painter_and_an_example() -> None:
    kinds = set(f.Figure.__subclasses__())
    assert set(PAINTERS) == kinds
    assert {type(figure) for figure in FIGURES} == kinds


@pytest.mark.parametrize("figure", FIGURES, ids=name)
def test_nothing_at_all_is_painted_too(figure: f.Figure, qapp: QApplication) -> None:
    """A lab that has found nothing yet, or nothing but what is no number."""
    from dataclasses import replace

    empty: dict[type, dict[str, object]] = {
        f.Lines: {"curves": [f.FigureCurve("a", [1, 2], [np.nan, np.nan], [np.nan] * 2, [np.nan] * 2)]},
        f.Bars: {"series": [f.FigureSeries("a", [np.nan, np.nan])]},
        f.HeatMap: {"values": np.full((1, 2), np.nan)},
        f.Violins: {"violins": [f.Violin("a", [])]},
        f.Dots: {"dots": []},
        f.Images: {"images": []},
        f.Roses: {"roses": [f.Rose("a", [], [])]},
    }
    image = picture_of(replace(figure, **empty[type(figure)]), (400, 300), 1, STYLE)
    assert image.width() == 400


def test_curves_lie_where_their_values_say() -> None:
    figure = f.Lines(
        name="l",
        title="T",
        x_label="n",
        y_label="e",
        log_x=True,
        curves=[f.FigureCurve("a", [1, 10, 100], [0.0, 5.0, 10.0])],
        marks=[f.FigureMark(7.0, "paper")],
    )
    graph = graph_of(figure, QRectF(0, 0, 200, 100))
    assert graph.px(1.0) == pytest.approx(100)
    assert graph.py(5.0) == pytest.approx(50)
    assert graph.y == (0.0, 10.0)


def test_hovering_names_the_point_and_gives_its_number(qtbot: QtBot) -> None:
    picture = LabPicture(STYLE)
    qtbot.addWidget(picture)
    picture.resize(600, 400)
    figure = f.Lines(
        name="l", title="T", x_label="step", y_label="error", curves=[f.FigureCurve("with", [0, 1], [0.25, 0.5])]
    )
    picture.show_figure(figure)
    picture.show()
    qtbot.waitExposed(picture)
    picture.grab()
    places = (QPointF(x, y) for x in range(0, 600, 5) for y in range(0, 400, 5))
    at = next(place for place in places if "0.5000" in picture.text_at(place))
    assert picture.text_at(at) == "with\nstep: 1.000\nerror: 0.5000"
    assert picture.text_at(QPointF(2, 2)) == ""
    picture.show_figure(None)
    assert picture.text_at(at) == ""


def test_of_several_spots_the_nearest_speaks(qapp: QApplication) -> None:
    figure = f.HeatMap(
        name="m",
        title="M",
        x_label="p",
        y_label="n",
        x=["0", ".5"],
        y=["1", "2"],
        values=np.array([[1.0, 2.0], [3.0, 4.0]]),
        value_label="loss",
    )
    image = QImage(500, 400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    spots = paint_figure(painter, figure, QRectF(0, 0, 500, 400), STYLE)
    painter.end()
    lowest = max(s.y for s in spots)  # row 0 is at the bottom, as on an axis
    at = min((s for s in spots if s.y == lowest), key=lambda s: s.x)
    found = spot_at(spots, QPointF(at.x + 3, at.y + 3))
    assert found is not None
    assert found.text == "n 1, p 0\nloss: 1.000"


def test_text_is_wrapped_to_its_room(qapp: QApplication) -> None:
    text = "one two three four five six seven"
    lines = wrapped(text, 11, 60)
    assert len(lines) > 2
    assert " ".join(lines) == text
    assert wrapped("", 11, 60) == ()
    assert first_lines(text, 11, 60, len(lines)) == lines
    begun = first_lines(text, 11, 60, 2)
    assert len(begun) == 2 and text.startswith(" ".join(begun).rstrip("…")) and begun[1].endswith("…")
    assert isinstance(begun[1], Shortened) and begun[1].whole == text
    assert first_lines(f"One. {text}", 11, 60, 2) == ("One.",)


@pytest.mark.parametrize(
    ("span", "most", "texts"),
    [
        ((0.0, 4.0), 5, ["1", "10", "100", "1,000", "10,000"]),
        ((2.0, 3.7), 6, ["100", "200", "500", "1,000", "2,000", "5,000"]),
        ((0.6, 1.4), 4, ["5", "10", "20"]),
        ((0.61, 0.91), 4, ["5", "6", "7", "8"]),
        ((-2.0, -1.0), 4, ["0.01", "0.02", "0.05", "0.1"]),
        ((-9.0, 0.0), 4, ["10⁻⁹", "10⁻⁶", "0.001", "1"]),
    ],
)
def test_a_logarithmic_axis_has_three_ticks_at_least(span: tuple[float, float], most: int, texts: list[str]) -> None:
    found = ticks(span, most, log=True)
    assert [text for _, text in found] == texts
    assert all(span[0] - 1e-6 <= value <= span[1] + 1e-6 for value, _ in found)
