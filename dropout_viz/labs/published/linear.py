"""Published results that algebra decides: dropout equalises a linear net; inverted and classical scaling are one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.trainer import Trainer
from dropout_viz.labs.figures import FigureCurve, Lines
from dropout_viz.labs.lab import Tell, verdict
from dropout_viz.labs.published.entry import Found, PublishedResult
from dropout_viz.labs.published.nets import Bench
from dropout_viz.labs.published.steps import DRAWN, FAR, first_step, off_by, passing_on

Array = NDArray[Any]

INPUTS, UNITS, OUTPUTS, KEEP = 10, 20, 8, 0.7
WORLDS = 500
_STEPS, _RATE, _LOOKS = 60_000, 0.05, 60


def equalised(bench: Bench, tell: Tell) -> Found:
    """Gradient descent on the exact expected objective of a linear 10-20-8 net with dropout on its hidden units.

    With white inputs the objective is ||M - U V'||² + (1 - q) / q times the sum over units of ||u||² ||v||² (Mianjy,
    Arora & Vidal 2018, eq. 5; Cavazza et al. 2018, eq. 8), q being the share that is kept.
    """
    random = np.random.default_rng(bench.seed)
    target = random.normal(size=(OUTPUTS, INPUTS)) / np.sqrt(INPUTS)
    u, v = random.normal(size=(OUTPUTS, UNITS)) * 0.3, random.normal(size=(INPUTS, UNITS)) * 0.3
    start = u, v
    weight = (1 - KEEP) / KEEP
    looks, spreads, gaps = [], [], []
    for step in range(_STEPS + 1):
        if step % (_STEPS // _LOOKS) == 0:
            tell(step / _STEPS)
            looks.append(step)
            spreads.append(variation(u, v))
            gaps.append(identity_gap(u, v))
        du, dv = slopes(target, u, v, weight)
        u, v = u - _RATE * du, v - _RATE * dv
    far = max(_off(bench, target, *start), _off(bench, target, u, v))
    penalty, nuclear = float(((u * u).sum(axis=0) * (v * v).sum(axis=0)).sum()), _nuclear(u, v)
    figure = Lines(
        name="result-04-equalised",
        title="How unequal the units of a linear network are",
        caption="Coefficient of variation of the norms |u| |v| over the 20 hidden units, and how far Σ |u|²|v|² is "
        "from the squared nuclear norm over the number of units.",
        x_label="step of gradient descent",
        y_label="",
        log_y=True,
        y_range=(1e-17, 10.0),
        curves=[
            FigureCurve("variation of |u| |v|", looks, np.maximum(spreads, 1e-16), hue=0),
            FigureCurve("penalty / (nuclear norm² / k) - 1", looks, np.maximum(gaps, 1e-16), hue=1),
        ],
    )
    return Found(
        spreads[-1],
        verdict(spreads[-1] < 1e-3 and gaps[-1] < 1e-4 and far < FAR),
        f"Coefficient of variation, {spreads[0]:.3f} at the start. The penalty is {penalty:.6f}, the squared nuclear "
        f"norm over k {nuclear**2 / UNITS:.6f}. {_STEPS:,} steps at rate {_RATE:g} on the expected "
        f"objective, {100 * KEEP:g} % kept. That is what the trainer follows: its gradients under its own masks, in "
        f"{WORLDS:,} worlds, are within {far:.1f} standard errors of the objective's, at the start and at the end.",
        [figure],
    )


def slopes(target: Array, u: Array, v: Array, weight: float) -> tuple[Array, Array]:
    """Return the gradient of half the expected objective by U and by V, ``weight`` being that of the penalty."""
    off = u @ v.T - target
    uu, vv = (u * u).sum(axis=0), (v * v).sum(axis=0)
    return off @ v + weight * u * vv, off.T @ u + weight * v * uu


def _off(bench: Bench, target: Array, u: Array, v: Array) -> float:
    """Return how far the trainer's gradient is from the objective's, in standard errors.

    Its units are ReLU, linear where V is positive and the inputs are the unit vectors, sqrt(INPUTS) long: white too, as
    only their second moments count.
    """
    v, scale = np.abs(v), np.sqrt(INPUTS)
    config = passing_on(UNITS, output="linear", p_hidden=(1 - KEEP,), seed=bench.seed, worlds=WORLDS)
    step = first_step(config, scale * np.eye(INPUTS), scale * target.T, u.T, v)
    by_u, by_v = slopes(target, u, v, (1 - KEEP) / KEEP)
    return max(off_by(step.into, by_u.T), off_by(step.before, by_v))


def variation(u: Array, v: Array) -> float:
    """Return the coefficient of variation of ||u_i|| ||v_i|| over the units, the columns of both."""
    size = np.linalg.norm(u, axis=0) * np.linalg.norm(v, axis=0)
    return float(size.std() / size.mean())


def identity_gap(u: Array, v: Array) -> float:
    """Return by how much the penalty exceeds the squared nuclear norm of U V' over the units, as a share of it."""
    penalty = float(((u * u).sum(axis=0) * (v * v).sum(axis=0)).sum())
    return abs(penalty / (_nuclear(u, v) ** 2 / u.shape[1]) - 1)


