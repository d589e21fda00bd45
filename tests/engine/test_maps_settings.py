"""The setting of feature maps: read, written, and refused where it does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.engine.settings import parse_words, read_toml, to_toml
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError

DIGITS = RunConfig(
    data="digits",
    maps=(3, 4),
    hidden=(6,),
    activation="relu",
    output="softmax",
    loss="softmax_cross_entropy",
    init="he",
    p_input=0.1,
    p_hidden=(0.5,),
    optimiser="adam",
    learning_rate=0.002,
    batch_size=20,
)


def test_text_and_back(tmp_path: Any) -> None:
    file = tmp_path / "maps.toml"
    file.write_text(to_toml(DIGITS))
    assert read_toml(file) == DIGITS
    assert parse_words(["maps=32,64"]) == {"maps": (32, 64)} or parse_words(["maps=32,64"]) == {"maps": [32, 64]}
    assert make_config({**DIGITS.model_dump(), **parse_words(["maps="])}).maps == ()
    assert make_config({"data": "digits", "maps": 4}).maps == (4,)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"maps": [0]}, ["maps = [0]", "1 to 512"]),
        ({"maps": [600]}, ["maps = [600]", "1 to 512"]),
        ({"maps": [1, 1, 1, 1, 1]}, ["maps", "at most 4"]),
        ({"maps": [2.5]}, ["maps"]),
        ({"activation": "sine"}, ["activation", "sigmoid, tanh or relu", "maps"]),
        ({"maps": [2, 2, 2, 2]}, ["maps = [2, 2, 2, 2]", "at most 3", "'digits'", "8 x 8"]),
        ({"data": "moons", "batch_size": None}, ["maps = [3, 4]", "must be empty", "'moons'"]),
        ({"rule": "as-published", "activation": "sigmoid"}, ["must be", "when rule is as-published"]),
        ({"maps": [512, 512], "batch_size": None, "hidden": [4096] * 8, "worlds": 64}, ["maps, hidden", "GiB"]),
    ],
)
def test_refusals(settings: dict[str, Any], named: list[str]) -> None:
    with pytest.raises(UserError) as error:
        Trainer(make_config({**DIGITS.model_dump(), **settings}))
    assert all(word in str(error.value) for word in named), str(error.value)
