"""What the network says everywhere in the plane of its two inputs, with the examples on it."""

KEY = "map"
TITLE = "Map"
ORDER = 110
AREA = "right-top"
RATE = 15
HELP = (
    "What the network says for every pair of its two inputs. The line is its decision boundary; the discs are the "
    "training examples, those with a cross carry a wrong label on purpose. With a comparison both runs stand side by "
    "side: where a network has learnt wrong labels, its boundary winds around them.\n\n"
    "Hidden units: the map of each one; point at a unit in any view to see its map. Thinned networks: single ones as "
    "dropout draws them, and their mean. Uncertainty: how far 100 thinned networks differ (MC-dropout); where it is "
    "low far from all examples, do not believe it.\n\n"
    "Point anywhere to read the values; click an example to choose it. Up and down choose the example, with Shift the "
    "hidden unit whose map is shown."
)
