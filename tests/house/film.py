"""The window's first minute and a half as a film: what somebody sees who starts the program and touches nothing.

    make film OUT=first-minute.webp

The window plays by the clock; every half second it is asked for a picture of itself. On a machine that has other
things to do it has fewer steps to show.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from PIL import Image

SIZE = (1200, 750)
SHOWN = (960, 600)
"""Pixels of the window, and of the film."""
SECONDS, EVERY = 90.0, 0.5


def shoot(out: Path) -> int:
    """Write the film; return how many pictures it has."""
    from PySide6.QtCore import QEventLoop, QSettings
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from dropout_viz.app.look.theme import prepare
    from dropout_viz.app.session import Session
    from dropout_viz.app.window import Window
    from dropout_viz.app.workbench import furnish
    from dropout_viz.engine.arms import Arms
    from dropout_viz.engine.settings import load_preset

    application = QApplication.instance() or QApplication(["film"])
    assert isinstance(application, QApplication)
    prepare(application)
    window = Window(QSettings(str(out.with_suffix(".ini")), QSettings.Format.IniFormat))
    window.resize(*SIZE)
    window.show()
    session = Session(Arms.of(load_preset("three-lines")), "three-lines")
    furnish(window, session)
    session.play_pause()
    pictures: list[Image.Image] = []
    begun = time.monotonic()
    while (now := time.monotonic() - begun) < SECONDS:
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
        if now >= EVERY * len(pictures):
            taken = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
            size = (taken.width(), taken.height())
            whole = Image.frombuffer("RGB", size, bytes(taken.constBits()), "raw", "RGB", taken.bytesPerLine(), 1)
            pictures.append(whole.resize(SHOWN, Image.Resampling.LANCZOS))
    window.close()
    application.processEvents()
    pictures[0].save(
        out, save_all=True, append_images=pictures[1:], duration=round(1000 * EVERY), loop=0, quality=60, method=4
    )
    return len(pictures)


def main() -> None:
    """Shoot it, far from what the program remembers of whoever asks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="a .webp file")
    out = parser.parse_args().out.resolve()
    with tempfile.TemporaryDirectory(prefix="film-") as folder:
        for name in ("CONFIG", "CACHE", "DATA", "STATE"):
            os.environ[f"XDG_{name}_HOME"] = folder
        made = shoot(Path(folder) / "film.webp")
        out.write_bytes((Path(folder) / "film.webp").read_bytes())
    print(f"{made} pictures, {out.stat().st_size / 1e6:.1f} MB: {out.name}")


if __name__ == "__main__":
    main()
