"""What a run has come to: as one object for programs, as lines for people, and why it failed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine import goodness
from dropout_viz.engine.arm_settings import told
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.trainer import Trainer
from dropout_viz.words import figure, many

_SHOWN = 8  # worlds of which the lines give values
_TITLES = {"loss": "loss", "accuracy": "accuracy", "r2": "R²", "rmse": "RMSE, in the target's unit"}


def scores_of(run: Arms) -> dict[str, Any]:
    """Return the losses and accuracies of a run with every unit on, measured now: ``worlds``, and in ``loss`` and in
    ``accuracy`` the values of ``train`` and ``test``, a list each where there are several worlds; where somebody's own
    numbers are to be met, also in ``r2`` and ``rmse`` (see ``goodness``).

    A value that is no finite number is None. Where there are arms, ``by_arm`` has the name and the values of each, and
    ``arms`` the names alone: of each there are ``worlds``, and in ``loss`` and ``accuracy`` the values of the first
    arm's come first.
    """
    data, every = run.first.data, [trainer.scores() for trainer in run.trainers]
    if goodness.meets_numbers(data):
        every = [{**one, **goodness.scores(one["loss"], data)} for one in every]
    values = {kind: {part: _joined([one[kind][part] for one in every]) for part in every[0][kind]} for kind in every[0]}
    names = list(run.told if len(run.trainers) > 1 else told(run.first_config, run.config, run.changes))
    each = run.config.worlds
    by_arm = [{"name": name, **_scores(values, slice(k * each, (k + 1) * each))} for k, name in enumerate(names)]
    arms = {"arms": names, "by_arm": by_arm} if run.config.arms else {}
    return {"worlds": each, **arms, **_scores(values, slice(None))}


def report(source: str, run: Arms, seconds: float, steps: int) -> dict[str, Any]:
    """Return what ``train --json`` prints: ``scores_of`` the run, and how it came to them.

    ``seconds``: what the last ``steps`` steps took.
    """
    scores = scores_of(run)
    measured = {kind: scores.pop(kind) for kind in _TITLES if kind in scores}
    return {
        "source": source,
        "seed": run.config.seed,
        **scores,
        "steps": run.step,
        "epochs": run.first.epoch,
        **measured,
        **_table(run.first.data),
        "seconds": seconds,
        "steps_per_second": steps / seconds if seconds > 0 and steps else 0.0,
    }


def _table(data: DataSet) -> dict[str, Any]:
    """Return what a run of a table says of it: its rows and those that were left out, inputs, and classes."""
    if "rows" not in data.facts:
        return {}
    rows, dropped = int(data.facts["rows"]), int(data.facts["dropped"])
    told = {"rows": rows, "dropped": dropped, "features": data.x.shape[1], "classes": len(data.classes) or None}
    return {"data": {**told, **data.told}}


def _scores(values: dict[str, dict[str, list[float] | None]], worlds: slice) -> dict[str, Any]:
    """Return the values of some worlds as JSON has them: one alone is no list."""

    def shown(every: list[float] | None) -> Any:
        if every is None:
            return None
        finite = [v if math.isfinite(v) else None for v in every[worlds]]
        return finite[0] if len(finite) == 1 else finite

    return {kind: {part: shown(every) for part, every in parts.items()} for kind, parts in values.items()}


def _joined(parts: Sequence[list[float] | None]) -> list[float] | None:
    known = [part for part in parts if part is not None]
    return [value for part in known for value in part] if len(known) == len(parts) else None


def lines(found: dict[str, Any], data: DataSet) -> list[str]:
    """Return a report as lines of text. ``data``: what the run has learned."""
    each, arms = found["worlds"], found.get("arms", [""])
    arms_of = f"{many(len(arms), 'arm')} of " * ("arms" in found)
    epochs = "1 epoch" if found["epochs"] == 1 else f"{figure(found['epochs'])} epochs"
    written = [
        f"{found['source']}, seed {found['seed']}, {arms_of}{many(each, 'world')}: "
        f"{many(found['steps'], 'step')}, {epochs} in {found['seconds']:.2f} s "
        f"({found['steps_per_second']:,.0f} steps/s)"
    ]
    if table := found.get("data"):
        classes = f", {many(table['classes'], 'class', 'classes')}" if table["classes"] else ""
        features = many(table["features"], "input")
        tested = "none" if data.x_test is None else f"{len(data.x_test):,}"
        kept = f"{len(data.x):,} for training, {tested} for the test"
        written.append(f"  {many(table['rows'], 'row')}: {kept}, {table['dropped']:,} left out; {features}{classes}")
        written += _granted(table)
    for number, arm in enumerate(arms):
        written += [f"  {arm}"] if arm else []
        for kind, title in _TITLES.items():
            for part in ("train", "test"):
                values = found.get(kind, {}).get(part)
                if values is not None or (kind, part) == ("loss", "train"):  # there is one; it may be no number
                    own = values[number * each : (number + 1) * each] if isinstance(values, list) else [values]
                    written.append(f"  {'  ' * bool(arm)}{title}, {part}, every unit on: {_row(own)}")
    return written


def _granted(table: Mapping[str, Any]) -> list[str]:
    """Return as lines what reading a table took for granted."""
    columns = [f"{one['name']} ({one['why']})" for one in table.get("left_out", ())]
    more = [f"and {len(columns) - _SHOWN:,} more"] if len(columns) > _SHOWN else []
    found = [f"  no inputs: {', '.join([*columns[:_SHOWN], *more])}"] if columns else []
    if not table.get("encoding", "utf-8").startswith("utf"):
        found.append(f"  read as {table['encoding']}, a guess if encoding does not say so")
    if table.get("decimal_mark_doubtful"):
        mark, other, key = (".", ",", "comma") if table["decimal_mark"] == "." else (",", ".", "point")
        found.append(f"  {mark} is taken for the decimal mark, {other} stands between thousands; else: decimal={key}")
    return found


def _row(values: list[float | None]) -> str:
    text = ", ".join("not a number" if v is None else figure(v) for v in values[:_SHOWN])
    return text + " ..." * (len(values) > _SHOWN)


def failure(trainer: Trainer) -> str:
    """Return where a run diverged, what was reached and what may help; ``""`` for a run that did not."""
    bad = trainer.diverged_worlds
    if not bad:
        return ""
    config = trainer.config
    where = f" in {many(len(bad), 'world', of=trainer.worlds)}" if trainer.worlds > 1 else ""
    names = list(dict.fromkeys(trainer.arm_of(world) for world in bad))
    if config.arms and len(names) < len(config.arms):
        where += f" ({', '.join(names)})"
    own = any("learning_rate" in arm for arm in config.arms)
    rate = "" if own else f", --set learning_rate={tenth(config.learning_rate):g}"
    return (
        f"diverged at step {trainer.diverged_at:,}{where}, what {many(trainer.step, 'step')} have reached is above; "
        f"a tenth of the learning rate may help{rate}"
    )


def tenth(rate: float) -> float:
    """Return a tenth of a learning rate, without the rounding that a person would not write."""
    return float(f"{rate / 10:.12g}")
