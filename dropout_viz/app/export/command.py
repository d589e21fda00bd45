"""``dropout-viz export SOURCE --out PATH``: the ending of PATH chooses what is written. Qt is imported only to draw."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dropout_viz.app.platform.unread import leave_unread
from dropout_viz.digits import is_count, read_number
from dropout_viz.engine.arms import Arms, arm_of, not_shown
from dropout_viz.engine.curves import curves_of, to_csv
from dropout_viz.engine.lengths import check_length, steps_to_go, whole
from dropout_viz.engine.own_files import check_place
from dropout_viz.engine.picture_file import ShownRun
from dropout_viz.engine.settings import to_toml
from dropout_viz.engine.source import Source
from dropout_viz.engine.terminal import advance_shown, shown
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import UserError
from dropout_viz.files import write_text
from dropout_viz.script.write import export_code

if TYPE_CHECKING:
    from dropout_viz.app.export.shot import Shot


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command, but for those that every command has."""
    parser.add_argument(
        "source",
        metavar="SOURCE",
        help="a preset, a config.toml, a run.safetensors, an exported .png, .svg or .html, or your own table",
    )
    endings = " ".join(WRITERS)
    parser.add_argument(
        "--out",
        required=True,
        metavar="PATH",
        help=f"what is written, by its ending: {endings}; .py: a script with the same weights, bit for bit "
        "(one world of several under the exact rule: to rounding); NAME_torch.py: in PyTorch, to rounding",
    )
    parser.add_argument("--steps", metavar="N", help="the step to show, or the last one; +N: so many more")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--view", metavar="KEY", help="which view (network)")
    what.add_argument("--window", action="store_true", help="the whole window")
    parser.add_argument("--size", metavar="WxH", help="size in pixels at scale 1")
    parser.add_argument("--scale", metavar="S", help="1 to 4: pixels for each pixel of the size")
    parser.add_argument("--theme", choices=("light", "dark"), help="colours (light)")
    parser.add_argument("--show-arm", metavar="NAME", help="show this arm alone, in a view that draws them apart")
    parser.add_argument("--from", metavar="N", dest="first", help="gif, mp4, html: the first step (0)")
    parser.add_argument(
        "--every", metavar="N", help="gif, mp4, html: steps from one frame to the next (so that 120 suffice)"
    )
    parser.add_argument("--fps", metavar="N", help="gif, mp4: frames a second (20)")


@dataclass
class ExportOrder:
    """What was asked for.

    Attributes:
        source: the run. out: the file. options: as they were written. trainers: those that were trained for it.
    """

    source: Source
    out: Path
    options: argparse.Namespace
    trainers: tuple[Trainer, ...] = ()

    def run(self, steps: str) -> Arms:
        """Return the run, trained so far; progress is shown."""
        if self.source.read is None:
            whole(steps.removeprefix("+"), "--steps", 0)
        run = self.opened()
        self.trainers = run.trainers
        further = steps_to_go(steps, run.step)
        check_length(run.step + further)
        advance_shown(run, further)
        return run

    def opened(self) -> Arms:
        """Return the run as it is in the beginning."""
        with shown("restoring") as going:
            return self.source.open(going=going)

    def steps(self, default: str = "+0") -> str:
        """Return what ``--steps`` says; of a run that has begun it is where it is, unless told otherwise."""
        return self.options.steps or ("+0" if self.source.read is not None else default)

    def shot(self, default: tuple[int, int] | None = None) -> Shot:
        """Return how it is to be shown: as the options say, or as the picture that it comes from.

        ``default``: the size of a view where nobody says any.
        """
        from dropout_viz.app.export.shot import VIEW_SIZE, WINDOW, WINDOW_SIZE, Shot, check_arm_alone, shot_of

        asked = WINDOW if self.options.window else self.options.view
        before = shot_of(self.source.picture) if self.source.picture is not None else Shot(theme="light")
        what = asked or before.what
        size = before.size if self.source.picture is not None and what == before.what else None
        if self.options.size is not None:
            size = _size(self.options.size)
        shot = replace(before, what=what, size=size or (WINDOW_SIZE if what == WINDOW else default or VIEW_SIZE))
        if self.options.scale is not None:
            shot = replace(shot, scale=_scale(self.options.scale))
        if self.options.show_arm is not None:
            arm = arm_of(self.source.config, self.options.show_arm)
            check_arm_alone(shot.what, "--show-arm")
            shot = replace(shot, selection={**shot.selection, "arm": arm, "alone": True})
        return replace(shot, theme=self.options.theme or shot.theme)


