"""Every key of the window in one table: the keys themselves, the tooltips and the list of keys are made from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Command:
    """Something that a key does.

    Attributes:
        keys: Qt key sequences; the first is the one that is shown.
        text: what it does, in a few words.
        group: its heading in the list of keys.
        repeats: whether holding the key down does it again and again.
        words: more words by which people look for it.
    """

    keys: tuple[str, ...]
    text: str
    group: str
    repeats: bool = False
    words: str = ""


COMMANDS: dict[str, Command] = {
    "play_pause": Command(("Space",), "Play or pause", "Run"),
    "step": Command(("Right",), "One step", "Run", repeats=True),
    "step_epoch": Command(("Shift+Right",), "One epoch", "Run", repeats=True),
    "step_back": Command(("Left",), "One step back", "Run", repeats=True),
    "epoch_back": Command(("Shift+Left",), "One epoch back", "Run", repeats=True),
    "play_back": Command(("Shift+Space",), "Play backwards, or pause", "Run"),
    "newest": Command(("End",), "To the newest step", "Run"),
    "bookmark": Command(("B",), "Bookmark this step, or name its bookmark", "Run"),
    "last_bookmark": Command(("[",), "To the bookmark before", "Run"),
    "next_bookmark": Command(("]",), "To the next bookmark", "Run"),
    "branch": Command(("Shift+B",), "Branch: a second arm from here on", "Run"),
    "next_stage": Command((".",), "The next stage of one step", "Slow motion, lessons", repeats=True),
    "last_stage": Command((",",), "The stage before", "Slow motion, lessons", repeats=True),
    "auto_stages": Command(("/",), "Play the stages, and stop", "Slow motion, lessons"),
    "leave": Command(
        ("Esc",), "Close what came last", "Slow motion, lessons", words="leave slow motion card presentation"
    ),
    "next_slide": Command(("PgDown",), "The lesson's next step", "Slow motion, lessons"),
    "last_slide": Command(("PgUp",), "The lesson's step before", "Slow motion, lessons"),
    "rewind": Command(("Home",), "Rewind: to step 0; playing repeats the run", "Run", words="restart reset"),
    "rewind_slower": Command(("Shift+Home",), "Rewind with a tenth of the learning rate", "Run"),
    "new_seed": Command(("N",), "New seed: other weights, other masks", "Run"),
    "slower": Command(("-",), "Slower", "Run", repeats=True),
    "faster": Command(("+", "="), "Faster", "Run", repeats=True),
    "full_speed": Command(("F",), "As fast as it goes, and back", "Run"),
    "auto_speed": Command(("A",), "Auto: the whole run in about a minute", "Run"),
    "draw": Command(("D",), "Draw points of your own in the map", "Run", words="own data points brush edit paint"),
    "compare": Command(("C",), "Compare with the same run without dropout", "Run"),
    "open": Command(("Ctrl+O",), "Open a run, settings, a picture, a table", "File"),
    "save": Command(("Ctrl+S",), "Save the run", "File"),
    "save_as": Command(("Ctrl+Shift+S",), "Save it in another file", "File"),
    "copy_settings": Command(("Ctrl+Shift+C",), "Copy the settings", "File"),
    "paste_settings": Command(("Ctrl+Shift+V",), "Paste settings: a run of them", "File"),
    "copy_command": Command(("Ctrl+Shift+L",), "Copy a command line for this", "File"),
    "next_part": Command(("F6",), "To the next part of the window", "Window", repeats=True),
    "last_part": Command(("Shift+F6",), "To the part of the window before", "Window", repeats=True),
    "fold_setup": Command(("S",), "Fold the setup away", "Window"),
    "maximise": Command(("M",), "Maximise a view, and back", "Window", words="enlarge focus"),
    "theme": Command(("T",), "Dark or light", "Window", words="theme colours mode"),
    "full_screen": Command(("F11",), "Full screen; while presenting: leave it", "Window"),
    "zoom_in": Command(("Ctrl++", "Ctrl+="), "Everything larger, up to 200 %", "Window", repeats=True, words="zoom in"),
    "zoom_out": Command(("Ctrl+-",), "Everything smaller, down to 70 %", "Window", repeats=True, words="zoom out"),
    "zoom_reset": Command(("Ctrl+0",), "Its own size again, 100 %", "Window", words="zoom reset"),
    "present": Command(("F5",), "Present: large, for the last row; and back", "Window", words="presentation projector"),
    "copy_picture": Command(("Ctrl+C",), "Copy the view under the mouse", "Window"),
    "export": Command(
        ("E",),
        "Export a picture",
        "Window",
        words="image png svg gif mp4 film html page script code python numpy pytorch",
    ),
    "palette": Command(("Ctrl+K",), "Find anything by its name", "Window"),
    "guide": Command(("F1",), "The guide, and back", "Window", words="help manual"),
    "welcome": Command(("F2",), "Welcome", "Window", words="home start presets lessons recent"),
    "frames": Command(("Ctrl+Alt+F",), "What the frames take, and back", "Window", words="profile fps slow"),
    "show_keys": Command(("?",), "This list", "Window", words="keys shortcuts help"),
    "quit": Command(("Ctrl+Q",), "Quit", "Window"),
    "undo": Command(("Ctrl+Z",), "Undo", "Edit", repeats=True),
    "redo": Command(("Ctrl+Shift+Z", "Ctrl+Y"), "Redo", "Edit", repeats=True),
    "steps": Command(("U",), "All steps that can be undone", "Edit"),
}
VIEW_KEYS = (*"1234567890", *(f"Alt+{digit}" for digit in "123456789"))
VIEW_GROUP = "Show or close a view"
INSIDE_GROUP = "In the view that has the focus"
INSIDE = (
    ("Tab", "To the next view, button or field"),
    ("↑ ↓", "The example, weight or unit before, after"),
    ("Shift ↑ ↓", "The same for its second choice"),
    ("Enter", "What a click does on what is pointed at"),
)

_SYMBOLS = {"Right": "→", "Left": "←", "-": "−", "PgUp": "Page ↑", "PgDown": "Page ↓"}


def key_name(sequence: str) -> str:
    """Return a key as it is written for people: ``Shift+Right`` as Shift →."""
    if len(sequence) <= 1:  # more views than keys: the last have none
        return _SYMBOLS.get(sequence, sequence)
    held, _, last = sequence.rpartition("+") if sequence[-1] != "+" else (sequence[:-2], "+", "+")
    return " ".join(_SYMBOLS.get(part, part) for part in (*filter(None, held.split("+")), last))


def all_keys(views: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the list of keys: heading to (key, what it does); ``views``: their titles in order."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for command in COMMANDS.values():
        groups.setdefault(command.group, []).append((key_name(command.keys[0]), command.text))
    groups[VIEW_GROUP] = [(key_name(key), title) for key, title in zip(VIEW_KEYS, views, strict=False)]
    groups[INSIDE_GROUP] = list(INSIDE)
    return groups


def tip(text: str, command: str) -> str:
    """Return a tooltip that ends with the command's key."""
    return f"{text}  ({key_name(COMMANDS[command].keys[0])})"


