"""What every frame took: written down while the window is open, and saved as one JSON file when it closes.

Users can send it, and the benchmarks read it. All times are milliseconds but ``at``, which is in seconds.
"""

from __future__ import annotations

import json
import platform
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from dropout_viz import __version__
from dropout_viz.files import write_text

_MOST = 200_000  # frames, nearly an hour at 60 a second: those before are forgotten
SOME = 600
"""Frames that a log keeps of which only the last second is asked for."""
_RECENT = 1.0  # seconds that a summary is of


class FrameLog:
    """Hears from the frame clock what it does.

    Args:
        names: of what is painted, in the order of the clock's screens.
        most: frames to keep.

    Attributes:
        frames: one entry for each painted frame: ``at``, seconds since the log began; ``step``; ``interval`` since the
            frame before, or None; ``paints``, for each turn of the event loop the names of what it showed, its time and
            this thread's computing in it; ``lease``, which the trainer was given before the frame, or None; and what
            the trainer's thread did since the frame before: ``training``, which includes ``evaluation``, and
            ``snapshot``.
    """

    def __init__(self, names: Sequence[str], most: int = _MOST) -> None:
        self.frames: deque[dict[str, Any]] = deque(maxlen=most)
        self._names = list(names)
        self._begun = perf_counter()
        self._paints: list[tuple[list[str], float, float]] = []
        self._lease: float | None = None
        self._spent: dict[str, float] = {}

    def turn(self, places: Sequence[int], wall: float, computing: float) -> None:
        """Some screens, by place, were shown something and painted; seconds."""
        self._paints.append(([self._names[place] for place in places], _ms(wall), _ms(computing)))

    def lease(self, seconds: float) -> None:
        """The trainer was given so long."""
        self._lease = _ms(seconds)

    def frame(self, step: int, interval: float | None, spent: dict[str, float]) -> None:
        """A frame is complete. ``spent``: seconds by what the trainer's thread did since it began."""
        since = {what: _ms(seconds - self._spent.get(what, 0.0)) for what, seconds in spent.items()}
        self.frames.append(
            {
                "at": round(perf_counter() - self._begun, 4),
                "step": step,
                "interval": None if interval is None else _ms(interval),
                "paints": self._paints,
                "lease": self._lease,
                **since,
            }
        )
        self._paints, self._lease, self._spent = [], None, dict(spent)

    def summary(self) -> str:
        """Return the last second in a few lines; "" where nothing was painted in it."""
        now = perf_counter() - self._begun
        recent = []
        for frame in reversed(self.frames):
            if now - frame["at"] > _RECENT:
                break
            recent.append(frame)
        intervals = sorted(frame["interval"] for frame in recent if frame["interval"] is not None)
        if not intervals:
            return ""
        paints: dict[str, float] = {}
        for frame in recent:
            for names, wall, _ in frame["paints"]:
                paints[", ".join(names)] = max(paints.get(", ".join(names), 0.0), wall)
        lines = [f"{len(intervals)} frames in the last second, the longest after {intervals[-1]:.1f} ms"]
        lines += [f"{names}: at most {wall:.1f} ms" for names, wall in sorted(paints.items(), key=lambda p: -p[1])]
        return "\n".join(lines)

    def save(self, path: Path) -> None:
        """Write all there is.

        Raises:
            UserError: the file cannot be written.
        """
        said = {
            "dropout-viz": __version__,
            "platform": platform.platform(),
            "python": platform.python_version(),
            "frames": list(self.frames),
        }
        write_text(path, json.dumps(said) + "\n")


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 3)
