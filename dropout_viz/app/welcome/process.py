"""Pictures of presets, trained and drawn in a process of their own: ``python -m dropout_viz.app.welcome.process``.

So the window's thread paints nothing for them, its run keeps the interpreter to itself, and the system lets it go
first. Standard input brings a line for each picture; where it ends, whoever asked is gone. See ``messages``.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from contextlib import suppress

from PySide6.QtCore import QCoreApplication, QEvent

from dropout_viz import registry
from dropout_viz.app.export.canvas import FigureCanvas
from dropout_viz.app.export.pictures import frame_of, offscreen_application, settled
from dropout_viz.app.export.shot import Shot
from dropout_viz.app.welcome.messages import Sent, Wanted, asked, packed
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.errors import MissingData, UserError

SIZE = (440, 275)
"""The size of a picture's view, in units: it is shown at half of that, and still has all of its parts."""
_NICE = 10  # the window goes first, and whatever runs in it
_LONGEST = 3.0  # seconds of training for one picture
_SLICE = 5  # steps between two looks at the clock


class Draughtsman:
    """Draws one preset after another. The run of the last one goes on where a later step of it is wanted."""

    def __init__(self) -> None:
        self._of: tuple[str, str, int] | None = None
        self._run: Arms | None = None
        self._canvas: FigureCanvas | None = None

    def draw(self, wanted: Wanted) -> Sent:
        """Return the picture, or why there is none."""
        try:
            return self._drawn(wanted)
        except MissingData as error:
            why = f"{error.store.title} {error.why}. Opening this offers the download."
        except UserError as error:
            why = str(error)
        except MemoryError:
            why = "There is not enough memory."
        except Exception as error:
            traceback.print_exc()
            why = f"Cannot be drawn: {type(error).__name__}: {error}"
        self.close()
        return Sent(wanted, why=why)

    def close(self) -> None:
        """Give everything back."""
        if self._canvas is not None:
            self._canvas.close()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._of, self._run, self._canvas = None, None, None

    def _drawn(self, wanted: Wanted) -> Sent:
        of = wanted.preset, wanted.theme, wanted.scale
        if of != self._of or self._run is None or self._run.step > wanted.step:
            self.close()
            self._of, self._run = of, Arms.of(load_preset(wanted.preset))
        run = self._run
        _train(run, wanted.step)
        shot = settled(Shot(_first_view(run.config), SIZE, wanted.scale, wanted.theme), run)
        frame = frame_of(run, shot)
        if self._canvas is None:
            self._canvas = FigureCanvas(shot, frame)
        else:
            self._canvas.show(frame)
        return Sent(wanted, run.step, self._canvas.image())


def _first_view(config: RunConfig) -> str:
    """Return the key of the view that stands in the centre of a run's stage."""
    entries = registry.entries("views").items()
    return config.stage[0] if config.stage else next(key for key, e in entries if e.facts["AREA"] == "centre")


def _train(run: Arms, step: int) -> None:
    """Train to a step, or as far as it goes in the time that there is."""
    end = time.monotonic() + _LONGEST
    while run.step < step and not run.stopped and not run.diverged and time.monotonic() < end:
        run.advance(min(_SLICE, step - run.step))


def main() -> None:
    """Serve whoever started this process, until that is gone."""
    if hasattr(os, "setsid"):
        with suppress(OSError):
            os.setsid()  # Ctrl-C is the window's to hear
    if hasattr(os, "nice"):
        os.nice(_NICE)
    taken = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what is printed must not get among the pictures
    offscreen_application()
    draughtsman = Draughtsman()
    with suppress(BrokenPipeError):
        for line in iter(sys.stdin.buffer.readline, b""):
            taken.write(packed(draughtsman.draw(asked(line))))
            taken.flush()
    os._exit(0)  # whatever is still there goes with it


if __name__ == "__main__":
    main()
