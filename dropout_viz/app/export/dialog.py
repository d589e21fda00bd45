"""The export dialog: what, as which kind of file, how large, which steps, where. Its errors stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QStandardPaths
from PySide6.QtWidgets import QFileDialog

from dropout_viz import places
from dropout_viz.app.export.fields import DRAWN, FILMS, FORMATS, STEPPED, ExportFields
from dropout_viz.app.export.film import Film
from dropout_viz.app.export.frames import every_for, film_steps, shown_until
from dropout_viz.app.export.shot import WINDOW, WINDOW_SIZE, Shot
from dropout_viz.app.export.viewfinder import Viewfinder
from dropout_viz.app.export.writing import WRITERS, Writing
from dropout_viz.app.files.actions import base_name
from dropout_viz.app.session import Session
from dropout_viz.draw.numbers import count
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.own_files import check_place
from dropout_viz.errors import UserError
from dropout_viz.files import at_home, is_file, is_folder
from dropout_viz.words import many


class ExportDialog(ExportFields):
    """Asks for what, kind, size, steps and file. It does not block: the run goes on, a film shows how far it is.

    What is exported is the moment at which it was opened, with all that was chosen then.
    """

    def __init__(self, session: Session, finder: Viewfinder) -> None:
        super().__init__(finder.window, [(panel.key, panel.title) for panel in finder.panels])
        self.setWindowTitle("Export")
        self._session, self._finder = session, finder
        self._writing = Writing()
        self._frame, self._shot = self._moment()
        self._connect()

    def _connect(self) -> None:
        self.what.currentIndexChanged.connect(self._take_what)
        self.kind.currentIndexChanged.connect(self._take_kind)
        for box in (self.width_, self.height_, self.first, self.last, self.every, self.fps):
            box.valueChanged.connect(self._repaint)
        for box in (self.first, self.last):
            box.valueChanged.connect(lambda _: self.every.setValue(every_for(self.first.value(), self.last.value())))
        self.scale.currentIndexChanged.connect(self._repaint)
        self.file.textChanged.connect(self._take_file)
        self.browse.clicked.connect(self._browse)

    def _moment(self) -> tuple[Frame, Shot]:
        """Return what the window shows now, and how all of its views show it."""
        frame = self._session.frame()
        return frame, self._finder.shot(frame, WINDOW, WINDOW_SIZE)

    # --- asking ------------------------------------------------------------------------------------------------------

    def ask(self, key: str = "", ending: str = "") -> None:
        """Open the dialog for a view by its key, or for the whole window; ``ending``: of the kind of file that is
        meant, else the one that was chosen last."""
        if not self._writing.busy:
            self._frame, self._shot = self._moment()
            self.what.setCurrentIndex(max(0, self.what.findData(key or WINDOW)))
            if ending:
                self.kind.setCurrentIndex(self.kind.findData(ending))
            self._take_what()
            self.show_busy(False)
        self.come()
        self.accept_button.setFocus()

    def reject(self) -> None:
        """Give up a film or a picture that is being made; else close."""
        if self._writing.busy:
            self._writing.give_up()
        else:
            super().reject()

    def _take_what(self) -> None:
        widget = self._finder.widget(self.what.currentData())
        size = widget.size() if widget.isVisible() else None
        self.width_.setValue(size.width() if size else 960)
        self.height_.setValue(size.height() if size else 600)
        self.last.setValue(self._frame.snapshot.step or self._frame.snapshot.config.steps)
        self._suggest()

    def _take_kind(self) -> None:
        if self.ending in FILMS and self.scale.currentData() != 1:
            self.scale.setCurrentIndex(0)
        self._suggest()

    def _suggest(self) -> None:
        """Suggest a file, in the folder of the last one, and show what can be chosen."""
        name, step, ending = base_name(self._shot.name), self._frame.snapshot.step, self.ending
        what = f"-{self.what.currentData()}" if ending in DRAWN else ""
        about = "" if ending in STEPPED or ending == ".toml" else f"-step-{step}"
        folder = Path(self.file.text()).parent if self.file.text() else _folder()
        self.file.setText(str(folder / f"{name}{what}{about}{ending}"))
        self.show_rows()
        self._repaint()

    def _take_file(self) -> None:
        at = self.kind.findData(Path(self.file.text()).suffix.lower())
        if at >= 0 and at != self.kind.currentIndex():
            with QSignalBlocker(self.kind):
                self.kind.setCurrentIndex(at)
            self.show_rows()
        self._repaint()

    def _browse(self) -> None:
        kinds = ";;".join(f"{title} (*{ending})" for ending, title in FORMATS.items())
        chosen, _ = QFileDialog.getSaveFileName(
            self,
            "Export to",
            self.file.text(),
            kinds,
            f"{FORMATS[self.ending]} (*{self.ending})",
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if chosen:
            self.file.setText(chosen)

    def _repaint(self) -> None:
        """Say what will be written, or what is wrong with it."""
        step, first, last = (count(n) for n in (self._frame.snapshot.step, self.first.value(), self.last.value()))
        self.setWindowTitle(f"Export steps {first} to {last}" if self.ending in STEPPED else f"Export step {step}")
        wrong, said = "", "With the run's settings inside."
        if self.ending == ".py":
            said = "NumPy, or PyTorch where the name ends in _torch.py."
        film = self._film(Shot(self.what.currentData(), self._size(), self.scale.currentData()))
        if self.ending in DRAWN:
            wide, high = self._size() if self.ending == ".svg" else film.size(self.ending)
            said = f"{count(wide)} × {count(high)} pixels, with the run's settings inside."
        if self.ending in FILMS:
            frames = film.count
            said = f"{many(frames, 'frame')}, {frames / film.fps:,.1f} s. {said}"
            try:
                film.check(self.ending)
            except UserError as error:
                wrong = str(error)
        if self.ending == ".html":
            try:
                said = f"{many(len(self._steps()), 'frame')} of the network, the loss and the landscape. {said}"
            except UserError as error:
                wrong = str(error)
        exists = is_file(self._path())
        self.note.setText(said + (" The file exists: it will be replaced." if exists else ""))
        self.accept_button.setText("Replace" if exists else "Export")
        self.say(wrong)

    def _size(self) -> tuple[int, int]:
        return self.width_.value(), self.height_.value()

    def _path(self) -> Path:
        path = at_home(self.file.text())
        known = path.suffix.lower() == self.ending
        return path if known or not path.name else path.with_name(path.name + self.ending)

    def _steps(self) -> Sequence[int]:
        return film_steps(self.first.value(), self.last.value(), self.every.value())

    def _film(self, shot: Shot) -> Film:
        return Film(shot, self.first.value(), self.last.value(), self.every.value(), self.fps.value())

    # --- doing -------------------------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Draw the moment and write in the background; close when that is done. What is wrong is said here."""
        if self._writing.busy:
            return
        self.say("")
        try:
            check_place(self._path(), self._frame.snapshot.config)
            self._start()
        except UserError as error:
            self.say(str(error))
            return
        self.show_busy(True)

    def _start(self) -> None:
        """Begin to draw and to write."""
        frame, path, ending = self._frame, self._path(), self.ending
        what, scale, theme = (box.currentData() for box in (self.what, self.scale, self.theme))
        shot = replace(self._shot.of(what), size=self._size(), scale=scale, theme=theme or self._shot.theme)
        writing = Writing()  # the last one goes when this one takes its place
        writing.told.connect(self._show_progress)
        writing.ended.connect(self._end)
        if ending in FILMS:
            film = self._film(shot.without_past())
            film.check(ending)
            writing.film(film, shot.shown(frame), path)
        elif ending == ".html":
            steps, shown = self._steps(), shot.shown(frame)
            changes = (*shown.changes, *shown.later)
            about = shown_until(shown.first or shown.config, changes, steps[-1], frame.data.files)
            writing.page(about, steps, base_name(shot.name), path)
        elif ending in DRAWN:
            writing.picture(shot, frame, path)
        else:
            writing.start(partial(WRITERS[ending], frame, shot.shown(frame), path))
        self._writing = writing

    def _end(self, wrong: str) -> None:
        self.show_busy(False)
        if wrong:
            self.say(wrong)
            self.accept_button.setFocus()  # what stopped it has closed the dialog where it is pressed once more
        else:
            self.hide()
            self._session.message.emit(f"Exported {self._path()}", "info")

    def _show_progress(self, done: int, of: int) -> None:
        self.bar.setRange(0, of)
        self.bar.setValue(done)
        parts = {".html": f"{100 * done // max(1, of)} %"} | dict.fromkeys(FILMS, f"Frame {count(done)} of {count(of)}")
        self.note.setText(parts.get(self.ending, "Drawing…"))

    def finish(self) -> None:
        """Wait for a file that is being written: a picture that was asked for is not lost. A film is given up."""
        self._writing.finish()


def _folder() -> Path:
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(place) if place and is_folder(Path(place)) else places.home()
