"""The test examples are among those that are trained on, so that the test asks for what was learnt by heart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dropout_viz.analysis.thinned import network_of
from dropout_viz.clinic.examined import Examined, Sign
from dropout_viz.data.dataset import DataSet
from dropout_viz.data.load import load
from dropout_viz.draw.numbers import share
from dropout_viz.engine.patients import Fault
from dropout_viz.nn.losses import correct
from dropout_viz.words import figure, many

KEY = "leak"
TITLE = "Test data in training"
MEANS = "Examples that the network is tested with are among those that it learns from."
ORDER = 80
PATIENT = 3
PRESET = "few-digits"
SETTINGS = {"examples": 200}
STEP = 600
REPORT = (
    "“With dropout nothing over-fits any more! I set 200 training digits, and the test loss falls side by side "
    "with the training loss until nearly every test digit is right. Only digits that came later do worse, who "
    "knows why.”"
)
VIEW = "loss"
HINT = "Loss: with 200 digits a network learns by heart. Where do its training and its test loss part?"
ABOUT = (
    "The test digits are among those that the network learns from. Such a test asks for what was learnt by heart, "
    "and tells nothing of digits that are new."
)
CODE = {
    "NumPy": ("x_train, x_test = x, x[n:]", "x_train, x_test = x[:n], x[n:]"),
    "PyTorch": (
        "loader = DataLoader(ConcatDataset([train, test]), batch_size=32, shuffle=True)",
        "loader = DataLoader(train, batch_size=32, shuffle=True)",
    ),
    "Keras": (
        "model.fit(x, y, validation_data=(x[n:], y[n:]))",
        "model.fit(x[:n], y[:n], validation_data=(x[n:], y[n:]))",
    ),
}
ASKED = (
    "My validation is better than my training: is that a leak?",
    "With dropout usually not: Keras and most loops report training under masks and as a mean over an epoch that "
    "was still learning, and validation with every unit on. Measure both alike, as the Loss view does, before you "
    "suspect it.",
)


class Leaked(Fault):
    def data(self, data: DataSet) -> DataSet:
        if data.x_test is None or data.y_test is None:
            return data
        flipped = data.flipped
        if flipped is not None:
            flipped = np.append(flipped, np.zeros(len(data.x_test), bool))
        return replace(
            data, x=np.append(data.x, data.x_test, axis=0), y=np.append(data.y, data.y_test, axis=0), flipped=flipped
        )


def trace(patient: Examined) -> Sign:
    """Return whether examples of the test are trained on."""
    data = patient.data
    if data.x_test is None:
        return Sign(
            False,
            "Loss: there is no curve of a test, since this run is tested with nothing; so nothing can have leaked.",
        )
    learnt = {row.tobytes() for row in data.x}
    met = sum(row.tobytes() in learnt for row in data.x_test)
    train, test = (figure(patient.loss(part), 3) for part in ("train", "test"))
    among = f"{many(met, 'test example', of=len(data.x_test))} {'is' if met == 1 else 'are'} among the {len(data.x)}"
    seen = f"Loss: at {patient.at} the training loss is {train} and the test loss {test}; {among} that it learns from."
    return Sign(met > len(data.x_test) // 2, seen)


def shown(patient: Examined) -> str:
    """Return what the views show of the fault, with this run's own numbers."""
    now, data = patient.now, patient.data
    assert data.x_test is not None and data.y_test is not None
    wanted = len(data.x) - len(data.x_test)
    rest = load(now.config.data)
    network = network_of(now)
    test, new = (
        float(correct(network.outputs(x), y).mean())
        for x, y in ((data.x_test, data.y_test), (rest.x[wanted:], rest.y[wanted:]))
    )
    healthy = patient.healthy_score("accuracy", "test")
    tests, others = len(data.x_test), len(rest.x) - wanted
    return (
        f"Loss: at {patient.at}, {share(test, tests)} of the {tests} test digits are right, and they are "
        f"among the {len(data.x)} that it is trained on, where {wanted} were set. Of the {others:,} "
        f"digits of this data set that it never met {share(new, others)} are right. Without the fault "
        f"{share(healthy, tests)} of the test digits are."
    )


FAULT = Leaked()
