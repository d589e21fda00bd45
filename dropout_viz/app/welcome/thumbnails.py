"""The pictures on the presets' cards. One is asked for at a time, and only while somebody sees them; they are kept."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QProcess, QSignalBlocker, QTimer, Signal
from PySide6.QtGui import QImage

from dropout_viz.app.look.motion import Motion
from dropout_viz.app.welcome.messages import Sent, Wanted, asking, unpacked

STEPS = (0, 1, 2, 4, 7, 11, 17, 25, 37, 55, 80, 115, 160, 220, 300)
"""The steps that a picture moves through; it rests at the last one."""
LAST = STEPS[-1]
_FRAME_MS = 110  # that one of them is seen, at least
_END_MS = 1_000
_MODULE = "dropout_viz.app.welcome.process"


@dataclass(frozen=True)
class Thumbnail:
    """A picture of a preset: at which step it is, and whether it has come to its end."""

    image: QImage
    step: int
    look: tuple[str, int]
    rests: bool


class Thumbnails(QObject):
    """Has them drawn, each by a small run of its preset, in a process that lives while they are seen.

    What is kept is one picture a preset, half a megabyte each at one pixel a unit.

    Signals:
        changed: a preset's key: its picture is another, or there is none and ``why`` says why.

    Attributes:
        why: of presets that have no picture, why not, in a line.
    """

    changed = Signal(str)

    def __init__(self, presets: Sequence[str], motion: Motion) -> None:
        super().__init__()
        self._presets, self._motion = presets, motion
        self._kept: dict[str, Thumbnail] = {}
        self.why: dict[str, str] = {}
        self._look = ("dark", 1)  # theme and scale
        self._seen = False
        self._moving = ""  # the preset whose picture moves
        self._process: QProcess | None = None
        self._buffer = bytearray()
        self._awaited: Wanted | None = None
        self._next = QTimer(self, singleShot=True)
        self._next.timeout.connect(self._ask)

    def of(self, preset: str) -> Thumbnail | None:
        """Return a preset's picture, if there is one by now."""
        return self._kept.get(preset)

    @property
    def busy(self) -> bool:
        """Whether any picture is still to come."""
        return self._seen and self._wanted() is not None

    def come(self, theme: str, scale: int) -> None:
        """They are seen from now on, in a theme, with so many pixels a unit."""
        if not self._seen:
            self.why.clear()  # what was missing may be there by now
        self._look, self._seen = (theme, scale), True
        self._next.start(0)

    def leave(self) -> None:
        """Nobody sees them any more."""
        self._seen, self._moving = False, ""
        self.finish()

    def point_at(self, preset: str) -> None:
        """Let a preset's picture move, from the first step on, as it trains anew; "": none."""
        if preset == self._moving or self._motion.reduced:
            return
        self._moving = preset
        if (shown := self._kept.get(preset)) is not None and preset not in self.why:
            self._kept[preset] = Thumbnail(shown.image, -1, shown.look, False)
        self._next.start(0)

    def finish(self) -> None:
        """End the process."""
        self._next.stop()
        self._awaited = None
        process, self._process = self._process, None
        if process is not None:
            with QSignalBlocker(process):
                process.kill()
                process.waitForFinished(_END_MS)
            process.deleteLater()

    # --- one at a time -----------------------------------------------------------------------------------------------

    def _wanted(self) -> Wanted | None:
        """Return the picture that is to be drawn next: of what moves, else the first that is not there yet."""
        due = [preset for preset in self._presets if preset not in self.why and not self._is_done(preset)]
        if not due:
            return None
        preset = self._moving if self._moving in due else due[0]
        shown = self._kept.get(preset)
        step = LAST
        if preset == self._moving and shown is not None and shown.look == self._look:
            step = next(step for step in STEPS if step > shown.step)
        return Wanted(preset, step, *self._look)

    def _is_done(self, preset: str) -> bool:
        shown = self._kept.get(preset)
        return shown is not None and shown.rests and shown.look == self._look

    def _ask(self) -> None:
        wanted = self._wanted() if self._seen and self._awaited is None else None
        if wanted is not None:
            self._awaited = wanted
            if self._process is None:
                self._start()
            if self._process is not None:  # else it could not be started
                self._process.write(asking(wanted))

    def _start(self) -> None:
        self._buffer.clear()
        process = self._process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._fail)
        process.errorOccurred.connect(self._fail)
        process.start(sys.executable, ["-P", "-m", _MODULE])  # nothing of the current folder

    def _read(self) -> None:
        if self._process is None:
            return
        self._buffer += self._process.readAllStandardOutput().data()
        if (sent := unpacked(self._buffer)) is not None:
            self._awaited = None
            self._take(sent)

    def _take(self, sent: Sent) -> None:
        wanted = sent.wanted
        if sent.image is None:
            self.why[wanted.preset] = sent.why
        else:
            rests = wanted.step == LAST or sent.step < wanted.step
            look = (wanted.theme, wanted.scale)
            self._kept[wanted.preset] = Thumbnail(sent.image, sent.step, look, rests)
        self.changed.emit(wanted.preset)
        self._next.start(_FRAME_MS if wanted.preset == self._moving else 0)

    def _fail(self) -> None:
        """The process has ended although nobody ended it: what it was to draw has no picture."""
        awaited = self._awaited
        self.finish()
        if awaited is not None:
            self.why[awaited.preset] = "The process that draws it has ended without a word."
            self.changed.emit(awaited.preset)
        self._next.start(0)
