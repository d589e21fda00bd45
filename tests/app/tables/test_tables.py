"""Tables in the window: the dialog that asks what is to be made of them, through drops, clicks and keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from dropout_viz.app.setup.editors import ChoiceEditor, NumberEditor, SwitchEditor
from dropout_viz.app.tables.dialog import TableDialog
from dropout_viz.app.window import Window
from dropout_viz.app.workbench import Workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")

ROWS = "".join(
    f"{20 + k},{k % 7 or ''},{'abc'[k % 3]},{1000 + k % 4},name {k},{'yes' if k % 5 > 1 else 'no'}\n" for k in range(60)
)
TEXT = f"age,score,town,code,name,owner\n{ROWS}"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def parts(window: Window) -> Workbench:
    assert window.workbench is not None
    return window.workbench


def dropped(window: Window, qtbot: QtBot, path: Path) -> TableDialog:
    """Drop a file on the window, and return the dialog that asks about it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(400, 300), copy, data, button, none))
    assert "what is to be made of the table" in parts(window).drops.hint.text
    QApplication.sendEvent(window, QDropEvent(QPointF(400, 300), copy, data, button, none))
    dialog = parts(window).table_dialog
    assert dialog.isVisible()
    return dialog


def counted(dialog: TableDialog, qtbot: QtBot, words: str) -> None:
    qtbot.waitUntil(lambda: words in dialog.note.text() and dialog.accept_button.isEnabled())


def pick(dialog: TableDialog, key: str, value: object) -> None:
    """Choose with the keyboard's own way: the entry, then what choosing it tells."""
    editor = dialog.editors.get(key)
    combo = dialog.target if editor is None else editor.combo if isinstance(editor, ChoiceEditor) else None
    assert combo is not None
    combo.setCurrentIndex(combo.findData(value))
    combo.activated.emit(combo.currentIndex())


def type_half(dialog: TableDialog, qtbot: QtBot) -> None:
    """Type that half of the rows are for the test, and Enter."""
    share = dialog.editors["test_share"]
    assert isinstance(share, NumberEditor)
    share.box.setFocus()
    share.box.selectAll()
    qtbot.keyClicks(share.box, "0.5")
    qtbot.keyClick(share.box, Qt.Key.Key_Return)


def test_enter_opens_it_but_in_a_number_ends_what_is_typed(window: Window, qtbot: QtBot, table: Path) -> None:
    dialog, session = dropped(window, qtbot, table), window.session
    assert session is not None
    counted(dialog, qtbot, "41 for training")
    type_half(dialog, qtbot)
    counted(dialog, qtbot, "25 for training")
    assert dialog.isVisible()
    dialog.target.setFocus()
    qtbot.keyClick(dialog.target, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.name == str(table) and not session.awaited)
    assert not dialog.isVisible() and session.config.test_share == 0.5


def test_a_table_is_dropped_chosen_and_opened_and_the_step_can_be_undone(
    window: Window, qtbot: QtBot, table: Path
) -> None:
    session = window.session
    assert session is not None
    dialog = dropped(window, qtbot, table)
    counted(dialog, qtbot, "41 for training, 10 for the test, 9 left out · 6 inputs · 2 classes")
    assert dialog.about.text() == f"60 rows, 6 columns · {table}" and session.name == "three-lines"
    assert (dialog.target.currentText(), dialog.editors["task"].value()) == ("owner", "classes")
    assert dialog.model.inputs == ("age", "score", "town", "code")  # not the name, of which each is another
    pick(dialog, "missing", "category")
    counted(dialog, qtbot, "48 for training, 12 for the test · 7 inputs · 2 classes")
    pick(dialog, "texts", "number")
    counted(dialog, qtbot, "· 5 inputs ·")
    dialog.columns.selectRow(2)
    qtbot.keyClick(dialog.columns, Qt.Key.Key_Space)
    counted(dialog, qtbot, "· 4 inputs ·")
    type_half(dialog, qtbot)
    counted(dialog, qtbot, "30 for training, 30 for the test")
    standardise = dialog.editors["standardise"]
    assert isinstance(standardise, SwitchEditor)
    standardise.box.click()
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.name == str(table) and not session.awaited)
    config = session.config
    assert (config.target, config.missing, config.texts, config.test_share) == ("owner", "category", "number", 0.5)
    assert config.columns == ("age", "score", "code") and not config.standardise and config.loss.startswith("binary")
    assert not dialog.isVisible() and table in parts(window).files.recent.paths
    assert session.frame().data.features == ("age", "score", "score is missing", "code")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: session.name == "three-lines" and not session.awaited)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: session.name == str(table) and session.config == config and not session.awaited)
    session.apply({"hidden": (5,)})
    qtbot.waitUntil(lambda: session.config.hidden == (5,) and not session.awaited)
    before, export = table.read_bytes(), parts(window).export_dialog
    export.ask("loss")
    export.file.setText(str(table))
    qtbot.mouseClick(export.accept_button, Qt.MouseButton.LeftButton)
    assert "people.csv: a file that the run reads; must be another" in export.error.text()
    assert table.read_bytes() == before
    export.reject()
    odd = table.rename(table.with_suffix(".safetensors"))
    table.symlink_to(odd)
    told = "a file that the run reads; must be another"
    with qtbot.waitSignal(session.message, check_params_cb=lambda text, kind: told in text and kind == "error"):
        parts(window).files.save_in(odd)
    assert odd.read_bytes() == before
    table.unlink()
    odd.rename(table)
    parts(window).files.ask_about_data()  # the choices are those of the run, and the network stays
    counted(dialog, qtbot, "30 for training, 30 for the test · 4 inputs")
    pick(dialog, "target", "town")
    counted(dialog, qtbot, "3 classes")
    qtbot.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.config.target == "town" and not session.awaited)
    assert session.config.hidden == (5,) and session.config.loss == "softmax_cross_entropy"


