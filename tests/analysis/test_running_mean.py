"""The running mean of one series is never told of another, whatever addresses they had."""

from __future__ import annotations

import numpy as np

from dropout_viz.analysis.decimate import Pyramid
from dropout_viz.analysis.running_mean import RunningMean
from dropout_viz.engine.history import Series, Table


def _seen(value: float) -> Pyramid:
    table = Table()
    table.extend(np.arange(40), np.full((40, 1), value))
    pyramid = Pyramid(Series(table))
    pyramid.update()
    return pyramid


def test_another_series_in_the_place_of_one_that_is_gone_has_sums_of_its_own() -> None:
    mean = RunningMean()
    for value in range(30):
        pyramid = _seen(float(value))
        mean.update(pyramid)
        assert mean.at(pyramid, 40, np.array([5.0]), np.array([20.0])).tolist() == [float(value)]
        del pyramid
