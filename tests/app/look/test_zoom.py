"""The interface at every zoom: nothing is cut, nothing is left of it at 100 %, and no picture knows of it."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QSettings, Qt, QTimer
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget, QWidgetItem
from pytestqt.qtbot import QtBot

from dropout_viz.app.export.canvas import FigureCanvas, deliver_events
from dropout_viz.app.export.shot import WINDOW, Shot
from dropout_viz.app.look import zoom
from dropout_viz.app.look.scaling import add_space, rescale
from dropout_viz.app.window import Window
from dropout_viz.draw.painting import Painted
from tests.app.conftest import Open
from tests.app.looking import workbench
from tests.app.panels.test_small_windows import rest, wrong_places
from tests.app.timeline_hands import session_of

HELD = Qt.KeyboardModifier.ControlModifier


def at_rest(window: Window, qtbot: QtBot) -> None:
    """Wait until the zoom has reached everything that is seen."""
    qtbot.waitUntil(lambda: not workbench(window).restyling.under_way and not workbench(window)._styling.isActive())
    qtbot.waitUntil(lambda: not workbench(window).presentation.moving)
    rest(window, qtbot)
    views = [panel.view for panel in workbench(window).views if panel.view is not None]
    qtbot.waitUntil(lambda: not workbench(window).clock.ticking and not any(view.busy for view in views))
    qtbot.waitUntil(lambda: not any(timer.isActive() for view in views for timer in view.findChildren(QTimer)))


Places = list[tuple[str, QRect]]


def look(window: Window) -> tuple[Places, NDArray[np.int16]]:
    """Return where everything is, and a picture."""
    deliver_events()
    parts = workbench(window)
    in_bars = [child for bar in (parts.top_bar, parts.transport) for child in bar.findChildren(QWidget)]
    shown = [w for w in (parts.top_bar, parts.transport, *in_bars, *parts.layout.panels) if w.isVisible()]
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)
    return [(w.accessibleName() or w.objectName(), w.geometry()) for w in shown], pixels.astype(np.int16)


def differences(one: tuple[Places, NDArray[np.int16]], other: tuple[Places, NDArray[np.int16]]) -> list[str]:
    """Return in what two windows differ: letters may lie a fraction of a pixel elsewhere."""
    found = [f"{name}: {at}" for name, at in {*map(_told, one[0])} ^ {*map(_told, other[0])}]
    if one[1].shape != other[1].shape:
        return [*found, f"pictures of {one[1].shape} and {other[1].shape}"]
    pixels = np.abs(one[1] - other[1]).max(axis=2) > 24
    if pixels.mean() >= 0.004:
        down, across = np.nonzero(pixels)
        found.append(f"{pixels.mean():.2%} of the pixels, {across.min()}-{across.max()} x {down.min()}-{down.max()}")
    return found


def _told(place: tuple[str, QRect]) -> tuple[str, tuple[int, ...]]:
    return place[0], place[1].getRect()


def alike(one: tuple[Places, NDArray[np.int16]], other: tuple[Places, NDArray[np.int16]]) -> bool:
    """Whether two windows look alike."""
    return not differences(one, other)


def picture(window: Window, what: str) -> QImage:
    """Return a picture as the window would export it, in a size of its own."""
    frame = session_of(window).frame()
    with FigureCanvas(workbench(window).finder.shot(frame, what, (640, 480), 1.0), frame) as canvas:
        return canvas.image()


def test_keys_change_it_and_put_it_back_and_no_picture_knows(window: Window, qtbot: QtBot) -> None:
    settings, stages = window.settings, workbench(window).stages
    assert settings is not None
    at_rest(window, qtbot)
    plain, pictures = look(window), [picture(window, what) for what in ("network", WINDOW)]
    scales = []
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Plus, Qt.Key.Key_Minus):
        qtbot.keyClick(window, key, HELD)
        scales.append(window.theme.style.scale)
    assert scales == [1.1, 1.25, 1.5, 1.25] and settings.value("zoom") == 125
    at_rest(window, qtbot)
    zoomed, kept = look(window), stages.now()
    assert not alike(zoomed, plain)
    title = workbench(window).panel("network").header.name
    assert title.height() * 1.25 == pytest.approx(QWidget.height(title), abs=1.5)
    assert [picture(window, what) for what in ("network", WINDOW)] == pictures
    qtbot.keyClick(window, Qt.Key.Key_Minus, HELD)
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Minus, HELD)
    assert zoom.remembered(settings) == 0.8
    qtbot.keyClick(window, Qt.Key.Key_0, HELD)
    at_rest(window, qtbot)
    assert settings.value("zoom") == 100
    assert differences(look(window), plain) == []
    assert stages.put(kept), "what is remembered is what was meant, not what became of it"
    at_rest(window, qtbot)
    assert differences(look(window), plain) == []


@pytest.mark.slow
def test_it_is_remembered(open_window: Open, qtbot: QtBot, settings: QSettings) -> None:
    settings.setValue("zoom", 90)
    window = open_window()
    assert window.theme.style.scale == 0.9
    at_rest(window, qtbot)
    assert workbench(window).transport.play.iconSize().width() == 18


@pytest.mark.slow
@pytest.mark.parametrize("percent", [70, 125, 150, 200])
def test_nothing_is_outside_or_lies_over_anything(window: Window, qtbot: QtBot, percent: int) -> None:
    parts = workbench(window)
    size = window.size()
    try:
        window.theme.set_scale(percent / 100)
        at_rest(window, qtbot)
        for wide, high in ((900, 520), (1280, 800)):
            window.resize(wide, high)
            at_rest(window, qtbot)
            qtbot.waitUntil(lambda: wrong_places(window) == [])
            assert window.size().toTuple() == (wide, high)
        window.resize(900, 520)
        at_rest(window, qtbot)
        parts.layout.bring_view("loss")
        qtbot.waitUntil(lambda: wrong_places(window) == [] and parts.panel("loss").on_screen())
    finally:
        window.theme.set_scale(1.0)
        window.resize(size)
        at_rest(window, qtbot)
    assert [p.key for p in parts.layout.panels if p.on_screen()] == ["setup", "network", "loss", "landscape"]


@pytest.mark.parametrize("said", ["", "huge", "40", "400", "1e9", "9" * 5000])
def test_what_is_remembered_may_be_spoilt(settings: QSettings, said: str) -> None:
    settings.setValue("zoom", said)
    assert zoom.remembered(settings) == 1.0


class _Notes(Painted):
    """Notes where it was told the mouse is, and how large it was when it was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[float, float]] = []
        self.setMinimumSize(30, 20)

    def draw(self, p: QPainter) -> None:
        self.told.append((self.width(), p.transform().m11()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.told.append(event.position().toTuple())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.told.append(event.position().toTuple())


def test_what_paints_itself_measures_in_units(qtbot: QtBot) -> None:
    notes = _Notes()
    qtbot.addWidget(notes)
    notes.resize(200, 100)
    notes.take_zoom(2.0)
    notes.grab()
    at, none = QPointF(60, 40), Qt.MouseButton.NoButton
    event = QMouseEvent(QMouseEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)
    notes.event(event)
    assert notes.told == [(100, 2.0), (30.0, 20.0)]
    assert notes.minimumSize().toTuple() == (60, 40)


def test_lengths_come_back_exactly_through_any_zooms(qtbot: QtBot) -> None:
    part, label = QWidget(), QLabel("so")
    qtbot.addWidget(part)
    row = QHBoxLayout(part)
    row.setContentsMargins(5, 3, 7, 1)
    row.setSpacing(9)
    add_space(row, 5)
    row.addWidget(label)
    row.addWidget(notes := _Notes())
    label.setFixedWidth(77)
    for percent in (*zoom.PERCENTS, *reversed(zoom.PERCENTS), 100):
        rescale(part, percent / 100)
        assert row.itemAt(0).sizeHint().width() == round(5 * percent / 100)
        assert label.width() == round(77 * percent / 100) or label.maximumWidth() == round(77 * percent / 100)
    sides = row.contentsMargins()
    assert (sides.left(), sides.top(), sides.right(), sides.bottom(), row.spacing()) == (5, 3, 7, 1, 9)
    assert row.itemAt(0).spacerItem().sizeHint().width() == 5
    assert label.maximumWidth() == 77 and label.font().pixelSize() == 13
    assert notes.minimumSize().toTuple() == (30, 20)


def test_what_a_layout_has_made_for_its_widgets_is_not_taken_hold_of(qtbot: QtBot) -> None:
    """Qt deletes it with the widget and tells nobody: PySide would take what lies there next for it, and crash."""

    def held() -> int:
        return sum(type(one) is QWidgetItem for one in gc.get_objects())

    part = QWidget()
    qtbot.addWidget(part)
    column, inner = QVBoxLayout(part), QHBoxLayout()
    column.addLayout(inner)
    for row in (column, inner):
        row.addWidget(QLabel("so"))
        add_space(row, 5)
    before = held()
    rescale(part, 1.5)
    assert held() == before
    assert inner.itemAt(1).sizeHint().width() == round(1.5 * 5)


def test_a_shot_has_no_zoom() -> None:
    assert not {"zoom", "scale_of_text"} & set(Shot().facts()), "pictures keep their own scale"


def sizes(window: Window) -> dict[str, tuple[int, int]]:
    return {p.key: p.size().toTuple() for p in workbench(window).layout.panels if p.on_screen()}


def test_what_came_of_a_zoom_on_a_busy_machine_goes_with_it(window: Window, qtbot: QtBot) -> None:
    at_rest(window, qtbot)
    before = sizes(window)
    window.theme.set_scale(1.5)
    window.theme.set_scale(1.0)  # before the first one has come to anything
    at_rest(window, qtbot)
    assert sizes(window) == before
    loss = workbench(window).panel("loss")
    loss.setMinimumWidth(800)  # as where a part takes its zoom late
    window.theme.set_scale(1.1)
    window.theme.set_scale(1.0)
    at_rest(window, qtbot)
    assert sizes(window) != before
    loss.setMinimumSize(0, 0)  # its layout sets the least size again
    qtbot.waitUntil(lambda: sizes(window) == before)
    at_rest(window, qtbot)


@pytest.mark.slow
def test_any_zooms_and_sizes_and_coming_back_leave_nothing(window: Window, qtbot: QtBot) -> None:
    parts, own = workbench(window), window.size()
    window.resize(1280, 800)
    at_rest(window, qtbot)
    before = sizes(window)
    acts = {
        "+": parts.zoom.larger,
        "-": parts.zoom.smaller,
        "0": parts.zoom.reset,
        "p": parts.presentation.toggle,
        "m": lambda: parts.layout.toggle_maximised(parts.panel("loss")),
        "r": lambda: window.resize(900, 520),
        "R": lambda: window.resize(1280, 800),
    }
    for sequence in ("+++0pp", "++++++0", "m+++0m", "++rR0", "++++rpp0R", "---0"):
        for restful in (True, False):
            for key in sequence:
                acts[key]()
                at_rest(window, qtbot) if restful else None
            at_rest(window, qtbot)
            qtbot.waitUntil(lambda: sizes(window) == before)
    window.resize(own)
    at_rest(window, qtbot)
