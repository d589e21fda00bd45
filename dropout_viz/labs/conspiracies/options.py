"""What the user may choose in the lab on conspiracies."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from dropout_viz.labs import options as o
from dropout_viz.labs.conspiracies.plots import Plots


class Options(o.Options):
    """How many play, how reliable they are, and what learns beside them."""

    players: int = o.option(50, "Players", "in all", ge=2, le=1000)
    size: int = o.option(5, "In a small plot", "players of each of the small plots; the big one has all", ge=1, le=500)
    reliability: float = o.option(0.9, "Reliability", "the chance that a player plays the part, 0 to 1", ge=0, le=1)
    evenings: int = o.option(2000, "Evenings", "simulated", ge=10, le=200_000)
    seeds: int = o.option(10, "Seeds", "networks with dropout, and as many without", ge=2, le=200)
    units: int = o.option(32, "Hidden units", "of each network", takes="hidden", ge=2, le=256)
    p: float = o.option(
        0.5, "Drop probability", "of hidden units, in the networks with dropout", takes="p_hidden", gt=0, lt=1
    )
    steps: int = o.option(6000, "Training steps", "of each network", ge=10, le=100_000)
    seed: int = o.option(0, "Seed", "of evenings, networks and sets", takes="seed", ge=0, lt=2**31)
    pause: float = o.option(
        0.3,
        "Pause between failures, s",
        "seconds between two players who fail, to watch them; at most 5 for all",
        ge=0,
        le=2,
    )

    @model_validator(mode="after")
    def _in_equal_plots(self) -> Self:
        if self.size >= self.players or self.players % self.size:
            raise ValueError(f"--size {self.size}: must divide --players, {self.players}, into two plots or more")
        return self

    @property
    def plots(self) -> tuple[Plots, Plots]:
        """The one big plot, and the small ones."""
        return Plots(1, self.players), Plots(self.players // self.size, self.size)
