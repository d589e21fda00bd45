"""How large the whole interface is: text, lines and gaps alike, from 70 % to 200 %; remembered between starts."""

from __future__ import annotations

from PySide6.QtCore import QSettings

from dropout_viz.app.look.theme import Theme

PERCENTS = (70, 80, 90, 100, 110, 125, 150, 175, 200)
_KEY = "zoom"


class Zoom:
    """Makes a theme larger and smaller."""

    def __init__(self, theme: Theme, settings: QSettings | None) -> None:
        self._theme, self._settings = theme, settings

    def larger(self) -> None:
        """Go to the next larger one."""
        self._set(min((p for p in PERCENTS if p > self._now), default=PERCENTS[-1]))

    def smaller(self) -> None:
        """Go to the next smaller one."""
        self._set(max((p for p in PERCENTS if p < self._now), default=PERCENTS[0]))

    def reset(self) -> None:
        """Go back to 100 %."""
        self._set(100)

    @property
    def _now(self) -> int:
        return round(100 * self._theme.style.scale)

    def _set(self, percent: int) -> None:
        self._theme.set_scale(percent / 100)
        if self._settings is not None:  # at once: it outlives a program that is killed
            self._settings.setValue(_KEY, percent)


def remembered(settings: QSettings | None) -> float:
    """Return the zoom that was on when the window was open last; 1 where what is remembered is none."""
    told = None if settings is None else str(settings.value(_KEY))
    return next((percent / 100 for percent in PERCENTS if told == str(percent)), 1.0)
