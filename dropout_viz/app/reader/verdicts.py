"""The verdicts on claims, in pages of texts that are judged: a sign and a word, on a ground of the verdict's colour."""

from __future__ import annotations

from PySide6.QtGui import QBrush, QColor, QFont, QTextBlock, QTextCharFormat, QTextCursor

from dropout_viz.draw.contrast import reads_on
from dropout_viz.draw.style import Style

TRUE, FALSE, PARTLY = "✓ True", "✗ False", "≈ As far as it goes"
VERDICTS = (TRUE, FALSE, PARTLY)
"""With which a paragraph begins that says what holds of a claim."""
_SIDE = "\u00a0"  # on either side of the words: a text's ground ends with its letters


def letter_verdict(cursor: QTextCursor, block: QTextBlock, style: Style) -> None:
    """Give the verdict at a paragraph's beginning its ground, if there is one."""
    verdict = next((one for one in VERDICTS if block.text().startswith(one)), None)
    if verdict is None:
        return
    ground = QColor({TRUE: style.activation_high, FALSE: style.error, PARTLY: style.warning}[verdict])
    cursor.setPosition(block.position())
    cursor.setPosition(block.position() + len(verdict), QTextCursor.MoveMode.KeepAnchor)
    made = QTextCharFormat(cursor.charFormat())
    made.setFontWeight(QFont.Weight.DemiBold)
    made.setBackground(QBrush(ground))
    made.setForeground(QBrush(reads_on(ground)))
    cursor.insertText(f"{_SIDE}{verdict.replace(' ', _SIDE)}{_SIDE}", made)
