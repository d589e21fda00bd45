"""How alike the hidden units are, by eight numbers that need not agree, for every arm."""

KEY = "redundancy"
TITLE = "Redundancy"
ORDER = 70
AREA = "right-top"
RATE = 10
HELP = {
    "shows": (
        "How alike hidden units are, by eight numbers that need not agree, measured with every unit on: the same "
        "weights, the same activations, activations that others explain, or two halves of a layer either of which "
        "could do the work alone. The small curves show how each went since step 0, on its own scale."
    ),
    "read": (
        "C compares a run that drops units with the same without. Of two runs the last column says which way each "
        "number points for the one named above it; of more it orders them, the most alike last. Values within 2 % "
        "count as the same, as do numbers of clones that differ by no more than chance may."
    ),
    "keys": (
        "Point at a row, or go to it with up and down, to read what it means and where it comes from; one of the "
        "two units most alike lights up in the Network view."
    ),
    "formula": (
        "participation ratio = (Σ λ)² / Σ λ², λ: eigenvalues of the activations' covariance\n"
        "clones: pairs of incoming weights with a cosine above 0.99"
    ),
    "source": (
        "Zhang & Xu 2022 (orientations); Shevchenko & Mondelli 2020, Kuditipudi et al. 2019 (halves); Gao et al. "
        "2017 (participation ratio)"
    ),
    "mind": (
        "The post says that dropout keeps weights from becoming identical. Whether units become more or less alike "
        "depends on what one means by it. No single number is honest."
    ),
}
