"""What fits the settings' own ranges but not the data set, or not the memory."""

from __future__ import annotations

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.goodness import meets_numbers
from dropout_viz.engine.maps import check_maps, layer_sizes, map_sizes
from dropout_viz.errors import UserError
from dropout_viz.nn.forward import ROOM
from dropout_viz.nn.optimisers import OPTIMISERS
from dropout_viz.words import gibibytes

LARGEST = 4 << 30
"""Bytes that the arrays of a run may take, by estimate."""


def check_fit(config: RunConfig, data: DataSet) -> None:
    """Refuse what fits the settings' own ranges but not this data set."""
    check_maps(config, data)
    outputs = data.y.shape[1]
    if config.batch_size is not None and config.batch_size > len(data.x):
        raise UserError(f"batch_size = {config.batch_size}: must be at most {len(data.x)}, the training examples")
    if config.loss != "squared_error" and meets_numbers(data):
        raise UserError(f"loss = {config.loss}: must be squared_error where the target is numbers")
    if config.loss == "softmax_cross_entropy" and outputs == 1:
        raise UserError(f"loss = {config.loss}: must be squared_error or binary_cross_entropy with one output unit")
    if config.loss == "binary_cross_entropy" and outputs > 1 and data.classes:
        raise UserError(f"loss = {config.loss}: must be squared_error or softmax_cross_entropy with {outputs} classes")


def check_size(config: RunConfig, data: DataSet) -> None:
    """Refuse a run that would not fit into memory, before any of it is asked for."""
    size = sum(_bytes(arm, data) for arm in config.arm_configs)
    if size > LARGEST:
        raise UserError(
            f"{'maps, ' if config.maps else ''}hidden, worlds, examples: this run would need about "
            f"{gibibytes(size, LARGEST)}; must be at most {LARGEST / 2**30:.0f} GiB"
        )


def _bytes(config: RunConfig, data: DataSet) -> int:
    """Return about how many bytes the arrays of a run take."""
    sizes, (kernels, maps) = layer_sizes(config, data), map_sizes(config, data)
    weights = kernels + sum(i * j + j for i, j in zip(sizes, sizes[1:], strict=False))
    examples = max(len(data.x), 0 if data.x_test is None else len(data.x_test))
    examples = min(examples, max(1, ROOM // sum(sizes)))  # more are measured in pieces
    copies = 3 + len(OPTIMISERS[config.optimiser].make.names)  # weights, gradient, scratch, state
    numbers = weights * copies + (examples + 4 * (config.batch_size or len(data.x))) * sum(sizes)
    numbers += (config.batch_size or len(data.x)) * maps
    return numbers * config.worlds * (4 if config.dtype == "float32" else 8)
