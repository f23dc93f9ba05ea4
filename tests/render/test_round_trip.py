"""What is printed reads back, through the reader's elaboration, to the same term or array (judged by its values)."""

import random

import numpy as np
import pytest

from derive.render.latex import latex
from derive.render.matrices import matrix_form
from derive.terms import FunctionSymbol, Size, children, free_indices, free_symbols
from tests.render.numeric import World
from tests.render.random_terms import FREE, SIZES, fresh_axes, random_matrix_value, random_term
from tests.render.test_matrices import ALL_SIZES, FORMS

elaborate = pytest.importorskip("derive.parse.elaborate").elaborate
grammar = pytest.importorskip("derive.parse.grammar")
Scope = pytest.importorskip("derive.parse.scope").Scope


def functions(value):
    """The function symbols in a value."""
    own = {f for f in value.fields if isinstance(f, FunctionSymbol)}
    return own.union(*(functions(c) for c in children(value)))


def scope_of(value):
    """Everything that a value mentions, declared."""
    scope = Scope()
    for symbol in free_symbols(value):
        scope.symbols[symbol.name] = symbol
    for function in functions(value):
        scope.functions[function.name] = function
    for index in free_indices(value):
        scope.indices[index.name] = index
    for name in "ndKmrT":
        scope.sizes[name] = Size(name)
    return scope


def read_back(formula, value):
    return elaborate(grammar.parse_expression(formula), scope_of(value), formula)


@pytest.mark.parametrize("seed", range(150))
def test_terms_read_back(seed):
    t = random_term(random.Random(seed), 3)
    back = read_back(latex(t), t)
    world = World(SIZES, seed=3)
    env = {FREE[0]: 2, FREE[1]: 1, FREE[2]: 3}
    assert world.term(back, env) == pytest.approx(world.term(t, env), rel=1e-6, abs=1e-9), latex(t)


def same_values(value, formula, sizes):
    back = read_back(formula, value)
    world = World(sizes, positive=False)
    for symbol in free_symbols(value):
        world.value(symbol)
    assert np.allclose(world.array(value), world.array(back)), formula


@pytest.mark.parametrize("seed", range(150))
def test_matrix_forms_read_back(seed):
    value = fresh_axes(random_matrix_value(random.Random(seed), 2))
    same_values(value, latex(matrix_form(value)), SIZES)


UNREAD = (r"\oslash", r"\mathbf{1}[W")  # the reader does not know entrywise division and entrywise indicators yet


@pytest.mark.parametrize(("value", "formula"), FORMS, ids=[f for _, f in FORMS])
def test_the_textbook_forms_read_back(value, formula):
    if any(part in formula for part in UNREAD):
        pytest.skip("not read yet")
    same_values(value, formula, ALL_SIZES)
