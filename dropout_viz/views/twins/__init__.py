"""Two units that start alike: their weights, their votes, how they part, and what one does when the other goes off."""

KEY = "twins"
TITLE = "Twins"
ORDER = 145
AREA = "right-top"
RATE = 10
HELP = (
    "Two hidden units that start as copies of one another, with half a vote each. Where their own layer drops no unit "
    "(p = 0) they are told the same by every example, so they stay the same; where it does, each is off for examples "
    "of its own, and they part (Joudaki et al. 2025 find the same in a large network). The same means to the last bit "
    "in a small network. In a larger one the matrix library may add up the sums of the two in another order: then "
    "rounding sets them apart, by millionths of their length or less at first. The view says how far they are. Both "
    "are balls in the Shared view.\n\n"
    "One goes off: a copy of the network trains on with the first of them off for good, by plain gradient descent at "
    "the run's learning rate, and the other turns up its volume. The 2015 post tells that story in a part that it left "
    "out, and adds that the silent unit still learns. The last line shows what it is told: a unit that is off for an "
    "example gets a gradient of exactly zero from it; other examples of the batch, momentum and L2 may still move "
    "it.\n\n"
    "Up and down choose the example. In any network: right-click a hidden unit in the Network view to make a twin of "
    "it."
)
