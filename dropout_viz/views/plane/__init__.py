"""A plane of parameter space: the loss as a map, and the way that the run took over it."""

KEY = "plane"
TITLE = "Plane"
ORDER = 50
AREA = "right-bottom"
RATE = 30
HELP = (
    "The loss over a plane through the space of all weights, as a map: deep is dark. The line is the way that the run "
    "took, from the ring to the ball; the ball is the network as it is now and lies exactly on the map. A network has "
    "many more than two weights, so that the earlier points lie off the plane: the farther off, the smaller the dot. "
    "A dot's shade is its own true loss, which may differ from the map around it.\n\n"
    "Choose the plane in the header: the two directions in which the path varies most (its principal components; "
    "they turn as the path grows), the line from its start to now, two weights, or two random directions, each "
    "unit's share scaled to the size of its incoming weights (Li et al. 2018). Of two weights up and down choose the "
    "one across, with Shift the one upwards. With a comparison both runs are drawn on the map of the first."
)
