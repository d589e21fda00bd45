"""One frozen, validated description of a run.

The setup form, the command line's ``--set key=value`` and the TOML files are all derived from the fields below: their
order, titles, ranges and help. Nothing else describes a setting a second time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator, model_validator

from dropout_viz import registry
from dropout_viz.data import drawn, formulas
from dropout_viz.data.load import SETTINGS, is_known, left_out, options
from dropout_viz.engine import arm_tables, patients, published, twins
from dropout_viz.engine.faults import fault, unknown
from dropout_viz.engine.setting import setting as _setting
from dropout_viz.errors import UserError, nearest
from dropout_viz.nn.activations import ACTIVATIONS
from dropout_viz.nn.noise import NOISES, Noise
from dropout_viz.nn.optimisers import OPTIMISERS
from dropout_viz.words import many

Probability = float
ENCODINGS = (
    *("guess", "utf-8", "utf-16", "cp1252", "iso-8859-15", "mac-roman", "cp437", "cp850", "cp1250", "cp1251", "koi8-r"),
    *("cp1253", "cp1254", "cp1255", "cp1256", "shift_jis", "euc_jp", "gb18030", "big5", "cp949"),
)
"""What the text of a table may be written in; Python's names."""
MOST_UNITS = 4096
"""In one hidden layer."""
HIDDEN = tuple(key for key, kind in ACTIVATIONS.items() if kind.hidden)
OUTPUTS = tuple(key for key, kind in ACTIVATIONS.items() if kind.output)
_PARTS = {
    "hidden": f"every layer must have 1 to {MOST_UNITS} units",
    "maps": "every convolution must have 1 to 512 maps",
    "twin": f"must be whole numbers from 1 to {MOST_UNITS:,}",
}
"""What each number of a list must be."""
_KEYS = f"keys, such as {json.dumps(['network', 'loss'])}"
_LISTS = {
    "controls": f"keys, such as {json.dumps(['p_hidden', 'seed'])}",
    **dict.fromkeys(("columns", "as_texts"), f"names, such as {json.dumps(['age', 'price'])}"),
}
"""What lists of words hold, where that is no views."""
if TYPE_CHECKING:  # the kinds are discovered: no checker can know their names
    Hidden: TypeAlias = str
    Output: TypeAlias = str
    OptimiserName: TypeAlias = str
    NoiseName: TypeAlias = str
    Encoding: TypeAlias = str
else:
    Hidden, Output, OptimiserName = Literal[HIDDEN], Literal[OUTPUTS], Literal[tuple(OPTIMISERS)]
    NoiseName, Encoding = Literal[tuple(NOISES)], Literal[ENCODINGS]


def _optimisers_with(key: str) -> dict[str, tuple[str, ...]]:
    """Return the optimisers without which a setting does nothing, as ``only_with`` takes it."""
    return {"optimiser": tuple(name for name, kind in OPTIMISERS.items() if key in kind.settings)}


def python_of(value: Any) -> Any:
    """Return a value in which NumPy's numbers, texts and arrays are Python's."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, Mapping):
        return {key: python_of(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(python_of, value)) if type(value) in (list, tuple) else value
    return value.tolist() if hasattr(value, "tolist") else value


def renamed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings by their present names: a ``noise`` that is a number, or empty, is today's ``data_noise``."""
    found = {key: python_of(value) for key, value in settings.items()}
    if "noise" in found and (found["noise"] is None or type(found["noise"]) in (int, float)):
        number = found.pop("noise")
        found.setdefault("data_noise", number)
    return found


