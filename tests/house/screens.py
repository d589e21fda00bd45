"""Every screen of the program, as somebody sees it: pictures, contact sheets of them, and what is wrong with its texts.

A window is opened once for each look and size. In it every preset that needs no download, every lesson, the labs, and
each menu, card and dialog comes by; of each a picture is taken at two pixels a unit, and all texts are looked through.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import QImage, QRegion
from PySide6.QtWidgets import QApplication, QMenu, QScrollArea, QWidget

from dropout_viz import registry
from dropout_viz.analysis.truths import STATIONS
from dropout_viz.app.lessons.guesses.choice import ChoiceGuess
from dropout_viz.app.lessons.prediction_box import PredictionBox
from dropout_viz.app.look import icons
from dropout_viz.app.look.theme import prepare
from dropout_viz.app.session import Session
from dropout_viz.app.setup.form import GROUPS
from dropout_viz.app.window import Window
from dropout_viz.app.workbench import Workbench, furnish
from dropout_viz.clinic.ward import ward
from dropout_viz.data.store import VARIABLE
from dropout_viz.draw.painting import painting
from dropout_viz.engine.arms import Arms
from dropout_viz.engine.lesson import load_lesson, titles
from dropout_viz.engine.prediction import Guess, Prediction
from dropout_viz.engine.settings import load_preset, preset_keys
from tests.app.text_faults import faults

SIZES = ((900, 520), (1280, 800), (1440, 900), (1920, 1080))
LOOKS = ("light", "dark", "presentation")
SCALE = 2
STEPS = 120
"""What the presets are run to: far enough that there is something to see."""
PRESETS = tuple(key for key in preset_keys() if load_preset(key).data != "mnist")
COMPARED = ("moons", "three-lines", "five-valleys", "digits")
_PAGES = ("guide", "view-masks", "computed", "post")
"""Of the guide: links and tables, a picture, formulas; and a text that is judged, with its verdicts."""
_SHOWN_OF = {"fit": "curve", "shared": "five-valleys", "twins": "twins", "sketch": "five-valleys", "features": "digits"}
"""Of which preset a view is taken alone, where it is not that of the moons."""
_PATIENCE = 240.0  # seconds: a lesson's run may have 10,000 steps
_CALM = 0.15  # seconds in which nothing may happen any more
_WIDE, _ACROSS, _ROWS = 520, 3, 4  # pixels of a picture in a contact sheet, and how many stand beside one another


class Screens:
    """A window in one look and size, and all that can be opened in it."""

    def __init__(self, look: str, size: tuple[int, int], folder: Path) -> None:
        self.look, self.size, self.folder = look, size, folder
        self.faults: list[str] = []
        self.pictures: list[Path] = []
        self._widgets: list[QWidget] = []

    def take(self, only: Sequence[str] = ()) -> None:
        """Take a picture of every screen, or of those whose names begin so."""
        self._only = tuple(only)
        with self._opened():
            self._presets()
            self._welcome()
            self._lessons()
            self._clinic()
            self._guide()
            self._labs()
            self._cards()
            if self.look != "presentation":  # which has no top bar and no setup
                self._menus()
                self._helps()
            self._views()

    # --- what is opened ----------------------------------------------------------------------------------------------

    def _wanted(self, name: str) -> bool:
        return not self._only or name.startswith(self._only)

    def _presets(self) -> None:
        for key in PRESETS:
            if self._wanted(f"preset-{key}"):
                self._preset(key)
                self._shoot(f"preset-{key}")
        for key in COMPARED:
            if self._wanted(f"compare-{key}"):
                self._preset(key)
                self._session.compare(True)
                wait(lambda: len(self._session.frame().arms) == 2)
                self._run_to(STEPS)
                self._shoot(f"compare-{key}")
                self._session.compare(False)

    def _welcome(self) -> None:
        """Its first page, and its last."""
        door = self._parts.welcome
        if not self._wanted("welcome"):
            return
        door.toggle()
        wait(lambda: door.is_open)
        welcome = door.welcome
        assert welcome is not None
        wait(lambda: not welcome.thumbnails.busy)
        self._shoot("welcome")
        bar = welcome.findChild(QScrollArea).verticalScrollBar()
        bar.setValue(bar.maximum())
        QApplication.processEvents()
        wait(lambda: not welcome.page.not_ready)
        self._shoot("welcome-end")
        door.toggle()

    def _lessons(self) -> None:
        for key in titles():
            for at in range(len(load_lesson(key).steps)):
                name = f"lesson-{key}-{at + 1}"
                if not self._wanted(name):
                    continue
                if at == 0 or self._parts.lessons.lesson is None:
                    self._parts.lessons.open(key)
                self._parts.lessons.go(at)
                step = load_lesson(key).steps[at]
                if step.predict is not None:
                    self._shoot(f"{name}-asked")
                    self._answer(step.predict)
                self._arrive(step.run_to)
                if step.predict is not None:
                    wait(lambda: not self._prediction.outcome.isHidden())
                self._shoot(name)
            self._parts.lessons.leave()

    def _clinic(self) -> None:
        """Of each patient the question, the hint after a wrong diagnosis, and what is told after the right one."""
        for step in ward().steps:
            name = f"clinic-{step.number}"
            if not self._wanted(name):
                continue
            self._parts.clinic.open(str(step.number))
            self._arrive(step.run_to)
            self._shoot(f"{name}-asked")
            editor = self._prediction.editor
            assert isinstance(editor, ChoiceGuess)
            editor.buttons[step.right - 1].click()
            wait(lambda: not self._prediction.outcome.isHidden())
            self._shoot(f"{name}-hint")
            editor.buttons[step.right].click()
            self._arrive(step.run_to)
            wait(lambda: self._prediction.outcome.text().startswith("Right."))
            self._shoot(name)
        self._parts.lessons.leave()

    @property
    def _prediction(self) -> PredictionBox:
        strip = self._parts.lessons.strip
        assert strip is not None
        return strip.prediction

    def _answer(self, asked: Prediction) -> None:
        """Say anything: a step that asks is shown only then."""
        middle = (asked.low + asked.high) / 2
        anything: dict[str, Guess] = {"number": middle, "curve": (middle,) * STATIONS, "choice": 0, "unit": 0}
        self._prediction.predicted.emit(anything[asked.kind])

    def _labs(self) -> None:
        if self._wanted("labs"):
            self._parts.labs.open()
            wait(
                lambda: (
                    (body := self._parts.labs.body) is not None and all(c.takes or c.lack for c in body.gallery.cards)
                )
            )
            self._shoot("labs")
        for key in registry.entries("labs"):
            if self._wanted(f"lab-{key}"):
                self._parts.labs.open(key)
                wait(lambda: self._parts.labs.body is not None)
                self._shoot(f"lab-{key}")
        if self._parts.labs.isVisible():
            self._parts.labs.header.close_button.click()

    def _guide(self) -> None:
        """The guide beside the views, or where it finds room; then alone."""
        guide, layout = self._parts.guide, self._parts.layout
        for key in _PAGES:
            if self._wanted(f"guide-{key}"):
                guide.open(key)
                self._shoot(f"guide-{key}")
        if self._wanted("guide-found"):
            guide.open()
            guide.load().search.setText("mask")
            self._shoot("guide-found")
            guide.load().search.clear()
        if self._wanted("guide-alone"):
            guide.open("results")
            if layout.maximised is not guide:
                layout.restore_size()
                layout.toggle_maximised(guide)
            self._shoot("guide-alone")
            layout.restore_size()
        guide.close()
        self._parts.stages.reset()

    def _cards(self) -> None:
        parts, session = self._parts, self._session
        self._preset("three-lines")
        acts: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
            "palette": (lambda: parts.palette.open(), lambda: parts.palette.leave()),
            "keys": (lambda: parts.keys.open(), lambda: parts.keys.leave()),
            "bookmark": (lambda: session.timeline.bookmark(STEPS), self._dismiss),
            "branch": (lambda: session.timeline.branching.emit(), self._dismiss),
            "export": (lambda: parts.export_dialog.ask(""), lambda: parts.export_dialog.reject()),
            "export-film": (lambda: self._ask_film(".mp4"), lambda: parts.export_dialog.reject()),
            "export-page": (lambda: self._ask_film(".html"), lambda: parts.export_dialog.reject()),
            "table": (self._ask_about_a_table, lambda: parts.table_dialog.reject()),
            "pictures": (self._ask_about_pictures, lambda: parts.pictures_dialog.reject()),
            "steps": (lambda: parts.edit_menu.show_steps(), self._close_popups),
            "data": (lambda: session.open_preset("mnist"), self._dismiss),
            "message": (
                lambda: session.message.emit("A message that needs more than one line in a window. " * 3, "warning"),
                lambda: parts.messages.hide(),
            ),
            "setup": (
                lambda: parts.setup.open_groups(GROUPS),
                lambda: parts.setup.open_groups(()),
            ),
            "frames": (lambda: parts.frames_card.toggle(), lambda: parts.frames_card.hide()),
            "drawing": (self._draw, parts._draw_points),
        }
        if self.look == "presentation":
            del acts["setup"]
        for name, (come, go) in acts.items():
            if self._wanted(f"card-{name}"):
                come()
                self._shoot(f"card-{name}")
                go()

    def _menus(self) -> None:
        for name, menu in self._parts.top_bar.menus.items():
            if self._wanted(f"menu-{name}") and name != "Compare":
                self._pop_up(menu)
                self._shoot(f"menu-{name}")
                self._close_popups()
        if self._wanted("menu-presets"):
            self._parts.top_bar.preset.showPopup()
            self._shoot("menu-presets")
            self._parts.top_bar.preset.hidePopup()
        for panel in self._parts.views:
            if panel.on_screen() and panel.view is not None and self._wanted(f"menu-of-{panel.key}"):
                menu = panel.view.menu()
                if not menu.isEmpty():
                    self._pop_up(menu)
                    self._shoot(f"menu-of-{panel.key}")
                self._close_popups()

    def _helps(self) -> None:
        for panel in (self._parts.setup, self._parts.labs, *self._parts.views):
            if self._wanted(f"help-{panel.key}"):
                panel.furnish()
                if not panel.isVisible():
                    self._parts.layout.bring(panel)
                    wait(lambda panel=panel: panel.isVisible())
                panel.header.show_help()
                self._shoot(f"help-{panel.key}", popups_alone=True)
                self._close_popups()
        self._parts.stages.reset()

    def _views(self) -> None:
        """Each view alone, as large as the window, of a run that it can show."""
        for panel in self._parts.views:
            if self._wanted(f"view-{panel.key}"):
                self._preset(_SHOWN_OF.get(panel.key, "moons"))
                self._parts.layout.bring(panel)
                if self._parts.layout.maximised is not panel:
                    self._parts.layout.toggle_maximised(panel)
                wait(lambda panel=panel: panel.shown is not None)
                self._shoot(f"view-{panel.key}")
                self._parts.layout.restore_size()

    # --- how ---------------------------------------------------------------------------------------------------------

    @contextmanager
    def _opened(self) -> Iterator[None]:
        with tempfile.TemporaryDirectory() as folder:
            settings = QSettings(str(Path(folder) / "remembered.ini"), QSettings.Format.IniFormat)
            window = self._window = Window(settings)
            window.theme.set("light" if self.look == "light" else "dark")
            window.resize(*self.size)
            window.show()
            furnish(window, Session(Arms.of(load_preset("three-lines")), "three-lines"))
            self._rest()
            try:
                if self.look == "presentation":
                    self._parts.presentation.begin()
                    self._rest()
                    window.resize(*self.size)
                yield
            finally:
                self._parts.presentation.finish()
                window.close()
                window.deleteLater()
                QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @property
    def _parts(self) -> Workbench:
        assert self._window.workbench is not None
        return self._window.workbench

    @property
    def _session(self) -> Session:
        assert self._window.session is not None
        return self._window.session

    def _preset(self, key: str) -> None:
        session = self._session
        if session.name != key or session.comparing:
            session.open_preset(key)
            wait(lambda: session.name == key and not session.awaited)
        self._run_to(STEPS)

    def _run_to(self, step: int) -> None:
        session = self._session
        if session.status.step != step:
            session.run_to(step)
            wait(lambda: session.status.step == step and not session.playing)

    def _arrive(self, step: int) -> None:
        """Wait until a lesson has its run where it wants it; stop what is to play from there."""
        session, lessons = self._session, self._parts.lessons
        wait(lambda: not session.awaited and session.status.step >= step and lessons._way is None)
        session.runner.pause()
        wait(lambda: not session.playing)

    def _draw(self) -> None:
        """Points of one's own are being drawn."""
        self._preset("points")
        self._rest()
        self._parts._draw_points()

    def _ask_film(self, ending: str) -> None:
        dialog = self._parts.export_dialog
        dialog.ask("network")
        dialog.kind.setCurrentIndex(dialog.kind.findData(ending))

    def _ask_about_a_table(self) -> None:
        path = self.folder / "people.csv"
        rows = "".join(
            f"{20 + k},{k % 7 or ''},{'abc'[k % 3]},name {k},{'yes' if k % 5 > 1 else 'no'}\n" for k in range(60)
        )
        path.write_text(f"age,score,town,name,owner\n{rows}", encoding="utf-8")
        dialog = self._parts.table_dialog
        dialog.ask(path, {})
        wait(dialog.accept_button.isEnabled)

    def _ask_about_pictures(self) -> None:
        folder = self.folder / "people"
        for name, grey in (("dark", 40), ("light", 200)):
            (folder / name).mkdir(parents=True, exist_ok=True)
            for k in range(10):
                Image.new("L", (20, 12 + k), grey + 3 * k).save(folder / name / f"{k}.png")
        dialog = self._parts.pictures_dialog
        dialog.ask(folder, {})
        wait(dialog.accept_button.isEnabled)

    def _pop_up(self, menu: QMenu) -> None:
        menu.popup(self._window.mapToGlobal(QPoint(40, 40)))

    def _dismiss(self) -> None:
        self._parts._escape()

    def _close_popups(self) -> None:
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
            QApplication.processEvents()

    def _rest(self) -> None:
        """Wait until nothing is computed, laid out or painted any more."""
        calm = time.monotonic()
        deadline = calm + _PATIENCE
        while time.monotonic() < deadline:
            turn = time.monotonic()
            QApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            parts = self._window.workbench
            if parts is None or self._busy(parts) or time.monotonic() - turn > _CALM / 3:  # more may come after much
                calm = time.monotonic()
            elif time.monotonic() - calm > _CALM:
                return
            time.sleep(0.003)

    def _busy(self, parts: Workbench) -> bool:
        views = [panel for panel in parts.views if panel.on_screen()]
        late = any(p.shown is None or (p.view is not None and p.view.busy) for p in views)
        return (
            late
            or parts.clock.ticking
            or parts.layout.fitting
            or parts.presentation.moving
            or (parts.guide.body is not None and parts.guide.body.view.pictures.busy)
            or (parts.labs.body is not None and parts.labs.isVisible() and parts.labs.body.beginnings.looking)
            or self._window.workbench.restyling.under_way
            or parts.top_bar.preset.count() == 0
        )

    def _shoot(self, name: str, *, popups_alone: bool = False) -> None:
        self._rest()
        there = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not self._window]
        file = self.folder / f"{self.look}-{self.size[0]}x{self.size[1]}-{name}.png"
        with icons.at_scale(SCALE):
            _picture(self._window, there).save(str(file))
        self.pictures.append(file)
        looked = there if popups_alone else [self._window, *there]
        self.faults += [f"{file.stem}: {fault}" for top in looked for fault in faults(top)]


