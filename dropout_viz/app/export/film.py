"""A range of a run's steps as a film: which steps, how fast, and their pictures one by one."""

from __future__ import annotations

import importlib.util
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage

from dropout_viz.app.export.film_file import pixels_of, write
from dropout_viz.app.export.frames import film_steps
from dropout_viz.app.export.pictures import canvas_of, frame_of, settled
from dropout_viz.app.export.shot import Shot
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.replay import GivenUp, Going, always, replay
from dropout_viz.engine.state import Change
from dropout_viz.errors import UserError
from dropout_viz.files import replacing

MOST = 5_000
FPS = 20
VIEW_SIZE = (800, 500)
"""Of a film of a view, unless told otherwise: half as large a file as a picture's size makes."""
FASTEST = 50
MOST_PIXELS = {".gif": 400_000_000, ".mp4": 4_000_000_000}
"""Pixels of all frames together, by the file's ending: a GIF is put together in memory."""
LARGEST = 4096
"""Pixels of a frame's side, at most."""


@dataclass(frozen=True)
class Film:
    """Which steps of a run are shown, and how.

    Attributes:
        shot: how each is shown. first, last: steps. every: steps from one frame to the next. fps: frames a second.
    """

    shot: Shot
    first: int
    last: int
    every: int
    fps: int = FPS

    @property
    def steps(self) -> Sequence[int]:
        """The steps that are shown, as of a page: the last one is always among them."""
        return film_steps(self.first, self.last, self.every)

    @property
    def count(self) -> int:
        """How many frames it has; none where the last step comes before the first."""
        return len(range(self.first, self.last, self.every)) + (self.last >= self.first)

    @property
    def asked(self) -> tuple[int, int]:
        """The pixels of a frame that were asked for."""
        width, height = self.shot.size
        return round(width * self.shot.scale), round(height * self.shot.scale)

    def size(self, ending: str) -> tuple[int, int]:
        """Return the pixels of a frame in a file of that ending: an MP4 wants them to be even, and has one more."""
        width, height = self.asked
        return (width + width % 2, height + height % 2) if ending == ".mp4" else self.asked

    def check(self, ending: str) -> None:
        """Raise ``UserError`` for a film that cannot be made; ``ending``: of its file."""
        self.shot.check()
        if ending == ".mp4" and importlib.util.find_spec("av") is None:
            raise UserError("an .mp4 needs PyAV, which this installation leaves out: must be a .gif")
        if self.last < self.first:
            raise UserError(f"steps {self.first} to {self.last}: the last must be at least the first")
        if not 1 <= self.fps <= FASTEST:
            raise UserError(f"{self.fps} frames a second: must be 1 to {FASTEST}")
        count, (width, height) = self.count, self.size(ending)
        if count > MOST:
            raise UserError(f"{count:,} frames: must be at most {MOST:,}, such as one every {self.least_every} steps")
        if max(width, height) > LARGEST:
            raise UserError(f"{width} x {height} pixels: a film's sides must be at most {LARGEST:,}")
        if count * width * height > MOST_PIXELS[ending]:
            most = MOST_PIXELS[ending] // (width * height)
            raise UserError(
                f"{count:,} frames of {width} x {height} pixels: must be at most {most:,} of that size in a {ending}"
            )

    def facts(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return {**self.shot.facts(), "from": self.first, "every": self.every, "fps": self.fps}

    @property
    def least_every(self) -> int:
        """The least distance of frames that is allowed."""
        return math.ceil((self.last - self.first) / (MOST - 1))


def shoot(film: Film, run: Arms, changes: Sequence[Change] = (), going: Going = always) -> Iterator[QImage]:
    """Yield a film's pictures, training the run from where it is, which must not be beyond the first step.

    ``changes``: of live settings, made at their steps. ``going``: told frames.

    Raises:
        UserError: it cannot be made, or was given up.
    """
    count = film.count
    replay(run, changes, film.first, lambda done, of: going(0, count))
    shot = settled(film.shot, run)
    with canvas_of(shot, Arms.from_state(run.state())) as canvas:
        for number, step in enumerate(film.steps):

            def on(done: int, of: int, shown: int = number) -> bool:
                return going(shown, count)

            replay(run, changes, step, on)
            if number:
                canvas.show(frame_of(run, shot))
            yield canvas.image()
            if not going(number + 1, count):
                raise GivenUp(f"given up at frame {number + 1:,} of {count:,}")


def write_film(film: Film, run: Arms, shown: ShownRun, path: Path, going: Going = always) -> None:
    """Write a film as a GIF or an MP4, training the run from where it is. ``shown``: what the film says of its run.

    Raises:
        UserError: as ``shoot`` does, or a place that cannot be written.
    """
    about = json.dumps(shown.texts())
    ending = path.suffix.lower()
    size = film.size(ending)
    with replacing(path) as temporary:
        pictures = (pixels_of(image, size) for image in shoot(film, run, shown.changes, going))
        write(temporary, ending, pictures, size, film.fps, about)
