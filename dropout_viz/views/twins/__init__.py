"""Two units that start alike: their weights, their votes, how they part, and what one does when the other goes off."""

KEY = "twins"
TITLE = "Twins"
ORDER = 145
AREA = "right-top"
RATE = 10
HELP = {
    "shows": (
        "Two hidden units that start as copies of one another, with half a vote each. “One goes off”: a copy of the "
        "network trains on with the first of them off for good, by plain gradient descent at the run's learning "
        "rate, and the other turns up its volume. Both are balls in the Shared view."
    ),
    "read": (
        "Where their own layer drops no unit (p = 0) they are told the same by every example, so they stay the "
        "same; where it does, each is off for examples of its own, and they part. The last line shows what the "
        "silent unit is told: a gradient of exactly zero from that example."
    ),
    "keys": (
        "Up and down choose the example. In any network: right-click a hidden unit in the Network view to make a "
        "twin of it."
    ),
    "formula": (
        "m = 0:   a = 0  and  ∂L/∂w = δ a = 0, in and out, for that example\napart = ‖w₁ − w₂‖ / mean of ‖w₁‖ and ‖w₂‖"
    ),
    "source": "A part that the 2015 post left out; Joudaki et al. 2025 find the same in a large network",
    "mind": (
        "The post adds that the silent unit still learns; other examples of the batch, momentum and L2 may still "
        "move it. The same means to the last bit in a small network; in a larger one rounding sets the two apart, "
        "by millionths of their length or less at first. The view says how far they are."
    ),
}
