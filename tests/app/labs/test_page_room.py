"""The page of a lab in a low window: its words and its options do not lie over one another."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from dropout_viz.app.labs.form import LabForm
from dropout_viz.app.labs.page import LabPage
from dropout_viz.app.look.theme import Theme
from dropout_viz.labs.lab import load_lab


@pytest.mark.parametrize("height", [370, 420])
def test_nothing_is_squeezed_where_the_options_stand_above(qtbot: QtBot, height: int) -> None:
    lab, page = load_lab("paired"), LabPage(Theme("dark"))
    qtbot.addWidget(page)
    page.show_lab(lab, LabForm(lab.Options))
    page.cost.setText("A first look: about 5 s here; in full: about half an hour; 3 seeds cannot decide")
    page.tell_lack("This run has no new examples, so this lab cannot answer its question of it. " * 2, "Two moons")
    page.resize(562, height)
    page.show()
    qtbot.waitUntil(lambda: not page.wide and page.lack.height() >= page.lack.heightForWidth(page.lack.width()))
    assert page.height() == height, "no room is needed for what is not seen"
    column = page.controls.layout()
    assert column is not None
    parts = [part for part in page.controls.findChildren(QWidget) if part.isVisible() and column.indexOf(part) >= 0]
    parts += [page.back, page.run_button]
    parts.sort(key=lambda part: (part.y(), part.x()))
    for upper, lower in pairwise(part for part in parts if part is not page.run_button):
        assert upper.geometry().bottom() < lower.geometry().top(), (upper, lower)
    for part in parts:
        needed = part.heightForWidth(part.width()) if isinstance(part, QLabel) else part.minimumSizeHint().height()
        assert part.height() >= needed, part
    assert page.result.about.isVisible() and page.result.height() > 0


def test_what_a_lab_can_begin_with_is_offered_when_it_is_known(qtbot: QtBot) -> None:
    lab, page = load_lab("paired"), LabPage(Theme("dark"))
    qtbot.addWidget(page)
    page.show_lab(lab, LabForm(lab.Options))
    page.resize(900, 500)
    page.show()
    assert not page.origin_button.isVisible(), "a button without words"
    page.tell_origin("Begin with the lab's own settings")
    assert page.origin_button.isVisible()
