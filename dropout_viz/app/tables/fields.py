"""What stands in the dialog of a table, and where. What it means is the dialog's affair."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from dropout_viz.app.asking_dialog import AskingDialog, text_label
from dropout_viz.app.buttons import TextButton
from dropout_viz.app.platform.tab_order import put_in_order
from dropout_viz.app.setup.editor import Editor
from dropout_viz.app.setup.editors import make_editor
from dropout_viz.app.tables.columns import ColumnsModel, ColumnsView
from dropout_viz.draw.wheel import Combo
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.own_table import READING

KEYS = (
    *("task", "test_share", "missing", "texts", "data_seed", "standardise"),
    *("header", "encoding", "decimal"),
)
_SIZE = (820, 470)
_WIDE = 96  # of a choice, at least


class TableFields(AskingDialog):
    """A dialog with everything that can be chosen of a table.

    Attributes:
        target: which column is to be learned. editors: those of the settings in ``KEYS``.
        model, columns: the columns, and where they stand. texts: reads the chosen column as texts, or as numbers.
        about, how: of the file, and of how it was read.
    """

    LEAST = (600, 380)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Open")
        self.setWindowTitle("Open a table")
        self.target = Combo()
        self.target.setAccessibleName("Target")
        self.target.setToolTip(RunConfig.model_fields["target"].description or "")
        self.editors: dict[str, Editor] = {key: make_editor(key) for key in KEYS}
        self.model = ColumnsModel()
        self.columns = ColumnsView(self.model)
        self.texts = TextButton("Read as texts")
        self.texts.setToolTip("The chosen column's numbers are names, such as postal codes: each is a text of its own")
        self.about, self.how = text_label("dim"), text_label("small")
        self._lay_out()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        named: list[tuple[str, QWidget]] = [("Target", self.target)]
        named += [(RunConfig.model_fields[key].title or key, editor) for key, editor in self.editors.items()]
        for at, (name, field) in enumerate(named):
            row, column = divmod(at, 3)
            label = QLabel(name)
            label.setBuddy(field.target if isinstance(field, Editor) else field)
            grid.addWidget(label, row, 2 * column)
            grid.addWidget(field, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
            field.setMinimumWidth(_WIDE)
        grid.addWidget(self.how, grid.rowCount() - 1, 2, 1, 4)
        self.bar.setAccessibleName("Reading the table")
        whole = self.stack(self.about, self.bar, grid, self.columns, self.error, beside=self.texts)
        whole.setStretchFactor(self.columns, 1)
        self.setMinimumSize(*self.LEAST)
        self.resize(*_SIZE)
        settings = [stop for editor in self.editors.values() for stop in editor.stops()]
        order = [self.target, *settings, self.columns, self.texts, self.cancel, self.accept_button]
        put_in_order(order)

    def show_text_file(self, text: bool) -> None:
        """Let it be chosen how a file is read, or not."""
        for key in READING:
            if key in self.editors:
                self.editors[key].setEnabled(text)

    def show_reading(self, reading: bool, *, text: bool = False) -> None:
        """Show that the file is being read, or that it has been; ``text``: that it is one of text."""
        self.bar.setRange(0, 0 if reading else 1)
        self.bar.setVisible(reading)
        for field in (self.target, *self.editors.values(), self.columns, self.texts):
            field.setEnabled(not reading)
        self.show_text_file(not reading and text)
        if reading:
            self.accept_button.setEnabled(False)
