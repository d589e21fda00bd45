"""Exporting from the window: files are written on a thread of their own; a film's run is trained there, on a copy."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from dropout_viz.app.code_copies import recipe_of_frame
from dropout_viz.app.film import Film
from dropout_viz.app.film_file import Pixels, pixels_of, write
from dropout_viz.app.pictures import Easel, easel_of, frame_of, settled
from dropout_viz.draw.painting import tell
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.code_file import write_code
from dropout_viz.engine.curves import Curves, to_csv
from dropout_viz.engine.measured import at_step
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.replay import replay
from dropout_viz.engine.settings import to_toml
from dropout_viz.errors import MissingData, UserError
from dropout_viz.files import replacing, write_bytes, write_text
from dropout_viz.views.base import Frame

Write = Callable[[], object]


def curves(frame: Frame, shown: ShownRun, path: Path) -> None:
    """Write the curves of the arms on show, up to the step on show."""
    found = [
        Curves(
            arm.name, arm.snapshot.config.seed + arm.snapshot.world, arm.history, arm.snapshot.step,
            at_step(arm.snapshot, arm.history, frame.data),
        )
        for arm in frame.arms
    ]  # fmt: skip
    write_text(path, "".join(to_csv(found, shown.about())))


def settings(frame: Frame, shown: ShownRun, path: Path) -> None:
    """Write the settings in force."""
    write_text(path, to_toml(shown.config))


def code(frame: Frame, shown: ShownRun, path: Path) -> None:
    """Write code that repeats the run up to the step on show, and the data that it reads."""
    write_code(recipe_of_frame(frame), path)


WRITERS: dict[str, Callable[[Frame, ShownRun, Path], None]] = {".csv": curves, ".toml": settings, ".py": code}
"""What writes each kind of file that needs no drawing, by its ending."""


@dataclass(frozen=True)
class _Asked:
    """A frame that is to be painted on the window's thread. ``begin``: the run there, where it is the first."""

    frame: Frame
    begin: Arms | None


class Writing(QObject):
    """One file that is being written.

    Signals:
        told: frames done, frames to do. ended: what went wrong, ``""`` where nothing did.
    """

    told = Signal(int, int)
    ended = Signal(str)
    _asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._given_up = threading.Event()
        self._pixels: queue.Queue[Pixels | Exception] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._film: Film | None = None
        self._easel: Easel | None = None
        self._stack = ExitStack()
        self._asked.connect(self._paint)
        self.ended.connect(self._close)

    def _close(self) -> None:
        self._stack.close()
        self._easel = self._film = None

    @property
    def busy(self) -> bool:
        """Whether it is under way."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, act: Write) -> None:
        """Do something on a thread; ``UserError`` and ``MissingData`` are told."""

        def work() -> None:
            wrong = ""
            try:
                act()
            except (UserError, MissingData, OSError, MemoryError) as error:
                wrong = str(error) or type(error).__name__
            except Exception as error:
                wrong = tell("This should not have happened", error)
            self.ended.emit(wrong)

        self._thread = threading.Thread(target=work, name="export")
        self._thread.start()

    def bytes_to(self, path: Path, make: Callable[[], bytes]) -> None:
        """Write what ``make`` returns, which is called on the thread."""
        self.start(lambda: write_bytes(path, make()))

    def film(self, film: Film, shown: ShownRun, path: Path) -> None:
        """Write a film of a run that is done again for it."""
        self._film = film
        said = {**shown.texts(), "picture": json.dumps(film.facts(), separators=(",", ":"))}

        def act() -> None:
            with replacing(path) as temporary:
                frames = self._frames(film, shown)
                write(temporary, path.suffix.lower(), frames, film.size, film.fps, json.dumps(said))

        self.start(act)

    def give_up(self) -> None:
        """End a film; what was there before stays."""
        self._given_up.set()

    def finish(self) -> None:
        """Give a film up, and wait for a file that is being written."""
        self._given_up.set()
        if self._thread is not None:
            self._thread.join()
        self._stack.close()

    def _frames(self, film: Film, shown: ShownRun) -> Iterator[Pixels]:
        """Yield a film's frames; called on the thread."""
        count = len(film.steps)
        run = Arms.of(shown.config if shown.first is None else shown.first)
        shot = settled(film.shot, run)
        for number, step in enumerate(film.steps):
            replay(run, shown.changes, step, lambda done, of: not self._given_up.is_set())
            self._asked.emit(_Asked(frame_of(run, shot), None if number else Arms.from_state(run.state())))
            yield self._answer()
            self.told.emit(number + 1, count)

    def _answer(self) -> Pixels:
        while True:
            if self._given_up.is_set():
                raise UserError("given up; nothing was written")
            try:
                answer = self._pixels.get(timeout=0.1)
            except queue.Empty:
                continue
            if isinstance(answer, Exception):
                raise answer
            return answer

    def _paint(self, asked: _Asked) -> None:
        """Paint a frame; on the window's thread."""
        film = self._film
        if film is None or self._given_up.is_set():
            return
        try:
            if asked.begin is not None:
                self._easel = self._stack.enter_context(easel_of(film.shot, asked.begin))
            assert self._easel is not None
            if asked.begin is None:
                self._easel.show(asked.frame)
            self._pixels.put(pixels_of(self._easel.image(), film.size))
        except Exception as error:
            self._pixels.put(error)
