"""The frames of slow motion: the network as it is at a moment of a step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dropout_viz.engine.frame import Frame
from dropout_viz.engine.slow_motion import Dissection
from dropout_viz.engine.snapshot import Snapshot

Now = tuple[Dissection, int]
"""The step that is taken apart, and the moment of it on show."""


class SlowFrame:
    """Makes the frames of slow motion, each once."""

    def __init__(self) -> None:
        self._made: tuple[Dissection, int, Frame] | None = None

    def frame(self, frame: Frame, moment: int | None) -> tuple[Frame, Now | None]:
        """Return the frame with its first arm as the step that is taken apart has it at a moment, and that moment; the
        frame itself and None where there is no slow motion."""
        taken = frame.dissection
        if taken is None or moment is None or moment >= len(taken.moments):
            return frame, None
        if self._made is None or self._made[0] is not taken or self._made[1] != moment:
            arm = replace(frame.arms[0], snapshot=_snapshot(frame.snapshot, taken, moment))
            self._made = (taken, moment, replace(frame, arms=(arm,)))
        return self._made[2], (taken, moment)


def _snapshot(before: Snapshot, taken: Dissection, moment: int) -> Snapshot:
    plan, batch = taken.plan, len(taken.examples)
    restored = taken.moments[moment].stage == "restore"
    masks, factors, activations = [], [], []
    unknown = set()
    for layer, units in enumerate(plan.sizes):
        drawn = None if restored else taken.value(f"m{layer}", moment)
        if layer < plan.layers:
            factors.append(np.ones((batch, units)) if drawn is None else drawn)
            masks.append(np.ones((batch, units), bool) if drawn is None else plan.noise_kind.on(drawn))
        names = [f"on{layer}"] if restored else [f"h{layer}", f"a{layer}", f"z{layer}"]
        held = next((v for v in (taken.value(name, moment) for name in names) if v is not None), None)
        if held is None:
            held = taken.before["x"] if layer == 0 else np.zeros((batch, units))
            unknown |= {layer} if layer else set()
        activations.append(held)
    weights = tuple(taken.value(f"W{n}", moment) for n in range(1, plan.layers + 1))
    biases = tuple(taken.value(f"b{n}", moment) for n in range(1, plan.layers + 1))
    return replace(
        before,
        step=taken.step,
        used=taken.config,
        examples=taken.examples,
        masks=tuple(masks),
        factors=() if plan.noise_kind.on_off else tuple(factors),
        activations=tuple(activations),
        weights=tuple(w for w in weights if w is not None),
        biases=tuple(np.empty(0) if b is None else b for b in biases),
        loss_under_mask=taken.loss,
        unknown=frozenset(unknown),
    )