def _nuclear(u: Array, v: Array) -> float:
    return float(np.linalg.norm(u @ v.T, "nuc"))


def scalings(bench: Bench, tell: Tell) -> Found:
    """The same run under inverted and under classical scaling, its settings translated."""
    p, q = 0.2, 0.8
    steps, limit = 500, 0.6
    base = RunConfig(
        data="moons",
        hidden=(32,),
        activation="tanh",
        bias=False,
        p_input=p,
        p_hidden=(p,),
        learning_rate=0.4,
        max_norm=limit,
        loss="binary_cross_entropy",
        batch_size=20,
        seed=bench.seed,
    )
    classical = Trainer(base.changed(scaling="classical"), recording=False)
    translated = {"scaling": "inverted", "learning_rate": q * q * base.learning_rate, "max_norm": q * limit}
    inverted = Trainer(base.changed(**translated), recording=False)
    same_settings = Trainer(base.changed(scaling="inverted"), recording=False)
    weights, biases = classical.parameters()
    for trainer in (inverted, same_settings):
        trainer.start_from([q * w for w in weights], biases)
    looks: list[int] = []
    gap: list[float] = []
    untranslated: list[float] = []
    for step in range(0, steps + 1, 10):
        tell(step / steps)
        for trainer in (classical, inverted, same_settings):
            trainer.advance(step - trainer.step)
        own = classical.parameters()[0]
        for trainer, found in ((inverted, gap), (same_settings, untranslated)):
            theirs = trainer.parameters()[0]
            found.append(max(float(np.abs(q * a - b).max()) for a, b in zip(own, theirs, strict=True)))
        looks.append(step)
    norm = float(np.linalg.norm(own[0][0], axis=0).max())
    figure = Lines(
        name="result-05-scalings",
        title="Inverted scaling against classical",
        caption="Largest gap between the inverted run's weights and q times the classical one's, with learning rate "
        "and max-norm translated, and without.",
        x_label="step",
        y_label="largest gap in a weight",
        log_y=True,
        y_range=(1e-17, 1.0),
        curves=[
            FigureCurve("translated", looks, np.maximum(gap, 1e-18), hue=0),
            FigureCurve("rate and limit left as they are", looks, np.maximum(untranslated, 1e-18), hue=1),
        ],
    )
    return Found(
        max(gap),
        verdict(max(gap) < 1e-9),
        f"Largest gap over {steps} steps in float64: q = {q:g} of both layers' inputs are kept; the inverted run's W' "
        "= qW starts q times as large, its rate is q² times, its max-norm q times as large (the limit is reached: "
        f"longest weights {norm:.2f} of {limit:g}). With rate and limit left as they are: {untranslated[-1]:.2g}.",
        [figure],
    )


ENTRIES = (
    PublishedResult(
        4,
        "Dropout equalises the units of a linear network",
        "Mianjy et al. 2018; Cavazza et al. 2018",
        "equal at every optimum",
        f"coefficient of variation < 1e-3; penalty = nuclear norm² / k to 1e-4; {DRAWN}",
        4,
        True,
        equalised,
    ),
    PublishedResult(
        5,
        "Inverted and classical scaling are equivalent",
        "Srivastava et al. 2014, section 10",
        "equivalent",
        "largest gap between W' and qW < 1e-9",
        1,
        True,
        scalings,
    ),
)
