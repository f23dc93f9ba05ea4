"""Which of the parts of a law are numbers, columns and matrices, and which sizes they share.

`X \\sim \\mathcal{N}(\\mu, \\Sigma)`: X and \\mu are as long as \\Sigma is wide; all of them may be numbers.  Imports nothing.

>>> law_shapes("mn", 1, 3)
(('n', 'p'), ('n', 'p'), ('n', 'n'), ('p', 'p'))
>>> law_shapes("gam", 1, 2)
(('', ''), ('', ''), ('', ''))
"""

from __future__ import annotations

Letters = tuple[str, str]

_ = ("", "")  # a number
_COLUMN, _SQUARE = ("d", ""), ("d", "d")
_WIDE, _ROWS, _COLUMNS = ("n", "p"), ("n", "n"), ("p", "p")

_LAWS: dict[tuple[str, int, int], tuple[Letters, ...]] = {
    ("n", 1, 2): (_COLUMN, _COLUMN, _SQUARE),
    ("normal", 1, 2): (_COLUMN, _COLUMN, _SQUARE),
    ("mvn", 1, 2): (_COLUMN, _COLUMN, _SQUARE),
    ("t", 1, 3): (_COLUMN, _COLUMN, _SQUARE, _),
    ("mn", 1, 3): (_WIDE, _WIDE, _ROWS, _COLUMNS),
    ("w", 1, 2): (_COLUMNS, _COLUMNS, _),
    ("ng", 2, 4): (_COLUMN, _, _COLUMN, _SQUARE, _, _),
    ("nw", 2, 4): (_WIDE, _COLUMNS, _WIDE, _ROWS, _COLUMNS, _),
}
_OF_NUMBERS = frozenset({
    "gam", "gamma", "bet", "beta", "exp", "exponential", "pois", "poisson", "poiss", "bern", "bernoulli", "bin", "binomial",
    "u", "unif", "uniform", "chi2", "f", "wald", "lognormal", "ln",
})  # fmt: skip


def law_shapes(name: str, variables: int, parameters: int) -> tuple[Letters, ...] | None:
    """The sizes of the variables and then of the parameters of a law, by letters; "" is one.  None for another law."""
    found = _LAWS.get((name, variables, parameters))
    if found is None and name in _OF_NUMBERS and variables == 1:
        return (_,) * (1 + parameters)
    return found
