"""``dropout-viz lab NAME``: a lab without a window. Qt is imported only to draw the pictures of ``--out``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from dropout_viz import registry
from dropout_viz.errors import UserError
from dropout_viz.files import check_writable, exists, reason
from dropout_viz.labs import files
from dropout_viz.labs.lab import Lab, LabResult, load_lab, to_ask
from dropout_viz.labs.options import Options, add_flags, from_words
from dropout_viz.labs.store import Store
from dropout_viz.labs.terminal import print_table, run_shown
from dropout_viz.words import many

NoParser = Callable[..., argparse.ArgumentParser]


def run_lab(words: Sequence[str], make_parser: NoParser) -> int:
    """Carry out ``lab`` with the words after it, and return the exit status.

    Args:
        make_parser: makes an ``ArgumentParser`` whose errors are user errors.

    Raises:
        UserError: bad input, one line. KeyboardInterrupt: Ctrl-C, after what is finished was printed and written.
    """
    name = next((word for word in words if not word.startswith("-")), None)
    if not words or words[0] in ("-h", "--help"):
        _overview()
        if not words:
            raise UserError(f"lab: no name given; must be one of {', '.join(registry.entries('labs'))}")
        return 0
    if words[0] != name:
        raise UserError(f"lab {words[0]}: the lab's name comes first; see dropout-viz lab --help")
    lab = load_lab(name)
    given = vars(_parser(lab, make_parser).parse_args(list(words[1:])))
    out, as_json, fresh, sure = (given.pop(key) for key in ("out_", "json_", "fresh_", "yes_"))
    options = from_words(lab.Options, given)
    made: list[Path] = []
    try:
        folder = None if out is None else _folder(Path(out), made)
        _ask(to_ask(lab, options), sure)
        begun = time.perf_counter()
        outcome = run_shown(lab, options, Store(reading=not fresh))
        seconds = time.perf_counter() - begun
        if outcome.result is not None:
            _print(lab, outcome.result, seconds, as_json)  # first: whatever happens to the files, this is not lost
            if folder is not None:
                _write(folder, lab, options, outcome.result, seconds)
    finally:
        for path in made:
            with suppress(OSError):  # something has been written into it
                path.rmdir()
    if not outcome.whole:
        raise KeyboardInterrupt
    return 0


def _parser(lab: Lab, make_parser: NoParser) -> argparse.ArgumentParser:
    about = f"{lab.QUESTION}\n\n{' '.join(lab.HELP.values())}\n\nSource: {lab.SOURCE}"
    parser = make_parser(prog=f"dropout-viz lab {lab.KEY}", description=about, allow_abbrev=False)
    about_out = "write result.json, CSV and PNG pictures there, in a folder that is made if need be"
    parser.add_argument("--out", dest="out_", metavar="DIR", help=about_out)
    parser.add_argument("--json", dest="json_", action="store_true", help="print one JSON object")
    parser.add_argument("--fresh", dest="fresh_", action="store_true", help="use nothing that earlier runs have kept")
    parser.add_argument("--yes", dest="yes_", action="store_true", help="do not ask before a very long run")
    add_flags(parser, lab.Options)
    return parser


def _overview() -> None:
    print("usage: dropout-viz lab NAME [--out DIR] [--json] [options]; for its options: dropout-viz lab NAME --help\n")
    for entry in registry.entries("labs").values():
        print(f"  {entry.key:<14} {entry.facts['QUESTION']}")


def _ask(question: str, sure: bool) -> None:
    """Ask before a very long run; without a terminal to ask at, refuse it."""
    if not question or sure:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UserError(f"{question}; must be confirmed with --yes")
    print(f"{question}. Begin? [y/N] ", end="", file=sys.stderr, flush=True)
    if input().strip().lower() not in ("y", "yes"):
        raise UserError("not begun; must be answered with y, or be smaller")


def _folder(path: Path, made: list[Path]) -> Path:
    """Return a folder to write in, made if it is not there, in one that is; ``made`` is told where it was.

    Raises ``UserError`` before any work is done.
    """
    try:
        made += [path] * (not exists(path))
        path.mkdir(exist_ok=True)
    except OSError as error:
        why = "a file" if exists(path) else reason(path, error)
        raise UserError(f"--out {path}: {why}; must be a folder, or the name of one in a folder that exists") from None
    check_writable(path / "result.json")
    return path


def _write(folder: Path, lab: Lab, options: Options, result: LabResult, seconds: float) -> None:
    written = files.write(folder, lab.KEY, options, result, seconds, lab.SOURCE)
    if result.figures:
        from dropout_viz.app.labs.pictures import write_pictures

        texts = {"lab": lab.KEY, "source": lab.SOURCE, "options": json.dumps(options.model_dump(mode="json"))}
        written += write_pictures(folder, result.figures, texts)
    print(f"{many(len(written), 'file')} in {folder}", file=sys.stderr)


def _print(lab: Lab, result: LabResult, seconds: float, as_json: bool) -> None:
    if as_json:
        print(json.dumps(files.as_json(lab.KEY, result)))
        return
    print(f"{lab.TITLE}\n{lab.QUESTION}\nSource: {lab.SOURCE}\n")
    print_table(result.results)
    for note in (*(f"{f.name}: {f.note}" for f in result.results if f.note), *result.notes):
        print(f"\n{note}")
    print(f"\n{result.verdict} ({seconds:.1f} s)")
