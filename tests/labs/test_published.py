"""The lab that repeats what was published: its entries, and the helpers that they measure with, against oracles."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import numpy as np
import pytest

from dropout_viz.errors import UserError
from dropout_viz.labs import published
from dropout_viz.labs.intervals import Interval, interval
from dropout_viz.labs.lab import Cancelled, LabResult, Progress, Tell
from dropout_viz.labs.options import make
from dropout_viz.labs.published.alike import clones_verdict, pair_cosines
from dropout_viz.labs.published.average import auroc, counts_verdict, rotated
from dropout_viz.labs.published.entry import Found
from dropout_viz.labs.published.gains import SIZES, against, little_verdict, sizes_verdict
from dropout_viz.labs.published.masks import every_mask
from dropout_viz.labs.published.nets import Bench, together
from dropout_viz.labs.published.steps import off_by
from dropout_viz.labs.published.units import halves_verdict, lesions_verdict, neighbours, sparser_verdict

EXACT = (1, 2, 3, 4, 5, 6)


@pytest.fixture(scope="module")
def quick() -> LabResult:
    return published.run(published.Options(quick=True), Tell())


def test_the_source_counts_the_papers_and_their_years() -> None:
    papers = {re.sub(r"^after |, [a-z].*$", "", one) for entry in published.ENTRIES for one in entry.source.split("; ")}
    years = sorted(int(paper.split()[-1]) for paper in papers)
    said = f"{len(published.ENTRIES)} results from {len(papers)} papers, {years[0]} to {years[-1]}"
    assert published.SOURCE.startswith(f"{said};")


def test_there_are_eighteen_each_with_a_source_and_a_criterion() -> None:
    assert [entry.number for entry in published.ENTRIES] == list(range(1, 19))
    assert tuple(entry.number for entry in published.ENTRIES if entry.exact) == EXACT
    for entry in published.ENTRIES:
        assert entry.source
        assert entry.criterion


def test_the_exact_ones_agree_and_have_pictures(quick: LabResult) -> None:
    assert [f.verdict for f in quick.results] == ["agrees"] * 6
    names = [figure.name for figure in quick.figures]
    assert len(set(names)) == len(names)
    for finding in quick.results:
        assert finding.pictures
        assert set(finding.pictures) <= set(names)


def test_the_exact_numbers_are_within_their_tolerances(quick: LabResult) -> None:
    one, two, three, four, five = (float(f.measured) for f in quick.results[:5] if f.measured is not None)
    assert one < 1e-12
    assert abs(two) < 4
    assert three == pytest.approx(1.0, abs=0.02)
    assert four < 1e-3
    assert five < 1e-9


def test_a_choice_of_entries() -> None:
    assert [e.number for e in published.chosen(published.Options(only=(6, 2)))] == [2, 6]
    assert published.chosen(published.Options(only=(9,), quick=True)) == []
    assert len(published.chosen(published.Options())) == 18
    with pytest.raises(UserError, match="--only 3,19: must be among 1, 2"):
        make(published.Options, {"only": (3, 19)})


def test_cancelling_keeps_what_is_finished() -> None:
    parts: list[LabResult] = []
    shares: list[float] = []

    def show(progress: Progress) -> None:
        shares.append(progress.share)

    with pytest.raises(Cancelled):
        published.run(published.Options(quick=True), Tell(show, lambda: len(parts) == 2, parts.append))
    assert [f.name[:2] for f in parts[-1].results] == ["1.", "2."]
    assert shares == sorted(shares)


def test_how_far_a_mean_is_off_is_told_in_standard_errors() -> None:
    drawn = np.array([[1.0, 5.0], [3.0, 5.0], [2.0, 5.0], [2.0, 5.0]])
    error = np.std(drawn[:, 0], ddof=1) / 2
    assert off_by(drawn, np.array([2.3, 5.0])) == pytest.approx(0.3 / error)
    assert off_by(drawn, np.array([2.0, 5.0 + 1e-11])) == 0  # what does not vary is equal to rounding,
    assert off_by(drawn, np.array([2.0, 5.001])) == np.inf  # or wrong
    assert off_by(drawn, 2.0) == np.inf


def test_every_mask_comes_once() -> None:
    assert {tuple(row) for row in every_mask(3).astype(int)} == set(itertools.product((0, 1), repeat=3))


def test_auroc_counts_pairs() -> None:
    random = np.random.default_rng(0)
    a, b = random.integers(0, 5, 30).astype(float), random.integers(0, 5, 20).astype(float)
    pairs = [1.0 if x > y else 0.5 if x == y else 0.0 for x in a for y in b]
    assert auroc(a, b) == pytest.approx(np.mean(pairs))


def test_turning_an_image() -> None:
    image = np.random.default_rng(0).random((7, 7))
    assert np.allclose(rotated(image, 0), image)
    assert np.allclose(rotated(image, 90), np.rot90(image))
    assert np.allclose(rotated(image, 180), np.rot90(image, 2))
    smooth = np.exp(-((np.mgrid[:21, :21] - 10) ** 2).sum(axis=0) / 20)  # the same from all sides
    assert np.abs(rotated(smooth, 37) - smooth).max() < 0.02


def test_neighbouring_weights() -> None:
    stripes = np.tile([1.0, -1.0], (1, 8, 4))
    assert neighbours(stripes) == pytest.approx(0.0)  # equal downwards, opposite across
    assert neighbours(np.kron(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.ones((8, 8)))[None]) > 0.8


def test_cosines_of_pairs() -> None:
    w = np.array([[1.0, 1.0, 1.0, -2.0], [0.0, 0.0, 1.0, 2.0]])
    assert pair_cosines([w]) == pytest.approx([1.0, 0.0])


SPREAD = np.linspace(-0.3, 0.3, 8)


def near(*means: float, spread: float = 1.0, seeds: int = 8) -> list[np.ndarray]:
    """Made-up results of so many seeds about means, paired so that they do not vary together."""
    return [mean + spread * np.roll(SPREAD, 3 * k)[:seeds] for k, mean in enumerate(means)]


CRITERIA = {
    counts_verdict: (  # k = 1, 10, 50, and scaled
        (8.0, 4.2, 4.0, 4.0),
        [(8.0, 8.4, 4.0, 4.0), (8.0, 4.0, 4.2, 4.2), (8.0, 4.4, 4.2, 4.0), (8, 4.02, 4.0, 4.0)],
    ),
    little_verdict: ((8.0, 6.0, 5.5), [(8.0, 7.5, 5.5), (8.0, 6.0, 7.5), (6.0, 8.0, 8.0)]),
    sparser_verdict: ((0.5, 0.3), [(0.5, 0.45), (0.3, 0.5)]),
    lesions_verdict: ((17.0, 10.0), [(17.0, 14.0), (10.0, 17.0)]),
    halves_verdict: ((75.0, 90.0), [(75.0, 80.0), (90.0, 75.0)]),
}
"""Of each criterion that intervals decide: means for which it agrees, and some for which it does not."""


@pytest.mark.parametrize("verdict", CRITERIA)
def test_a_criterion_tells_made_up_results_apart(verdict: Callable[..., str]) -> None:
    holds, others = CRITERIA[verdict]
    assert verdict(*near(*holds, spread=0.01)) == "agrees"
    for means in others:
        assert verdict(*near(*means, spread=0.01)) == "disagrees"
    assert verdict(*near(*holds, spread=0.01, seeds=7)) == "undecided"
    assert verdict(*near(*holds, spread=100.0)) == "undecided"


def test_averages_that_meet_weight_scaling_as_well_with_ten_as_with_fifty_do_not_agree() -> None:
    """The error of ten and of fifty networks, and of weight scaling: the same but for chance."""
    assert counts_verdict(*near(8.0, 4.0, 4.0, 4.0, spread=0.01)) == "disagrees"  # ten are within .05 points
    assert counts_verdict(*near(8.0, 4.05, 4.0, 4.0, spread=0.3)) == "undecided"


def test_networks_decide_nothing_without_mnist_or_seeds_enough() -> None:
    trained = [entry for entry in published.ENTRIES if not entry.exact]
    assert {entry.number for entry in trained if entry.seeds < 8} == {7, 12, 14, 16}
    for found in (Found(0.0, "agrees", "", ()), Found(0.0, "disagrees", "", ())):
        for entry in published.ENTRIES:
            decides = entry.exact or entry.seeds >= 8
            assert entry.verdict(found, mnist=True) == (found.verdict if decides else "undecided")
            assert entry.verdict(found, mnist=False) == (found.verdict if entry.exact else "undecided")


def gains(**means: float) -> dict[int, Interval]:
    return {n: interval(means.get(f"at_{n}", 0.0) + SPREAD) for n in SIZES}


def test_a_gain_on_the_smallest_sets_contradicts_the_paper() -> None:
    as_published = gains(at_1000=2.0, at_2000=1.0)
    assert sizes_verdict(as_published) == "agrees" and against(as_published) == "nothing here contradicts it"
    small = gains(at_100=2.0, at_500=1.0, at_1000=2.0, at_2000=1.0)
    assert sizes_verdict(small) == "disagrees"
    assert against(small) == "here the contrary, a gain at 100 and a gain at 500"
    assert sizes_verdict(gains(at_1000=2.0, at_2000=-1.0)) == "disagrees"
    assert sizes_verdict(gains(at_1000=2.0)) == "undecided"
    few = {n: interval(np.full(7, 2.0)) for n in SIZES}
    assert sizes_verdict(few) == "undecided"
    assert sizes_verdict({n: gain for n, gain in as_published.items() if n < 2_000}) == "undecided"  # so few images


def test_clones_that_part_without_dropout_or_stay_with_it_disagree() -> None:
    same, spread = np.ones((8, 32)), np.linspace(-0.05, 0.05, 8)[:, None]
    apart = 0.7 + spread + np.linspace(-0.1, 0.1, 32)
    assert clones_verdict(same, apart) == "agrees"
    parted, stays = same.copy(), apart.copy()
    parted[3, 4] -= 1e-5
    stays[3, 4] = 1.0
    assert clones_verdict(parted, apart) == "disagrees"
    assert clones_verdict(same, stays) == "disagrees"
    assert clones_verdict(same, apart + 0.25) == "disagrees"
    assert clones_verdict(same, apart + 0.2) == "undecided"
    assert clones_verdict(same[:7], apart[:7]) == "undecided"


def test_a_claim_of_several_parts_needs_all_of_them() -> None:
    assert together(["agrees", "agrees"]) == "agrees"
    assert together(["agrees", "undecided"]) == "undecided"
    assert together(["agrees", "disagrees", "undecided"]) == "disagrees"


def test_each_says_since_when_its_criterion_stands(quick: LabResult) -> None:
    assert all("before the result was first computed" in finding.note for finding in quick.results)
    added = ["added to it later" in finding.note for finding in quick.results]
    assert added == ["the trainer draws within 5 standard errors" in f.tolerance for f in quick.results]
    assert added == [True] * 4 + [False] * 2
    assert all("beside runs of the same setting" in entry.since for entry in published.ENTRIES if not entry.exact)


# --- networks ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def no_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DROPOUT_VIZ_DATA")


@pytest.mark.usefixtures("no_mnist")
def test_without_mnist_the_digits_stand_in() -> None:
    bench = Bench()
    assert not bench.mnist
    assert "8 x 8" in bench.where
    assert bench.drawn(500).x.shape == (500, 64)
    assert bench.config(seed=3).data == "digits"


@pytest.mark.usefixtures("no_mnist")
def test_a_network_is_trained_once_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    config, data = bench.config(hidden=(16,), p_hidden=(0.5,)), bench.drawn(400)
    words: list[str] = []
    first = bench.trained(config, data, 20, Tell(lambda p: words.append(p.text)), "net")
    assert len(words) > 20
    words.clear()
    again = bench.trained(config, data, 20, Tell(lambda p: words.append(p.text)), "net")
    assert len(words) == 1  # it is there
    assert all(np.array_equal(a, b) for a, b in zip(first.weights, again.weights, strict=True))
    assert np.array_equal(first.curve, again.curve)
    assert first.curve.shape == (21, 3)
    assert first.curve[0, 2] > 60
    assert first.error < 25
    other = bench.trained(config.changed(seed=5), data, 20, Tell(), "net")
    assert not np.array_equal(first.weights[0], other.weights[0])


@pytest.mark.usefixtures("no_mnist")
def test_a_kept_network_is_the_one_that_was_trained() -> None:
    bench = Bench()
    config, data = bench.config(hidden=(8,), p_hidden=(0.2,), scaling="classical"), bench.drawn(300)
    net = bench.trained(config, data, 10, Tell(), "net")
    assert data.x_test is not None
    assert data.y_test is not None
    outputs = net.network().outputs(np.asarray(data.x_test, float))
    wrong = 100 * float((outputs.argmax(axis=1) != data.y_test.argmax(axis=1)).mean())
    assert wrong == pytest.approx(net.error, abs=0.3)


@pytest.mark.slow
@pytest.mark.usefixtures("no_mnist")
def test_all_eighteen_on_the_digits() -> None:
    result = published.run(published.Options(), Tell())
    assert len(result.results) == 18
    assert [f.verdict for f in result.results] == ["agrees"] * 6 + ["undecided"] * 12
