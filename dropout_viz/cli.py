"""The command line. Only the commands that open a window or draw a picture import Qt."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from dropout_viz import __version__, registry
from dropout_viz.errors import MissingData, RunError, UserError

if TYPE_CHECKING:
    from dropout_viz.engine.arms import Arms
    from dropout_viz.engine.config import RunConfig
    from dropout_viz.engine.trainer import Trainer

KINDS = ("presets", "data", "views", "lessons", "labs")
DEFAULT = "three-lines"


class _Parser(argparse.ArgumentParser):
    """Argument errors are user errors: one line, exit status 2."""

    def error(self, message: str) -> NoReturn:
        raise UserError(f"{message}; see {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="dropout-viz", description="Train a small network with dropout and watch what it does.")
    parser.add_argument("--version", action="version", version=f"dropout-viz {__version__}")
    commands = parser.add_subparsers(dest="command", parser_class=_Parser, metavar="COMMAND")

    gui = commands.add_parser("gui", help="open the window (the default)")
    gui.add_argument("source", nargs="?", default=DEFAULT, metavar="SOURCE", help="a preset or a config.toml")
    _add_settings(gui)
    gui.set_defaults(act=_gui)

    listing = commands.add_parser("list", help="list what there is")
    listing.add_argument("kind", nargs="?", choices=KINDS, metavar="KIND", help=", ".join(KINDS))
    listing.add_argument("--json", action="store_true", help="print one JSON value")
    listing.set_defaults(act=_list)

    train = commands.add_parser("train", help="train without a window")
    train.add_argument("source", metavar="SOURCE", help="a preset or a config.toml")
    length = train.add_mutually_exclusive_group()
    length.add_argument("--steps", metavar="N", help="steps to do (the preset's own number)")
    length.add_argument("--epochs", metavar="N", help="passes over the training set")
    train.add_argument("--worlds", metavar="R", help="independent runs, with the seeds N, N + 1, ...")
    _add_settings(train)
    train.add_argument("--json", action="store_true", help="print one JSON object")
    train.set_defaults(act=_train)

    export = commands.add_parser("export", help="save a picture of a run")
    export.add_argument("source", metavar="SOURCE", help="a preset or a config.toml")
    export.add_argument("--out", required=True, metavar="PATH", help="the picture, or the config: .png or .toml")
    export.add_argument("--steps", metavar="N", help="steps to do first (0)", default="0")
    what = export.add_mutually_exclusive_group()
    what.add_argument("--view", metavar="KEY", help="which view (network)")
    what.add_argument("--window", action="store_true", help="the whole window")
    export.add_argument("--size", default=None, metavar="WxH", help="size in pixels at scale 1")
    export.add_argument("--scale", default="1", metavar="S", help="1 to 4: pixels for each pixel of the size")
    export.add_argument("--theme", default="light", choices=("light", "dark"), help="colours (light)")
    _add_settings(export)
    export.set_defaults(act=_export)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", metavar="N", help="decides initial weights, masks and data order")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="words",
                        help="change a setting; may be repeated")  # fmt: skip
    parser.add_argument("--arm", action="append", default=[], metavar="KEY=VALUE...", dest="arms",
                        help="the same run with these settings, beside those of the other --arm")  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0, 1 for a run that failed, 2 for bad input, 130 after Ctrl-C."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or (words[0] not in ("gui", "list", "train", "export") and not words[0].startswith("-")):
        words.insert(0, "gui")  # "dropout-viz xor" opens the window
    try:
        options = _parser().parse_args(words)
        status = _act(options)
        sys.stdout.flush()  # a reader that has gone away is noticed here, not when the interpreter ends
        return status
    except UserError as error:
        return _complain(str(error), 2)
    except RunError as error:
        return _complain(str(error), 1)
    except MemoryError as error:
        return _complain(f"not enough memory ({error}); must be a smaller network, data set or number of worlds", 1)
    except BrokenPipeError:
        _mute()  # "| head" is no reason for a traceback
        return 0
    except OSError as error:
        _mute()
        return _complain(f"standard output: {error.strerror or error}; must be writable", 1)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def _act(options: argparse.Namespace) -> int:
    """Carry out a command. Where it needs data that can be downloaded, do that first."""
    try:
        return int(options.act(options))
    except MissingData as missing:
        from dropout_viz.data import terminal

        terminal.download(missing)
    return int(options.act(options))


def _mute() -> None:
    """Let what is still buffered go nowhere: the interpreter would try, and fail, to write it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str, status: int) -> int:
    """Print an error as one line and return the exit status. What a terminal would act on is spelt out."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    print(f"error: {line}", file=sys.stderr)
    return status


def _config(options: argparse.Namespace, **more: str | None) -> RunConfig:
    """Return the config that a source and its ``--seed``, ``--set`` and other options ask for."""
    from dropout_viz.engine.settings import load_source, parse_arm, parse_words

    settings = parse_words(options.words)
    if options.arms:
        settings["arms"] = tuple(parse_arm(text) for text in options.arms)
    for key, text in {"seed": options.seed, **more}.items():
        if text is not None:
            settings[key] = _whole(text, f"--{key}", 0)
    config = load_source(options.source)
    return config.changed(**settings) if settings else config


def _whole(text: str, name: str, least: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = least - 1
    if value < least:
        raise UserError(f"{name} {text}: must be a whole number of at least {least}")
    return value


def _list(options: argparse.Namespace) -> int:
    found = {kind: _listing(kind) for kind in ([options.kind] if options.kind else KINDS)}
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


def _listing(kind: str) -> list[dict[str, Any]]:
    if kind == "presets":
        from dropout_viz.engine.settings import load_preset, preset_keys

        presets = {key: load_preset(key) for key in preset_keys()}
        return [{"key": k, "title": c.title, "about": c.about, "data": c.data} for k, c in presets.items()]
    if kind == "lessons":
        return []
    return [{"key": e.key, "title": e.title} for e in registry.entries(kind).values()]


def _train(options: argparse.Namespace) -> int:
    from dropout_viz.engine.report import lines, report
    from dropout_viz.engine.trainer import Trainer

    config = _config(options, worlds=options.worlds)
    trainer = Trainer(config)
    if options.steps is not None:
        steps = _whole(options.steps, "--steps", 0)
    elif options.epochs is not None:
        steps = _whole(options.epochs, "--epochs", 0) * trainer.steps_per_epoch
    else:
        steps = config.steps
    seconds = _advance(trainer, steps)
    found = report(options.source, trainer, seconds)
    print(json.dumps(found) if options.json else "\n".join(lines(found)))
    _say_why_it_stopped(options.source, trainer)
    return 0


def _say_why_it_stopped(source: str, *trainers: Trainer) -> None:
    """Tell of a run that ended early; one that diverged has failed."""
    from dropout_viz.engine.report import failure

    for trainer in trainers:
        if trainer.diverged:
            raise RunError(f"{source}: {failure(trainer)}")
        if trainer.stopped:
            print(trainer.stopped, file=sys.stderr)


def _advance(trainer: Trainer | Arms, steps: int) -> float:
    """Train, with progress on standard error where that is a terminal. Return the seconds it took."""
    begun, end = time.perf_counter(), trainer.step + steps
    shown, piece = begun, 1
    while trainer.step < end and not trainer.stopped:
        before = time.perf_counter()
        trainer.advance(min(piece, end - trainer.step))
        now = time.perf_counter()
        if now - before < 0.05:
            piece *= 2  # pieces of about a tenth of a second, so that Ctrl-C is heard
        if sys.stderr.isatty() and now - shown > 0.2:
            shown = now
            print(f"\rstep {trainer.step:,} of {end:,}", end="", file=sys.stderr, flush=True)
    if shown > begun:
        print("\r" + " " * 60 + "\r", end="", file=sys.stderr, flush=True)
    return time.perf_counter() - begun


def _export(options: argparse.Namespace) -> int:
    config = _config(options)
    out = Path(options.out)
    steps = _whole(options.steps, "--steps", 0)
    if out.suffix.lower() == ".toml":
        from dropout_viz.engine.files import write_text
        from dropout_viz.engine.settings import to_toml

        write_text(out, to_toml(config))
        return 0
    if out.suffix.lower() != ".png":
        raise UserError(f"--out {out}: the ending must be .png or .toml")
    from dropout_viz.app.pictures import export_run

    view = None if options.window else (options.view or "network")
    size = None if options.size is None else _size(options.size)
    trainers: list[Trainer] = []

    def advance(run: Arms) -> None:
        trainers.extend(run.trainers)
        _advance(run, steps)

    export_run(config, steps, view, out, size, _scale(options.scale), options.theme, advance)
    print(out)
    _say_why_it_stopped(options.source, *trainers)
    return 0


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        return int(width), int(height)
    except ValueError:
        raise UserError(f"--size {text}: must be WIDTHxHEIGHT in pixels, for example 1280x800") from None


def _scale(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1 <= value <= 4:
        raise UserError(f"--scale {text}: must be a number from 1 to 4")
    return value


def _gui(options: argparse.Namespace) -> int:
    from dropout_viz.app.platform_check import has_display

    if not has_display():
        from dropout_viz.app.snapshots import FOLDER, leave_pictures

        config = _config(options)
        print(f"no display: running {options.source} offscreen and leaving pictures in {FOLDER}/", file=sys.stderr)
        for path in leave_pictures(config, Path(options.source).stem):
            print(path)
        return 0
    from dropout_viz.app.main import run_window

    return run_window(lambda: _config(options), options.source)


if __name__ == "__main__":
    sys.exit(main())
