"""A plane of parameter space: the loss as a map, and the way that the run took over it."""

KEY = "plane"
TITLE = "Plane"
ORDER = 50
AREA = "right-bottom"
RATE = 30
HELP = {
    "shows": (
        "The loss over a plane through the space of all weights, as a map: deep is dark. The line is the way that "
        "the run took, from the ring to the ball; the ball is the network as it is now and lies exactly on the map. "
        "With a comparison both runs are drawn on the map of the first."
    ),
    "read": (
        "A network has many more than two weights, so earlier points lie off the plane: the farther off, the "
        "smaller the dot. A dot's shade is its own true loss, which may differ from the map around it."
    ),
    "keys": (
        "Choose the plane in the header: the principal components of the path (they turn as it grows), the line "
        "from its start to now, two weights, or two random directions. Of two weights up and down choose the one "
        "across, with Shift the one upwards."
    ),
    "formula": (
        "L(u, v) = loss of θ + u d₁ + v d₂, with every unit on\n"
        "random d: each unit's share as long as its incoming weights"
    ),
    "source": "Li et al., Visualizing the Loss Landscape of Neural Nets, 2018",
}
