"""Exporting from the window: files are written on a thread of their own; a film's run is trained there, on a copy."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from dropout_viz.app.export import png
from dropout_viz.app.export.canvas import FigureCanvas
from dropout_viz.app.export.code_copies import recipe_of_frame
from dropout_viz.app.export.drawing import Drawing
from dropout_viz.app.export.film import Film
from dropout_viz.app.export.film_file import pixels_of, write
from dropout_viz.app.export.page.written import write_page
from dropout_viz.app.export.pictures import frame_of, settled
from dropout_viz.app.export.shot import Shot
from dropout_viz.draw.painting import tell
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.curves import Curves, to_csv
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.measured import at_step
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.replay import GivenUp, replay
from dropout_viz.engine.settings import to_toml
from dropout_viz.errors import MissingData, UserError
from dropout_viz.files import replacing, write_bytes, write_text
from dropout_viz.script.write import write_code

Write = Callable[[], object]
_GIVEN_UP = "given up; nothing was written"


def curves(frame: Frame, shown: ShownRun, path: Path) -> None:
    """Write the curves of the arms on show, up to the step on show."""
    found = [
        Curves(
            arm.name,
            arm.snapshot.config.seed + arm.snapshot.world,
            arm.history,
            arm.snapshot.step,
            at_step(arm.snapshot, arm.history, frame.data),
        )
        for arm in frame.arms
    ]
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
class _Picture:
    """A picture that is to be drawn and written."""

    shot: Shot
    frame: Frame
    path: Path

    @property
    def svg(self) -> bool:
        return self.path.suffix.lower() == ".svg"

    def encoded(self, drawn: QImage | bytes) -> bytes:
        """Return what is to be written; any thread may do it."""
        return drawn if isinstance(drawn, bytes) else png.encode(drawn, png.texts(self.shot, self.frame))


class Writing(QObject):
    """One file that is being written.

    Signals:
        told: of a film frames done and frames to do, of a page parts of its work, of a picture turns of drawing it.
        ended: what went wrong, ``""`` where nothing did.
    """

    told = Signal(int, int)
    ended = Signal(str)
    _asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._given_up = threading.Event()
        self._images: queue.Queue[QImage | Exception] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._picture: _Picture | None = None  # that is not drawn yet
        self._drawing: Drawing | None = None
        self._asked.connect(self._draw_frame)
        self.ended.connect(self._close)

    def _close(self) -> None:
        self._picture = None
        if self._drawing is not None:
            self._drawing.close()
            self._drawing = None

    @property
    def busy(self) -> bool:
        """Whether it is under way."""
        return self._picture is not None or (self._thread is not None and self._thread.is_alive())

    def start(self, act: Write) -> None:
        """Do something on a thread; ``UserError`` and ``MissingData`` are told."""

        def work() -> None:
            wrong = ""
            try:
                act()
            except GivenUp:  # which tells a step on the way to one frame, or of one pass of two
                wrong = _GIVEN_UP
            except (UserError, MissingData, OSError, MemoryError) as error:
                wrong = str(error) or type(error).__name__
            except Exception as error:
                wrong = tell("This should not have happened", error)
            self.ended.emit(wrong)

        self._thread = threading.Thread(target=work, name="export")
        self._thread.start()

    def picture(self, shot: Shot, frame: Frame, path: Path) -> None:
        """Draw a frame in turns, while the window lives on, and write it. Raises ``UserError``."""
        self._drawing = Drawing(shot, self)
        self._drawing.told.connect(self.told)
        self._drawing.drawn.connect(self._write_picture)
        self._drawing.failed.connect(self._fail)
        picture = _Picture(shot, frame, path)
        self._drawing.draw(frame, svg=picture.svg)
        self._picture = picture

    def _write_picture(self, drawn: QImage | bytes) -> None:
        picture = self._picture
        self._close()
        if picture is not None:
            self.start(lambda: write_bytes(picture.path, picture.encoded(drawn)))

    def _fail(self, error: Exception) -> None:
        told = isinstance(error, UserError | OSError | MemoryError)
        self.ended.emit(str(error) if told else tell("This should not have happened", error))

    def film(self, film: Film, shown: ShownRun, path: Path) -> None:
        """Write a film of a run that is done again for it."""
        said = {**shown.texts(), "picture": json.dumps(film.facts(), separators=(",", ":"))}
        ending = path.suffix.lower()
        size = film.size(ending)

        def act() -> None:
            with replacing(path) as temporary:
                frames = (pixels_of(image, size) for image in self._frames(film, shown))
                write(temporary, ending, frames, size, film.fps, json.dumps(said))

        self.start(act)

    def page(self, shown: ShownRun, steps: Sequence[int], name: str, path: Path) -> None:
        """Write a page of some steps of a run, which is done again for it. ``name``: what the run is called."""

        def going(done: int, of: int) -> bool:
            self.told.emit(done, of)
            return not self._given_up.is_set()

        self.start(lambda: write_page(shown, steps, name, path, going))

    def give_up(self) -> None:
        """End a film, or a picture that is being drawn; what was there before stays."""
        self._given_up.set()
        if self._picture is not None:
            self.ended.emit(_GIVEN_UP)

    def finish(self) -> None:
        """Give a film up; draw and write a picture that was asked for, whatever time it takes."""
        self._given_up.set()
        if self._picture is not None:
            picture = self._picture
            self._close()
            with suppress(UserError), FigureCanvas(picture.shot, picture.frame) as canvas:
                self._picture = picture
                self._write_picture(canvas.svg() if picture.svg else canvas.image())
        if self._thread is not None:
            self._thread.join()
        self._close()

    def _frames(self, film: Film, shown: ShownRun) -> Iterator[QImage]:
        """Yield a film's frames; called on the thread."""
        count = film.count
        run = Arms.of(shown.config if shown.first is None else shown.first)
        shot = settled(film.shot, run)
        for number, step in enumerate(film.steps):
            replay(run, shown.changes, step, lambda done, of: not self._given_up.is_set())
            self._asked.emit((shot, frame_of(run, shot)))
            yield self._answer()
            self.told.emit(number + 1, count)

    def _answer(self) -> QImage:
        while True:
            if self._given_up.is_set():
                raise UserError(_GIVEN_UP)
            try:
                answer = self._images.get(timeout=0.1)
            except queue.Empty:
                continue
            if isinstance(answer, Exception):
                raise answer
            return answer

    def _draw_frame(self, asked: tuple[Shot, Frame]) -> None:
        """Draw a film's frame; on the window's thread."""
        shot, frame = asked
        if self._given_up.is_set():
            return
        try:
            if self._drawing is None:
                self._drawing = Drawing(shot, self)
                self._drawing.drawn.connect(self._images.put)
                self._drawing.failed.connect(self._images.put)
            self._drawing.draw(frame)
        except UserError as error:
            self._images.put(error)
