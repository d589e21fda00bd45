"""Every view in every state that a run can come to: live, as a picture, as a drawing, as frames of a film. Nothing
raises, Qt says nothing, and the next healthy frame is drawn as if nothing had been."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.analysis import plane_axes, worth
from dropout_viz.app.export.canvas import FigureCanvas
from dropout_viz.app.export.shot import Shot
from dropout_viz.draw import style as look
from dropout_viz.draw.graph import ticks
from dropout_viz.draw.spans import span_of
from dropout_viz.engine.frame import Frame
from dropout_viz.views.base import BaseView, Selection
from dropout_viz.views.sketch.view import View as Sketch
from tests.views.hands import placed
from tests.views.hostile import base, frame, states

VIEWS = list(registry.entries("views"))
PRESETS = {"features": "digits", "twins": "twins", "shared": "five-valleys", "fit": "curve"}
"""The preset that shows most of a view, where it is not ``moons``."""
SIZE = (300, 240)
LIVE = ("diverging, step 4", "all 1e+200", "all 1e+308 at step 0", "all inf", "one nan", "one unit")
"""States that are tried live too: what is computed is the same, only where is not."""
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support .*")


def _shown(kind: type[BaseView], preset: str) -> dict[str, Frame]:
    found = states(preset)
    if kind is Sketch:  # shows no run: one is as good as another
        found = {"all nan": found["all nan"]}
    return {name: f for name, f in found.items() if not kind.reason_not(f.snapshot.config, f.data)}


@pytest.mark.thinned(3)
@pytest.mark.parametrize("part", range(3))
@pytest.mark.parametrize("key", VIEWS)
def test_pictures_and_films_of_every_state(qtbot: QtBot, key: str, part: int) -> None:
    """Of a third of the states, which are others in the next view."""
    kind = registry.entries("views")[key].load().View
    preset = PRESETS.get(key, "moons")
    healthy = frame(base(preset), 2)
    with FigureCanvas(Shot(key, SIZE, theme="light"), healthy) as canvas:
        view = canvas.view
        assert view is not None
        canvas.image()
        for name, each in [*_shown(kind, preset).items()][part::3]:
            canvas.show(each)
            canvas.image()
            assert name not in LIVE or canvas.svg().rstrip().endswith(b"</svg>")
            assert not view.wrong, f"{name}: {view.wrong}"
        canvas.show(healthy)
        again = canvas.image()
    with FigureCanvas(Shot(key, SIZE, theme="light"), healthy) as canvas:
        fresh = canvas.image()
    if key not in ("scaling", "masks", "landscape", "shared", "plane"):  # those show what they saw before
        assert again == fresh


@pytest.mark.thinned(2)
@pytest.mark.parametrize("part", range(2))
@pytest.mark.parametrize("key", VIEWS)
def test_a_live_view_of_every_state(qtbot: QtBot, key: str, part: int) -> None:
    kind = registry.entries("views")[key].load().View
    preset = PRESETS.get(key, "moons")
    view = kind(Selection(), look.style("dark"))
    placed(qtbot, view, SIZE)
    view.show()
    qtbot.waitExposed(view)
    found = _shown(kind, preset)
    tried = {name: found[name] for name in LIVE[part::2] if name in found}
    for name, each in {**tried, "healthy": frame(base(preset), 2)}.items():
        view.present(each)
        qtbot.waitUntil(lambda: not view.busy)
        view.grab()
        assert not view.wrong, f"{name}: {view.wrong}"
    view.close()


def test_the_plane_of_a_huge_path_is_that_of_a_small_one() -> None:
    path = np.random.default_rng(0).normal(size=(6, 9))
    with np.errstate(all="ignore"):
        for axes_of in (plane_axes.principal, plane_axes.start_to_end):
            small, huge = (axes_of(k * path[-1], k * path).directions for k in (1.0, 2.0**660))
            np.testing.assert_allclose(huge, small, atol=1e-12)
            for value in (np.inf, np.nan):
                assert np.isfinite(axes_of(value * path[-1], value * path).directions).all()


def test_shares_of_what_is_too_large_for_a_square_are_no_numbers() -> None:
    losses = np.array([1.0, 2.0, 4.0, 8.0])
    assert 0 < worth.of_all(losses).alone <= 1
    with np.errstate(all="ignore"):
        assert np.isnan(worth.of_all(losses * 1e300).alone)
        assert np.isnan(worth.of_all(losses * np.inf).alone)


@pytest.mark.parametrize("ends", [(-1e308, 1e308), (0.0, 1e308), (0.0, 0.0), (1e-320, 2e-320), (-5e307, 1.7e308)])
def test_an_axis_of_any_width_has_a_few_ticks(ends: tuple[float, float]) -> None:
    span = span_of(*ends)
    assert len(span.ticks()) <= 12 and np.isfinite(span.tick)


@pytest.mark.parametrize("ends", [(-1e308, 1e308), (-1.6e194, 2e193), (0.0, 3e-200), (0.0, 1e12)])
def test_the_ticks_of_any_range_are_few_and_short(ends: tuple[float, float]) -> None:
    found = ticks(ends, 6)
    assert len(found) <= 12 and all(len(text) <= 12 for _, text in found)
