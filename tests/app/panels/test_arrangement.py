"""An arrangement of panels that comes from outside: built as it says, and never given to Qt's own reader of bytes."""

from __future__ import annotations

import struct
from random import Random

import pytest
from PySide6.QtCore import QByteArray, QRect, Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from dropout_viz.app.panels import arrangement
from dropout_viz.app.panels.layout import VERSION
from dropout_viz.app.window import Window
from tests.app.conftest import Open
from tests.app.looking import workbench

pytestmark = pytest.mark.usefixtures("nothing_painted")


def places(window: Window) -> dict[str, QRect]:
    """Where the panels that can be seen stand."""
    return {p.key: p.geometry() for p in workbench(window).layout.panels if p.on_screen() and not p.isFloating()}


def kept(window: Window) -> bytes:
    return bytes(workbench(window).layout.save().data())


def test_it_is_built_as_it_was_to_the_pixel(open_window: Open, qtbot: QtBot) -> None:
    window = open_window("three-lines")
    layout, panel = workbench(window).layout, workbench(window).panel
    across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
    for key in ("plane", "shared", "scaling", "code"):
        window.removeDockWidget(panel(key))
    window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, panel("plane"))
    window.splitDockWidget(panel("plane"), panel("shared"), across)
    window.splitDockWidget(panel("shared"), panel("code"), down)
    window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, panel("scaling"))
    for key in ("plane", "shared", "scaling", "code"):
        panel(key).show()
    layout.bring(panel("masks"))  # a tab of another one's place
    window.resizeDocks([panel("plane"), panel("shared")], [300, 600], across)
    window.resizeDocks([panel("plane"), panel("scaling")], [290, 180], down)
    qtbot.waitUntil(lambda: {"plane", "shared", "code", "scaling", "masks"} <= set(places(window)))
    qtbot.waitUntil(lambda: not layout.fitting)
    state, before = kept(window), places(window)
    layout.reset(("map", "loss"))
    qtbot.waitUntil(lambda: set(places(window)) == {"setup", "map", "loss"})
    assert layout.arrange(state)
    qtbot.waitUntil(lambda: places(window) == before)
    layout.toggle(panel("map"))  # one that was closed can be opened
    qtbot.waitUntil(panel("map").on_screen)


def test_what_floats_and_what_is_closed(open_window: Open, qtbot: QtBot) -> None:
    window = open_window("three-lines")
    layout, panel = workbench(window).layout, workbench(window).panel
    panel("loss").setFloating(True)
    panel("loss").resize(333, 222)
    layout.toggle(panel("landscape"))
    state = kept(window)
    layout.reset(("network", "loss", "landscape"))
    assert layout.arrange(state)
    assert panel("loss").isFloating() and panel("loss").size().toTuple() == (333, 222)
    assert not panel("landscape").isVisible() and panel("network").on_screen()


def _whole(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}i", *numbers)


def _panel(name: str, *place: int, flags: int = 1) -> bytes:
    text = f"panel-{name}".encode("utf-16-be")
    return b"\xfb" + _whole(len(text)) + text + bytes([flags]) + _whole(*(place or (0, 100, 1, 1)))


def _crafted(tree: bytes, side: int = 1) -> bytes:
    return _whole(0xFF, VERSION) + b"\xfd" + _whole(1, side, 900, 600) + tree


LISTS_IN_TABS = b"\xfa" + _whole(-1) + b"\x02" + _whole(2)
LISTS_IN_TABS += b"\xfc" + _whole(32767, -1, 1, 300) + b"\xfc\x01" + _whole(1) + _panel("network", 32767, 5, 1, 1)
LISTS_IN_TABS += _panel("loss", -1, -1, 1, 1)
"""Upon one like this Qt's reader never returns."""


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (_crafted(LISTS_IN_TABS), {"network"}),
        (_crafted(b"\xfc\x09" + _whole(2) + _panel("network") + _panel("gone")), {"network"}),
        (_crafted(b"\xfc\x01" + _whole(1) + _panel("network"), side=2), {"network"}),
        (_crafted(b"\xfc\x01" + _whole(2) + _panel("network") + _panel("network")), None),
        (_crafted(b"\xfc\x01" + _whole(1) + _panel("setup")), None),  # no view is open
        (_crafted(b"\xfc\x01" + _whole(1) + _panel("network", flags=0)), None),
        (_crafted(b"\xfc\x01" + _whole(1) + _panel("network", 0, 1 << 20, 1, 1)), None),
        (_crafted(b"\xfc\x01" + _whole(1 << 30)), None),
        (_crafted(b"\xfc\x01" + _whole(1) + _panel("network"), side=4), None),
        (_crafted((b"\xfc\x01" + _whole(1) + b"\xfc" + _whole(0, 9, 0, 0)) * 1000), None),
        (_whole(0xFF, VERSION + 1) + _crafted(LISTS_IN_TABS)[8:], None),
        (b"", None),
        (b"AAAA" * 1000, None),
    ],
    ids=str.split(
        "lists-in-tabs odd-way above twice no-view closed too-large endless no-side deep version nothing letters"
    ),
)
def test_whatever_it_says_qt_is_not_asked(
    window: Window, monkeypatch: pytest.MonkeyPatch, state: bytes, shown: set[str] | None
) -> None:
    monkeypatch.setattr(QMainWindow, "restoreState", lambda *_: pytest.fail("given to Qt"))
    before = places(window)
    assert workbench(window).layout.arrange(state) == (shown is not None)
    assert {*places(window)} == shown if shown is not None else places(window) == before


def test_bytes_that_are_spoilt_are_read_or_refused(window: Window) -> None:
    state, draw = kept(window), Random(3)
    names = [panel.objectName() for panel in workbench(window).layout.panels]
    for _ in range(2000):
        spoilt = bytearray(state[: draw.randrange(len(state))] if draw.random() < 0.2 else state)
        for _ in range(draw.randrange(1, 4)):
            if spoilt:
                spoilt[draw.randrange(len(spoilt))] = draw.choice([0, 1, 2, 250, 251, 252, 255, draw.randrange(256)])
        found = arrangement.read(bytes(spoilt), VERSION, names)
        leaves = [] if found is None else [name for leaf in found.leaves for name in leaf.names]
        assert len(set(leaves)) == len(leaves) and set(leaves) <= set(names)
    assert workbench(window).layout.arrange(bytes(QByteArray(state).data()))
