"""Up to six arms: every view that compares draws them all, every other one says which it shows and what others are."""

from __future__ import annotations

import functools
import itertools
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz import registry
from dropout_viz.api.figure import shot_for
from dropout_viz.app.export.pictures import write_picture
from dropout_viz.app.export.shot import Shot
from dropout_viz.app.panels.arm_box import ArmBox
from dropout_viz.cli import main
from dropout_viz.draw import arm_names
from dropout_viz.draw import style as look
from dropout_viz.engine.arms import SHOWN, Arms, arm_of, not_shown, on_show
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.settings import load_preset
from dropout_viz.errors import UserError
from dropout_viz.views.base import Selection
from dropout_viz.views.loss.view import View as Loss

PRESETS = {"shared": "five-valleys", "fit": "curve", "features": "digits", "twins": "twins"}
NO_RUN = {"sketch"}  # shows no run


def config_of(arms: int, preset: str = "moons", **settings: object) -> RunConfig:
    """Return a preset with so many arms, the first of which has no dropout."""
    made = tuple({"name": f"arm {chr(65 + k)}", "p_hidden": (0.1 * k,)} for k in range(arms))
    return load_preset(preset).changed(arms=made, **settings)


@functools.cache
def run_of(arms: int, preset: str) -> Arms:
    """Return a run with so many arms that has done some steps."""
    run = Arms.of(config_of(arms, preset, **({"hidden": (8,)} if preset == "moons" else {})))
    run.advance(6)
    return run


