"""The words of the Ensemble view, the fullest wording of each line first. No Qt."""

from __future__ import annotations

import math

import numpy as np

from dropout_viz.analysis import ensemble
from dropout_viz.analysis.questions.ensemble import Scene
from dropout_viz.analysis.thinned import Network
from dropout_viz.data.dataset import DataSet
from dropout_viz.draw.numbers import ARROW, count, number, plain, setting, share, with_error
from dropout_viz.views.unit_names import example_words, input_name, output_name
from dropout_viz.words import many, superscript

NAMES = {
    "scaled": "weight-scaled network",
    "geometric": "geometric mean",
    "arithmetic": "arithmetic mean",
    "monte carlo": "Monte-Carlo mean",
}
WHOLE = "network with every unit on"
"""What the first average is called where nothing is scaled."""
_ROUNDING = 1e-12  # by which averages that are the same may differ


def is_scaled(network: Network) -> bool:
    """Return whether units are scaled at all, in training or after it: under scaling ``none``, or p = 0, none is."""
    return any(not np.allclose(factor, 1.0) for factor in (*network.on, *network.all_on))


def about(scene: Scene, name: str) -> str:
    """Return what an average is, for the tip."""
    network, scaling = scene.request.network, scene.request.snapshot.config.scaling
    if name == "scaled":
        if scene.request.snapshot.config.patient is not None:
            return "Every unit on. This is what is used after training."
        if not is_scaled(network):
            return "Every unit on, and nothing scaled. This is what is used after training."
        when = (
            "times the chance of being on" if scaling == "classical" else "as loud as the thinned ones were on average"
        )
        return f"Every unit on, {when}. This is what is used after training."
    if name == "geometric":
        if network.output == "linear":
            return "Of a linear output it is the arithmetic mean."
        where = ", between −1 and 1 as if between 0 and 1" if network.output == "tanh" else ""
        return f"The networks' outputs{where} multiplied, each to the power of its probability, and normalised."
    if name == "arithmetic":
        return "Each network's output times the network's probability, added up."
    return "The mean of a few networks drawn as training draws them: MC-dropout."


def networks(n: int) -> str:
    """Return how many thinned networks n units make: ``16``, or ``2³²`` where that has many digits."""
    return count(2**n) if n <= 20 else f"2{superscript(n)}"


def title(scene: Scene) -> list[str]:
    """Return which networks are on show."""
    n = scene.request.network.n
    if n == 0:
        return ["one network: no unit can be off", "one network"]
    if scene.members.all:
        return [f"all {networks(n)} thinned networks", f"all {networks(n)}"]
    drawn = count(len(scene.members.outputs))
    return [f"{drawn} of {networks(n)} thinned networks", f"{drawn} of {networks(n)}"]


def subject(scene: Scene) -> list[str]:
    """Return which example and which output it is about."""
    request = scene.request
    data, outputs = request.data, request.network.sizes[-1]
    which = f"example {count(request.example + 1)}"
    said = example_words(data, request.example)
    about = f", output {output_name(data, request.output, outputs)}" if outputs > 1 else ""
    joined = f"{which} {said}" if said.startswith(ARROW) else f"{which}: {said}"
    return [f"{joined}{about}", f"{which}{about}", which]


def held(scene: Scene) -> list[str]:
    """Return the second line: step and drop probabilities."""
    request = scene.request
    step = f"step {count(request.snapshot.step)}"
    p = [setting(v) for v in request.snapshot.config.drop_probabilities]
    hidden = p[1] if len(set(p[1:])) == 1 else ", ".join(p[1:])
    drop = f"p = {hidden}" + (f", input {p[0]}" if p[0] != "0" else "")
    n = request.network.n
    units = f"{many(n, 'unit')} can be off"
    return [f"{step}, {drop}, {units}", f"{step}, {drop}", step]


def target(scene: Scene) -> str:
    """Return the target's label."""
    return f"target {plain(scene.request.target)}"


def value(scene: Scene, name: str) -> str:
    """Return an average's value, with its error where it has one."""
    scaled, geometric, arithmetic, monte_carlo = scene.averages
    k = scene.request.output
    if name == "monte carlo":
        return with_error(monte_carlo, scene.monte_carlo_error)
    if name == "geometric":
        return with_error(geometric, float(scene.means.shift[0, k]))
    if name == "arithmetic":
        return with_error(arithmetic, float(scene.means.error[0, k]))
    return number(scaled)


