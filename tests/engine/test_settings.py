"""Settings as text: what is written is read back, and whatever is not allowed is one line that says what is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dropout_viz.engine.command_line import command_line
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import (
    config_of,
    load_preset,
    make_config,
    parse_words,
    preset_keys,
    read_toml,
    to_toml,
)
from dropout_viz.errors import UserError, plain
from dropout_viz.nn.noise import NOISES

LOSSES = [
    ("squared_error", "sigmoid"),
    ("squared_error", "tanh"),
    ("squared_error", "linear"),
    ("binary_cross_entropy", "sigmoid"),
    ("softmax_cross_entropy", "softmax"),
]
probabilities = st.floats(0, 1, exclude_max=True)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)


@st.composite
def configs(draw: st.DrawFn) -> RunConfig:
    """Draw any config that is allowed under the exact rule, every field anew."""
    hidden = draw(st.lists(st.integers(1, 4096), min_size=1, max_size=8))
    loss, output = draw(st.sampled_from(LOSSES))
    one_for_each = st.lists(probabilities, min_size=len(hidden), max_size=len(hidden))
    return make_config(
        {
            "title": draw(texts),
            "about": draw(texts),
            "data": draw(st.sampled_from(["three-lines", "xor", "moons", "spiral", "digits"])),
            "examples": draw(st.none() | st.integers(2, 60_000)),
            "data_noise": draw(st.none() | st.floats(0, 5)),
            "noise": draw(st.sampled_from([*NOISES])),
            "label_noise": draw(st.none() | st.floats(0, 0.5)),
            "data_seed": draw(st.integers(0, 2**32 - 1)),
            "hidden": hidden,
            "activation": draw(st.sampled_from(["sigmoid", "tanh", "relu"])),
            "output": output,
            "loss": loss,
            "bias": draw(st.booleans()),
            "init": draw(st.sampled_from(["uniform", "glorot", "he"])),
            "p_input": draw(probabilities),
            "p_hidden": draw(one_for_each | probabilities.map(lambda p: [p])),
            "optimiser": draw(st.sampled_from(["sgd", "adam"])),
            "learning_rate": draw(st.floats(0, 1e6, exclude_min=True)),
            "gradient": draw(st.sampled_from(["mean", "sum"])),
            "batch_size": draw(st.none() | st.integers(1, 60_000)),
            "beta1": draw(probabilities),
            "beta2": draw(probabilities),
            "epsilon": draw(st.floats(0, 1, exclude_min=True)),
            "steps": draw(st.integers(1, 100_000_000)),
            "dtype": draw(st.sampled_from(["float64", "float32"])),
            "seed": draw(st.integers(0, 2**32 - 4097)),
            "worlds": draw(st.integers(1, 4096)),
        }
    )


@given(config=configs())
@settings(max_examples=50, deadline=None)
def test_a_config_survives_its_file(config: RunConfig, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "config.toml"
    file.write_text(to_toml(config), encoding="utf-8", newline="")
    assert read_toml(file) == config


@given(config=configs())
@settings(max_examples=50, deadline=None)
def test_a_config_survives_the_command_line(config: RunConfig) -> None:
    """``key=value`` words with the values that a file would hold give the same config."""
    words = [line.replace(" = ", "=", 1) for line in to_toml(config).rstrip("\n").split("\n")]
    assert make_config(parse_words(words)) == config


@pytest.mark.parametrize("key", preset_keys())
def test_a_preset_is_whole_and_survives_its_file(key: str, tmp_path: Path) -> None:
    preset = load_preset(key)
    assert preset.title
    assert 20 < len(preset.about) < 250
    assert preset.about.endswith(".")
    (tmp_path / "again.toml").write_text(to_toml(preset), encoding="utf-8")
    assert read_toml(tmp_path / "again.toml") == preset


def test_the_presets_stand_in_the_order_of_their_files() -> None:
    assert preset_keys() == [
        "three-lines",
        "three-lines-exact",
        "xor",
        "moons",
        "spiral",
        "pinwheel",
        "points",
        "curve",
        "five-valleys",
        "twins",
        "digits",
        "few-digits",
        "mnist",
        "tutorial",
        "tutorial-dense",
    ]


def test_three_lines_is_the_post() -> None:
    published, exact = load_preset("three-lines"), load_preset("three-lines-exact")
    assert published.rule == "as-published"
    assert (published.hidden, published.p_hidden, published.p_input) == ((4,), (0.2,), 0.0)
    assert (published.learning_rate, published.bias, published.steps) == (0.5, False, 60_000)
    same = {"rule": "exact", "title": exact.title, "about": exact.about}
    assert exact == published.changed(**same)


def line_of(make: Any) -> str:
    """Return the one line with which something is refused."""
    with pytest.raises(UserError) as caught:
        make()
    line = str(caught.value)
    assert line
    assert "\n" not in line
    return line


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"p_input": 1}, ["p_input = 1", "less than 1"]),
        ({"p_input": float("nan")}, ["p_input = nan", "must be"]),
        ({"p_input": -0.1}, ["p_input = -0.1", "greater than or equal to 0"]),
        ({"p_hidden": 1}, ["p_hidden", "at least 0 and less than 1"]),
        ({"p_hidden": [0.2, float("nan")]}, ["p_hidden", "nan"]),
        ({"p_hidden": [[0.1]]}, ["p_hidden = [[0.1]]: must be one number, or a list of them"]),
        ({"p_hidden": [0.1, {"a": 1}]}, ["p_hidden = [0.1, {a = 1}]: must be one number, or a list of them"]),
        ({"hidden": [4, 2.5]}, ["hidden = [4, 2.5]: each must be a whole number"]),
        ({"arms": [{"p_hidden": [0.1, [0.2]]}, {}]}, ["arm 1: p_hidden = [0.1, [0.2]]: must be"]),
        ({"p_hidden": [0.1, 0.2, 0.3]}, ["p_hidden: must hold one drop probability: there is 1 hidden layer"]),
        ({"hidden": [0]}, ["hidden", "[0]", "1 to 4096"]),
        ({"hidden": []}, ["hidden", "1 to 8 layers"]),
        ({"hidden": [4.5]}, ["hidden", "4.5"]),
        ({"learning_rate": float("inf")}, ["learning_rate = inf", "must be"]),
        ({"learning_rate": 0}, ["learning_rate = 0", "greater than 0"]),
        ({"learning_rate": "fast"}, ["learning_rate", "fast", "must be"]),
        ({"activation": "step"}, ["activation", "step", "sigmoid", "tanh", "relu"]),
        ({"data": "mnits"}, ["data", "mnits", "three-lines", "digits"]),
        ({"steps": 0}, ["steps = 0", "1"]),
        ({"loss": "softmax_cross_entropy"}, ["output", "softmax"]),
        ({"rule": "as-published"}, ["must be", "as-published"]),
        ({"p_hiden": 0.5}, ["p_hiden: unknown setting (did you mean p_hidden or hidden?); must be one that"]),
        ({"title": None}, ["title", "empty"]),
    ],
)
def test_a_wrong_setting_is_one_line(wrong: dict[str, Any], names: list[str]) -> None:
    line = line_of(lambda: make_config(wrong))
    for name in names:
        assert name in line


def test_a_wrong_setting_in_a_file_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("p_input = 1.0\n", encoding="utf-8")
    line = line_of(lambda: read_toml(file))
    assert line.startswith(f"{file}: p_input = 1.0: must be less than 1")


def test_a_directory_for_a_file(tmp_path: Path) -> None:
    assert line_of(lambda: read_toml(tmp_path)) == f"{tmp_path}: a directory; must be a readable TOML file"


def test_no_file(tmp_path: Path) -> None:
    gone = tmp_path / "gone.toml"
    assert line_of(lambda: read_toml(gone)) == f"{gone}: no such file; must be a readable TOML file"


@pytest.mark.parametrize("content", [b"p_input 0.2", b"\xff\xfe\x00", b"seed = \n", b"seed = 1\nseed = 2\n"])
def test_not_toml(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(content)
    line = line_of(lambda: read_toml(file))
    assert line.startswith(f"{file}: not TOML (")
    assert line.endswith("; must be lines of key = value")


def test_an_unknown_preset() -> None:
    line = line_of(lambda: load_preset("three-line"))
    assert line.startswith("preset 'three-line': unknown, must be one of three-lines, ")
    assert line.endswith("(did you mean three-lines?)")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["p_hidden=.5"], {"p_hidden": (0.5,)}),
        (["hidden=64,32"], {"hidden": (64, 32)}),
        (["hidden=[64, 32]", "p_hidden=[.2,.5]"], {"hidden": (64, 32), "p_hidden": (0.2, 0.5)}),
        (["hidden=16"], {"hidden": (16,)}),
        (["examples="], {"examples": None}),
        (["batch_size=none"], {"batch_size": None}),
        (["optimiser=adam", "learning_rate=1e-3"], {"optimiser": "adam", "learning_rate": 1e-3}),
        (["bias=false"], {"bias": False}),
        (["title=a = b, c"], {"title": "a = b, c"}),
        (["title=1"], {"title": "1"}),
        (["title="], {"title": ""}),
    ],
)
def test_words_become_settings(words: list[str], expected: dict[str, Any]) -> None:
    config = make_config(parse_words(words))
    assert {key: getattr(config, key) for key in expected} == expected


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("p_hidden", ["--set p_hidden", "key=value"]),
        ("p_hiden=.5", ["--set p_hiden", "unknown", "did you mean p_hidden or hidden?"]),
        ("=3", ["--set =3", "key=value"]),
    ],
)
def test_a_wrong_word_is_one_line(word: str, names: list[str]) -> None:
    line = line_of(lambda: parse_words([word]))
    for name in names:
        assert name in line


def test_the_published_rule_has_no_maps() -> None:
    with pytest.raises(UserError, match="maps: must be empty when rule is as-published"):
        load_preset("three-lines").changed(maps=[2])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it names no setting"),
        (b"# only a comment\n\n", "it names no setting"),
        ("seed = 1\n".encode("utf-16"), "its text is UTF-16; must be saved as UTF-8"),
        ("seed = 1\n".encode("utf-16-le"), "its text is UTF-16 or no text; must be saved as UTF-8"),
        ("seed = 1\nabout = 'é'\n".encode("latin-1"), "line 2 is not UTF-8; must be saved as UTF-8"),
        (b"p_hidden = " + b"[" * 3000, "too deep: brackets within brackets"),
        (b"a" + b".a" * 20_000 + b" = 1", "a key of more than 20 parts"),
        (b"seed = " + b"1" * 9000, "not TOML (a number of more than 4,300 digits)"),
        (b"seed = 0x" + b"f" * 9000, "seed = a number that is too long to be written"),
        (b"self = 1", "self: unknown setting"),
        (b"arms = [{self = 1}]", "arm 1: self: unknown setting"),
        (b"seed = 1\n" * 1_000_000, "must be at most 262,144"),
    ],
    ids=range(12),
)
def test_what_is_no_config_says_why(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        read_toml(path)
    assert said in str(error.value) and str(error.value).startswith(str(path))


def test_a_mark_of_utf_8_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbfseed = 7\r\n")
    assert read_toml(path).seed == 7
    assert config_of("\ufeffseed = 7", "Pasted").seed == 7


def test_any_name_of_a_setting_is_a_name() -> None:
    for key in ("self", "cls", "settings", "__class__", "changed"):
        with pytest.raises(UserError, match=f"{key}: unknown setting"):
            load_preset("xor").changed(**{key: 1})


def test_numbers_beyond_all_bounds_are_refused_by_the_setting_s_own(tmp_path: Path) -> None:
    """Each setting of whole numbers names its own range, and nobody is told how to change Python."""
    path = tmp_path / "a.toml"
    for key, allowed in {
        "examples": "must be a whole number from 2 to 60,000",
        "batch_size": "must be a whole number from 1 to 60,000",
        "seed": "must be a whole number from 0 to 4,294,967,295",
        "patience": "must be a whole number from 100 to 100,000,000",
        "hidden": "every layer must have 1 to 4096 units",
        "maps": "every convolution must have 1 to 512 maps",
        "twin": "must be whole numbers from 1 to 4,096",
    }.items():
        for number in ("1e30", "9" * 30, "-" + "9" * 30):
            path.write_text(f"{key} = {number}")
            with pytest.raises(UserError, match=f"^{re.escape(str(path))}: {key} = .*: {allowed}$"):
                read_toml(path)
        path.write_text(f"{key} = {'7' * 5000}")
        with pytest.raises(UserError, match=r"not TOML \(a number of more than 4,300 digits\); must be lines"):
            read_toml(path)


def test_a_number_of_thousands_of_digits_in_json_is_told_plainly() -> None:
    with pytest.raises(ValueError, match="digits") as caught:
        json.loads("7" * 5000)
    assert plain(caught.value) == "a number of more than 4,300 digits"


def test_a_preset_that_is_loaded_again_is_another_config() -> None:
    """Opened again it is another run, though of the same settings: a session tells runs apart by their configs."""
    one, other = load_preset("three-lines"), load_preset("three-lines")
    assert one == other and one is not other


def test_other_data_leave_behind_what_they_do_not_take() -> None:
    moons = load_preset("moons").changed(examples=60, label_noise=0.1, data_seed=3)
    digits = moons.changed(data="digits")
    assert (digits.examples, digits.data_noise) == (60, None)
    xor = moons.changed(data="xor")
    assert (xor.examples, xor.data_noise, xor.label_noise, xor.data_seed) == (None, None, None, 0)
    assert moons.changed(data="xor", data_noise=0.1).data_noise == 0.1, "what is asked for is refused, not dropped"
    assert moons.changed(data="moons") == moons


@pytest.mark.parametrize("key", RunConfig.model_fields)
def test_numbers_that_are_too_large_for_anything_are_refused(key: str) -> None:
    for value in (10**400, -(10**400), 1e308, [10**400], [[10**400]], {"a": 10**400}):
        with pytest.raises(UserError):
            make_config({key: value})


def test_a_patient_by_whatever_whole_number_has_the_patients_title() -> None:
    for number in (3, 3.0):
        config = make_config({"patient": number, "title": "A healthy run"})
        assert config.patient == 3 and config.title == "Patient 3 of the fault clinic"
        assert command_line(config).startswith("dropout-viz gui ")
