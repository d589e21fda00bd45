"""A run in a script or a notebook: begin one or open one, train it, read its numbers, draw it, keep it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.data import memory
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.memory import data_set
from dropout_viz.engine import own_table, run_file
from dropout_viz.engine.arms import Arms, arm_of, not_shown
from dropout_viz.engine.config import RunConfig, make_config, python_of
from dropout_viz.engine.history import KINDS, History
from dropout_viz.engine.lengths import check_length
from dropout_viz.engine.own_files import check_place
from dropout_viz.engine.report import scores_of
from dropout_viz.engine.snapshot import Snapshot
from dropout_viz.engine.source import Source, is_table, load_source, open_path
from dropout_viz.engine.terminal import advance_shown, shown
from dropout_viz.errors import UserError
from dropout_viz.files import path_of

if TYPE_CHECKING:
    from dropout_viz.api.figure import RunFigure
    from dropout_viz.engine.trainer import Trainer

Array = NDArray[Any]
Settings = str | Path | Mapping[str, Any] | RunConfig
Data = DataSet | str | Sequence[Any] | Mapping[str, Any]


class RunCurve(NamedTuple):
    """One kind of curve.

    Attributes:
        steps: ascending, shape (n,). values: at those steps, shape (n,).
    """

    steps: NDArray[np.int64]
    values: NDArray[np.float64]


class Run:
    """A run that a script trains: made by ``dropout_viz.run`` and ``dropout_viz.open``.

    The same settings and seed give the same weights, bit for bit, as in the window and on the command line. Layers are
    counted from the input: ``weights[0]`` joins the inputs to the first hidden layer; unit layer 0 is the input.
    With several worlds (one seed each) arrays have a first axis for them; with one they have none. Where the settings
    have arms, properties are of the first; methods take an ``arm``.

    >>> import dropout_viz
    >>> run = dropout_viz.run("three-lines", seed=7)
    >>> run.advance(100)
    >>> run.step, [w.shape for w in run.weights]
    (100, [(3, 4), (4, 1)])
    >>> run.masks[1].shape  # of step 100: four examples, four hidden units; True: the unit was on
    (4, 4)
    >>> sorted(run.scores["loss"])
    ['test', 'train']
    """

    def __init__(self, arms: Arms, name: str = "") -> None:
        """Take over a run of the engine's. ``name``: the preset or file that it came from."""
        self._run, self._name = arms, name

    # --- where it is --------------------------------------------------------------------------------------------------

    @property
    def step(self) -> int:
        """Steps done: one is one update of the weights."""
        return self._run.step

    @property
    def epoch(self) -> float:
        """Passes over the training set so far. Each is of whole batches: where they do not divide it, a few examples,
        others each time, are left out."""
        return self._run.first.epoch

    @property
    def config(self) -> RunConfig:
        """The settings in force: ``run.config.p_hidden``, ``run.config.seed``, ..."""
        return self._run.config

    @property
    def data(self) -> DataSet:
        """The examples, as read-only arrays: ``run.data.x``, ``run.data.y``, ..."""
        return self._run.first.data

    @property
    def arms(self) -> tuple[str, ...]:
        """The names of the arms that are trained here; () where the settings have none."""
        return self._run.names if self.config.arms else ()

    @property
    def stopped(self) -> str:
        """Why the last ``advance`` ended early (a rule to stop, a loss that is no number), or ``""``."""
        return self._run.stopped

    # --- training -----------------------------------------------------------------------------------------------------

    def advance(self, steps: int = 1) -> None:
        """Do so many steps, or fewer where a rule to stop ends them: see ``stopped``.

        What takes long says on standard error now and then how far it is. Ctrl-C, or a notebook's Stop, ends it after
        the step under way: the run is whole then, and goes on with the next ``advance``.

        Raises:
            UserError: no whole number of at least 0. KeyboardInterrupt: after Ctrl-C.
        """
        number = _whole(steps, "steps")
        check_length(self.step + number)
        advance_shown(self._run, number)

    def change(self, **settings: Any) -> None:
        """Change live settings from the next step on: ``run.change(p_hidden=0.5, learning_rate=0.1)``.

        Raises:
            UserError: a setting that cannot change during a run, or a value that is not allowed; nothing has changed.
        """
        self._run.change(python_of(settings))

    # --- its numbers --------------------------------------------------------------------------------------------------

    @property
    def scores(self) -> dict[str, Any]:
        """Losses and accuracies with every unit on, measured now on the whole training and test sets.

        ``{"step": 300, "worlds": 1, "loss": {"train": ..., "test": ...}, "accuracy": {"train": ..., "test": ...}}``, as
        ``train --json`` reports them: a loss is the mean over the examples, an accuracy a share of 1. Each
        is a list where there are several worlds, and None without a test set, without classes, and for what is no
        finite number; with arms there is ``by_arm`` too.
        """
        return {"step": self.step, **scores_of(self._run)}

    @property
    def weights(self) -> tuple[Array, ...]:
        """Copies of the weights, per layer (fan_in, fan_out); with several worlds (worlds, fan_in, fan_out).

        Where the network begins with convolutions their kernels come first, (inputs, maps), a row for each row, column
        and map of a patch.
        """
        return self.parameters()[0]

    @property
    def biases(self) -> tuple[Array, ...]:
        """Copies of the biases, per layer (fan_out,), with several worlds (worlds, fan_out); empty without biases."""
        return self.parameters()[1]

    def parameters(self, arm: str | None = None) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """Return copies of weights and biases of an arm, the first one unless named: see ``weights`` and ``biases``.

        Raises:
            UserError: no such arm.
        """
        trainer, worlds = self._of(arm)
        found = trainer.parameters(self._run.names[self._at(arm)] if self._run.whole else None)
        if len(worlds) > 1:
            return found
        weights, biases = (tuple(array[0] for array in kind) for kind in found)
        return weights, biases

    @property
    def masks(self) -> tuple[Array, ...]:
        """Which units were on in the last step, as it drew and used them: per unit layer from the input to the last
        hidden one (examples of the step, units), True for on; with several worlds a first axis for them.

        At step 0, before any mask was drawn, all are on. The examples are ``snapshot().examples``.
        """
        _, worlds = self._of(None)
        each = [self.snapshot(world).masks for world in range(len(worlds))]
        return each[0] if len(each) == 1 else tuple(np.stack(layer) for layer in zip(*each, strict=True))

    def snapshot(self, world: int = 0, arm: str | None = None) -> Snapshot:
        """Return all that the last step computed for one world, and the weights after it, as copies.

        Raises:
            UserError: no such world or arm.
        """
        trainer, worlds = self._of(arm)
        return trainer.snapshot(worlds[_world(world, len(worlds))])

    @property
    def history(self) -> dict[str, RunCurve]:
        """The curves of the first world: see ``curves``."""
        return self.curves()

    def curves(self, world: int = 0, arm: str | None = None) -> dict[str, RunCurve]:
        """Return the curves of one world so far, by kind, as copies; those that are empty are left out.

        ``loss_under_mask``: at every step, the loss of the thinned networks that the step trained. ``loss_train``,
        ``loss_test``, ``accuracy_train``, ``accuracy_test``: with every unit on after a step, at every step of small
        networks, else at spaced ones. Of a long run's older part the extremes are kept.

        Raises:
            UserError: no such world or arm.
        """
        trainer, worlds = self._of(arm)
        history: History = trainer.histories[worlds[_world(world, len(worlds))]]
        found = {kind: RunCurve(*(a.copy() for a in getattr(history, kind).pair())) for kind in KINDS}
        return {kind: curve for kind, curve in found.items() if len(curve.steps)}

    # --- its pictures -------------------------------------------------------------------------------------------------

    def figure(
        self,
        view: str = "network",
        *,
        size: tuple[int, int] | None = None,
        theme: Literal["light", "dark"] = "light",
        scale: float = 1.0,
        arm: str | None = None,
    ) -> RunFigure:
        """Return a picture of this moment, which a notebook shows. It needs no display.

        Args:
            view: a view's key: ``dropout_viz.listing("views")``; or ``"window"``, all of it. One that does not apply
                to the run says so, and why, in the picture.
            size: width and height in pixels at scale 1; None: 960 x 600, of the window 1440 x 900.
            theme: its colours. scale: 1 to 4: pixels of a PNG for each pixel of the size. arm: show this one alone.

        Raises:
            UserError: an unknown view, theme or arm, or a size or scale out of range.
        """
        from dropout_viz.api.figure import figure_of

        return figure_of(self._run, self._title, view, size, theme, scale, arm)

    def film(
        self,
        path: str | Path,
        *,
        every: int | None = None,
        first: int = 0,
        last: int | None = None,
        view: str = "network",
        size: tuple[int, int] | None = None,
        theme: Literal["light", "dark"] = "light",
        fps: int = 20,
        arm: str | None = None,
    ) -> Path:
        """Write a film of this run, whose steps are done again for it: ``.gif``, ``.mp4``, or ``.html``, a page that
        plays in any browser. Returns the path.

        Args:
            every: steps from one frame to the next; None: so that about 120 frames suffice.
            first, last: steps; None: the one that the run has come to. A page always ends with it.
            view, size, theme, fps: as of ``figure``, and frames a second; a page has its own.
            arm: show this one alone; None: all, in a page the first.

        Raises:
            UserError: what cannot be made, another ending, or a place that cannot be written.
        """
        from dropout_viz.api.film import write_film

        given = (every, first, self.step if last is None else last, fps)
        return write_film(self._run, self._title, path_of(path), given, view, size, theme, arm)

    def show(self, *, wait: bool | None = None) -> None:
        """Open the window on this run, at the step that it has come to: a copy, in a process of its own.

        The window is not this run: what is done in it changes nothing here. It needs a display, and works as well from
        a script as from a notebook, whatever event loop that has.

        Args:
            wait: whether to return when the window has been closed, or at once; None: a script waits, a notebook and
                an interactive session do not.

        Raises:
            UserError: there is no display, or it cannot be used; one line, with what to do.
        """
        from dropout_viz.api.show import show

        show(self._run.state(), self._title, wait)

    # --- keeping it ---------------------------------------------------------------------------------------------------

    def save(self, path: str | Path) -> Path:
        """Write the whole run, to be gone on with bit for bit: a ``.safetensors`` file. Returns the path.

        Of a run of your own arrays it holds their SHA-256, not the arrays: ``dropout_viz.open`` wants them again.

        Raises:
            UserError: another ending, or a place that cannot be written; an older file of that name is untouched.
        """
        place = path_of(path)
        if place.suffix.lower() != run_file.ENDING:
            raise UserError(f"{place}: the ending of a run file must be {run_file.ENDING}; see also figure, film, code")
        check_place(place, self.config)
        run_file.save(self._run.state(), place)
        return place

    def code(self, library: Literal["numpy", "torch"] = "numpy") -> str:
        """Return a script that repeats the run so far, of its first world: in NumPy bit for bit, in PyTorch to
        rounding. That of digits reads a file that ``export digits --out x.py`` puts beside it.

        Raises:
            UserError: another library, or a run that no script repeats: of your own arrays, with convolutions, with a
                hidden fault.
        """
        from dropout_viz.script.write import LIBRARIES, recipe_of

        if library not in LIBRARIES:
            raise UserError(f"library = {str(library)[:40]!r}: must be one of {', '.join(LIBRARIES)}")
        return LIBRARIES[library](recipe_of(self._run, self.step, source=self._name))

    def __repr__(self) -> str:
        seeds = f"seed {self.config.seed}" + (f", {self.config.worlds} worlds" if self.config.worlds > 1 else "")
        return f"<Run {self._title}: step {self.step:,}, {seeds}>"

    # --- inside -------------------------------------------------------------------------------------------------------

    @property
    def _title(self) -> str:
        return self._name or self.config.title or self.config.data

    def _at(self, arm: str | None) -> int:
        return 0 if arm is None else arm_of(self.config, arm)

    def _of(self, arm: str | None) -> tuple[Trainer, range]:
        """Return the trainer of an arm and the places of its worlds in it."""
        at = self._at(arm)
        if self._run.whole:
            return self._run.first, self._run.first.worlds_of(self._run.names[at])
        trainer = self._run.trainers[at]
        return trainer, range(trainer.worlds)


