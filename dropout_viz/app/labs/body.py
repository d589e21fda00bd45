"""What is in the labs' panel: question, options and buttons at one side, verdict, picture and numbers at the other."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from dropout_viz import registry
from dropout_viz.app.buttons import TextButton
from dropout_viz.app.labs.form import LabForm
from dropout_viz.app.labs.result import ResultView
from dropout_viz.app.labs.runner import LabRunner
from dropout_viz.app.look.scaling import grow, px
from dropout_viz.app.look.theme import Theme
from dropout_viz.draw.wheel import Combo
from dropout_viz.errors import UserError
from dropout_viz.labs.lab import Lab, LabResult, Progress, load_lab, to_ask
from dropout_viz.labs.options import Options
from dropout_viz.views.worker import Worker

_WIDE = 860  # pixels from which options stand beside the result, not above it
_SIDE = 300
_MOST_KEPT = 12
_ANY = 16_777_215  # what Qt takes for no limit


@dataclass(frozen=True)
class Kept:
    """A result of this session. ``when``: the time of day at which it was there. ``state``: how its lab ended."""

    key: str
    when: str
    result: LabResult
    state: str


class LabsBody(QWidget):
    """One lab at a time is shown, and one runs. Results stay until the window closes, the last dozen of them.

    Attributes:
        key: of the lab that is shown. runner: of the one that runs. form: the options shown.

    Signals:
        said: (text, level): a message. run_wanted: (config, name): a run that a lab found is to be opened.
    """

    said = Signal(str, str)
    run_wanted = Signal(object, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.key, self._ran = theme, "", ""
        self.runner = LabRunner(self)
        self._results: dict[str, LabResult] = {}
        self._states: dict[str, str] = {}
        self._kept: list[Kept] = []  # what was found, the newest first; a lab that runs again clears nothing
        self._forms: dict[str, LabForm] = {}
        self._confirmed: Options | None = None
        self._estimate = Worker(self, "estimate", 0.0)
        self._estimate.done.connect(self._take_question)
        self._estimate.failed.connect(self._fail)
        self.chooser = Combo()
        self.chooser.setAccessibleName("Lab")
        for entry in registry.entries("labs").values():
            self.chooser.addItem(entry.title, entry.key)
        self.question, self.source, self.state, self.doubt = QLabel(), QLabel(), QLabel(), QLabel()
        for label, tone in ((self.source, "small"), (self.state, "small"), (self.doubt, "advice")):
            label.setProperty("tone", tone)
        for label in (self.question, self.source, self.state, self.doubt):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.doubt.hide()
        self.run_button, self.cancel_button = TextButton("Run", primary=True), TextButton("Cancel")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.result = ResultView(theme)
        self.earlier = Combo()
        self.earlier.setAccessibleName("Results of this session")
        self.earlier.setToolTip("What the labs have found since the window was opened, the newest first")
        self.earlier.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.earlier.setMinimumContentsLength(12)
        self.earlier.activated.connect(self._show_earlier)
        self._lay_out()
        self.chooser.activated.connect(lambda at: self.choose(self.chooser.itemData(at)))
        self.run_button.clicked.connect(self.run)
        self.cancel_button.clicked.connect(self._cancel)
        self.result.open_button.clicked.connect(self._open_run)
        self.result.export_button.clicked.connect(self.export_picture)
        self.runner.progressed.connect(self._show_progress)
        self.runner.found.connect(self._take_result)
        self.runner.ended.connect(self._take_end)
        self.choose(self.chooser.itemData(0))

    # --- building ----------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._place = QVBoxLayout()
        scroll = QScrollArea()
        scroll.setObjectName("Scroll")
        inside = QWidget()
        inside.setLayout(self._place)
        self._place.setContentsMargins(0, 0, 6, 0)
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._place.addWidget(self.question)
        self._place.addWidget(self.source)
        self._place.addSpacing(6)
        self._place.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.run_button, 1)
        buttons.addWidget(self.cancel_button)
        self._head = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._head.addWidget(self.chooser, 1)
        self._head.addLayout(buttons)
        self.controls = QWidget()
        column = QVBoxLayout(self.controls)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(8)
        column.addLayout(self._head)
        column.addWidget(self.doubt)
        column.addWidget(self.bar)
        column.addWidget(self.state)
        column.addWidget(self.earlier)
        column.addWidget(scroll, 1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.controls)
        self._row.addWidget(self.result, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() >= px(self, _WIDE)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(across if wide else down)
        self._head.setDirection(down if wide else across)
        self.controls.setMinimumWidth(px(self, _SIDE) if wide else 0)
        self.controls.setMaximumWidth(px(self, _SIDE) if wide else _ANY)
        self._limit_height()

    def _limit_height(self) -> None:
        """Above the result the options take no more room than they need; where they need much, they scroll."""
        if self.width() >= px(self, _WIDE):
            self.controls.setMaximumHeight(_ANY)
            return
        inside = self._place.totalHeightForWidth(self.width() - px(self, 40))
        others = (self.chooser, self.doubt, self.bar, self.state, self.earlier)
        around = px(self, 24) + sum(widget.sizeHint().height() + px(self, 8) for widget in others if widget.isVisible())
        self.controls.setMaximumHeight(min(inside + around, max(200, round(0.42 * self.height()))))

    # --- which lab ---------------------------------------------------------------------------------------------------

    @property
    def form(self) -> LabForm:
        """The options of the lab that is shown."""
        return self._forms[self.key]

    def choose(self, key: str | None) -> None:
        """Show another lab, and what it has found."""
        if not key or key == self.key:
            return
        if self.key:
            self.form.hide()
            self.form.setParent(None)  # a theme or a zoom would reach every option of every lab in one turn
        self.key = key
        lab = load_lab(key)
        if key not in self._forms:
            form = self._forms[key] = LabForm(lab.Options)
            form.edited.connect(self._withdraw_doubt)
            self.destroyed.connect(form.deleteLater)
        self._place.insertWidget(self._place.count() - 1, self.form)
        grow(self.form)
        self.form.show()
        self.chooser.setCurrentIndex(self.chooser.findData(key))
        self.question.setText(lab.QUESTION)
        self.question.setToolTip(lab.HELP)
        self.result.tell_about(lab.HELP)
        self.source.setText(lab.SOURCE)
        self._withdraw_doubt()
        self._repaint()

    def _repaint(self) -> None:
        mine = self.runner.running and self._ran == self.key
        self.run_button.setEnabled(not (self.runner.running or self.asking))
        self.cancel_button.setEnabled(mine)
        self.bar.setVisible(mine)
        self.earlier.setVisible(bool(self._kept))
        other = f"{load_lab(self._ran).TITLE} is running." if self.runner.running and not mine else ""
        self.state.setText(other or self._states.get(self.key, ""))
        self.result.show_result(self.key, self._results.get(self.key), growing=mine)
        self._limit_height()

    # --- running -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Run the lab that is shown. A very long run is asked about first: the button then says so."""
        options = self.form.options()
        if options is None or self.runner.running or self.asking:
            return
        if options == self._confirmed:
            self._start(options)
            return
        lab = load_lab(self.key)
        self._estimate.ask(lambda: (lab.KEY, options, _question(lab, options)), now=True)  # it tries some steps
        self._repaint()

    @property
    def asking(self) -> bool:
        """Whether it is being found out how long a run will take."""
        return self._estimate.busy

    def _take_question(self, told: tuple[str, Options, str | UserError]) -> None:
        """Begin the run, unless there is something to ask, or the user has turned to something else meanwhile."""
        key, options, question = told
        self._repaint()
        if key != self.key or options != self.form.options():
            return
        if isinstance(question, UserError):
            self.form.show_error(str(question))
        elif question:
            self._confirmed = options
            self.doubt.setText(f"{question}.")
            self.doubt.show()
            self.run_button.setText("Run all the same")
        else:
            self._start(options)

    def finish(self) -> None:
        """End whatever runs; the window is about to close."""
        self._estimate.close()
        self.runner.finish()

    def _start(self, options: Options) -> None:
        self._withdraw_doubt()
        self._keep(self.key)
        self._results.pop(self.key, None)
        self._ran = self.key
        self._say("Starting…")
        self.bar.setValue(0)
        self.runner.start(self.key, options.model_dump(mode="json"))
        self._repaint()

    def _withdraw_doubt(self) -> None:
        self._confirmed = None
        self.doubt.hide()
        self.run_button.setText("Run")

    def _cancel(self) -> None:
        self._say("Stopping…")
        self.runner.cancel()

    def _say(self, text: str) -> None:
        self._states[self._ran] = text
        if self._ran == self.key:
            self.state.setText(text)

    def _show_progress(self, progress: Progress, left: float | None) -> None:
        self.bar.setValue(round(1000 * progress.share))
        parts = (progress.text, f"{duration(left)} left" if left is not None else "")
        self._say("\n".join(part for part in parts if part))

    def _take_result(self, result: LabResult) -> None:
        self._results[self._ran] = result
        if self._ran == self.key:
            self.result.show_result(self.key, result, growing=True)

    def _keep(self, key: str) -> None:
        """Put what a lab has found on the list, where it is not there yet."""
        found = self._results.get(key)
        if found is None or any(kept.result is found for kept in self._kept):
            return
        self._kept.insert(0, Kept(key, time.strftime("%H:%M"), found, self._states.get(key, "")))
        del self._kept[_MOST_KEPT:]
        self.earlier.clear()
        self.earlier.addItems([f"{load_lab(k.key).TITLE}, {k.when}, {k.result.verdict}" for k in self._kept])

    def _show_earlier(self, at: int) -> None:
        """Show what was found before, in place of what the lab has found since; that is kept too."""
        kept = self._kept[at]
        if self.runner.running and self._ran == kept.key:
            self.said.emit("This lab is running: what it finds stands here until it has ended", "info")
            return
        self.choose(kept.key)
        self._results[kept.key], self._states[kept.key] = kept.result, kept.state
        self._repaint()

    def _fail(self, why: str) -> None:
        self.form.show_error(why)
        self._repaint()

    def _take_end(self, how: str, why: str) -> None:
        took = duration(self.runner.seconds)
        known = self._ran in self._results
        kept = "what is finished is shown" if known else "nothing was finished"
        self._say({"done": f"Took {took}.", "cancelled": f"Cancelled after {took}: {kept}."}.get(how, f"Failed: {why}"))
        self._keep(self._ran)
        self._repaint()

    # --- what comes of it --------------------------------------------------------------------------------------------

    def _open_run(self) -> None:
        result = self._results.get(self.key)
        if result is not None and result.config is not None:
            name = result.config.title or load_lab(self.key).TITLE
            self.run_wanted.emit(result.config, name)

    def export_picture(self) -> None:
        """Ask for a file and save the picture that is shown."""
        figure = self.result.picture.figure
        if figure is None:
            self.said.emit("There is no picture yet: run the lab first", "info")
            return
        path, _ = QFileDialog.getSaveFileName(
            self, "Export the picture", f"{self.key}-{figure.name}.png", "PNG (*.png)"
        )
        if path:
            self.save_picture(path)

    def save_picture(self, path: str) -> None:
        """Save the picture that is shown as PNG, and say so."""
        from pathlib import Path

        from dropout_viz.app.labs.pictures import png
        from dropout_viz.files import write_bytes

        figure = self.result.picture.figure
        assert figure is not None
        place = Path(path) if path.lower().endswith(".png") else Path(f"{path}.png")
        try:
            write_bytes(place, png(figure, {"lab": self.key}, self._theme.style.name))
            self.said.emit(f"Saved {place}", "info")
        except UserError as error:
            self.said.emit(str(error), "error")


def _question(lab: Lab, options: Options) -> str | UserError:
    try:
        return to_ask(lab, options)
    except UserError as error:
        return error


def duration(seconds: float) -> str:
    """Return a time as a person would say it."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
