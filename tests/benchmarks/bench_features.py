"""800 units of 784 weights as one picture: computed and painted, against the tenth of a second between two frames."""

from __future__ import annotations

import statistics
import time

from PySide6.QtWidgets import QApplication

from dropout_viz.app.look.theme import prepare
from dropout_viz.draw import style as look
from dropout_viz.views.base import Selection
from dropout_viz.views.features import view as features
from tests.benchmarks.ratios import report
from tests.views.hands import picture
from tests.views.test_features import large


def test_800_units(qapp: QApplication) -> None:
    prepare(qapp)
    frame = large()
    view = features.View(Selection(), look.style("dark"))
    view.resize(620, 500)
    view.show_frame(frame)
    computed, painted = [], []
    for _ in range(15):
        begun = time.perf_counter()
        answer = view.question(frame).work()
        between = time.perf_counter()
        view.take(answer)
        picture(view)
        computed.append(between - begun)
        painted.append(time.perf_counter() - between)
    both = statistics.median(a + b for a, b in zip(computed, painted, strict=True))
    report(
        "features, 800 units of 28 x 28",
        {
            "on the worker, ms": 1000 * statistics.median(computed),
            "painting, ms": 1000 * statistics.median(painted),
            "both, share of a 10-Hz frame": both / 0.1,
        },
    )
    for widget in (view, *view.header_tools()):
        widget.close()
        widget.deleteLater()