@pytest.mark.parametrize("arms", [pytest.param(3, marks=pytest.mark.slow), 6])  # six leave the least room
@pytest.mark.parametrize("key", [key for key in registry.entries("views") if key not in NO_RUN])
def test_every_arm_is_named_in_every_picture(key: str, arms: int, tmp_path: Path) -> None:
    run = run_of(arms, PRESETS.get(key, "moons"))
    assert run.names == tuple(f"arm {chr(65 + k)}" for k in range(arms))
    write_picture(Shot(key, (800, 560)), run, tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    drawn = text[text.index("<g") :]  # not what it carries of its run
    missing = [name for name in run.names if name not in drawn]
    assert not missing and "Cannot be drawn" not in drawn


def test_what_is_beyond_six_or_of_another_size_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = config_of(8, hidden=(4,))
    assert len(on_show(config)) == SHOWN == 6 and not not_shown(config_of(6))
    run = Arms.of(config)
    write_picture(Shot("loss"), run, tmp_path / "a.svg")
    said = not_shown(config)
    assert said == "Not shown: “arm G” and “arm H”. Shown are at most 6; dropout-viz train runs all 8."
    assert "Not shown" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    (tmp_path / "a.toml").write_text(
        'data = "xor"\nhidden = [3]\n[[arms]]\nname = "one"\n[[arms]]\nname = "wide"\nhidden = [5]\n', encoding="utf-8"
    )
    out = str(tmp_path / "b.png")
    assert main(["export", str(tmp_path / "a.toml"), "--steps", "2", "--view", "plane", "--out", out]) == 0
    of_two = "Not shown: “wide”. Shown are those with the first one's layers; dropout-viz train runs all 2."
    assert of_two in capsys.readouterr().err
    others = config_of(9, hidden=(4,)).changed(arms=[*config.arms, {"hidden": (5,)}])
    assert "Shown are those with the first one's layers, of these at most 6; " in not_shown(others)


def test_an_arm_of_a_picture_is_chosen_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["export", "moons", "--arm", "p_hidden=0", "--arm", "p_hidden=0.3", "--arm", "p_hidden=0.5", "--steps", "3"]
    out = tmp_path / "a.svg"
    assert main([*line, "--view", "masks", "--show-arm", "p_hidden = 0.5", "--out", str(out)]) == 0
    assert "Of 3 arms this is “p_hidden = 0.5”" in out.read_text(encoding="utf-8")
    assert main([*line, "--view", "masks", "--out", str(out)]) == 0  # the first that has masks
    assert "Of 3 arms this is “p_hidden = 0.3”" in out.read_text(encoding="utf-8")
    capsys.readouterr()
    assert main([*line, "--view", "masks", "--show-arm", "none", "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert "arm 'none': not one of those shown; must be p_hidden = 0.0, p_hidden = 0.3" in error
    assert main([*line, "--view", "loss", "--show-arm", "p_hidden = 0.5", "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert error == "error: --show-arm: the view loss draws all arms in one picture; must be left out\n"
    assert main([*line, "--show-arm", "p_hidden = 0.5", "--out", str(tmp_path / "a.py")]) == 2
    assert "must end in .png, .svg, .gif, .mp4 or .html" in capsys.readouterr().err
    with pytest.raises(UserError, match="arm: the view redundancy draws all arms in one picture"):
        shot_for(Arms.of(config_of(2, hidden=(4,))), "", "redundancy", None, "light", 1, "arm A")
    with pytest.raises(UserError, match="has no arms"):
        arm_of(load_preset("moons"), "a")


def test_the_arm_is_chosen_in_the_header(qtbot: QtBot) -> None:
    run = Arms.of(config_of(3, hidden=(4,)))
    selection = Selection()
    box = ArmBox(selection)
    qtbot.addWidget(box)
    frame = Frame.of(run.look())
    box.show_frame(frame)
    assert [box.itemText(k) for k in range(box.count())] == list(run.names) and box.currentIndex() == 0
    box.show()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert selection.arm == 1 and frame.alone(selection.arm).arms == (frame.arms[1],)
    selection.choose_arm(2)
    assert box.currentText() == "arm C"
    box.show_frame(frame.alone(0))
    assert box.isHidden()


def test_six_arms_leave_room_for_the_curves_of_accuracy(qtbot: QtBot) -> None:
    """Their names stand in the legend of losses; below, a line for each kind has a value in the hue of each arm."""
    run = Arms.of(config_of(6, hidden=(4,)))
    run.advance(3)
    view = Loss(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    view.resize(420, 320)
    view.show_frame(Frame.of(run.look()))
    view.grab()
    legend = view.accuracy.legend
    assert len(legend.rows) == 6 and [kind.key for kind in legend.kinds] == ["accuracy_train", "accuracy_test"]
    assert legend.sizeHint().height() < view.loss.legend.sizeHint().height() / 2
    (train, _), (test, _) = legend.hits
    assert train.bottom() <= test.top() and test.bottom() <= legend.height()
    qtbot.mouseClick(legend, Qt.MouseButton.LeftButton, pos=test.center().toPoint())
    assert "accuracy_test" in legend.hidden


def test_a_run_kept_when_two_arms_were_shown_goes_on() -> None:
    """It has trainers of the first two arms alone."""
    config = config_of(3, hidden=(4,))
    old = Arms(Arms.of(config).trainers[:2], config)
    old.advance(5)
    again = Arms.from_state(old.state())
    again.advance(5)
    again.change({"learning_rate": 0.01})
    again.change_arm(1, {"p_hidden": (0.5,)})
    assert again.names == ("arm A", "arm B")
    assert again.look().names == ("arm A", "arm B (now p_hidden = 0.5)")
    assert len(again.replica(config).trainers) == 2


def test_a_change_is_made_in_the_arm_on_show_though_one_before_it_is_not() -> None:
    arms = ({"name": "a"}, {"name": "wide", "hidden": (9,)}, {"name": "b"})
    run = Arms.of(load_preset("moons").changed(hidden=(4,), arms=arms))
    run.change_arm(1, {"learning_rate": 0.25})
    assert [own.get("learning_rate") for own in run.config.arms] == [None, None, 0.25]
    assert [t.config.learning_rate for t in run.trainers] == [0.05, 0.25]


# Colours

BLIND = {
    "none": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
"""What the several kinds of colour blindness make of linear RGB (Machado, Oliveira & Fernandes 2009)."""
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.119192, 0.9503041]]
)


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(channels: np.ndarray) -> np.ndarray:
    """Return CIELAB of linear RGB."""
    xyz = TO_XYZ @ np.clip(channels, 0, 1) / (0.95047, 1.0, 1.08883)
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("theme", look.THEMES)
@pytest.mark.parametrize("kind", BLIND)
def test_six_arms_are_told_apart_by_every_eye(theme: str, kind: str) -> None:
    style = look.style(theme)
    assert len(style.arms) == SHOWN
    seen = [lab(BLIND[kind] @ linear(colour)) for colour in style.arms]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 20
    light, dark = ((TO_XYZ[1] @ linear(style.panel)) + 0.05, [(TO_XYZ[1] @ linear(c)) + 0.05 for c in style.arms])
    assert min(max(light / each, each / light) for each in dark) >= 3  # WCAG 2.1 for what is no text


def test_names_stand_in_as_many_lines_as_they_need(qtbot: QtBot) -> None:
    names = [f"p_hidden = 0.{k}, learning_rate = 0.01" for k in range(6)]
    for width in (150.0, 300.0, 800.0):
        found = arm_names.lay_out(names, width)
        assert [entry.arm for entry in found] == list(range(6)) and found[-1].line < 3
        for one, other in itertools.pairwise(found):
            assert (other.line, other.x) > (one.line, one.x)
    assert [entry.text for entry in arm_names.lay_out(["a", "b"], 300.0)] == ["a", "b"]
