"""A table of one's own: CSV, TSV and their like, or arrays as .npz. Named by its path, and known by its SHA-256."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dropout_viz.data.code import Code
from dropout_viz.data.dataset import DataSet
from dropout_viz.errors import OtherFiles, UserError
from dropout_viz.files import exists

if TYPE_CHECKING:
    from dropout_viz.data.tables.table import FileTable

KEY = "table"
TITLE = "A table of your own"
ORDER = 90
LARGE = True
"""Reading it may take a moment: the window does so off its own thread."""
OWN = True
"""It is nothing without a file."""


def load(
    *,
    file: str = "",
    sha256: str = "",
    target: str = "",
    task: str = "classes",
    columns: tuple[str, ...] = (),
    as_texts: tuple[str, ...] = (),
    header: str = "guess",
    encoding: str = "guess",
    decimal: str = "guess",
    missing: str = "drop",
    texts: str = "one-hot",
    standardise: bool = True,
    test_share: float = 0.2,
    seed: int = 0,
) -> DataSet:
    """Return examples made of a file, float64: x (rows, inputs), y (rows, outputs), and the same of the test rows.

    The arguments are the settings of a run of these names. ``sha256``: of the file that is meant, or ``""``: of any.

    Raises:
        OtherFiles: the file is another than it was.
        UserError: it is not there, cannot be read, or cannot be made examples of; one line.
    """
    from dropout_viz.data.tables.prepare import TableChoices, prepare  # not needed before a table is opened
    from dropout_viz.data.tables.read import read
    from dropout_viz.data.tables.table import TableReading

    if not file:
        raise UserError("file: empty; must be a table (CSV, TSV, .npz): open one, or drop it on the window")
    if sha256 and not exists(Path(file)):
        raise UserError(
            f"{file}: no such file; must be there, or lie beside the run, or be named where it is (--set file=PATH)"
        )
    only = {target, *columns} if columns else ()

    def checked() -> FileTable:
        table = read(Path(file), TableReading(as_texts, header, encoding, decimal), only=only)
        if sha256 and table.sha256 != sha256:
            raise OtherFiles(
                f"file = {file}: has changed (its SHA-256 was {sha256[:12]}…, and is {table.sha256[:12]}…); must be as "
                "it was; where no run of it has begun, sha256 may be empty instead"
            )
        return table

    return prepare(checked(), TableChoices(target, task, columns, missing, texts, standardise, test_share, seed))


def code(*, file: str = "", script: str = "") -> Code:
    """Return the lines that read the examples, as they were prepared, from a file beside the script, which is named as
    that is, without its ending."""
    return Code.of_examples(script or Path(file).stem or "table", f"rows of {Path(file).name}")
