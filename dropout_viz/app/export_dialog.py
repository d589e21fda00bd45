"""The small export dialog: what, how large, where. Pictures are encoded and written off the window's thread."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from dropout_viz.app import png
from dropout_viz.app.buttons import TextButton
from dropout_viz.app.pictures import Easel
from dropout_viz.app.shot import SCALES, SIDES, WINDOW, Shot
from dropout_viz.engine.files import write_bytes
from dropout_viz.errors import UserError
from dropout_viz.views.numbers import count

if TYPE_CHECKING:
    from dropout_viz.app.furniture import Furniture


class ExportDialog(QDialog):
    """Asks for what, size, scale and file. It does not block: the run goes on, and the answer is a message in place."""

    _written = Signal(str, str)

    def __init__(self, furniture: Furniture) -> None:
        super().__init__(furniture.window)
        self.setWindowTitle("Export a picture")
        self._furniture = furniture
        self._threads: list[threading.Thread] = []
        self.what = QComboBox()
        self.what.addItem("The whole window", WINDOW)
        for panel in furniture.views:
            self.what.addItem(panel.title, panel.key)
        self.width_, self.height_ = _pixels("Width"), _pixels("Height")
        self.scale = QComboBox()
        for scale in SCALES:
            self.scale.addItem(f"{scale}×", scale)
        self.theme = QComboBox()
        for title, key in (("as shown", ""), ("dark", "dark"), ("light", "light")):
            self.theme.addItem(title, key)
        self.file = QLineEdit()
        self.file.setMinimumWidth(330)
        self.note = QLabel()
        self.note.setProperty("tone", "small")
        self.note.setWordWrap(True)
        self.export_button = TextButton("Export", primary=True)
        self._lay_out()
        self.what.currentIndexChanged.connect(self._take_what)
        for box in (self.width_, self.height_):
            box.valueChanged.connect(self._repaint)
        self.scale.currentIndexChanged.connect(self._repaint)
        self.file.textChanged.connect(self._repaint)
        self.export_button.clicked.connect(self.export)
        self._written.connect(furniture.session.message)

    def _lay_out(self) -> None:
        size = QHBoxLayout()
        size.setSpacing(8)
        for part in (self.width_, QLabel("×"), self.height_, QLabel("at"), self.scale):
            size.addWidget(part)
        size.addStretch()
        file = QHBoxLayout()
        file.setSpacing(8)
        file.addWidget(self.file, 1)
        browse = TextButton("Browse…")
        browse.clicked.connect(self._browse)
        file.addWidget(browse)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        for name, field in (("Picture", self.what), ("Size", size), ("Theme", self.theme), ("File", file)):
            form.addRow(name, field)
        buttons = QHBoxLayout()
        cancel = TextButton("Cancel")
        cancel.clicked.connect(self.reject)
        buttons.addWidget(self.note, 1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.export_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(16)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        column.addLayout(form)
        column.addLayout(buttons)
        self.scale.setAccessibleName("Scale")
        self.file.setAccessibleName("File")

    # --- asking ------------------------------------------------------------------------------------------------------

    def ask(self, key: str = "") -> None:
        """Open the dialog for a view by its key, or for the whole window."""
        self.what.setCurrentIndex(max(0, self.what.findData(key or WINDOW)))
        self._take_what()
        self.show()
        self.raise_()
        self.activateWindow()
        self.export_button.setFocus()

    def _take_what(self) -> None:
        key = self.what.currentData()
        widget: QWidget = self._furniture.window
        if key != WINDOW:
            panel = self._furniture.panel(key)
            widget = panel.widget() if panel.isVisible() else panel
        size = widget.size() if widget.isVisible() else None
        self.width_.setValue(size.width() if size else 960)
        self.height_.setValue(size.height() if size else 600)
        self.file.setText(str(self._suggested(key)))
        self._repaint()

    def _suggested(self, key: str) -> Path:
        snapshot = self._furniture.session.frame().snapshot
        name = Path(self._furniture.session.name).stem or "run"
        folder = Path(self.file.text()).parent if self.file.text() else _folder()
        return folder / f"{name}-{key}-step-{snapshot.step}.png"

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Export to", self.file.text(), "PNG (*.png)", options=QFileDialog.Option.DontConfirmOverwrite
        )
        if chosen:
            self.file.setText(chosen)

    def _repaint(self) -> None:
        scale = self.scale.currentData()
        wide, high = self.width_.value() * scale, self.height_.value() * scale
        exists = self._path().exists()
        replaced = " The file exists: it will be replaced." if exists else ""
        self.note.setText(f"{count(wide)} × {count(high)} pixels, with the run's settings inside.{replaced}")
        self.export_button.setText("Replace" if exists else "Export")

    def _path(self) -> Path:
        path = Path(self.file.text()).expanduser()
        return path if path.suffix.lower() == ".png" else path.with_name(path.name + ".png") if path.name else path

    # --- doing -------------------------------------------------------------------------------------------------------

    def export(self) -> None:
        """Draw the picture now, close, and write it in the background."""
        furniture = self._furniture
        key, scale = self.what.currentData(), self.scale.currentData()
        size = (self.width_.value(), self.height_.value())
        theme = self.theme.currentData() or furniture.theme.style.name
        frame = furniture.session.frame()
        live = [panel for panel in furniture.views if panel.view is not None and key in (WINDOW, panel.key)]
        shot = Shot(
            key, size, scale, theme, furniture.session.selection.choices(),
            {panel.key: panel.view.choices() for panel in live if panel.view is not None},
            bytes(furniture.layout.save().data()) if key == WINDOW else b"", furniture.session.name,
            frame.dissection is not None,
        )  # fmt: skip
        try:
            with Easel(shot, frame, furniture.session) as easel:
                image = easel.image()
        except UserError as error:
            furniture.session.message.emit(str(error), "error")
            return
        texts = png.texts(shot, frame)
        path = self._path()
        self.hide()

        def write() -> None:
            try:
                write_bytes(path, png.encode(image, texts))
            except UserError as error:
                self._written.emit(str(error), "error")
            else:
                self._written.emit(f"Exported {path}", "info")

        self._threads = [t for t in self._threads if t.is_alive()]
        self._threads.append(threading.Thread(target=write, name="export"))
        self._threads[-1].start()

    def finish(self) -> None:
        """Wait for files that are being written: a picture that was asked for is not lost."""
        for thread in self._threads:
            thread.join()


def _pixels(name: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(*SIDES)
    box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
    box.setFixedWidth(72)
    box.setAccessibleName(name)
    return box


def _folder() -> Path:
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return Path(place) if place and Path(place).is_dir() else Path.home()
