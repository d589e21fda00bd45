"""How well numbers of somebody's own are met: R² and RMSE, where the loss's chart names its newest values."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.style import Style
from dropout_viz.engine import goodness
from dropout_viz.engine.frame import Frame
from dropout_viz.engine.schedule import scored, test_spacing
from dropout_viz.views.loss import words
from dropout_viz.views.loss.chart import LossChart
from dropout_viz.views.loss.legend import Legend, LegendRow
from dropout_viz.words import of_arm


class FitLine(Legend):
    """A line beneath the loss's chart, of the losses that it names; hidden where the targets are no such numbers."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__("R²", style, parent)
        self._of: DataSet | None = None
        self._spreads: dict[bool, float] = {}  # of targets, those of the test or of the training
        self._step = 0
        self.hide()

    def take(self, frame: Frame, loss: LossChart) -> None:
        """Tell what the newest losses of a frame mean."""
        data = frame.data
        meets = goodness.meets_numbers(data)
        self.setVisible(meets)
        if not meets:
            return
        if data is not self._of:
            self._of, self._spreads = data, {False: goodness.spread(data.y[: scored(len(data.y), False)])}
            if data.y_test is not None:
                self._spreads[True] = goodness.spread(data.y_test[:: test_spacing(len(data.y_test), False)])
        self._step = frame.snapshot.step
        kinds = [kind for kind in loss.legend.kinds if not kind.faint]
        rows = []
        for a, arm in enumerate(frame.arms):
            newest = [loss.newest(loss.lines[a, kind.key]) for kind in kinds]
            values = (
                goodness.told(at[1], self._spreads[kind.tests], data.y.shape[1], data.unit) if at else ""
                for kind, at in zip(kinds, newest, strict=True)
            )
            old = (at[0] if at and at[0] != self._step else None for at in newest)
            rows.append(LegendRow(arm.name, a, tuple(values), tuple(old)))
        self.tell(kinds, rows, loss.hidden)

    def told(self) -> list[str]:
        """Return what is to be read, as one sentence."""
        arms = []
        for row in self.rows:
            named = zip(self.kinds, row.values, row.old, strict=True)
            said = [words.newest(kind.name, text, old) for kind, text, old in named if text]
            arms.append(of_arm(row.name if len(self.rows) > 1 else "", ", ".join(said)))
        return [words.summary("R²", self._step, arms)] if arms and not self.isHidden() else []
