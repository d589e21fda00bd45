"""What is said at the end of a run: one sentence, true to the last digit, every number with its step."""

from __future__ import annotations

import numpy as np
import pytest

from dropout_viz.analysis.ending import ending
from dropout_viz.engine.history import History, Mark
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer


def history(train: list[float], test: list[float] = [], every: int = 10) -> History:  # noqa: B006
    made = History()
    for series, values in ((made.loss_train, train), (made.loss_test, test)):
        series.extend(np.arange(len(values)) * every, np.array(values))
    return made


@pytest.mark.parametrize(
    ("train", "test", "said"),
    [
        ([1.0, 0.9, 0.7, 0.5, 0.2, 0.1], [], "to 0.1 at step 50, half of that between steps 20 and 40;"),
        ([1.0, 0.1, 0.1], [], "fell from 1 at step 0 to 0.1 at step 20, most of that by step 10;"),
        ([1.0, 1.5], [], "rose from 1 at step 0 to 1.5 at step 10;"),
        ([1.0, 0.5, 0.99], [], "hardly changed, from 1 at step 0 to 0.99 at step 20;"),
        ([1.0, 0.5], [1.0, 0.6, 0.9], "the test loss was lowest, 0.6, at step 10 and is 0.9 at step 20;"),
        ([1.0, 0.5], [1.0, 0.6, 0.61], "; the test loss is 0.61 at step 20;"),
        ([np.nan, 1.0, np.inf, 0.5, np.nan], [], "fell from 1 at step 10 to 0.5 at step 30,"),
    ],
)
def test_what_happened(train: list[float], test: list[float], said: str) -> None:
    text = ending(history(train, test), True)
    assert said in text
    assert text.endswith("; next, C puts the same run without dropout beside it.")


def test_after_a_change_on_the_way_only_what_came_since_is_told() -> None:
    known = history([1.0, 0.5, 0.005, 0.02, 0.05])
    known.marks.append(Mark(7, "learning rate 0.2"))
    known.marks.append(Mark(20, "hidden drop probability 0.5"))
    text = ending(known, True)
    assert text.startswith(
        "Settings were changed on the way, last at step 20 (hidden drop probability 0.5): since then the training loss "
        "rose from 0.005 at step 20 to 0.05 at step 40; next, "
    )
    assert "fell" not in text and "from 1 at" not in text
    del known.marks[1]
    assert ", at step 7 (learning rate 0.2): since then the training loss fell from 0.5 at step 10" in ending(
        known, True
    )


def test_a_change_at_the_end_or_just_before_it_claims_no_course() -> None:
    known = history([1.0, 0.5, 0.1])
    known.marks.append(Mark(20, "learning rate 0.2"))
    assert ending(known, True).startswith("The training loss fell from 1 at step 0 to 0.1 at step 20"), "nothing since"
    known.marks[0] = Mark(15, "learning rate 0.2")
    assert "since then the training loss was measured once, 0.1 at step 20; next" in ending(known, True)


def test_what_to_try_next_can_be_done() -> None:
    known = history([1.0, 0.5])
    assert "raise a drop probability" in ending(known, False)
    assert ending(history([1.0]), True) == "" == ending(history([]), True)


def test_what_was_learned_comes_first_in_words() -> None:
    known = history([1.0, 0.5])
    known.accuracy_train.extend(np.array([0, 10]), np.array([0.5, 1.0]))
    assert ending(known, True, 4).startswith(
        "With every unit on it gets all 4 training examples right at step 10, after 2 at step 0. The training loss fell"
    )
    known.accuracy_train.extend(np.array([20]), np.array([0.75]))
    assert "gets 3 of 4 training examples right at step 20," in ending(known, True, 4)
    assert "gets 3,750 of the first 5,000 training examples right at step 20," in ending(known, True, 6_000)


def test_of_the_post_it_says_what_the_curves_hold() -> None:
    trainer = Trainer(load_preset("three-lines"))
    trainer.advance(3000)
    _, losses = trainer.history.loss_train.pair()
    text = ending(trainer.history, True)
    assert f"from {losses[0]:.4g} at step 0 to {losses[-1]:.4g} at step 3,000" in text
    begun, done = (int(text.split(" steps ")[1].split(" and ")[k].split(";")[0].replace(",", "")) for k in (0, 1))
    fall = losses[0] - losses[-1]
    assert losses[begun] <= losses[0] - fall / 4 < losses[:begun].min()
    assert losses[done] <= losses[0] - 3 * fall / 4 < losses[:done].min()
