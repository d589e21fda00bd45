"""Factors from [1 - p, 1 + p]."""

import numpy as np

from dropout_viz.nn.noise.kind import Noise


class Factors:
    def __init__(self, sequences, examples, units):
        self.sequences, self.shape, self.used = sequences, (examples, units), 0

    def peek(self, out, p, scale):
        for world, sequence in enumerate(self.sequences):
            generator = np.random.Generator(np.random.SFC64(sequence))
            drawn = generator.random((self.used + len(out), *self.shape))[self.used :]
            own = p if np.ndim(p) == 0 else p[world]
            (out if out.ndim == 3 else out[..., world])[...] = 1 + own * (2 * drawn - 1)

    def consume(self, steps):
        self.used += steps

    def state(self, used=0):
        return {"used": np.array([self.used + used])}

    def restore(self, state):
        self.used = int(state["used"][0])


NOISE = Noise(
    name="uniform",
    title="Uniform",
    about="a factor from [1 − p, 1 + p] for each.",
    on_off=False,
    scalings=("inverted",),
    stream=Factors,
    train_scales=lambda _, drop: (1.0,) * len(drop),
    test_scales=lambda _, drop: (1.0,) * len(drop),
    mean=lambda _, p: 1.0,
    variance=lambda _, p: p * p / 3,
    thing="factor",
    symbol="u",
    scaled="",
    law="{m} ~ U(1 ± {p:g})",
    general="u ~ U(1 − p, 1 + p)",
    shown="rng.uniform(1 - {p}, 1 + {p}, {like}.shape)",
    numpy=lambda draw: [
        "def factor(noise, p, units):",
        f"    return 1 + p * (2 * noise.random(({draw.batch}, units)) - 1)",
    ],
    numpy_call="factor(noise{layer}, p{layer}, {units})",
    numpy_streams="(Generator(SFC64(s)) for s in {spawned})",
    numpy_stream="noise",
    numpy_names=("SFC64", "Generator"),
)
