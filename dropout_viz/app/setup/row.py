"""One line of the setup form: a name, an editor, and what is wrong with its value. Made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from PySide6.QtWidgets import QGridLayout, QLabel

from dropout_viz.app.look.scaling import grow
from dropout_viz.app.look.theme import set_tone
from dropout_viz.app.setup.editor import Editor
from dropout_viz.app.setup.editors import make_editor
from dropout_viz.app.setup.probability_editor import NAMES, ProbabilityEditor
from dropout_viz.engine.config import RunConfig


class SetupRow:
    """A setting's place in the form, two rows of a grid. What is never shown costs nothing."""

    def __init__(
        self, key: str, grid: QGridLayout, place: int, edited: Callable[[str], None], left: Callable[[str], None]
    ) -> None:
        """``edited``, ``left``: told the key when the user has changed the value, and left it as it was."""
        self.key = key
        self._grid, self._place, self._edited, self._left = grid, place, edited, left
        self._config: RunConfig | None = None

    @property
    def is_made(self) -> bool:
        """Whether there is an editor already."""
        return "editor" in vars(self)

    @cached_property
    def editor(self) -> Editor:
        """The editor, in its place and showing the config."""
        editor = make_editor(self.key)
        beside = not isinstance(editor, ProbabilityEditor)  # of which each line has a name of its own
        self._grid.addWidget(editor, self._place, 1 if beside else 0, 1, 1 if beside else 2)
        grow(editor)
        editor.edited.connect(lambda: self._edited(self.key))
        editor.left.connect(lambda: self._left(self.key))
        if self._config is not None:
            editor.show_config(self._config)
        return editor

    @cached_property
    def label(self) -> QLabel:
        """The setting's name."""
        label = QLabel(RunConfig.model_fields[self.key].title)
        label.setWordWrap(True)
        label.setFixedWidth(NAMES)
        label.setToolTip(self.editor.toolTip())
        label.setBuddy(self.editor.target)  # what a reader asks for its name
        self._grid.addWidget(label, self._place, 0)
        grow(label)
        return label

    @cached_property
    def error(self) -> QLabel:
        """The line below that says what is wrong; hidden until there is something to say."""
        label = QLabel()
        label.setProperty("tone", "error")
        label.setWordWrap(True)
        label.hide()
        self._grid.addWidget(label, self._place + 1, 0, 1, 2)
        return label

    def set_visible(self, visible: bool) -> None:
        """Show or hide the row."""
        if visible or self.is_made:
            self.editor.setVisible(visible)
            if not isinstance(self.editor, ProbabilityEditor):
                self.label.setVisible(visible)

    def show_config(self, config: RunConfig) -> None:
        """Show the config's value."""
        self._config = config
        if self.is_made and not self.editor.being_typed:
            self.editor.show_config(config)

    def mark_changed(self, changed: bool) -> None:
        """Show whether the value waits to be applied."""
        if self.is_made and isinstance(self.editor, ProbabilityEditor):
            self.editor.mark_changed(changed)
        elif changed or "label" in vars(self):
            set_tone(self.label, "changed" if changed else "")

    def say_wrong(self, text: str) -> None:
        """Say what is wrong with the value; ``""``: nothing."""
        if text or "error" in vars(self):
            self.error.setText(text)
            self.error.setVisible(bool(text))
            self.editor.mark_wrong(bool(text))
