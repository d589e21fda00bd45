"""Pictures of one's own: a folder with a folder of them for each class. Known by a SHA-256 of all that they hold."""

from __future__ import annotations

from pathlib import Path

from dropout_viz.data.code import Code
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.pictures import SIDE, examples, taken
from dropout_viz.errors import UserError

KEY = "images"
TITLE = "Pictures of your own"
ORDER = 91
LARGE = True
OWN = True


def load(*, file: str = "", sha256: str = "", side: int = SIDE, test_share: float = 0.2, seed: int = 0) -> DataSet:
    """Return the pictures in grey, float32 in [0, 1]: x (pictures, side * side), and a column a class, or one for two.

    Each is made to fit into a square, beside which bars have the mean grey of its edge. The arguments are the settings
    of a run of these names; ``file``: of the folder. Of every class the same share is for the test.

    Raises:
        OtherFiles: the pictures are others than they were.
        UserError: what is not there or cannot be read; one line.
    """
    if not file:
        raise UserError("file: empty; must be a folder of pictures: drop it on the window, or open it")
    given = taken(file, sha256, side, test_share, seed)
    if given is not None:
        return given
    return examples(Path(file), sha256=sha256, side=side, test_share=test_share, seed=seed)


def code(*, file: str = "", script: str = "") -> Code:
    """Return the lines that read the examples, as they were prepared, from a file beside the script, which is named as
    that is, without its ending."""
    return Code.of_examples(script or Path(file).name or "pictures", f"pictures of {Path(file).name}", "float32")
