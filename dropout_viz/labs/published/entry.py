"""What one published result is, to the lab that repeats them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dropout_viz.engine.config import RunConfig
from dropout_viz.labs.figures import Figure
from dropout_viz.labs.intervals import FEWEST
from dropout_viz.labs.lab import Tell, Verdict
from dropout_viz.labs.published.nets import Bench
from dropout_viz.labs.published.steps import DRAWN


@dataclass(frozen=True)
class Found:
    """What a repetition found.

    Attributes:
        measured: our number, or numbers in one line. verdict: by the entry's criterion, whatever the data.
        note: what was done, and what differs from the source. figures: its pictures.
        config: a run that shows it, or None.
    """

    measured: float | str
    verdict: Verdict
    note: str
    figures: Sequence[Figure]
    config: RunConfig | None = None


@dataclass(frozen=True)
class PublishedResult:
    """A published result and how it is repeated here.

    Attributes:
        number: by which the user asks for it. name: what is claimed. source: authors, year, place in the paper.
        published: the paper's number, None where it gives none. criterion: what decides.
        effort: about how many seconds on one core. exact: needs no training on images. seeds: of each network that
            it trains.
    """

    number: int
    name: str
    source: str
    published: float | str | None
    criterion: str
    effort: float
    exact: bool
    repeat: Callable[[Bench, Tell], Found]
    seeds: int = 1

    def verdict(self, found: Found, mnist: bool) -> Verdict:
        """Return what may be concluded from what was found: of networks only on MNIST, and from seeds enough."""
        return found.verdict if self.exact or (mnist and self.seeds >= FEWEST) else "undecided"

    @property
    def since(self) -> str:
        """Since when the criterion stands, in a sentence."""
        if self.exact:
            later = "; the trainer's part was added to it later" if DRAWN in self.criterion else ""
            return f"The criterion was written before the result was first computed{later}."
        if self.seeds >= FEWEST:
            return (
                "The criterion was written beside runs of the same setting and seeds, later with intervals and more "
                "seeds: of the claim this is a repetition, not an independent test."
            )
        return (
            "The criterion was written beside runs of the same setting and seeds; it has not been tested on new seeds."
        )
