"""Ten small turns of a touchpad are one notch of a wheel, whatever they turn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionSlider, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.setup.number_box import NumberBox
from dropout_viz.draw.wheel import Combo, Notches, Slider
from dropout_viz.draw.whole_box import WholeBox


def turned(angle: QPoint, pixels: QPoint, at: QPointF | None = None) -> QWheelEvent:
    at = at or QPointF(4, 4)
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    return QWheelEvent(at, at, pixels, angle, *none, Qt.ScrollPhase.NoScrollPhase, False)


WAYS = {
    "a notch": [(120, 0)],
    "ten turns of 12": [(12, 3)] * 10,
    "forty pixels": [(0, 4)] * 10,
    "eighths": [(15, 0)] * 8,
    "no even share": [(7, 0)] * 18,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sign", [1, -1])
def test_turns_are_collected(way: str, sign: int) -> None:
    notches = Notches()
    found = [notches.turn(turned(QPoint(0, sign * a), QPoint(0, sign * p))) for a, p in WAYS[way]]
    assert sum(found) == sign
    assert found[:-1] == [0] * (len(found) - 1)


def test_turning_back_begins_anew_and_sideways_counts_where_it_is_asked_for() -> None:
    notches = Notches()
    assert notches.turn(turned(QPoint(0, 100), QPoint())) == 0
    assert notches.turn(turned(QPoint(0, -100), QPoint())) == 0
    assert notches.turn(turned(QPoint(0, -20), QPoint())) == -1
    assert notches.turn(turned(QPoint(360, 0), QPoint())) == 0
    assert notches.turn(turned(QPoint(360, 0), QPoint()), sideways=True) == 3


def _combo() -> tuple[QWidget, Callable[[], float]]:
    combo = Combo()
    combo.addItems([str(n) for n in range(9)])
    combo.setCurrentIndex(5)
    return combo, lambda: -combo.currentIndex()


def _whole() -> tuple[QWidget, Callable[[], float]]:
    box = WholeBox(0, 90, "Balls")
    box.setValue(5)
    return box, lambda: box.value()


def _number() -> tuple[QWidget, Callable[[], float]]:
    box = NumberBox(whole=True, low=0, high=90)
    box.show_value(5)
    return box, lambda: float(box.value() or 0)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("make", [_combo, _whole, _number])
def test_every_field_goes_one_step(
    qtbot: QtBot, make: Callable[[], tuple[QWidget, Callable[[], float]]], way: str
) -> None:
    field, value = make()
    qtbot.addWidget(field)
    field.show()
    qtbot.waitExposed(field)
    field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    before = value()
    for angle, pixels in WAYS[way]:
        QApplication.sendEvent(field, turned(QPoint(0, angle), QPoint(0, pixels)))
    assert value() == before + 1


def test_a_choice_is_not_changed_in_passing(qtbot: QtBot) -> None:
    combo, value = _combo()
    qtbot.addWidget(combo)
    combo.show()
    event = turned(QPoint(0, 120), QPoint())
    QApplication.sendEvent(combo, event)
    assert value() == -5
    assert not event.isAccepted()  # the page scrolls


@pytest.mark.qt_log_ignore(r"This plugin does not support .*")  # to raise the words
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0,5", "0,5: must be a whole number from 1 to 500"),
        ("1.5", "1.5: must"),
        ("1.000", "1.000: must"),
        ("900", "900: must be"),
        ("abc", "abc: must"),
    ],
)
def test_a_whole_box_refuses_in_words_and_keeps_its_number(qtbot: QtBot, text: str, said: str) -> None:
    box = WholeBox(1, 500, "Balls")
    qtbot.addWidget(box)
    box.setValue(7)
    box.show()
    heard: list[str] = []
    box.refused.connect(heard.append)
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), text)
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    assert box.value() == 7
    assert box.text() == "7"
    assert heard and heard[0].startswith(said)


@pytest.mark.parametrize(("text", "value"), [("12", 12), ("1e2", 100), ("1,000", 1000)])
def test_a_whole_box_reads_what_people_type(qtbot: QtBot, text: str, value: int) -> None:
    box = WholeBox(1, 5000, "Steps")
    box.setPrefix("n = ")
    qtbot.addWidget(box)
    box.show()
    box.lineEdit().selectAll()
    qtbot.keyClicks(box.lineEdit(), text)
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    assert box.value() == value


@pytest.mark.parametrize("reason", [Qt.FocusReason.TabFocusReason, Qt.FocusReason.MouseFocusReason])
def test_keys_move_a_slider_that_a_key_has_led_to(reason: Qt.FocusReason, qtbot: QtBot) -> None:
    window, steps = QWidget(), []
    slider = Slider(Qt.Orientation.Horizontal, window)
    QShortcut(QKeySequence(Qt.Key.Key_Right), window, lambda: steps.append(1))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    slider.clearFocus()
    slider.setFocus(reason)
    qtbot.waitUntil(slider.hasFocus)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    by_key = reason == Qt.FocusReason.TabFocusReason
    assert (slider.value(), steps) == ((1, []) if by_key else (0, [1]))


def test_a_slider_goes_to_where_it_is_clicked(qtbot: QtBot) -> None:
    slider = Slider(Qt.Orientation.Horizontal)
    qtbot.addWidget(slider)
    slider.setRange(0, 90)
    slider.setPageStep(10)
    slider.resize(220, 30)
    slider.show()
    released: list[int] = []
    slider.sliderReleased.connect(lambda: released.append(slider.value()))
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    handle = (
        slider.style()
        .subControlRect(QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider)
        .width()
    )
    for wanted in (70, 20, 90, 0):
        across = handle / 2 + wanted / 90 * (slider.width() - handle)
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(across), 15))
        assert abs(slider.value() - wanted) <= 2
    assert len(released) == 4, "a click is finished"
    qtbot.mouseClick(slider, Qt.MouseButton.RightButton, pos=QPoint(110, 15))
    assert slider.value() <= 2


@pytest.mark.parametrize("text", ["77", "zz"])
def test_escape_leaves_a_whole_box_as_it_was(qtbot: QtBot, text: str) -> None:
    around, told = QWidget(), list[int]()
    qtbot.addWidget(around)
    box = WholeBox(1, 500, "Balls", around)
    box.setPrefix("k = ")
    box.setValue(7)
    box.valueChanged.connect(told.append)
    around.show()
    qtbot.waitExposed(around)
    around.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    box.selectAll()
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert (box.text(), box.value(), told, box.hasFocus()) == ("k = 7", 7, [], False)
