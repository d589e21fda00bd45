"""The steps that the Masks view has seen. No Qt."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.snapshot import Bools, Snapshot

KEPT = 64


@dataclass(frozen=True, eq=False)
class Seen:
    """What is kept of a step that was shown."""

    step: int
    examples: NDArray[np.intp]
    masks: tuple[Bools, ...]

    def on(self, example: int) -> tuple[Bools, ...] | None:
        """Return which units were on for an example, input to last hidden layer; None where the step did not see it."""
        rows = np.flatnonzero(self.examples == example)
        return tuple(mask[rows[0]] for mask in self.masks) if rows.size else None


def packed(past: Iterable[Seen], example: int) -> list[list[Any]]:
    """Return what a picture carries: of the steps that saw an example the step, the example and its bits as text."""
    seen = ((one.step, one.on(example)) for one in past)
    return [[n, example, "".join("01"[bool(b)] for m in on for b in m)] for n, on in seen if on is not None]


def unpacked(rows: Iterable[Any], snapshot: Snapshot) -> deque[Seen]:
    """Return the steps that a picture carries, and the present one. What does not fit the network is passed over."""
    ends = np.cumsum([mask.shape[1] for mask in snapshot.masks])
    past: deque[Seen] = deque(maxlen=KEPT)
    for row in rows:
        step, example, bits = row if isinstance(row, list) and len(row) == 3 else (None, None, None)
        if type(step) is not int or type(example) is not int or not isinstance(bits, str) or len(bits) != ends[-1]:
            continue
        if (past[-1].step if past else 0) < step < snapshot.step and 0 <= example < 1 << 53:
            on = np.array([[bit == "1" for bit in bits]])
            past.append(Seen(step, np.array([example], np.intp), tuple(np.split(on, ends[:-1], axis=1))))
    if snapshot.step:
        past.append(Seen(snapshot.step, snapshot.examples, snapshot.masks))
    return past
