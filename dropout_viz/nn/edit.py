"""What may be changed of a run's noise, its step and its measuring before they are compiled: as a rule nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dropout_viz.nn.forward import Evaluator
    from dropout_viz.nn.noise.kind import Noise
    from dropout_viz.nn.ops import Op


class Edit:
    """Changes nothing. Whoever changes something overrides one of these."""

    def noise(self, kind: Noise) -> Noise:
        """Return the noise that is really drawn: another stream of it, or other factors."""
        return kind

    def step(self, ops: list[Op]) -> list[Op]:
        """Return the calls of a step, from its examples to the errors that reached back, as they are really done."""
        return ops

    def measuring(self, healthy: type[Evaluator]) -> type[Evaluator]:
        """Return what measures loss and accuracy of some examples."""
        return healthy


UNCHANGED = Edit()
