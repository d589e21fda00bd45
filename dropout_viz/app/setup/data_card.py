"""Data that are not there yet: a card in place that downloads them or takes a folder, and then opens the run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dropout_viz.app.buttons import TextButton
from dropout_viz.app.look.motion import Motion
from dropout_viz.app.look.progress import ProgressBar
from dropout_viz.app.look.scaling import px
from dropout_viz.app.panels.floating import Floating
from dropout_viz.app.session import Session
from dropout_viz.data.fetch import Download, FetchCancelled, FetchProgress
from dropout_viz.draw.numbers import count
from dropout_viz.errors import MissingData, RunError, UserError
from dropout_viz.late_threads import leave

_WIDTH = 540
_AROUND = 80  # its margins, and those about it
_OPENING_MS = 300  # a run that is there sooner needs no announcement
_WAIT = 0.3  # seconds for a thread that was told to end; it may be waiting for a connection


class DataCard(Floating):
    """Says what is missing, or how far it is. Nothing that it does keeps the window waiting."""

    _moved = Signal(object)  # how far the download is
    _ended = Signal(str, str)  # how a job ended: "done", "cancelled" or "failed", and why

    def __init__(self, session: Session, window: QWidget, above: QWidget, motion: Motion) -> None:
        super().__init__(window, above)
        self._motion = motion
        self.setObjectName("Card")
        self._session = session
        self._store: Any = None
        self._download: Download | None = None
        self._thread: threading.Thread | None = None
        self.title, self.text = QLabel(), QLabel()
        self.title.setProperty("tone", "title")
        self.text.setProperty("tone", "dim")
        self.text.setWordWrap(True)
        self.text.setFixedWidth(_WIDTH)
        self.bar = ProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.get = TextButton("Download", primary=True)
        self.folder = TextButton("Choose a folder…")
        self.leave = TextButton("Not now")
        self._lay_out()
        self.get.clicked.connect(self._start_download)
        self.folder.clicked.connect(self._ask_folder)
        self.leave.clicked.connect(self._leave)
        self._moved.connect(self._show_progress)
        self._ended.connect(self._take_end)
        self._opening = QTimer(self, singleShot=True, interval=_OPENING_MS)
        self._opening.timeout.connect(self._show_opening)
        self._restoring = QTimer(self, interval=_OPENING_MS)
        self._restoring.timeout.connect(self._show_restoring)
        session.opening.connect(self._look)
        session.data_missing.connect(self._offer)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.leave, self.folder, self.get):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addWidget(self.bar)
        column.addLayout(row)

    @property
    def working(self) -> bool:
        """Whether it downloads, or reads a folder."""
        return self._thread is not None

    def dismiss(self) -> bool:
        """Do what its button for that does; where it has none it cannot be called off."""
        there = self.leave.isVisible()
        if there:
            self._leave()
        return there

    def finish(self) -> None:
        """Call off whatever goes on; the window is about to close."""
        if self._download is not None:
            self._download.cancel()
        if self._thread is not None:
            self._thread.join(_WAIT)
            leave(self._thread)
            self._thread = None

    # --- what it says ------------------------------------------------------------------------------------------------

    def _say(self, title: str, text: str, *, bar: bool = False, get: bool = False, leave: str = "") -> None:
        """Show a title, a text, and those of the controls that are of use now."""
        self.title.setText(title)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.bar.setVisible(bar)
        self.get.setVisible(get)
        self.folder.setVisible(get)
        self.text.setFixedWidth(min(px(self, _WIDTH), self._window.width() - px(self, _AROUND)))
        self.leave.setVisible(bool(leave))
        self.leave.setText(leave)
        self.appear()

    def _offer(self, missing: MissingData, said: str = "") -> None:
        self._store = store = missing.store
        size = f"{store.bytes / 1e6:.0f} MB"
        self.get.setText(f"Download ({size})")
        detail = f"{missing.detail}. " if missing.detail else ""
        self._offered = missing
        text = (
            said or f"{detail}It can be downloaded once and is then kept, or taken from a folder that holds its files."
        )
        self._say(f"{store.title} {missing.why}", text, get=True, leave="Not now")

    def _look(self) -> None:
        """Another run has been asked for, or has come."""
        self._restoring.stop()
        if not self._session.under_way:
            self._opening.stop()
        else:
            self._opening.start()
        if not self.working:
            self.hide()

    def _show_opening(self) -> None:
        if self._session.under_way and not self.working:
            self._motion.wait_with(self.bar)
            self._say(self._session.under_way, "", bar=True)
            self._restoring.start()

    def _show_restoring(self) -> None:
        """Show how far a run is whose steps are done again."""
        restored = self._session.runner.restored
        if restored is not None and not self.working:
            self.bar.setRange(0, restored[1])
            self.bar.setValue(restored[0])
            begins = "Its steps are done again:" if self._session.awaited else "Step"
            steps = f"{begins} {count(restored[0])} of {count(restored[1])}"
            self._say(self._session.under_way, steps, bar=True, leave="Stop")

    def _show_progress(self, progress: FetchProgress) -> None:
        if self._download is None:
            return
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        host = f" from {progress.host}" if progress.host else ""
        self.text.setText(f"{progress.done / 1e6:.1f} of {progress.total / 1e6:.1f} MB{host}")

    # --- what it does ------------------------------------------------------------------------------------------------

    def _start_download(self) -> None:
        self._download = self._store.download(self._moved.emit)
        self._motion.wait_with(self.bar)
        self._say(f"Downloading {self._store.title}", "Looking for a server that has it…", bar=True, leave="Cancel")
        self._work(self._get)

    def _get(self) -> None:
        """Download, on a thread; what was asked for last is taken, not what a folder named before holds."""
        assert self._download is not None
        self._download.run()
        self._store.set_aside()

    def _ask_folder(self) -> None:
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        folder = QFileDialog.getExistingDirectory(
            self.window(), f"A folder with the files of {self._store.title}", home
        )
        if folder:
            self._motion.wait_with(self.bar)
            self._say("Reading the files…", folder, bar=True)
            self._work(lambda: self._store.choose(Path(folder)))

    def _leave(self) -> None:
        """Call off the download, or the opening of a run; or, while nothing goes on, do without the run."""
        if self._session.under_way and not self.working:
            self._session.runner.give_up()
        elif self._download is not None:
            self._say(f"Downloading {self._store.title}", "Calling it off…", bar=True)
            self._download.cancel()
        else:
            self._session.give_up()
            self.hide()

    def _work(self, job: Callable[[], object]) -> None:
        self._thread = threading.Thread(target=self._run, args=(job,), name="data", daemon=True)
        self._thread.start()

    def _run(self, job: Callable[[], object]) -> None:
        how, why = "done", ""
        try:
            job()
        except FetchCancelled:
            how = "cancelled"
        except (UserError, RunError) as error:
            how, why = "failed", f"{error}."
        except Exception as error:
            how, why = "failed", f"This should not have happened: {type(error).__name__}: {error}"
        with suppress(RuntimeError):  # the window has been deleted meanwhile
            self._ended.emit(how, why)

    def _take_end(self, how: str, why: str) -> None:
        if self._thread is None:
            return  # the window is closing
        self._thread.join()
        self._thread = self._download = None
        wanted = self._session.lacking
        if how != "done" and wanted:
            kept = "What has arrived is kept: the next download goes on from there." if how == "cancelled" else why
            self._offer(self._offered, kept)
            return
        self.hide()
        if how == "done" and wanted:
            self._session.retry()
        elif how == "done":
            self._session.message.emit(f"{self._store.title} is here now.", "info")
