"""Hidden units in random company: digits learnt with and without dropout, and what units do with partners by chance.

A set of units works alone, the others being off; what is left of the layer is scaled up to be as loud as the whole
(``analysis.lesion``). How well it does is the share of test digits that it gets right. Partners come by fair coins:
each is there or not, so that every set of them is as likely as any other.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import lesion, worth
from dropout_viz.analysis.lesion import Subject
from dropout_viz.analysis.thinned import network_of
from dropout_viz.engine.config import RunConfig
from dropout_viz.engine.settings import load_preset
from dropout_viz.engine.trainer import Trainer
from dropout_viz.labs.cost import timed

Array = NDArray[Any]

WITH, WITHOUT = "with dropout", "without dropout"
ARMS = (WITHOUT, WITH)
_AT_ONCE = 32  # sets: a buffer of about 1 MB, which stays in the cache
_TRIED = 64  # sets by which is found out how long one takes


class Company(NamedTuple):
    """What the units of one network do in random company, of fair coins.

    Attributes:
        mixability: for each unit, how well sets that hold it do on average, (units,).
        contribution: for each unit, how much better sets do with it than without, on average, (units,).
        whole: how well all units do together.
        together: mean number of units whose acting together decides, per unit of variance (the mean dimension: Owen
            2003); 1 where each counts by itself. nan where no set does better than another.
    """

    mixability: Array
    contribution: Array
    whole: float
    together: float


def pair(preset: str, seeds: int, first: int, steps: int, units: int, p: float) -> RunConfig:
    """Return the same networks without and with dropout, from the same starts, seeing the data in the same order."""
    return load_preset(preset).changed(
        hidden=(units,),
        p_hidden=(p,),
        seed=first,
        worlds=seeds,
        steps=steps,
        p_input=0.0,
        arms=({"name": WITHOUT, "p_hidden": (0.0,)}, {"name": WITH}),
    )


def subjects(trainer: Trainer, arm: str) -> list[Subject]:
    """Return the networks of an arm, seed after seed, with the test set (else the training set) to judge them on."""
    data = trainer.data
    x, y = (data.x, data.y) if data.x_test is None or data.y_test is None else (data.x_test, data.y_test)
    x, y = np.asarray(x, float), np.asarray(y, float)
    networks = [network_of(trainer.snapshot(world)) for world in trainer.worlds_of(arm)]
    return [Subject(network, x, y, trainer.config.loss, True) for network in networks]


def share_right(subject: Subject, sets: Array) -> Array:
    """Return the share of examples that sets (sets, units) of the units get right, what is left scaled up: (sets,).

    As ``lesion.scores`` has it, for one hidden layer and several classes. Into buffers: pages that are freed and taken
    again for every few sets would take as long as the sums.
    """
    n, sets = subject.network, np.asarray(sets, float)
    votes = (subject.first * n.all_on[1])[:, None, :] * n.weights[1].T
    examples, outputs, units = votes.shape
    wanted, found = subject.y.argmax(axis=1)[:, None], np.empty(len(sets))
    known = np.isfinite(votes).all(axis=(1, 2))[:, None] & np.isfinite(n.biases[1]).all()  # see ``losses.correct``
    quiet = n.biases[1][:, None] / lesion.boosts(subject, sets)[0][:, 0]  # as loud as the votes before they are scaled
    room = np.empty(examples * outputs * _AT_ONCE)
    for first in range(0, len(sets), _AT_ONCE):
        part = slice(first, min(first + _AT_ONCE, len(sets)))
        size = part.stop - first
        z = room[: examples * outputs * size].reshape(-1, size)
        said = np.dot(votes.reshape(-1, units), sets[part].T, out=z).reshape(examples, outputs, size)
        said += quiet[:, part]
        found[part] = ((said.argmax(axis=1) == wanted) & known).mean(axis=0)
    return found


def in_company(subject: Subject, sets: int, seed: int) -> Company:
    """Return what units do in random company, from so many random sets, each with one unit at a time turned over.

    Where there are few units (``worth.EXACT``) every set is counted instead.
    """
    n = subject.units
    if worth.is_exact(subject):
        tried = worth.every_set(subject)
        right = share_right(subject, tried)
        found = worth.of_all(-right)
        mixability = right @ tried / tried.sum(axis=0)
    else:
        chosen, tried = worth.sample(subject, n, sets, seed)
        right = share_right(subject, tried)
        found = worth.of_sample(subject, chosen, tried, -right)
        base, turned = right[:sets], right[sets:].reshape(n, sets)
        mixability = np.where(tried[:sets].T, base, turned).mean(axis=1)  # of the two, the one that holds the unit
    whole = share_right(subject, np.ones((1, n)))[0]
    varies, decided = float(right.var()), float((found.values**2).mean(axis=1).sum()) / 4
    return Company(mixability, found.mean, float(whole), decided / varies if varies > 0 else math.nan)


def seconds_a_set(units: int, config: RunConfig) -> float:
    """Return about how long it takes on this machine to judge a set of units, by trying some of a ``pair``'s."""
    subject = subjects(Trainer(config.changed(worlds=1), recording=False), WITH)[0]
    sets = np.random.default_rng(0).integers(0, 2, (_TRIED, units))
    return timed(lambda: share_right(subject, sets)) / _TRIED


def with_partners(subject: Subject, points: int, orders: int, seed: int) -> tuple[Array, Array]:
    """Return how well each unit does with more and more random partners.

    Returns:
        Numbers of partners, (points,), from 0 to all others, and the mean share right of a unit with so many partners
        over random orders in which they join, (units, points).
    """
    n, random = subject.units, np.random.default_rng(seed)
    partners = np.unique(np.linspace(0, n - 1, min(points, n)).round().astype(np.intp))
    found = np.empty((n, len(partners)))
    for unit in range(n):
        joins = random.random((orders, n)).argsort(axis=1).argsort(axis=1).astype(float)
        joins[:, unit] = -1
        joins = joins.argsort(axis=1).argsort(axis=1)  # 0: the unit itself, then its partners, one after another
        sets = joins[None] <= partners[:, None, None]
        right = share_right(subject, sets.reshape(-1, n))
        found[unit] = right.reshape(len(partners), orders).mean(axis=1)
    return partners, found


def partners_needed(partners: Array, right: Array, wanted: float) -> Array:
    """Return how many partners each unit needs to get a share ``wanted`` right, (units,), between points by a line.

    Args:
        partners, right: of ``with_partners``. nan for a unit that gets there with no number of partners.
    """
    reached = right >= wanted
    at = reached.argmax(axis=1)
    before = np.maximum(at - 1, 0)
    rows = np.arange(len(right))
    low, high = right[rows, before], right[rows, at]
    part = np.where(at > 0, (wanted - low) / np.where(high > low, high - low, 1.0), 0.0)
    found = partners[before] + part * (partners[at] - partners[before])
    return np.where(reached.any(axis=1), found, np.nan)


def works(subject: Subject, reliability: Array, evenings: int, wanted: float, seed: int) -> Array:
    """Return how often the network gets a share ``wanted`` right where each unit fails with chance 1-q: (points,).

    The same evenings for every reliability q: a unit that lasts at one lasts at every greater one.
    """
    lasts = np.random.default_rng(seed).random((evenings, subject.units))
    sets = lasts[None] < np.asarray(reliability)[:, None, None]
    right = share_right(subject, sets.reshape(-1, subject.units))
    return np.asarray((right.reshape(len(sets), evenings) >= wanted).mean(axis=1))
