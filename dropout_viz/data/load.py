"""Data sets by name. Each is one file in this folder with ``KEY``, ``TITLE``, ``ORDER`` and ``load(...)``."""

from __future__ import annotations

import difflib
import inspect
from types import ModuleType
from typing import Any

from dropout_viz import plugins, registry
from dropout_viz.data import memory
from dropout_viz.data.dataset import DataSet
from dropout_viz.errors import UserError

SETTINGS = {
    "examples": "examples",
    "noise": "data_noise",
    "label_noise": "label_noise",
    "seed": "data_seed",
    "file": "file",
    "side": "side",
    "sha256": "sha256",
    "target": "target",
    "task": "task",
    "columns": "columns",
    "as_texts": "as_texts",
    "header": "header",
    "encoding": "encoding",
    "decimal": "decimal",
    "missing": "missing",
    "texts": "texts",
    "standardise": "standardise",
    "test_share": "test_share",
    "formula": "formula",
    "points": "points",
}
"""What the setting of a run is called, by the data set's option."""


def load(key: str, *, seed: int = 0, **given: Any) -> DataSet:
    """Return a data set. The same arguments give the same arrays, bit for bit; the arrays are read-only.

    Args:
        key: which data set, e.g. ``"moons"``, or one that was made of arrays (``data.memory``).
        seed: draws the points. A data set that is not drawn at random is the same for every seed.
        given: other options that the data set has; None: its own. Of most: ``examples``, how many for training; of
            those that are drawn also ``noise``, the spread of the points in the plane's units, and ``label_noise``, the
            share of training labels that are flipped; of own tables what ``data.table.load`` takes.

    Raises:
        UserError: for an unknown key, and for an option that the data set does not have or cannot meet.
    """
    supported = options(key)
    given = {name: value for name, value in given.items() if value is not None}
    for name in given:
        if name not in supported:
            takes = ", ".join(SETTINGS[option] for option in supported if option != "seed") or "no settings"
            raise UserError(f"{SETTINGS[name]}: the data set '{key}' has no such setting; it takes {takes}")
    if "seed" in supported:
        given["seed"] = seed
    return memory.recall(key) if memory.is_memory(key) else _loaded(key, given)


def _loaded(key: str, given: dict[str, Any]) -> DataSet:
    """Return what a data set's file loads. Raises ``UserError``, one line, also for a plug-in's that is broken."""
    module, entry = _module(key), registry.entries("data")[key]
    try:
        loaded = module.load(**given)
    except (UserError, KeyboardInterrupt):
        raise
    except BaseException as error:
        if entry.plugin is None:
            raise
        raise UserError(f"data = {entry.key}: {entry.plugin} cannot be loaded ({plugins.said(error)})") from error
    if not isinstance(loaded, DataSet):
        kind = type(loaded).__name__
        raise UserError(f"data = {entry.key}: {entry.plugin} loads something of type {kind}; must be a DataSet")
    return loaded


def is_known(key: str) -> bool:
    """Return whether there may be a data set of this key: one by name, or of arrays."""
    return key in registry.entries("data") or memory.is_memory(key)


def options(key: str) -> tuple[str, ...]:
    """Return which of the options in ``SETTINGS`` a data set takes, as its ``load`` declares them.

    Raises:
        UserError: for an unknown key.
    """
    return () if memory.is_memory(key) else tuple(inspect.signature(_module(key).load).parameters)


def _module(key: str) -> ModuleType:
    """Return the file of a data set by name. Raises ``UserError`` where there is none."""
    known = registry.entries("data")
    if key not in known:
        close = difflib.get_close_matches(key, list(known), n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        raise UserError(f"data: '{key}' is unknown{hint}; must be one of {', '.join(known)}")
    return known[key].load()


def left_out(key: str) -> list[str]:
    """Return the settings of a run that say nothing to a known data set: those of its data that it does not take."""
    taken = options(key)
    return [setting for option, setting in SETTINGS.items() if option not in taken]
