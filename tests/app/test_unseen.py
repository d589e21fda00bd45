"""What nobody sees computes nothing: closed, behind another tab, in a minimised window. Seen again it is up to date."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.panels.docks import ViewPanel
from dropout_viz.app.window import Window
from dropout_viz.engine.settings import load_preset
from dropout_viz.nn.parts import Weight
from dropout_viz.views.landscape import view as landscape
from tests.app.conftest import Open
from tests.app.looking import newest, panels, workbench
from tests.app.stalls import Stalls
from tests.app.timeline_hands import go_to, session_of

HEAVY = ("landscape", "shared", "plane", "redundancy", "ensemble", "features", "activations", "lesions", "map", "masks")


@pytest.fixture
def digits(open_window: Open, qtbot: QtBot) -> Window:
    window = open_window("three-lines")
    go_to(window, qtbot, 20)
    return window


def _watch(panel: ViewPanel, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    view = panel.load()
    seen: list[int] = []
    show = view.show_frame
    monkeypatch.setattr(view, "show_frame", lambda frame: (seen.append(frame.snapshot.step), show(frame)))
    return seen


def _bring(window: Window, qtbot: QtBot, key: str) -> ViewPanel:
    panel = workbench(window).panel(key)
    workbench(window).layout.bring(panel)
    qtbot.waitUntil(lambda: panel.shown is not None and panel.shown.snapshot.step == newest(window).step)
    return panel


def _stir(window: Window) -> None:
    """Choose what every view follows: an example, a weight, another theme."""
    selection = session_of(window).selection
    selection.choose(example=(selection.example + 1) % 4)
    selection.choose(weight=Weight(0, 0, (selection.weight.target + 1) % 4))
    workbench(window).theme.toggle()


def _close(window: Window, panel: ViewPanel) -> None:
    workbench(window).layout.toggle(panel)


def _cover(window: Window, panel: ViewPanel) -> None:
    other = workbench(window).panel("code" if panel.key != "code" else "masks")
    workbench(window).layout.bring(panel)
    window.tabifyDockWidget(panel, other)
    workbench(window).layout.bring(other)


def _minimise(window: Window, panel: ViewPanel) -> None:
    window.showMinimized()


@pytest.mark.usefixtures("nothing_painted")
@pytest.mark.parametrize("hide", [_close, _cover, _minimise])
def test_what_nobody_sees_computes_nothing(
    digits: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, hide: Callable[[Window, ViewPanel], None]
) -> None:
    window, key = digits, "landscape"
    panel = _bring(window, qtbot, key)
    hide(window, panel)
    qtbot.waitUntil(lambda: not panel.on_screen())
    qtbot.waitUntil(lambda: not workbench(window).clock.ticking)
    seen = _watch(panel, monkeypatch)
    _stir(window)
    go_to_without(window, qtbot, 25)
    qtbot.waitUntil(lambda: panel.load().style_ is workbench(window).theme.style)  # a view a turn, those seen first
    assert not seen
    if hide is _minimise:
        window.showNormal()
    else:
        workbench(window).layout.bring(panel)
    qtbot.waitUntil(lambda: bool(seen) and panel.shown is not None)
    assert set(seen) == {25} and panel.shown is not None and panel.shown.snapshot.step == 25
    view = panel.load()
    assert isinstance(view, landscape.View)

    def chosen() -> object:
        scene = view.all.scene
        return None if scene is None else scene.places[scene.chosen]

    qtbot.waitUntil(lambda: chosen() == tuple_of(session_of(window).selection.weight))


def tuple_of(weight: Weight) -> tuple[int, int, int]:
    return weight.layer, weight.source, weight.target


def go_to_without(window: Window, qtbot: QtBot, step: int) -> None:
    """Go to a step though no view may be there to show it."""
    session_of(window).run_to(step)
    qtbot.waitUntil(lambda: newest(window).step == step and not session_of(window).playing)


@pytest.mark.usefixtures("nothing_painted")
def test_no_closed_view_computes_when_anything_is_chosen(
    digits: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = digits
    for panel in panels(window):
        panel.load()
        if not panel.on_screen() or panel.key in HEAVY:
            if panel.isVisible():
                panel.close()
            panel.show_frame(session_of(window).frame())  # as it was when it was closed
    counts = {panel.key: _watch(panel, monkeypatch) for panel in panels(window) if not panel.isVisible()}
    assert set(HEAVY) <= set(counts)
    _stir(window)
    config = load_preset("xor").changed(stage=())  # which opens none of these
    session_of(window).open_config(config, "mine.toml")
    qtbot.waitUntil(lambda: session_of(window).name == "mine.toml")
    _stir(window)
    assert not any(counts.values())


def test_choosing_does_not_stop_the_window(digits: Window, qtbot: QtBot) -> None:
    """An example, a weight and a preset are chosen with every view loaded and most of them closed."""
    window = digits
    for panel in panels(window):
        panel.load()
        panel.show_frame(session_of(window).frame())
    with Stalls() as stalls:
        for example in range(1, 4):
            session_of(window).selection.choose(example=example)
            QCoreApplication.processEvents()
        for preset in ("xor", "moons"):
            session_of(window).open_preset(preset)
            qtbot.waitUntil(lambda preset=preset: session_of(window).name == preset)
            qtbot.waitUntil(lambda: workbench(window).panel("network").shown is session_of(window).frame())
    assert stalls.longest < 0.25, stalls.report()
