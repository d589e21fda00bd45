"""The lab on conspiracies: players fail one by one, numbers are those of its parts, verdicts follow from them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dropout_viz.cli import main
from dropout_viz.errors import UserError
from dropout_viz.labs import conspiracies
from dropout_viz.labs.conspiracies import plots as plots_of
from dropout_viz.labs.conspiracies.plots import Plots
from dropout_viz.labs.conspiracies.report import GRID, Learnt, Play, report
from dropout_viz.labs.figures import Bars, Dots, Lines, Violins
from dropout_viz.labs.lab import Cancelled, LabResult, Tell, to_ask
from dropout_viz.labs.options import make

SMALL = {"players": 12, "size": 3, "reliability": 0.6, "evenings": 300, "seeds": 2, "units": 6, "steps": 60, "pause": 0}


@pytest.fixture(scope="module")
def told() -> tuple[LabResult, list[LabResult]]:
    parts: list[LabResult] = []
    return conspiracies.run(make(conspiracies.Options, SMALL), Tell(take=parts.append)), parts


def evening(result: LabResult) -> Dots:
    return next(f for f in result.figures if isinstance(f, Dots))


def test_players_fail_one_by_one_and_both_kinds_of_plot_lose_the_same(told: tuple[LabResult, list[LabResult]]) -> None:
    draws = plots_of.lasting(300, 12, 0)[0]
    failing = int((draws >= 0.6).sum())
    assert failing >= 2
    shown = [evening(part) for part in told[1][: failing + 1]]
    before = np.ones(12)
    for gone, picture in enumerate(shown):
        big, small = (np.concatenate([np.asarray(g) for g in row.groups]) for row in picture.dots)
        assert np.array_equal(big, small)
        assert big.sum() == 12 - gone and (big <= before).all()
        before = big
        for row in picture.dots:
            working = sum(all(group) for group in row.groups)
            assert row.outcome.startswith(f"{working} of {len(row.groups)}") and row.good == (working > 0)
    assert np.array_equal(before, draws < 0.6)
    assert np.array_equal(np.concatenate([np.asarray(g) for g in evening(told[0]).dots[0].groups]), before)


def test_lines_are_exact_and_points_are_the_evenings(told: tuple[LabResult, list[LabResult]]) -> None:
    picture = next(f for f in told[0].figures if f.name == "chances")
    assert isinstance(picture, Lines)
    draws = plots_of.lasting(300, 12, 0)
    for count, size, label in ((1, 12, "1 plot of 12"), (4, 3, "4 plots of 3")):
        exact, points = (next(c for c in picture.curves if c.label == f"{label}, {k}") for k in ("exact", "simulated"))
        q = np.asarray(exact.x)
        np.testing.assert_allclose(exact.y, 1 - (1 - q**size) ** count, atol=1e-12)
        groups = (draws[:, None] < GRID[:, None]).reshape(300, len(GRID), count, size)
        np.testing.assert_allclose(points.y, groups.all(axis=3).any(axis=2).mean(axis=0))
        assert points.low is not None and points.high is not None
        assert (np.asarray(points.low) <= points.y).all() and (np.asarray(points.high) >= points.y).all()


def test_networks_are_looked_at_unit_by_unit(told: tuple[LabResult, list[LabResult]]) -> None:
    by_name = {f.name: f for f in told[0].figures}
    violins, bars = by_name["partners"], by_name["together"]
    assert isinstance(violins, Violins) and isinstance(bars, Bars)
    assert [len(v.values) for v in violins.violins] == [12, 12]  # 2 seeds of 6 units
    assert all(0 <= x <= 5 for v in violins.violins for x in v.values)
    exact = [plots_of.company(Plots(1, 12)), plots_of.company(Plots(4, 3))]
    np.testing.assert_allclose(bars.series[0].values[:2], exact)


def networks(difference: float, seeds: int = 8) -> list[Learnt]:
    """Return networks whose units need so many more partners with dropout, and so much more reliability."""
    found = []
    for seed in range(seeds):
        for arm in (0, 1):
            more = arm * (difference + 0.01 * (-1) ** seed)
            works = np.clip((GRID - 0.45 - 0.1 * more) * 4, 0, 1)
            found.append(Learnt(arm, np.full(6, 3 + more), 2 + more, works))
    return found


@pytest.mark.parametrize(("difference", "wanted"), [(-1.0, "agrees"), (1.0, "disagrees"), (0.0, "undecided")])
def test_the_verdict_on_networks_follows_the_criterion(difference: float, wanted: str) -> None:
    options = make(conspiracies.Options, {"seeds": 8})
    draws = plots_of.lasting(2000, 50, 0)
    play = Play(draws[0] < 0.9, 0, tuple(plots_of.needed(plots, draws) for plots in options.plots))
    result = report(options, play, networks(difference))
    assert [f.verdict for f in result.results] == ["agrees"] * 3 + [wanted] * 3
    assert result.verdict == wanted
    assert report(options, play, networks(difference)[:-1]).verdict == "undecided"
    wrong = replace(play, weakest=tuple(w**2 for w in play.weakest))  # players that are not as reliable as said
    assert [f.verdict for f in report(options, wrong, []).results] == ["disagrees"] * 2 + ["agrees"]


def test_means_are_of_the_seeds_that_both_networks_have_a_number_of() -> None:
    options = make(conspiracies.Options, {"seeds": 8})
    draws = plots_of.lasting(2000, 50, 0)
    play = Play(draws[0] < 0.9, 0, tuple(plots_of.needed(plots, draws) for plots in options.plots))
    some = networks(-1.0)
    some[0] = replace(some[0], together=float("nan"))  # no set does better than another
    some[1] = replace(some[1], together=9.0)
    result = report(options, play, some)
    assert result.results[-1].note.startswith("2.000 without, 0.999 with; no interval: n = 7")
    bars = next(figure for figure in result.figures if isinstance(figure, Bars))
    assert list(bars.series[0].values[2:]) == pytest.approx([2, 0.999], abs=5e-4)


def test_where_a_network_works_on_half_of_the_evenings() -> None:
    works = np.interp(GRID, [0, 0.3, 0.7, 1], [0, 0.1, 0.9, 1])
    assert Learnt(0, np.ones(1), 1.0, works).reliability == pytest.approx(0.5)
    assert Learnt(0, np.ones(1), 1.0, np.ones(21)).reliability == 0
    assert Learnt(0, np.ones(1), 1.0, np.zeros(21)).reliability == 1


def test_cancelling_and_bad_options() -> None:
    with pytest.raises(Cancelled):
        conspiracies.run(make(conspiracies.Options, SMALL), Tell(cancelled=lambda: True))
    for bad in ({"players": 50, "size": 7}, {"players": 5, "size": 5}):
        with pytest.raises(UserError, match=f"--size {bad['size']}: must divide --players, {bad['players']}"):
            make(conspiracies.Options, bad)
    lab: Any = conspiracies
    assert to_ask(lab, conspiracies.Options()) == ""
    assert "minutes" in to_ask(lab, make(conspiracies.Options, {"seeds": 200, "units": 256}))


def test_the_command_prints_one_json_object_and_knows_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    words = [part for key, value in SMALL.items() for part in (f"--{key}", str(value))]
    assert main(["lab", "conspiracies", "--json", *words, "--reliability", "1"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["lab"] == "conspiracies"
    assert [(r["published"], r["measured"]) for r in found["results"][:2]] == [(1.0, 1.0)] * 2


@pytest.mark.parametrize("reliability", [0.0, 1.0])
def test_nobody_or_everybody_fails_at_the_ends(reliability: float) -> None:
    options = make(conspiracies.Options, {**SMALL, "reliability": reliability})
    result = report(options, conspiracies._play(options, Tell()), [])
    assert [row.outcome for row in evening(result).dots] == (
        ["1 of 1 works", "4 of 4 work"] if reliability else ["0 of 1 works", "0 of 4 work"]
    )
