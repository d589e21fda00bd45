"""Comparing keeps the run: the other arm is brought to where it is, and takes its leave again."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.window import Window
from dropout_viz.engine import autosave
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.replay import replay
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.state import Change
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, workbench
from tests.app.timeline_hands import LEFT, SHIFT, go_to, same, session_of

pytestmark = pytest.mark.usefixtures("nothing_painted")

MOONS = load_preset("moons").changed(views=("network",))


def alike(one: Arm, other: Arm) -> bool:
    """Whether two arms are at the same place, bit for bit, and have been at the same places."""
    mine, yours = one.snapshot, other.snapshot
    assert mine.step == yours.step and mine.loss_under_mask == yours.loss_under_mask
    for name in ("weights", "biases", "masks", "activations"):
        assert all(np.array_equal(a, b) for a, b in zip(getattr(mine, name), getattr(yours, name), strict=True)), name
    for kind in one.history.KINDS:
        pairs = zip(getattr(one.history, kind).pair(), getattr(other.history, kind).pair(), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs), kind
    return one.history.marks == other.history.marks


def without(window: Window, qtbot: QtBot) -> Frame:
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: session_of(window).frame().arms[-1].name == "without dropout")
    return session_of(window).frame()


@pytest.mark.slow
def test_it_is_brought_to_the_step_of_a_run_with_a_branch_and_leaves_all_as_it_was(
    show_run: Open, qtbot: QtBot
) -> None:
    window = show_run("moons", MOONS)
    session, button = session_of(window), workbench(window).top_bar.compare
    go_to(window, qtbot, 50)
    session.apply({"learning_rate": 0.003})
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: 50 in session.timeline.bookmarks)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    go_to(window, qtbot, 110)
    qtbot.keyClick(window, Qt.Key.Key_B, SHIFT)
    card = workbench(window).timeline.branch
    qtbot.waitUntil(card.isVisible)
    card.setting.setCurrentIndex(card.setting.findData("p_hidden"))
    card.editors["p_hidden"].show_config(MOONS.changed(p_hidden=0.5))
    qtbot.mouseClick(card.go, LEFT)
    qtbot.waitUntil(lambda: len(session.frame().arms) == 2)
    go_to(window, qtbot, 140)
    session.set_speed(120.0)
    before, said = session.frame(), dict(session.timeline.bookmarks)
    assert not button.isChecked() and not session.comparing

    found = without(window, qtbot)
    assert [arm.name for arm in found.arms] == ["with dropout", "without dropout"]
    assert [arm.snapshot.step for arm in found.arms] == [140, 140]
    assert alike(found.arms[0], before.arms[0])
    straight = Arms.of(MOONS.changed(p_hidden=0.0, p_input=0.0))
    replay(straight, [Change(50, {"learning_rate": 0.003})], 140)
    assert alike(found.arms[1], Frame.of(straight.look()).arms[0])
    assert button.isChecked() and session.speed == 120.0 and session.timeline.bookmarks == said
    for step in (93, 50, 140):  # its past can be looked at, too
        session.timeline.look_at(step)
        qtbot.waitUntil(lambda step=step: at_step(window, step))
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: session.frame().arms[1].name != "without dropout")
    after = session.frame()
    assert (after.config, after.changes, after.first) == (before.config, before.changes, before.first)
    assert after.snapshot.run == before.snapshot.run and session.timeline.bookmarks == said
    assert all(alike(*pair) for pair in zip(after.arms, before.arms, strict=True))
    assert not button.isChecked() and session.speed == 120.0 and session.name == "moons"


def test_what_is_done_meanwhile_is_done_in_the_run(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("moons", MOONS)
    session = session_of(window)
    go_to(window, qtbot, 30)
    without(window, qtbot)
    go_to(window, qtbot, 50)
    session.apply({"learning_rate": 0.002})
    go_to(window, qtbot, 60)
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: len(session.frame().arms) == 1)
    assert newest(window).step == 60 and session.frame().config == MOONS.changed(learning_rate=0.002)
    straight = Arms.of(MOONS)
    replay(straight, [Change(50, {"learning_rate": 0.002})], 60)
    qtbot.waitUntil(lambda: same(window, straight))


def branched(window: Window, qtbot: QtBot, step: int) -> None:
    """Go to a step and branch off there, under another drop probability."""
    go_to(window, qtbot, step)
    session_of(window).timeline.branch({"p_hidden": (0.5,)})
    qtbot.waitUntil(lambda: len(session_of(window).frame().arms) == 2)


def kept(window: Window) -> list[str]:
    recovery = workbench(window).recovery
    assert recovery.autosave is not None
    recovery.autosave.save()
    return [entry.text for entry in recovery.entries()]


def test_an_arm_is_left_out_and_kept(show_run: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave, "LONG", 0.0)
    window = show_run("moons", MOONS)
    session, bar = session_of(window), workbench(window).top_bar
    workbench(window).recovery.begin()
    assert bar.compare.menu() is None
    branched(window, qtbot, 60)
    name = session.frame().arms[1].name
    assert bar.compare.menu() is bar.arms_menu and bar.leave_out.text() == f"Leave out “{name}”"
    go_to(window, qtbot, 90)
    bar.leave_out.trigger()
    qtbot.waitUntil(lambda: len(session.frame().arms) == 1)
    straight = Arms.of(MOONS)
    straight.advance(90)
    qtbot.waitUntil(lambda: same(window, straight))
    assert session.frame().config == MOONS and bar.compare.menu() is None
    qtbot.waitUntil(lambda: any("step 90" in text for text in kept(window)))
    session.timeline.look_at(70)
    qtbot.waitUntil(lambda: at_step(window, 70))
    assert len(session.frame().arms) == 1
    go_to(window, qtbot, 95)
    straight.advance(5)
    qtbot.waitUntil(lambda: same(window, straight))


def test_a_branch_that_is_set_aside_is_kept(show_run: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave, "LONG", 0.0)
    window = show_run("moons", MOONS)
    workbench(window).recovery.begin()
    branched(window, qtbot, 30)
    before = [entry for entry in kept(window) if "step 30" in entry]
    without(window, qtbot)
    qtbot.waitUntil(lambda: len([entry for entry in kept(window) if "step 30" in entry]) > len(before))


def test_a_first_arm_without_dropout_says_what_is_beside_it(show_run: Open, qtbot: QtBot) -> None:
    arms = ({"name": "plain", "p_hidden": (0.0,)}, {"name": "half off", "p_hidden": (0.5,)})
    window = show_run("moons", MOONS.changed(arms=arms))
    qtbot.keyClick(window, Qt.Key.Key_C)
    text = "“plain” is without dropout already, and beside it is “half off”, with dropout."
    assert workbench(window).messages.text == text
    button = workbench(window).top_bar.compare
    assert button.isEnabled() and button.toolTip().startswith(text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(20, button.height() // 2))
    assert not button.isChecked() and len(session_of(window).frame().arms) == 2


def test_an_arm_that_is_given_dropout_loses_the_name_that_denies_it(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("moons", MOONS)
    session = session_of(window)
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: [arm.name for arm in session.frame().arms] == ["with dropout", "without dropout"])
    session.change_arm(1, {"p_hidden": 0.4})
    qtbot.waitUntil(lambda: [arm.name for arm in session.frame().arms] == ["with dropout", "with p_hidden = 0.4"])
    assert session.frame().arms[1].snapshot.config.p_hidden == (0.4,)


@pytest.mark.slow
def test_a_long_way_says_how_far_it_is_and_can_be_given_up(show_run: Open, qtbot: QtBot) -> None:
    window = show_run("moons", MOONS)
    session, card = session_of(window), workbench(window).data_card
    go_to(window, qtbot, 100)
    runner, told = session.runner, []
    card._opening.setInterval(0)
    card._restoring.setInterval(1)
    compare = runner._run.compare

    def slow(on: bool, going: object) -> None:
        def asked(done: int, of: int) -> bool:
            wanted = bool(going(done, of))  # type: ignore[operator]
            told.append(done)
            while wanted and done and runner._wanted is not None:
                pass  # until somebody has had enough
            return wanted and runner._wanted is not None

        compare(on, asked)

    runner._run.compare = slow  # type: ignore[method-assign]
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: card.isVisible() and card.leave.isVisible())
    assert card.title.text() == "Bringing the other arm to the step of this one…" and "of 100" in card.text.text()
    qtbot.mouseClick(card.leave, LEFT)
    qtbot.waitUntil(lambda: not session.under_way)
    assert card.isHidden() and len(session.frame().arms) == 1 and not session.comparing
    assert not workbench(window).top_bar.compare.isChecked()
    assert newest(window).step == 100
    assert workbench(window).messages.text.startswith("The comparison was given up at step ")


def test_in_a_window_of_1280_the_setup_leaves_its_room_while_runs_stand_side_by_side(
    window: Window, qtbot: QtBot
) -> None:
    session, parts = session_of(window), workbench(window)
    setup, network = parts.setup, parts.panel("network").view
    assert network is not None
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: not parts.layout.fitting)
    assert setup.isVisible()
    places = {panel.key: panel.size() for panel in parts.layout.panels if panel.on_screen()}
    qtbot.mouseClick(parts.top_bar.compare, LEFT)
    qtbot.waitUntil(lambda: len(session.frame().arms) == 2 and not setup.isVisible() and not parts.layout.fitting)
    qtbot.waitUntil(lambda: network.frame_ is not None and len(network.frame_.arms) == 2)
    qtbot.mouseClick(parts.top_bar.setup, LEFT)
    session.apply({"learning_rate": 0.1})
    qtbot.waitUntil(lambda: session.config.learning_rate == 0.1 and not parts.layout.fitting)
    assert setup.isVisible(), "who opens it has it there"
    qtbot.mouseClick(parts.top_bar.setup, LEFT)
    qtbot.mouseClick(parts.top_bar.compare, LEFT)
    qtbot.waitUntil(lambda: len(session.frame().arms) == 1 and setup.isVisible() and not parts.layout.fitting)
    qtbot.waitUntil(lambda: {p.key: p.size() for p in parts.layout.panels if p.on_screen()} == places)
