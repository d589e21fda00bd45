"""Reduced motion: what moves and tells nothing stands still. What shows the run moves as before.

It follows the system, where that can be told, until the user decides; what the user has decided is remembered.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QSettings, QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QProgressBar

_KEY = "reduce_motion"
_EFFECTS = (
    Qt.UIEffect.UI_General,
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_FadeTooltip,
    Qt.UIEffect.UI_AnimateToolBox,
)
_GNOME = ["get", "org.gnome.desktop.interface", "enable-animations"]


class Motion(QObject):
    """Whether motion is reduced, for a window: panels that slide, menus and tips that fade, a cursor that blinks, a
    bar that runs to and fro.

    Attributes:
        reduced: whether it is.

    Signals:
        changed: it is otherwise now.
    """

    changed = Signal()

    def __init__(self, window: QMainWindow, settings: QSettings | None) -> None:
        super().__init__(window)
        self._window, self._settings = window, settings
        self._usual: tuple[int, list[bool]] | None = None  # what is put back
        said = str(settings.value(_KEY)) if settings is not None else ""
        self._chosen = said in ("true", "false")
        self.reduced = said == "true" if self._chosen else settings is not None and system_reduces()
        self._asked: QProcess | None = None

    def begin(self) -> None:
        """Let it be so; ask the desktop, too, where that takes a moment."""
        self._apply()
        if not self._chosen and "GNOME" in os.environ.get("XDG_CURRENT_DESKTOP", "").upper():
            program = QStandardPaths.findExecutable("gsettings")
            if program:
                self._asked = QProcess(self)
                self._asked.finished.connect(self._hear)
                self._asked.start(program, _GNOME)

    def choose(self, reduced: bool) -> None:
        """Reduce motion, or do not, from now on and in windows to come."""
        self._chosen = True
        if self._settings is not None:  # at once: it outlives a program that is killed
            self._settings.setValue(_KEY, "true" if reduced else "false")
        self._take(reduced)

    def wait_with(self, bar: QProgressBar) -> None:
        """Let a bar say that something goes on, nobody knows how long: it runs to and fro, or stands empty."""
        bar.setRange(0, 1 if self.reduced else 0)
        bar.setValue(0)

    def _hear(self) -> None:
        if self._asked is not None and not self._chosen:
            self._take(bytes(self._asked.readAllStandardOutput().data()).strip() == b"false")

    def _take(self, reduced: bool) -> None:
        if reduced != self.reduced:
            self.reduced = reduced
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        self._window.setAnimated(not self.reduced)
        if self.reduced and self._usual is None:
            effects = [QApplication.isEffectEnabled(effect) for effect in _EFFECTS]
            self._usual = QApplication.cursorFlashTime(), effects
            QApplication.setCursorFlashTime(0)
            for effect in _EFFECTS:
                QApplication.setEffectEnabled(effect, False)
        elif not self.reduced and self._usual is not None:
            flash, effects = self._usual
            self._usual = None
            QApplication.setCursorFlashTime(flash)
            for effect, on in zip(_EFFECTS, effects, strict=True):
                QApplication.setEffectEnabled(effect, on)


def system_reduces() -> bool:
    """Return whether the system asks for less motion, as far as that can be told at once: Windows by Qt, KDE and GTK by
    their files. Where nothing is told it does not."""
    if sys.platform == "win32":
        return not QApplication.isEffectEnabled(Qt.UIEffect.UI_General)
    home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return any(
        _told(Path(home) / file, key) in values
        for file, key, values in (
            ("kdeglobals", "KDE/AnimationDurationFactor", ("0", "0.0")),
            ("gtk-4.0/settings.ini", "Settings/gtk-enable-animations", ("0", "false")),
            ("gtk-3.0/settings.ini", "Settings/gtk-enable-animations", ("0", "false")),
        )
    )


def _told(file: Path, key: str) -> str:
    """Return what an INI file says, or ``""``."""
    return str(QSettings(str(file), QSettings.Format.IniFormat).value(key, "")).strip().lower()
