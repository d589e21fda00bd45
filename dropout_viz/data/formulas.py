"""Formulas as people type them: read by a parser of our own, computed by NumPy, and written as a line of NumPy.

``y > sin(3x)``, ``x*y``, ``hypot(x, y) < 1 and x > 0``. Nothing that is typed is ever handed to Python: a formula is
made of the numbers, variables, functions and signs below, or it is refused. Its length and depth are bounded, so that
whatever it says takes no time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from dropout_viz.errors import UserError

Array = NDArray[Any]

LONGEST = 200
"""Characters of a formula."""
DEEPEST = 40
"""Brackets, signs and powers within one another."""
FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {
    **{name: (getattr(np, name), 1) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "sqrt", "abs")},
    **{name: (getattr(np, name), 1) for name in ("floor", "ceil", "sign", "log2", "log10")},
    "asin": (np.arcsin, 1),
    "acos": (np.arccos, 1),
    "atan": (np.arctan, 1),
    "ln": (np.log, 1),
    "log": (np.log, 1),
    "hypot": (np.hypot, 2),
    "atan2": (np.arctan2, 2),
    "mod": (np.mod, 2),
    "min": (np.minimum, 2),
    "max": (np.maximum, 2),
}
"""What each is computed by, and of how many arguments; ``log`` is the natural one."""
CONSTANTS = {"pi": np.float64(np.pi), "π": np.float64(np.pi), "e": np.float64(np.e)}
_WIDE = 90  # columns of a line of code
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z]+\d*|π)"
    r"|(?P<sign>\*\*|<=|>=|==|!=|&&|\|\||[-+*/^(),<>=≤≥≠·×÷−!&|²³]))"
)
_SAME = {"**": "^", "=": "==", "≤": "<=", "≥": ">=", "≠": "!=", "·": "*", "×": "*", "÷": "/", "−": "-"}
_SAME |= {"&&": "and", "&": "and", "||": "or", "|": "or", "!": "not"}
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}
_RANKS = {"|": 1, "&": 1, **dict.fromkeys(_COMPARED, 2), "+": 3, "-": 3, "*": 4, "/": 4, "**": 6}
_SIGNED, _WHOLE = 5, 7  # the rank of what has a sign before it, and of what holds together whatever stands beside it
_COMPUTED: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
}


class FormulaError(ValueError):
    """A formula that is refused: what, where, and what is allowed, in a line."""


class _Token(NamedTuple):
    kind: str
    text: str
    at: int
    typed: str


@dataclass(frozen=True, eq=False)
class _Part:
    """A part of a formula.

    Attributes:
        code: as NumPy writes it. truth: whether it is true or false, else a number. value: of the variables.
        constant: whether it has no variable: it has been computed already, and ``code`` is the outcome.
        rank: of the sign that holds its code together: the higher, the tighter.
    """

    code: str
    truth: bool
    value: Callable[[dict[str, Array]], Any]
    rank: int
    constant: bool = False

    def inside(self, rank: int) -> str:
        """Return its code in a place for what holds together at least so tightly."""
        return self.code if self.rank >= rank else f"({self.code})"


@dataclass(frozen=True, eq=False)
class Formula:
    """A formula that has been read.

    Attributes:
        text: as it was typed. code: a line of NumPy that computes the same, bit for bit, of arrays by its variables'
            names. truth: whether it says true or false, else a number. names: of the variables in it.
    """

    text: str
    code: str
    truth: bool
    names: frozenset[str]
    _part: _Part

    def __call__(self, **variables: Array) -> Array:
        """Return its values, of the variables' shape: bool or float64. What has no value is nan, and compares as
        false; whatever is too large is infinite."""
        with np.errstate(all="ignore"):
            found = self._part.value(dict(variables))
        shape = np.broadcast_shapes(*(np.shape(array) for array in variables.values()))
        return np.array(np.broadcast_to(found, shape), bool if self.truth else np.float64)


def read(text: str, variables: Sequence[str] = ("x", "y")) -> Formula:
    """Return the formula that a text is. Raises ``FormulaError``."""
    if len(text) > LONGEST:
        raise FormulaError(f"{len(text):,} characters; must be at most {LONGEST}")
    parser = _FormulaParser(_tokens(text), variables)
    part = parser.whole()
    return Formula(text, part.code, part.truth, frozenset(parser.used), part)


def given(text: str, own: str, variables: Sequence[str] = ("x", "y")) -> Formula:
    """Return the formula that a run has been given, or its data set's ``own``. Raises ``UserError``."""
    try:
        return read(text or own, variables)
    except FormulaError as error:
        raise UserError(f"formula = {text[:60]}: {error}") from None


