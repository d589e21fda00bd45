"""Any history of a run, against runs that never travelled: bit for bit the same.

A history is a seeded random sequence of what a person can do: play, step, look back, change a rate or a drop
probability, branch, branch again, compare, save and open, export a picture and open that. A model keeps what each arm's
settings were at which step; ``straight`` computes an arm from that alone, in a trainer of its own, in one go.

``pytest tests/engine/test_histories.py --histories 2000`` tries so many (fewer are tried otherwise); a history that
fails is told by its seed, and is the shortest beginning of it that fails.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dropout_viz.data.dataset import DataSet
from dropout_viz.engine import blocks, checkpoints, picture_file, run_file
from dropout_viz.engine.arms import Arms, next_run
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.state import TrainerState
from dropout_viz.engine.timeline import Timeline
from dropout_viz.engine.trainer import Trainer, load_data
from dropout_viz.errors import UserError

LINES, MOONS = load_preset("three-lines"), load_preset("moons").changed(examples=40, batch_size=7)
CONFIGS = {
    "as published": LINES.changed(hidden=(2,)),
    "inputs drop too": LINES.changed(rule="exact", hidden=(3,), p_input=0.3, batch_size=2, bias=True),
    "Adam, mini-batches": MOONS.changed(hidden=(3,), p_hidden=(0.4,)),
    "two layers, float32": MOONS.changed(hidden=(2, 3), p_hidden=(0.5, 0.2), dtype="float32", scaling="classical"),
    "momentum, decay": MOONS.changed(
        hidden=(3,),
        optimiser="momentum",
        momentum_start=0.5,
        momentum_ramp=20,
        learning_rate=0.1,
        learning_rate_decay=0.97,
        l2=1e-3,
        max_norm=2.0,
    ),
    "two worlds": MOONS.changed(hidden=(2,), worlds=2),
    "stops": MOONS.changed(hidden=(2,), stop_loss=10.0),
    "two arms": MOONS.changed(hidden=(3,), arms=({"name": "a", "learning_rate": 0.02}, {"name": "b", "p_hidden": 0.1})),
    "arms side by side": MOONS.changed(hidden=(2,), arms=({"name": "a"}, {"name": "b", "p_hidden": 0.1})),
}
DATA: dict[str, DataSet] = {name: load_data(config) for name, config in CONFIGS.items()}
ACTIONS = 10
Settings = dict[str, Any]


@dataclass
class Arm:
    """What one arm has been: its settings at step 0, those that it has of its own, and its changes since."""

    config: RunConfig
    own: frozenset[str] = frozenset()
    changes: list[tuple[int, Settings]] = field(default_factory=list)


@dataclass
class Before:
    """The arms that a comparison has taken the place of, and what has been changed meanwhile."""

    first_own: frozenset[str]
    others: list[Arm]
    branched: int
    newest: int
    cut: float = math.inf
    since: list[tuple[int, Settings]] = field(default_factory=list)


@dataclass
class History:
    """A run that is done things with, and the model of it."""

    name: str
    timeline: Timeline
    arms: list[Arm]
    folder: Path
    newest: int = 0
    at: int = 0
    bookmarks: dict[int, str] = field(default_factory=dict)
    branched: int = 0  # where the second arm branched off
    before: Before | None = None  # while it is compared

    @property
    def whole(self) -> bool:
        return self.name == "arms side by side"


def begin(name: str, folder: Path) -> History:
    config = CONFIGS[name]
    if name == "arms side by side":
        return History(name, Timeline(Arms([Trainer(config, DATA[name])])), [Arm(config)], folder)
    owns = [frozenset(arm) - {"name"} for arm in config.arms] or [frozenset()]
    arms = [Arm(alone, own) for alone, own in zip(config.arm_configs, owns, strict=True)]
    return History(name, Timeline(Arms.of(config)), arms, folder)


# --- what can be done -------------------------------------------------------------------------------------------------


def play(it: History, rng: random.Random) -> None:
    _advance(it, rng.choice([1, 2, 3, 7, 8, 20]))


def _advance(it: History, steps: int) -> None:
    goal = min(it.at + steps, it.newest) if it.at < it.newest else it.at + steps
    while it.timeline.step < goal:  # a rule to stop may end it sooner
        it.timeline.advance(goal - it.timeline.step)
    it.at, it.newest = goal, max(goal, it.newest)


def look_back(it: History, rng: random.Random) -> None:
    it.at = rng.choice([0, min(1, it.newest), max(0, it.at - 1), it.newest, rng.randint(0, it.newest)])
    it.timeline.go(it.at)


def change(it: History, rng: random.Random) -> None:
    settings = _settings(it, rng)
    it.timeline.change(settings)
    _cut(it)
    it.arms[0].changes.append((it.at, settings))
    for arm in it.arms[1:]:
        _follow(arm, it.arms[0].own, [(it.at, settings)])
    if it.before is not None:
        it.before.since.append((it.at, settings))


def _follow(arm: Arm, first_own: frozenset[str], changes: list[tuple[int, Settings]]) -> None:
    """Let an arm have changes that were made in the first one, where neither has the setting of its own."""
    for step, settings in changes:
        if theirs := {key: value for key, value in settings.items() if key not in arm.own | first_own}:
            arm.changes.append((step, theirs))


def branch(it: History, rng: random.Random) -> None:
    settings = _settings(it, rng)
    if it.whole:
        with pytest.raises(UserError):
            it.timeline.branch(settings, ("as it was", "branch"))
        return
    it.timeline.branch(settings, ("as it was", "branch"))
    _cut(it)
    first = it.arms[0]
    twin = Arm(first.config, frozenset(settings), [*first.changes, (it.at, settings)])
    it.arms, it.branched, it.before = [replace(first, own=frozenset()), twin], it.at, None


def compare(it: History, rng: random.Random) -> None:
    if it.whole:
        with pytest.raises(UserError):
            it.timeline.compare(True)
        return
    first, before = it.arms[0], it.before
    if not it.timeline.comparing:
        it.timeline.compare(True)
        it.before = Before(first.own, it.arms[1:], it.branched, it.newest)
        bare = Arm(first.config.changed(p_input=0.0, p_hidden=0.0), frozenset({"p_input", "p_hidden"}))
        _follow(bare, frozenset(), first.changes)
        it.arms, it.branched = [replace(first, own=frozenset()), bare], 0
        return
    it.timeline.compare(False)
    it.arms, it.before = [first], None
    if before is not None:
        if before.cut < before.newest:
            before.others = [] if before.cut < before.branched else before.others
            for arm in before.others:
                arm.changes = [(step, settings) for step, settings in arm.changes if step <= before.cut]
        for arm in before.others:
            _follow(arm, before.first_own, before.since)
        it.arms = [replace(first, own=before.first_own), *before.others]
        it.branched = before.branched if before.others else 0


def leave_out(it: History, rng: random.Random) -> None:
    if it.whole:
        with pytest.raises(UserError):
            it.timeline.leave_out()
        return
    it.timeline.leave_out()
    it.arms, it.before, it.branched = [replace(it.arms[0], own=frozenset())], None, 0


def bookmark(it: History, rng: random.Random) -> None:
    it.timeline.bookmark(it.at, f"seen {rng.randrange(99)}")
    it.bookmarks = {**it.bookmarks, it.at: it.timeline.look().bookmarks[it.at]}


def save_and_open(it: History, rng: random.Random) -> None:
    path = it.folder / "run.safetensors"
    run_file.save(it.timeline.state(), path)
    it.timeline = Timeline(Arms.from_state(run_file.read(path), next_run()))
    it.at, it.before = it.newest, None


def export_and_open(it: History, rng: random.Random) -> None:
    if it.whole:
        return  # a picture tells of a run of each arm
    news, step = it.timeline.look(), it.at
    changes, later = ([c for c in news.changes if (c.step > step) == after] for after in (False, True))
    texts = ShownRun(
        news.config,
        step,
        "loss",
        news.first,
        tuple(changes),
        newest=max(step, news.newest),
        later=tuple(later),
        bookmarks=news.bookmarks,
    ).texts()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(picture_file, "read_texts", lambda path, prefix: texts)
        shown = picture_file.read(it.folder / "picture.png")
    if rng.random() < 0.5:  # as an export of a picture does; else as a window opens one, at the step that it shows
        it.timeline, it.before = shown.timeline(), None
        return
    it.timeline, it.before = Timeline(Arms.from_state(shown.state(), next_run())), None
    if _forget(it):  # the picture shows two arms, and they are alike
        it.arms, it.branched = [replace(arm, own=frozenset()) for arm in it.arms], 0


def _settings(it: History, rng: random.Random) -> Settings:
    p = tuple(rng.choice([0.0, 0.1, 0.5]) for _ in it.arms[0].config.hidden)
    rate = rng.choice([0.3, 0.01, 0.05])
    choices: list[Settings] = [{"learning_rate": rate}, {"p_hidden": p}, {"learning_rate": rate, "p_hidden": p}]
    if it.name in ("inputs drop too", "Adam, mini-batches"):
        choices.append({"p_input": rng.choice([0.0, 0.2])})
    return rng.choice(choices)


def _cut(it: History) -> None:
    if it.at == it.newest:
        return
    if it.before is not None:
        it.before.cut = min(it.before.cut, it.at)
        it.before.since = [(step, settings) for step, settings in it.before.since if step <= it.at]
    if _forget(it):  # the second arm, too
        it.arms, it.branched = it.arms[:1], 0


def _forget(it: History) -> bool:
    """Forget what came after the present step; return whether that was what made two arms of one."""
    it.newest = it.at
    it.bookmarks = {step: name for step, name in it.bookmarks.items() if step <= it.at}
    for arm in it.arms:
        arm.changes = [(step, settings) for step, settings in arm.changes if step <= it.at]
    return it.at < it.branched


DO: list[tuple[float, Callable[[History, random.Random], None]]] = [
    (6, play),
    (4, look_back),
    (3, change),
    (2, branch),
    (2, compare),
    (1, leave_out),
    (1, bookmark),
    (1, save_and_open),
    (1, export_and_open),
]


# --- what must be true afterwards -------------------------------------------------------------------------------------


def straight(arm: Arm, step: int, data: DataSet) -> Trainer:
    """Return an arm's run at a step, which nobody has ever gone back in."""
    run = Trainer(arm.config, data)
    for at, settings in [*arm.changes, (step, {})]:
        if at <= step:
            while run.step < at:
                run.advance(at - run.step)
            if settings:
                run.change(**settings)
    return run


