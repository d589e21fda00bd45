"""A run of one's own table: what nobody has said is guessed of the table, and the network follows from the task."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dropout_viz.engine.config import RunConfig, make_config
from dropout_viz.files import absolute, check_text

if TYPE_CHECKING:
    from dropout_viz.data.tables.prepare import Counts, TableChoices
    from dropout_viz.data.tables.table import FileTable, TableReading

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".npz")
"""Of files that are opened as tables; see ``data.tables.read``, which opening no table need not import."""
READING = ("as_texts", "header", "encoding", "decimal")
"""The settings that say how a table is read."""
CHOSEN = ("target", "task", "columns", *READING, "missing", "texts", "standardise", "test_share", "data_seed")
"""The settings that say what is made of a table."""
FOLLOWING = ("title", "data", "file", "sha256", "output", "loss", "batch_size", "patient")
"""The settings of a run of a table that follow from the file and from what is chosen."""
NETWORK = {
    "hidden": (32, 16),
    "activation": "relu",
    "init": "he",
    "p_hidden": (0.2,),
    "optimiser": "adam",
    "learning_rate": 0.003,
    "steps": 5_000,
}
_BATCH = 32


def choices_of(config: RunConfig) -> TableChoices:
    """Return what a config makes of its table."""
    from dropout_viz.data.tables.prepare import TableChoices

    c = config
    return TableChoices(c.target, c.task, c.columns, c.missing, c.texts, c.standardise, c.test_share, c.data_seed)


def reading_of(given: Mapping[str, Any]) -> TableReading:
    """Return how a table is read, as settings that have been chosen say. Raises ``UserError``."""
    from dropout_viz.data.tables.table import TableReading

    c = make_config({key: value for key, value in given.items() if key in CHOSEN})
    return TableReading(c.as_texts, c.header, c.encoding, c.decimal)


def config_of(path: Path, given: Mapping[str, Any]) -> RunConfig:
    """Return the config of a run of a file. ``given``: settings that have been chosen; those of the target and the
    task that have not are guessed.

    Raises:
        UserError: what cannot be read, or be made examples of.
    """
    from dropout_viz.data.tables.read import hand_on, read

    check_text(absolute(path))
    table = read(path, reading_of(given))
    config, _ = guessed(table, given)
    hand_on(table)
    return config


def guessed(table: FileTable, given: Mapping[str, Any]) -> tuple[RunConfig, Counts]:
    """Return the config of a run of a table that has been read, as ``config_of`` does, and how many rows, inputs and
    classes that makes."""
    from dropout_viz.data.tables.prepare import count, guess_target, guess_task

    target = given.get("target") or guess_target(table)
    task = given.get("task") or guess_task(table, target)
    data = {
        "title": table.path.name,
        "data": "table",
        "file": str(absolute(table.path)),
        "sha256": table.sha256,
        **{key: value for key, value in given.items() if key in CHOSEN},
        "target": target,
        "task": task,
    }
    counts = count(table, choices_of(make_config(data)))
    network = network_of(counts.classes, counts.train)
    return make_config({**data, **network, **given, "target": target, "task": task}), counts


def network_of(classes: int, examples: int) -> dict[str, Any]:
    """Return settings of a network for data of one's own: so many classes, 0 for numbers, and training examples."""
    return {**NETWORK, **last_layer(classes), "batch_size": min(_BATCH, examples)}


def last_layer(classes: int) -> dict[str, str]:
    """Return the output layer and the loss for so many classes, or for numbers where there are none."""
    if classes == 2:
        return {"output": "sigmoid", "loss": "binary_cross_entropy"}
    if classes:
        return {"output": "softmax", "loss": "softmax_cross_entropy"}
    return {"output": "linear", "loss": "squared_error"}
