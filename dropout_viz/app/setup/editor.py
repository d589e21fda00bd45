"""What every editor of a setting is."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from dropout_viz.engine.config import RunConfig


class Editor(QWidget):
    """Shows one setting and lets the user change it.

    Signals:
        edited: the user has finished a change; ``value()`` has it. left: the user was typing, and gave it up.

    Attributes:
        inner: what takes the keys in it. It is no focus proxy: Tab would come to that by way of the editor as well,
            which cannot be put in order with it.
    """

    edited = Signal()
    left = Signal()

    def __init__(self, key: str, field: FieldInfo | None = None) -> None:
        """``field``: its declaration, where it is no setting of ``RunConfig``."""
        super().__init__()
        self.key = key
        self.inner: QWidget | None = None
        self.field: FieldInfo = field or RunConfig.model_fields[key]
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.setToolTip(self.field.description or "")

    def adopt(self, widget: QWidget) -> None:
        widget.setAccessibleName(self.field.title or self.key)
        widget.setAccessibleDescription(self.field.description or "")
        self.row.addWidget(widget)
        self.inner = widget

    @property
    def target(self) -> QWidget:
        """What takes the keys in it, or itself where nothing does: what a label names."""
        return self.inner or self

    def take_keys(self) -> None:
        """Let what is typed next be for this setting."""
        self.target.setFocus()

    def stops(self) -> list[QWidget]:
        """Return what Tab stops at in it."""
        return [] if self.inner is None else [self.inner]

    def show_config(self, config: BaseModel) -> None:
        """Show the config's value of this setting."""
        raise NotImplementedError

    def value(self) -> Any:
        """Return what the user has entered, for the config to judge."""
        raise NotImplementedError

    def wrong(self) -> str:
        """Return what has been entered and what must be instead, where it cannot be read; else ``""``."""
        return ""

    @property
    def being_typed(self) -> bool:
        """Whether somebody is typing in it: that is not to be written over."""
        return False

    def mark_wrong(self, wrong: bool) -> None:
        """Show whether the config refuses the value."""
        inner = self.target
        if inner.property("wrong") != wrong:
            inner.setProperty("wrong", wrong)
            inner.style().unpolish(inner)
            inner.style().polish(inner)
