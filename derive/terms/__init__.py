"""Layer 1, the language of terms: sizes, indices, scalar and tensor symbols, functions, and every head of a formula.

A *term* is one real number, written with indices: ``X[i, k] * w[k]`` summed over ``k``. An *array* (`Arr`) is a term with
axes: ``Arr(((i,),), term)`` is the vector whose ``i``-th entry is the term. Matrix notation is a way of writing arrays and
lives in `derive.terms.arrays`. Terms are immutable and hash-consed: equal terms are the same object.

This package imports SymPy and the standard library only.

>>> from derive.terms import Size, Index, Symbol, Sum, exp
>>> K = Size("K"); z = Symbol("z", (K,)); i = Index("i", 1, K); k = Index("k", 1, K)
>>> exp(z[i]) / Sum(k, exp(z[k]))
exp(z[i])*Sum(k, exp(z[k]))**(-1)
"""

from derive.terms.alpha import alpha_equal, alpha_key, alpha_text
from derive.terms.arr import Arr, ShapeError, Value, shape_text
from derive.terms.integers import Affine, Index, Size, affine, fresh_index
from derive.terms.node import Node, remembered
from derive.terms.statements import Equivalent, Hypothesis, Implies, Independent, Relation, SameOrder, Universal
from derive.terms.substitution import (
    children,
    free_indices,
    free_symbols,
    rebuild,
    substitute,
    unfold,
)
from derive.terms.symbols import BIT, NATURAL, POSITIVE, REAL, Domain, FunctionSymbol, Symbol
from derive.terms.term import (
    ONE,
    PI,
    ZERO,
    Add,
    Apply,
    At,
    Constant,
    Derivative,
    Determinant,
    Entry,
    Expectation,
    Fn,
    Guard,
    Integral,
    IntValue,
    InverseEntry,
    Limit,
    MatrixPowerEntry,
    Mul,
    Num,
    Pow,
    Prod,
    Sum,
    Term,
    cos,
    delta,
    exp,
    log,
    sin,
    sqrt,
    tanh,
    term,
)

__all__ = [
    "BIT", "NATURAL", "ONE", "PI", "POSITIVE", "REAL", "ZERO", "Add", "Affine", "Apply", "Arr", "At", "Constant", "Derivative",
    "Determinant", "Domain", "Entry", "Equivalent", "Expectation", "Fn", "FunctionSymbol", "Guard", "Hypothesis", "Implies",
    "Independent", "Index", "IntValue", "Integral", "InverseEntry", "Limit", "MatrixPowerEntry", "Mul", "Node", "Num", "Pow", "Prod",
    "Relation", "SameOrder", "ShapeError", "Size", "Sum", "Symbol", "Term", "Universal", "Value", "affine", "alpha_equal",
    "alpha_key", "alpha_text", "children", "cos", "delta", "exp", "free_indices", "free_symbols", "fresh_index", "log", "rebuild",
    "remembered", "shape_text", "sin", "sqrt", "substitute", "tanh", "term", "unfold",
]  # fmt: skip
