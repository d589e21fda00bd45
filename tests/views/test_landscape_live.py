"""The Landscape view on large networks and in exports: what is computed where and when, and which weights are shown."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from dropout_viz.analysis.questions import landscape as scenes
from dropout_viz.draw import style as look
from dropout_viz.engine.frame import Frame
from dropout_viz.nn.parts import Weight
from dropout_viz.views.base import Selection
from dropout_viz.views.landscape import words as landscape_words
from dropout_viz.views.landscape.one import OneWeight
from tests.views.hands import picture
from tests.views.landscape_cases import frame_of, loss, moved
from tests.views.landscape_hands import BIG, OPENS_A_LIST, choose_masks, shown, trail


def test_what_takes_long_is_computed_off_the_windows_thread(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    real = scenes.answer

    def watched(request: scenes.Request) -> scenes.Scene:
        threads.append(threading.current_thread().name)
        return real(request)

    monkeypatch.setattr(scenes, "answer", watched)
    first = frame_of(BIG, examples=300, image=(8, 8))
    view = OneWeight(Selection(), look.style("dark"))
    qtbot.addWidget(view)
    view.resize(460, 400)
    view.show()
    view.show_frame(first)
    assert view.scene is None  # not yet: nothing was computed here
    picture(view)
    last = first
    for step in range(8, 20):
        last = moved(first, step)
        view.show_frame(last)
    qtbot.waitUntil(lambda: view.scene is not None and view.scene.request.snapshot.step == 19)
    assert set(threads) == {"landscape"} and len(threads) < 13  # those in between were passed over
    assert view.scene is not None
    assert landscape_words.surface(view.scene)[0] == "every unit on, on 256 of 300 training examples"
    assert landscape_words.held(view.scene, 1.0)[0] == "all other weights held at step 19"
    rows, of = scenes.examples_of(last.snapshot, last.data, "all", view.scene.request.examples)
    part = Frame(last.arms, replace(last.data, x=last.data.x[rows], y=last.data.y[rows]))
    assert (len(rows), of) == (256, 300) and len(set(rows.tolist())) == 256
    assert view.scene.chosen.loss == pytest.approx(loss(part), rel=1e-9)
    view.close()
    assert not view.busy


def test_multiples_of_a_large_network_are_those_of_one_hidden_unit(qtbot: QtBot) -> None:
    view = shown(qtbot, frame_of(BIG, examples=40, image=(8, 8)))
    view.selection.choose(weight=Weight(0, 5, 17))
    assert view.scene is not None
    request = view.scene.request
    assert set(request.places) == {Weight(0, i, 17) for i in range(64)} | {Weight(1, 17, k) for k in range(10)}
    assert view.arranged.caption == "the 64 weights into and the 10 weights out of hidden unit 18"
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.cells()[Weight(1, 17, 4)].center().toPoint())
    assert view.scene.chosen.place == Weight(1, 17, 4) and view.scene.request.places == request.places
    # pixels stand where they are in the picture
    assert view.cells()[Weight(0, 9, 17)].left() == view.cells()[Weight(0, 1, 17)].left()
    wide = shown(qtbot, frame_of((300, 20, 1), examples=40))
    wide.selection.choose(weight=Weight(0, 299, 3))
    assert wide.scene is not None and Weight(0, 299, 3) in wide.scene.request.places
    assert "of the 300 weights into" in wide.arranged.caption


@OPENS_A_LIST
def test_an_export_is_complete_at_once_and_like_the_view_on_the_screen(qtbot: QtBot) -> None:
    first = frame_of((20, 30, 3), examples=40)
    live = shown(qtbot, first)
    choose_masks(qtbot, live)
    for step in (8, 9):
        live.show_frame(moved(first, step))
    still = OneWeight(live.selection, look.style("light"))
    qtbot.addWidget(still)
    still.prepare_export()
    still.show()  # an export may be laid out as if it were on the screen
    still.show_frame(moved(first, 9))
    still.like(live)
    assert still.scene is not None and live.scene is not None
    assert still.scene.request.snapshot.step == 9 and still.scene.request.kind == "masks"
    for mine, its in zip(trail(still), trail(live), strict=True):
        assert mine == pytest.approx(its, rel=1e-5)
    assert picture(still, 2) != picture(live, 2)
    still.close()
