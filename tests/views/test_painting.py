"""Whatever fails while painting: the painter ends, its place says so in a line, and the next picture is whole."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QStyledItemDelegate, QWidget
from pytestqt.qtbot import QtBot

import dropout_viz
from dropout_viz.app.export import svg
from dropout_viz.app.look.theme import palette
from dropout_viz.draw import style as look
from dropout_viz.draw.painting import Painted, Trouble, painting, saved
from dropout_viz.draw.plot import Plot
from dropout_viz.views.base import BaseView

STYLE = look.style("light")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """What the hook for errors that nobody catches is told."""
    heard: list[BaseException] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: heard.append(error))
    return heard


class Half(Painted):
    """Paints well, or fails half-way with states saved and a painter of its own under way."""

    fails: bool = False

    def draw(self, p: QPainter) -> None:
        p.fillRect(self.rect(), STYLE.panel)
        image = QImage(8, 8, QImage.Format.Format_RGB32)
        with painting(image) as own, saved(p):
            p.translate(50, 50)
            p.setClipRect(QRectF(0, 0, 1, 1))
            own.drawLine(0, 0, 8, 8)
            self.kept = weakref.ref(Thing(own))
            here = Thing(p)
            if self.fails:
                raise OverflowError(f"cannot convert\nfloat infinity {here}")
        p.fillRect(self.rect(), STYLE.accent)


class Thing:
    def __init__(self, painter: QPainter) -> None:
        self.painter = painter


def image_of(widget: QWidget) -> QImage:
    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    QWidget.render(widget, image)
    return image


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_what_cannot_be_drawn_says_so_in_a_line_and_the_next_frame_is_whole(
    qtbot: QtBot, told: list[BaseException]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setPalette(palette(STYLE))
    window.resize(300, 100)
    first, second = Half(window), Half(window)
    first.setGeometry(0, 0, 150, 100)
    second.setGeometry(150, 0, 150, 100)
    whole = image_of(window)
    first.fails = True
    window.show()
    qtbot.waitExposed(window)
    broken = image_of(window)
    assert broken.copy(150, 0, 150, 100) == whole.copy(150, 0, 150, 100)  # its neighbour does not suffer
    assert STYLE.accent not in colours(broken.copy(0, 0, 150, 100))
    assert len(colours(broken.copy(0, 0, 150, 100))) > 2  # letters
    error = told[0]
    assert isinstance(error, Trouble) and error.__traceback__ is None
    assert str(error).startswith("Cannot be drawn: cannot convert float infinity") and "\n" not in str(error)
    assert "OverflowError" in str(error) and "in draw" in error.trace
    first.fails = False
    assert image_of(window) == whole


def test_a_drawing_in_which_something_fails_is_a_drawing(qtbot: QtBot, told: list[BaseException]) -> None:
    widget = Half()
    qtbot.addWidget(widget)
    widget.resize(300, 100)
    widget.fails = True
    drawn = svg.encode(widget, STYLE.panel, {}).decode()
    assert "Cannot be drawn" in drawn and drawn.rstrip().endswith("</svg>")
    widget.fails = False
    assert "Cannot be drawn" not in svg.encode(widget, STYLE.panel, {}).decode()
    assert len(told) == 1


@pytest.mark.parametrize("part", ["overlay", "curve", "axis"])
def test_a_plot_says_what_fails_in_it(
    qtbot: QtBot, told: list[BaseException], monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    plot = Plot(STYLE)
    qtbot.addWidget(plot)
    plot.setPalette(palette(STYLE))
    plot.resize(300, 200)
    plot.show_range((0.0, 1.0), (0.0, 1.0))
    curve = plot.add_curve(lambda s: s.arm(0))
    curve.show([0.0, 1.0], [0.0, 1.0])
    whole = image_of(plot)
    fails = [True]

    def fail(painter: QPainter, *_: Any) -> None:
        if fails[0]:
            raise ValueError("math domain error")

    if part == "overlay":
        plot.overlays.append(fail)
    elif part == "curve":
        monkeypatch.setattr(curve, "draw", fail)
        plot.resetCachedContent()
    else:
        monkeypatch.setattr(plot.x_axis, "draw", fail)
        plot.resetCachedContent()
    broken = image_of(plot)
    assert broken != whole and plot.wrong == "Cannot be drawn: math domain error (ValueError)"
    assert isinstance(told[0], Trouble)
    monkeypatch.undo()
    monkeypatch.setattr(sys, "excepthook", lambda *_: None)
    fails[0] = False
    assert image_of(plot) == whole and plot.wrong == ""


def _classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(dropout_viz.__path__, "dropout_viz."):
        if module.name.startswith(("dropout_viz.views", "dropout_viz.app")):
            for thing in vars(importlib.import_module(module.name)).values():
                if isinstance(thing, type) and thing.__module__ == module.name:
                    yield thing


def _as_written(method: Any) -> Any:
    """Return a method without the handler that errors get on Python 3.11 (``draw/overrides.py``)."""
    return method.__wrapped__ if sys.version_info < (3, 12) else method


def test_no_widget_has_a_paint_event_of_its_own() -> None:
    """Every class that Qt asks to paint goes through the guard."""
    widgets = [c for c in _classes() if issubclass(c, QWidget)]
    assert len(widgets) > 40
    for kind in widgets:
        owner = next(c for c in kind.__mro__ if "paintEvent" in vars(c))
        ours = owner.__module__.startswith("dropout_viz")
        guarded = owner in (Painted, BaseView) or (
            issubclass(owner, QGraphicsView) and hasattr(_as_written(owner.paintEvent), "__wrapped__")
        )
        assert guarded or not ours, f"{kind.__module__}.{kind.__name__} paints unguarded"
    others = [c for c in _classes() if issubclass(c, QGraphicsItem | QStyledItemDelegate) and "paint" in vars(c)]
    for kind in others:
        names = _as_written(kind.paint).__code__.co_names  # none: it paints nothing
        assert not names or "guarded" in names, kind


def test_painters_come_from_one_place() -> None:
    """A painter that an exception may leave alive, or a state that it may leave saved, is made nowhere else."""
    root = Path(dropout_viz.__file__).parent
    for path in root.rglob("*.py"):
        if path.name != "painting.py":
            text = path.read_text(encoding="utf-8")
            found = re.findall(r"QPainter\([^)]*\)|\b(?:p|painter)\.(?:save|restore|end)\(\)", text)
            assert not found, f"{path.relative_to(root)}: {found}"
