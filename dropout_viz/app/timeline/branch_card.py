"""Setting up a branch in place: which live setting, and which value, from the step on show."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dropout_viz.app.buttons import TextButton
from dropout_viz.app.messages.asking import Asking
from dropout_viz.app.platform.tab_order import put_in_order
from dropout_viz.app.session import Session
from dropout_viz.app.setup.editor import Editor
from dropout_viz.app.setup.editors import make_editor
from dropout_viz.draw.keys import ENTER
from dropout_viz.draw.numbers import count
from dropout_viz.draw.wheel import Combo
from dropout_viz.engine.config import RunConfig, live_settings

_WIDTH = 440


class BranchCard(Asking):
    """A setting, its value, and what is forgotten; made of the editors that the setup form has."""

    def __init__(self, session: Session, window: QWidget, above: QWidget) -> None:
        super().__init__(window, above)
        self.setObjectName("Card")
        self._session, self._config = session, session.config
        self.title, self.remark, self.error = QLabel(), QLabel(), QLabel()
        self.title.setProperty("tone", "title")
        self.remark.setProperty("tone", "dim")
        self.error.setProperty("tone", "error")
        for label in (self.remark, self.error):
            label.setWordWrap(True)
            label.setFixedWidth(_WIDTH)
        self.setting = Combo()
        self.setting.setAccessibleName("Setting of the branch")
        self.setting.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.editors: dict[str, Editor] = {}
        self._fields: list[QWidget] = []
        for key in live_settings():
            self.setting.addItem(RunConfig.model_fields[key].title or key, key)
            self.editors[key] = make_editor(key)
        self.setting.currentIndexChanged.connect(self._show_setting)
        self.go, self.back = TextButton("Branch", primary=True), TextButton("Not now")
        self.go.clicked.connect(self._branch)
        self.back.clicked.connect(self.leave)
        self._lay_out()
        session.timeline.changed.connect(self._follow)

    def _lay_out(self) -> None:
        choice, buttons = QHBoxLayout(), QHBoxLayout()
        choice.setSpacing(10)
        choice.addWidget(self.setting, 0, Qt.AlignmentFlag.AlignTop)
        for editor in self.editors.values():
            choice.addWidget(editor, 1)
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addLayout(choice)
        column.addWidget(self.error)
        column.addWidget(self.remark)
        column.addLayout(buttons)

    @property
    def key(self) -> str:
        """The chosen setting."""
        return str(self.setting.currentData())

    def ask(self) -> None:
        """Ask for the setting and its value."""
        if self._session.playing:
            self._session.play_pause()  # the step is to stand still
        self._show_config()
        best = "p_hidden" if any(self._session.config.drop_probabilities[1:]) else "learning_rate"
        self.setting.setCurrentIndex(self.setting.findData(best))
        self._show_setting()
        self._describe()
        self.appear()
        self._fields = [stop for editor in self.editors.values() for stop in editor.stops()]
        for field in self._fields:
            field.installEventFilter(self)
        put_in_order([self.setting, *self._fields, self.back, self.go])
        self.editors[self.key].take_keys()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in a field is the answer, as in a dialog."""
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in ENTER
        if pressed and watched in self._fields:
            self.setFocus()  # which ends what is being typed
            self._branch()
            return True
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        if self.isVisible():
            if self._session.config is not self._config:
                self._show_config()
            self._describe()

    def _show_config(self) -> None:
        self._config = self._session.config
        for editor in self.editors.values():
            if not editor.being_typed:
                editor.show_config(self._config)

    def _describe(self) -> None:
        timeline = self._session.timeline
        self.title.setText(f"Branch from step {count(self._session.status.step)}: a second arm with another")
        text = timeline.branch_warning()
        self.remark.setText(text)
        self.remark.setVisible(bool(text))

    def _show_setting(self) -> None:
        for key, editor in self.editors.items():
            editor.setVisible(key == self.key)
        self._say("")
        if self.isVisible():
            self.appear()

    def _say(self, text: str) -> None:
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.editors[self.key].mark_wrong(bool(text))

    def _branch(self) -> None:
        editor = self.editors[self.key]
        unread = f"{self.key} = {editor.wrong()}" if editor.wrong() else ""
        if wrong := unread or self._session.timeline.branch({self.key: editor.value()}):
            self._say(wrong)
            self.appear()
            editor.take_keys()
        else:
            self.leave()

    def leave(self) -> None:
        """Go away, and give the keys back to the window."""
        self.hide()
        self.window().setFocus()
