"""The first minute of a new window: how far the balls have rolled, and what the window says at the end.

QT_QPA_PLATFORM=offscreen python -m tests.studies.first_minute [PRESET] [FOLDER for pictures]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from dropout_viz.app.look.theme import prepare
from dropout_viz.app.session import Session
from dropout_viz.app.window import Window
from dropout_viz.app.workbench import furnish
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer

LOOKS = (0.5, 5, 15, 30, 60)  # seconds


def main(preset: str, folder: Path | None) -> None:
    """Play a preset as a new window does, and print what is to be seen."""
    application = QApplication([])
    prepare(application)
    window = Window()
    window.resize(1280, 800)
    window.show()
    session = Session(Trainer(load_preset(preset)), preset)
    furnish(window, session)
    said: list[str] = []
    session.offer.connect(lambda text, *_: said.append(text))
    session.play_pause()
    begun = time.perf_counter()
    first: np.ndarray | None = None
    for look in LOOKS:
        _spin(begun + look - time.perf_counter())
        snapshot = session.frame().snapshot
        weights = np.concatenate([w.ravel() for w in snapshot.weights])
        first = weights if first is None else first
        moved = np.abs(weights - first)
        axis = 1.12 * float(np.abs(weights).max())  # half of it
        rolled = int((moved > 0.1 * axis).sum())
        clock = window.workbench.clock if window.workbench is not None else None
        frames = clock.frames_per_second if clock is not None else 0.0
        print(
            f"{time.perf_counter() - begun:4.0f} s: step {snapshot.step:6,}, {rolled} of {len(moved)} balls have "
            f"rolled over a twentieth of the axis, the median by {np.median(moved):.2f}; {frames:.0f} frames a second"
        )
        if folder is not None:
            window.grab().save(str(folder / f"{preset}-{look:g}.png"))
    while not said and time.perf_counter() - begun < 150:
        _spin(0.2)
    print(f"{time.perf_counter() - begun:.0f} s: {said[:1]}")
    if folder is not None:
        _spin(0.5)
        window.grab().save(str(folder / f"{preset}-end.png"))
    window.close()


def _spin(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(max(0, round(1000 * seconds)), loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "three-lines", Path(sys.argv[2]) if len(sys.argv) > 2 else None)