def _picture(window: QWidget, popups: Sequence[QWidget]) -> QImage:
    """Return what a screen shows of a window and of what lies over it."""
    image = QImage(window.size() * SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(Qt.GlobalColor.black)
    corner = window.mapToGlobal(QPoint())
    with painting(image) as p:
        window.render(p, QPoint())
        for popup in popups:
            popup.render(p, popup.mapToGlobal(QPoint()) - corner, QRegion())
    return image


def wait(until: Callable[[], bool]) -> None:
    """Let the window live until something is so."""
    deadline = time.monotonic() + _PATIENCE
    while not until():
        if time.monotonic() > deadline:
            raise TimeoutError("a screen does not come")
        QApplication.processEvents()
        time.sleep(0.002)


def application() -> QApplication:
    """Return an application on a screen that is as large as the largest window."""
    there = QApplication.instance()
    if isinstance(there, QApplication):
        return there
    wide, high = SIZES[-1]
    screen = {"name": "screen", "x": 0, "y": 0, "width": wide, "height": high}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    told = Path(tempfile.mkdtemp()) / "screen.json"
    told.write_text(json.dumps({"screens": [screen]}))
    made = QApplication(["screens", "-platform", f"offscreen:configfile={told}"])
    prepare(made)
    return made


def contact_sheets(pictures: Sequence[Path], folder: Path, name: str) -> None:
    """Write small pictures of many, in rows, as few files as can still be looked at."""
    for page, first in enumerate(range(0, len(pictures), _ROWS * _ACROSS)):
        chosen = pictures[first : first + _ROWS * _ACROSS]
        small = []
        for file in chosen:
            with Image.open(file) as opened:
                small.append(opened.convert("RGB").resize((_WIDE, round(_WIDE * opened.height / opened.width))))
        high = max(picture.height for picture in small) + 8
        sheet = Image.new("RGB", ((_WIDE + 8) * _ACROSS, high * -(-len(small) // _ACROSS)), "#808080")
        for at, picture in enumerate(small):
            sheet.paste(picture, ((_WIDE + 8) * (at % _ACROSS), high * (at // _ACROSS)))
        sheet.save(folder / f"sheet-{name}-{page + 1}.png")


def take(
    folder: Path, looks: Sequence[str] = LOOKS, sizes: Sequence[tuple[int, int]] = SIZES, only: Sequence[str] = ()
) -> list[str]:
    """Write the pictures and their contact sheets; return the faults."""
    folder.mkdir(parents=True, exist_ok=True)
    application()
    os.environ[VARIABLE] = str(folder / "no-data")
    for name in ("CONFIG", "CACHE", "STATE"):  # nobody's answers, results and settings
        os.environ[f"XDG_{name}_HOME"] = str(folder / "places")
    found = []
    for look in looks:
        for size in sizes:
            screens = Screens(look, size, folder)
            screens.take(only)
            contact_sheets(screens.pictures, folder, f"{look}-{size[0]}x{size[1]}")
            found += screens.faults
            (folder / f"faults-{look}-{size[0]}x{size[1]}.txt").write_text("".join(f"{f}\n" for f in screens.faults))
            print(
                f"{look} {size[0]}x{size[1]}: {len(screens.pictures)} pictures, {len(screens.faults)} faults",
                flush=True,
            )
    return found