def label(scene: Scene, name: str) -> str:
    """Return an average's name."""
    if name == "monte carlo":
        return f"{NAMES[name]} of {count(scene.request.k)}"
    said = WHOLE if name == "scaled" and not is_scaled(scene.request.network) else NAMES[name]
    return f"{scene.request.name}: {said}" if scene.others and name == "scaled" else said


def used(scene: Scene) -> str:
    """Return a short name of the network that is used after training."""
    return "scaled" if is_scaled(scene.request.network) else "every unit on"


def plain_answer(scene: Scene) -> list[str]:
    """Return what all of it comes to, for a first look."""
    scaled, _, arithmetic, _ = scene.averages
    if not all(map(math.isfinite, (scaled, arithmetic))):
        return verdict(scene)
    if scene.request.network.n == 0:
        return ["No unit can be off: this is the answer of the one network that there is.", "No unit can be off."]
    mean = value(scene, "arithmetic")
    return [
        f"With every unit on the answer is {number(scaled)}; thinned networks answer {mean} on average.",
        f"Every unit on: {number(scaled)}; thinned networks on average: {mean}.",
        f"{number(scaled)}; thinned {mean}",
    ]


def verdict(scene: Scene) -> list[str]:
    """Return what is to be seen of the network that is used after training, and the means."""
    network, (scaled, geometric, arithmetic, _) = scene.request.network, scene.averages
    if not all(map(math.isfinite, (scaled, geometric, arithmetic))):
        return ["Some outputs are not numbers: the run has diverged."]
    gap, far = _gap(abs(scaled - geometric)), _gap(abs(scaled - arithmetic))
    if network.n == 0:
        return ["With p = 0 there is one network, and every average is what it says.", "Every average is the same."]
    if not ensemble.keeps_means(network):
        return _no_mean(gap, far, told=scene.request.snapshot.config.patient is None)
    if ensemble.is_one_layer(network):
        return _one_layer(scene, gap, far)
    return _deeper(scene, gap, far)


def _no_mean(gap: str, far: str, *, told: bool) -> list[str]:
    """Return what is said where every unit on is no mean of the thinned networks; ``told``: and why."""
    why, brief = ("Nothing is scaled, so the", "Nothing is scaled: every") if told else ("The", "Every")
    return [
        f"{why} network with every unit on is no mean of the thinned ones: the geometric mean is {gap} away, the "
        f"arithmetic {far}.",
        f"{brief} unit on is no mean; geometric {gap} away, arithmetic {far}.",
        f"{'not scaled' if told else 'every unit on'}: geometric {gap} away",
    ]


def _one_layer(scene: Scene, gap: str, far: str) -> list[str]:
    """Return what is said where only the last hidden layer drops units: the geometric mean is exact."""
    network, sample = scene.request.network, not scene.members.all
    if network.output == "linear":
        which = f"of all {networks(network.n)}, exactly; this sample's is {far} away" if sample else f"(gap {far})"
        return [f"One dropped layer below a linear output: the scaled network is the mean {which}."]
    if sample:
        return [
            f"One dropped layer: the scaled network is the geometric mean of all {networks(network.n)}, exactly. "
            f"This sample's is {gap} away.",
            f"One dropped layer: scaled = geometric of all {networks(network.n)}; this sample's is {gap} away.",
            f"scaled = geometric of all {networks(network.n)}",
        ]
    return [
        f"One dropped layer: the scaled network is the geometric mean, exactly (gap {gap}); "
        f"the arithmetic mean is {far} away.",
        f"One dropped layer: scaled = geometric (gap {gap}); arithmetic {far} away.",
        f"scaled = geometric (gap {gap})",
    ]