def run(
    settings: Settings | None = None,
    data: Data | None = None,
    *,
    steps: int = 0,
    seed: int | None = None,
    worlds: int | None = None,
    **more: Any,
) -> Run:
    """Begin a run.

    Args:
        settings: a preset's key (``dropout_viz.presets()``), the path of a config file or of a table of your own (CSV
            and its like, ``.npz``), a dictionary of settings or a ``RunConfig``; None: three-lines, or with arrays a
            network that suits them. Of a table ``target`` names the column that is learned.
        data: your own examples: ``(x, y)``, ``(x, y, x_test, y_test)``, a dictionary of these names, or what
            ``dropout_viz.data_set`` returns, which also says how arrays are read; a table of another library, a
            ``DataTable`` or a dictionary of columns, of which ``target`` names the one that is learned; or the key of a
            data set that ships.
            The last layer and the loss of a preset follow them, unless they are given too.
        steps: train so many at once.
        seed: decides initial weights, masks and data order. worlds: independent runs trained together: world r has the
            seed ``seed + r``.
        more: any other setting: ``dropout_viz.listing("settings")``.

    Returns:
        The run, at step ``steps``, or earlier where a rule to stop ended it.

    Raises:
        UserError: what cannot be, in one line that says what, where and what is allowed. MissingData: a data set whose
        files are not on this computer: ``dropout-viz train mnist`` offers to download them.

    >>> run([("x", "y")])
    Traceback (most recent call last):
        ...
    dropout_viz.errors.UserError: settings: of type list; must be a preset's key, a path, a dictionary or a RunConfig
    >>> own = run(data=([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], ["no", "no", "yes"]), hidden=[8], steps=50)
    >>> own.config.loss, own.data.classes
    ('binary_cross_entropy', ('no', 'yes'))
    """
    given = {**more, **({} if seed is None else {"seed": seed}), **({} if worlds is None else {"worlds": worlds})}
    own = None
    if isinstance(data, str):
        given["data"] = data
    elif data is not None:
        frame = _is_frame(data, given.get("target"))
        own = _data(data, given.pop("target", None)) if frame else _data(data)
        given = {**_suiting(own, settings, given), **given, "data": memory.remember(own)}
    if isinstance(settings, str | Path) and is_table(str(settings)):
        return _begun(own_table.config_of(Path(settings), given), Path(settings).name, steps)
    name, config = _config(settings, bare=own is not None)
    if own is not None and (config.batch_size or 0) > len(own.x):
        given.setdefault("batch_size", None)
    return _begun(config.changed(**given) if given else config, name if own is None else "", steps)


