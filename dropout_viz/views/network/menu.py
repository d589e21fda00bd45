"""What can be done with a hidden unit of the Network view: a menu."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.twins import twin_of
from dropout_viz.nn.parts import Unit
from dropout_viz.views.base import Selection


def fill_unit_menu(menu: QMenu, config: RunConfig, selection: Selection, unit: Unit) -> None:
    """Add what can be done with a hidden unit to a menu. Views change no run: it asks for one."""
    menu.setToolTipsVisible(True)
    number = unit.index + 1
    away = unit in selection.off
    lesion = menu.addAction(f"Put unit {number} back" if away else f"Take unit {number} away in the Ablation view")
    lesion.setToolTip("The run goes on with every unit")
    lesion.triggered.connect(lambda: selection.take_away(selection.off ^ {unit}))
    twin = twin_of(config, unit.layer, unit.index)
    if twin is not None:
        make = menu.addAction(f"Make unit {twin[2]} a twin of unit {number}: a new run")
        make.setToolTip(
            f"Starts the run anew. At step 0 unit {twin[2]} has unit {number}'s incoming weights, and each has half of "
            f"unit {number}'s vote. The Twins view shows what becomes of them."
        )
        make.triggered.connect(lambda: selection.ask({"twin": twin}))
    if config.twin:
        part = menu.addAction("Start without twins: a new run")
        part.triggered.connect(lambda: selection.ask({"twin": ()}))