class RunConfig(BaseModel):
    """Everything that decides a run: the same config gives the same weights, bit for bit."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    title: str = _setting("", "Title", "about", "The name shown in the window.")
    about: str = _setting("", "About", "about", "One or two sentences on what there is to see.")
    views: tuple[str, ...] = _setting(
        (), "Views", "about", "Keys of the views that open with it, beside the usual ones."
    )

    stage: tuple[str, ...] = _setting(
        (),
        "Stage",
        "about",
        "Keys of the views that a new window shows: the first one large, two beside it, any others behind those. "
        "Empty: the usual ones.",
    )
    controls: tuple[str, ...] = _setting(
        (), "Controls", "about", "Keys of the settings that the form offers, for a handout. Empty: all of them."
    )

    data: str = _setting("three-lines", "Data", "data", "The data set, by its key.", first=True)
    examples: int | None = _setting(
        None, "Examples", "data", "Training examples; empty: the data set's own number.", ge=2, le=60_000
    )
    data_noise: float | None = _setting(
        None, "Noise", "data", "Spread of the points, for data sets that are drawn at random.", ge=0, le=5
    )
    label_noise: float | None = _setting(
        None, "Label noise", "data", "Share of training labels that are flipped.", ge=0, le=0.5
    )
    data_seed: int = _setting(0, "Data seed", "data", "Draws the data set; the run's seed never does.", ge=0, lt=2**32)
    formula: str = _setting(
        "",
        "Formula",
        "data",
        "Of data that a formula makes: y > sin(3x), x*y, hypot(x, y) < 1. A comparison says class 1 where it holds; of "
        "a number of x and y its sign does; a number of x alone is itself what is to be learned. Empty: the data "
        "set's own.",
        first=True,
    )
    points: tuple[tuple[float, float, int], ...] = _setting(
        (),
        "Points",
        "data",
        "Points of your own, x, y and class from 1 to 5 of each, as they are drawn in the Map view. Empty: a few.",
        first=True,
    )
    file: str = _setting("", "File", "data", "The path of the table, or of the folder of pictures.")
    side: int = _setting(28, "Picture side", "data", "Pixels of the side that pictures are made to fit.", ge=4, le=32)
    sha256: str = _setting(
        "", "File's SHA-256", "data", "What the file's SHA-256 must be, 64 hexadecimal digits; empty: anything."
    )
    target: str = _setting("", "Target", "data", "The column that is to be learned, by its name.")
    task: Literal["classes", "numbers"] = _setting(
        "classes", "Task", "data", "Whether the target's values are classes, or numbers that are to be met."
    )
    columns: tuple[str, ...] = _setting(
        (),
        "Columns",
        "data",
        "The columns that are inputs, by their names. Those of more than 50 different texts, or with a text of its own "
        "in most rows, must be named; empty: all others.",
    )
    as_texts: tuple[str, ...] = _setting(
        (), "Read as texts", "data", "Columns whose numbers are names, such as postal codes."
    )
    header: Literal["guess", "yes", "no"] = _setting(
        "guess",
        "First row",
        "data",
        "Whether the first row of the table names its columns. guess: it does where it has no number and no date, or a "
        "text above numbers, or names years.",
        names={"guess": "a guess", "yes": "names", "no": "data"},
    )
    encoding: Encoding = _setting(
        "guess", "Encoding", "data", "Which bytes stand for which letters in the table.", names={"guess": "a guess"}
    )
    decimal: Literal["guess", "point", "comma"] = _setting(
        "guess",
        "Decimal mark",
        "data",
        "What stands before the decimals of the table's numbers. guess: the comma where some number shows it and none "
        "shows the point.",
        names={"guess": "a guess"},
    )
    missing: Literal["drop", "mean", "category"] = _setting(
        "drop",
        "Gaps",
        "data",
        "drop: a row with a gap is left out. mean: a number is the mean of the training rows', a text a category of "
        "its own. category: as mean, and an input beside a number says that it was missing. A row without its target "
        "is always left out.",
        names={"drop": "leave the row out", "mean": "mean of the training rows", "category": "a category of its own"},
    )
    texts: Literal["one-hot", "number"] = _setting(
        "one-hot",
        "Texts",
        "data",
        "one-hot: an input for each text of a column, 0 or 1. number: one input, the text's place in their order.",
        names={"one-hot": "an input for each", "number": "one number"},
    )
    standardise: bool = _setting(
        True,
        "Standardise",
        "data",
        "Every input, and a target of numbers, is shifted and scaled so that the training rows have mean 0 and "
        "standard deviation 1.",
    )
    test_share: float = _setting(
        0.2,
        "Test share",
        "data",
        "Share of the rows that are kept for the test, of each class alike.",
        ge=0,
        lt=1,
    )

    maps: tuple[int, ...] = _setting(
        (),
        "Maps",
        "network",
        "Feature maps of each 5 x 5 convolution before the hidden layers, 1 to 512. A 2 x 2 maximum follows each, so "
        "every one halves the picture. Empty: no convolution. Only for data that are pictures.",
    )
    hidden: tuple[int, ...] = _setting(
        (4,), "Hidden units", "network", "Units in each hidden layer, 1 to 4,096; 1 to 8 layers.", first=True
    )
    activation: Hidden = _setting("sigmoid", "Activation", "network", "The function of every hidden unit.")
    output: Output = _setting("sigmoid", "Output", "network", "The function of the output units.")
    loss: Literal["squared_error", "binary_cross_entropy", "softmax_cross_entropy"] = _setting(
        "squared_error", "Loss", "network", "What training makes small. The squared error is halved, as in the post."
    )
    bias: bool = _setting(True, "Bias", "network", "A trained offset for every hidden and output unit.")
    init: Literal["uniform", "glorot", "he", "truncated", "zeros", "copies", "spread"] = _setting(
        "glorot",
        "Initial weights",
        "network",
        "uniform: [-1, 1), as in the post; glorot and he: scaled to the layer; truncated: normal, 0.1 wide, no further "
        "out than 0.2, with biases of 0.1, as in TensorFlow's tutorial; copies: a layer's units alike; spread: [0, 6) "
        "from the inputs, [0, 0.1) above; zeros.",
    )
    twin: tuple[int, ...] = _setting(
        (),
        "Twin",
        "network",
        "Hidden layer, unit, and the unit that starts as its copy, each with half of its vote, "
        "counted from 1: 1, 2, 3. Empty: none.",
    )

    p_input: Probability = _setting(
        0.0,
        "Drop probability, input",
        "dropout",
        "The chance that an input is off; with Gaussian noise none is, and p/(1−p) is the variance of its factor.",
        ge=0,
        lt=1,
        live=True,
        first=True,
    )
    p_hidden: tuple[Probability, ...] = _setting(
        (0.0,),
        "Drop probability, hidden",
        "dropout",
        "The chance that a hidden unit is off: one for all layers, or one for each. With Gaussian noise none is, and "
        "p/(1−p) is the variance of its factor.",
        live=True,
        first=True,
    )
    noise: NoiseName = _setting(
        "bernoulli",
        "Noise",
        "dropout",
        " ".join(["What units are multiplied by in training.", *(f"{k}: {kind.about}" for k, kind in NOISES.items())]),
        names={key: kind.title for key, kind in NOISES.items()},
    )
    scaling: Literal["inverted", "classical", "none"] = _setting(
        "inverted",
        "Scaling",
        "dropout",
        "inverted: kept units are divided by 1-p in training, nothing is done after. classical: nothing is done in "
        "training, afterwards all are multiplied by 1-p (test-time weight scaling). none: neither, which is wrong on "
        "purpose: see what it does. "
        "Only with Bernoulli noise: a factor of mean 1 needs no scale.",
        names={"none": "none (wrong)"},
        only_with={"noise": tuple(key for key, kind in NOISES.items() if len(kind.scalings) > 1)},
    )

    rule: Literal["exact", "as-published"] = _setting(
        "exact",
        "Update rule",
        "training",
        "exact: the true gradient. as-published: the post's line, which takes the "
        "derivative of the masked and scaled activation.",
    )
    optimiser: OptimiserName = _setting("sgd", "Optimiser", "training", "How a gradient becomes a step.")
    learning_rate: float = _setting(
        0.1, "Learning rate", "training", "The size of a step.", gt=0, le=1e6, live=True, first=True
    )
    gradient: Literal["mean", "sum"] = _setting(
        "mean", "Gradient over the batch", "training", "The mean over the examples of a batch, or their sum (the post)."
    )
    batch_size: int | None = _setting(
        None,
        "Batch size",
        "training",
        "Examples a step; empty: all of them. What is over where it does not divide them waits for another shuffle.",
        ge=1,
        le=60_000,
    )
    learning_rate_decay: float = _setting(
        1.0, "Rate decay", "training", "Factor on the learning rate after every epoch; 1: none.", gt=0, le=1
    )
    momentum: float = _setting(
        0.9,
        "Momentum",
        "training",
        "Share of the last step's velocity kept, for momentum and nesterov.",
        ge=0,
        lt=1,
        only_with=_optimisers_with("momentum"),
    )
    momentum_start: float | None = _setting(
        None,
        "Momentum at first",
        "training",
        "Where the momentum starts, if it rises; empty: no rise.",
        ge=0,
        lt=1,
        only_with=_optimisers_with("momentum_start"),
    )
    momentum_ramp: int = _setting(
        0,
        "Momentum rise",
        "training",
        "Steps over which the momentum rises to its value.",
        ge=0,
        le=100_000_000,
        only_with=_optimisers_with("momentum_ramp"),
    )
    l2: float = _setting(
        0.0,
        "L2",
        "training",
        "L2 penalty: this times each weight joins the gradient (with Adam no true weight decay).",
        ge=0,
        le=10,
    )
    max_norm: float | None = _setting(
        None,
        "Max-norm",
        "training",
        "Most for the norm of a hidden unit's incoming weights; empty: no limit.",
        gt=0,
        le=1000,
    )
    beta1: float = _setting(
        0.9, "Adam beta 1", "training", "Decay of the mean gradient.", ge=0, lt=1, only_with=_optimisers_with("beta1")
    )
    beta2: float = _setting(
        0.999,
        "Adam beta 2",
        "training",
        "Decay of the mean squared gradient.",
        ge=0,
        lt=1,
        only_with=_optimisers_with("beta2"),
    )
    epsilon: float = _setting(
        1e-8,
        "Adam epsilon",
        "training",
        "Keeps the division finite.",
        gt=0,
        le=1,
        only_with=_optimisers_with("epsilon"),
    )
    steps: int = _setting(
        10_000, "Steps", "training", "Length of a run; it pauses there and can go on.", ge=1, le=100_000_000
    )
    stop_loss: float | None = _setting(
        None,
        "Stop at loss",
        "training",
        "Ends the run when the training loss, last measured, is this low; looked at every 100 steps; empty: never.",
        ge=0,
        le=1e6,
    )
    patience: int | None = _setting(
        None,
        "Patience",
        "training",
        "Ends the run after so many steps without a better test loss (training loss without a test set) among those "
        "measured; looked at every 100 steps; empty: never.",
        ge=100,
        le=100_000_000,
    )
    dtype: Literal["float64", "float32"] = _setting(
        "float64", "Precision", "training", "float64 for small nets and for checks, float32 for large ones."
    )
    seed: int = _setting(
        0, "Seed", "training", "Decides initial weights, masks and data order.", ge=0, lt=2**32, first=True
    )
    worlds: int = _setting(
        1, "Worlds", "training", "Independent runs trained together, one a seed: world r has seed + r.", ge=1, le=4096
    )
    patient: int | None = _setting(
        None,
        "Patient",
        "clinic",
        "Number of the patient of the fault clinic that this run is: it has that patient's hidden fault. Empty: none.",
    )
    arms: tuple[arm_tables.Table, ...] = _setting(
        (), "Arms", "arms", "The same worlds under other settings: for each arm a table of what it has of its own."
    )

    @model_validator(mode="before")
    @classmethod
    def _by_their_present_names(cls, settings: Any) -> Any:
        if not isinstance(settings, dict):
            return settings
        patient = settings.get("patient")
        called = {}  # never for a healthy run
        if type(patient) is int or (isinstance(patient, float) and patient.is_integer()):  # both are taken
            called = {"title": patients.title_of(int(patient))}
        return {**renamed(settings), **called}

    @field_validator("maps", "twin", "hidden", "p_hidden", mode="before")
    @classmethod
    def _one_is_a_list_of_one(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.field_name in ("maps", "twin"):
            return ()
        return (value,) if isinstance(value, int | float) and not isinstance(value, bool) else value

    @field_validator("*", mode="before")
    @classmethod
    def _strict(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse what pydantic would turn into a number or a truth value without being asked."""
        key = info.field_name or ""
        kind = _kind(key)
        if kind == "tables":
            if not isinstance(value, list | tuple) or not all(isinstance(arm, dict) for arm in value):
                raise ValueError("arms: must be a list of tables, one for each arm")
        elif kind == "truth":
            if not isinstance(value, bool):
                raise ValueError("must be true or false")
        elif kind == "words":
            if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
                raise ValueError(f"must be a list of {_LISTS.get(key, _KEYS)}")
        elif kind != "text":
            parts = value if isinstance(value, list | tuple) else [value]
            if any(isinstance(part, bool | str) for part in parts):
                raise ValueError("must be one number, or a list of them" if "numbers" in kind else "must be a number")
            if "whole" in kind and any(isinstance(part, int | float) and abs(part) >= 1e18 for part in parts):
                raise ValueError(_range(key))  # pydantic has other words for such numbers
        if isinstance(value, str) and not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
            raise ValueError("must be text that UTF-8 can hold")
        return value

    @field_validator("data")
    @classmethod
    def _known_data(cls, value: str) -> str:
        if not is_known(value):
            known = registry.entries("data")
            raise ValueError(f"must be one of {', '.join(known)}{nearest(value, known)}")
        return value

    @field_validator("points", mode="before")
    @classmethod
    def _sane_points(cls, value: Any) -> Any:
        return drawn.checked(value)

    @field_validator("formula")
    @classmethod
    def _sane_formula(cls, value: str) -> str:
        if value:
            formulas.read(value)
        return value

    @field_validator("sha256")
    @classmethod
    def _sane_sha256(cls, value: str) -> str:
        if not re.fullmatch(r"(?:[0-9a-f]{64})?", value):
            raise ValueError("must be 64 hexadecimal digits in small letters, or empty")
        return value

    @field_validator("views", "stage")
    @classmethod
    def _known_views(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        known = registry.entries("views") if value else {}
        if unknown := [key for key in value if key not in known]:
            raise ValueError(f"{unknown[0]} is no view{nearest(unknown[0], known)}: must be among {', '.join(known)}")
        return value

    @field_validator("controls")
    @classmethod
    def _known_controls(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            return value
        known = [key for key in cls.model_fields if facts(key)["group"] not in ("about", "clinic", "arms")]
        if unknown := [key for key in value if key not in known]:
            raise ValueError(f"{unknown[0]} is no setting: must be among {', '.join(known)}")
        return value

    @field_validator("hidden")
    @classmethod
    def _sane_layers(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not 1 <= len(value) <= 8:
            raise ValueError("must name 1 to 8 layers")
        if not all(1 <= n <= MOST_UNITS for n in value):
            raise ValueError(_range("hidden"))
        return value

    @field_validator("maps")
    @classmethod
    def _sane_maps(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if len(value) > 4:
            raise ValueError("must name at most 4 pairs of convolution and pooling")
        if not all(1 <= n <= 512 for n in value):
            raise ValueError(_range("maps"))
        return value

    @field_validator("p_hidden")
    @classmethod
    def _sane_probabilities(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if not all(0 <= p < 1 for p in value):
            raise ValueError("every drop probability must be at least 0 and less than 1")
        return value

    @field_validator("arms")
    @classmethod
    def _sane_arms(cls, value: tuple[arm_tables.Table, ...], info: ValidationInfo) -> tuple[arm_tables.Table, ...]:
        return arm_tables.checked(value, lambda arm: arm_config(arm, info.data))

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.patient is not None:
            patients.check(self)  # before its fault is asked for anything
        if len(self.p_hidden) not in (1, len(self.hidden)):
            layers = many(len(self.hidden), "hidden layer")
            rest = f", or one for each of the {layers}" if len(self.hidden) > 1 else f": there is {layers}"
            raise ValueError(f"p_hidden: must hold one drop probability{rest}")
        wanted = {"binary_cross_entropy": "sigmoid", "softmax_cross_entropy": "softmax"}.get(self.loss)
        if wanted and self.output != wanted:
            raise ValueError(f"output: must be {wanted} when loss is {self.loss}")
        if self.loss == "squared_error" and self.output == "softmax":
            raise ValueError("output: must be sigmoid, tanh or linear when loss is squared_error")
        if self.scaling not in self.noise_kind.scalings:
            allowed = " or ".join(self.noise_kind.scalings)
            why = "its factors have mean 1, so nothing is to be scaled"
            raise ValueError(f"scaling: must be {allowed} when noise is {self.noise}: {why}")
        if self.seed + self.worlds > 2**32:
            raise ValueError("seed: must leave room for the worlds' own seeds: seed + worlds at most 4,294,967,296")
        if self.maps and not ACTIVATIONS[self.activation].monotone:
            *most, last = (key for key in HIDDEN if ACTIVATIONS[key].monotone)
            raise ValueError(
                f"activation: must be {', '.join(most)} or {last} with maps: a patch keeps its largest unit"
            )
        twins.check(self.twin, self.hidden)
        patients.check_arms(self)
        if self.rule == "as-published":
            published.check(self)
        return self

    @property
    def arm_names(self) -> tuple[str, ...]:
        """The names of the arms; none where there are none."""
        return tuple(arm_tables.name_of(arm) for arm in self.arms)

    @property
    def arm_configs(self) -> tuple[RunConfig, ...]:
        """The config of each arm, which has no arms itself; where there are none, this one."""
        base = self.model_dump()
        return tuple(arm_config(arm, base) for arm in self.arms) or (self,)

    @property
    def set_probabilities(self) -> tuple[float, ...]:
        """The drop probabilities that were set, for the input and each hidden layer, length ``1 + len(hidden)``."""
        hidden = self.p_hidden * len(self.hidden) if len(self.p_hidden) == 1 else self.p_hidden
        return (self.p_input, *hidden)

    @property
    def drop_probabilities(self) -> tuple[float, ...]:
        """The chance of being off for the input and each hidden layer, length ``1 + len(hidden)``."""
        return patients.fault_of(self.patient).drop(self.set_probabilities)

    @property
    def chances_off(self) -> tuple[float, ...]:
        """How likely a unit is off, for the input and each hidden layer: never, where the noise turns none off."""
        drop = self.drop_probabilities
        return drop if self.noise_kind.on_off else (0.0,) * len(drop)

    @property
    def no_masks(self) -> str:
        """A sentence that says why there are no thinned networks, where noise turns no unit off; else ``""``."""
        if self.noise_kind.on_off or not any(self.drop_probabilities):
            return ""
        return f"{self.noise_kind.title} noise turns no unit off, so there are no thinned networks."

    @property
    def noise_kind(self) -> Noise:
        """What units are multiplied by in training, and what that means."""
        return patients.fault_of(self.patient).noise(NOISES[self.noise])

    @property
    def train_scales(self) -> tuple[float, ...]:
        """The factor on a kept unit in training, for the input and each hidden layer."""
        return self.noise_kind.train_scales(self.scaling, self.drop_probabilities)

    @property
    def test_scales(self) -> tuple[float, ...]:
        """The factor on a unit when every unit is on, for the input and each hidden layer."""
        return self.noise_kind.test_scales(self.scaling, self.drop_probabilities)

    def changed(self, /, **settings: Any) -> RunConfig:
        """Return a validated copy with other settings. Raises ``UserError`` where one is not allowed.

        With other data it leaves behind what was set for the data before and those do not take.
        """
        given, kept = renamed(settings), self.model_dump(exclude_unset=False)
        data = given.get("data", self.data)
        if data != self.data and isinstance(data, str) and is_known(data):
            kept |= {key: RunConfig.model_fields[key].default for key in left_out(data)}
        return make_config({**kept, **given})


def make_config(settings: Mapping[str, Any], where: str = "") -> RunConfig:
    """Validate settings. Raises ``UserError`` with one line: the key, the value and what is allowed."""
    try:
        return RunConfig.model_validate({key: python_of(value) for key, value in settings.items()})
    except ValidationError as error:
        raise UserError(fault(error, where, list(RunConfig.model_fields), settings)) from None


@cache
def _kind(key: str) -> str:
    """Return what a setting holds: "tables", "truth", "words", "text", or "number" or "numbers", which may be "whole".

    Asked of each setting of each config, it is read from the type once: writing a type out takes longer than all else.
    """
    annotation = RunConfig.model_fields[key].annotation
    if key == "arms":
        return "tables"
    if annotation is bool:
        return "truth"
    if annotation == tuple[str, ...]:
        return "words"
    if "str" in str(annotation) or get_origin(annotation) is Literal:
        return "text"
    number = "numbers" if "tuple" in str(annotation) else "number"
    return f"whole {number}" if "int" in str(annotation) else number


def _range(key: str) -> str:
    """Return the least and the most that a setting of whole numbers can be, as an error says it."""
    if key in _PARTS:
        return _PARTS[key]
    limits = {type(limit).__name__: limit for limit in RunConfig.model_fields[key].metadata}
    if "Ge" not in limits:
        return "must be a whole number"  # others say which
    least = limits["Ge"].ge
    most = limits["Le"].le if "Le" in limits else limits["Lt"].lt - 1
    return f"must be a whole number from {least:,} to {most:,}"


def data_options(config: RunConfig) -> dict[str, Any]:
    """Return what a config's data set is loaded with: what it takes, and what has been set though it does not."""
    taken = options(config.data)
    given = {option: getattr(config, key) for option, key in SETTINGS.items()}
    return {
        option: value
        for option, value in given.items()
        if option in taken or value != RunConfig.model_fields[SETTINGS[option]].default
    }


def data_settings() -> tuple[str, ...]:
    """Return the keys of the settings that decide the examples."""
    return ("data", *SETTINGS.values(), "patient")


@cache
def live_settings() -> tuple[str, ...]:
    """Return the keys that may change while a run goes on."""
    return tuple(k for k, f in RunConfig.model_fields.items() if facts(k)["live"])


def facts(key: str) -> dict[str, Any]:
    """Return what a field declares beside its type: its ``group``, whether it is ``live``, and so on."""
    extra = RunConfig.model_fields[key].json_schema_extra
    assert isinstance(extra, dict)
    return dict(extra)


@cache
def arm_keys() -> tuple[str, ...]:
    """Return the settings that an arm may have of its own."""
    shared, groups = arm_tables.SHARED, arm_tables.SHARED_GROUPS
    return tuple(key for key in RunConfig.model_fields if key not in shared and facts(key)["group"] not in groups)


def arm_config(arm: Mapping[str, Any], base: Mapping[str, Any]) -> RunConfig:
    """Return the config of one arm, which has no arms itself. Raises ``UserError``."""
    given = {key: None if value == "none" else value for key, value in arm_tables.own(arm).items()}  # TOML has no None
    settings, known = renamed(given), arm_keys()
    for key in settings:
        if key not in known:
            if key not in RunConfig.model_fields:
                raise UserError(unknown(key, known))
            raise UserError(f"{key}: all arms share it; must be set for the whole run, outside its arms")
    return make_config({**base, **settings, "arms": ()})