def _begun(config: RunConfig, name: str, steps: int) -> Run:
    if text := not_shown(config):
        print(text, file=sys.stderr)
    made = Run(Arms.of(config), name)
    made.advance(steps)
    return made


def open(path: str | Path, data: Data | None = None, *, target: str | None = None) -> Run:
    """Open a run that was saved, or that a picture shows, and go on from there bit for bit; or a config file.

    Args:
        path: a ``.safetensors`` file, an exported ``.png``, ``.svg`` or ``.html``, whose steps are done again, or a
            ``.toml``.
        data, target: of a run of your own arrays: the same again, as ``run`` takes them. Others are refused.

    Raises:
        UserError: what cannot be opened, in one line.
    """
    place = path_of(path)
    source: Source = open_path(place)
    own = None if data is None or isinstance(data, str) else _data(data, target)
    if data is not None and not memory.is_memory(source.config.data):
        raise UserError(f"data: {place} is a run of the data set {source.config.data}; must be left out")
    if own is not None and memory.remember(own) != source.config.data:
        known = source.config.data.partition(":")[2]
        raise UserError(
            f"{place}: was trained on other arrays (their SHA-256 begins with {known}, that of these with "
            f"{own.files[:12]}); must be given the same"
        )
    with shown("restoring") as going:
        opened = source.open(going=going)
    del own  # the run keeps it from now on
    return Run(opened, place.name)


