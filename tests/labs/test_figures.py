"""Every finding's pictures are among those of its result."""

from __future__ import annotations

import pytest

from dropout_viz.labs import paired, sweep, tune
from dropout_viz.labs.lab import LabResult, Tell
from dropout_viz.labs.options import make


def results() -> dict[str, LabResult]:
    moons = {"source": "moons", "seeds": 3, "steps": 20, "jobs": 1}
    return {
        "paired": paired.run(make(paired.Options, moons), Tell()),
        "paired, no test set": paired.run(make(paired.Options, {**moons, "source": "xor"}), Tell()),
        "sweep": sweep.run(make(sweep.Options, {**moons, "grid": ("p_hidden=0,.1,.3", "optimiser=sgd,adam")}), Tell()),
        "sweep over words": sweep.run(make(sweep.Options, {**moons, "grid": ("optimiser=sgd,adam",)}), Tell()),
        "tune": tune.run(make(tune.Options, {**moons, "fit": 0.6}), Tell()),
    }


def test_findings_name_pictures_that_there_are() -> None:
    for lab, result in results().items():
        names = [figure.name for figure in result.figures]
        assert len(set(names)) == len(names), lab
        for finding in result.results:
            assert set(finding.pictures) <= set(names), (lab, finding.name)
        for figure in result.figures:
            rows = list(figure.rows())
            assert rows and all(len(row) == len(figure.columns) for row in rows), (lab, figure.name)


@pytest.mark.parametrize("span", [(0.0, 0.9031), (0.9, 1.8), (-3.0, 1.0), (0.0, 5.0), (-0.5, 0.4), (2.2, 2.5)])
def test_logarithmic_ticks_are_few_and_never_one_alone(span: tuple[float, float]) -> None:
    from dropout_viz.draw.graph import ticks

    found = ticks(span, 9, log=True)
    assert 2 <= len(found) <= 10
    assert all(span[0] - 1e-6 <= at <= span[1] + 1e-6 for at, _ in found)
    plain = [
        (at, float(text.replace(",", ""))) for at, text in found if text.replace(",", "").replace(".", "").isdecimal()
    ]
    assert plain and all(value == pytest.approx(10**at) for at, value in plain)
