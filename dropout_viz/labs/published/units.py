"""Published results on what dropout does to hidden units: how active they are, what they look for, who misses them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dropout_viz.analysis import activity, lesion
from dropout_viz.data.dataset import DataSet
from dropout_viz.labs.bands import PERCENTILES, percentiles
from dropout_viz.labs.figures import FigureCurve, ImageRow, Images, Lines, Violin, Violins
from dropout_viz.labs.lab import Tell, Verdict, verdict
from dropout_viz.labs.published.entry import Found, PublishedResult
from dropout_viz.labs.published.nets import SEEDS, Bench, TrainedNet, above, met, points, told

Array = NDArray[Any]

ARMS = ("without dropout", "hidden p = .5")
EXAMPLES = 2_000  # test images that lesions are judged on
CHOICES, POINTS = 10, 16
AUTOENCODER_STEPS = 20_000
SHOWN = 64  # features


def _nets(bench: Bench, tell: Tell) -> dict[str, list[TrainedNet]]:
    """Return the networks of result 9 without dropout and with p = .5."""
    n = len(ARMS) * SEEDS
    places = [(arm, seed) for arm in ARMS for seed in range(SEEDS)]
    nets = [bench.shared(arm, seed, tell.part(k / n, (k + 1) / n)) for k, (arm, seed) in enumerate(places)]
    return {arm: nets[k * SEEDS : (k + 1) * SEEDS] for k, arm in enumerate(ARMS)}


def sparser(bench: Bench, tell: Tell) -> Found:
    """Mean activation, and the share of activations above 0."""
    nets = _nets(bench, tell.part(0, 0.9))
    x = bench.drawn(2_000).x_test
    assert x is not None
    mean, active, units, own_means = {}, {}, {}, {}
    for arm, own in nets.items():
        tell(0.95, arm)
        found = [activity.activity([net.network()], x)[0][0] for net in own]
        own_means[arm] = np.array([f.mean for f in found])
        mean[arm], active[arm] = np.mean([f.mean for f in found]), np.mean([f.active for f in found])
        units[arm] = np.concatenate([f.unit_means for f in found])
    none, drop = ARMS
    ratio = float(mean[drop] / mean[none])
    figure = Violins(
        name="result-11-activity",
        title="Mean activation of each hidden unit on the test images",
        caption=f"The 256 hidden units of {SEEDS} networks without dropout and with p = .5.",
        y_label="mean activation",
        violins=[Violin(arm, units[arm], k) for k, arm in enumerate(ARMS)],
    )
    return Found(
        f"{mean[none]:.3f} → {mean[drop]:.3f} (ratio {ratio:.2f})",
        sparser_verdict(own_means[none], own_means[drop]),
        f"{bench.where}{told('.75 of that without, less that with:', 0.75 * own_means[none] - own_means[drop])}. "
        f"Active share {active[none]:.2f} → {active[drop]:.2f}. The paper measured an autoencoder; these "
        "are the classifiers of result 9.",
        [figure],
    )


def sparser_verdict(none: Array, drop: Array) -> Verdict:
    """Return the verdict on mean activations without dropout and with it, (seeds,) each: a quarter less with it."""
    return above(0.75 * none - drop)


def features(bench: Bench, tell: Tell) -> Found:
    """What the hidden units of an autoencoder look for."""
    images = bench.whole
    data = DataSet(images.x, images.x, images.x_test, images.x_test, image=images.image, credit=images.credit)
    nets = {}
    for k, (arm, p) in enumerate(zip(ARMS, (0.0, 0.5), strict=True)):
        config = bench.config(
            hidden=(256,),
            output="sigmoid",
            loss="squared_error",
            p_hidden=(p,),
            momentum_start=0.5,
            momentum=0.9,
            momentum_ramp=AUTOENCODER_STEPS,
            l2=0.001,
        )
        epochs = AUTOENCODER_STEPS / (len(data.x) // 100)
        nets[arm] = bench.trained(config, data, epochs, tell.part(k / 2, (k + 1) / 2), f"autoencoder, {arm}")
    assert images.image is not None
    height, width = images.image
    smooth, rows = {}, []
    for arm, net in nets.items():
        pictures = net.weights[0].T.reshape(-1, height, width)
        norms = np.linalg.norm(net.weights[0], axis=0)
        order = np.argsort(-norms)
        smooth[arm] = neighbours(pictures[order[:SHOWN]])
        rows.append(ImageRow(arm, pictures[order[:SHOWN]]))
    none, drop = ARMS
    holds = smooth[drop] > smooth[none] + 0.1
    inputs = data.x.shape[1]
    error = {arm: net.error for arm, net in nets.items()}
    figure = Images(
        name="result-12-features",
        title="Incoming weights of the 64 strongest hidden units of an autoencoder",
        caption="Grey is 0. The paper shows strokes and spots with dropout, and no such thing without.",
        images=rows,
        own_scale=True,
    )
    return Found(
        f"{smooth[none]:.2f} → {smooth[drop]:.2f}",
        verdict(holds),
        f"{bench.where}{met(holds)}The paper has a picture and no number: measured is the correlation of the weights "
        f"of neighbouring pixels, of the {SHOWN} strongest units. {inputs}-256-{inputs}, logistic output, squared "
        f"error, rate .1, momentum .5 to .9, L2 .001 as the authors', {AUTOENCODER_STEPS:,} steps of 100 where they "
        f"took 50,000. Mean squared error of a pixel {error[none]:.4f} and {error[drop]:.4f}.",
        [figure],
    )


def neighbours(pictures: Array) -> float:
    """Return the correlation between weights of adjacent pixels, the mean over pictures (n, height, width)."""
    centred = pictures - pictures.mean(axis=(1, 2), keepdims=True)
    across = (centred[:, :, 1:] * centred[:, :, :-1]).mean(axis=(1, 2))
    down = (centred[:, 1:] * centred[:, :-1]).mean(axis=(1, 2))
    return float(((across + down) / 2 / np.maximum((centred**2).mean(axis=(1, 2)), 1e-30)).mean())


def lesions(bench: Bench, tell: Tell) -> Found:
    """Error after hidden units were removed at random, and the rest scaled up."""
    nets, data = _nets(bench, tell.part(0, 0.5)), bench.drawn(2_000)
    curves, half = {}, dict[str, Array]()
    n = len(ARMS) * SEEDS
    for k, (arm, own) in enumerate(nets.items()):
        errors = []
        for seed, net in enumerate(own):
            tell.part(0.5, 1)((k * SEEDS + seed) / n, f"removing units, {arm}")
            subject = net.subject(data, EXAMPLES)
            removed, sets = lesion.curve_sets(subject, POINTS, CHOICES, bench.seed)
            scores = lesion.scores(subject, sets, rescaled=True)
            errors.append(100 * (1 - scores.accuracy.reshape(len(removed), CHOICES)))
        all_errors = np.concatenate(errors, axis=1)  # (points, choices of all seeds)
        curves[arm] = removed / subject.units, all_errors
        at = int(np.argmin(np.abs(removed - subject.units / 2)))
        half[arm] = all_errors[at].reshape(SEEDS, CHOICES).mean(axis=1)
    none, drop = ARMS
    figure = Lines(
        name="result-17-lesions",
        title="Error after removing hidden units, the rest scaled up",
        caption=f"Mean over {SEEDS} networks and {CHOICES} random orders each; the band goes {PERCENTILES}.",
        x_label="share of the hidden units removed",
        y_label="test error, %",
        curves=[
            FigureCurve(arm, x, e.mean(axis=1), *percentiles(e, 1), k) for k, (arm, (x, e)) in enumerate(curves.items())
        ],
    )
    return Found(
        f"{half[none].mean():.1f} → {half[drop].mean():.1f} %",
        lesions_verdict(half[none], half[drop]),
        f"{bench.where}Error with half of the hidden units, on {len(subject.x):,} test images; networks of result 9. "
        f"{points('.7 of that without, less that with:', 0.7 * half[none] - half[drop])}.",
        [figure],
    )


def lesions_verdict(none: Array, drop: Array) -> Verdict:
    """Return the verdict on errors with half of the units, without dropout and with it, (seeds,) each: .7 times."""
    return above(0.7 * none - drop)


def halves(bench: Bench, tell: Tell) -> Found:
    """How often two disjoint halves of the hidden layer give the same answer."""
    nets, data = _nets(bench, tell.part(0, 0.5)), bench.drawn(2_000)
    found: dict[str, Array] = {}
    for k, (arm, own) in enumerate(nets.items()):
        agree = []
        for seed, net in enumerate(own):
            tell.part(0.5, 1)((k * SEEDS + seed) / (len(ARMS) * SEEDS), f"halves, {arm}")
            subject = net.subject(data, EXAMPLES)
            agree.append(100 * lesion.agreement(subject, *lesion.halves(subject, 20, bench.seed)))
        found[arm] = np.array(agree)
    none, drop = (found[arm] for arm in ARMS)
    figure = Violins(
        name="result-18-halves",
        title="Two disjoint halves of the hidden units, each scaled up, agree",
        caption=f"20 random cuts of each of {SEEDS} networks.",
        y_label="same answer, % of test images",
        violins=[Violin(arm, found[arm].ravel(), k) for k, arm in enumerate(ARMS)],
    )
    return Found(
        f"{none.mean():.0f} → {drop.mean():.0f} %",
        halves_verdict(none.mean(axis=1), drop.mean(axis=1)),
        f"{bench.where}Share of {len(subject.x):,} test images that both halves put into the same class; networks of "
        f"result 9. {points('With dropout less without:', (drop - none).mean(axis=1))}.",
        [figure],
    )


def halves_verdict(none: Array, drop: Array) -> Verdict:
    """Return the verdict on how often halves agree, in per cent, (seeds,) each: by 8 points more with dropout."""
    return above(drop - none - 8)


ENTRIES = (
    PublishedResult(
        11,
        "Hidden units are less active",
        "Srivastava et al. 2014, figure 8",
        "about 2.0 → .7",
        "mean activation with dropout below .75 of that without, by an interval over 8 seeds",
        5,
        False,
        sparser,
        SEEDS,
    ),
    PublishedResult(
        12,
        "Features are strokes and spots",
        "Srivastava et al. 2014, figure 7",
        None,
        "weights of neighbouring pixels correlate more with dropout, by more than .1",
        340,
        False,
        features,
    ),
    PublishedResult(
        17,
        "A network trained with dropout bears the loss of units",
        "Morcos et al. 2018, appendix",
        "more robust to removal, up to the share dropped",
        "error with half of the units less than .7 times that without dropout, by an interval over 8 seeds",
        40,
        False,
        lesions,
        SEEDS,
    ),
    PublishedResult(
        18,
        "Two disjoint halves agree",
        "after Shevchenko & Mondelli 2020; Kuditipudi et al. 2019",
        "halves are nearly as good as the whole",
        "agreement higher with dropout by more than 8 points, by an interval over 8 seeds",
        40,
        False,
        halves,
        SEEDS,
    ),
)
