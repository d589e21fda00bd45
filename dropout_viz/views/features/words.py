"""What the Features view says. No Qt."""

from __future__ import annotations

import math

import numpy as np

from dropout_viz.analysis.questions.features import Scene
from dropout_viz.draw.numbers import count, number
from dropout_viz.words import many, of_arm


def summary(scene: Scene, order: str, chosen: int | None) -> list[str]:
    """Return what is to be seen, in sentences. ``order``: how the pictures stand; ``chosen``: the unit with a frame."""
    said = [f"Step {count(scene.request.arms[0][1].step)}"]
    what = "kernel" if scene.request.kernels else "unit"
    for sheet in scene.sheets:
        text = f"pictures of {many(len(sheet.order), what)}, {order}"
        finite = sheet.norms[np.isfinite(sheet.norms)]
        if len(finite):
            text += f"; mean norm {number(float(finite.mean()), 3)}, largest {number(float(finite.max()), 3)}"
        if chosen is not None and chosen < len(sheet.norms):
            text += f"; chosen: unit {count(chosen + 1)} of norm {number(float(sheet.norms[chosen]))}"
        said.append(of_arm(sheet.name, text))
    limit = scene.sheets[0].limit
    return [*said, "Each picture has its own scale" if math.isnan(limit) else f"One scale, up to {number(limit, 2)}"]
