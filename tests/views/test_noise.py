"""What views show of noise that turns no unit off, and which of them say why they cannot."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.analysis.questions.landscape import surface_of
from dropout_viz.analysis.questions.network import NetworkReader
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.nn.parts import Unit
from dropout_viz.views.masks import words as masks_words
from dropout_viz.views.network import words as network_words
from dropout_viz.views.network.about import about_unit
from tests.views.frames import frame_of, shown
from tests.views.hands import picture

NEED_MASKS = {"ensemble", "shared", "twins"}


@pytest.mark.parametrize("key", registry.entries("views"))
def test_a_view_shows_gaussian_noise_or_says_why_not(key: str, qtbot: QtBot) -> None:
    frame = frame_of("twins", 30, noise="gaussian", scaling="inverted", p_hidden=0.4)
    why = registry.entries("views")[key].load().View.reason_not(frame.snapshot.config, frame.data)
    assert ("Gaussian noise turns no unit off, so there are no thinned networks. " in why) == (key in NEED_MASKS)
    if why:
        assert (why.count(". ") == 1 and why.endswith(".")) or key not in NEED_MASKS
        return
    picture(shown(qtbot, key, frame))


def test_without_a_drop_probability_there_is_no_noise_to_speak_of() -> None:
    config = load_preset("twins").changed(noise="gaussian", p_hidden=0.0, p_input=0.0)
    view = registry.entries("views")["ensemble"].load().View
    assert config.no_masks == "" and view.reason_not(config, Trainer(config).data) == ""


def test_the_network_tells_each_units_factor() -> None:
    frame = frame_of("three-lines-exact", 30, noise="gaussian", p_hidden=0.3)
    reading = NetworkReader().read(frame.snapshot, frame.data, 1, False)
    factor = frame.snapshot.factors[1][1, 2]
    assert reading.factors[1][2] == factor and reading.on[1].all()
    said = "; ".join(about_unit(reading, Unit(1, 2)))
    assert f"after × {factor:.3g}".replace("-", "−") in said and "factors of variance 0.43" in said
    assert network_words.headings(reading, 1)[0][1:] == ("p = 0.3, variance 0.43", "4 of 4 on")
    line = "".join(text for text, _ in next(network_words.counts_line(reading, network_words.scale_words(reading))))
    assert line.endswith("activations of hidden 1 times a factor, r ~ N(1, p / (1 − p))")


def test_only_what_has_noise_is_said_to_have_it() -> None:
    frame = frame_of("three-lines-exact", 3, noise="gaussian", hidden=(4, 4), p_hidden=(0.0, 0.3), p_input=0.1)
    reading = NetworkReader().read(frame.snapshot, frame.data, 1, False)
    said = [[text for text, _ in run] for run in network_words.scale_words(reading)]
    assert said[0][0] == "   activations of input and hidden 2 times a factor, " and said[1][0].isspace()
    cell = masks_words.about_cell(frame.snapshot, frame.data, 2, 0, 1)
    assert cell[1].endswith(" in step 3; p = 0.3: factors of variance 0.43") and "sub-network" not in cell[2]
    assert (
        masks_words.about_share(frame.snapshot, frame.data, 2, 1)[1] == "Gaussian noise drops no unit: it is always on"
    )


def test_the_landscape_of_this_step_is_under_its_factors() -> None:
    """It goes through the loss that the step saw: with the weights before it, which a rate of nearly 0 leaves."""
    frame = frame_of("three-lines-exact", 5, noise="gaussian", p_hidden=0.4, learning_rate=1e-12)
    surface = surface_of(frame.snapshot, frame.data, "masks")
    assert surface.loss == pytest.approx(frame.snapshot.loss_under_mask, rel=1e-9)


@pytest.mark.parametrize("mode", ["members", "spread"])
def test_the_map_says_that_there_are_no_thinned_networks(mode: str, qtbot: QtBot) -> None:
    view = shown(qtbot, "map", frame_of("xor", 30, noise="gaussian", p_hidden=0.4))
    view.mode.value = mode
    said = [f"{one.title} {one.note}" for one in view.scene.large]
    assert any("Gaussian noise turns no unit off, so there are no thinned networks." in words for words in said)
    assert not view.scene.small
