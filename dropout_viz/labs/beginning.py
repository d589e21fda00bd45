"""Where a lab begins in the window: with the run on show, as far as it has settings for it, and small at first."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dropout_viz import places
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset, preset_keys, to_toml
from dropout_viz.engine.source import load_source
from dropout_viz.errors import UserError
from dropout_viz.files import write_text
from dropout_viz.labs.keeping import OF_RUNS, differences
from dropout_viz.labs.lab import Lab, expected
from dropout_viz.labs.options import Options, make, source_key, written

BUDGET = 4.0
"""Seconds that a first look may compute, about: with the start of its process it is there within ten."""
_CROWDED = 3.0  # times as long, at most, that a busy machine is taken to be
_MOST_FILES = 50  # runs on show that are kept for labs
_FEWEST_SEEDS, _LEAST_STEPS = 2, 0.25  # of the steps: below that there are to be fewer seeds first


@dataclass(frozen=True)
class Beginning:
    """What a lab is begun with.

    Attributes:
        small: options of a first look. full: of the whole. taken: in a sentence, what is that of the run on show.
        run: the run that was on show; None: the lab's own settings. seconds: that the first look and the whole take on
            this machine, about, where nothing of them is kept.
        lack: why it cannot answer its question of the run that it begins with, or ``""``. instead: a preset of which
            it can.
    """

    small: Options
    full: Options
    taken: str
    run: RunConfig | None
    seconds: tuple[float, float]
    lack: str = ""
    instead: str = ""


def begin(lab: Lab, run: RunConfig | None, name: str) -> Beginning:
    """Return what a lab is begun with. Tries how fast it is.

    Args:
        run, name: what is on show, whose settings are written into a file where it is no preset; None: they are not
        wanted.

    Raises:
        UserError: the lab cannot even begin with its own settings.
    """
    values, words = ({}, []) if run is None else _taken(lab, run)
    own = source_key(lab.Options)
    full, why_not = None, ""
    if own and run is not None and run.patient is not None:
        why_not = "it is a patient of the fault clinic, and labs answer of runs without a fault"
        words, values = [], {}
    elif own and run is not None:
        try:
            wanted = make(lab.Options, {own: _place(run, name), **values, **_beside(lab, run)})
            takes = _takes(lab, wanted)
            full = wanted
            words.insert(0, "data, network and training")
        except UserError as error:
            why_not = str(error).partition(": ")[2] or str(error)
            words, values = [], {}
    if full is None:
        beside = _beside(lab, load_source(_usual(lab)).config) if own else {}
        full = make(lab.Options, {**values, **beside})
        takes = _takes(lab, full)
    small = make(lab.Options, {**full.model_dump(), **_small(lab, full)})
    a_look = _takes(lab, small)
    if a_look > BUDGET and {"seeds", "steps"} <= type(small).model_fields.keys():
        small, a_look = _smaller(lab, small, BUDGET / a_look), BUDGET
    taken = "The lab's own settings." if run is None else _sentence(words, why_not, lab)
    fewer = differences(lab.Options, small.model_dump(), full.model_dump())
    lack = str(lab.lacks(load_source(getattr(full, own)).config)) if hasattr(lab, "lacks") else ""
    instead = str(getattr(lab, "INSTEAD", "")) if lack else ""
    return Beginning(small, full, f"{taken} First look / in full: {fewer}.", run, (a_look, takes), lack, instead)


def _takes(lab: Lab, options: Options) -> float:
    """Return about how many seconds a lab takes here, beside whatever else wants the processors now."""
    return expected(lab, options) * crowd()


def crowd() -> float:
    """Return how many times as long work takes as on a machine that does nothing else, by what waits for its
    processors; 1 where nobody can tell."""
    try:
        waiting = os.getloadavg()[0]
    except (AttributeError, OSError):
        return 1.0
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(_CROWDED, max(1.0, (waiting + 1) / processors))  # who waits for a disk counts there too


def _taken(lab: Lab, run: RunConfig) -> tuple[dict[str, Any], list[str]]:
    """Return the options that are settings of a run too, with the run's values where the lab allows them, and what
    they are in words."""
    values: dict[str, Any] = {}
    words = []
    for key, field in lab.Options.model_fields.items():
        extra = field.json_schema_extra
        setting = extra.get("takes") if isinstance(extra, dict) else ""
        if not setting:
            continue
        value = getattr(run, str(setting))
        value = value[0] if isinstance(value, tuple) else value
        try:
            make(lab.Options, {key: value})
        except UserError:
            continue
        values[key] = value
        words.append(f"{(field.title or key).lower()} {written(value)}")
    return values, words


def _beside(lab: Lab, run: RunConfig) -> Mapping[str, Any]:
    """Return what a lab wants to be given with that run."""
    return dict(lab.beside(run)) if hasattr(lab, "beside") else {}


def _small(lab: Lab, full: Options) -> dict[str, Any]:
    """Return the options in which a first look differs from the whole."""
    return {
        key: min(value, getattr(full, key)) if isinstance(value, int) else value for key, value in lab.SMALL.items()
    }


def _usual(lab: Lab) -> str:
    return str(lab.Options.model_fields[source_key(lab.Options)].default)


def _smaller(lab: Lab, options: Options, share: float) -> Options:
    """Return options whose runs take a share of the time: with fewer steps, and with fewer seeds too where steps alone
    would leave too few."""
    values = options.model_dump()
    seeds = values["seeds"]
    if share < _LEAST_STEPS:
        values["seeds"] = min(seeds, max(_FEWEST_SEEDS, round(seeds * share / _LEAST_STEPS)))
    steps = values["steps"] or load_source(values[source_key(lab.Options)]).config.steps
    values["steps"] = max(1, _rounded(steps * min(1.0, share * seeds / values["seeds"])))
    return make(type(options), values)


def _rounded(steps: float) -> int:
    """Return a number of steps with two digits that count."""
    digits = max(0, len(str(int(steps))) - 2)
    return int(steps) // 10**digits * 10**digits


def _place(run: RunConfig, name: str) -> str:
    """Return what stands for a run as a lab's source: a preset's key, or a file that is written for it."""
    own = run.changed(arms=(), worlds=1)
    if name in preset_keys() and load_preset(name).changed(arms=(), worlds=1) == own:
        return name
    cache = places.cache()
    if cache is None:
        raise UserError("run on show: there is no folder in which a lab could find it")
    text = to_toml(own)
    known = "".join(sign for sign in Path(name).name if sign.isalnum() or sign in "-_.")[-40:].lstrip(".") or "run"
    folder = cache.joinpath(*OF_RUNS)
    path = folder / f"{known}-{hashlib.sha256(text.encode()).hexdigest()[:6]}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
        for old in sorted(folder.iterdir(), key=lambda each: each.stat().st_mtime)[:-_MOST_FILES]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"run on show: no lab can be told of it ({error.strerror})") from None
    return str(path)


def _sentence(words: list[str], why_not: str, lab: Lab) -> str:
    if why_not:
        return f"The run on show cannot be taken here: {why_not}. Begins with {_usual(lab)}."
    more = "" if source_key(lab.Options) else " Its data are the lab's own."
    return f"Taken from the run on show: {', '.join(words)}.{more}" if words else "Takes nothing from the run on show."
