"""One moment for the whole window: every panel shows the same step, or says that it shows an older one."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app import frame_clock
from dropout_viz.app.window import Window
from dropout_viz.draw.numbers import count
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.views.choices import Choices
from dropout_viz.views.loss.view import View as Loss
from tests.app.conftest import Open
from tests.app.looking import panels, workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")


def told(window: Window) -> list[str]:
    """Return what is wrong at this moment: every panel on screen that shows another step and does not say so."""
    transport = workbench(window).transport
    frame = transport.shown
    assert frame is not None
    now, wrong = frame.snapshot.step, []
    if transport.readout.text("step").split()[0] != count(now) or transport.timeline._step != now:
        wrong.append(f"transport: {transport.readout.text('step')} for {now}")
    for panel in (p for p in panels(window) if p.on_screen()):
        step, named = panel.shown_step, panel.header.name.step
        if step is not None and (step > now or (step < now and named != step) or (named not in (None, step))):
            wrong.append(f"{panel.key}: {step}, named {named}, for {now}")
    return wrong


def drawn_beyond(window: Window) -> list[str]:
    """Return the curves that are drawn beyond the step that their view shows."""
    panel = workbench(window).panel("loss")
    assert isinstance(panel.view, Loss)
    return [
        f"{line.kind.key}: {line.latest[0]} beyond {panel.shown_step}"
        for chart in panel.view.charts
        for line in chart.lines.values()
        if line.latest and panel.shown_step is not None and line.latest[0] > panel.shown_step
    ]


@pytest.mark.parametrize("preset", ["moons", pytest.param("digits", marks=pytest.mark.slow)])
def test_every_frame_is_one_moment(open_window: Open, qtbot: QtBot, preset: str) -> None:
    """Of a run whose steps are quick, and of one whose views are slow."""
    window = open_window(preset, load_preset(preset).changed(steps=100_000_000))
    session, clock = window.session, workbench(window).clock
    assert session is not None
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: session.comparing)
    for key in ("plane", "map", "masks", "ensemble"):
        workbench(window).panel(key).setFloating(True)
        workbench(window).panel(key).show()
    steps: list[int] = []
    wrong: list[str] = []

    def look() -> None:
        shown = workbench(window).transport.shown
        steps.append(0 if shown is None else shown.snapshot.step)
        wrong.extend(told(window) + drawn_beyond(window))

    clock.painted.connect(look)
    qtbot.keyClick(window, Qt.Key.Key_F)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(set(steps)) > 8, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not session.playing)

    def rests() -> bool:
        return {p.shown_step for p in panels(window) if p.on_screen()} <= {session.frame().snapshot.step, None}

    qtbot.waitUntil(rests, timeout=20_000)
    qtbot.waitUntil(lambda: all(p.header.name.step is None for p in panels(window)))
    assert not wrong and not told(window) and not drawn_beyond(window)
    assert len({id(p.shown) for p in panels(window) if p.on_screen()}) == 1


def test_at_a_speed_that_can_be_followed_all_panels_show_a_step_at_once(window: Window, qtbot: QtBot) -> None:
    seen: list[set[int | None]] = []
    wrong: list[str] = []

    def look() -> None:
        seen.append({p.shown_step for p in panels(window) if p.on_screen()})
        wrong.extend(told(window))

    workbench(window).clock.painted.connect(look)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: sum(len(steps) == 1 for steps in seen) > 4)
    assert not wrong


def test_a_view_that_stands_still_names_its_step(show_run: Open, qtbot: QtBot) -> None:
    """With probes on its curve the landscape keeps the step at which they were dropped."""
    window = show_run("moons")
    session, panel = window.session, workbench(window).panel("landscape")
    assert session is not None
    workbench(window).layout.bring(panel)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: panel.shown_step == 1)
    view: Any = panel.load()
    view.take_choices(Choices({"weights": "one"}))
    qtbot.waitUntil(lambda: view.one.scene is not None)  # a curve for them to fall on
    view.one._drop(True)
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: panel.header.name.step == 1)
    assert panel.header.name.accessibleDescription() == "Still shows step 1"
    view.one._drop(False)
    qtbot.waitUntil(lambda: panel.shown_step == 2 and panel.header.name.step is None)


def test_a_panel_that_was_late_a_moment_ago_names_no_step_when_the_run_rests(window: Window, qtbot: QtBot) -> None:
    panel, clock = workbench(window).panel("network"), workbench(window).clock
    panel.compare(5, True)
    panel.compare(0, True)
    assert panel.header.name.step == 0, "it has just been late, and the run goes on"
    clock.wake()
    qtbot.waitUntil(lambda: panel.header.name.step is None)


def test_between_two_steps_at_leisure_the_clock_rests(window: Window, qtbot: QtBot) -> None:
    """A lecture runs on a laptop's battery: nobody looks for a step that is to come in a quarter of a second."""
    session, clock = window.session, workbench(window).clock
    assert session is not None
    ticks: list[int] = []
    clock._timer.timeout.connect(lambda: ticks.append(session.frame().snapshot.step))
    session.set_speed(4)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(set(ticks)) > 6, timeout=10_000)
    seen = [ticks.count(step) for step in sorted(set(ticks))[2:-1]]  # after two steps it knows how far apart they come
    assert sum(seen) <= 1.5 * len(seen), f"ticks at one step after another: {seen}"


def test_what_happens_while_the_clock_rests_does_not_wait(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, clock = window.session, workbench(window).clock
    assert session is not None
    monkeypatch.setattr(frame_clock, "_REST", 100.0)
    session.set_speed(4)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.frame().snapshot.step > 2 and clock._resting)
    session.set_speed(0.01)
    panel = workbench(window).panel("loss")
    panel.shown = None  # as one that has missed a frame
    clock.wake()
    qtbot.waitUntil(lambda: panel.shown is session.frame())
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not session.playing and not clock.ticking)


def test_what_happens_while_a_frame_is_painted_is_not_slept_over(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, clock = window.session, workbench(window).clock
    assert session is not None
    monkeypatch.setattr(frame_clock, "_REST", 100.0)
    session.set_speed(0.01)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.playing and clock.ticking)
    loss, network = workbench(window).panel("loss"), workbench(window).panel("network")
    show, asked = network.show_frame, list[int]()

    def show_and_ask(frame: Frame) -> None:
        show(frame)
        if not asked:
            asked.append(frame.snapshot.step)
            loss.shown, clock._at_leisure = None, True
            clock.wake()

    monkeypatch.setattr(network, "show_frame", show_and_ask)
    network.shown = None
    clock.wake()
    qtbot.waitUntil(lambda: bool(asked) and loss.shown is session.frame())
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not session.playing and not clock.ticking)
