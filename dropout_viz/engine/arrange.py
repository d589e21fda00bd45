"""Which worlds train side by side in one batch of arrays, and which one after the other."""

from __future__ import annotations

from typing import NamedTuple

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.maps import layer_sizes
from dropout_viz.nn.layouts import TINY

# Multiplications of one forward pass of one world, up to which its worlds are trained side by side: always, or when
# there are some (measured: 1.2 to 2 times as fast for moons, spiral and digits with 4 to 32 worlds).
_SMALL, _SOME = 500_000, 4
# Activations of a step that the worlds of one program have together, so that they fit into the cache: many worlds of
# larger nets make several programs.
_TOGETHER = 65_536
_NUMBERS = (
    "p_input",
    "p_hidden",
    "learning_rate",
    "learning_rate_decay",
    "momentum",
    "momentum_start",
    "momentum_ramp",
    "l2",
    "max_norm",
    "beta1",
    "beta2",
    "epsilon",
)
"""Settings that may differ between the worlds of one program: a number for each world, along the world axis."""


class World(NamedTuple):
    """One run of a batch: its place among all, the arm it belongs to, that arm's config, and its seed."""

    number: int
    arm: int
    config: RunConfig
    seed: int


def worlds_of(config: RunConfig) -> list[World]:
    """Return all worlds of a config: those of the first arm, then those of the next, with the same seeds each."""
    per_arm = config.worlds
    return [
        World(a * per_arm + r, a, arm, arm.seed + r) for a, arm in enumerate(config.arm_configs) for r in range(per_arm)
    ]


def compiled_runs(config: RunConfig, data: DataSet) -> list[list[World]]:
    """Group a config's worlds: each group is trained by one program.

    Arms that differ in numbers share a program; another size, activation or optimiser makes another program.
    """
    groups: dict[tuple[object, ...], list[World]] = {}
    for world in worlds_of(config):
        groups.setdefault(_program(world.config), []).append(world)
    found: list[list[World]] = []
    for group in groups.values():
        at_once = _side_by_side(group[0].config, data, len(group))
        parts = -(-len(group) // at_once)
        found += [group[len(group) * k // parts : len(group) * (k + 1) // parts] for k in range(parts)]
    return found


def _program(config: RunConfig) -> tuple[object, ...]:
    """Return everything of a config that decides its program, but not what may differ between its worlds."""
    return tuple(getattr(config, key) for key in RunConfig.model_fields if key not in _NUMBERS)


def _side_by_side(config: RunConfig, data: DataSet, worlds: int) -> int:
    """Return how many of so many worlds are trained in one batch of arrays; 1: one after the other."""
    if config.rule == "as-published":
        return 1  # bit for bit the post's matrix products
    if config.maps:
        return 1  # large, and written for one world
    sizes, batch = layer_sizes(config, data), config.batch_size or len(data.x)
    work = batch * sum(i * j for i, j in zip(sizes, sizes[1:], strict=False))
    if work <= TINY:
        return worlds
    return max(_SOME, _TOGETHER // (batch * sum(sizes))) if work <= _SMALL and worlds >= _SOME else 1
