"""What the Scaling view shows of a snapshot, as numbers. NumPy only, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from dropout_viz.analysis.scaling import Moments, PassedOn, moments, passed_on
from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Request:
    """What to compute: of which snapshot, on which data."""

    snapshot: Snapshot
    data: DataSet


@dataclass(frozen=True, eq=False)
class Scene:
    """The answer, for each layer that has noise: what it passes on, or of noise of mean 1 its moments."""

    request: Request
    layers: list[PassedOn]
    moments: list[Moments]


def answer(request: Request) -> Scene:
    """Compute what there is to know of the kind of noise that the snapshot's step had."""
    snapshot, data = request.snapshot, request.data
    if snapshot.used.noise_kind.on_off:
        return Scene(request, passed_on(snapshot, data), [])
    return Scene(request, [], moments(snapshot, data))
