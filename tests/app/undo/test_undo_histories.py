"""Any sequence of what can be undone, undone and done again: the same settings, arms, bookmarks, choices, units taken
away and panels, and a run that is a straight run, bit for bit."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.app.setup.form import SetupForm
from dropout_viz.app.undo import stack as undo_module
from dropout_viz.app.undo.window import Panels
from dropout_viz.app.window import Window
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.replay import replay
from dropout_viz.nn.parts import Unit
from tests.app.looking import workbench
from tests.app.timeline_hands import session_of

pytestmark = pytest.mark.usefixtures("nothing_painted")

PRESETS = ("three-lines", "twins", "five-valleys")
VIEWS = ("loss", "landscape", "masks")


class Player:
    """Does what a person could do, chosen by dice."""

    def __init__(self, window: Window, qtbot: QtBot, seed: int) -> None:
        self.window, self.qtbot, self.dice = window, qtbot, random.Random(seed)
        self.parts, self.session = workbench(window), session_of(window)
        self.undo = self.parts.undo
        form = self.parts.setup.findChild(SetupForm)
        assert form is not None
        self.form = form
        self.seen: dict[int, Any] = {}
        self.told: list[str] = []

    # --- what there is -----------------------------------------------------------------------------------------------

    def rest(self) -> None:
        """Wait until everything that was asked for is there."""
        session, undo = self.session, self.undo
        asked: list[object] = []
        session.runner.between(lambda run: asked.append(session.runner.news))

        def rests() -> bool:
            heard = bool(asked) and session.runner.news is not asked[0] and session.news is session.runner.news
            busy = undo._aimed or undo._waiting or undo._soon.isActive() or session.under_way or session.busy
            known = all(kind.now() == undo._known[kind] for kind in undo.kinds)
            return heard and not busy and known and not self.parts.layout.fitting

        self.qtbot.waitUntil(rests)

    def state(self) -> dict[str, Any]:
        """What undo is to bring back."""
        news, selection = self.session.runner.news, self.session.selection
        panels = next(kind for kind in self.undo.kinds if isinstance(kind, Panels))
        views = {panel.key: panel.view for panel in self.parts.views if panel.view is not None}
        return {
            "name": self.session.name,
            "first": news.first,
            "changes": news.changes,
            "names": news.names,
            "comparing": self.session.comparing,
            "bookmarks": dict(news.bookmarks),
            "pending": dict(self.form.pending),
            "off": selection.off,
            "choices": {(key, one.key): one.value for key, view in views.items() for one in view.declared},
            "panels": panels.now(),
        }

    def check(self) -> None:
        """Compare with what was here before; a view that has been opened since was not known then."""
        now, then = self.state(), self.seen[self.undo.stack.index()]
        for key, value in then.items():
            found = now[key]
            if key == "choices":
                found = {place: found[place] for place in value}
            assert found == value, (key, self.undo.stack.index(), self.told)

    def is_straight(self) -> None:
        """Compare the weights of all arms with those of a run that was never touched."""
        session = self.session
        session.timeline.to_newest()
        self.rest()
        news = session.runner.news
        assert news.first is not None and news.newest == news.snapshots[0].step
        run = Arms.of(news.first)
        replay(run, news.changes, news.newest)
        for mine, trainer in zip(news.snapshots, run.trainers, strict=True):
            for one, other in zip(mine.weights, trainer.snapshot().weights, strict=True):
                assert np.array_equal(one, other), self.told

    # --- what is done ------------------------------------------------------------------------------------------------

    def act(self) -> None:
        acts: list[Callable[[], object]] = [
            self.train, self.train, self.change, self.change, self.change_in_the_past, self.branch, self.leave_out,
            self.compare, self.mark, self.unmark, self.enter, self.enter, self.apply, self.new_seed, self.open,
            self.choose, self.choose, self.take_away, self.toggle, self.toggle, self.maximise, self.reset,
            self.float, self.move,
        ]  # fmt: skip
        act = self.dice.choice(acts)
        self.seen[self.undo.stack.index()] = self.state()  # as late as possible
        act()
        self.rest()
        self.told.append(f"{act.__name__}: {self.undo.stack.text(self.undo.stack.index() - 1)}")
        self.seen[self.undo.stack.index()] = self.state()

    def train(self) -> None:
        self.session.run_to(self.session.timeline.newest + self.dice.randrange(1, 60))

    def change(self) -> None:
        if self.session.status.past:
            self.session.timeline.to_newest()
            self.rest()
        self.session.apply(self.dice.choice([{"p_hidden": (0.3,)}, {"p_hidden": (0.6,)}, {"learning_rate": 0.2}]))

    def change_in_the_past(self) -> None:
        if (newest := self.session.timeline.newest) > 2:
            self.session.timeline.look_at(self.dice.randrange(1, newest))
            self.rest()
            self.session.apply({"learning_rate": self.dice.choice((0.11, 0.13))}, sure=True)

    def branch(self) -> None:
        self.session.timeline.branch({"learning_rate": self.dice.choice((0.05, 0.07))})

    def leave_out(self) -> None:
        if len(self.session.frame().arms) > 1 and not self.session.comparing:
            self.session.leave_out()

    def compare(self) -> None:
        self.session.compare(not self.session.comparing)

    def mark(self) -> None:
        timeline = self.session.timeline
        step = self.dice.randrange(timeline.newest + 1)
        timeline.name_bookmark(step, self.dice.choice(("one", "two")))

    def unmark(self) -> None:
        for step in list(self.session.timeline.bookmarks)[:1]:
            self.session.timeline.forget_bookmark(step)

    def enter(self) -> None:
        key, value = self.dice.choice([("seed", 3), ("seed", 4), ("data_seed", 9), ("l2", 0.01)])
        self.form.editor(key).show_config(self.session.config.model_copy(update={key: value}))
        self.form._edited(key)

    def apply(self) -> None:
        if self.form.pending:
            self.form.apply()

    def new_seed(self) -> None:
        self.session.new_seed()

    def open(self) -> None:
        self.session.open_preset(self.dice.choice(PRESETS))

    def choose(self) -> None:
        views = [panel.view for panel in self.parts.views if panel.view is not None and panel.on_screen()]
        choices = [one for view in views for one in view.declared if one.possible and not one.idle]
        if choices:
            choice = self.dice.choice(choices)
            if not hasattr(choice, "most"):
                choice.go_on()

    def take_away(self) -> None:
        sizes = self.session.frame().snapshot.sizes
        selection = self.session.selection
        selection.take_away(selection.off ^ {Unit(1, self.dice.randrange(sizes[1]))})

    def toggle(self) -> None:
        self.parts.layout.toggle(self.parts.panel(self.dice.choice(VIEWS)))

    def maximise(self) -> None:
        self.parts._maximise()

    def float(self) -> None:
        panel = self.parts.panel(self.dice.choice(VIEWS))
        if panel.isVisible() and self.parts.layout.maximised is None:
            panel.setFloating(not panel.isFloating())

    def move(self) -> None:
        panels = [self.parts.panel(key) for key in ("network", *VIEWS)]
        shown = [panel for panel in panels if panel.isVisible() and not panel.isFloating()]
        if len(shown) > 1 and self.parts.layout.maximised is None:
            one, other = self.dice.sample(shown, 2)
            if self.dice.random() < 0.5:
                self.window.tabifyDockWidget(one, other)
            else:
                self.window.splitDockWidget(one, other, Qt.Orientation.Vertical)

    def reset(self) -> None:
        self.parts.stages.reset()


@pytest.mark.parametrize(
    ("seed", "actions"),
    [
        (1, 7),
        pytest.param(1, 10, marks=pytest.mark.slow),
        *(pytest.param(seed, 24, marks=pytest.mark.slow) for seed in range(2, 30)),
    ],
)
def test_there_and_back_again(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, seed: int, actions: int
) -> None:
    monkeypatch.setattr(undo_module, "_TOGETHER", 0.0)
    player = Player(window, qtbot, seed)
    player.session.set_speed(None)
    player.rest()
    for _ in range(actions):
        player.act()
    stack = player.undo.stack
    last = stack.count()
    assert stack.index() == last > 3
    for _ in range(last):
        player.undo.undo()
        player.rest()
        player.check()
    assert stack.index() == 0
    player.is_straight()
    for _ in range(last):
        player.undo.redo()
        player.rest()
        player.check()
    player.is_straight()
    for _ in range(actions // 6):  # far jumps, as a click on the list does
        stack.setIndex(player.dice.randrange(last + 1))
        player.rest()
        player.check()
        player.is_straight()