def _deeper(scene: Scene, gap: str, far: str) -> list[str]:
    """Return what is said where units below the last hidden layer can be off."""
    network = scene.request.network
    last = len(network.drop) - 1
    below = ["the input" if k == 0 else f"hidden layer {k}" for k in range(last) if len(network.can_drop[k])]
    named = " and ".join([", ".join(below[:-1]), below[-1]] if len(below) > 1 else below)
    verb = "drops" if len(below) == 1 else "drop"
    too = " too" if len(network.can_drop[last]) else ""
    sample = "" if scene.members.all else " in this sample"
    return [
        f"{named[0].upper()}{named[1:]} {verb} units{too}, so the scaled network only comes near the geometric mean: "
        f"gap {gap}{sample}, arithmetic {far} away.",
        f"Dropped below the last hidden layer{too}: scaled {NEAR} geometric, gap {gap}{sample}; arithmetic {far} away.",
        f"scaled {NEAR} geometric, gap {gap}{sample}",
    ]


NEAR = "\N{ALMOST EQUAL TO}"


def _gap(value: float) -> str:
    return number(value, 2)


def overview(scene: Scene) -> list[str]:
    """Return what is to be said of many examples."""
    seen = scene.overview
    if seen is None:
        return [""]
    examples = many(seen.of, "training example", of=None if seen.whole else len(scene.request.data.x))
    few = "" if seen.whole else f"{count(seen.of)} of {count(len(scene.request.data.x))} ex., "
    if seen.done < seen.of:
        return [f"Averaging over {examples}: {count(seen.done)} done", f"{count(seen.done)} done, of {examples}"]
    late = seen.step != scene.request.snapshot.step
    at, then = (f"At step {count(seen.step)}, over", f"step {count(seen.step)}: ") if late else ("Over", "")
    which = f"all {examples}" if seen.whole else examples
    far, gap = _apart(seen.arithmetic_gap, used(scene))
    if not seen.right:
        return [f"{at} {which}: {far}.", f"{then}{which}: {gap}"]
    scaled, _, arithmetic, monte_carlo = (share(r, seen.of) for r in seen.right)
    right = f"right: {used(scene)} {scaled}, arithmetic {arithmetic}, Monte Carlo {monte_carlo}"
    return [f"{at} {which}: {far}; {right}.", f"{at} {which}: {right}.", f"{then}{few}{right}"]


def _apart(gap: float, name: str) -> tuple[str, str]:
    """Return how far the network that is used after training is from the arithmetic mean, and the same in short."""
    if not math.isfinite(gap):
        return f"{name} and arithmetic cannot be compared: not all outputs are finite numbers", "not all are numbers"
    apart = f"{_gap(gap)} apart" if gap > _ROUNDING else "the same"
    return f"{name} and arithmetic are {apart} on average", apart


def member(scene: Scene, index: int, names: DataSet) -> list[str]:
    """Return what is said of one thinned network, the title first."""
    found, network = scene.members, scene.request.network
    on = found.on(index)
    layers = len(network.drop)
    chance = float(found.probabilities[index])
    lines = [f"says {number(float(found.outputs[index]))}"]
    lines.append(f"on: {many(len(on), 'unit', of=network.n)} that can be off")
    if len(on) <= 12:
        lines.append("on: " + (", ".join(_unit(layer, unit, layers, names) for layer, unit in sorted(on)) or "none"))
    if found.all:
        lines.append(f"probability {share(chance) if chance > 5e-4 else number(chance, 3)}")
    return lines


def _unit(layer: int, unit: int, layers: int, data: DataSet) -> str:
    if layer == 0:
        return input_name(data, unit)
    return f"h{unit + 1}" if layers == 2 else f"h{layer}.{unit + 1}"


def density(scene: Scene, low: float, high: float, chance: float) -> list[str]:
    """Return what is said of one bin of the density."""
    return [f"{share(chance)} of the networks", f"say {low:.3f} to {high:.3f}", "weighted by probability"]


def summary(scene: Scene) -> list[str]:
    """Return what is to be seen, in sentences."""
    said = [f"{held(scene)[0][0].upper()}{held(scene)[0][1:]}; {title(scene)[0]}; {subject(scene)[0]}"]
    averages = [f"{label(scene, name)} {value(scene, name)}" for name in NAMES]
    averages += [f"{name} {number(other)}" for name, other in scene.others]
    found = dict.fromkeys((plain_answer(scene)[0], verdict(scene)[0], overview(scene)[0]))
    return [*said, f"{'; '.join(averages)}; {target(scene)}", *found]