def _config(settings: Any, *, bare: bool) -> tuple[str, RunConfig]:
    """Return the name and the settings that are meant. ``bare``: for arrays, which suit no preset."""
    if settings is None:
        return ("", RunConfig(title="Own data")) if bare else ("three-lines", load_source("three-lines").config)
    if isinstance(settings, RunConfig):
        return "", settings
    if isinstance(settings, Mapping):
        return "", make_config(settings)
    if isinstance(settings, str | Path):
        source = load_source(str(settings))
        if source.read is not None:
            raise UserError(f"{settings}: a run that has begun; must be opened with dropout_viz.open")
        return str(settings), source.config
    raise UserError(
        f"settings: of type {type(settings).__name__}; must be a preset's key, a path, a dictionary or a RunConfig"
    )


_NAMES = ("x", "y", "x_test", "y_test")


def _is_frame(data: Any, target: Any) -> bool:
    """Return whether these are columns by their names: a table of another library, or a dictionary of columns."""
    return (hasattr(data, "columns") and hasattr(data, "to_numpy")) or (
        isinstance(data, Mapping) and target is not None and not set(data) <= set(_NAMES)
    )


def _data(data: Any, target: Any = None) -> DataSet:
    """Return the data set that arrays make, or columns by their names, of which ``target`` is learned."""
    if _is_frame(data, target):
        every = list(data if isinstance(data, Mapping) else data.columns)
        if target not in every:
            known = ", ".join(map(str, every))[:300]
            raise UserError(f"target = {target!r}: must name the column of data that is learned, one of {known}")
        rest = [name for name in every if name != target]
        if not rest:
            raise UserError(f"data: has no column but {target}; must have some to learn from")
        columns = [_numbers_of(data[name], name) for name in rest]
        if len(sizes := {len(column) for column in columns}) > 1:
            raise UserError(f"data: columns of {min(sizes):,} to {max(sizes):,} values; must be of the same length")
        return data_set(np.stack(columns, axis=1), data[target], features=tuple(map(str, rest)))
    if isinstance(data, DataSet):
        if not data.files:
            raise UserError("data: a data set of the program's own; must be its key, or what data_set returns")
        return data
    if isinstance(data, Mapping):
        if foreign := [key for key in data if key not in _NAMES]:
            more = "; of a dictionary of columns, target must name the one that is learned"
            raise UserError(f"data: '{foreign[0]}' is unknown; must be among {', '.join(_NAMES)}{more}")
        if not {"x", "y"} <= set(data):
            raise UserError("data: x and y must both be given")
        return data_set(**data)
    if not isinstance(data, tuple | list) or len(data) not in (2, 4):
        raise UserError("data: must be (x, y), (x, y, x_test, y_test), a dictionary of these, or a key")
    return data_set(*data)


