"""What would make a setting that is refused allowed: another one that it does not go with, said as something to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from dropout_viz.engine.arm_settings import with_first_changed
from dropout_viz.engine.config import RunConfig
from dropout_viz.errors import UserError


def _others() -> Iterator[dict[str, Any]]:
    """Yield what may stand in the way of a setting, at its value that leaves the most room; the least change first."""
    ends = [{key: value} for key in ("loss", "output") for value in get_args(RunConfig.model_fields[key].annotation)]
    yield {"rule": "exact"}
    yield from ends
    yield from ({"rule": "exact", **end} for end in ends)


def remedy(base: RunConfig, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what to set besides, so that settings that are refused are allowed; empty where nothing simple does."""
    for other in _others():
        if set(other).isdisjoint(settings) and all(getattr(base, key) != value for key, value in other.items()):
            try:
                with_first_changed(base, {**settings, **other})
            except UserError:
                continue
            return other
    return {}
