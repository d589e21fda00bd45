"""What the File menu, its keys and a drop do: open and save runs, and carry settings as text.

Files are read and written beside the window. Whatever cannot be read is refused before the run on show is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from dropout_viz import registry
from dropout_viz.app.export.shot import WINDOW
from dropout_viz.app.files.recent import Recent
from dropout_viz.app.files.tasks import FileTasks
from dropout_viz.app.session import Session
from dropout_viz.engine import own_table, run_file
from dropout_viz.engine.arms import not_shown
from dropout_viz.engine.command_line import command_line
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.handing import Handed, hand_over
from dropout_viz.engine.own_files import check_place
from dropout_viz.engine.settings import config_of, load_preset, preset_keys, to_toml
from dropout_viz.engine.source import READERS, Source, is_own, open_path, own_config
from dropout_viz.errors import MissingData, UserError
from dropout_viz.files import exists

PASTED = "Pasted settings"
_SLOW_MS = 400  # a file that has been read sooner needs no announcement


class _Coming(NamedTuple):
    """A run that has been asked for: what to do when it is on show, and where it is refused, which has been told."""

    source: Source
    there: Callable[[], object]
    failed: Callable[[UserError], object] | None


class FileActions(QObject):
    """Opens and saves. What it has to say, it says with the session's messages.

    Signals:
        changed: another ``path``.
        saved: the run on show was saved by hand: as what was handed over (``Handed``).
        own_asked: a table, or a folder of pictures, is to be opened, and it must be asked what is to be made of it: its
            path, and the settings that have been chosen.

    Attributes:
        path: the run file that the run on show came from or was saved in, else None.
        recent: what was opened and saved last.
        shown: tells how the window shows the run, for a run file to keep.
    """

    changed = Signal()
    saved = Signal(object)
    own_asked = Signal(object, object)

    def __init__(self, session: Session, window: QWidget, recent: Recent) -> None:
        super().__init__(window)
        self._session, self._window, self.recent = session, window, recent
        self.path: Path | None = None
        self.shown: Callable[[], Mapping[str, Any]] = dict
        self._run = -1  # that belongs to the path
        self._coming: _Coming | None = None
        self._ticket = 0  # of the file that was asked for last: only that one is opened
        self.tasks = FileTasks(self)
        self._slow = QTimer(self, singleShot=True)
        self._slow.timeout.connect(self._say_slow)
        self.tasks.failed.connect(lambda text: session.message.emit(text, "error"))
        session.config_changed.connect(self._look)
        session.opening.connect(self._look)

    def belong(self, path: Path) -> None:
        """Take the run on show for the one of a run file."""
        self.path, self._run = path.absolute(), self._session.frame().snapshot.run
        self.changed.emit()

    def finish(self) -> None:
        """Wait until everything is written; the window is about to close."""
        self.tasks.finish()

    # --- opening -----------------------------------------------------------------------------------------------------

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        endings = " ".join(f"*{ending}" for ending in READERS)
        dialog = self._dialog("Open", f"Runs, settings, pictures and tables ({endings})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.open()

    def open(self, path: Path) -> None:
        """Open a file in place of the run on show, which goes on until the file has been read; of a table, or of a
        folder of pictures, ask first what is to be made of it."""
        path = path.absolute()
        if is_own(path):
            self.own_asked.emit(path, {})
            return

        def there() -> None:
            self.recent.add(path)
            if path.suffix.lower() == run_file.ENDING:
                self.belong(path)
                session = self._session
                more = not_shown(session.runner.news.config)
                said = f"Opened {path.name} at step {session.frame().snapshot.step:,}: playing goes on from there."
                session.remark.emit(f"{said} {more}".rstrip(), "info", session.this_stop)

        self.bring(lambda: open_path(path), str(path), there)

    def open_table(self, path: Path, config: RunConfig) -> None:
        """Open a run of a table."""
        self.bring(lambda: Source(config), str(path), lambda: self.recent.add(path))

    def bring_own(self, path: Path, given: Mapping[str, Any], there: Callable[[], object] | None = None) -> None:
        """Open a run of one's own data without asking: what nobody has chosen is guessed."""
        self.bring(lambda: Source(own_config(path, given)), str(path), there or partial(self.recent.add, path))

    def ask_folder(self) -> None:
        """Ask for a folder of pictures and open it."""
        dialog = self._dialog("Open a folder of pictures", "")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda name: self.own_asked.emit(Path(name), {}))
        dialog.open()

    def ask_about_data(self) -> None:
        """Ask anew what is to be made of the data of the run on show."""
        config = self._session.config
        settings = {key: value for key, value in config.model_dump().items() if key not in own_table.FOLLOWING}
        self.own_asked.emit(Path(config.file), settings)

    def no_own_data(self) -> str:
        """Return why that cannot be asked, or ``""``."""
        return "" if self._session.config.file else "This run is of no data of your own."

    def bring(
        self,
        load: Callable[[], Source],
        name: str,
        there: Callable[[], object],
        failed: Callable[[UserError], object] | None = None,
    ) -> None:
        """Open what ``load`` returns, on a thread; when it is on show, do ``there``. What fails is told, or ``failed``
        is told of it. Nothing comes of it where another run is asked for meanwhile."""

        def read() -> Callable[[], object]:
            try:
                source = load()
                if source.picture is None:  # whose steps the session does again
                    with suppress(MissingData):  # the session asks for them
                        source = source.known()
            except UserError as error:
                return partial(fail, error)
            return lambda: take(source)

        def fail(error: UserError) -> None:
            if ticket == self._ticket:
                self._slow.stop()
            if failed is None:
                self._say(str(error), "error")
            else:
                failed(error)

        def take(source: Source) -> None:
            if ticket == self._ticket:
                self._slow.stop()
                if self._session.this_run() != asked:
                    return  # another run has been asked for since
                self._coming = _Coming(source, there, failed)
                self._session.open_source(source, name)

        self._ticket += 1
        ticket, asked = self._ticket, self._session.this_run()
        self._slow.start(_SLOW_MS)
        self.tasks.run(read)

    def _say_slow(self) -> None:
        """Say that a file is being read, until it has been, or another run is asked for."""
        if self.tasks.busy:
            self._session.remark.emit("Opening…", "info", lambda: (self._session.this_run(), self.tasks.busy))

    def open_recent(self, path: Path) -> None:
        """Open a file of the recent ones, or take it off their list where it is not there any more."""
        if exists(path):
            self.open(path)
        else:
            self.recent.drop(path)
            self._say(f"{path}: not there any more; it has been taken off the list.", "warning")

    def _look(self) -> None:
        """See whether a run has come that was opened, or another one than the path's."""
        session = self._session
        if session.awaited or session.lacking:
            return
        run = session.frame().snapshot.run
        if self.path is not None and run != self._run:
            self.path = None
            self.changed.emit()
        if self._coming is not None:
            coming, self._coming = self._coming, None
            if session.runner.opened is coming.source:
                coming.there()
            elif session.runner.refused is coming.source and coming.failed is not None:
                coming.failed(UserError(session.status.message))

    # --- saving ------------------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save the run in its own file; ask for one where it has none."""
        if self.path is not None and self._session.frame().snapshot.run == self._run:
            self.save_in(self.path)
        else:
            self.ask_save()

    def ask_save(self) -> None:
        """Take the run as it is now, ask for a file, and save it there; the run goes on meanwhile."""
        shown = self.shown()

        def take() -> Callable[[], None]:
            return partial(self._ask_where, self._hand_over(shown))

        self.tasks.run(take)

    def _hand_over(self, shown: Mapping[str, Any]) -> Handed:
        """Wait for the run's state, to be saved as one that is shown so."""
        handed = hand_over(self._session.runner)
        assert handed is not None
        return replace(handed, state=replace(handed.state, shown=shown))

    def _ask_where(self, handed: Handed) -> None:
        dialog = self._dialog("Save the run", f"Runs (*{run_file.ENDING})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(run_file.ENDING[1:])
        dialog.selectFile(self.suggested(handed.state.step))
        dialog.fileSelected.connect(lambda name: self.save_in(Path(name), handed))
        dialog.open()

    def suggested(self, step: int) -> str:
        """Return a name for a file of the run on show at a step."""
        return f"{base_name(str(self.path or self._session.name))}-step-{step}{run_file.ENDING}"

    def save_in(self, path: Path, taken: Handed | None = None) -> None:
        """Save the run as it is now, or was when it was taken, whole or not at all; the run goes on meanwhile."""
        if path.suffix.lower() != run_file.ENDING:
            self._say(f"{path}: a run is saved in a file that ends in {run_file.ENDING}", "error")
            return
        session, shown = self._session, self.shown()

        def write() -> Callable[[], None]:
            handed = self._hand_over(shown) if taken is None else taken
            check_place(path, handed.state.config)
            run_file.save(handed.state, path)
            return partial(told, handed)

        def told(handed: Handed) -> None:
            self.recent.add(path)
            if session.frame().snapshot.run == handed.run:
                self.belong(path)
                self.saved.emit(handed)
            self._say(f"Saved {path.name} at step {handed.state.step:,}.")

        self.tasks.run(write, writes=True)

    # --- settings as text --------------------------------------------------------------------------------------------

    def copy_settings(self) -> None:
        """Put the settings in force on the clipboard, as TOML."""
        self._copy(to_toml(self._session.runner.news.config), "Copied the settings as TOML.")

    def paste_settings(self) -> None:
        """Start a run of the settings on the clipboard; whatever is wrong with them is told in one line."""
        text = QGuiApplication.clipboard().text()
        try:
            config = _pasted(text)
        except UserError as error:
            self._say(str(error), "error")
            return
        self._session.open_config(config, name_of(config))
        self._session.remark.emit("Started a run of the pasted settings.", "info", self._session.this_run)

    def copy_command(self) -> None:
        """Put a command line on the clipboard that opens the state on show."""
        session = self._session
        frame = session.frame()
        text = command_line(frame.config or frame.snapshot.config, frame.snapshot.step, session.name)
        config, step, untold = frame.snapshot.config, frame.snapshot.step, []
        if marks := [mark for arm in frame.arms for mark in arm.history.marks]:
            untold.append(
                f"It does not tell what was changed at step {marks[0].step:,} and later: it uses the settings in force "
                "from the first step on."
            )
        if step and (config.stop_loss is not None or config.patience is not None):
            untold.append(f"It ends where the rule to stop ends it, if that is before step {step:,}.")
        if untold:
            self._copy(text, " ".join(["Copied the command line.", *untold, "A saved run tells it."]), "warning")
        else:
            self._copy(text, f"Copied: {text}")

    def _copy(self, text: str, said: str, level: str = "info") -> None:
        QGuiApplication.clipboard().setText(text)
        self._say(said, level)

    def _say(self, text: str, level: str = "info") -> None:
        self._session.message.emit(text, level)

    def _dialog(self, title: str, kinds: str) -> QFileDialog:
        """Return a dialog that does not stop the run, and forgets itself when it is closed."""
        dialog = QFileDialog(self._window, title, str(self.recent.folder), kinds)
        dialog.finished.connect(dialog.deleteLater)
        return dialog


def base_name(name: str) -> str:
    """Return what a run is called, of the name of its preset or file: without what an export has put behind it."""
    stem, step, _ = Path(name).stem.partition("-step-")
    shown = [key for key in (WINDOW, *registry.entries("views")) if step and stem.endswith(f"-{key}")]
    return (stem.removesuffix(f"-{shown[0]}") if shown else stem) or "run"


def name_of(config: RunConfig) -> str:
    """Return what to call a run of settings that come from no file: the preset that they began as, or their title."""
    if not config.title:
        return PASTED
    return next((key for key in preset_keys() if load_preset(key).title == config.title), config.title)


def _pasted(text: str) -> RunConfig:
    if not text.strip():
        wanted = "must be lines of key = value, as “Copy settings” writes them"
        raise UserError(f"The clipboard holds no text; {wanted}")
    return config_of(text, "Pasted")
