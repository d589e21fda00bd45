"""The window for those who use keys and a screen reader: every view is reached by Tab and says what it shows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.platform import spoken
from dropout_viz.app.setup.number_box import NumberBox
from dropout_viz.app.window import Window
from dropout_viz.nn.parts import Unit
from tests.app.looking import at_step, panels, unpainted, workbench
from tests.app.timeline_hands import session_of


def _description(window: Window, key: str) -> str:
    return workbench(window).panel(key).load().accessibleDescription()


@pytest.fixture(autouse=True)
def sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spoken, "REST", 40)
    monkeypatch.setattr(spoken, "LEAST", 120)


def test_a_view_is_described_when_it_has_come_to_rest_and_not_again(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, told = workbench(window).panel("network").load(), []
    set_ = view.setAccessibleDescription
    monkeypatch.setattr(view, "setAccessibleDescription", lambda text: (told.append(text), set_(text)))
    session_of(window).run_to(12)  # what is said is of what is painted
    qtbot.waitUntil(lambda: view.accessibleDescription().startswith("Step 12, example 1"))
    assert view.accessibleDescription() == view.summary()
    said, asked = len(told), []
    monkeypatch.setattr(view, "summary", lambda: (asked.append(1), told[-1])[1])
    workbench(window).panel("network").show_frame(session_of(window).frame())  # the same once more
    assert not asked  # a frame starts a timer, no more
    qtbot.waitUntil(lambda: bool(asked))
    assert len(told) == said

    def summary() -> str:
        raise ValueError("no words")

    monkeypatch.setattr("sys.excepthook", lambda *_: None)
    monkeypatch.setattr(view, "summary", summary)
    view.refresh()
    qtbot.waitUntil(lambda: view.accessibleDescription() == "Cannot be told: no words (ValueError)")


def test_what_is_painted_late_is_told_all_the_same(window: Window, qtbot: QtBot) -> None:
    panel = workbench(window).panel("network")
    assert panel._spoken is not None
    teller = panel._spoken._timer
    with unpainted(window):  # as where the machine has much else to do
        session_of(window).run_to(12)
        qtbot.waitUntil(lambda: at_step(window, 12) and not teller.isActive())
        assert not _description(window, "network").startswith("Step 12")
    qtbot.waitUntil(lambda: _description(window, "network").startswith("Step 12, example 1"))


def test_every_view_is_reached_by_tab_and_one_that_cannot_show_the_run_says_why(window: Window, qtbot: QtBot) -> None:
    wanted = {panel.view for panel in panels(window) if panel.view is not None and panel.on_screen()}
    assert len(wanted) >= 3
    reached: list[QWidget | None] = []
    window.setFocus()
    for _ in range(400):
        qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        at = window.focusWidget()
        reached.append(at)
        for panel in panels(window):
            if panel.view is not None and panel.on_screen():
                assert bool(panel.header.property("focused")) == (panel.view is at)
        if wanted <= set(reached):
            break
    assert wanted <= set(reached)
    window.setFocus()
    assert not any(panel.header.property("focused") for panel in panels(window))
    panel = workbench(window).panel("features")
    workbench(window).layout.bring(panel)
    qtbot.waitUntil(lambda: bool(panel.instead))
    qtbot.waitUntil(lambda: _description(window, "features") == panel.instead)
    label = panel._instead
    assert label.focusPolicy() & Qt.FocusPolicy.TabFocus and label.text() == panel.load().summary()


def test_keys_of_the_window_and_of_the_view_go_together(window: Window, qtbot: QtBot) -> None:
    view, selection = workbench(window).panel("network").load(), session_of(window).selection
    view.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert selection.example == 1
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert selection.hover == Unit(1, 0)
    qtbot.waitUntil(lambda: "example 2" in view.accessibleDescription() and "unit 1" in view.accessibleDescription())
    qtbot.keyClick(view, Qt.Key.Key_Right)  # the window's: one step
    qtbot.waitUntil(lambda: "Step 1, example 2" in view.accessibleDescription())


def test_the_run_and_its_timeline_say_where_it_is(window: Window, qtbot: QtBot) -> None:
    session_of(window).run_to(12)
    transport = workbench(window).transport
    qtbot.waitUntil(lambda: transport.timeline.accessibleDescription() == "Step 12 of 12")
    said = transport.readout.accessibleDescription
    qtbot.waitUntil(lambda: said().startswith("step 12 / 60,000, epoch 12, sub-networks "))


def test_boxes_say_their_number(window: Window, qtbot: QtBot) -> None:
    """Qt tells readers the value of a box that is not one of its own from a property."""
    named = [box for box in window.findChildren(NumberBox) if box.accessibleName() == "Learning rate"]
    (box,) = [box for box in named if box.isVisible()]
    interface = QAccessible.queryAccessibleInterface(box)
    assert interface.valueInterface().currentValue() == 0.5
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "0.25")
    assert interface.valueInterface().currentValue() == 0.25
    qtbot.keyClicks(box, "x")
    assert interface.valueInterface().currentValue() is None
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert interface.valueInterface().currentValue() == 0.5
