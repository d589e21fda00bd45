"""The fields of the export dialog, and where they stand. What they mean is the dialog's affair."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from dropout_viz.app.asking_dialog import AskingDialog
from dropout_viz.app.buttons import TextButton
from dropout_viz.app.export.film import FASTEST, FPS
from dropout_viz.app.export.shot import SCALES, SIDES, WINDOW
from dropout_viz.draw.wheel import Combo
from dropout_viz.draw.whole_box import WholeBox

FORMATS = {
    ".png": "PNG, a picture",
    ".svg": "SVG, lines and text",
    ".gif": "GIF, a film",
    ".mp4": "MP4, a film",
    ".html": "HTML, a page that plays",
    ".csv": "CSV, the curves",
    ".toml": "TOML, the settings",
    ".py": "Python, code that repeats it",
}
"""Kinds of files by their ending, as the dialog names them."""
DRAWN, FILMS, STEPPED = (".png", ".svg", ".gif", ".mp4"), (".gif", ".mp4"), (".gif", ".mp4", ".html")
"""What is a picture, or several; what has so many frames a second; what is of several steps."""
_LAST_STEP = 100_000_000


class ExportFields(AskingDialog):
    """A dialog with everything that can be chosen of a file.

    Attributes:
        kind, what, width_, height_, scale, theme, first, last, every, fps, file: the fields.
        browse: the button that looks for a file.
    """

    LEAST = (620, 392)

    def __init__(self, window: QWidget, views: Iterable[tuple[str, str]]) -> None:
        """``views``: keys and titles of what can be drawn beside the whole window."""
        super().__init__(window, "Export")
        self.what, self.kind, self.scale, self.theme = Combo(), Combo(), Combo(), Combo()
        self.what.addItem("The whole window", WINDOW)
        for key, title in views:
            self.what.addItem(title, key)
        for ending, title in FORMATS.items():
            self.kind.addItem(title, ending)
        for scale in SCALES:
            self.scale.addItem(f"{scale}×", scale)
        for title, key in (("as shown", ""), ("dark", "dark"), ("light", "light")):
            self.theme.addItem(title, key)
        self.width_, self.height_ = _box("Width", *SIDES), _box("Height", *SIDES)
        self.first, self.last = _box("First step", 0, _LAST_STEP), _box("Last step", 0, _LAST_STEP)
        self.every, self.fps = _box("Steps a frame", 1, _LAST_STEP), _box("Frames a second", 1, FASTEST)
        self.fps.setValue(FPS)
        for box in (self.width_, self.height_, self.first, self.last, self.every, self.fps):
            box.refused.connect(self.say)
        self.file = QLineEdit()
        self.file.setMinimumWidth(408)
        self.browse = TextButton("Browse…")
        self._form = QFormLayout()
        self._lay_out()

    def _lay_out(self) -> None:
        form = self._form
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(10)
        self._rows: dict[str, QWidget] = {
            "Format": self.kind,
            "Picture": self.what,
            "Size": _row(self.width_, "×", self.height_, "at", self.scale),
            "Theme": self.theme,
            "Steps": _row("from", self.first, "to", self.last, "every", self.every),
            "Speed": _row(self.fps, "frames a second"),
            "File": _row(self.file, self.browse, stretch=False),
        }
        for name, field in self._rows.items():
            form.addRow(name, field)
        self.bar.hide()
        column = self.stack(form, self.error, self.bar)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetFixedSize)
        named = {"Picture": self.what, "Format": self.kind, "Scale": self.scale, "Theme": self.theme, "File": self.file}
        for name, field in named.items():
            field.setAccessibleName(name)

    @property
    def ending(self) -> str:
        """The ending of the chosen kind of file."""
        return str(self.kind.currentData())

    def show_rows(self) -> None:
        """Show what can be chosen of the kind of file."""
        drawn = dict.fromkeys(("Picture", "Size", "Theme"), DRAWN)
        for row, endings in {**drawn, "Steps": STEPPED, "Speed": FILMS}.items():
            self._form.setRowVisible(self._rows[row], self.ending in endings)

    def show_busy(self, busy: bool) -> None:
        """Show that a file is being written, or that it is not."""
        drawn = busy and self.ending in (*DRAWN, *STEPPED)
        self.bar.setRange(0, 0 if drawn else 1)
        self.bar.setVisible(drawn)
        self.cancel.setText("Stop" if drawn else "Cancel")
        self.accept_button.setEnabled(not busy)
        for field in self._rows.values():
            field.setEnabled(not busy)


def _box(name: str, low: int, high: int) -> WholeBox:
    box = WholeBox(low, high, name)
    box.setButtonSymbols(WholeBox.ButtonSymbols.NoButtons)
    box.setFixedWidth(72)
    return box


def _row(*parts: QWidget | str, stretch: bool = True) -> QWidget:
    """Return some controls side by side, words between them."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for part in parts:
        row.addWidget(QLabel(part) if isinstance(part, str) else part)
    if stretch:
        row.addStretch()
    return made
