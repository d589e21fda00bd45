"""A run whose data are not there yet: downloaded, or taken from a folder, in place and without a wait."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from dropout_viz.app.panels.top_bar import PresetChooser
from dropout_viz.app.reader.showing import show
from dropout_viz.app.reader.targets import target
from dropout_viz.app.session import Session
from dropout_viz.app.setup.data_card import DataCard
from dropout_viz.app.window import Window
from dropout_viz.data import mnist
from dropout_viz.data.load import load
from dropout_viz.data.store import VARIABLE
from dropout_viz.engine.settings import load_preset
from tests.app.conftest import Open
from tests.app.looking import at_step, newest, workbench
from tests.data import small_mnist
from tests.data.mirror import Handler, serving

pytestmark = pytest.mark.usefixtures("nothing_painted")

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def mirrored(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """No files anywhere but on a mirror."""
    return small_mnist.publish(monkeypatch)


def asked_for(window: Window, qtbot: QtBot) -> tuple[Session, DataCard]:
    """Ask for MNIST and return the session and the card that offers to get it."""
    session, card = window.session, workbench(window).data_card
    assert session is not None
    session.open_preset("mnist")
    qtbot.waitUntil(card.isVisible)
    return session, card


def test_missing_data_are_offered_in_place_and_the_run_before_goes_on(
    mirrored: dict[str, bytes], window: Window, qtbot: QtBot
) -> None:
    session, card = asked_for(window, qtbot)
    assert card.title.text() == "MNIST is not on this computer"
    assert card.get.text() == "Download (12 MB)"
    assert session.name == "three-lines"
    chooser = window.findChild(PresetChooser)
    assert chooser is not None
    chooser.fill()
    assert chooser.currentData() == "three-lines"
    qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: newest(window).step == 1)
    qtbot.mouseClick(card.leave, LEFT)
    assert card.isHidden() and not session.lacking


def test_a_link_to_a_run_that_lacks_its_data_lets_no_other_run_go_on(
    mirrored: dict[str, bytes], window: Window, qtbot: QtBot
) -> None:
    parts, session = workbench(window), window.session
    assert session is not None
    show(parts, target("preset/mnist?step=30&view=masks"))
    qtbot.waitUntil(parts.data_card.isVisible)
    assert parts.data_card.title.text() == "MNIST is not on this computer"
    qtbot.keyClick(window, Qt.Key.Key_Right)  # what the trainer was asked to do before this, it has done by then
    qtbot.waitUntil(lambda: newest(window).step == 1)
    assert session.name == "three-lines" and not session.playing


def test_a_run_that_was_over_stays_where_it_is(mirrored: dict[str, bytes], show_run: Open, qtbot: QtBot) -> None:
    window = show_run(config=load_preset("three-lines").changed(steps=5))
    assert window.session is not None
    window.session.set_speed(None)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: at_step(window, 5))
    session, card = asked_for(window, qtbot)
    qtbot.mouseClick(card.leave, LEFT)
    for _ in range(2):  # what the trainer was asked to do before this, it has done by then
        qtbot.keyClick(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: at_step(window, 7))
    session.open_preset("xor")  # one that is there waits: the run before has been led by hand since
    qtbot.waitUntil(lambda: session.name == "xor" and not session.awaited)
    qtbot.waitUntil(session.hearing())
    assert not session.playing


def test_a_download_with_progress_opens_the_run(
    mirrored: dict[str, bytes], window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(handler: Handler, content: bytes) -> None:
        rest = handler.begin(content)
        handler.wfile.write(rest[: len(rest) // 2])
        handler.wfile.flush()
        go_on.wait(5)
        handler.wfile.write(rest[len(rest) // 2 :])

    with serving(mirrored, slow) as mirror:
        monkeypatch.setattr(mnist, "MIRRORS", (mirror.url,))
        session, card = asked_for(window, qtbot)
        qtbot.mouseClick(card.get, LEFT)
        qtbot.waitUntil(lambda: "MB from 127.0.0.1" in card.text.text())
        assert card.bar.isVisible() and 0 < card.bar.value() < card.bar.maximum()
        assert card.title.text() == "Downloading MNIST"
        go_on.set()
        qtbot.waitUntil(lambda: session.name == "mnist")
    assert newest(window).sizes == (784, 800, 800, 10)
    qtbot.waitUntil(card.isHidden)


def test_cancelling_is_immediate_and_can_be_taken_back(
    mirrored: dict[str, bytes], window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = threading.Event()

    def stalls(handler: Handler, content: bytes) -> None:
        rest = handler.begin(content)
        handler.wfile.write(rest if end.is_set() else rest[:-10])
        handler.wfile.flush()
        end.wait(5)

    with serving(mirrored, stalls) as mirror:
        monkeypatch.setattr(mnist, "MIRRORS", (mirror.url,))
        session, card = asked_for(window, qtbot)
        qtbot.mouseClick(card.get, LEFT)
        qtbot.waitUntil(lambda: "MB from" in card.text.text())
        assert card.leave.text() == "Cancel"
        begun = time.monotonic()
        qtbot.mouseClick(card.leave, LEFT)
        qtbot.waitUntil(card.get.isVisible)
        assert time.monotonic() - begun < 1.0
        assert "What has arrived is kept" in card.text.text()
        end.set()
        qtbot.mouseClick(card.get, LEFT)
        qtbot.waitUntil(lambda: session.name == "mnist")
        assert any(range_ for _, range_ in mirror.asked)


def test_no_network_is_told_in_place(
    mirrored: dict[str, bytes], window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving({}) as mirror:
        gone = mirror.url
    monkeypatch.setattr(mnist, "MIRRORS", (gone,))
    _, card = asked_for(window, qtbot)
    qtbot.mouseClick(card.get, LEFT)
    qtbot.waitUntil(lambda: "could not be downloaded (127.0.0.1: no connection)" in card.text.text())
    assert card.get.isVisible() and card.folder.isVisible()


def test_a_folder_that_the_environment_names_in_vain_is_told_and_what_is_asked_for_here_is_taken(
    mirrored: dict[str, bytes], window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "gone"))
    with serving(mirrored) as mirror:
        monkeypatch.setattr(mnist, "MIRRORS", (mirror.url,))
        session, card = asked_for(window, qtbot)
        assert card.title.text() == f"MNIST is not where {VARIABLE} says"
        assert card.text.text().startswith(f"{VARIABLE} = {tmp_path}/gone: no such folder. ")
        qtbot.mouseClick(card.get, LEFT)
        qtbot.waitUntil(lambda: session.name == "mnist")


def test_a_folder_is_taken_or_refused_with_the_reason_and_remembered(
    mirrored: dict[str, bytes], window: Window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_mnist.write(tmp_path / "mine")
    os.truncate(folder / small_mnist.NAMES[0], 500)
    chosen = [str(tmp_path), str(folder), "", str(folder)]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a: chosen.pop(0))
    session, card = asked_for(window, qtbot)
    for said in ("holds none of the files", "bytes that its header claims"):
        qtbot.mouseClick(card.folder, LEFT)
        qtbot.waitUntil(lambda said=said: said in card.text.text())
        assert card.get.isVisible()
    qtbot.mouseClick(card.folder, LEFT)  # the dialog is closed without a choice
    assert card.get.isVisible() and not card.working
    small_mnist.write(folder)
    qtbot.mouseClick(card.folder, LEFT)
    qtbot.waitUntil(lambda: session.name == "mnist")
    assert len(load("mnist").x) == small_mnist.TRAINING


def test_another_run_takes_the_offer_away(mirrored: dict[str, bytes], window: Window, qtbot: QtBot) -> None:
    session, card = asked_for(window, qtbot)
    session.open_preset("xor")
    qtbot.waitUntil(lambda: session.name == "xor")
    assert card.isHidden() and not session.lacking


def test_data_chosen_in_the_setup_are_offered_too(mirrored: dict[str, bytes], window: Window, qtbot: QtBot) -> None:
    session, card = window.session, workbench(window).data_card
    assert session is not None
    assert session.apply({"data": "mnist", "rule": "exact", "batch_size": 10}) == ""
    qtbot.waitUntil(card.isVisible)
    assert session.lacking


def test_closing_in_the_middle_of_a_download(
    mirrored: dict[str, bytes], open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = threading.Event()

    def stalls(handler: Handler, content: bytes) -> None:
        handler.wfile.write(handler.begin(content)[:-10])
        handler.wfile.flush()
        end.wait(5)

    window = open_window()
    with serving(mirrored, stalls) as mirror:
        monkeypatch.setattr(mnist, "MIRRORS", (mirror.url,))
        _, card = asked_for(window, qtbot)
        qtbot.mouseClick(card.get, LEFT)
        qtbot.waitUntil(lambda: "MB from" in card.text.text())
        window.close()
        assert not [t for t in threading.enumerate() if t.name == "data"]
        end.set()
