"""Frames of real runs, and a view on them: for the tests of painted views."""

from __future__ import annotations

from functools import cache
from typing import Any

from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Arm, Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.views.base import Selection
from tests.views.hands import placed


@cache
def frame_of(preset: str, steps: int = 20, compare: bool = False, **settings: Any) -> Frame:
    """Return a frame of a run; ``compare``: with the same run without dropout beside it."""
    config = load_preset(preset).changed(**settings)
    configs = [config, config.changed(p_hidden=0.0, p_input=0.0)][: 1 + compare]
    arms = []
    for name, each in zip(("with dropout", "without dropout"), configs, strict=False):
        trainer = Trainer(each)
        trainer.advance(steps)
        arms.append(Arm(name, trainer.snapshot(), trainer.history))
    return Frame(tuple(arms), trainer.data)


def shown(qtbot: QtBot, key: str, frame: Frame, size: tuple[int, int] = (460, 400), theme: str = "dark") -> Any:
    """Return a view of a frame, with its header's tools beside it."""
    view = registry.entries("views")[key].load().View(Selection(), look.style(theme))
    placed(qtbot, view, size).show_frame(frame)
    return view
