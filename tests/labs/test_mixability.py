"""The lab on genes and sex: numbers are those of its parts, verdicts follow, and curves are handed over on the way."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import numpy as np
import pytest

from dropout_viz.cli import main
from dropout_viz.errors import UserError
from dropout_viz.labs import company, mixability
from dropout_viz.labs.figures import Lines
from dropout_viz.labs.lab import Cancelled, LabResult, Tell, to_ask
from dropout_viz.labs.mixability.genes import generations, landscapes
from dropout_viz.labs.mixability.report import FURTHER, Course, report
from dropout_viz.labs.options import make

Array = np.ndarray[Any, Any]

SMALL = {
    "landscapes": 30,
    "alleles": 4,
    "generation": 6,
    "generations": 9,
    "seeds": 2,
    "units": 8,
    "steps": 60,
    "sets": 16,
    "pause": 0,
}


@pytest.fixture(scope="module")
def told() -> tuple[LabResult, list[LabResult]]:
    parts: list[LabResult] = []
    return mixability.run(make(mixability.Options, SMALL), Tell(take=parts.append)), parts


def lines(result: LabResult) -> dict[str, Lines]:
    return {f.name: f for f in result.figures if isinstance(f, Lines)}


@pytest.mark.slow
def test_the_curves_of_genes_are_those_of_both_populations(told: tuple[LabResult, list[LabResult]]) -> None:
    w = landscapes(30, 4, 0)
    for sexual, r in ((True, 0.5), (False, 0.0)):
        course = list(islice(generations(w, r), 10))
        for name, values in (
            ("genes-mixability", [g.mixability for g in course]),
            ("genes-fitness", [g.fitness for g in course]),
        ):
            curve = next(c for c in lines(told[0])[name].curves if c.label == ("with sex" if sexual else "without sex"))
            assert list(curve.x) == list(range(10))
            np.testing.assert_allclose(curve.y, np.mean(values, axis=1))
            np.testing.assert_allclose(curve.low, np.quantile(values, 0.1, axis=1))
            np.testing.assert_allclose(curve.high, np.quantile(values, 0.9, axis=1))


def test_findings_are_read_at_the_judged_generation_and_the_last_step(told: tuple[LabResult, list[LabResult]]) -> None:
    result = told[0]
    w = landscapes(30, 4, 0)
    asexual, sexual = (next(islice(generations(w, r), 6, None)) for r in (0.0, 0.5))
    found = {f.name: f.measured for f in result.results}
    assert found["sex raises mixability, generation 6"] == pytest.approx(
        (sexual.mixability - asexual.mixability).mean()
    )
    assert found["sex lowers mean fitness, generation 6"] == pytest.approx((sexual.fitness - asexual.fitness).mean())
    ends = [c.y[-1] for c in lines(result)["units-mixability"].curves]
    assert found["dropout raises the mixability of hidden units"] == pytest.approx(ends[0] - ends[1])
    assert sum(f.name.startswith(FURTHER) for f in result.results) == 2
    assert not any("500 other landscapes" in f.note for f in result.results), "known figures are of another setting"


def test_curves_are_handed_over_while_they_grow(told: tuple[LabResult, list[LabResult]]) -> None:
    result, parts = told
    lengths = [len(lines(part)["genes-mixability"].curves[0].x) for part in parts]
    assert lengths[:10] == list(range(1, 11))
    grown = [len(lines(part)["units-whole"].curves[0].x) for part in parts[10:]]
    assert grown == list(range(1, len(grown) + 1))
    assert all(part.verdict == "undecided" for part in parts[:-1])
    assert result.config is not None
    assert (result.config.hidden, result.config.worlds, len(result.config.arms)) == ((8,), 1, 2)


def course(pairs: int, *differences: float) -> Course:
    """Return a course whose quantities differ by so much in the mean, and spread evenly among pairs."""
    made = Course(pairs, 20, 0.95)
    spread = np.linspace(-0.02, 0.02, pairs)
    made.add(20, [[np.full(pairs, 0.5) for _ in differences], [0.5 + d + spread for d in differences]])
    return made


@pytest.mark.parametrize(
    ("genes", "units", "wanted"),
    [
        ((0.1, -0.1), 0.1, "agrees"),
        ((-0.1, -0.1), 0.1, "disagrees"),
        ((0.1, 0.1), 0.1, "disagrees"),
        ((0.1, -0.1), -0.1, "disagrees"),
        ((0.1, -0.1), 0.0, "undecided"),
        ((0.0, -0.1), 0.1, "undecided"),
    ],
)
def test_the_verdict_follows_the_criterion(genes: tuple[float, float], units: float, wanted: str) -> None:
    options = make(mixability.Options, {"alleles": 5, "landscapes": 50, "steps": 20, "seeds": 10})
    for further in (-0.1, 0.1):  # which does not count in the verdict on the whole
        result = report(options, course(50, *genes), course(10, units, further, further))
        assert result.verdict == wanted
        verdicts = [f.verdict for f in result.results if f.name.startswith(FURTHER)]
        assert verdicts == (["agrees", "disagrees"] if further < 0 else ["disagrees", "agrees"])


def test_a_known_setting_is_held_against_known_figures() -> None:
    options = make(mixability.Options, {"generations": 20})
    w = landscapes(500, 10, 3)
    both = [next(islice(generations(w, r), 20, None)) for r in (0.0, 0.5)]
    for swapped, wanted in ((1, "agrees"), (-1, "disagrees")):
        genes = Course(500, 20, 0.99)
        genes.add(20, [(g.mixability, g.fitness) for g in both[::swapped]])
        results = report(options, genes, None).results
        assert [f.published for f in results[:4]] == [f"our earlier {known}" for known in (0.542, 0.599, 0.952, 0.889)]
        assert [f.verdict for f in results] == [wanted] * 6


def test_cancelling_ends_it_at_the_next_word() -> None:
    said: list[float] = []
    tell = Tell(show=lambda progress: said.append(progress.share), cancelled=lambda: len(said) > 4)
    with pytest.raises(Cancelled):
        mixability.run(make(mixability.Options, SMALL), tell)
    assert len(said) == 5 and said == sorted(said)


def test_bad_options_are_refused_in_one_line_and_long_runs_asked_for() -> None:
    with pytest.raises(UserError, match="--generation 30: must be at most --generations, 20"):
        make(mixability.Options, {"generation": 30, "generations": 20})
    with pytest.raises(UserError, match=r"--recombination 0\.6: .*0\.5"):
        make(mixability.Options, {"recombination": 0.6})
    lab: Any = mixability
    assert to_ask(lab, mixability.Options()) == ""
    assert "minutes" in to_ask(lab, make(mixability.Options, {"seeds": 200, "units": 200}))


def test_the_command_prints_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    words = [part for key, value in SMALL.items() for part in (f"--{key}", str(value))]
    assert main(["lab", "mixability", "--json", *words]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["lab"] == "mixability"
    assert {"name", "published", "measured", "tolerance", "verdict"} <= set(found["results"][0])


def test_worlds_of_networks_are_judged_pair_by_pair() -> None:
    """The mean over units of one network, as ``company`` has it, is one entry of the lab's last moment."""
    from dropout_viz.engine.trainer import Trainer

    result = mixability.run(make(mixability.Options, SMALL), Tell())
    trainer = Trainer(company.pair("digits", 2, 0, 60, 8, 0.5), recording=False)
    trainer.advance(60)
    for curve in lines(result)["units-whole"].curves:
        right = [company.in_company(s, 16, k).whole for k, s in enumerate(company.subjects(trainer, curve.label))]
        assert curve.y[-1] == pytest.approx(np.mean(right))
