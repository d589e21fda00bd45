"""The post's drawing as a toy: bend the curve, drop balls, see where they end."""

KEY = "sketch"
TITLE = "Sketch"
ORDER = 60
AREA = "right-bottom"
RATE = 1
HELP = {
    "shows": (
        "The drawing of the 2015 post, to play with. A hundred balls are dropped at random on a curve; each rolls "
        "down to the lowest point of its zone. On the curve as it is at first a hundred balls end in five places."
    ),
    "read": (
        "Noise shakes the balls, as chance shakes the weights of a network in training, and dies away; a strong one "
        "carries balls over the summits."
    ),
    "keys": "Drag the curve's points to bend it; up and down choose a point, with Shift they move it.",
    "formula": "x ← x − rate · slope + noise, the noise dying away",
    "source": "The 2015 post and its companion on balls in a landscape; the curve: Fritsch & Carlson 1980",
    "mind": (
        "It is a sketch, not your network: here the balls know nothing of one another and the curve stands still. "
        "In a network every weight's curve moves, because all other weights move too. The Landscape view shows the "
        "real ones."
    ),
}
