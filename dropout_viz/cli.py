"""The command line. Only the commands that open a window or draw a picture import Qt."""

from __future__ import annotations

import argparse
import codecs
import io
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from dropout_viz import __version__
from dropout_viz.engine.listing import KINDS, listing
from dropout_viz.engine.threads import threads
from dropout_viz.errors import MisplacedData, MissingData, NoRoom, RunError, UserError, one_line

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

    from dropout_viz.engine.source import Source
    from dropout_viz.engine.trainer import Trainer

DEFAULT = "three-lines"
SOURCE = (
    "a preset, a config.toml, a run.safetensors, an exported .png, .svg or .html, or your own table (CSV, TSV, .npz)"
)


class _Parser(argparse.ArgumentParser):
    """Argument errors are user errors: one line, exit status 2."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; see {self.prog} --help")

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help. That it could not be written is told, as of any other output."""
        print(self.format_help(), end="", file=file or sys.stdout)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        sys.stdout.flush()
        super().exit(status, message)


def _parser(command: str) -> argparse.ArgumentParser:
    """Return the parser, in which the options of ``export`` stand only where they are wanted: what they name is much to
    import."""
    parser = _Parser(prog="dropout-viz", description="Train a small network with dropout and watch what it does.")
    parser.add_argument("--version", action="version", version=f"dropout-viz {__version__}")
    commands = parser.add_subparsers(dest="command", parser_class=_Parser, metavar="COMMAND")

    gui = commands.add_parser("gui", help="open the window (the default)")
    gui.add_argument(
        "source",
        nargs="?",
        default=DEFAULT,
        metavar="SOURCE",
        help=SOURCE,
    )
    gui.add_argument("--steps", metavar="N", help="open it at step N, paused; +N: so many further")
    gui.add_argument("--profile-frames", metavar="OUT.json", help="write what every frame took, when the window closes")
    _add_settings(gui)
    gui.set_defaults(act=_gui)

    listing = commands.add_parser("list", help="list what there is")
    listing.add_argument("kind", nargs="?", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    listing.add_argument("--json", action="store_true", help="print one JSON value")
    listing.set_defaults(act=_list)

    train = commands.add_parser("train", help="train without a window")
    train.add_argument("source", metavar="SOURCE", help=SOURCE)
    length = train.add_mutually_exclusive_group()
    length.add_argument("--steps", metavar="N", help="train up to step N (the preset's own); +N: so many more")
    length.add_argument(
        "--epochs",
        metavar="N",
        help="train for N more epochs, each so many steps as whole batches fit into the training set",
    )
    train.add_argument("--worlds", metavar="R", help="independent runs, with the seeds N, N + 1, ...")
    _add_settings(train)
    train.add_argument("--save", metavar="RUN", help="save the run, to be gone on with: a .safetensors file")
    train.add_argument("--json", action="store_true", help="print one JSON object")
    train.set_defaults(act=_train)

    export = commands.add_parser("export", help="save a picture, a film, the curves or the settings of a run")
    if command == "export":
        from dropout_viz.app.export.command import add_options

        add_options(export)
    _add_settings(export)
    export.set_defaults(act=_export)

    lab = commands.add_parser("lab", help="answer a question with many runs", add_help=False)
    lab.set_defaults(act=_lab)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", metavar="N", help="decides initial weights, masks and data order")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        dest="words",
        help="change a setting; may be repeated",
    )
    parser.add_argument(
        "--arm",
        action="append",
        default=[],
        metavar="'KEY=VALUE; ...'",
        dest="arms",
        help="the same run with these settings, in one word, beside those of the other --arm",
    )
    table = parser.add_argument_group("a table of your own")
    table.add_argument("--target", metavar="COLUMN", help="what is to be learned (a guess)")
    table.add_argument("--task", metavar="classes|numbers", help="what the target's values are (a guess)")
    table.add_argument("--columns", metavar="A,B", help="the inputs (all columns that are of use)")
    table.add_argument(
        "--missing", metavar="drop|mean|category", help="what becomes of gaps (drop: the row is left out)"
    )
    table.add_argument("--header", metavar="yes|no", help="whether the first row names the columns (a guess)")
    table.add_argument("--encoding", metavar="NAME", help="of a table as text, such as cp1252 (a guess)")
    table.add_argument("--test-share", metavar="SHARE", dest="test_share", help="share kept for the test (0.2)")


_OF_TABLES = ("target", "task", "columns", "missing", "test_share", "header", "encoding")
"""Settings that have an option of their own."""


_FIRST = ("gui", "list", "train", "export", "lab", "-h", "--help", "--version")
"""Words that a command line begins with that does not mean ``gui``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0, 1 for a run that failed, 2 for bad input, 130 after Ctrl-C.

    Whoever asks it to end otherwise is heard as Ctrl-C is, and the status is 128 and the signal's number.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] not in _FIRST:
        words.insert(0, "gui")  # "dropout-viz xor" opens the window, and so does "dropout-viz --steps 5 xor"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_AS_WELL_AS_POSSIBLE)
    closed = sys.stdout is None
    _open_closed()
    heard: list[int] = []
    with _heard_as_interrupts(heard):
        return _main(words, heard, closed)


def _open_closed() -> None:
    """Let what would be written to an output that was closed go nowhere: the first file that is opened would get its
    number, and with it what libraries print."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - as long as the program


