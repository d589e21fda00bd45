"""Which of somebody's own examples are for training, and which are kept for the test."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.errors import UserError
from dropout_viz.words import many

Array = NDArray[Any]


def split(n: int, share: float, seed: int, classes: Array | None = None) -> tuple[Array, Array]:
    """Return the numbers of the training examples and of the test's, in the order that the seed draws.

    Args:
        n: how many there are. share: of them for the test; of every class as much, to an example, and at least one of
            each for training. classes: each one's class, from 0 without gaps, (n,), or None.

    Raises:
        UserError: too few are left for training.
    """
    draw = np.random.default_rng(np.random.SeedSequence(seed))
    order = draw.permutation(n)
    groups = [order]
    if classes is not None:
        by_class = order[np.argsort(classes[order], kind="stable")]
        groups = np.split(by_class, np.cumsum(np.bincount(classes))[:-1])
    test = np.zeros(n, bool)
    for group in groups:
        test[group[: min(round(share * len(group)), len(group) - 1)]] = True
    if round(share * n) and not test.any():  # every class is too small for a share of its own
        large = [group for group in groups if len(group) > 1]
        test[large[0][:1] if large else []] = True
    train = order[~test[order]]
    if len(train) < 2:
        raise UserError(
            f"test_share = {share:g}: leaves {many(len(train), 'row')} of {n:,} for training; must leave 2 or more"
        )
    return train, order[test[order]]
