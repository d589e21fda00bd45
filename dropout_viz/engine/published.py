"""What the published rule is defined for: the post's program and nothing else (design: Numerics)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dropout_viz.engine.config import RunConfig

_NEEDS: dict[str, Any] = {
    "activation": "sigmoid",
    "output": "sigmoid",
    "loss": "squared_error",
    "bias": False,
    "init": "uniform",
    "optimiser": "sgd",
    "gradient": "sum",
    "dtype": "float64",
    "batch_size": None,
    "p_input": 0.0,
    "learning_rate_decay": 1.0,
    "l2": 0.0,
    "max_norm": None,
    "scaling": "inverted",
    "noise": "bernoulli",
    "maps": (),
}


def check(config: RunConfig) -> None:
    """Raise ``ValueError`` for a config with the published rule that is not the post's."""
    for key, value in _NEEDS.items():
        if getattr(config, key) != value:
            shown = "empty" if value in (None, ()) else str(value).lower() if isinstance(value, bool) else value
            raise ValueError(f"{key}: must be {shown} when rule is as-published; exact takes others")
    if len(config.hidden) != 1:
        raise ValueError("hidden: must be one layer when rule is as-published; exact takes more")