def run_export(source: Source, options: argparse.Namespace) -> tuple[Trainer, ...]:
    """Write what was asked for; return the trainers that were trained for it.

    Raises:
        UserError: bad input, one line. KeyboardInterrupt: Ctrl-C; nothing is written then.
    """
    order = ExportOrder(source, Path(options.out), options)
    writer = WRITERS.get(order.out.suffix.lower())
    if writer is None:
        raise UserError(f"--out {order.out}: the ending must be one of {' '.join(WRITERS)}")
    film = order.out.suffix.lower() in (".gif", ".mp4")
    page = writer is _page
    drawn = film or writer is _picture
    of_pictures = {
        "--view": options.view,
        "--window": options.window or None,
        "--size": options.size,
        "--scale": options.scale,
        "--theme": options.theme,
        "--show-arm": options.show_arm,
    }
    for name, given in of_pictures.items():
        if given is not None and not (drawn or (page and name == "--show-arm")):
            endings = ".png, .svg, .gif, .mp4 or .html" if name == "--show-arm" else ".png, .svg, .gif or .mp4"
            raise UserError(f"{name}: only of what is drawn; must be left out, or --out must end in {endings}")
    for name, given in (("--from", options.first), ("--every", options.every), ("--fps", options.fps)):
        if given is not None and not (film or (page and name != "--fps")):
            endings = ".gif or .mp4" if name == "--fps" else ".gif, .mp4 or .html"
            raise UserError(f"{name}: only of a film; must be left out, or --out must end in {endings}")
    settings = Path(options.source)
    check_place(order.out, source.config, *([settings] if settings.suffix.lower() == ".toml" else []))
    if (drawn or page) and (text := not_shown(source.config)):
        print(text, file=sys.stderr)
    if drawn:
        leave_unread()
        from dropout_viz.app.messages.complaint import told_in_a_line

        with told_in_a_line():
            writer(order)
    else:
        writer(order)
    return order.trainers


def _picture(order: ExportOrder) -> None:
    from dropout_viz.app.export.pictures import write_picture

    shot = order.shot()
    shot.check()
    picture = order.source.picture
    if picture is not None and picture.past and order.options.steps is None:
        with shown("restoring") as going:
            timeline = picture.timeline(going)  # what the run did later is in the picture too
        write_picture(shot, timeline, order.out)
    else:
        write_picture(shot, order.run(order.steps()), order.out)


def _page(order: ExportOrder) -> None:
    from dropout_viz.app.export.frames import film_steps, shown_until
    from dropout_viz.app.export.page.written import write_page

    options = order.options
    first = 0 if options.first is None else whole(options.first, "--from", 0)
    every = None if options.every is None else whole(options.every, "--every", 1)
    run = order.opened()
    last = run.step + steps_to_go(order.steps(str(order.source.config.steps)), run.step)
    steps = film_steps(first, last, every)
    arm = 0 if options.show_arm is None else arm_of(order.source.config, options.show_arm)
    with shown("frames") as going:
        about = shown_until(run.first_config, run.changes, steps[-1], run.first.data.files)
        write_page(about, steps, Path(options.source).stem, order.out, going, arm)


def _film(order: ExportOrder) -> None:
    from dropout_viz.app.export.film import FPS, VIEW_SIZE, Film, write_film
    from dropout_viz.app.export.frames import every_for

    ending, options = order.out.suffix.lower(), order.options
    first = None if options.first is None else whole(options.first, "--from", 0)
    every = None if options.every is None else whole(options.every, "--every", 1)
    fps = FPS if options.fps is None else whole(options.fps, "--fps", 1)
    run = order.opened()
    last = run.step + steps_to_go(order.steps(str(order.source.config.steps)), run.step)
    first = first if first is not None else 0
    film = Film(order.shot(VIEW_SIZE).without_past(), first, last, every or every_for(first, last), fps)
    film.check(ending)
    wide, high = film.size(ending)
    if (wide, high) != film.asked:
        print(f"The sides of an {ending} are even: {wide} x {high} pixels.", file=sys.stderr)
    changes = tuple(run.changes)
    if run.step > first:
        run = Arms.of(run.first_config)
    order.trainers = run.trainers
    files = run.first.data.files
    shown_run = ShownRun(run.config, last, film.shot.what, run.first_config, changes, film.facts(), files=files)
    with shown("frames") as going:
        write_film(film, run, shown_run, order.out, going)


def _curves(order: ExportOrder) -> None:
    run = order.run(order.steps(str(order.source.config.steps)))
    text = "".join(
        to_csv(curves_of(run), ShownRun(run.config, run.step, "", run.first_config, tuple(run.changes)).about())
    )
    write_text(order.out, text)


def _settings(order: ExportOrder) -> None:
    write_text(order.out, to_toml(order.source.config))


def _code(order: ExportOrder) -> None:
    run = order.opened()
    end = run.step + steps_to_go(order.steps(str(order.source.config.steps)), run.step)
    for beside in export_code(run, end, order.out, Path(order.options.source).name)[1:]:
        print(f"beside it: {beside}", file=sys.stderr)


WRITERS: dict[str, Callable[[ExportOrder], None]] = {
    ".png": _picture,
    ".svg": _picture,
    ".gif": _film,
    ".mp4": _film,
    ".html": _page,
    ".csv": _curves,
    ".toml": _settings,
    ".py": _code,
}
"""What writes each kind of file, by its ending."""


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (is_count(width) and is_count(height)):
        raise UserError(f"--size {text[:40]}: must be WIDTHxHEIGHT in pixels, for example 1280x800")
    return int(width), int(height)


def _scale(text: str) -> float:
    try:
        value = read_number(text)
    except ValueError:
        value = 0.0
    if not 1 <= value <= 4:
        raise UserError(f"--scale {text[:40]}: must be a number from 1 to 4")
    return value
