"""The dialog of a folder of pictures: some of each class as the network will see them, their size, and the test share.

The folder is looked through, and pictures are read, on threads; what is not the newest any more is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QWidget

from dropout_viz.app.asking_dialog import AskingDialog, text_label
from dropout_viz.app.files.tasks import FileTasks
from dropout_viz.app.look.theme import Theme
from dropout_viz.app.setup.editor import Editor
from dropout_viz.app.setup.editors import make_editor
from dropout_viz.data.pictures import FoundPictures, look, read
from dropout_viz.draw import style as look_of
from dropout_viz.draw.painting import Painted
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.engine.own_images import CHOSEN
from dropout_viz.errors import UserError
from dropout_viz.words import many

_SIZE = (640, 440)
_EACH, _CLASSES = 8, 20  # pictures of a class that are shown, and classes
_CELL, _GAP, _NAME, _PAD = 52, 6, 120, 10  # pixels
Rows = tuple[tuple[str, int, tuple[NDArray[np.float32], ...]], ...]
"""A class's name, how many pictures it has, and some of them, (side, side)."""


class Samples(Painted):
    """Some pictures of each class, a row a class."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: Rows = ()
        self.setAccessibleName("Some pictures of each class")

    def show_rows(self, rows: Rows) -> None:
        """Show other pictures."""
        self._rows = rows
        told = (f"{name}: {many(count, 'picture')}" for name, count, _ in rows)
        self.setAccessibleDescription("; ".join(told))
        self.setMinimumSize(self.sizeHint())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return self.pixels(QSize(_NAME + _EACH * (_CELL + _GAP), 2 * _PAD + len(self._rows) * (_CELL + _GAP)))

    def draw(self, painter: QPainter) -> None:
        style = self._theme.style
        painter.fillRect(self.rect(), QColor(style.panel))
        for at, (name, count, pictures) in enumerate(self._rows):
            top = _PAD + at * (_CELL + _GAP)
            room = QRectF(_PAD, top, _NAME - 2 * _PAD, _CELL)
            for text, colour, half, bold in (
                (name, style.text, 0, True),
                (many(count, "picture"), style.dim, 1, False),
            ):
                painter.setFont(look_of.font(look_of.BODY if bold else look_of.SMALL, bold=bold))
                painter.setPen(QColor(colour))
                line = QRectF(room.left(), top + 6 + 20 * half, room.width(), 20)
                short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
                painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, short)
            for k, picture in enumerate(pictures):
                grey = np.ascontiguousarray((255 * picture).round().astype(np.uint8))
                side = len(grey)
                image = QImage(grey.data, side, side, side, QImage.Format.Format_Grayscale8)
                painter.drawImage(QRectF(_NAME + k * (_CELL + _GAP), top, _CELL, _CELL), image)


class PicturesDialog(AskingDialog):
    """Shows what pictures a folder holds, and opens a run of them. The run on show goes on meanwhile.

    Attributes:
        editors: of the settings that say what is made of the pictures. samples: some of them, as they will be seen.
        about: of the folder.
    """

    LEAST = (480, 320)

    def __init__(
        self, window: QWidget, theme: Theme, tasks: FileTasks, take: Callable[[Path, Mapping[str, Any]], object]
    ) -> None:
        """``take``: opens a run of a folder, with the settings that have been chosen."""
        super().__init__(window, "Open")
        self._tasks, self._take = tasks, take
        self._chosen: dict[str, Any] = {}
        self._ticket = 0  # of what was asked for last
        self.editors: dict[str, Editor] = {key: make_editor(key) for key in CHOSEN}
        self.samples = Samples(theme)
        self.about = text_label("dim")
        self._lay_out()
        for key, editor in self.editors.items():
            editor.edited.connect(partial(self._take_setting, key))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        for at, (key, editor) in enumerate(self.editors.items()):
            label = QLabel(RunConfig.model_fields[key].title)
            label.setBuddy(editor.target)
            grid.addWidget(label, 0, 2 * at)
            grid.addWidget(editor, 0, 2 * at + 1)
            grid.setColumnStretch(2 * at + 1, 1)
        self.bar.setAccessibleName("Reading the pictures")
        scroll = QScrollArea()
        scroll.setObjectName("Scroll")
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self.samples)
        scroll.setWidgetResizable(True)
        scroll.setCornerWidget(QWidget())  # Qt's own is drawn in no colour of ours
        self.stack(self.about, self.bar, grid, scroll, self.error).setStretchFactor(scroll, 1)
        self.setMinimumSize(*self.LEAST)
        self.resize(*_SIZE)

    # --- asking ------------------------------------------------------------------------------------------------------

    def ask(self, path: Path, given: Mapping[str, Any]) -> None:
        """Look through a folder, and show what is there; ``given``: settings that have been chosen."""
        self._path, self._chosen = path, dict(given)
        self.setWindowTitle(f"Open {path.name}")
        self.about.setText(f"Looking through {path.name} …")
        self.note.setText("")
        self.samples.show_rows(())
        self._look()
        self.come()
        self.accept_button.setFocus()

    def accept(self) -> None:
        """Open a run of the pictures."""
        chosen = dict(self._chosen)
        self.reject()
        self._take(self._path, chosen)

    def reject(self) -> None:
        """Close; what is being read is given up."""
        self._ticket += 1
        super().reject()

    def _look(self) -> None:
        self._ticket += 1
        ticket, path, chosen = self._ticket, self._path, dict(self._chosen)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.accept_button.setEnabled(False)

        def job() -> Callable[[], object]:
            try:
                config = make_config({"data": "images", **{k: v for k, v in chosen.items() if k in CHOSEN}})
                found = look(path)
                rows = tuple(_sampled(found, number, config.side) for number in range(len(found.classes[:_CLASSES])))
            except UserError as error:
                return partial(self._refuse, ticket, str(error))
            return partial(self._take_found, ticket, config, found, rows)

        self._tasks.run(job)

    def _take_found(self, ticket: int, config: RunConfig, found: FoundPictures, rows: Rows) -> None:
        if ticket != self._ticket:
            return
        self.bar.hide()
        for editor in self.editors.values():
            if not editor.being_typed:
                editor.show_config(config)
        more = f", {many(found.passed, 'other file')} passed over" if found.passed else ""
        pictures = many(len(found.files), "picture")
        self.about.setText(f"{pictures}, {many(len(found.classes), 'class', 'classes')}{more} · {self._path}")
        beyond = len(found.classes) - len(rows)
        self.note.setText(f"As the network sees them{f'; {beyond:,} more classes' if beyond else ''}")
        self.samples.show_rows(rows)
        self.say("")
        self.accept_button.setEnabled(True)

    def _refuse(self, ticket: int, wrong: str) -> None:
        if ticket == self._ticket:
            self.bar.hide()
            self.about.setText(str(self._path))
            self.note.setText("")
            self.say(wrong)

    def _take_setting(self, key: str) -> None:
        editor = self.editors[key]
        if wrong := editor.wrong():
            self._ticket += 1
            self.accept_button.setEnabled(False)
            self._refuse(self._ticket, f"{key} = {wrong}")
            return
        self._chosen[key] = editor.value()
        self._look()


def _sampled(found: FoundPictures, number: int, side: int) -> tuple[str, int, tuple[NDArray[np.float32], ...]]:
    """Return a class's name, how many pictures it has, and some of them, evenly spread."""
    files = [path for path, of in found.files if of == number]
    some = files[:: max(1, len(files) // _EACH)][:_EACH]
    return found.classes[number], len(files), tuple(read(path, side) for path in some)
