"""A field for a number: its arrows lead to a number that is allowed, whatever stands in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.setup.number_box import NumberBox

_LIMITS = {
    "rate": {"whole": False, "low": 1e-300, "high": float("inf"), "logarithmic": True},
    "momentum": {"whole": False, "low": 0.0, "high": 1.0, "step": 0.05},
    "probability": {"whole": False, "low": 0.0, "high": 0.999, "step": 0.05},
    "step": {"whole": True, "low": 1, "high": 50_050, "step": 100},
    "units": {"whole": True, "low": 1, "high": 4096},
    "no limit": {"whole": False, "low": float("-inf"), "high": float("inf")},
}


@pytest.mark.parametrize("arrow", [Qt.Key.Key_Up, Qt.Key.Key_Down])
@pytest.mark.parametrize(
    "text", ["0", "-1", "5e-324", "1e308", "1e400", "-1e400", "nan", "9" * 400, "word", "", "1e-300"]
)
@pytest.mark.parametrize("kind", _LIMITS)
def test_the_arrows_find_a_number_from_whatever_is_typed(qtbot: QtBot, kind: str, text: str, arrow: Qt.Key) -> None:
    limits = _LIMITS[kind]
    box = NumberBox(**limits)  # type: ignore[arg-type]
    qtbot.addWidget(box)
    box.show_value(1)
    box.lineEdit().setText(text)
    with qtbot.captureExceptions() as raised:
        for _ in range(3):
            qtbot.keyClick(box, arrow)
    assert not raised
    shown = box.value()
    assert isinstance(shown, int | float)
    assert limits["low"] <= shown <= limits["high"]  # type: ignore[operator]
    assert abs(shown) < float("inf")


def test_a_field_of_powers_of_ten_begins_at_a_thousandth(qtbot: QtBot) -> None:
    box = NumberBox(whole=False, low=1e-300, high=float("inf"), logarithmic=True)
    qtbot.addWidget(box)
    box.lineEdit().setText("0")
    seen = []
    for _ in range(4):
        qtbot.keyClick(box, Qt.Key.Key_Up)
        seen.append(box.value())
    assert seen == [0.001, 0.002, 0.005, 0.01]


@pytest.mark.parametrize(
    ("kind", "begin", "lowest", "highest"),
    [
        ("rate", 0.05, 1e-300, 1e308),
        ("momentum", 0.9, 0, 1),
        ("probability", 0.5, 0, 0.95),
        ("units", 3500, 2500, 4096),
        ("step", 150, 100, 50_000),
        ("no limit", 3, -997, 1003),
    ],
)
@pytest.mark.parametrize("notches", [1000, -1000])
def test_a_long_turn_of_the_wheel_ends_at_the_last_number(
    qtbot: QtBot, kind: str, begin: float, lowest: float, highest: float, notches: int
) -> None:
    box = NumberBox(**_LIMITS[kind])  # type: ignore[arg-type]
    qtbot.addWidget(box)
    box.show()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    box.show_value(begin)
    with qtbot.captureExceptions() as raised:
        turn(box, 120 * notches)
    assert not raised
    end = highest if notches > 0 else lowest
    assert box.value() == pytest.approx(end, rel=1e-6)
    if end not in (-997, 1003, 2500):  # which are a thousand steps away
        with qtbot.assertNotEmitted(box.committed):
            turn(box, 120 if notches > 0 else -120)


def turn(box: NumberBox, angle: int) -> None:
    """Turn the wheel over a field."""
    at, keys = QPointF(box.rect().center()), Qt.KeyboardModifier.NoModifier
    button, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(box, QWheelEvent(at, at, QPoint(), QPoint(0, angle), button, keys, phase, False))