def check(it: History) -> None:
    news = it.timeline.look()
    assert (it.timeline.step, news.newest, it.timeline.past) == (it.at, it.newest, it.at < it.newest)
    assert news.bookmarks == it.bookmarks
    states = it.timeline.state().trainers
    worlds = [(0, 0), (0, 1)] if it.whole else [(number, 0) for number in range(len(it.arms))]
    assert len(news.snapshots) == len(worlds) and len(states) == len(it.arms)
    assert len({snapshot.run for snapshot in news.snapshots}) == 1
    runs = [straight(arm, it.at, DATA[it.name]) for arm in it.arms]
    for (number, world), snapshot, history in zip(worlds, news.snapshots, news.histories, strict=True):
        same_look(snapshot, runs[number].snapshot(world))
        same_history(history, runs[number].histories[world])
    if not it.timeline.past:
        for found, run in zip(states, runs, strict=True):
            same_state(found, run.state())


def same_look(found: Any, wanted: Any) -> None:
    for name in ("step", "epoch", "config", "used", "visited", "can_drop", "phases", "world", "loss_under_mask"):
        assert same_value(getattr(found, name), getattr(wanted, name)), name
    for name in ("weights", "biases", "masks", "activations"):
        for one, other in zip(getattr(found, name), getattr(wanted, name), strict=True):
            assert same_array(one, other), name
    assert same_array(found.examples, wanted.examples)
    assert (found.presence is None) == (wanted.presence is None)
    if found.presence is not None:
        assert (found.presence.rows, found.presence.expected) == (wanted.presence.rows, wanted.presence.expected)
        assert all(same_array(a, b) for a, b in zip(found.presence.off, wanted.presence.off, strict=True))


