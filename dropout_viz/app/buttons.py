"""The window's buttons: an icon, a name for screen readers, and a tooltip that tells the key."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QCursor, QHideEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPushButton, QToolButton, QWidget

from dropout_viz.app.look.icons import SIZE, icon
from dropout_viz.app.look.theme import Theme
from dropout_viz.draw.keys import ENTER


def finish_typing() -> None:
    """Finish what is being typed, as leaving the field would: a click on a button does not take the focus."""
    field = QApplication.focusWidget()
    if isinstance(field, QLineEdit | QAbstractSpinBox):
        field.clearFocus()


def set_tip(widget: QWidget, tip: str) -> None:
    """Give a widget another tip; of one that it has already nobody is told again."""
    if widget.toolTip() != tip:
        widget.setToolTip(tip)


class IconButton(QToolButton):
    """A flat button with an icon that follows the theme.

    It takes the focus by Tab but not by a click, so that Space plays and pauses the run for whoever uses the mouse.
    Enter and Space press the one that Tab has led to.
    """

    def __init__(
        self,
        theme: Theme,
        icon_name: str,
        name: str,
        tip: str = "",
        parent: QWidget | None = None,
        *,
        primary: bool = False,
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._primary = theme, icon_name, primary
        self.setProperty("primary", primary)
        self.setIconSize(QSize(SIZE, SIZE))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.name(name, tip)
        self.draw()
        theme.changed.connect(self._restyle)

    def name(self, name: str, tip: str = "") -> None:
        """Say what the button does: to screen readers, and in its tooltip (``tip`` where that should say more)."""
        self.setAccessibleName(name)
        self.setToolTip(tip or name)

    def put_out(self) -> None:
        """Not look pointed at any more, after a menu that took the mouse: Qt would not see it leave."""
        self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, self.rect().contains(self.mapFromGlobal(QCursor.pos())))
        self.setDown(False)
        self.update()

    def show_icon(self, name: str) -> None:
        """Show another icon."""
        if name != self._icon:
            self._icon = name
            self.draw()

    def draw(self) -> None:
        """Take the theme's colours."""
        self._faded = False
        self.setIcon(icon(self._icon, self._theme.style, primary=self._primary))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        finish_typing()
        super().mousePressEvent(event)
        if self.menu() is not None:  # it has been chosen from: the mouse was elsewhere when that was closed
            self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
            self.update()

    def _restyle(self) -> None:
        """Take another theme's colours; where nobody sees it, when it is seen."""
        self._faded = True
        if self.isVisible():
            self.draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._faded:
            self.draw()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)  # else it is lit when it comes back

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.click()
        else:
            super().keyPressEvent(event)


class TextButton(QPushButton):
    """A button with words on it; Enter presses it."""

    def __init__(self, text: str, *, primary: bool = False) -> None:
        super().__init__(text)
        self.setProperty("primary", primary)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        finish_typing()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.click()
        else:
            super().keyPressEvent(event)
