"""The Network view's numbers, words and layout, against brute force."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor

from dropout_viz.analysis import strongest
from dropout_viz.analysis.example_shown import choose_row
from dropout_viz.analysis.questions.network import NetworkReader
from dropout_viz.draw import ranges
from dropout_viz.draw import style as look
from dropout_viz.draw.cells import cell_pixels, make_cells
from dropout_viz.draw.columns import best_grid
from dropout_viz.draw.ends import ends_of
from dropout_viz.draw.ink import BINS, ODD, Ink, bins_of
from dropout_viz.draw.near import nearest, nearest_line
from dropout_viz.draw.numbers import plain, short
from dropout_viz.nn.parts import Unit
from dropout_viz.views.network.layout import make_layout
from dropout_viz.views.network.summary import summary
from dropout_viz.views.network.words import counts_line, edges_caption, headings, says, scale_words, shown_note
from tests.views.network_cases import case


@pytest.mark.parametrize("seed", range(5))
def test_counts_and_masks_are_the_chosen_examples_by_brute_force(seed: int) -> None:
    snapshot, data = case((5, 7, 6, 2), examples=9, batch=6, seed=seed)
    for example in range(9):
        reading = NetworkReader().read(snapshot, data, example, follow=False)
        row = reading.shown.row
        assert row is not None
        on = [list(mask[row]) for mask in snapshot.masks] + [[True, True]]
        assert [list(layer) for layer in reading.on] == on
        assert reading.units_on == sum(map(sum, on)) and reading.units == 20
        edges = [(a, b) for low, high in itertools.pairwise(on) for a in low for b in high]
        assert reading.edges_total == len(edges) == 5 * 7 + 7 * 6 + 6 * 2
        assert reading.edges_on == sum(a and b for a, b in edges)
        for drawn in reading.edges:
            pairs = zip(drawn.ends.source, drawn.ends.target, drawn.weight, drawn.on, strict=True)
            for source, target, weight, alive in pairs:
                assert weight == snapshot.weights[drawn.ends.layer][source, target]
                assert alive == (on[drawn.ends.layer][source] and on[drawn.ends.layer + 1][target])


def test_an_example_outside_the_batch_is_replaced_by_the_nearest_input_and_named() -> None:
    snapshot, data = case((2, 4, 1), examples=30, batch=5, seed=3)
    missing = next(e for e in range(30) if e not in snapshot.examples)
    reading = NetworkReader().read(snapshot, data, missing, follow=False)
    distance = {int(e): math.dist(data.x[e], data.x[missing]) for e in snapshot.examples}
    nearest = min(distance, key=lambda e: distance[e])
    assert (reading.shown.why, reading.shown.example, reading.shown.chosen) == ("instead", nearest, missing)
    assert snapshot.examples[reading.shown.row] == nearest
    text, warning = shown_note(reading)
    assert warning and f"Example {missing + 1} was not" in text and f"example {nearest + 1}, the nearest" in text

    followed = NetworkReader().read(snapshot, data, missing, follow=True).shown
    assert (followed.row, followed.example, followed.why) == (0, snapshot.examples[0], "batch")


def test_a_number_beyond_the_data_shows_the_last_example_and_an_empty_batch_shows_nothing() -> None:
    snapshot, data = case()
    assert choose_row(snapshot, data, 999, follow=False).example == 3
    assert choose_row(snapshot, data, -5, follow=False).example == 0
    empty = replace(
        snapshot,
        examples=np.array([], np.intp),
        masks=tuple(m[:0] for m in snapshot.masks),
        activations=tuple(a[:0] for a in snapshot.activations),
    )
    reading = NetworkReader().read(empty, data, 2, follow=False)
    assert reading.shown.why == "none" and reading.units_on == reading.units


def test_the_strongest_edges_are_the_strongest_whatever_was_asked_before() -> None:
    random = np.random.default_rng(1)
    finder = strongest.Strongest()
    weights = random.standard_normal((40, 30)).astype(np.float32)
    for drift in (0.01, 0.01, 0.3, -0.9, 5.0, 0.0):
        noise = 0.05 * random.standard_normal((40, 30))
        weights = (weights * (1 + drift) + noise).astype(np.float32)
        got = np.abs(weights.ravel()[finder.pick(weights, 50)])
        assert np.array_equal(got, np.sort(np.abs(weights.ravel()))[-50:])
    weights[3, 4] = np.nan
    weights[5, 6] = -np.inf
    assert {3 * 30 + 4, 5 * 30 + 6} == set(finder.pick(weights, 2).tolist())
    assert sorted(finder.pick(np.full((3, 3), np.nan), 20)) == list(range(9))
    assert sorted(finder.pick(np.zeros((3, 3)), 9)) == list(range(9))


def test_the_strongest_edges_of_a_large_layer_are_found_among_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(2)
    sorted_: list[int] = []
    partition = np.argpartition
    monkeypatch.setattr(np, "argpartition", lambda a, k: (sorted_.append(len(a)), partition(a, k))[1])
    even = random.uniform(-1, 1, (400, 500))
    for weights in (even, random.standard_normal((400, 500)).astype(np.float32), even * np.arange(500), even**9):
        best = np.sort(np.abs(weights.ravel()))[-80:]
        assert np.array_equal(np.abs(weights.ravel()[strongest.Strongest().pick(weights, 80)]), best)
    assert max(sorted_) < 4_000
    weights = np.zeros((400, 500))
    weights[7, 3::11] = 2.0  # what no sample need hold
    weights[1, 1] = np.nan
    picked = strongest.Strongest().pick(weights, 30)
    assert picked[-1] == 501 and set(weights.ravel()[picked[:-1]]) == {2.0}
    assert len(set(strongest.Strongest().pick(np.full((400, 500), np.nan), 30).tolist())) == 30


def test_a_wide_layer_says_how_many_edges_it_draws() -> None:
    snapshot, data = case((64, 32, 10), examples=20, batch=8)
    reading = NetworkReader().read(snapshot, data, 0, follow=True)
    most = strongest.most_edges(2)
    assert [len(e.weight) for e in reading.edges] == [most, most]
    assert [e.total for e in reading.edges] == [2048, 320]
    weakest = np.abs(reading.edges[0].weight).min()
    assert (np.abs(snapshot.weights[0]) > weakest).sum() == most - 1
    assert edges_caption(reading, 0)[0] == f"the {most} strongest of 2,048 edges"
    whole = NetworkReader().read(*case(), 0, follow=False)
    assert all(e.complete for e in whole.edges) and not edges_caption(whole, 0)


def test_the_scales_end_is_nice_covers_the_bulk_and_does_not_flicker() -> None:
    limit = ranges.NiceLimit()
    assert [limit.cover(v) for v in (0.7, 1.1, 1.9, 2.1, 1.9, 1.7, 2.2)] == [1, 2, 2, 5, 5, 5, 5]
    assert limit.cover(1.5) == 2  # under four fifths of 2, the next lower step
    assert [limit.cover(v) for v in (math.nan, math.inf, 0.0)] == [2, 2, 2]
    assert limit.cover(740.0) == 1000
    for size in np.random.default_rng(0).lognormal(0, 5, 300):
        assert size <= ranges.NiceLimit().cover(float(size)) <= 2.5000001 * size
    assert [ranges.lower_step(v) for v in (1, 2, 5, 10, 0.1)] == [0.5, 1, 2, 5, 0.05]
    values = np.concatenate([np.linspace(-1, 1, 99), [1e6, np.nan, np.inf]])
    assert 0.85 < ranges.bulk(values) <= 1.0
    assert ranges.bulk(np.array([np.nan])) == 0.0


def test_a_scale_stays_while_all_moves_and_is_the_steps_own_at_rest() -> None:
    snapshot, data = case()
    reader = NetworkReader()
    higher, lower = (replace(snapshot, weights=tuple(w * 0 + to for w in snapshot.weights)) for to in (2.1, 1.9))
    own, kept = ((end,) * len(snapshot.weights) for end in (2, 5))
    assert reader.read(higher, data, 0, False, moving=True).limits == kept
    assert reader.read(lower, data, 0, False, moving=True).limits == kept, "a scale that wavers does not flicker"
    assert reader.read(lower, data, 0, False).limits == own, "whatever was seen before, a step has one picture"
    assert reader.read(higher, data, 0, False).limits == kept
    assert reader.read(replace(lower, run=2), data, 0, False, moving=True).limits == own


def test_every_layer_has_a_scale_of_its_own() -> None:
    """What a sure network reads from its inputs must not make hairlines of all that it says."""
    snapshot, data = case()
    weights = tuple(np.full_like(w, 300.0 if not k else 3.0) for k, w in enumerate(snapshot.weights))
    reading = NetworkReader().read(replace(snapshot, weights=weights), data, 0, follow=False)
    assert reading.limits == (500.0, *(5.0 for _ in weights[1:]))
    assert ends_of((500.0, 5.0), False) == "ends: ±500 into hidden 1, ±5 into output"
    assert ends_of((500.0, 5.0), True) == "ends: ±500, ±5, by layer"
    assert ends_of((1.0, 2.0, 5.0, 20.0), False) == "ends: ±1 to ±20, by layer"


def test_bins_keep_sign_clamp_and_mark_what_is_not_a_number() -> None:
    weights = np.array([-9.0, -1.0, -0.5, 0.0, 0.5, 1.0, 9.0, np.nan, np.inf])
    assert bins_of(weights, 1.0).tolist() == [0, 0, 5, BINS, 15, 20, 20, ODD, ODD]


def test_activation_scales_follow_the_function_and_the_factor() -> None:
    for name, low, high in (("sigmoid", 0.0, 2.0), ("tanh", -2.0, 2.0)):
        spans = NetworkReader().read(*case(p=0.5, p_input=0.2, activation=name), 0, follow=False).spans
        assert (spans[1].low, spans[1].high) == (low, high)
        assert (spans[0].low, spans[0].high) == (0.0, 1.25)
        assert (spans[2].low, spans[2].high) == (0.0, 1.0)
    snapshot, data = case(activation="relu")
    high = tuple(a * 40 if k == 1 else a for k, a in enumerate(snapshot.activations))
    span = NetworkReader().read(replace(snapshot, activations=high), data, 0, follow=False).spans[1]
    assert span.low == 0.0 and span.open and span.high in (50.0, 100.0)
    assert np.isnan(span.share(np.array([np.nan, np.inf]))).all()
    assert span.share(np.array([-1.0, 0.0, span.high, 1e9])).tolist() == [0, 0, 1, 1]


# The words


def test_numbers_are_short_and_signed() -> None:
    assert [short(v) for v in (0.731, -1.25, -0.001, 12.44, 170.2, 12345.0, 3.1e5, math.nan, -math.inf)] == [
        "0.73",
        "−1.25",
        "0.00",
        "12.4",
        "170",
        "12,345",
        "3.1e5",
        "nan",
        "−∞",
    ]
    assert [plain(v) for v in (1.0, 0.0, 0.2, -1.57, 0.05, 0.025)] == ["1", "0", "0.2", "−1.57", "0.05", "0.025"]


def test_the_counts_say_units_edges_and_every_layers_factor() -> None:
    snapshot, data = case((3, 4, 4, 1), p_input=0.2, p=0.5)
    reading = NetworkReader().read(snapshot, data, 1, follow=False)
    line = "".join(text for text, _ in next(counts_line(reading, scale_words(reading))))
    assert f"units on {reading.units_on} of 12" in line and f"edges on {reading.edges_on} of 32" in line
    assert "1/(1−p): × 1.25 input, × 2 hidden 1–2" in line and "Step 7" in line
    assert headings(reading, 1, 3)[0] == ("hidden 1", "p = 0.5 off, kept × 2", "3 of 4 on")
    start = NetworkReader().read(*case(step=0), 1, follow=False)
    assert (
        next(counts_line(start, scale_words(start)))[0][0] == "Step 0: no mask drawn yet"
        and start.units_on == start.units == 8
    )


# The layout


@pytest.mark.parametrize("size", [(420, 320), (900, 600), (3840, 2160)])
@pytest.mark.parametrize(
    "sizes", [(3, 4, 1), (2, 32, 1), (64, 32, 10), (2, *[6] * 8, 1), (784, 800, 800, 10), (1, 1, 1)]
)
def test_every_unit_has_a_place_of_its_own_and_is_found_there(size: tuple[int, int], sizes: tuple[int, ...]) -> None:
    image = {64: (8, 8), 784: (28, 28)}.get(sizes[0])
    layout = make_layout(*size, sizes, image, left=20, right=70, legend=30, note=True, caption=True)
    for layer, at in enumerate(layout.columns):
        assert len(at.x) == len(at.y) == sizes[layer]
        assert at.box.left >= 0 and at.box.right <= size[0]
        assert at.box.top >= layout.heading and at.box.bottom <= layout.legend.top + 1
        step = max(1, sizes[layer] // 60)
        for index in range(0, sizes[layer], step):
            assert layout.unit_at(float(at.x[index]), float(at.y[index])) == Unit(layer, index)
        if layer:
            assert at.box.left > layout.columns[layer - 1].box.right
    if image and sizes[0] == 64:
        assert layout.columns[0].tiles[:3] == (8, 8, 1)


@pytest.mark.parametrize("units", [1, 7, 32, 64, 800, 4096])
def test_a_grid_shows_every_unit_in_its_cell(units: int) -> None:
    columns, size = best_grid(units, 120.0, 300.0, 24.0)
    rows, ink = math.ceil(units / columns), Ink(look.style("dark"), 1.0, 3.0)
    assert columns * math.floor(size) <= 120 and rows * math.floor(size) <= 300
    for cell in (1, 2, 3, 4, 5, 9, 20):
        cells, inner = make_cells(units, columns, rows, cell), cell - (cell >= 5)
        faces = np.arange(1, units + 1, dtype=np.uint32)
        pixels = cell_pixels(cells, faces, np.ones(units, bool), ink)
        for unit, cross in enumerate(cells.crosses):
            row, column = unit // columns * cell, unit % columns * cell
            assert (pixels[row : row + inner, column : column + inner] == unit + 1).all()
            assert (pixels.ravel()[cross] == unit + 1).all() and (cell == 1) == (len(cross) == 0)
        assert np.count_nonzero(np.isin(pixels, faces)) == units * inner**2  # and ground about them
        ground = QColor(ink.style.panel).rgb()  # where there is no unit there is no cell, nor one's edge
        for spare in range(units, rows * columns):
            row, column = spare // columns * cell, spare % columns * cell
            assert (pixels[row : row + cell, column : column + cell] == ground).all()
        crossed = cell_pixels(cells, faces, faces > 1, ink)
        assert np.count_nonzero(np.isin(crossed, faces)) == units * inner**2 - cells.crosses.shape[1]


def test_a_grid_too_large_for_its_room_grows_instead_of_hiding_units() -> None:
    columns, size = best_grid(4096, 10.0, 50.0, 24.0)
    assert size == 1.0 and columns * 50 >= 4096


def test_the_nearest_line_is_the_nearest_by_brute_force() -> None:
    random = np.random.default_rng(4)
    lines = random.random((30, 4)) * 100
    for x, y in random.random((40, 2)) * 100:
        along = np.linspace(0, 1, 2001)[:, None]
        px = lines[:, 0] + along * (lines[:, 2] - lines[:, 0])
        py = lines[:, 1] + along * (lines[:, 3] - lines[:, 1])
        distance = np.hypot(px - x, py - y).min(0)
        found = nearest_line(x, y, lines, 1e9)
        assert found is not None and distance[found] == pytest.approx(distance.min(), abs=0.1)
        assert nearest_line(x, y, lines, distance.min() - 0.1) is None
    assert nearest_line(0, 0, lines[:0], 5.0) is None


def test_the_nearest_place_is_the_nearest_by_brute_force_and_none_that_is_not_a_number() -> None:
    random = np.random.default_rng(5)
    xs, ys = random.random((2, 30))
    xs[3], ys[7] = math.nan, math.inf
    for x, y in random.random((40, 2)):
        away = [math.dist((x, y), at) if np.isfinite(at).all() else math.inf for at in zip(xs, ys, strict=True)]
        best = min(range(30), key=away.__getitem__)
        assert nearest(xs, ys, x, y, away[best]) == best and nearest(xs, ys, x, y, 0.99 * away[best]) is None
    assert nearest(xs[:0], ys[:0], 0.5, 0.5, 9.0) is None and nearest(xs[3:4], ys[3:4], 0.5, 0.5, math.inf) is None


def test_a_changed_probability_is_not_told_of_a_step_that_did_not_use_it() -> None:
    """Between a live change and the next step the picture is still that of the old p, and says so."""
    snapshot, data = case(p=0.5)
    changed = replace(snapshot, config=snapshot.config.changed(p_hidden=0.75))
    reading = NetworkReader().read(changed, data, 0, follow=False)
    assert headings(reading, 1, 3)[0][1] == "p = 0.5 off, kept × 2"
    assert "× 4" not in "".join(text for text, _ in next(counts_line(reading, scale_words(reading))))


def test_classical_scaling_is_told_as_what_happens_with_every_unit_on() -> None:
    snapshot, data = case(p=0.5)
    classical = snapshot.config.changed(scaling="classical")
    reading = NetworkReader().read(replace(snapshot, config=classical, used=classical), data, 0, follow=False)
    assert headings(reading, 1, 3)[0][1] == "p = 0.5 off, in use × 0.5"
    assert "with every unit on" in "".join(text for text, _ in next(counts_line(reading, scale_words(reading))))


def test_an_output_under_a_mask_is_said_by_a_thinned_network() -> None:
    """The accuracy beside it is of the network with every unit on, and may contradict it."""
    said = {}
    for name, one in {"dropping": {}, "at step 0": {"step": 0}, "p = 0": {"p": 0.0, "p_input": 0.0}}.items():
        said[name] = says(NetworkReader().read(*case(**one), 0, follow=False))
    assert said == {"dropping": "thinned:", "at step 0": "predicts", "p = 0": "predicts"}
    snapshot, data = case(p=0.5, p_input=0.0)
    changed = replace(snapshot, config=snapshot.config.changed(p_hidden=0.0))
    assert says(NetworkReader().read(changed, data, 0, follow=False)) == "thinned:"  # the step was made under the old p
    whole = replace(snapshot, masks=tuple(np.ones_like(mask) for mask in snapshot.masks))
    reading = NetworkReader().read(whole, data, 0, follow=False)
    assert says(reading) == "none off:" and "thinned" not in " ".join(summary("", reading))  # as it happens


def test_in_a_rush_the_edges_stay_those_on_show_with_the_weights_and_masks_of_their_own_step() -> None:
    sizes, reader = (64, 32, 10), NetworkReader()
    (first, data), (other, _) = case(sizes, seed=1), case(sizes, seed=2)
    before = reader.read(first, data, 0, follow=False)
    rushed = reader.read(other, data, 0, follow=False, moving=True, rushing=True)
    for layer, (kept, edges) in enumerate(zip(before.edges, rushed.edges, strict=True)):
        source, target = edges.ends.source, edges.ends.target
        assert edges.ends is kept.ends
        assert np.array_equal(edges.weight, other.weights[layer][source, target])
        assert np.array_equal(edges.on, rushed.on[layer][source] & rushed.on[layer + 1][target])
    at_rest, fresh = reader.read(other, data, 0, follow=False), NetworkReader().read(other, data, 0, follow=False)
    for edges, wanted in zip(at_rest.edges, fresh.edges, strict=True):
        assert np.array_equal(edges.ends.source, wanted.ends.source) and np.array_equal(edges.weight, wanted.weight)