def _main(words: list[str], heard: Sequence[int], closed: bool) -> int:
    try:
        if closed and words[0] != "gui":  # which has nothing to write: where there is no console there is no output
            raise UserError("standard output: closed; must be open, or lead to a file")
        lab = words[0] == "lab"  # which parses its own words: a lab declares its options
        options = _parser(words[0]).parse_args(words[:1] if lab else words, argparse.Namespace(lab_words=words[1:]))
        threads()  # refused now, not by the first run whose steps are large
        status = _act(options)
        sys.stdout.flush()  # a reader that has gone away is noticed here, not when the interpreter ends
        return status
    except UserError as error:
        return _complain(str(error), 1 if isinstance(error, NoRoom) else 2)
    except RunError as error:
        return _complain(str(error), 1)
    except ImportError as error:
        if heard:  # of what was being imported: a library may take being interrupted for its own failure
            return _stopped(heard)
        return _complain(_lacking(error), 2)
    except MemoryError as error:
        return _complain(f"not enough memory ({error}); must be a smaller network, data set or number of worlds", 1)
    except BrokenPipeError:
        _mute()  # "| head" is no reason for a traceback
        return 0
    except OSError as error:
        if error.filename is not None:
            name = os.fsdecode(error.filename) if isinstance(error.filename, bytes) else str(error.filename)
            return _complain(f"{name}: {error.strerror}; must be a place that may be read and written", 2)
        _mute()
        return _complain(f"standard output: {error.strerror or error}; must be writable", 1)
    except KeyboardInterrupt:
        return _stopped(heard)


def _stopped(heard: Sequence[int]) -> int:
    with suppress(OSError):  # the terminal may have gone
        print("stopped", file=sys.stderr, flush=True)
    return 128 + (heard[0] if heard else signal.SIGINT)


@contextmanager
def _heard_as_interrupts(heard: list[int]) -> Iterator[None]:
    """Let being told to end, or losing the terminal, be dealt with as Ctrl-C is; add the signals to ``heard``."""

    def hear(number: int, _: object) -> None:
        heard.append(number)
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)  # whoever listens for it is asked

    names = ("SIGINT", "SIGTERM", "SIGHUP") if threading.current_thread() is threading.main_thread() else ()
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    usual = (signal.SIG_DFL, signal.default_int_handler)
    mine = {which: before for which in known if (before := signal.getsignal(which)) in usual}  # nohup has it ignored
    for which in mine:
        signal.signal(which, hear)
    try:
        yield
    finally:
        for which, before in mine.items():
            signal.signal(which, before)


def _act(options: argparse.Namespace) -> int:
    """Carry out a command. Where it needs data that can be downloaded, do that first."""
    try:
        return int(options.act(options))
    except MisplacedData:
        raise  # who names a folder means what is in it
    except MissingData as missing:
        from dropout_viz.data import terminal

        terminal.download(missing)
    return int(options.act(options))


def _as_well_as_possible(error: UnicodeError) -> tuple[str | bytes, int]:
    """Write the bytes of a file's name as they are, and spell out what else the terminal has no characters for."""
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeError:
        return codecs.lookup_error("backslashreplace")(error)


_AS_WELL_AS_POSSIBLE = "dropout-viz"
codecs.register_error(_AS_WELL_AS_POSSIBLE, _as_well_as_possible)


def _lacking(error: ImportError) -> str:
    """Return what to install where Qt's own libraries lack one of the system; raise any other error again."""
    from dropout_viz.app.platform import libraries as system_libraries

    found = system_libraries.lacking(error)
    if found is None:
        raise error
    return found


