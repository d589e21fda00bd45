"""What every data set is, whatever file it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.errors import OtherFiles

Array = NDArray[np.floating]
"""float64, or float32 where there is much of it."""


@dataclass(frozen=True, eq=False)
class DataSet:
    """Training and test examples. Its arrays are made read-only: every run and view shares them.

    Attributes:
        x: training inputs, shape (examples, features).
        y: training targets, shape (examples, outputs): 0/1 columns for classes (one column for two classes).
        x_test, y_test: the same for the test set, or None where there is none.
        classes: names of the classes, or () where the targets are not classes.
        features: names of the input columns, or (). targets: those of the columns that are predicted as numbers, or ().
        image: (height, width) where an input row is a picture, else None.
        credit: source and licence, one line.
        flipped: which training labels were made wrong on purpose, shape (examples,), or None where none were.
        unit: of targets that are numbers, how much 1 is in their own unit; 0 where they have none, or several.
        scales, target_scales: of inputs and of targets that were standardised, the (mean, standard deviation) in the
            table of each column; else ().
        told: of a table, what reading it took for granted: ``left_out``, columns that are no inputs though nobody said
            so, each with its name and why; ``standardised``, whether inputs and targets of numbers are; of text also
            ``encoding``, ``decimal_mark`` and ``decimal_mark_doubtful``, whether some numbers could be read with the
            other mark as well.
        files: of data that were read from files, which anybody may have others of: a SHA-256 of all they hold; else "".
    """

    x: Array
    y: Array
    x_test: Array | None = None
    y_test: Array | None = None
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    image: tuple[int, int] | None = None
    credit: str = ""
    facts: dict[str, float] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    flipped: NDArray[np.bool_] | None = None
    files: str = ""
    unit: float = 0.0
    targets: tuple[str, ...] = ()
    scales: tuple[tuple[float, float], ...] = ()
    target_scales: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if self.x_test is None or self.y_test is None or not len(self.x_test):  # an empty test set is none
            for name in ("x_test", "y_test"):
                object.__setattr__(self, name, None)
        for array in (self.x, self.y, self.x_test, self.y_test, self.flipped):
            if array is not None:
                array.flags.writeable = False

    def check_files(self, known: str) -> None:
        """Raise ``OtherFiles`` where a run was trained on other files; ``known``: theirs, "" where nobody noted it."""
        if known and self.files and known != self.files:
            raise OtherFiles(
                "was trained on other files of its data set than those that are here (the files' SHA-256 was "
                f"{known[:12]}…, and is {self.files[:12]}…); must be opened where the same files are"
            )
