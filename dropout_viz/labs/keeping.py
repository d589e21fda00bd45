"""What labs have found, kept from one day to the next: the last few results of each, whole, with their settings."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import preset_keys
from dropout_viz.labs import figures, lab
from dropout_viz.labs.lab import LabResult
from dropout_viz.labs.options import Options, written
from dropout_viz.labs.store import Store
from dropout_viz.words import many

Array = NDArray[Any]
MOST = 4
"""Results of a lab that are kept: the last one, and a few to hold it against."""
_KINDS: dict[str, Any] = {
    name: kind for module in (figures, lab) for name, kind in vars(module).items() if is_dataclass(kind)
}
OF_RUNS = ("labs", "runs")
"""Folders in which runs on show are kept for labs, in files that are called as the run is, ``-`` and a checksum."""
_COUNTED = {"seeds": "seed", "steps": "step"}
_HOW = ("jobs", "pause", "dask")  # options that decide how a lab is run, not what comes of it


@dataclass(frozen=True)
class Kept:
    """What a lab has found, and how it came about.

    Attributes:
        key: of the lab. when: seconds since 1970 at which it ended. seconds: that it took, with what was kept before.
        options: as JSON can hold them. whole: whether it came to its end. result: without the tables for files.
    """

    key: str
    when: float
    seconds: float
    options: Mapping[str, Any]
    whole: bool
    result: LabResult


def keep(store: Store, kept: Kept) -> None:
    """Keep a result in front of the lab's earlier ones, of which the oldest goes. Where that is impossible it is not
    kept."""
    arrays: dict[str, Array] = {}
    every = [_plain(each, arrays) for each in (kept, *last(store, kept.key))[:MOST]]
    text = np.frombuffer(json.dumps(every).encode(), np.uint8)
    store.put(_cause(kept.key), {"text": text, **arrays})


def last(store: Store, key: str, lost: Callable[[str], object] = lambda said: None) -> list[Kept]:
    """Return the results of a lab that are kept, the newest first. What cannot be read is left out, and ``lost`` is
    told so in a line."""
    found: list[Kept] = []
    try:
        arrays = store.get(_cause(key)) or {}
        every = list(json.loads(bytes(arrays["text"]))) if arrays else []
    except Exception:  # whatever has been written there
        lost(f"Kept results of the lab “{key}” cannot be read: they are left out")
        return []
    for each in every:
        try:
            found.append(_sound(_made(each, arrays), key))
        except Exception:  # of another make of this program, or by somebody
            lost(f"A kept result of the lab “{key}” is damaged: it is left out")
    return found


def _sound(kept: Any, key: str) -> Kept:
    """Return what was kept. Raises an error where it is none, or has something in it that is not of its kind."""
    _want(isinstance(kept, Kept) and kept.key == key and isinstance(kept.result, LabResult))
    result = kept.result
    _want(all(isinstance(value, int | float) and math.isfinite(value) for value in (kept.when, kept.seconds)))
    _want(isinstance(kept.options, dict) and all(isinstance(name, str) for name in kept.options))
    _want(all(type(kept.options.get(name)) in (int, type(None)) for name in _COUNTED))
    _want(result.verdict in get_args(lab.Verdict) and isinstance(result.config, RunConfig | None))
    texts = [result.answer, *result.notes]
    for finding in result.results:
        _want(isinstance(finding, lab.Finding) and finding.verdict in get_args(lab.Verdict))
        _want(all(isinstance(value, str | int | float | None) for value in (finding.published, finding.measured)))
        texts += [finding.name, finding.tolerance, finding.note, *finding.pictures]
    for figure in result.figures:
        _want(isinstance(figure, figures.Figure))
        texts += [figure.name, figure.title, figure.caption, *figure.columns]
        for _ in figure.rows():
            pass  # its numbers are there
    _want(all(isinstance(text, str) for text in texts))
    time.localtime(kept.when)
    return kept


def _want(holds: bool) -> None:
    if not holds:
        raise ValueError


def settings(model: type[Options], options: Mapping[str, Any]) -> str:
    """Return in a few words what a result was found with: its run and its seeds, and what else is not as usual."""
    parts = []
    for key, field in model.model_fields.items():
        value = _value(options, key, field.default)
        if key == "source":
            parts.append(called(value))
        elif key in _COUNTED and value is not None:
            parts.append(many(value, _COUNTED[key]))
        elif key not in _HOW and value != field.default:
            parts.append(f"{_lowered(field.title or key)} {written(value)}")
    return ", ".join(parts) or "as it comes"


def differences(model: type[Options], one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """Return in a few words in which settings two results differ, the other's after the one's; ``""`` for none."""
    found = []
    for key, field in model.model_fields.items():
        values = [_value(each, key, field.default) for each in (one, other)]
        if key not in _HOW and values[0] != values[1]:
            words = [_worded(key, value) for value in values]
            if words[0] == words[1]:
                words = [words[0], "with other settings"]
            found.append(f"{_lowered(field.title or key)} {' / '.join(words)}")
    return ", ".join(found)


def _worded(key: str, value: Any) -> str:
    if value is None:
        return "the run's own"
    if key in _COUNTED:
        return f"{value:,}"
    return called(value) if key == "source" else written(value)


def was_on_show(source: str) -> bool:
    """Whether a run that a lab was given is a file that was written for it, of a run on show."""
    return Path(source).parent.parts[-len(OF_RUNS) :] == OF_RUNS


def called(source: str) -> str:
    """Return what a user calls a run that a lab was given: a file by its name, a run that was on show by its own."""
    place = Path(source)
    if not was_on_show(source):
        return place.name
    name = re.sub("-[0-9a-f]{6}$", "", place.stem)
    return f"{name} as it was on show" if name in preset_keys() else name


def _value(options: Mapping[str, Any], key: str, usual: Any) -> Any:
    value = options.get(key, usual)
    return tuple(value) if isinstance(value, list) else value


def _lowered(title: str) -> str:
    return title[:1].lower() + title[1:]


def _cause(key: str) -> dict[str, str]:
    return {"results of": key}


def _plain(value: Any, arrays: dict[str, Array]) -> Any:
    """Return something as JSON can hold it; what is an array is put among the arrays."""
    if isinstance(value, np.ndarray):
        name = f"array {len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, RunConfig):
        return {"run": value.model_dump(mode="json")}
    if is_dataclass(value):
        names = [field.name for field in fields(value) if field.name != "tables"]
        return {"kind": type(value).__name__, **{name: _plain(getattr(value, name), arrays) for name in names}}
    if isinstance(value, Mapping):
        return {"mapping": {key: _plain(each, arrays) for key, each in value.items()}}
    if isinstance(value, list | tuple):
        return [_plain(each, arrays) for each in value]
    return value


def _made(value: Any, arrays: Mapping[str, Array]) -> Any:
    """Return what ``_plain`` was given. Sequences come back as tuples."""
    if isinstance(value, list):
        return tuple(_made(each, arrays) for each in value)
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return arrays[value["array"]]
    if "run" in value:
        return RunConfig.model_validate(value["run"])
    if "mapping" in value:
        return {key: _made(each, arrays) for key, each in value["mapping"].items()}
    parts = {name: _made(each, arrays) for name, each in value.items() if name != "kind"}
    return _KINDS[value["kind"]](**parts)


_KINDS[Kept.__name__] = Kept