def same_history(found: Any, wanted: Any) -> None:
    for kind in (*found.KINDS, "visited"):
        for one, other in zip(getattr(found, kind).pair(), getattr(wanted, kind).pair(), strict=True):
            assert same_array(one, other), kind
    for one, other in zip(found.path.read(), wanted.path.read(), strict=True):
        assert same_array(one, other), "path"
    assert found.marks == wanted.marks


def same_state(found: TrainerState, wanted: TrainerState) -> None:
    assert (found.step, found.config, found.used, found.armed) == (
        wanted.step,
        wanted.config,
        wanted.used,
        wanted.armed,
    )
    assert found.marks == wanted.marks
    for kind in ("cores", "records"):
        for one, other in zip(getattr(found, kind), getattr(wanted, kind), strict=True):
            assert one.keys() == other.keys()
            for name in one:
                # the same random state may be written in several ways; what is drawn from it is looked at elsewhere
                assert name.startswith(("masks.", "order.")) or same_array(one[name], other[name]), f"{kind}: {name}"


def same_array(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def same_value(one: Any, other: Any) -> bool:
    return one == other or (isinstance(one, float) and math.isnan(one) and math.isnan(other))


# --- the histories ----------------------------------------------------------------------------------------------------


def fails(seed: int, folder: Path, actions: int = ACTIONS) -> tuple[list[str], BaseException] | None:
    """Carry out the first so many actions of a history; return what was done and what was wrong, if anything was."""
    rng = random.Random(seed)
    it = begin(rng.choice(list(CONFIGS)), folder)
    it.timeline.checkpoints.memory = rng.choice([256 << 20, 256 << 20, 30_000])
    done = [it.name]
    try:
        for _ in range(actions):
            act = rng.choices([act for _, act in DO], [weight for weight, _ in DO])[0]
            act(it, rng)
            done.append(f"{act.__name__} -> {it.at} of {it.newest}")
            if rng.random() < 0.25:
                check(it)
        check(it)
        it.timeline.go(it.newest)
        it.at = it.newest
        check(it)
        _advance(it, 9)
        check(it)
    except Exception as error:
        return done, error
    return None


def shortest(seed: int, folder: Path) -> tuple[list[str], BaseException]:
    """Return the shortest beginning of a history that fails."""
    for actions in range(1, ACTIONS + 1):
        if (found := fails(seed, folder, actions)) is not None:
            return found
    raise AssertionError(f"history {seed} fails now and then")


def test_any_history_is_a_straight_run(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checkpoints, "SPACING", ((math.inf, 5),))
    monkeypatch.setattr(blocks, "_MOST", 4)  # steps that are compiled at once: few are made quickly
    for seed in range(pytestconfig.getoption("histories")):
        if fails(seed, tmp_path) is not None:
            done, error = shortest(seed, tmp_path)
            raise AssertionError(f"history {seed}: {'; '.join(done)}") from error