def _mute() -> None:
    """Let what is still buffered go nowhere: the interpreter would try, and fail, to write it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str, status: int) -> int:
    """Print an error as one line and return the exit status."""
    with suppress(OSError):
        print(f"error: {one_line(text)}", file=sys.stderr)
    return status


def _given(options: argparse.Namespace, **more: str | None) -> dict[str, Any]:
    """Return the settings that ``--seed``, ``--set`` and other options name."""
    from dropout_viz.engine.lengths import whole
    from dropout_viz.engine.settings import parse_arm, parse_words

    settings = parse_words(options.words)
    of_table = [f"{key}={text}" for key in _OF_TABLES if (text := getattr(options, key)) is not None]
    settings |= parse_words(of_table, "--target and its like")
    if options.arms:
        settings["arms"] = tuple(parse_arm(text) for text in options.arms)
    for key, text in {"seed": options.seed, **more}.items():
        if text is not None:
            settings[key] = whole(text, f"--{key}", 0)
    return settings


def _source(options: argparse.Namespace, **more: str | None) -> Source:
    """Return what a source and its options ask for."""
    from dropout_viz.data.load import left_out
    from dropout_viz.engine.source import Source, is_own, load_source, open_moved, own_config

    settings = _given(options, **more)
    own = is_own(options.source)
    source = Source(own_config(Path(options.source), settings)) if own else load_source(options.source)
    foreign = [key for key in _OF_TABLES if getattr(options, key) is not None and key in left_out(source.config.data)]
    if foreign:
        raise UserError(f"--{foreign[0].replace('_', '-')}: nothing in data = {source.config.data}; must be left out")
    if own:
        return source
    if source.read is not None and set(settings) == {"file"}:
        return open_moved(Path(options.source), str(settings["file"]))
    if settings and source.read is not None:
        raise UserError(f"{', '.join(settings)}: cannot change in a run that has begun; must be left as it is")
    return replace(source, config=source.config.changed(**settings)) if settings else source


def _list(options: argparse.Namespace) -> int:
    found = {kind: listing(kind) for kind in ([options.kind] if options.kind else KINDS)}
    if options.json:
        print(json.dumps(found[options.kind] if options.kind else found, indent=2))
        return 0
    for kind, rows in found.items():
        if not options.kind:
            print(f"{kind}:")
        for row in rows:
            print(f"  {row['key']:<20} {row['title']}")
        if not rows:
            print("  (none)")
    return 0


def _train(options: argparse.Namespace) -> int:
    from dropout_viz.engine import run_file
    from dropout_viz.engine.arms import Arms
    from dropout_viz.engine.lengths import check_length, steps_to_go, whole
    from dropout_viz.engine.own_files import check_place
    from dropout_viz.engine.report import lines, report
    from dropout_viz.engine.terminal import advance_shown, shown
    from dropout_viz.engine.trainer import Trainer

    source = _source(options, worlds=options.worlds)
    place = None if options.save is None else Path(options.save)
    if place is not None:
        if place.suffix.lower() != run_file.ENDING:
            raise UserError(f"--save {place}: the ending must be {run_file.ENDING}")
        check_place(place, source.config)
    with shown("restoring") as going:
        run = Arms([Trainer(source.config)]) if source.read is None else source.open(going=going)
    if options.steps is not None:
        steps = steps_to_go(options.steps, run.step)
    elif options.epochs is not None:
        steps = whole(options.epochs, "--epochs", 0) * run.first.steps_per_epoch
    else:
        steps = max(0, run.config.steps - run.step)
    check_length(run.step + steps)
    before = run.step
    try:
        seconds = advance_shown(run, steps)
    except KeyboardInterrupt:
        if place is not None:
            run_file.save(run.state(), place)
            print(f"stopped at step {run.step:,}, saved in {place}", file=sys.stderr)
        raise
    if place is not None:
        run_file.save(run.state(), place)
    found = report(options.source, run, seconds, run.step - before)
    print(json.dumps(found) if options.json else "\n".join(lines(found, run.first.data)))
    _say_why_it_stopped(options.source, *run.trainers)
    return 0


def _say_why_it_stopped(source: str, *trainers: Trainer) -> None:
    """Tell of a run that ended early; one that diverged has failed."""
    from dropout_viz.engine.report import failure

    for trainer in trainers:
        if trainer.diverged:
            raise RunError(f"{source}: {failure(trainer)}")
        if trainer.stopped:
            print(trainer.stopped, file=sys.stderr)


def _export(options: argparse.Namespace) -> int:
    from dropout_viz.app.export.command import run_export

    trainers = run_export(_source(options), options)
    print(options.out)
    _say_why_it_stopped(options.source, *trainers)
    return 0


def _lab(options: argparse.Namespace) -> int:
    from dropout_viz.app.labs.command import run_lab

    return run_lab(options.lab_words, _Parser)


def _gui(options: argparse.Namespace) -> int:
    from dropout_viz.app.main import Asked, run
    from dropout_viz.files import exists

    frames = None if options.profile_frames is None else Path(options.profile_frames)
    if frames is not None:
        from dropout_viz.engine.config import RunConfig
        from dropout_viz.engine.own_files import check_place

        check_place(frames, RunConfig(), Path(options.source))
    table = None
    if exists(Path(options.source)):  # what is no file need not wait for what tells which kind it is
        from dropout_viz.engine.source import is_own

        table = (Path(options.source).absolute(), _given(options)) if is_own(options.source) else None
    target = None
    if options.steps is not None:
        from dropout_viz.engine.lengths import check_length, steps_to_go, whole

        check_length(whole(options.steps.removeprefix("+"), "--steps", 0))
        target = lambda at: at + steps_to_go(options.steps, at)  # noqa: E731
    return run(Asked(lambda: _source(options), options.source, target, frames, table))


if __name__ == "__main__":
    sys.exit(main())
