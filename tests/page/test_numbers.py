"""What a page says of a run is what the trainer computed, to what the page says of its rounding; and it restores it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dropout_viz
from dropout_viz.analysis.questions.landscape import surface_of
from dropout_viz.app.export.frames import film_steps
from dropout_viz.app.export.page import numbers as page_numbers
from dropout_viz.app.export.page.numbers import CURVES, Part, check, numbers_of
from dropout_viz.app.export.page.packed import packed, packed_bits, unpacked
from dropout_viz.app.export.page.written import _at_most, page
from dropout_viz.cli import main
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.replay import always
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.state import Change
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError


def embedded(text: str, name: str) -> Any:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_packed_numbers_are_true_to_half_a_unit() -> None:
    values = np.random.default_rng(0).normal(size=(3, 4, 5)) * 1e-3
    values[0, 0, :3] = np.nan, np.inf, 0.0
    told = packed(values)
    back = unpacked(told)
    assert np.isnan(back[0, 0, :2]).all() and back[0, 0, 2] == 0
    assert np.nanmax(np.abs(back - np.where(np.isfinite(values), values, np.nan))) <= told["unit"] / 2
    assert (unpacked(packed(np.zeros((2, 2)))) == 0).all()
    bits = np.random.default_rng(1).random((3, 5, 7)) < 0.5
    assert np.array_equal(unpacked(packed_bits(bits)), bits)


@pytest.mark.parametrize("preset", ["three-lines", "digits"])
def test_every_frame_is_the_trainers(preset: str) -> None:
    fewer = {"examples": 128} if preset == "digits" else {}
    config, steps = load_preset(preset).changed(seed=3, **fewer), [0, 1, 7, 14]
    changes = [Change(7, {"p_hidden": (0.5,)})]
    told = numbers_of(config, steps, changes, always)
    trainer = Trainer(config)
    part = Part.of(trainer.snapshot(), trainer.data)
    for frame, step in enumerate(steps):
        trainer.advance(min(step, 7) - min(trainer.step, 7))
        if step > 7:
            trainer.change(p_hidden=(0.5,))
            trainer.advance(step - trainer.step)
        _agrees(told, frame, trainer.snapshot(), trainer, part)
    assert told["changes"] == [[7, "p_hidden = [0.5]"]]
    assert [first for first, _ in told["heads"]] == [0, 3] and told["heads"][1][1][1].startswith("p = 0.5 off")


def _agrees(told: dict[str, Any], frame: int, snapshot: Snapshot, trainer: Trainer, part: Part) -> None:
    rows = slice(part.rows)
    for layer, units in enumerate(part.units):
        own = told["values"][layer]
        np.testing.assert_allclose(
            unpacked(own)[frame], snapshot.activations[layer][rows][:, units], rtol=0, atol=own["unit"] / 2 * 1.001
        )
        if layer < len(snapshot.masks):
            masks = snapshot.masks[layer][rows]
            assert np.array_equal(unpacked(told["masks"][layer])[frame], masks[:, units])
            assert told["on"][layer][frame] == masks.sum(axis=1).tolist()
    for layer, weights in enumerate(snapshot.weights):
        own, wanted = told["weights"][layer], weights[np.ix_(part.units[layer], part.units[layer + 1])]
        np.testing.assert_allclose(unpacked(own)[frame], wanted, rtol=0, atol=own["unit"] / 2 * 1.001)
    scores = trainer.scores()
    for kind in CURVES[1:]:
        what, where = kind.split("_")
        known = scores[what][where]
        assert (kind in told["curves"]) == (known is not None)
        if known is not None:
            assert told["curves"][kind][frame] == pytest.approx(known[0], rel=1e-4)
    under_mask = told["curves"][CURVES[0]][frame]
    assert under_mask is None if not snapshot.step else under_mask == pytest.approx(snapshot.loss_under_mask, rel=1e-4)
    if told["examples"]:
        assert told["examples"][frame] == snapshot.examples[rows].tolist()
    balls, surface = told["balls"], surface_of(snapshot, trainer.data, "all", page_numbers.EXAMPLES)
    assert balls["heights"][frame] == pytest.approx(surface.loss, rel=1e-4)
    curves = np.minimum(surface.slices(part.weights, balls["at"]), page_numbers.BEYOND * balls["top"])
    np.testing.assert_allclose(unpacked(balls["under"])[frame], curves, rtol=1e-4, atol=balls["under"]["unit"])
    values = [surface.value(place) for place in part.weights]
    np.testing.assert_allclose(
        unpacked(balls["values"])[frame], values, rtol=0, atol=balls["values"]["unit"] / 2 * 1.001
    )


def test_factors_are_told_where_noise_turns_nothing_off() -> None:
    config = load_preset("xor").changed(noise="gaussian")
    told = numbers_of(config, [0, 5], [], always)
    trainer = Trainer(config)
    trainer.advance(5)
    for own, factors in zip(told["factors"], trainer.snapshot().factors, strict=True):
        np.testing.assert_allclose(unpacked(own)[1], factors, atol=own["unit"] / 2 * 1.001, rtol=0)
    text = page(told, ShownRun(config, 5, "network"), "xor")
    assert "Factors are those that the trainer drew" in text and "Masks are" not in text


@pytest.mark.parametrize("value", [1.0, 0.00015, 0.0001234, 31.2, 9.99e-7])
def test_a_bound_is_rounded_up(value: float) -> None:
    said = _at_most(value)
    mantissa, _, power = said.partition("×10")
    told = float(mantissa) * 10.0 ** int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
    assert value <= told * (1 + 1e-12) and told <= 1.11 * value


def test_the_last_step_is_a_frame_and_is_restored(tmp_path: Path) -> None:
    run = dropout_viz.run("xor", steps=23)
    path = run.film(tmp_path / "a.html", every=10)
    text = path.read_text("utf-8")
    assert embedded(text, "numbers")["steps"] == [0, 10, 20, 23]
    assert "steps 0 to 23 · every 10, the last after 3" in text
    assert dropout_viz.open(path).step == 23
    assert list(film_steps(0, 20, 10)) == [0, 10, 20] and list(film_steps(7, 7, None)) == [7]


def test_which_arm_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arms = [{"name": "a"}, {"name": "b", "p_hidden": [0.5], "noise": "gaussian"}]
    run = dropout_viz.run("xor", arms=arms, steps=4)
    path = run.film(tmp_path / "b.html", every=4, arm="b")
    text = path.read_text("utf-8")
    assert "arm “b”" in text and "Of 2 arms this is “b”" in text and "Factors are those" in text
    told = embedded(text, "numbers")
    np.testing.assert_allclose(
        unpacked(told["weights"][0])[-1], run.parameters("b")[0][0], atol=told["weights"][0]["unit"]
    )
    dropout_viz.open(path).save(tmp_path / "run.safetensors")
    words = ["export", str(tmp_path / "run.safetensors"), "--out", str(tmp_path / "c.html"), "--every", "4"]
    assert main([*words, "--show-arm", "b"]) == 0
    assert embedded((tmp_path / "c.html").read_text("utf-8"), "numbers")["weights"] == told["weights"]
    assert main([*words, "--show-arm", "z"]) == 2 and "must be a, b" in capsys.readouterr().err
    with pytest.raises(UserError, match=r"view 'lose': unknown \(did you mean loss\?\), must be one of"):
        run.film(tmp_path / "d.html", view="lose")


def test_the_rounding_that_is_told_is_that_of_the_numbers() -> None:
    config = load_preset("three-lines")
    told = numbers_of(config, [0, 50], [], always)
    text = page(told, ShownRun(config, 50, "network"), "three-lines")
    for kind, name in (("weights", "weights are rounded by {} at most,"), ("values", "activations by {}, curves")):
        half = max(part["unit"] for part in told[kind]) / 2
        assert name.format(_at_most(half)) in text


def test_two_hundred_frames_fit_into_a_mebibyte(tmp_path: Path) -> None:
    path = tmp_path / "film.html"
    assert main(["export", "three-lines", "--steps", "398", "--every", "2", "--out", str(path)]) == 0
    text = path.read_text("utf-8")
    assert len(embedded(text, "numbers")["steps"]) == 200 and path.stat().st_size < 600_000
    assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", text), "nothing comes from elsewhere"
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    style, script = re.search(r"<style>(.*?)</style>", text, re.DOTALL), text.rpartition("<script>")[2]
    assert policy is not None and style is not None
    for part in (style[1], script.partition("</script>")[0]):
        digest = base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        assert f"sha256-{digest}" in policy[1].replace("&#x27;", "'")
    assert "eval(" not in script and "innerHTML" not in script


def test_a_page_restores_its_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = dropout_viz.run("xor", seed=9, steps=10)
    run.change(p_hidden=[0.5])
    run.advance(10)
    run.change(learning_rate=0.2)
    path = run.film(tmp_path / "a.html", every=5)
    again = dropout_viz.open(path)
    assert again.step == 20 and again.config == run.config
    assert all(np.array_equal(a, b) for a, b in zip(again.weights, run.weights, strict=True))
    early = dropout_viz.open(run.film(tmp_path / "b.html", every=5, last=9))
    assert early.step == 9 and early.config == dropout_viz.run("xor", seed=9).config
    assert main(["train", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] >= 20


def test_nothing_that_is_told_ends_its_element(tmp_path: Path) -> None:
    bad = "</script><script>alert(1)</script><!-- \u2028"
    run = dropout_viz.run("xor", title=bad, steps=2)
    path = run.film(tmp_path / "a.html", every=1)
    text = path.read_text("utf-8")
    assert text.count("<script") == 3 and "<!--" not in text and "alert(1)</script>" not in text
    assert dropout_viz.open(path).config.title == bad


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<html></html>", "a picture without a run"),
        ('<script type="application/json" id="dropout-viz-run">{"version": 1}</script>', "damaged"),
        ('<script type="application/json" id="dropout-viz-run">{"version": "1"', "damaged"),
        ('<script type="application/json" id="dropout-viz-run">{"version": "1"}</script>', "does not say its view"),
        ('<script type="application/json" id="dropout-viz-run">' + "[" * 100_000 + "</script>", "damaged"),
    ],
)
def test_what_is_no_page_of_ours(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=said) as caught:
        dropout_viz.open(tmp_path / "a.html")
    assert "\n" not in str(caught.value)


def test_what_no_page_can_show(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match="a page draws no convolutions"):
        check(load_preset("tutorial"), range(3))
    with pytest.raises(UserError, match=r"2,001 frames: must be at most 2,000 in a page: one every 2 steps, say"):
        check(load_preset("xor"), range(2_001))
    monkeypatch.setattr(page_numbers, "LARGEST", 100_000)
    with pytest.raises(UserError, match=r"must be at most 0 MiB in a page, which \d+ frames are"):
        check(load_preset("digits"), range(500))


@pytest.mark.parametrize("option", ["--fps", "--size", "--view"])
def test_options_of_pictures_are_refused(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    value = {"--fps": "5", "--size": "200x200", "--view": "loss"}[option]
    words = ["export", "xor", "--steps", "4", option, value, "--out", str(tmp_path / "a.html")]
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(f"error: {option}: only of ")
    assert not list(tmp_path.iterdir())


def test_a_large_network_is_thinned_and_says_so() -> None:
    told = numbers_of(load_preset("digits"), [0, 1], [], always)
    said = " ".join(told["left_out"])
    assert "Of 64 units of input 16 are drawn, those that differ most between examples." in said
    assert "Of 32 units of hidden 1 16 are drawn." in said and "24 have a ball" in said
    assert "Of the 32 examples that each step saw, the first 8 are here." in said and "over 64 of 1,437" in said
    assert len(json.dumps(told)) < 100_000


@pytest.mark.parametrize("preset", ["xor", "three-lines", "digits"])
def test_balls_have_names_of_units_that_there_are(preset: str) -> None:
    config = load_preset(preset).changed(hidden=[4])
    trainer = Trainer(config)
    part = Part.of(trainer.snapshot(), trainer.data)
    told = numbers_of(config, [0], [], always)
    biases = 0
    for place, name in zip(part.weights, told["balls"]["names"], strict=True):
        sources, targets = (told["layers"][layer]["units"] for layer in (place.layer, place.layer + 1))
        said = re.fullmatch(r"w(\d)\[(\S+) → (\S+)\]", name)
        assert said is not None and int(said[1]) == place.layer + 1 and said[3] in targets
        assert (said[2] == "bias") == (place.source == part.names.sizes[place.layer]) == (said[2] not in sources)
        biases += said[2] == "bias"
    assert (biases > 0) == config.bias


@pytest.mark.parametrize(
    ("preset", "settings", "said"),
    [
        ("three-lines", {"hidden": [6]}, ""),  # 18 + 6 weights, and no bias
        ("xor", {"bias": False, "hidden": [8]}, ""),
        ("xor", {"hidden": [8]}, "Of 33 weights and biases 24 have a ball, evenly chosen of those drawn."),
        ("xor", {"bias": False, "hidden": [9]}, "Of 27 weights 24 have a ball, evenly chosen of those drawn."),
        ("digits", {"hidden": [1], "bias": False}, "Of 74 weights 24 have a ball, evenly chosen of those drawn."),
        ("moons", {"hidden": [20, 1]}, "Of 83 weights and biases 24 have a ball, evenly chosen of those drawn."),
    ],
)
def test_balls_are_counted(preset: str, settings: dict[str, Any], said: str) -> None:
    told = numbers_of(load_preset(preset).changed(**{"p_hidden": 0.0, **settings}), [0], [], always)
    about = [one for one in told["left_out"] if "ball" in one and "Curves" not in one]
    assert about == [said] * bool(said) and len(told["balls"]["names"]) == 24


def test_where_all_that_is_drawn_has_a_ball_the_rest_is_not_drawn(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(12, 40))
    run = dropout_viz.run(data=(x, x[:, :1] > 0), hidden=[1], steps=1)
    told = embedded(run.film(tmp_path / "a.html").read_text("utf-8"), "numbers")
    assert len(told["balls"]["names"]) == 16 + 1 + 1 + 1
    assert "Of 43 weights and biases 19 have a ball, those of the units drawn." in told["left_out"]


def test_of_arms_and_worlds_the_first_is_here() -> None:
    config = load_preset("xor").changed(worlds=2, arms=[{"name": "a"}, {"name": "b", "p_hidden": [0.5]}])
    text = page(numbers_of(config, [0, 2], [], always), ShownRun(config, 2, "network"), "xor")
    assert "Of 2 arms this is “a”. Of 2 worlds this is the first, of seed 0." in text
