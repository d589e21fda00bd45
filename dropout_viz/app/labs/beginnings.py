"""What each lab begins with, and how long that takes: found out on a thread, one lab after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from dropout_viz.engine.config import RunConfig
from dropout_viz.errors import UserError
from dropout_viz.labs.beginning import Beginning, begin
from dropout_viz.labs.lab import load_lab
from dropout_viz.labs.options import Options
from dropout_viz.views.worker import Worker

OnShow = Callable[[], tuple[RunConfig, str]]
"""Tells the run on show, and its name."""


class Beginnings(QObject):
    """Keeps what is known of each lab for the run on show.

    Signals:
        known: the key of a lab of which it is known now, or why it is not.
    """

    known = Signal(str)

    def __init__(self, on_show: OnShow, parent: QObject) -> None:
        super().__init__(parent)
        self._on_show = on_show
        self._known: dict[str, Beginning] = {}
        self._own: set[str] = set()  # labs that begin with their own settings
        self._failed: dict[str, tuple[RunConfig, str]] = {}  # labs that cannot begin, with what run, and why
        self._asked: list[str] = []
        self._worker = Worker(self, "beginnings", 1.0)
        self._worker.done.connect(self._take)
        self._worker.failed.connect(lambda why: self._go_on())

    def of(self, key: str) -> Beginning | None:
        """Return what a lab begins with; None while nobody knows."""
        return self._known.get(key)

    def is_of_now(self, key: str) -> bool:
        """Whether what is known of a lab is of the run on show, or of its own settings: not of a run before."""
        known = self._known.get(key)
        return known is not None and known.run in (None, self._on_show()[0])

    def why_not(self, key: str) -> str:
        """Return why a lab cannot begin with the run on show, or ``""``."""
        failed, why = self._failed.get(key, (None, ""))
        return why if failed == self._on_show()[0] else ""

    def own(self, key: str) -> bool:
        """Whether a lab begins with its own settings rather than the run's."""
        return key in self._own

    def turn(self, key: str) -> None:
        """Let a lab begin with its own settings, or again with the run on show."""
        self._own ^= {key}
        self._known.pop(key, None)
        self.look([key])

    def look(self, keys: Iterable[str]) -> None:
        """Find out what is not known of labs, or was another run's."""
        config, _ = self._on_show()
        self._asked = [key for key in keys if self._outdated(key, config)]
        if not self._worker.busy:
            self._go_on()

    @property
    def looking(self) -> bool:
        """Whether something that was asked for is not known yet."""
        return bool(self._asked) or self._worker.busy

    def _outdated(self, key: str, config: RunConfig) -> bool:
        known = self._known.get(key)
        if self._failed.get(key, (None, ""))[0] == config:
            return False
        return known is None or (known.run is None) != self.own(key) or known.run not in (None, config)

    def close(self) -> None:
        """Find out nothing more."""
        self._asked.clear()
        self._worker.close()

    def _go_on(self) -> None:
        if self._asked:
            key = self._asked.pop(0)
            config, name = self._on_show()
            run = None if self.own(key) else config
            self._worker.ask(lambda: (key, config, _begun(key, run, name)))

    def _take(self, told: tuple[str, RunConfig, Beginning | str]) -> None:
        key, config, found = told
        if isinstance(found, str):
            self._failed[key] = config, found
            self.known.emit(key)
        elif (found.run is None) == self.own(key):
            self._known[key] = found
            self.known.emit(key)
        self._go_on()


def _begun(key: str, run: RunConfig | None, name: str) -> Beginning | str:
    """Return what a lab begins with, or why it cannot."""
    try:
        return begin(load_lab(key), run, name)
    except UserError as error:
        return str(error)


def whole_of(beginning: Beginning, options: Options) -> Options:
    """Return options that are as entered, but in those that make a first look small: they are the whole's."""
    small, full = beginning.small.model_dump(), beginning.full.model_dump()
    entered = options.model_dump()
    return options.model_copy(update={key: full[key] for key in entered if small[key] != full[key]})


def is_less(beginning: Beginning, options: Mapping[str, Any]) -> bool:
    """Whether options have less of something than the whole has, of what makes a first look small."""
    small, full = beginning.small.model_dump(mode="json"), beginning.full.model_dump(mode="json")
    return any(_less(options[key], full[key]) for key in small if small[key] != full[key] and key in options)


def _less(own: Any, most: Any) -> bool:
    """Whether a value is less than the whole's: fewer; or some, where the whole has all there are."""
    if isinstance(most, int | float) and isinstance(own, int | float):
        return own < most
    return bool(own) and not most
