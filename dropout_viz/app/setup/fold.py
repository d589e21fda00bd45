"""The heading of a part of the setup form: a click folds its rows away or shows them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton

from dropout_viz.app.buttons import finish_typing
from dropout_viz.app.look.theme import set_tone
from dropout_viz.data import drawn
from dropout_viz.draw import style as look
from dropout_viz.draw.keys import ENTER
from dropout_viz.engine.config import RunConfig

_CLOSED, _OPEN = "▸", "▾"


class FoldHeading(QToolButton):
    """A heading with a mark of whether what stands below it is shown, and how much of that is out of the ordinary.

    It is checked while its rows are shown.
    """

    def __init__(self, group: str) -> None:
        super().__init__()
        self.setObjectName("Fold")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{group.capitalize()} settings")
        self._name = QLabel()
        self._name.setFont(look.font(look.SMALL, bold=True))
        self._name.setProperty("tone", "group")
        self._told = QLabel()
        self._told.setProperty("tone", "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 2, 4, 2)
        row.addWidget(self._name)
        row.addStretch(1)
        row.addWidget(self._told)
        for label in (self._name, self._told):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # as wide as the form
        self.setFixedHeight(26)
        self._group = group
        self.toggled.connect(self._mark)
        self._mark(False)

    def tell(self, config: RunConfig, keys: list[str], waiting: int) -> None:
        """Say what the rows hold: how many wait to be applied, else how many are not at their defaults."""
        fields = RunConfig.model_fields
        unusual = [key for key in keys if getattr(config, key) != fields[key].default]
        self._told.setText(f"{waiting} waiting" if waiting else f"{len(unusual)} not at default" if unusual else "")
        set_tone(self._told, "changed" if waiting else "small")
        lines = [f"{fields[key].title}: {_written(getattr(config, key))}" for key in unusual]
        self.setToolTip("\n".join(["Not at their defaults:", *lines] if lines else ["All at their defaults"]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        finish_typing()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.click()
        else:
            super().keyPressEvent(event)

    def _mark(self, opened: bool) -> None:
        self._name.setText(f"{_OPEN if opened else _CLOSED}  {self._group.upper()}")


def _written(value: object) -> str:
    """Return a setting's value as the form's tooltips have it."""
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return drawn.told(value)
    if isinstance(value, tuple):
        return ", ".join(map(_written, value))
    if isinstance(value, bool):
        return "on" if value else "off"
    return "none" if value is None else str(value).replace("_", " ") if isinstance(value, str) else f"{value:,}"
