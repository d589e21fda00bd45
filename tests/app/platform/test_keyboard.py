"""The window by keys alone: Tab comes to all that is seen and to nothing else, and the focus is always to be seen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.look import theme as theme_module
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.window import Window
from dropout_viz.views.loss.view import View as Loss
from tests.app.conftest import Open
from tests.app.looking import workbench
from tests.app.timeline_hands import session_of
from tests.views.loss_case import turn

BY_KEY = Qt.FocusReason.TabFocusReason


def stops(window: Window) -> list[QWidget]:
    """Press Tab until the focus is back where it came to first."""
    window.activateWindow()
    window.setFocus()
    found: list[QWidget] = []
    while len(found) < 200:
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        if found and focus is found[0]:
            return found
        found.append(focus)
    raise AssertionError("Tab does not come round")


def drawn(widget: QWidget) -> QImage:
    return widget.grab().toImage()


@pytest.mark.parametrize("preset", ["three-lines", "digits"])
def test_tab_comes_to_what_is_seen_and_all_of_it_has_a_name(
    show_run: Open, window: Window, qtbot: QtBot, preset: str
) -> None:
    if preset != "three-lines":
        show_run(preset)
    open_views = [panel for panel in workbench(window).views if panel.on_screen()]
    qtbot.waitUntil(lambda: not workbench(window).layout.fitting and all(p.shown is not None for p in open_views))
    found = stops(window)
    assert len(found) > 40
    for widget in found:
        said = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
        assert widget.isVisible() and said, type(widget).__name__
        assert not (isinstance(widget, QTabBar) and widget.visibleRegion().isEmpty()), said
    back = QApplication.focusWidget()
    QTest.keyClick(back, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is found[-1], "and back"
    assert {panel.view for panel in workbench(window).views if panel.on_screen()} <= set(found)


def test_tab_reads_the_window_part_by_part_and_f6_leaps(window: Window, qtbot: QtBot) -> None:
    bench = workbench(window)
    form = bench.setup.fill()
    qtbot.waitUntil(lambda: bench.panel("landscape").shown is not None)
    network, loss = bench.panel("network"), bench.panel("loss")
    every = [bench.top_bar, bench.setup, network, loss, bench.panel("landscape"), bench.transport]
    found = stops(window)
    of = [next((at for at, part in enumerate(every) if part.isAncestorOf(stop)), None) for stop in found]
    assert of == sorted(at for at in of if at is not None), "each part at one go, as they are read"
    assert set(of) == set(range(len(every)))
    assert next(stop for at, stop in zip(of, found, strict=True) if at == 2) is network.view, "then its title bar"
    rows = [form.editor(key).inner for key in ("data", "hidden", "p_hidden", "learning_rate", "seed")]
    assert [stop for stop in found if stop in rows] == rows, "from above"
    window.setFocus()
    leapt = []
    for _ in every:
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F6)
        leapt.append(next(at for at, part in enumerate(every) if part.isAncestorOf(QApplication.focusWidget())))
    assert leapt == list(range(len(every)))
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert bench.panel("landscape").isAncestorOf(QApplication.focusWidget())


@pytest.mark.parametrize(
    ("preset", "key"), [("three-lines", "loss"), ("three-lines", "landscape"), ("moons", "sketch")]
)
def test_what_a_view_holds_comes_right_after_it(
    show_run: Open, window: Window, qtbot: QtBot, preset: str, key: str
) -> None:
    """The way back of a zoomed Loss, the probes of one weight, what moves the balls of a drawing."""
    show_run(preset) if preset != "three-lines" else None
    bench = workbench(window)
    panel = bench.panel(key)
    bench.layout.bring(panel)
    qtbot.waitUntil(lambda: panel.on_screen() and panel.shown is not None and not bench.layout.fitting)
    view = panel.load()
    session_of(window).run_to(50)
    qtbot.waitUntil(lambda: panel.shown is not None and panel.shown.snapshot.step == 50)
    if key == "loss":
        assert isinstance(view, Loss)
        turn(view.loss, 20, 1)
    elif key == "landscape":
        for _ in range(3):
            QTest.keyClick(view, Qt.Key.Key_W)
    held = [stop for stop in view.stops() if stop is not view]
    qtbot.waitUntil(lambda: all(stop.isVisible() for stop in held))
    found = stops(window)
    at = found.index(view)
    assert held and found[at + 1 : at + 1 + len(held)] == held
    assert panel.header.isAncestorOf(found[at + 1 + len(held)])


def test_tab_goes_on_from_where_a_click_gave_the_keys(window: Window, qtbot: QtBot) -> None:
    network = workbench(window).panel("network")
    qtbot.waitUntil(lambda: network.shown is not None)
    window.activateWindow()
    network.load().setFocus(Qt.FocusReason.MouseFocusReason)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert network.header.isAncestorOf(QApplication.focusWidget())


def test_arrows_turn_the_tabs_of_panels(show_run: Open, window: Window, qtbot: QtBot) -> None:
    show_run("digits")
    parts = workbench(window)
    qtbot.waitUntil(lambda: parts.panel("features").on_screen() and not parts.layout.fitting)
    (bar,) = (b for b in window.findChildren(QTabBar) if not b.visibleRegion().isEmpty())
    plain = drawn(bar)
    bar.setFocus(BY_KEY)
    assert drawn(bar) != plain, "the focus is seen"
    step = window.session.status.step if window.session is not None else -1
    QTest.keyClick(bar, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: parts.panel("confusion").on_screen())
    assert window.session is not None and window.session.status.step == step, "the run stays where it is"


def test_a_button_that_is_on_shows_the_focus(window: Window) -> None:
    button = workbench(window).top_bar.setup
    button.setChecked(True)
    plain = drawn(button)
    button.setFocus(BY_KEY)
    assert drawn(button) != plain


def test_the_theme_follows_the_desktop_until_one_is_chosen(
    qtbot: QtBot, settings: QSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = QGuiApplication.styleHints()
    theme = Theme()
    window = Window(settings, theme)
    qtbot.addWidget(window)
    for name, scheme in (("light", Qt.ColorScheme.Light), ("dark", Qt.ColorScheme.Dark)):
        monkeypatch.setattr(theme_module, "preferred", lambda name=name: name)
        hints.colorSchemeChanged.emit(scheme)
        assert theme.style.name == name
    assert not settings.contains("theme"), "nobody has chosen one"
    theme.toggle()
    assert theme.style.name == "light" and settings.value("theme") == "light"
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.style.name == "light"


def test_tab_passes_what_stands_behind_another_panel(window: Window, qtbot: QtBot) -> None:
    bench = workbench(window)
    behind, front = bench.panel("landscape"), bench.panel("plane")
    qtbot.waitUntil(lambda: behind.shown is not None)
    bench.layout.bring(front)
    qtbot.waitUntil(lambda: front.on_screen() and not behind.on_screen())
    found = stops(window)
    assert any(front.isAncestorOf(stop) for stop in found)
    assert not any(behind.isAncestorOf(stop) for stop in found)


def test_before_an_audience_the_window_has_the_keys(window: Window, qtbot: QtBot) -> None:
    """Before an audience the slider is gone: Space is not to press whatever stands next to it."""
    bench = workbench(window)
    box = bench.setup.fill().editor("learning_rate").inner
    assert box is not None
    window.activateWindow()
    box.setFocus()
    bench.presentation.toggle()
    qtbot.waitUntil(lambda: not box.isVisible())
    assert window.focusWidget() is window
    bench.presentation.finish()


def test_f6_finds_labs_and_a_lesson(window: Window, qtbot: QtBot) -> None:
    bench = workbench(window)
    bench.labs.open("paired")
    qtbot.waitUntil(lambda: bench.labs.on_screen() and bench.labs.body is not None and bench.labs.body.page.isVisible())
    window.activateWindow()
    bench.top_bar.welcome.setFocus()
    found = []
    for _ in range(8):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F6)
        found.append(QApplication.focusWidget())
    assert any(bench.labs.isAncestorOf(widget) for widget in found if widget is not None)


def test_a_branch_is_made_by_keys_alone(window: Window, qtbot: QtBot) -> None:
    bench = workbench(window)
    session = session_of(window)
    session.run_to(7)
    qtbot.waitUntil(lambda: session.frame().snapshot.step == 7)
    window.activateWindow()
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    card = bench.timeline.branch
    qtbot.waitUntil(card.isVisible)
    passed = []
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        passed.append(QApplication.focusWidget())
    assert card.back in passed and card.go in passed
    card.editors["p_hidden"].take_keys()
    field = QApplication.focusWidget()
    field.selectAll()  # type: ignore[union-attr]
    QTest.keyClicks(field, "0.6")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(session.frame().arms) == 2)
    assert not card.isVisible() and window.focusWidget() is window
