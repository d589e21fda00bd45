"""What the bundled program starts with.

The program and the libraries that it stands on start processes of their own as ``sys.executable -P -m module`` or
``sys.executable -c code``. In a bundle that is this program, which then does what Python would do.
"""

import ctypes
import os
import runpy
import sys
from pathlib import Path

_WITH_A_WORD = ("-W", "-X")  # options of Python that are followed by a word, where it is not part of them


def _as_python(words: list[str]) -> bool:
    """Do what Python would do with these arguments, where they are such; return whether they were."""
    rest = list(words)
    while rest and rest[0].startswith("-") and rest[0] not in ("-m", "-c"):
        if rest[0].startswith("--") or rest[0] in ("-h", "-V"):
            return False
        option = rest.pop(0)
        if option in _WITH_A_WORD:
            rest = rest[1:]
    if len(rest) < 2 or rest[0] not in ("-m", "-c"):
        return False
    kind, what, *others = rest
    if kind == "-m":
        sys.argv = [what, *others]
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        sys.argv = ["-c", *others]
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__", "__builtins__": __builtins__})
    return True


def _lend_libraries() -> None:
    """Load the libraries of X11 and Wayland that this system lacks, from the bundle: the system's own come first."""
    lacking = []
    for file in sorted(Path(sys._MEIPASS, "system").glob("*")):
        try:
            ctypes.CDLL(file.name)
        except OSError:
            lacking.append(file)
    if any(file.name.startswith("libEGL") for file in lacking):
        os.environ.setdefault("QT_XCB_GL_INTEGRATION", "none")  # and so there is no driver either
    before = len(lacking) + 1
    while lacking and len(lacking) < before:  # some need others
        before, rest = len(lacking), []
        for file in lacking:
            try:
                ctypes.CDLL(str(file), ctypes.RTLD_GLOBAL)
            except OSError:
                rest.append(file)
        lacking = rest


if __name__ == "__main__":
    _lend_libraries()
    if not _as_python(sys.argv[1:]):
        from dropout_viz.__main__ import main

        sys.exit(main())
