"""Which panels stand where: each preset brings its own stage, until somebody arranges it otherwise.

An arrangement is kept for each preset, and one for all runs that come from files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QByteArray, QSettings

from dropout_viz.app.panels.docks import Panel
from dropout_viz.app.panels.layout import Layout
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import preset_keys

_KEPT = "stages"
_OLD = ("layout", "meant")
"""Where earlier versions kept the one arrangement that they had."""
_FILES = "files"


@dataclass
class StageArrangement:
    """Where panels are, and the sizes that somebody wanted."""

    layout: QByteArray
    meant: object


class Stages:
    """Arranges a layout for the run that it is to show.

    Attributes:
        filling: the panel that filled the window when all was put aside, and is to fill it again.
    """

    def __init__(self, layout: Layout, settings: QSettings | None) -> None:
        self._layout, self._settings = layout, settings
        self.filling: Panel | None = None
        self._kept: dict[str, StageArrangement] = {}
        self._name: str | None = None
        self._config: RunConfig | None = None
        self._lent: tuple[tuple[str, ...], tuple[str, ...]] | None = None  # the views that a lesson has put on
        self._aside: tuple[object, StageArrangement] | None = None  # what is put back, and what it belongs to

    @property
    def lent(self) -> bool:
        """Whether what is on is nobody's arrangement: a lesson's stage, or what is shown to an audience."""
        return self._lent is not None or self._aside is not None

    def open(self, name: str, config: RunConfig, *, instead: bool = False) -> None:
        """Take the arrangement that belongs to a run. Where there is none the run's stage comes, unless that is the one
        that is there already. ``instead``: a lesson ends with it, whose own stage is nobody's."""
        before, self._config = self._config, config
        key = name if name in preset_keys() else _FILES
        lent = self._lent is not None
        if lent and not instead:
            self._name = key
            return
        self._lent, kept = None, None
        if lent or key != self._name:
            if self._name is not None and self._aside is None and not lent:
                self._kept[self._name] = self.now()
            self._name = key
            kept = self._kept.get(key) or self._remembered(key)
        own = kept is not None and not (key == _FILES and config.stage) and self.put(kept)
        if not own and (lent or before is None or before.stage != config.stage):
            self._layout.reset(config.stage)
        for view in config.views:
            self._layout.bring_view(view)

    def lend(self, views: tuple[str, ...], behind: tuple[str, ...] = ()) -> None:
        """Let a lesson put on a stage of its own, whatever run it opens; the setup leaves its room to the views.
        ``behind``: views that wait behind the last one."""
        if self._lent is None and self._name is not None and self._aside is None:
            self._kept[self._name] = self.now()
        if self._lent != (views, behind):
            self._lent = views, behind
            self._layout.reset(views, setup=False, behind=behind)

    def take_back(self) -> None:
        """Put back what was there before a lesson came, or what belongs to the run that it leaves."""
        if self._lent is None or self._name is None or self._config is None:
            return
        self._lent = None
        kept = self._kept.get(self._name) or self._remembered(self._name)
        if kept is None or not self.put(kept):
            self._layout.reset(self._config.stage)

    def put_aside(self) -> None:
        """What comes now until ``put_back`` is nobody's arrangement."""
        layout = self._layout
        now, self.filling = self.now(), None if layout.crowded else layout.maximised  # else it does so by itself
        if self._lent is None and self._name is not None:
            self._kept[self._name] = now
        self._aside = (self._name, self._lent), now

    def put_back(self) -> Callable[[], object]:
        """Put back what was there before, or what belongs to the run or the lesson that has come meanwhile.

        Return what is to be called once more in another turn: a panel that was hidden may have been of another zoom,
        and Qt goes by the size that it had then until it is shown.
        """
        if self._aside is None:
            return lambda: None
        (belongs, before), self._aside = self._aside, None
        kept = None
        if belongs == (self._name, self._lent):
            kept = before
        elif self._lent is None and self._name is not None:
            kept = self._kept.get(self._name) or self._remembered(self._name)
        self._layout.restore_size()
        if kept is None or not self.put(kept):
            if self._lent is not None:
                self._layout.reset(self._lent[0], setup=False, behind=self._lent[1])
            else:
                self._layout.reset(() if self._config is None else self._config.stage)
            return self._layout.resize
        return partial(self.put, kept)

    def reset(self) -> None:
        """Put the stage back as the run brings it, and forget how it was arranged."""
        for key in [*_OLD, *(f"{_KEPT}/{self._name}/{part}" for part in _OLD)]:
            if self._settings is not None:
                self._settings.remove(key)
        self._layout.reset(() if self._config is None else self._config.stage)

    def remember(self) -> None:
        """Keep all arrangements beyond this window."""
        if self._settings is None or self._name is None:
            return
        own = self._lent is None and self._aside is None  # a lesson's stage is nobody's arrangement
        now = {self._name: self.now()} if own else {}
        for key, kept in {**self._kept, **now}.items():
            self._settings.setValue(f"{_KEPT}/{key}/layout", kept.layout)
            self._settings.setValue(f"{_KEPT}/{key}/check", _check(kept.layout))
            self._settings.setValue(f"{_KEPT}/{key}/meant", kept.meant)
        for key in _OLD:
            self._settings.remove(key)

    def put(self, arrangement: StageArrangement) -> bool:
        """Take an arrangement; return whether it could be used."""
        if not self._layout.restore(arrangement.layout):
            return False
        self._layout.take_meant(arrangement.meant)
        return True

    def put_later(self, arrangement: StageArrangement, filling: Panel | None) -> None:
        """Let an arrangement, and the panel that fills the window, be what comes back when nothing is lent any more."""
        self.filling = filling
        if self._name is not None:
            self._kept[self._name] = arrangement
        if self._aside is not None and self._aside[0] == (self._name, None):
            self._aside = (self._aside[0], arrangement)

    def now(self) -> StageArrangement:
        """Return the arrangement that is there."""
        return StageArrangement(self._layout.save(), self._layout.meant())

    def _remembered(self, key: str) -> StageArrangement | None:
        """Return what was kept for a preset; what was kept before there were several goes for the first one."""
        settings = self._settings
        if settings is None:
            return None
        if not self._kept and settings.contains(_OLD[0]):
            layout, meant = (settings.value(part) for part in _OLD)
        else:
            layout, meant = (settings.value(f"{_KEPT}/{key}/{part}") for part in _OLD)
            if settings.value(f"{_KEPT}/{key}/check") != _check(layout):
                return None
        return None if layout is None else StageArrangement(layout, meant)


def _check(layout: object) -> str:
    """Return what tells a spoilt layout from a whole one: Qt itself may crash on one byte that is wrong."""
    return hashlib.sha256(layout.data()).hexdigest() if isinstance(layout, QByteArray) else ""
