"""How active the hidden units are, for every arm."""

KEY = "activations"
TITLE = "Activations"
ORDER = 130
AREA = "right-bottom"
RATE = 10
HELP = {
    "shows": (
        "What the hidden units send on, with every unit on, over the training or the test set, before any scaling. "
        "At the left all activations of a layer, at the right the mean activation of each unit."
    ),
    "read": (
        "With a comparison the runs lie over one another. In ReLU networks that learn images, dropout leaves fewer "
        "units active for an example and the mean activation lower; of tanh units it need not. Where activations "
        "have either sign, their mean size |h| is given. A logarithmic axis shows the rare large ones."
    ),
    "keys": "Point at a unit in any view, or go to it with up and down: its mean activation is marked.",
    "formula": (
        "mean activation of a unit = mean of h over the examples\n"
        "active: ReLU above 0, sigmoid above ½, tanh and sine beyond ½ either way"
    ),
    "source": "Srivastava et al., Dropout, JMLR 2014, section 7.2 and figure 8",
}
