"""What happens when units die: click them off, and see the damage, the lesion curve, each one's worth, two halves."""

KEY = "lesions"
TITLE = "Ablation"
ORDER = 140
AREA = "right-bottom"
RATE = 10
HELP = (
    "An ablation takes units away and looks at what is lost. Click a hidden unit, here or with Ctrl and a click in "
    "the Network view; or point at it with up and down, and press Enter. Only this view does without it; the run "
    "goes on with every unit. Every unit that is left is on, as after training; “scale up” makes those left as loud "
    "as the whole layer was.\n\n"
    "Removing units at random: the more a network leans on single units, the faster the curve falls (Morcos et al. "
    "2018). A unit's Banzhaf value is what it is worth: the loss without it minus the loss with it, on average over "
    "all sets of partners, up to 12 units; of more, over sets drawn at random. A unit that is worth the same to all "
    "partners works alone. The share of the loss's variance over the sets that units explain one by one is the sum "
    "of the first-order Sobol indices. The rest is interaction: units that stand in for one another, units that need "
    "one another, and the loss's own curvature. It is no measure of redundancy: eight exact copies of one unit can "
    "explain nine tenths one by one. Two disjoint halves: each alone, scaled up; click the maps for another cut, or "
    "press Shift and up or down. C compares a run that drops units with the same without dropout."
)
