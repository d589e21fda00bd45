"""Which moment is on show: stepped, played, and never running ahead of what the run has been asked for."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views.slow_motion import RATES, SlowMotion


def begun(qtbot: QtBot) -> tuple[SlowMotion, list[str], Trainer]:
    trainer, slow, wanted = Trainer(load_preset("three-lines")), SlowMotion(), []
    slow.wanted.connect(wanted.append)
    slow.forward()
    assert wanted == ["begin"] and slow.moment is None
    slow.take(trainer.dissect())
    wanted.clear()
    return slow, wanted, trainer


def test_forward_and_back_stay_within_the_step(qtbot: QtBot) -> None:
    slow, wanted, _ = begun(qtbot)
    slow.back()
    assert slow.moment == 0
    for _ in range(slow.count - 1):
        slow.forward()
    assert slow.moment == slow.count - 1 and not wanted
    slow.back()
    assert slow.moment == slow.count - 2
    slow.show_moment(99)
    assert slow.moment == slow.count - 2


def test_at_the_end_one_step_is_asked_for_however_long_the_key_is_held(qtbot: QtBot) -> None:
    slow, wanted, trainer = begun(qtbot)
    slow.show_moment(slow.count - 1)
    for _ in range(5):
        slow.forward()
    assert wanted == ["next"]
    trainer.advance(1)
    slow.take(trainer.dissect())
    assert slow.moment == 0
    slow.leave()
    assert wanted == ["next", "leave"]
    slow.take(None)
    assert slow.moment is None and slow.count == 0


def test_plays_at_its_rate_and_goes_on_to_the_next_step(qtbot: QtBot) -> None:
    slow, wanted, _ = begun(qtbot)
    slow.set_rate(99)
    assert slow.rate == RATES[-1]
    slow.toggle()
    assert slow.playing
    qtbot.waitUntil(lambda: slow.moment == 2)
    slow.show_moment(slow.count - 1)
    qtbot.waitUntil(lambda: wanted == ["next"])
    slow.take(None)  # the run was started
    assert not slow.playing


def test_a_refusal_stops_it(qtbot: QtBot) -> None:
    slow, wanted = SlowMotion(), []
    slow.wanted.connect(wanted.append)
    slow.toggle()
    assert slow.playing and wanted == ["begin"]
    slow.refused()
    assert not slow.playing
    slow.forward()
    assert wanted == ["begin", "begin"]
