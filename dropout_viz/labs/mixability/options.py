"""What the user may choose in the lab on genes and sex."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from dropout_viz.labs import options as o


class Options(o.Options):
    """What evolves, and what learns beside it."""

    landscapes: int = o.option(500, "Landscapes", "random fitness landscapes", ge=2, le=5000)
    alleles: int = o.option(10, "Alleles", "at each of the two loci", ge=2, le=40)
    recombination: float = o.option(
        0.5, "Recombination", "under sex, the chance that an offspring's two alleles are of two parents", gt=0, le=0.5
    )
    generation: int = o.option(20, "Judged at", "the generation at which the verdict is read", ge=1, le=2000)
    generations: int = o.option(100, "Generations", "how far evolution is followed", ge=1, le=2000)
    seeds: int = o.option(10, "Seeds", "networks with dropout, and as many without", ge=2, le=200)
    units: int = o.option(32, "Hidden units", "of each network", takes="hidden", ge=2, le=256)
    p: float = o.option(
        0.5, "Drop probability", "of hidden units, in the networks with dropout", takes="p_hidden", gt=0, lt=1
    )
    steps: int = o.option(6000, "Training steps", "of each network", ge=10, le=100_000)
    sets: int = o.option(24, "Sets of partners", "drawn at random for each unit", ge=16, le=1000)
    seed: int = o.option(0, "Seed", "of landscapes, networks and sets", takes="seed", ge=0, lt=2**31)
    pause: float = o.option(
        0.03,
        "Pause between pictures, s",
        "seconds between two pictures of evolving genes, so that they can be watched",
        ge=0,
        le=2,
    )

    @model_validator(mode="after")
    def _judged_on_the_way(self) -> Self:
        if self.generation > self.generations:
            raise ValueError(f"--generation {self.generation}: must be at most --generations, {self.generations}")
        return self
