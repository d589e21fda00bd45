"""Where a lesson's strip stands: across the window's top; in a low one, as before an audience, at its left."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer

from dropout_viz.app.lessons.strip import LessonStrip
from dropout_viz.app.panels.bars import fixed_bar
from dropout_viz.app.panels.docks import Panel
from dropout_viz.app.window import Window

_LOW = 400  # units of a window's height below which a strip across it leaves no view its room
_WIDE = 540  # units of its width from which on there is room beside a view


class LessonBar(QObject):
    """Holds a strip, and moves it where the window's size and zoom want it."""

    def __init__(self, window: Window, strip: LessonStrip, panels: Iterable[Panel]) -> None:
        super().__init__(strip)
        self._window, self._strip, self._panels = window, strip, tuple(panels)
        self._bar = fixed_bar(window, "Lesson", strip, Qt.ToolBarArea.TopToolBarArea)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._place)
        window.installEventFilter(self)
        strip.installEventFilter(self)
        window.theme.changed.connect(self._place)
        self._place()

    def remove(self) -> None:
        """Take it away at once: whoever shows the window's bars again must not find it."""
        self._later.stop()
        self._make_room(aside=False)
        self._window.removeEventFilter(self)
        self._window.theme.changed.disconnect(self._place)
        self._window.removeToolBar(self._bar)
        self._bar.hide()
        self._bar.setParent(None)
        self._bar.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window may have another size; a layout that is put back may have put the strip where it was then."""
        if event.type() == QEvent.Type.Resize:
            self._later.start()
        return False

    def _place(self) -> None:
        unit = self._window.theme.style.scale
        aside = self._window.height() < _LOW * unit and self._window.width() >= _WIDE * unit
        area = Qt.ToolBarArea.LeftToolBarArea if aside else Qt.ToolBarArea.TopToolBarArea
        if self._window.toolBarArea(self._bar) != area:
            self._window.removeToolBar(self._bar)
            self._window.addToolBar(area, self._bar)
            self._bar.show()
            self._make_room(aside=aside)
        self._strip.stand(aside=aside)

    def _make_room(self, *, aside: bool) -> None:
        """Beside the strip a view has little width: it matters more than its controls."""
        for panel in self._panels:
            panel.header.let_tools_go(aside)
