"""The form of a lab's options, made from their declarations."""

from __future__ import annotations

import types
import typing
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from dropout_viz.app.setup.editor import Editor
from dropout_viz.app.setup.editors import ChoiceEditor, LineEditor, ListEditor, NumberEditor, SwitchEditor
from dropout_viz.draw.wheel import Combo
from dropout_viz.engine.settings import preset_keys
from dropout_viz.errors import UserError
from dropout_viz.labs.keeping import called, was_on_show
from dropout_viz.labs.options import Options, flag, make, plain_kind

_NAMES = 100
_BETWEEN = ";"


class TextEditor(Editor):
    """A line of text, or several pieces of text with semicolons between them."""

    def __init__(self, key: str, field: FieldInfo, *, many: bool, optional: bool) -> None:
        super().__init__(key, field)
        self._many, self._optional = many, optional
        self.line = LineEditor()
        self.line.editingFinished.connect(self.edited)
        if many:
            self.line.setPlaceholderText(f"several with {_BETWEEN} between them")
        self.adopt(self.line)

    def show_config(self, config: BaseModel) -> None:
        value = getattr(config, self.key)
        self.line.setText(f"{_BETWEEN} ".join(value) if self._many else value or "")
        self.line.setCursorPosition(0)  # else a long text shows its end

    def value(self) -> Any:
        text = self.line.text().strip()
        if self._many:
            return tuple(part.strip() for part in text.split(_BETWEEN) if part.strip())
        return None if self._optional and not text else text


class PresetEditor(Editor):
    """A preset's key, chosen or typed: a file's name will do as well."""

    def __init__(self, key: str, field: FieldInfo) -> None:
        super().__init__(key, field)
        self._source = ""  # what was shown last: a run that was on show is written by its name
        self.combo = Combo()
        self.combo.setEditable(True)
        self.combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a click in its text is for typing
        self.combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(8)
        self.combo.addItems(preset_keys())
        self.combo.currentTextChanged.connect(lambda _: self.edited.emit())
        self.adopt(self.combo)

    def show_config(self, config: BaseModel) -> None:
        self._source = getattr(config, self.key) or ""
        self.combo.setCurrentText(_written(self._source))
        if (line := self.combo.lineEdit()) is not None:
            line.setCursorPosition(0)  # else a long name shows its end

    def value(self) -> Any:
        text = self.combo.currentText().strip()
        return (self._source if text == _written(self._source) else text) or None


class LabForm(QWidget):
    """One editor for each option of a lab.

    Signals:
        edited: an option has been changed.
    """

    edited = Signal()

    def __init__(self, model: type[Options], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, _NAMES)
        grid.setColumnStretch(1, 1)
        self.editors = {key: make_editor(key, field) for key, field in model.model_fields.items()}
        usual = model()
        for row, (key, editor) in enumerate(self.editors.items()):
            name = QLabel(editor.field.title or key)
            name.setWordWrap(True)
            name.setFixedWidth(_NAMES)
            name.setToolTip(_sentence(editor.field.description or ""))
            name.setBuddy(editor)
            editor.setToolTip(name.toolTip())
            editor.show_config(usual)
            editor.edited.connect(self._edited)
            grid.addWidget(name, row, 0)
            grid.addWidget(editor, row, 1)
        self.error = QLabel()
        self.error.setProperty("tone", "error")
        self.error.setWordWrap(True)
        self.error.hide()
        grid.addWidget(self.error, len(self.editors), 0, 1, 2)

    @property
    def being_typed(self) -> bool:
        """Whether somebody is at one of the options."""
        return any(editor.inner is not None and editor.inner.hasFocus() for editor in self.editors.values())

    def show_options(self, options: Options) -> None:
        """Show other options than are there."""
        with QSignalBlocker(self):
            for editor in self.editors.values():
                editor.show_config(options)
            self._clear()

    def options(self, *, telling: bool = True) -> Options | None:
        """Return what is entered; None where it is not allowed, and then say why if it is to be told."""
        if telling:
            self._clear()
        try:
            for key, editor in self.editors.items():
                if wrong := editor.wrong():
                    raise UserError(f"{flag(key)} {wrong}")
            return make(self._model, {key: editor.value() for key, editor in self.editors.items()})
        except UserError as error:
            if telling:
                self.show_error(str(error))
            return None

    def show_error(self, text: str) -> None:
        """Say what is wrong, and mark the editor that it is about."""
        first, _, rest = text.partition(" ")
        for key, editor in self.editors.items():
            if flag(key) == first:
                editor.mark_wrong(True)
                text = f"{editor.field.title}: {rest.partition(': ')[2] or rest}"
        self.error.setText(text)
        self.error.show()

    def _edited(self) -> None:
        self._clear()
        self.edited.emit()

    def _clear(self) -> None:
        self.error.hide()
        for editor in self.editors.values():
            editor.mark_wrong(False)


def make_editor(key: str, field: FieldInfo) -> Editor:
    """Return the editor for an option, chosen by its type."""
    kind = plain_kind(field)
    optional = isinstance(field.annotation, types.UnionType) or typing.get_origin(field.annotation) is typing.Union
    extra = field.json_schema_extra
    if isinstance(extra, dict) and extra.get("choices") == "presets":
        return PresetEditor(key, field)
    if typing.get_origin(kind) is Literal:
        names = extra.get("names") if isinstance(extra, dict) else None
        words = {word: str(word).replace("_", " ") for word in typing.get_args(kind)}
        words |= {word: str(name) for word, name in names.items()} if isinstance(names, dict) else {}
        return ChoiceEditor(key, words, field)
    if kind is bool:
        return SwitchEditor(key, field)
    if kind in (int, float):
        return NumberEditor(key, whole=kind is int, optional=optional, field=field)
    if typing.get_origin(kind) is tuple and typing.get_args(kind)[0] is not str:
        return ListEditor(key, field, whole=typing.get_args(kind)[0] is int)
    return TextEditor(key, field, many=typing.get_origin(kind) is tuple, optional=optional)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _written(source: str) -> str:
    return called(source) if was_on_show(source) else source