def computed(name: str, text: str, end: str) -> list[str]:
    """Return the lines that compute a formula, cut at its spaces; of what has no value NumPy says nothing."""
    start = f"{name} = np.broadcast_to("
    lines = _broken(f"{text}, {end}", _WIDE - len(start))
    first = [f"    {start}{lines[0]}"] if len(lines) == 1 else [f"    {start}", *(f"        {line}" for line in lines)]
    return ['with np.errstate(all="ignore"):', *first]


def _broken(text: str, wide: int) -> list[str]:
    """Return a line of code as lines, cut at its spaces."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and len(longer) > wide:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _tokens(text: str) -> list[_Token]:
    found, at, end = list[_Token](), 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            at = end - len(text[at:end].lstrip())
            raise FormulaError(f"{_quoted(text[at])} at character {at + 1}; must be numbers, names and signs")
        group = str(match.lastgroup)
        word, at = match[group], match.start(group)
        kind = "sign" if word in ("and", "or", "not") else group
        found.append(_Token(kind, _SAME.get(word, word), at, word))
        at = match.end()
    return [*found, _Token("end", "", end, "")]


class _FormulaParser:
    """Reads tokens by recursive descent: one method for each rank of signs, the weakest first."""

    def __init__(self, tokens: list[_Token], variables: Sequence[str]) -> None:
        self._tokens, self._variables, self._at, self._depth = tokens, tuple(variables), 0, 0
        self.used: set[str] = set()

    def whole(self) -> _Part:
        part = self._either()
        if self._now.kind != "end":
            self._refuse("must end here, or go on with a sign")
        return part

    # --- tokens ------------------------------------------------------------------------------------------------------

    @property
    def _now(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *signs: str) -> str:
        """Go past one of these signs, if it is there; return it, or ``""``."""
        if self._now.kind == "sign" and self._now.text in signs:
            self._at += 1
            return self._tokens[self._at - 1].text
        return ""

    def _refuse(self, allowed: str) -> NoReturn:
        now = self._now
        what = "the end" if now.kind == "end" else f"{_quoted(now.typed)} at character {now.at + 1}"
        bars = "; of |x|: abs(x)" if now.typed == "|" else ""
        raise FormulaError(f"{what}: {allowed}{bars}")

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(f"more than {DEEPEST} brackets and signs within one another; must be fewer")

    # --- ranks -------------------------------------------------------------------------------------------------------

    def _either(self) -> _Part:
        found = self._both()
        while self._take("or"):
            found = _joined("|", np.logical_or, self._true(found), self._true(self._both()))
        return found

    def _both(self) -> _Part:
        found = self._negated()
        while self._take("and"):
            found = _joined("&", np.logical_and, self._true(found), self._true(self._negated()))
        return found

    def _negated(self) -> _Part:
        if not self._take("not"):
            return self._compared()
        self._deeper()
        part = self._true(self._negated())
        self._depth -= 1
        return _applied(f"~{part.inside(_WHOLE)}", _SIGNED, np.logical_not, [part], truth=True)

    def _compared(self) -> _Part:
        first = self._sum()
        pairs = []
        while sign := self._take(*_COMPARED):
            second = self._sum()
            pairs.append(_joined(sign, _COMPARED[sign], self._number(first), self._number(second)))
            first = second
        if not pairs:
            return first
        found = pairs[0]
        for pair in pairs[1:]:  # a < b < c
            found = _joined("&", np.logical_and, found, pair)
        return found

    def _sum(self) -> _Part:
        found = self._product()
        while sign := self._take("+", "-"):
            found = _joined(sign, _COMPUTED[sign], self._number(found), self._number(self._product()))
        return found

    def _product(self) -> _Part:
        found = self._signed()
        while True:
            sign = self._take("*", "/")
            if not sign and not self._begins_factor():
                return found
            factor = self._signed() if sign else self._power()  # 3x: the sign of multiplication may be left out
            sign = sign or "*"
            found = _joined(sign, _COMPUTED[sign], self._number(found), self._number(factor))

    def _begins_factor(self) -> bool:
        return self._now.kind in ("number", "name") or (self._now.kind, self._now.text) == ("sign", "(")

    def _signed(self) -> _Part:
        sign = self._take("+", "-")
        if not sign:
            return self._power()
        self._deeper()
        part = self._number(self._signed())
        self._depth -= 1
        return part if sign == "+" else _applied(f"-{part.inside(_SIGNED)}", _SIGNED, np.negative, [part])

    def _power(self) -> _Part:
        base = self._single()
        while small := self._take("²", "³"):
            base = _joined("**", _COMPUTED["^"], self._number(base), _constant(np.float64("²³".index(small) + 2)))
        if not self._take("^"):
            return base
        self._deeper()
        exponent = self._number(self._signed())  # from the right: 2^3^2 is 2^9
        self._depth -= 1
        return _joined("**", _COMPUTED["^"], self._number(base), exponent)

    def _single(self) -> _Part:
        now = self._now
        if now.kind == "number":
            self._at += 1
            if not np.isfinite(value := np.float64(now.text)):
                self._at -= 1
                self._refuse("must be a number below 1.8e308")
            return _constant(value)
        if now.kind == "name":
            return self._named(now.text)
        if not self._take("("):
            self._refuse("must be a number, a name or a bracket")
        self._deeper()
        part = self._either()
        self._close()
        return part

    def _close(self) -> None:
        if not self._take(")"):
            self._refuse("must be a sign, or a bracket that closes")
        self._depth -= 1

    def _named(self, name: str) -> _Part:
        if name in FUNCTIONS:
            return self._call(name)
        if name in CONSTANTS and name not in self._variables:
            self._at += 1
            return _constant(CONSTANTS[name])
        letters = [name] if name in self._variables else list(name)  # xy is x times y
        if any(letter not in self._variables for letter in letters):
            known = [*self._variables, "pi", "e", *FUNCTIONS]
            self._refuse(f"not known; must be one of {', '.join(known)}")
        self._at += 1
        self.used.update(letters)
        found = _variable(letters[0])
        for letter in letters[1:]:
            found = _joined("*", _COMPUTED["*"], found, _variable(letter))
        return found

    def _call(self, name: str) -> _Part:
        function, takes = FUNCTIONS[name]
        self._at += 1
        if not self._take("("):
            self._refuse(f"must be a bracket, as in {name}({', '.join(['x', 'y'][:takes])})")
        self._deeper()
        given = [self._number(self._either())]
        while self._take(","):
            given.append(self._number(self._either()))
        if len(given) != takes:
            self._refuse(f"{name} has {len(given)} arguments; must be {takes}")
        self._close()
        code = f"np.{function.__name__}({', '.join(part.code for part in given)})"
        return _applied(code, _WHOLE, function, given)

    def _number(self, part: _Part) -> _Part:
        if part.truth:
            self._refuse("a comparison stands where a number must be")
        return part

    def _true(self, part: _Part) -> _Part:
        if not part.truth:
            self._refuse("a number stands where a comparison must be")
        return part


def _variable(name: str) -> _Part:
    return _Part(name, False, lambda given: given[name], _WHOLE)


def _constant(value: Any) -> _Part:
    """Return a part that is the same everywhere; its code is its value, so that no script computes with whole numbers
    of any size."""
    truth = isinstance(value, np.bool_ | bool)
    number = float(value)
    code = (
        str(bool(value)) if truth else repr(number) if np.isfinite(number) else f"np.{number!r}".replace("np.-", "-np.")
    )
    return _Part(code, truth, lambda _: value, _SIGNED if code[0] == "-" else _WHOLE, constant=True)


def _applied(code: str, rank: int, function: Callable[..., Any], given: list[_Part], *, truth: bool = False) -> _Part:
    """Return a function of parts, computed now where it is the same everywhere."""
    if all(part.constant for part in given):
        with np.errstate(all="ignore"):
            return _constant(function(*(part.value({}) for part in given)))

    def value(variables: dict[str, Array]) -> Any:
        return function(*(part.value(variables) for part in given))

    return _Part(code, truth, value, rank)


def _joined(sign: str, function: Callable[..., Any], one: _Part, other: _Part) -> _Part:
    """Return two parts with a sign between them."""
    rank = _RANKS[sign]
    left, right = (rank, rank + 1) if rank > 2 else (3, 3)  # Python holds & and | to be tighter than comparisons
    if sign == "**":
        left, right = _WHOLE, _SIGNED
    code = f"{one.inside(left)} {sign} {other.inside(right)}"
    return _applied(code, rank, function, [one, other], truth=rank <= 2)


def _quoted(text: str) -> str:
    return f"'{text[:20]}'" if text.isprintable() else f"'\\u{ord(text[0]):04x}'"
