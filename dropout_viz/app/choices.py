"""What the user has chosen, when another run comes: only what there still is."""

from __future__ import annotations

from dropout_viz.views.base import Frame, Selection, first_weight


def fit_selection(selection: Selection, frame: Frame, *, other_data: bool) -> None:
    """Choose something that exists, before any view looks for what does not. Other data: begin anew."""
    sizes, weight = frame.snapshot.sizes, selection.weight
    there = (
        weight.layer + 1 < len(sizes)
        and weight.source < sizes[weight.layer]
        and weight.target < sizes[weight.layer + 1]
    )
    left = {unit for unit in selection.off if unit.layer < len(sizes) - 1 and unit.index < sizes[unit.layer]}
    selection.point_at(None)
    selection.take_away(frozenset() if other_data else frozenset(left))
    selection.choose(
        example=0 if other_data or selection.example >= len(frame.data.x) else None,
        weight=None if there and not other_data else first_weight(frame.data),
    )
