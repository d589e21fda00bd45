"""What the network says everywhere in the plane of its two inputs, with the examples on it."""

KEY = "map"
TITLE = "Map"
ORDER = 110
AREA = "right-top"
RATE = 15
DRAWS = True
AT_FIRST = "Colours are what the network answers at each place; points are the examples."
HELP = {
    "shows": (
        "What the network says for every pair of its two inputs. The discs are the training examples; those with a "
        "cross carry a wrong label on purpose. Two runs stand side by side and, where there is room, how far they are "
        "apart below. The header offers maps of hidden units, of thinned networks and their mean, and their "
        "uncertainty."
    ),
    "read": (
        "The line is the decision boundary: where a network has learnt wrong labels, it winds around them. "
        "Uncertainty is how far 100 thinned networks differ; of several classes in the hue of the one whose output "
        "differs most."
    ),
    "keys": (
        "Point anywhere to read it, at a unit in any view to see its map; click an example to choose it, or go by up "
        "and down, with Shift through units. D draws: click, drag to paint or move; 1 to 5 the class, 0 the eraser; "
        "arrows (Shift: further) and Enter, Delete."
    ),
    "formula": "uncertainty(x) = standard deviation of f(x; m) over 100 masks m",
    "source": "MC-dropout: Gal & Ghahramani 2016",
    "mind": "Where the uncertainty is low far from all examples, do not believe it.",
}
