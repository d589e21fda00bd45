"""What happens when units die: click them off, and see the damage, the lesion curve, each one's worth, two halves."""

KEY = "lesions"
TITLE = "Ablation"
ORDER = 140
AREA = "right-bottom"
RATE = 10
HELP = {
    "shows": (
        "An ablation takes units away and looks at what is lost. Only this view does without them; the run goes on "
        "with every unit. Every unit that is left is on, as after training; “scale up” makes those left as loud as "
        "the whole layer was. Below: units removed at random, what each is worth, and two disjoint halves."
    ),
    "read": (
        "The more a network leans on single units, the sooner the curve leaves its level. A unit that is worth the "
        "same to all partners works alone. What units do not explain one by one is interaction: they stand in for one "
        "another, need one another, or the loss itself is curved. C compares with the same run without dropout."
    ),
    "keys": (
        "Click a hidden unit, here or with Ctrl and a click in the Network view; or point at it with up and down, "
        "and press Enter. Click the maps for another cut in two halves, or press Shift and up or down."
    ),
    "formula": (
        "Banzhaf value = mean over all sets of partners of\n"
        "loss without the unit − loss with it\n"
        "one by one: Σ of the first-order Sobol indices"
    ),
    "source": "Morcos et al. 2018; Sobol 1993; halves: Shevchenko & Mondelli 2020, Kuditipudi et al. 2019",
    "mind": (
        "All sets of partners are counted up to 12 units; of more, sets are drawn at random. The share explained "
        "one by one is no measure of redundancy: eight exact copies of one unit can explain nine tenths."
    ),
}
