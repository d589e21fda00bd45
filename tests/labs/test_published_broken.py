"""Break the program in a copy, one fault at a time, and see which of the exact published results notice.

``NOTICED`` is the table, computed; every exact result notices something. What none of them notices has tests of its own
(``tests/nn/test_streams.py``, ``tests/engine/test_independence.py``): a threshold that is rounded down is off by 2^-16
at most, and masks that layers share change nothing in a net that drops one layer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dropout_viz.analysis import ensemble
from dropout_viz.labs import published
from dropout_viz.labs.lab import Tell
from dropout_viz.labs.mixability import genes
from dropout_viz.nn import program, streams
from dropout_viz.nn.noise import NOISES, bernoulli

Patch = pytest.MonkeyPatch
Draws = bernoulli.RawBitMasks


def _threshold(change: Callable[[Any], Any]) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(
        bernoulli, "_threshold", lambda p: np.asarray(change(np.asarray(p, float))).astype(np.uint32)
    )


def _masks(change: Callable[[np.ndarray, Any, Any, Any], None]) -> Callable[[Patch], None]:
    """A fault in the masks of a block: ``change`` gets them as drawn, their stream's peek, and p and scale."""
    peek = Draws.peek

    def broken(self: Draws, out: np.ndarray, p: Any, scale: Any) -> None:
        change(out, lambda into, s: peek(self, into, p, s), p, scale)

    return lambda patch: patch.setattr(Draws, "peek", broken)


def _scales(**changed: Any) -> Callable[[Patch], None]:
    return lambda patch: patch.setitem(NOISES, "bernoulli", replace(NOISES["bernoulli"], **changed))


def _one_for_the_batch(out: np.ndarray, peek: Any, p: Any, scale: Any) -> None:
    peek(out, scale)
    out[...] = out[:, :1]


def _without_backward_masks(patch: Patch) -> None:
    whole = program.Program._delta_ops
    patch.setattr(program.Program, "_delta_ops", lambda self, k, part, masks: whole(self, k, part, {}))


def _shared_stream(patch: Patch) -> None:
    whole = streams.seeds

    def seeds(seed: int, layers: int) -> Any:
        init, order, masks = whole(seed, layers)
        return init, order, [masks[0]] * layers

    patch.setattr(streams, "seeds", seeds)


BREAKS: dict[str, Callable[[Patch], None]] = {
    "p and 1 - p change places": _threshold(lambda p: np.rint(65536 * (1 - p))),
    "the threshold is rounded down": _threshold(lambda p: np.floor(65536 * p)),
    "no scale in training": _scales(train_scales=lambda kind, drop: (1.0,) * len(drop)),
    "the scale twice": _masks(lambda out, peek, p, scale: peek(out, np.square(scale))),
    "one mask for the whole batch": _masks(_one_for_the_batch),
    "no mask on the way back": _without_backward_masks,
    "layers share a mask stream": _shared_stream,
    "masks are not drawn again": lambda patch: patch.setattr(Draws, "consume", lambda self, steps: None),
    "scaled by p instead of 1 - p with all units on": _scales(
        test_scales=lambda kind, drop: tuple(p if p else 1.0 for p in drop)
    ),
    "thinned networks all equally probable": lambda patch: patch.setattr(
        ensemble.subsets, "chances", lambda drop: np.full(1 << len(drop), 0.5 ** len(drop))
    ),
    "no recombination": lambda patch: patch.setattr(genes, "recombined", lambda p, recombination: p),
}

NOTICED: dict[str, set[int]] = {
    "p and 1 - p change places": {1, 2, 3, 4},
    "the threshold is rounded down": set(),
    "no scale in training": {1, 3, 4, 5},
    "the scale twice": {1, 3, 4, 5},
    "one mask for the whole batch": {1, 2},
    "no mask on the way back": {2, 3, 4, 5},
    "layers share a mask stream": set(),
    "masks are not drawn again": {1},
    "scaled by p instead of 1 - p with all units on": {1},
    "thinned networks all equally probable": {1},
    "no recombination": {6},
}
"""Which of the exact results, by number, do not agree any more under each fault."""


@pytest.mark.slow
@pytest.mark.parametrize("name", BREAKS)
def test_which_results_notice(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    BREAKS[name](monkeypatch)
    with np.errstate(all="ignore"):
        result = published.run(published.Options(quick=True), Tell())
    found = {int(f.name.split(".")[0]) for f in result.results if f.verdict != "agrees"}
    print(f"\n{name}: {sorted(found)}")
    assert found == NOTICED[name]


@pytest.mark.parametrize("name", ["p and 1 - p change places", "masks are not drawn again"])
def test_the_average_of_all_masks_is_held_against_those_that_are_drawn(name: str, monkeypatch: Patch) -> None:
    BREAKS[name](monkeypatch)
    with np.errstate(all="ignore"):
        (found,) = published.run(published.Options(only=(1,)), Tell()).results
    assert found.verdict == "disagrees"


def test_every_exact_result_notices_a_fault() -> None:
    assert set(NOTICED) == set(BREAKS)
    assert set().union(*NOTICED.values()) == {1, 2, 3, 4, 5, 6}
