"""A window of 900 x 520 has everything in it, and what was given up for that comes back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.panels.floating import Floating
from dropout_viz.app.window import Window
from dropout_viz.engine.lesson import titles
from dropout_viz.engine.settings import preset_keys
from tests.app.conftest import Open
from tests.app.looking import panels, workbench
from tests.app.timeline_hands import go_to, session_of

pytestmark = pytest.mark.usefixtures("nothing_painted")

SIZES = [(900, 520), (1024, 700), *(pytest.param(size, marks=pytest.mark.slow) for size in ((960, 540), (1280, 800)))]
"""The smallest is the hardest; the second has room for the setup, which the smallest folds away."""

FEW = ("moons", "digits", "twins", "five-valleys")
"""Presets, each with a stage of another kind."""
SPOILT = [
    None,
    7,
    "{",
    "[" * 9000,
    "[]",
    '{"window": 1}',
    '{"window": [9, 9], "panels": {"x": [9, 9]}}',
    '{"window": [1e99, 9], "panels": {}}',
    '{"window": [9, 9], "panels": {"network": [-9, 9]}}',
]


def place(widget: QWidget, window: Window) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def wrong_places(window: Window) -> list[str]:
    """Return what is outside the window, or lies over its neighbour."""
    parts = workbench(window)
    open_panels = [p for p in parts.layout.panels if p.on_screen()]
    whole = [parts.top_bar, parts.transport, *open_panels]
    cards = [c for c in window.findChildren(Floating) if c.isVisible()]
    found = [f"{type(w).__name__} is outside" for w in [*whole, *cards] if not window.rect().contains(place(w, window))]
    for bar in (parts.top_bar, parts.transport, *(p.header for p in open_panels)):
        shown = [w for w in bar.findChildren(QWidget) if w.isVisible() and w.parent() is bar]
        for at, one in enumerate(shown):
            if not bar.rect().contains(one.geometry()):
                found.append(f"{type(one).__name__} {one.accessibleName()!r} sticks out of {type(bar).__name__}")
            for other in shown[at + 1 :]:
                if one.geometry().intersects(other.geometry()):
                    found.append(f"{one.accessibleName()!r} over {other.accessibleName()!r} in {type(bar).__name__}")
    titles = [p.header.name for p in open_panels]
    found += [f"the title {t.accessibleName()} is cut" for t in titles if QWidget.width(t) < t.sizeHint().width()]
    for at, panel in enumerate(open_panels):
        over = [p.key for p in open_panels[at + 1 :] if place(panel, window).intersects(place(p, window))]
        found += [f"{panel.key} over {key}" for key in over]
    return found


def at_size(window: Window, qtbot: QtBot, size: tuple[int, int]) -> None:
    window.resize(*size)
    rest(window, qtbot)


def rest(window: Window, qtbot: QtBot) -> None:
    """Wait until the panels have had their places twice in a row: a timer of 0 ms may start another."""
    for _ in range(2):
        QApplication.processEvents()
        qtbot.waitUntil(lambda: not workbench(window).layout.fitting)


@pytest.mark.thinned(2)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_outside_or_lies_over_anything(window: Window, qtbot: QtBot, size: tuple[int, int]) -> None:
    parts, session = workbench(window), session_of(window)
    at_size(window, qtbot, size)
    assert (window.width(), window.height()) == size
    parts.top_bar.show_hint(True)
    qtbot.waitUntil(lambda: wrong_places(window) == [])
    for preset in ("digits", "moons"):
        session.open_preset(preset)
        qtbot.waitUntil(lambda preset=preset: session.name == preset)
        qtbot.waitUntil(lambda: wrong_places(window) == [])
    session.compare(True)
    qtbot.waitUntil(lambda: len(session.frame().arms) == 2)
    for panel in panels(window):
        parts.layout.bring(panel)
        qtbot.waitUntil(lambda panel=panel: panel.shown is not None)
        qtbot.waitUntil(lambda: wrong_places(window) == [])
    parts.lessons.open(next(iter(titles())))
    qtbot.waitUntil(lambda: wrong_places(window) == [])
    go_to(window, qtbot, 3)
    session.message.emit("A message that is long enough to need more than one line in a small window. " * 3, "warning")
    session.timeline.bookmark()
    session.timeline.branching.emit()
    qtbot.waitUntil(lambda: wrong_places(window) == [])
    assert parts.transport.readout.isVisible()
    buttons = [b for b in parts.transport.findChildren(QAbstractButton) if b.isVisible()]
    assert all(window.rect().contains(place(b, window)) for b in buttons)


def test_a_layout_comes_back_with_the_window_s_size(window: Window, qtbot: QtBot) -> None:
    def sizes() -> dict[str, tuple[int, int]]:
        return {p.key: (p.width(), p.height()) for p in workbench(window).layout.panels if p.on_screen()}

    rest(window, qtbot)
    before = sizes()
    for size in ((1024, 700), (900, 520), (1440, 900)):
        at_size(window, qtbot, size)
    qtbot.waitUntil(lambda: sizes() == before)
    workbench(window).layout.bring_view("masks")  # behind whose place the landscape waits: Qt counts their tabs, too
    rest(window, qtbot)
    before = sizes()
    for size in ((900, 520), (1440, 900)):
        at_size(window, qtbot, size)
    qtbot.waitUntil(lambda: sizes() == before)


@pytest.mark.parametrize("presets", [FEW, pytest.param(preset_keys(), marks=pytest.mark.slow)], ids=["few", "all"])
def test_presets_fit_and_no_panel_stays_in_front_that_cannot_show_them(
    window: Window, qtbot: QtBot, presets: Sequence[str]
) -> None:
    session = session_of(window)
    at_size(window, qtbot, SIZES[0])
    for panel in panels(window):
        workbench(window).layout.bring(panel)
        qtbot.waitUntil(lambda panel=panel: panel.shown is not None)
    for key in presets:
        session.open_preset(key)
        qtbot.waitUntil(lambda key=key: session.name == key and not session.awaited)
        run = session.frame().snapshot.run

        def all_there(run: int = run) -> bool:
            return all(p.shown is not None and p.shown.snapshot.run == run for p in panels(window) if p.on_screen())

        qtbot.waitUntil(all_there)
        qtbot.waitUntil(lambda: not [p.key for p in panels(window) if p.on_screen() and p.instead])
        qtbot.waitUntil(lambda: wrong_places(window) == [])


def test_a_layout_is_remembered_whole_though_the_window_was_small_at_the_end(open_window: Open, qtbot: QtBot) -> None:
    def sizes(window: Window) -> dict[str, tuple[int, int]]:
        return {p.key: (p.width(), p.height()) for p in workbench(window).layout.panels if p.on_screen()}

    window = open_window()
    rest(window, qtbot)
    before = sizes(window)
    at_size(window, qtbot, SIZES[0])
    small = sizes(window)
    assert "setup" not in small and small["network"][0] > 400  # the largest thing
    window.close()
    window = open_window()
    rest(window, qtbot)
    assert (window.width(), window.height()) == SIZES[0]
    qtbot.waitUntil(lambda: sizes(window) == small)
    at_size(window, qtbot, (1440, 900))
    qtbot.waitUntil(lambda: sizes(window).keys() == before.keys())
    qtbot.waitUntil(lambda: sizes(window) == before)
    layout = workbench(window).layout
    for spoilt in SPOILT:
        meant = layout._meant
        layout.take_meant(spoilt)
        assert layout._meant is meant


def test_a_header_adds_its_needs_up_only_where_they_have_changed(
    open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = workbench(open_window()).panel("loss").header
    qtbot.waitUntil(lambda: bool(header._all_tools))
    needed, asked = header._needed, []
    monkeypatch.setattr(
        header, "_needed", lambda tool, *rest, **more: (asked.append(tool), needed(tool, *rest, **more))[1]
    )
    widths = [header.minimumSizeHint().width() for _ in range(3)]
    assert len(asked) <= 1
    tool = next(tool for tool in header._all_tools if not tool.isHidden())
    tool.hide()
    assert header.minimumSizeHint().width() < widths[-1]
    tool.show()
    assert header.minimumSizeHint().width() == widths[-1]
    tool.setMinimumWidth(tool.minimumSizeHint().width() + 50)
    assert len(asked) <= 3


def test_a_layout_comes_back_though_the_window_never_rests_on_the_way(window: Window, qtbot: QtBot) -> None:
    """As where its edge is dragged: the next size is there before the panels have come to rest at the last."""

    def sizes() -> dict[str, tuple[int, int]]:
        return {p.key: p.size().toTuple() for p in workbench(window).layout.panels if p.on_screen()}

    window.resize(1440, 900)
    rest(window, qtbot)
    before = sizes()
    for turns in (1, 2, 3):
        for size in ((1200, 700), (1000, 600), (900, 520), (1100, 620), (1300, 800), (1440, 900)):
            window.resize(*size)
            for _ in range(turns):
                QApplication.processEvents()
        rest(window, qtbot)
        qtbot.waitUntil(lambda: sizes() == before)


def test_panels_that_there_is_no_room_for_have_some_size(window: Window, qtbot: QtBot) -> None:
    """Qt warns of sizes that are none, which fails this."""
    parts = workbench(window)
    qtbot.waitUntil(lambda: not parts.layout.fitting)
    shown = [panel for panel in parts.views if panel.on_screen()]
    parts.layout._share_out({panel: QSize(0, -40) for panel in shown}, shown[:1])
    qtbot.waitUntil(lambda: not parts.layout.fitting)
    assert all(panel.width() > 0 < panel.height() for panel in shown)
