"""What every lab stands on: verdicts, progress in parts, cancelling, and keeping what is finished."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dropout_viz import registry
from dropout_viz.errors import UserError
from dropout_viz.labs.lab import Cancelled, Finding, LabResult, Progress, Tell, load_lab, overall, verdict
from dropout_viz.labs.options import Options
from dropout_viz.labs.store import Store


def finding(word: bool | None) -> Finding:
    return Finding("x", None, 1.0, "", verdict(word))


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        ([True, True], "agrees"),
        ([True, False], "disagrees"),
        ([True, None], "undecided"),
        ([None, False], "disagrees"),
        ([], "undecided"),
    ],
)
def test_the_verdict_on_the_whole(words: list[bool | None], whole: str) -> None:
    assert overall(map(finding, words)) == whole


def test_progress_of_parts_adds_up() -> None:
    seen: list[Progress] = []
    tell = Tell(seen.append)
    inner = tell.part(0.5, 1.0, "training").part(0.0, 0.5, "net 1")
    inner(0.0)
    inner(1.0, "step 10")
    inner(7.0)
    assert [p.share for p in seen] == pytest.approx([0.5, 0.75, 0.75])
    assert seen[1].text == "training: net 1: step 10"


def test_cancelling_is_heard_at_the_next_word_also_in_a_part() -> None:
    stop = [False]
    tell = Tell(cancelled=lambda: stop[0]).part(0, 0.5)
    tell(0.1)
    stop[0] = True
    with pytest.raises(Cancelled):
        tell(0.2)


def test_partial_results_are_handed_over() -> None:
    taken: list[LabResult] = []
    result = LabResult("agrees", (finding(True),))
    Tell(take=taken.append).part(0, 1).so_far(result)
    assert taken == [result]


def test_a_store_keeps_arrays_by_what_they_come_from(tmp_path: Path) -> None:
    store, cause = Store(tmp_path / "kept"), {"p": 0.5, "seed": 1}
    assert store.get(cause) is None
    store.put(cause, {"w": np.arange(6.0).reshape(2, 3)})
    kept = store.get({"seed": 1, "p": 0.5})
    assert kept is not None
    assert np.array_equal(kept["w"], np.arange(6.0).reshape(2, 3))
    assert store.get({"p": 0.5, "seed": 2}) is None
    assert Store(tmp_path / "kept", reading=False).get(cause) is None


def test_a_spoilt_or_unwritable_store_is_no_obstacle(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.put({"a": 1}, {"w": np.ones(3)})
    place = store.path({"a": 1})
    place.write_bytes(place.read_bytes()[:40])
    assert store.get({"a": 1}) is None
    (tmp_path / "file").write_text("")
    Store(tmp_path / "file" / "folder").put({"a": 1}, {"w": np.ones(3)})


def test_an_unknown_lab_is_named() -> None:
    with pytest.raises(UserError, match=r"lab 'publshed': unknown \(did you mean published\?\)"):
        load_lab("publshed")


@pytest.mark.parametrize("key", registry.entries("labs"))
def test_every_lab_keeps_the_contract(key: str) -> None:
    lab = load_lab(key)
    assert lab.QUESTION.endswith("?")
    assert len(" ".join(lab.HELP.values())) > 80
    assert issubclass(lab.Options, Options)
    assert lab.Options() == lab.Options()
    assert all(f.title and f.description for f in lab.Options.model_fields.values())
    assert callable(lab.run)
