"""What is imported after PySide is not read by it."""

from __future__ import annotations

import sys


def leave_unread() -> None:
    """Import PySide, and let it take every module that comes after it for one that uses it.

    It would read the source of each to see whether it does: NumPy's, pydantic's, all of ours. That is a tenth of the
    time until the window is furnished, and makes no difference to a module that asks for none of PySide's features.
    """
    import PySide6.QtCore  # noqa: F401

    feature, reads = sys.modules.get("shibokensupport.feature"), "_mod_uses_pyside"
    if hasattr(feature, reads):  # not in every release
        setattr(feature, reads, lambda module: True)
