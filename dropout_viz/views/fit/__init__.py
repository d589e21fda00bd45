"""The function of a network of one input, with those of its thinned networks, their spread and the examples."""

KEY = "fit"
TITLE = "Fit"
ORDER = 155
AREA = "right-top"
RATE = 12
HELP = {
    "shows": (
        "What a network of one input says along it. The strong line is the network with every unit on; faint lines "
        "are single thinned networks; the band is the mean over all of them, give or take one standard deviation. "
        "Discs are training examples, small rings test examples, where they stand apart. Compared runs lie over one "
        "another."
    ),
    "read": (
        "A line that bends through every disc has learned the noise by heart. Where the band is wide the thinned "
        "networks disagree; where the line leaves its middle, the scaled network is not their mean."
    ),
    "keys": (
        "Point anywhere to read all values; click a training example to choose it. Up and down choose the example, "
        "with Shift the output, where there are several."
    ),
    "formula": "mean ± sd of f(x; m) over all masks m, each with its probability",
    "source": "Thinned networks: Srivastava et al., JMLR 2014; their spread: MC-dropout, Gal & Ghahramani 2016",
    "mind": (
        "The spread is exact where up to 12 units can be off, or where the output is linear and only the last hidden "
        "layer drops units. Of others 400 networks are drawn, and the error is told. It says nothing of the noise in "
        "the data."
    ),
}
