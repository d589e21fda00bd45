"""What the compiler needs to know of a run's network, from its config and data."""

from __future__ import annotations

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.maps import layer_sizes
from dropout_viz.engine.patients import fault_of
from dropout_viz.nn.plan import Plan


def make_plan(config: RunConfig, data: DataSet) -> Plan:
    """Return what the compiler needs to know of a run's network."""
    return Plan(
        sizes=layer_sizes(config, data),
        maps=config.maps,
        image=data.image or (0, 0),
        activation=config.activation,
        output=config.output,
        loss=config.loss,
        bias=config.bias,
        drop=config.drop_probabilities,
        published=config.rule == "as-published",
        mean=config.gradient == "mean",
        optimiser=config.optimiser,
        rate=config.learning_rate,
        beta1=config.beta1,
        beta2=config.beta2,
        epsilon=config.epsilon,
        dtype=config.dtype,
        rate_decay=config.learning_rate_decay,
        momentum=config.momentum,
        momentum_start=config.momentum if config.momentum_start is None else config.momentum_start,
        momentum_ramp=config.momentum_ramp,
        l2=config.l2,
        max_norm=config.max_norm or 0.0,
        scaling=config.scaling,
        noise=config.noise,
        edit=fault_of(config.patient),
    )
