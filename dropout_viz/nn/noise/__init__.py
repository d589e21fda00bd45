"""Kinds of noise by name: one file each, discovered."""

from __future__ import annotations

import sys

from dropout_viz.nn.kinds import modules
from dropout_viz.nn.noise.kind import Noise as Noise

NOISES: dict[str, Noise] = {module.NOISE.name: module.NOISE for module in modules(sys.modules[__name__], "NOISE")}
