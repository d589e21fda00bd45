"""Where the scales of a network's weights end, in words."""

from __future__ import annotations

from dropout_viz.draw.numbers import plain

_NAMED_LAYERS = 3


def ends_of(limits: tuple[float, ...], brief: bool) -> str:
    """Return where the scales of the weights end, in words: each layer has its own, from left to right."""
    if len(limits) > _NAMED_LAYERS:
        return f"ends: ±{plain(min(limits))} to ±{plain(max(limits))}, by layer"
    if brief:
        return f"ends: {', '.join(f'±{plain(limit)}' for limit in limits)}, by layer"
    names = [*(f"hidden {k + 1}" for k in range(len(limits) - 1)), "output"]
    return f"ends: {', '.join(f'±{plain(end)} into {name}' for end, name in zip(limits, names, strict=True))}"
