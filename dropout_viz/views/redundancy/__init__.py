"""How alike the hidden units are, by eight numbers that need not agree, for every arm."""

KEY = "redundancy"
TITLE = "Redundancy"
ORDER = 70
AREA = "right-top"
RATE = 10
HELP = (
    "The post says that dropout keeps weights from becoming identical. Whether hidden units become more or less alike "
    "depends on what one means by it: the same weights, the same activations, activations that others explain, or two "
    "halves of a layer either of which could do the work alone. So there are eight numbers, measured with every unit "
    "on, and they need not agree. Each has its own scale; the small curves show how it went since step 0.\n\n"
    "Press C to compare a run that drops units with the same without dropout. Of two runs the last column says for "
    "the one that is named above it, which way each number points; of more it puts them in order, the most alike "
    "last. The sentence at the bottom counts. Values within 2 % count as the same, and so do numbers of clones that "
    "differ by no more than chance may. Point at a row, or go to it with up and down, to read what it means and "
    "where it comes from; one of the two units most alike lights up in the Network view."
)
