"""One step in slow motion: the few lines of NumPy that it is, and each line's formula with this step's own numbers."""

KEY = "code"
TITLE = "Code"
ORDER = 90
AREA = "right-top"
RATE = 10
DISSECTS = True
HELP = {
    "shows": (
        "One training step as the few lines of NumPy that it is; the lines marked at their left are there because "
        "of dropout. Take the next step apart and walk through it, forwards and back; at the end the run really "
        "does the step."
    ),
    "read": (
        "The line being computed is lit, and so is what it touches in the network. Below it stands its formula with "
        "the numbers of the chosen example, unit and weight, exactly those that training computes."
    ),
    "keys": (
        "The keys . and , go through the step: mask, forward, scale, loss, backward, update, restore; / plays it, Esc "
        "leaves. Point at any word or number for its values. Up and down scroll the code, with Shift they choose the "
        "example."
    ),
    "formula": (
        "exact: δ = (Σ w δ above) · m s φ′(z),   ∂L/∂w = δ a\n"
        "as-published: the slope is taken of the masked and scaled activation, a (1 − a) for a sigmoid"
    ),
    "asked": (
        "Where is dropout turned off for the test? In PyTorch by model.eval(), which every nn.Dropout obeys and "
        "F.dropout only with training=self.training; call model.train() before you train on. In Keras predict and "
        "evaluate do so by themselves, and a call does with training=False."
    ),
    "source": "The 2015 post's program; the exact rule: Srivastava et al., JMLR 2014, section 5.1",
}
