"""The list of keys: whatever there is of them, it fits into the smallest window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from dropout_viz.app.commands.keys_overlay import KeysOverlay
from dropout_viz.app.commands.keys_table import packed
from dropout_viz.app.commands.shortcuts import COMMANDS
from dropout_viz.app.window import SMALLEST, Window
from tests.app.looking import workbench


def test_it_fits_the_smallest_window_and_no_word_is_cut(window: Window, qtbot: QtBot) -> None:
    window.resize(*SMALLEST)
    qtbot.keyClick(window, Qt.Key.Key_Question)
    keys = workbench(window).keys
    assert isinstance(keys, KeysOverlay) and keys.isVisible()
    card = keys.findChild(QFrame, "Card")
    assert card is not None
    qtbot.waitUntil(lambda: card.width() > 100)
    assert window.rect().contains(card.geometry())
    scroll = card.findChild(QScrollArea)
    assert scroll is not None
    assert scroll.widget().width() <= scroll.viewport().width()
    labels = [label for label in card.findChildren(QLabel) if label.isVisible()]
    assert all(label.width() >= label.sizeHint().width() for label in labels)
    shown = [row for column in keys.keys.columns for rows in column.groups.values() for row in rows]
    assert {text for _, text in shown} >= {command.text for command in COMMANDS.values()}
    assert sum(column.width for column in keys.keys.columns) < keys.keys.width()
    assert max(column.height for column in keys.keys.columns) == keys.keys.height()
    for key, text in shown:
        assert f"{key}: {text}" in keys.keys.accessibleDescription()
    bar = scroll.verticalScrollBar()
    assert bar.maximum() > 0  # the list is higher than the window: keys go through it, and do not close it
    while bar.value() < bar.maximum():
        before = bar.value()
        qtbot.keyClick(keys, Qt.Key.Key_PageDown)
        assert keys.isVisible() and bar.value() > before
    qtbot.keyClick(keys, Qt.Key.Key_Question)
    assert not keys.isVisible()


def test_in_a_large_window_nothing_needs_to_scroll(window: Window, qtbot: QtBot) -> None:
    window.resize(1280, 800)
    qtbot.keyClick(window, Qt.Key.Key_Question)
    keys = workbench(window).keys
    scroll = keys.findChild(QScrollArea)
    assert scroll is not None
    qtbot.waitUntil(lambda: scroll.viewport().rect().contains(scroll.widget().geometry()))
    qtbot.keyClick(keys, Qt.Key.Key_Down)
    assert not keys.isVisible()


def test_groups_share_a_column_that_is_not_too_high() -> None:
    sizes = {"a": 18, "b": 4, "c": 6, "d": 7, "e": 16}
    table = {name: [("k", "text")] * size for name, size in sizes.items()}
    assert [list(column) for column in packed(table, 22)] == [["a"], ["b", "c", "d"], ["e"]]
    assert [name for column in packed(table, 22) for name in column] == list(sizes)
