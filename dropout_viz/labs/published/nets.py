"""The data and the trained networks that several published results share: each network is trained once, and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis.lesion import Subject
from dropout_viz.analysis.thinned import Network
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.load import load
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.trainer import Trainer
from dropout_viz.errors import MisplacedData, MissingData
from dropout_viz.labs.intervals import FEWEST, LEVEL, interval, judged
from dropout_viz.labs.lab import Tell, Verdict
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.losses import correct

Array = NDArray[Any]
Watch = Callable[[Sequence[Array]], Array]

LOOKS = 20
"""At so many evenly spaced steps of a training, beside its start, its errors are measured."""

NET = RunConfig(
    data="mnist",
    hidden=(256,),
    activation="relu",
    output="softmax",
    loss="softmax_cross_entropy",
    init="he",
    optimiser="momentum",
    momentum=0.9,
    learning_rate=0.1,
    batch_size=100,
    dtype="float32",
)
"""784-256-10 as several results use it."""

SEEDS = FEWEST
EPOCHS = 100
ARMS: dict[str, dict[str, Any]] = {
    "without dropout": {},
    "hidden p = .5": {"p_hidden": (0.5,)},
    "input .2, hidden .5": {"p_input": 0.2, "p_hidden": (0.5,)},
}
"""Of the networks on 2,000 images that results 9, 11, 13, 17 and 18 share."""


def met(holds: bool | np.bool_) -> str:
    """Return that a criterion is met or not by one network, which decides nothing, in sentences."""
    return f"One network decides nothing: {FEWEST} would be needed. The criterion is {'met' if holds else 'not met'}. "


def together(parts: Sequence[Verdict]) -> Verdict:
    """Return the verdict on a claim of several parts: it disagrees if one does, and agrees if all do."""
    return "disagrees" if "disagrees" in parts else "agrees" if set(parts) == {"agrees"} else "undecided"


def above(differences: Array) -> Verdict:
    """Return the verdict on the claim that the mean of differences, one for each seed, is greater than zero."""
    return judged(interval(differences), 1)


def points(name: str, differences: Array, level: float = LEVEL) -> str:
    """Return a mean difference of shares in per cent, with its interval, in words."""
    return told(name, differences, 2, " points", level)


def told(name: str, differences: Array, digits: int = 3, unit: str = "", level: float = LEVEL) -> str:
    """Return a mean difference with its interval in words."""
    found = interval(differences, level=level)
    span = f" [{found.low:+.{digits}f}, {found.high:+.{digits}f}]" if found.known else ""
    return f"{name} {found.mean:+.{digits}f}{span}{unit} ({found.how})"


@dataclass(frozen=True, eq=False)
class TrainedNet:
    """A network after training.

    Attributes:
        weights, biases: per layer (fan_in, fan_out) and (fan_out,). config: of its run.
        curve: (looks, 3): epoch, training error, test error in per cent (mean squared error without classes).
        watched: what was watched at each look, (looks, ...).
    """

    config: RunConfig
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    curve: Array
    watched: Array

    @property
    def error(self) -> float:
        """The test error at the end, in per cent."""
        return float(self.curve[-1, 2])

    def network(self) -> Network:
        """Return the network as analysis sees it, in float64."""
        sizes, p = [len(w) for w in self.weights], self.config.drop_probabilities

        def per_unit(values: Sequence[float]) -> tuple[Array, ...]:
            return tuple(np.full(n, value) for n, value in zip(sizes, values, strict=True))

        return Network(
            weights=tuple(w.astype(np.float64) for w in self.weights),
            biases=tuple(b.astype(np.float64) for b in self.biases),
            activation=self.config.activation,
            output=self.config.output,
            drop=per_unit(p),
            on=per_unit(self.config.train_scales),
            all_on=per_unit(self.config.test_scales),
        )

    def subject(self, data: DataSet, examples: int) -> Subject:
        """Return what lesions are done on: the first so many test examples."""
        assert data.x_test is not None
        assert data.y_test is not None
        return Subject(self.network(), data.x_test[:examples], data.y_test[:examples], self.config.loss, True)


@dataclass
class Bench:
    """What the repetitions share. ``seed``: of all that is drawn at random."""

    seed: int = 0

    @cached_property
    def whole(self) -> DataSet:
        """MNIST, or where it is not on this computer the 8 x 8 digits in float32."""
        try:
            return load("mnist")
        except MisplacedData:
            raise
        except MissingData:
            small = load("digits")
            x, y, x_test, y_test = (np.asarray(a, np.float32) for a in (small.x, small.y, small.x_test, small.y_test))
            return replace(small, x=x, y=y, x_test=x_test, y_test=y_test)

    @property
    def mnist(self) -> bool:
        """Whether it is MNIST."""
        return self.whole.x.shape[1] == 784

    @property
    def where(self) -> str:
        """A sentence on the data where they are not MNIST; else ``""``."""
        return (
            ""
            if self.mnist
            else (
                f"MNIST is not on this computer: on {len(self.whole.x):,} digits of 8 x 8 pixels instead, which is no "
                "repetition of the source. "
            )
        )

    def drawn(self, examples: int) -> DataSet:
        """Return training images drawn from all, always the same ones, and the whole test set."""
        rows = np.random.default_rng(0).permutation(len(self.whole.x))[:examples]
        return replace(self.whole, x=self.whole.x[rows], y=self.whole.y[rows], flipped=None)

    def net(self, *hidden: int, images: int | None = None) -> str:
        """Return a classifier in words, and on how many images it is trained: "784-256-10 on 2,000 images"."""
        sizes = "-".join(map(str, (self.whole.x.shape[1], *hidden, self.whole.y.shape[1])))
        return sizes if images is None else f"{sizes} on {min(images, len(self.whole.x)):,} images"

    def config(self, /, **settings: Any) -> RunConfig:
        """Return ``NET`` with other settings, on the data that there are."""
        return NET.changed(data="mnist" if self.mnist else "digits", **{"seed": self.seed, **settings})

    def shared(self, arm: str, index: int, tell: Tell) -> TrainedNet:
        """Return network ``index`` of an arm of ``ARMS`` on 2,000 images."""
        data = self.drawn(2_000)
        config = self.config(**ARMS[arm], seed=self.seed + index)
        return self.trained(config, data, EPOCHS, tell, f"{arm}, seed {self.seed + index}")

    def trained(
        self,
        config: RunConfig,
        data: DataSet,
        epochs: float,
        tell: Tell,
        what: str = "",
        *,
        start: tuple[Sequence[Array], Sequence[Array]] | None = None,
        watch: Watch | None = None,
        watching: str = "",
    ) -> TrainedNet:
        """Train one network, or take it from the store.

        Args:
            start: initial weights and biases. watch: of the weights, measured at every look; ``watching``: its name.
        """
        trainer = Trainer(config, data, recording=False)
        steps = round(epochs * trainer.steps_per_epoch)
        cause = {
            "config": config.model_dump(mode="json"),
            "data": _digest(data),
            "steps": steps,
            "looks": LOOKS,
            "watching": watching,
            "start": None if start is None else [_sum(a) for part in start for a in part],
        }
        kept = tell.store.get(cause)
        if kept is None:
            kept = _train(trainer, steps, tell, what, start, watch)
            tell.store.put(cause, kept)
        tell(1.0, what)
        layers = range(len(trainer.parameters()[0]))
        weights, biases = (tuple(kept[f"{kind}{layer}"] for layer in layers) for kind in ("w", "b"))
        return TrainedNet(config, weights, biases, kept["curve"], kept["watched"])


def _train(
    trainer: Trainer,
    steps: int,
    tell: Tell,
    what: str,
    start: tuple[Sequence[Array], Sequence[Array]] | None,
    watch: Watch | None,
) -> dict[str, Array]:
    if start is not None:
        trainer.start_from(*([a[None] for a in part] for part in start))
    curve, watched, piece = [], [], max(1, min(200, steps // 50))
    for look in np.linspace(0, steps, LOOKS + 1).round().astype(int):
        while trainer.step < look:
            tell(trainer.step / steps, what)
            trainer.advance(min(piece, int(look) - trainer.step))
        weights, biases = ([a[0] for a in part] for part in trainer.parameters())
        curve.append(
            (trainer.epoch, *(errors(trainer.config, weights, biases, *part) for part in _parts(trainer.data)))
        )
        watched.append(watch(weights) if watch is not None else np.empty(0))
    named = {f"w{k}": w for k, w in enumerate(weights)} | {f"b{k}": b for k, b in enumerate(biases)}
    return {**named, "curve": np.array(curve), "watched": np.array(watched)}


def _parts(data: DataSet) -> list[tuple[Array, Array]]:
    """Return some of the training examples, and the test set."""
    test = (data.x, data.y) if data.x_test is None or data.y_test is None else (data.x_test, data.y_test)
    return [(data.x[:5_000], data.y[:5_000]), test]


def errors(config: RunConfig, weights: Sequence[Array], biases: Sequence[Array], x: Array, y: Array) -> float:
    """Return the error with every unit on: in per cent, or the mean squared error without classes."""
    a = values(config, weights, biases, x)[-1]
    if config.loss == "squared_error":
        return float(((a - y) ** 2).mean())
    return 100 * float(1 - correct(a, y).mean())


def values(config: RunConfig, weights: Sequence[Array], biases: Sequence[Array], x: Array) -> list[Array]:
    """Return what each layer gives with every unit on, before it is scaled, (examples, units) each, input first."""
    found = [x]
    for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
        h = found[-1] * found[-1].dtype.type(config.test_scales[layer])
        act = config.output if layer == len(weights) - 1 else config.activation
        found.append(ACTIVATIONS[act].value(h @ w + b))
    return found


def _sum(array: Array) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def _digest(data: DataSet) -> list[str]:
    """Return what tells data sets apart."""
    return [_sum(data.x), _sum(data.y), _sum(data.x_test if data.x_test is not None else np.empty(0))]
