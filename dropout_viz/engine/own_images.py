"""A run of one's own pictures, which a folder holds in a folder for each class."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dropout_viz.engine import own_table
from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.files import absolute, check_text

HIDDEN = (64, 32)
CHOSEN = ("side", "test_share", "data_seed")
"""The settings that say what is made of pictures."""


def config_of(path: Path, given: Mapping[str, Any]) -> RunConfig:
    """Return the config of a run of a folder's pictures. ``given``: settings that have been chosen.

    Raises:
        UserError: what cannot be read, or be made examples of.
    """
    from dropout_viz.data.pictures import examples, hand_on

    check_text(absolute(path))
    chosen = {key: value for key, value in given.items() if key in CHOSEN}
    data = {"title": path.name, "data": "images", "file": str(absolute(path)), **chosen}
    config = make_config(data)
    read = examples(path, side=config.side, test_share=config.test_share, seed=config.data_seed)
    hand_on(read, config.file, config.side, config.test_share, config.data_seed)
    network = {**own_table.network_of(len(read.classes), len(read.x)), "hidden": HIDDEN, "dtype": "float32"}
    return make_config({**data, "sha256": read.files, **network, **given})
