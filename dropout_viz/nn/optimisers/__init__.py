"""Optimisers by name: one file each, discovered."""

from __future__ import annotations

import sys

from dropout_viz.nn.kinds import modules
from dropout_viz.nn.optimisers.base import Array, Rule
from dropout_viz.nn.optimisers.kind import Optimiser as Optimiser
from dropout_viz.nn.plan import Plan

OPTIMISERS: dict[str, Optimiser] = {
    module.OPTIMISER.name: module.OPTIMISER for module in modules(sys.modules[__name__], "OPTIMISER")
}


def make_optimiser(plan: Plan, like: Array, batch: int, rows: int, per_epoch: int) -> Rule:
    """Return the plan's optimiser for parameters ``like`` those, (parameters, *tail), ``rows`` steps a block."""
    return OPTIMISERS[plan.optimiser].make(plan, like, batch, rows, per_epoch)