def test_another_target_is_another_task(window: Window, qtbot: QtBot, table: Path) -> None:
    dialog = dropped(window, qtbot, table)
    counted(dialog, qtbot, "2 classes")
    pick(dialog, "target", "age")
    counted(dialog, qtbot, "· numbers")
    assert dialog.editors["task"].value() == "numbers" and "age" not in dialog.model.inputs
    pick(dialog, "target", "town")
    counted(dialog, qtbot, "3 classes")
    pick(dialog, "task", "numbers")
    qtbot.waitUntil(lambda: "task = numbers: the target 'town' is of texts; must be classes" in dialog.error.text())
    assert dialog.error.isVisible() and not dialog.accept_button.isEnabled()
    pick(dialog, "task", "classes")
    counted(dialog, qtbot, "3 classes")
    assert not dialog.error.isVisible()
    for row in range(4):
        qtbot.keyClick(dialog.columns, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        dialog.columns.selectRow(row)
        qtbot.keyClick(dialog.columns, Qt.Key.Key_Space)
    dialog.columns.selectRow(5)
    qtbot.keyClick(dialog.columns, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "columns: no column is an input" in dialog.error.text())
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible() and window.session is not None and window.session.name == "three-lines"


def test_numbers_that_are_names_are_read_again_as_texts(window: Window, qtbot: QtBot, table: Path) -> None:
    dialog = dropped(window, qtbot, table)
    counted(dialog, qtbot, "6 inputs")
    dialog.columns.selectRow(3)
    assert dialog.texts.isEnabled() and dialog.texts.text() == "Read as texts"
    qtbot.mouseClick(dialog.texts, Qt.MouseButton.LeftButton)
    counted(dialog, qtbot, "9 inputs")
    column = dialog.model.column(3)
    assert column is not None and column.texts == ("1000", "1001", "1002", "1003")
    assert dialog.columns.currentIndex().row() == 3 and dialog.texts.text() == "Read as numbers"
    qtbot.mouseClick(dialog.texts, Qt.MouseButton.LeftButton)
    counted(dialog, qtbot, "6 inputs")
    dialog.reject()


def test_what_cannot_be_read_is_told_in_place(window: Window, qtbot: QtBot, table: Path) -> None:
    table.write_text(TEXT + "1,2\n", encoding="utf-8")
    dialog = dropped(window, qtbot, table)
    qtbot.waitUntil(lambda: "row 62, column 'town': no cell, the row ends after 2" in dialog.error.text())
    assert dialog.about.text() == "people.csv cannot be read." and not dialog.bar.isVisible()
    assert not dialog.accept_button.isEnabled() and not dialog.target.isEnabled() and dialog.cancel.isEnabled()
    dialog.reject()


def test_how_a_file_is_read_can_be_chosen_and_what_was_read_before_goes_at_once(
    window: Window, qtbot: QtBot, table: Path
) -> None:
    table.write_bytes("jahr;größe\n".encode("cp850") + b"1;1,234\n2;2,345\n3;3,456\n")
    dialog = dropped(window, qtbot, table)
    counted(dialog, qtbot, "1 input")
    assert dialog.how.text() == "Read as cp1252; first row: names; decimal comma in doubt."
    pick(dialog, "encoding", "cp850")
    assert dialog.target.count() == 0 and dialog.model.rowCount() == 0 and not dialog.note.text()
    counted(dialog, qtbot, "1 input")
    assert dialog.target.currentText() == "größe" and dialog.how.text().startswith("Read as cp850;")
    pick(dialog, "decimal", "point")
    counted(dialog, qtbot, "1 input")
    assert dialog.how.text().endswith("decimal point.")
    pick(dialog, "header", "no")
    qtbot.waitUntil(lambda: "row 1, column 'column 1': 'jahr' is no number" in dialog.error.text())
    pick(dialog, "header", "yes")
    counted(dialog, qtbot, "1 input")
    pick(dialog, "encoding", "utf-8")
    qtbot.waitUntil(lambda: "is no UTF-8" in dialog.error.text())
    assert dialog.editors["encoding"].isEnabled() and not dialog.target.isEnabled()
    pick(dialog, "encoding", "guess")
    assert not dialog.error.isVisible()
    counted(dialog, qtbot, "1 input")
    dialog.reject()


def test_the_newest_file_is_the_one_that_is_asked_about(window: Window, qtbot: QtBot, table: Path) -> None:
    other = table.with_name("other.csv")
    other.write_text("x,y\n1,2.5\n2,3\n3,4\n", encoding="utf-8")
    dropped(window, qtbot, table)
    dialog = dropped(window, qtbot, other)
    counted(dialog, qtbot, "2 for training, 1 for the test · 1 input · numbers")
    assert dialog.windowTitle() == "Open other.csv" and dialog.target.count() == 2
    dialog.reject()


def test_every_column_is_spoken(window: Window, qtbot: QtBot, table: Path) -> None:
    dialog = dropped(window, qtbot, table)
    counted(dialog, qtbot, "2 classes")
    spoken = Qt.ItemDataRole.AccessibleTextRole
    lines = [dialog.model.index(row, 0).data(spoken) for row in range(6)]
    assert (
        lines[1] == "score, an input: numbers, 9 gaps" and lines[5] == "owner, the target: no or yes, as 0 or 1, 0 gaps"
    )
    assert lines[4].startswith("name, no input: 60 texts")
    assert dialog.model.index(4, 0).data(Qt.ItemDataRole.ToolTipRole) == "name\nNo input: 60 different texts"
    for field in (dialog.target, dialog.columns, dialog.bar):
        assert field.accessibleName()
    dialog.reject()