class Shortcuts(QObject):
    """The keys of one window. They work wherever the focus is, except where it is in a field that takes text.

    Signals:
        used: a command's name, after its key was pressed.
    """

    used = Signal(str)

    def __init__(
        self, window: QWidget, actions: Mapping[str, Callable[[], object]], views: Mapping[str, Callable[[], object]]
    ) -> None:
        """Bind ``COMMANDS`` to ``actions`` by name, and ``VIEW_KEYS`` to ``views`` (title to action) in order."""
        super().__init__(window)
        self.views = list(views)
        self._made: dict[str, list[QShortcut]] = {}
        for name, command in COMMANDS.items():
            for keys in command.keys:
                self._bind(window, keys, name, actions[name], command.repeats)
        for digit, (title, action) in zip(VIEW_KEYS, views.items(), strict=False):
            self._bind(window, digit, title, action, False)

    def _bind(self, window: QWidget, keys: str, name: str, action: Callable[[], object], repeats: bool) -> None:
        shortcut = QShortcut(QKeySequence(keys), window)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.setAutoRepeat(repeats)
        self._made.setdefault(name, []).append(shortcut)

        def run() -> None:
            action()
            self.used.emit(name)

        shortcut.activated.connect(run)

    def enable(self, name: str, on: bool) -> None:
        """Let a command's keys do it, or leave them to others."""
        for shortcut in self._made[name]:
            shortcut.setEnabled(on)

    def table(self) -> dict[str, list[tuple[str, str]]]:
        """Return the list of keys: heading to (key, what it does)."""
        return all_keys(self.views)
