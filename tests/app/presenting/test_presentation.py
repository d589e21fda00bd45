"""Presenting: everything can be read from the last row, keys turn slides, and on leaving all is as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.look.scaling import zoom_of
from dropout_viz.app.presenting.presentation import LEAST, ROWS, Presentation, scale_for
from dropout_viz.app.window import Window
from dropout_viz.draw import style as look
from dropout_viz.draw.paint_turns import paint_turns
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.views.loss.view import View as Loss
from tests.app.conftest import Open
from tests.app.look.test_zoom import alike, at_rest, differences
from tests.app.look.test_zoom import look as looks
from tests.app.looking import at_step, workbench
from tests.app.painted_texts import painted_texts
from tests.app.panels.test_small_windows import wrong_places
from tests.app.text_faults import faults
from tests.app.timeline_hands import go_to, session_of

SIZES = ((1280, 720), (1920, 1080))
SMALL_DATA = [key for key in preset_keys() if load_preset(key).data != "mnist"]


def presentation(window: Window) -> Presentation:
    return workbench(window).presentation


@pytest.fixture
def presented(window: Window, qtbot: QtBot) -> Iterator[Window]:
    """A window that is presented, and not any more after the test."""
    qtbot.keyClick(window, Qt.Key.Key_F5)
    at_rest(window, qtbot)
    yield window
    presentation(window).leave()
    qtbot.waitUntil(lambda: not presentation(window).moving)
    at_rest(window, qtbot)


def test_what_a_view_misses_below_the_cover_it_is_given_then(window: Window, qtbot: QtBot) -> None:
    parts = workbench(window)
    at_rest(window, qtbot)
    panel = parts.panel("network")
    assert panel.view is not None
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: presentation(window)._cover.isVisible() and not parts.clock.ticking)
    panel.view.missed.emit()  # as where another arm or example is chosen
    assert panel.shown is None
    qtbot.waitUntil(lambda: not presentation(window).moving)
    qtbot.waitUntil(lambda: panel.shown is session_of(window).frame())
    presentation(window).leave()
    qtbot.waitUntil(lambda: not presentation(window).moving)


def on_screen_of(window: Window, qtbot: QtBot, size: tuple[int, int]) -> None:
    """Let the window be as large as another screen: the one of these tests has its size for good."""
    window.resize(*size)
    at_rest(window, qtbot)


def check(window: Window, qtbot: QtBot, preset: str, size: tuple[int, int]) -> None:
    session, parts = session_of(window), workbench(window)
    if session.name != preset:
        session.open_preset(preset)
        qtbot.waitUntil(lambda: session.name == preset and not session.awaited)
        session.runner.pause()
    on_screen_of(window, qtbot, size)
    stage = session.config.stage or ("network", "loss", "landscape")
    shown = [p for p in parts.views if p.on_screen()]
    assert {panel.key for panel in shown} <= set(stage) and shown
    qtbot.waitUntil(lambda: all(p.shown is not None and p.shown_step == 0 for p in shown if not p.instead))
    at_rest(window, qtbot)
    texts = painted_texts(window)
    assert len(texts) > 20
    # Fonts of Qt's own widgets have whole pixels.
    assert [text for text in texts if text[0] < size[1] / ROWS - 0.01] == []
    assert LEAST <= window.theme.style.scale <= 2.2
    qtbot.waitUntil(lambda: wrong_places(window) == [])


@pytest.mark.parametrize(
    ("preset", "sizes"),
    [
        ("three-lines", SIZES[1:]),  # the harder one: where it is 1.6 times as large it is large enough by far
        *(pytest.param(preset, SIZES, marks=pytest.mark.slow) for preset in SMALL_DATA),
    ],
)
def test_the_smallest_text_can_be_read_from_the_last_row_and_keys_do_what_they_say(
    presented: Window, qtbot: QtBot, preset: str, sizes: tuple[tuple[int, int], ...]
) -> None:
    for size in sizes:
        check(presented, qtbot, preset, size)
    if preset == "three-lines":
        comes_no_closer_than_there_is_room(presented, qtbot)
        turns_slides(presented, qtbot)


@pytest.mark.slow
@pytest.mark.parametrize(
    "preset", ["three-lines", *(pytest.param(key, marks=pytest.mark.slow) for key in ("moons", "digits"))]
)
def test_compared_networks_stand_side_by_side_before_an_audience(presented: Window, qtbot: QtBot, preset: str) -> None:
    session, panel = session_of(presented), workbench(presented).panel("network")
    session.open_preset(preset)
    qtbot.waitUntil(lambda: session.name == preset and not session.awaited)
    on_screen_of(presented, qtbot, SIZES[-1])
    qtbot.keyClick(presented, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: session.comparing and not session.awaited)
    at_rest(presented, qtbot)
    assert panel.view is not None
    qtbot.waitUntil(lambda: len(panel.view.scenes) == 2)
    assert wrong_places(presented) == []


@pytest.mark.parametrize("theme", look.THEMES)
def test_colours_stand_out_more(theme: str) -> None:
    plain, strong = look.style(theme), look.strong(look.style(theme))

    def apart(style: look.Style, name: str) -> int:
        lightness = [look.QColor(getattr(style, which)).lightness() for which in (name, "panel")]
        return abs(lightness[0] - lightness[1])

    assert all(apart(strong, name) > apart(plain, name) for name in ("text", "dim", "faint", "line", "off_mark"))
    assert {look.QColor(strong.panel).name(), look.QColor(strong.text).name()} == {"#000000", "#ffffff"}


def test_all_is_put_back_and_the_run_goes_on(window: Window, qtbot: QtBot) -> None:
    parts, session, settings = workbench(window), session_of(window), window.settings
    assert settings is not None
    for step in (6, 5):
        go_to(window, qtbot, step)
    at_rest(window, qtbot)
    before, config, size = looks(window), session.config, window.size()
    qtbot.mouseClick(parts.top_bar.present, Qt.MouseButton.LeftButton)
    at_rest(window, qtbot)
    assert window.isFullScreen() and QApplication.overrideCursor() is not None
    assert not parts.top_bar.isVisible() and not parts.setup.isVisible()
    assert window.theme.style.scale >= LEAST and not alike(looks(window), before)
    qtbot.keyClick(window, Qt.Key.Key_T)
    qtbot.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_S)  # there is no setup
    qtbot.keyClick(window, Qt.Key.Key_M)
    at_rest(window, qtbot)
    assert not parts.setup.isVisible() and parts.layout.maximised is not None
    qtbot.keyClick(window, Qt.Key.Key_Right)
    assert parts.presentation.strokes.key.text() == "→" and parts.presentation.strokes.isVisible()
    qtbot.waitUntil(lambda: at_step(window, 6))
    qtbot.keyClick(window, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: at_step(window, 5))
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    wait_until_uncovered(window, qtbot)
    at_rest(window, qtbot)
    assert not window.isFullScreen() and window.size() == size and QApplication.overrideCursor() is None
    assert session.config == config and session.status.step == 5 and settings.value("zoom") is None
    assert differences(looks(window), before) == []
    parts.layout.toggle_maximised(parts.panel("loss"))
    at_rest(window, qtbot)
    before = looks(window)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    presentation(window).finish()  # as where the window is closed
    assert not window.isFullScreen() and QApplication.overrideCursor() is None and parts.top_bar.isVisible()
    at_rest(window, qtbot)
    assert parts.layout.maximised is parts.panel("loss") and not differences(looks(window), before)
    parts.layout.restore_size()
    at_rest(window, qtbot)


F5, F11, ESCAPE, CLOSER, FURTHER = Qt.Key.Key_F5, Qt.Key.Key_F11, Qt.Key.Key_Escape, Qt.Key.Key_Plus, Qt.Key.Key_Minus
QUICKLY = (
    (F5, F5),
    (F5, F11),
    (F5, ESCAPE),
    (F5, CLOSER, F5),
    (F5, FURTHER, F5, F5, ESCAPE),
    (CLOSER, F5, F5, FURTHER),
)


@pytest.mark.parametrize("turns", [2, *(pytest.param(turns, marks=pytest.mark.slow) for turns in (0, 1, 5, 12))])
@pytest.mark.parametrize("keys", [(F5, F5, F5, F11), *(pytest.param(keys, marks=pytest.mark.slow) for keys in QUICKLY)])
def test_quick_keys_leave_everything_where_it_was(
    window: Window, qtbot: QtBot, keys: tuple[Qt.Key, ...], turns: int
) -> None:
    at_rest(window, qtbot)
    before = looks(window)
    for key in keys:
        held = Qt.KeyboardModifier.ControlModifier if key in (CLOSER, FURTHER) else Qt.KeyboardModifier.NoModifier
        qtbot.keyClick(window, key, held)
        for _ in range(turns):
            QApplication.processEvents()
    at_rest(window, qtbot)
    assert not presentation(window).on and window.theme.style.scale == 1.0
    assert differences(looks(window), before) == []


@pytest.mark.slow
def test_a_window_manager_that_ends_the_full_screen_ends_presenting(window: Window, qtbot: QtBot) -> None:
    at_rest(window, qtbot)
    before = looks(window)
    qtbot.keyClick(window, F5)
    at_rest(window, qtbot)
    window.setWindowState(Qt.WindowState.WindowNoState)
    qtbot.waitUntil(lambda: not presentation(window).on)
    at_rest(window, qtbot)
    assert differences(looks(window), before) == []


def wait_until_uncovered(window: Window, qtbot: QtBot) -> None:
    """Wait until everything is in place; until then the screen shows all as it was, then a pale picture of that, and
    then all as it stays, but for what waits for its turn to be painted."""
    seen: list[list[int]] = []
    ground = paint_turns().plain

    def in_place() -> bool:
        image = window.screen().grabWindow(window.winId()).toImage()
        across, down = range(5, image.width(), 30), range(5, image.height(), 30)
        seen.append([image.pixel(x, y) for x in across for y in down])
        return not presentation(window).moving

    def pale(pixel: int) -> bool:
        colour = QColor(pixel)
        pairs = zip(colour.getRgb()[:3], ground.getRgb()[:3], strict=True)  # type: ignore[index, arg-type]
        return all(abs(one - other) <= 0.45 * 255 + 2 for one, other in pairs)

    qtbot.waitUntil(in_place)
    covered = [all(pale(pixel) for pixel in pixels) for pixels in seen]
    begin, end = covered.index(True), len(covered) - covered[::-1].index(True)
    assert all(pixels == seen[0] for pixels in seen[:begin]) and all(covered[begin:end])
    assert max(len(set(pixels)) for pixels in seen[begin:end]) > 5, "it is a picture"
    for pixels in seen[end:]:
        assert all(pixel in (ground.rgb(), last) for pixel, last in zip(pixels, seen[-1], strict=True))


@pytest.mark.slow
def test_a_window_that_is_closed_while_it_presents_remembers_its_own(
    open_window: Open, qtbot: QtBot, settings: QSettings
) -> None:
    window = open_window()
    at_rest(window, qtbot)
    before = [panel.key for panel in workbench(window).layout.panels if panel.on_screen()]
    qtbot.keyClick(window, Qt.Key.Key_F5)
    at_rest(window, qtbot)
    window.close()
    assert QApplication.overrideCursor() is None
    window = open_window()
    at_rest(window, qtbot)
    assert not window.isFullScreen() and not presentation(window).on
    assert workbench(window).top_bar.isVisible() and window.theme.style == look.style("dark")
    window.resize(1440, 900)  # the screen of the tests is smaller
    at_rest(window, qtbot)
    assert [panel.key for panel in workbench(window).layout.panels if panel.on_screen()] == before


@pytest.mark.slow
def test_what_is_opened_first_while_presenting_has_its_size_and_its_place_at_once(
    presented: Window, qtbot: QtBot
) -> None:
    parts = workbench(presented)
    on_screen_of(presented, qtbot, SIZES[1])
    parts.keys.open()
    at_rest(presented, qtbot)
    assert [fault for fault in faults(presented) if "Keys" in fault] == []
    parts.keys.leave()
    dialog = parts.export_dialog
    assert zoom_of(dialog) == presented.theme.style.scale, "it is placed by the size that it has when it comes"
    parts.edit_menu.show_steps()
    at_rest(presented, qtbot)
    steps = parts.edit_menu.steps
    assert steps is not None and faults(steps) == []
    steps.close()


def turns_slides(window: Window, qtbot: QtBot) -> None:
    """Keys turn slides, and a point makes the screen black."""
    parts = workbench(window)
    qtbot.keyClick(window, Qt.Key.Key_Period)
    assert parts.presentation.black_screen.isVisible()
    qtbot.keyClick(parts.presentation.black_screen, Qt.Key.Key_Period)
    assert not parts.presentation.black_screen.isVisible()
    parts.lessons.open("the-post")
    qtbot.waitUntil(lambda: at_step(window, 0))
    for key, place in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Left, 0), (Qt.Key.Key_PageDown, 1), (Qt.Key.Key_PageUp, 0)):
        qtbot.keyClick(window, key)
        assert parts.lessons.at == place
    parts.lessons.leave()
    assert not parts.setup.isVisible() or parts.layout.fitting
    qtbot.waitUntil(lambda: not parts.setup.isVisible())


def comes_no_closer_than_there_is_room(window: Window, qtbot: QtBot) -> None:
    """The zoom stops where a view would have to be moved about."""
    on_screen_of(window, qtbot, (1280, 800))
    scales = []
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
        scales.append(window.theme.style.scale)
    at_rest(window, qtbot)
    assert scales[0] == scales[-1] > scale_for(800)
    views = [panel.view for panel in workbench(window).views if panel.on_screen() and panel.view is not None]
    assert len(views) == 3
    for view in views:
        room = view.parentWidget().size()
        least = view.minimumSize().expandedTo(view.minimumSizeHint())
        assert least.boundedTo(room) == least


def test_before_an_audience_the_accuracy_has_its_curve(presented: Window, qtbot: QtBot) -> None:
    """Beside its legend, at the size of a small projector."""
    on_screen_of(presented, qtbot, (1280, 800))
    loss = workbench(presented).panel("loss").view
    assert isinstance(loss, Loss) and loss.zoom > 1
    for chart, least in ((loss.loss, 30), (loss.accuracy, 10)):
        assert chart.plot.isVisible() and chart.plot.area().height() >= least


def test_a_dialog_is_no_larger_than_a_small_screen(presented: Window, qtbot: QtBot) -> None:
    window, parts = presented, workbench(presented)
    on_screen_of(window, qtbot, (900, 520))
    dialog = parts.export_dialog
    dialog.ask("network")
    for ending in (".png", ".mp4", ".html"):
        dialog.kind.setCurrentIndex(dialog.kind.findData(ending))
        dialog.say("Something is wrong. " * 4)
        qtbot.waitUntil(lambda: dialog.size() == dialog.sizeHint())
        assert 1.0 < zoom_of(dialog) < window.theme.style.scale
        assert dialog.width() <= window.width() and dialog.height() <= window.height()
        assert not faults(dialog)
    dialog.say("")
    dialog.reject()
    presentation(window).leave()
    qtbot.waitUntil(lambda: not presentation(window).moving)
    dialog.ask("network")
    at_rest(window, qtbot)
    assert zoom_of(dialog) == window.theme.style.scale == 1.0
    dialog.reject()