def _numbers_of(column: Any, name: Any) -> Array:
    """Return a column as numbers. Raises ``UserError``."""
    try:
        found = memory.numbers(column, f"data: column '{name}'")
    except UserError as error:
        if "masked" in str(error):
            raise
        raise UserError(f"data: column '{name}' is not of numbers; must be made numbers of, or left out") from None
    if found.ndim != 1:
        raise UserError(f"data: column '{name}' has shape {found.shape}; must be a number for each example")
    return found


def _suiting(data: DataSet, settings: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that arrays ask for: of a preset its last layer and loss, of nothing a whole network."""
    if isinstance(settings, RunConfig | Mapping):
        return {}
    if settings is None:
        return own_table.network_of(len(data.classes), len(data.x))
    about = {"rule": "exact", "title": "Own data", "about": ""}
    return about if {"output", "loss"} & set(given) else {**about, **own_table.last_layer(len(data.classes))}


def _world(world: Any, worlds: int) -> int:
    """Return a world's number. Raises ``UserError`` where there is no such."""
    if isinstance(world, bool) or not isinstance(world, int | np.integer) or not 0 <= world < worlds:
        raise UserError(f"world = {world!r}: must be a whole number from 0 to {worlds - 1}")
    return int(world)


def _whole(number: Any, name: str) -> int:
    """Return a whole number of at least 0, NumPy's among them. Raises ``UserError``."""
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < 0:
        raise UserError(f"{name} = {number!r}: must be a whole number of at least 0")
    return int(number)
