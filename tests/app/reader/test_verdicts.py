"""Verdicts in pages: a sign and a word on a ground that tells them apart, and can be read."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QTextDocument
from PySide6.QtWidgets import QApplication

from dropout_viz.app.reader.lettering import Lettering
from dropout_viz.app.reader.verdicts import VERDICTS
from dropout_viz.draw.contrast import LEAST, contrast
from dropout_viz.draw.style import THEMES, style


@pytest.mark.parametrize("theme", THEMES)
def test_a_verdict_has_a_ground_of_its_own(theme: str, qapp: QApplication) -> None:
    document = QTextDocument()
    document.setMarkdown("\n\n".join([*(f"**{verdict}** Because." for verdict in VERDICTS), "**Truly** not one."]))
    Lettering(style(theme), 1.0).letter(document)
    grounds = set()
    for at, verdict in enumerate(VERDICTS):
        block = document.findBlockByNumber(at)
        assert " ".join(block.text().split()) == f"{verdict} Because.", "what is searched for is still there"
        first = block.begin().fragment()
        ground, letters = (
            brush.color() for brush in (first.charFormat().background(), first.charFormat().foreground())
        )
        assert first.text().split() == verdict.split() and contrast(ground, letters) >= LEAST
        assert contrast(ground, QColor(style(theme).panel)) > 2
        grounds.add(ground.name())
        parts = block.begin()
        parts += 1
        assert parts.fragment().text().strip() == "Because."
        assert not parts.fragment().charFormat().background().isOpaque(), "the ground ends with the verdict"
    assert len(grounds) == len(VERDICTS)
    plain = document.findBlockByNumber(len(VERDICTS)).begin().fragment()
    assert plain.text() == "Truly" and not plain.charFormat().background().isOpaque()
