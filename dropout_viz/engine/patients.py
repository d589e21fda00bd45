"""Runs with a hidden fault: what the trainer has to ask of it, and where it is found, by the number of its patient.

The faults themselves are files in ``clinic``, one each, which nothing here names. A run carries its patient's number in
its settings, so that wherever it is trained, saved, opened or repeated, it is with its fault.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dropout_viz import registry
from dropout_viz.data.dataset import DataSet
from dropout_viz.nn.edit import Edit
from dropout_viz.registry import Entry

if TYPE_CHECKING:
    from dropout_viz.engine.config import RunConfig

Probabilities = tuple[float, ...]


class Fault(Edit):
    """What a fault changes of a run. This one changes nothing; each of the others overrides what it does."""

    def data(self, data: DataSet) -> DataSet:
        """Return the examples that are really trained and tested with."""
        return data

    def drop(self, drop: Probabilities) -> Probabilities:
        """Return the drop probabilities that are really used, for those that were set: of the input and each layer."""
        return drop


HEALTHY = Fault()


@cache
def patients() -> dict[int, Entry]:
    """Return the files of the faults, by the numbers of their patients, ascending."""
    found = {entry.facts["PATIENT"]: entry for entry in registry.entries("clinic").values()}
    return dict(sorted(found.items()))


def fault_of(patient: int | None) -> Fault:
    """Return the fault of a patient; None: of a run that has none."""
    if patient is None:
        return HEALTHY
    found: Fault = patients()[patient].load().FAULT
    return found


def title_of(patient: int) -> str:
    """Return what a patient is called, wherever its run is named."""
    return f"Patient {patient} of the fault clinic"


def check(config: RunConfig) -> None:
    """Raise ``ValueError`` for a run that its patient's fault is not made for."""
    known = patients()
    if config.patient not in known:
        allowed = f"from {min(known)} to {max(known)}" if known else "empty: there is no fault clinic"
        raise ValueError(f"patient = {config.patient}: must be {allowed}")
    for key, value in {"rule": "exact", "noise": "bernoulli", "worlds": 1, "maps": ()}.items():
        if getattr(config, key) != value:
            shown = "empty" if value == () else value
            raise ValueError(f"{key}: must be {shown} in the fault clinic, whose runs have a patient's number")


def check_arms(config: RunConfig) -> None:
    """Raise ``ValueError`` where an arm would need other data than the first: all arms share them."""
    if not config.arms:
        return
    own = [fault_of(arm.get("patient", config.patient)) for arm in config.arms]
    if len(set(own)) > 1 and any(type(one).data is not Fault.data for one in own):
        raise ValueError("patient: must be the same in all arms where its fault lies in the data, which all arms share")
