"""Activation functions by name: one file each, discovered."""

from __future__ import annotations

import sys

from dropout_viz.nn.activations.kind import Activation as Activation
from dropout_viz.nn.kinds import modules

ACTIVATIONS: dict[str, Activation] = {
    module.ACTIVATION.name: module.ACTIVATION for module in modules(sys.modules[__name__], "ACTIVATION")
}
