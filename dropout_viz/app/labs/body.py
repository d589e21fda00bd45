"""What is in the labs' panel: the gallery of all labs, and the page of one of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QScrollArea, QStackedLayout, QWidget

from dropout_viz import registry
from dropout_viz.app.labs import results
from dropout_viz.app.labs.beginnings import Beginnings, OnShow, is_less, whole_of
from dropout_viz.app.labs.form import LabForm
from dropout_viz.app.labs.gallery import Card, Gallery
from dropout_viz.app.labs.page import LabPage
from dropout_viz.app.labs.results import Results
from dropout_viz.app.labs.runner import LabRunner
from dropout_viz.app.labs.thumbs import Thumbs
from dropout_viz.app.look.scaling import grow, px, rescale, zoom_of
from dropout_viz.app.look.theme import Theme
from dropout_viz.engine.settings import load_preset, preset_keys
from dropout_viz.errors import UserError
from dropout_viz.labs.beginning import Beginning
from dropout_viz.labs.cost import roughly
from dropout_viz.labs.intervals import FEWEST
from dropout_viz.labs.keeping import Kept, called, differences, settings
from dropout_viz.labs.lab import Lab, LabResult, Progress, expected, load_lab, to_ask
from dropout_viz.labs.options import Options, make, source_key
from dropout_viz.views.worker import Worker
from dropout_viz.words import many

_LEAST = (520, 240)  # pixels
_START = 2.0  # seconds that the start of a lab's process may take of what was measured
_SLOWER = 4.0  # times as long, at most, that the whole is taken to be for what a first look took
_TYPED_MS = 400  # after a change of the options until it is found out how long they take


class LabsBody(QWidget):
    """The gallery, or one lab; one runs at a time. What a lab finds is kept from one day to the next.

    Attributes:
        key: of the lab that is shown; "": all of them. runner: of the one that runs. form: the options shown.

    Signals:
        said: (text, level): a message. run_wanted: (config, name): a run that a lab found is to be opened.
        turned: the key of the lab that is shown now, or "".
    """

    said = Signal(str, str)
    run_wanted = Signal(object, str)
    turned = Signal(str)

    def __init__(self, theme: Theme, on_show: OnShow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.key, self._ran = theme, "", ""
        self.runner = LabRunner(self)
        self._growing: LabResult | None = None  # what the lab that runs has found so far
        self._given: dict[str, object] = {}  # its options
        self._followed: dict[str, Beginning] = {}  # of each lab, what its form was last begun with
        self._shown: dict[str, Kept] = {}  # of each lab, the result on show
        self._beside: dict[str, Kept] = {}  # and the one beside it
        self._states: dict[str, str] = {}
        self._forms: dict[str, LabForm] = {}
        self._typed: set[str] = set()  # labs whose options were changed by hand
        self._confirmed: Options | None = None
        self.kept = Results(self)
        self.kept.read.connect(self._repaint)
        self.kept.said.connect(self.said)
        self.beginnings = Beginnings(on_show, self)
        self.beginnings.known.connect(self._take_beginning)
        self._estimate = Worker(self, "estimate", 0.0)
        self._estimate.done.connect(self._take_question)
        self._estimate.failed.connect(self._fail)
        self._price = Worker(self, "price", 1.0)
        self._price.done.connect(self._take_price)
        self._pricing = QTimer(self, singleShot=True, interval=_TYPED_MS)
        self._pricing.timeout.connect(self._ask_price)
        self._priced: dict[tuple[str, str], float] = {}
        self._thumbs = Thumbs(theme, self)
        self._thumbs.drawn.connect(self._paint_cards)
        theme.changed.connect(self._paint_cards)
        entries = registry.entries("labs").values()
        self.gallery = Gallery(theme, [Card(e.key, e.title, e.facts["QUESTION"]) for e in entries])
        self.gallery.chosen.connect(self.choose)
        self._lay_out()
        self._connect()
        self._repaint()

    def _lay_out(self) -> None:
        area = QScrollArea()
        area.setObjectName("Scroll")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.gallery)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(area)

    @cached_property
    def page(self) -> LabPage:
        """The page of a lab, made when one is first chosen."""
        page = LabPage(self._theme)
        self._pages.addWidget(page)
        rescale(page, zoom_of(self))
        page.back.clicked.connect(self.show_gallery)
        page.run_button.clicked.connect(self.run)
        page.whole_button.clicked.connect(self.run_whole)
        page.cancel_button.clicked.connect(self._cancel)
        page.origin_button.clicked.connect(self._turn_origin)
        page.instead_button.clicked.connect(self._take_instead)
        page.earlier.activated.connect(self._show_earlier)
        page.beside.activated.connect(self._show_beside)
        page.result.open_button.clicked.connect(self._open_run)
        page.result.export_button.clicked.connect(self.export_picture)
        return page

    def _connect(self) -> None:
        self.runner.progressed.connect(self._show_progress)
        self.runner.found.connect(self._take_result)
        self.runner.ended.connect(self._take_end)

    def minimumSizeHint(self) -> QSize:
        """Return what can be asked of a small window: a main window that has once been asked for more than there is
        goes on as if it were that large."""
        return QSize(px(self, _LEAST[0]), px(self, _LEAST[1]))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._leads_back(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._leads_back(event):
            self.show_gallery()
        else:
            super().keyPressEvent(event)

    def _leads_back(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        return bool(self.key) and event.key() == Qt.Key.Key_Escape and plain

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()

    # --- which lab ---------------------------------------------------------------------------------------------------

    @property
    def form(self) -> LabForm:
        """The options of the lab that is shown."""
        return self._forms[self.key]

    @property
    def result_shown(self) -> LabResult | None:
        """What the lab that is shown has found, as far as it is on show."""
        if self._growing is not None and self._ran == self.key:
            return self._growing
        kept = self._shown.get(self.key)
        return None if kept is None else kept.result

    def show_gallery(self) -> None:
        """Show all labs."""
        self._put_form_away()
        before, self.key = self.key, ""
        self._pages.setCurrentIndex(0)
        keys = [card.key for card in self.gallery.cards]
        if before in keys:
            self.gallery.go(keys.index(before))
        self.gallery.setFocus()
        self._look()
        self._repaint()
        self.turned.emit("")

    def choose(self, key: str | None) -> None:
        """Show a lab, and what it has found."""
        if not key or key == self.key:
            return
        self._put_form_away()
        self.key = key
        lab = load_lab(key)
        if key not in self._forms:
            form = self._forms[key] = LabForm(lab.Options)
            form.edited.connect(self._take_edit)
            self.destroyed.connect(form.deleteLater)
        self.page.show_lab(lab, self.form)
        grow(self.form)
        self.form.show()
        focus = self.focusWidget()
        if focus is not None and focus.hasFocus():
            self.page.setFocus()  # not on whatever comes next
        self._pages.setCurrentWidget(self.page)
        self._withdraw_doubt()
        self._take_beginning(key)
        self._look()
        self._repaint()
        self.turned.emit(key)

    def _put_form_away(self) -> None:
        if self.key:
            self.form.hide()
            self.form.setParent(None)  # a theme or a zoom would reach every option of every lab in one turn

    def _repaint(self) -> None:
        self._paint_cards()
        if not self.key:
            return
        page, key = self.page, self.key
        mine = self.runner.running and self._ran == key
        page.run_button.setEnabled(not (self.runner.running or self.asking))
        page.whole_button.setEnabled(page.run_button.isEnabled())
        page.cancel_button.setVisible(mine)
        page.bar.setVisible(mine)
        kept = self.kept.of(key)
        if key not in self._shown and kept:
            self._shown[key] = kept[0]
        other = f"{load_lab(self._ran).TITLE} is running." if self.runner.running and not mine else ""
        page.tell_state(other or self._states.get(key, ""))
        page.list_results(kept, self._shown.get(key), self._beside.get(key), growing=mine)
        self._show_results(mine)
        self._paint_costs()
        page.fit()

    def _show_results(self, mine: bool) -> None:
        key, page, shown = self.key, self.page, self._shown.get(self.key)
        growing = mine and self._growing is not None
        if mine:
            how = "" if not growing else f"Now, {_settings(key, self._given)}"
            page.result.show_result(key, self._growing, growing=True, how=how, few=too_few(self._given))
        else:
            how = "" if shown is None else self._how(shown)
            few = "" if shown is None else too_few(shown.options)
            page.result.show_result(key, None if shown is None else shown.result, how=how, few=few)
        beside = self._beside.get(key)
        options = self._given if mine else {} if shown is None else shown.options
        if beside is None:
            page.show_beside(None, "")
        else:
            others = differences(load_lab(key).Options, options, beside.options)
            differs = f"Differs (there / here): {others}." if others else "The same settings."
            page.show_beside(beside, f"{self._how(beside)}. {differs}", too_few(beside.options))

    def _how(self, kept: Kept) -> str:
        """Return when and how a result was found."""
        begun = self.beginnings.of(kept.key)
        small = "A first look, not the whole. " if begun is not None and is_less(begun, kept.options) else ""
        end = "" if kept.whole else "; cancelled, what was finished"
        return f"{small}{results.when(kept)}, took {duration(kept.seconds)}{end}: {results.settings(kept)}"

    # --- the gallery -------------------------------------------------------------------------------------------------

    def _paint_cards(self) -> None:
        if self.key:
            return  # it is done when they are seen
        for card in self.gallery.cards:
            begun = self.beginnings.of(card.key)
            if begun is not None:
                card.takes = f"First look {self._takes(card.key)} here, in full {self._takes(card.key, whole=True)}"
            card.lack = begun.lack if begun is not None else self.beginnings.why_not(card.key)
            card.running = self.runner.running and self._ran == card.key
            whole = [kept for kept in self.kept.of(card.key) if kept.whole]
            if whole:
                few = too_few(whole[0].options)
                card.verdict = "a first look" if few else whole[0].result.verdict
                card.answer = f"{few}{whole[0].result.told}"
                card.how = f"{results.when(whole[0])}: {results.settings(whole[0])}"
                card.thumb = self._thumbs.of(whole[0])
        self.gallery.changed()

    # --- what it begins with -----------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Find out what the labs that are shown begin with now."""
        if self.isVisible():
            self.beginnings.look([self.key] if self.key else registry.entries("labs"))

    def _take_beginning(self, key: str) -> None:
        self._paint_cards()
        begun = self.beginnings.of(key)
        if begun is None or key != self.key:
            return
        own = self.beginnings.own(key)
        self.page.tell_origin("Begin with the run on show" if own else "Begin with the lab's own settings")
        under_way = self.asking or self._confirmed is not None or (self.runner.running and self._ran == key)
        if not (under_way or self.form.being_typed):
            self._follow(begun)
        self._tell_origin()
        self._paint_costs()

    def follow(self) -> None:
        """Say of the lab that is shown where what is entered is from, now that another run is on show or it has other
        settings, and find out what it begins with."""
        if self.key:
            self._tell_origin()
            self._look()

    def _follow(self, begun: Beginning) -> None:
        """Enter what a lab begins with: all of it, or beside what somebody has typed all that nobody has."""
        key, before = self.key, self._followed.get(self.key)
        if key not in self._typed:
            self.form.show_options(begun.small)
        elif (entered := self._entered()) is not None:
            then = (type(entered)() if before is None else before.small).model_dump()
            own = {name: value for name, value in entered.model_dump().items() if value != then[name]}
            self.form.show_options(begun.small.model_copy(update=own))
        else:
            return
        self._followed[key] = begun

    def _tell_origin(self) -> None:
        """Say where what is entered is from; and why the lab cannot answer its question of the run that it began with,
        as long as that is entered."""
        begun, entered = self.beginnings.of(self.key), self._entered()
        if begun is None or entered is None:
            self.page.tell_lack("", "")
            return
        source = source_key(type(begun.small))
        given = getattr(entered, source) if source else ""
        same = self.beginnings.is_of_now(self.key) and (not source or given == getattr(begun.small, source))
        other = f"Data, network and training are those of {_named(given)}." if source else ""
        self.page.tell_taken(begun.taken if same else other)
        instead = load_preset(begun.instead).title if begun.instead else ""
        self.page.tell_lack(begun.lack if same else "", instead)

    def _take_instead(self) -> None:
        """Enter the preset of which the lab can answer its question."""
        begun = self.beginnings.of(self.key)
        if begun is not None and begun.instead:
            lab, first = load_lab(self.key), begun.small.model_dump()
            small = {key: first[key] for key in lab.SMALL}
            self.form.show_options(make(lab.Options, {**small, source_key(lab.Options): begun.instead}))
            self._take_edit()

    def _turn_origin(self) -> None:
        """Begin with the lab's own settings, or with the run on show."""
        self._typed.discard(self.key)
        self._withdraw_doubt()
        self.beginnings.turn(self.key)

    def _take_edit(self) -> None:
        self._typed.add(self.key)
        self._tell_origin()
        self._withdraw_doubt()
        self._paint_costs()
        self._pricing.start()

    def _ask_price(self) -> None:
        if self.key and (options := self._entered()) is not None and not self._known_price(options):
            lab = load_lab(self.key)
            self._price.ask(lambda: (lab.KEY, options.model_dump_json(), _seconds(lab, options)))

    def _take_price(self, told: tuple[str, str, float | None]) -> None:
        key, options, took = told
        if took is not None:
            self._priced[key, options] = took
        self._paint_costs()

    def _entered(self) -> Options | None:
        """Return the options in the form where they are allowed; nobody is told where they are not."""
        return self.form.options(telling=False)

    def _known_price(self, options: Options) -> str:
        """Return how long options take here, in words; "": not known."""
        begun = self.beginnings.of(self.key)
        given = options.model_dump(mode="json")
        for kept in self.kept.of(self.key):
            if kept.whole and kept.options == given:
                return f"took {duration(kept.seconds)} last time"
        if begun is not None and options in (begun.small, begun.full):
            return self._takes(self.key, whole=options != begun.small)
        took = self._priced.get((self.key, options.model_dump_json()))
        return "" if took is None else roughly(took)

    def _takes(self, key: str, *, whole: bool = False) -> str:
        """Return about how long a first look, or the whole, takes here: what was measured, where that has been run, and
        else what was tried; where a first look took longer than that, the whole will do so too, within bounds."""
        begun = self.beginnings.of(key)
        assert begun is not None
        measured = [self._measured(key, options) for options in (begun.small, begun.full)]
        if (took := measured[whole]) is not None:
            return roughly(took)
        look = measured[0] or 0.0
        return roughly(begun.seconds[whole] * min(_SLOWER, max(1.0, look / max(begun.seconds[0], _START))))

    def _measured(self, key: str, options: Options) -> float | None:
        """Return how long a lab took with these options: the median of the times that are known."""
        given = options.model_dump(mode="json")
        took = [kept.seconds for kept in self.kept.of(key) if kept.whole and kept.options == given]
        return statistics.median(took) if took else None

    def _paint_costs(self) -> None:
        """Say how long it takes what is entered, and how long the whole."""
        if not self.key:
            return
        begun, options = self.beginnings.of(self.key), self._entered()
        price = "" if options is None else self._known_price(options)
        first = begun is not None and options == begun.small != begun.full
        parts = [f"{'A first look: ' * first}{price} here"] if price else []
        whole = None if begun is None or options is None else whole_of(begun, options)
        self.page.whole_button.setVisible(whole is not None and whole != options)
        if first and begun is not None:
            parts.append(f"in full: {self._takes(self.key, whole=True)}")
            few = getattr(options, "seeds", None)
            if few is not None and few < FEWEST:
                parts.append(f"{few} seeds cannot decide: at least {FEWEST} can")
        self.page.cost.setText("; ".join(parts)[:1].upper() + "; ".join(parts)[1:])

    # --- running -----------------------------------------------------------------------------------------------------

    def run_whole(self) -> None:
        """Run the lab with as many seeds and steps as it should have."""
        begun, options = self.beginnings.of(self.key), self.form.options()
        if begun is not None and options is not None:
            self.form.show_options(whole_of(begun, options))
            self._typed.add(self.key)
            self.run()

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
            self.page.doubt.setText(f"{question}.")
            self.page.doubt.show()
            self.page.run_button.setText("Run all the same")
        else:
            self._start(options)

    def finish(self) -> None:
        """End whatever runs; the window is about to close."""
        for ending in (self._estimate, self._price, self.kept, self.beginnings):
            ending.close()
        self.runner.finish()

    def _start(self, options: Options) -> None:
        self._withdraw_doubt()
        self._ran, self._growing, self._given = self.key, None, options.model_dump(mode="json")
        self._say("Starting…")
        self.page.bar.setValue(0)
        self.runner.start(self.key, self._given)
        self._repaint()

    def _withdraw_doubt(self) -> None:
        self._confirmed = None
        self.page.doubt.hide()
        self.page.run_button.setText("Run")

    def _cancel(self) -> None:
        self._say("Stopping…")
        self.runner.cancel()

    def _say(self, text: str) -> None:
        self._states[self._ran] = text
        if self._ran == self.key:
            self.page.tell_state(text)

    def _show_progress(self, progress: Progress, left: float | None) -> None:
        self.page.bar.setValue(round(1000 * progress.share))
        parts = (progress.text, f"{roughly(left)} left" if left is not None else "")
        self._say("\n".join(part for part in parts if part))

    def _take_result(self, result: LabResult) -> None:
        self._growing = result
        if self._ran == self.key:
            self._show_results(True)

    def _show_earlier(self, at: int) -> None:
        """Show what was found before, in place of what the lab has found since; that is kept too."""
        if self.runner.running and self._ran == self.key:
            self.said.emit("This lab is running: what it finds stands here until it has ended", "info")
        else:
            self._shown[self.key] = self.kept.of(self.key)[at]
        self._repaint()

    def _show_beside(self, at: int) -> None:
        """Show what was found before beside what is shown; the first entry: nothing."""
        if at > 0:
            self._beside[self.key] = self.kept.of(self.key)[at - 1]
        else:
            self._beside.pop(self.key, None)
        self._repaint()

    def _fail(self, why: str) -> None:
        self.form.show_error(why)
        self._repaint()

    def _take_end(self, how: str, why: str) -> None:
        took, found = duration(self.runner.seconds), self._growing
        part = "what is finished is shown" if found is not None else "nothing was finished"
        self._say({"done": f"Took {took}.", "cancelled": f"Cancelled after {took}: {part}."}.get(how, f"Failed: {why}"))
        self._growing = None
        if found is not None:
            kept = Kept(self._ran, time.time(), self.runner.seconds, self._given, how == "done", found)
            self.kept.add(kept)
            self._shown[self._ran] = kept
        self._repaint()

    # --- what comes of it --------------------------------------------------------------------------------------------

    def _open_run(self) -> None:
        result = self.result_shown
        if result is not None and result.config is not None:
            name = result.config.title or load_lab(self.key).TITLE
            self.run_wanted.emit(result.config, name)

    def export_picture(self) -> None:
        """Ask for a file and save the picture that is shown."""
        figure = self.page.result.picture.figure
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
        from dropout_viz.app.labs.pictures import png
        from dropout_viz.files import write_bytes

        figure = self.page.result.picture.figure
        assert figure is not None
        place = Path(path) if path.lower().endswith(".png") else Path(f"{path}.png")
        try:
            write_bytes(place, png(figure, {"lab": self.key}, self._theme.style.name))
            self.said.emit(f"Saved {place}", "info")
        except UserError as error:
            self.said.emit(str(error), "error")


def too_few(options: Mapping[str, object]) -> str:
    """Return what is said before a result of so few seeds that nothing can be decided; "": there are enough."""
    seeds = options.get("seeds")
    if not isinstance(seeds, int) or seeds >= FEWEST:
        return ""
    shown = "it shows" if seeds == 1 else "they show"
    return f"{many(seeds, 'seed')} cannot decide, at least {FEWEST} can; here is what {shown}. "


def _named(source: str) -> str:
    """Return what a run that a lab is given is called: a preset by its title, a file by its name."""
    return f"“{load_preset(source).title if source in preset_keys() else called(source)}”"


def _seconds(lab: Lab, options: Options) -> float | None:
    try:
        return expected(lab, options)
    except UserError:
        return None  # it says so when it is run


def _settings(key: str, options: Mapping[str, object]) -> str:
    return settings(load_lab(key).Options, options)


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
