"""The setup form, made from the config's own fields: their groups, titles, help, types and limits."""

from __future__ import annotations

import re
import typing
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from dropout_viz.app.buttons import TextButton
from dropout_viz.app.editor import Editor
from dropout_viz.app.editors import make_editor
from dropout_viz.app.probability_editor import ProbabilityEditor
from dropout_viz.app.session import Session
from dropout_viz.app.theme import set_tone
from dropout_viz.data.load import options
from dropout_viz.engine.config import RunConfig, facts, live_settings
from dropout_viz.views import style as look

_LABELS = 90  # pixels
HELP = (
    "Everything that decides the run. The drop probability of a layer is the chance that each of its units is off for "
    "one training example. The learning rate and the drop probabilities change the run that is going on, and the "
    "change is marked on the curves; every other setting starts a new run."
)
GROUPS = ("data", "network", "dropout", "training")
_OF_DATA = ("examples", "noise", "label_noise", "data_seed")
_NAMED = re.compile(r"(\w+)(?: =|:)")


class SetupForm(QWidget):
    """One editor for each setting. Settings that need a new run wait for the button, unless the run is at step 0."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._shown: RunConfig | None = None
        self.pending: dict[str, Any] = {}
        self.editors: dict[str, Editor] = {}
        self._labels: dict[str, QLabel] = {}
        self._errors: dict[str, QLabel] = {}
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(14, 6, 14, 14)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, _LABELS)
        self._grid.setColumnStretch(1, 1)
        for group in GROUPS:
            self._add_group(group, [k for k in RunConfig.model_fields if facts(k)["group"] == group])
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        scroll = QScrollArea()
        scroll.setObjectName("Scroll")
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scroll, 1)
        column.addWidget(self._footer())
        self.setMinimumWidth(270)
        self.setMaximumWidth(420)
        session.config_changed.connect(self.take_config)
        session.message.connect(self._take_message)
        self.take_config()

    # --- building ----------------------------------------------------------------------------------------------------

    def _add_group(self, group: str, keys: list[str]) -> None:
        row = self._grid.rowCount()
        heading = QLabel(group.upper())
        heading.setFont(look.font(look.SMALL, bold=True))
        heading.setProperty("tone", "group")
        heading.setContentsMargins(0, 12 if row > 1 else 2, 0, 0)
        self._grid.addWidget(heading, row, 0, 1, 2)
        for key in keys:
            if len(typing.get_args(RunConfig.model_fields[key].annotation)) != 1:  # one word is no choice
                self._add_row(key)

    def _add_row(self, key: str) -> None:
        editor = make_editor(key)
        row = self._grid.rowCount()
        label = QLabel(RunConfig.model_fields[key].title)
        label.setWordWrap(True)
        label.setFixedWidth(_LABELS)
        label.setToolTip(editor.toolTip())
        label.setBuddy(editor)
        if isinstance(editor, ProbabilityEditor):
            label.hide()  # each of its lines has a name
            self._grid.addWidget(editor, row, 0, 1, 2)
        else:
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(editor, row, 1)
        error = QLabel()
        error.setProperty("tone", "error")
        error.setWordWrap(True)
        error.hide()
        self._grid.addWidget(error, row + 1, 0, 1, 2)
        editor.edited.connect(lambda: self._edited(key))
        self.editors[key], self._labels[key], self._errors[key] = editor, label, error

    def _footer(self) -> QWidget:
        self.footer = QFrame()
        self.footer.setObjectName("Strip")
        self.error = QLabel()
        self.error.setProperty("tone", "error")
        self.error.setWordWrap(True)
        self.error.hide()
        self.apply_button = TextButton("Apply: new run", primary=True)
        self.apply_button.clicked.connect(self.apply)
        self.undo_button = TextButton("Undo")
        self.undo_button.setToolTip("Back to the settings of the run that is going on")
        self.undo_button.clicked.connect(self.undo)
        row = QHBoxLayout()
        row.addWidget(self.apply_button, 1)
        row.addWidget(self.undo_button)
        column = QVBoxLayout(self.footer)
        column.setContentsMargins(14, 8, 14, 10)
        column.addWidget(self.error)
        column.addLayout(row)
        self.footer.hide()
        return self.footer

    # --- the session's state -----------------------------------------------------------------------------------------

    def take_config(self) -> None:
        """Show the settings in force. What was entered and not applied stays, unless another run was opened."""
        config, before = self._session.config, self._shown
        self._shown = config
        if before is not None and config is not before:
            changed = {k for k in self.editors if getattr(config, k) != getattr(before, k)}
            if not changed or not changed <= {"seed", *live_settings()}:
                self.pending.clear()
        self.pending = {k: v for k, v in self.pending.items() if v != getattr(config, k)}
        for key, editor in self.editors.items():
            if key not in self.pending:
                editor.show_config(config)
        self._clear_errors()
        self._repaint()

    def _show_rows(self) -> None:
        """Hide what does nothing: what this data set does not take, Adam's settings where there is no Adam."""
        now = {**self._session.config.model_dump(), **self.pending}
        taken = {"data_seed" if option == "seed" else option for option in options(now["data"])}
        for key, editor in self.editors.items():
            needs = facts(key)["only_with"]
            shown = all(now[other] in values for other, values in needs.items())
            if key in _OF_DATA:
                shown = key in taken
            editor.setVisible(shown)
            self._labels[key].setVisible(shown and not isinstance(editor, ProbabilityEditor))

    def _repaint(self) -> None:
        self._show_rows()
        for key, label in self._labels.items():
            set_tone(label, "changed" if key in self.pending else "")
        self.footer.setVisible(bool(self.pending) or bool(self.error.text()))
        self.apply_button.setEnabled(bool(self.pending))

    # --- what the user does ------------------------------------------------------------------------------------------

    def _edited(self, key: str) -> None:
        value = self.editors[key].value()
        self._clear_errors()
        if value == getattr(self._session.config, key):
            self.pending.pop(key, None)
            self._repaint()
        elif key in live_settings():
            self._apply({key: value})
        else:
            self.pending[key] = value
            self._repaint()
            if self._session.status.step == 0 and not self._session.playing:
                self.apply()

    def apply(self) -> None:
        """Start a new run with what has been entered."""
        settings = dict(self.pending)
        layers = settings.get("hidden", ())
        shares = self._session.config.p_hidden
        if len(shares) > 1 and layers and len(layers) != len(shares):  # the new layers take the last one's
            settings["p_hidden"] = (shares + shares[-1:] * len(layers))[: len(layers)]
        self._apply(settings)

    def undo(self) -> None:
        """Show the settings of the run that is going on."""
        self.pending.clear()
        self.take_config()

    def _apply(self, settings: dict[str, Any]) -> None:
        self._clear_errors()
        if wrong := self._session.apply(settings):
            self._show_error(wrong)

    # --- what is wrong -----------------------------------------------------------------------------------------------

    def error_at(self, key: str) -> QLabel:
        """Return the line below a setting's editor that says what is wrong with it."""
        return self._errors[key]

    def _take_message(self, text: str, level: str) -> None:
        found = _NAMED.match(text)
        if level != "info" and found and found.group(1) in self.pending:
            self._show_error(text)

    def _show_error(self, text: str) -> None:
        found = _NAMED.match(text)
        key = found.group(1) if found else ""
        place = self._errors.get(key, self.error)
        place.setText(text)
        place.show()
        if key in self.editors:
            self.editors[key].mark_wrong(True)
        self._repaint()

    def _clear_errors(self) -> None:
        for key, label in self._errors.items():
            label.hide()
            self.editors[key].mark_wrong(False)
        self.error.setText("")
        self.error.hide()
