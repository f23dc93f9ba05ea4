"""What is printed says what the term says: the reader's syntax tree of the LaTeX has the value of the term."""

import random

import pytest

from derive.parse.grammar import parse_expression
from derive.render.latex import latex
from derive.render.naming import Names
from derive.render.text import text
from derive.terms import free_indices
from tests.render.numeric import World
from tests.render.random_terms import FREE, MATRICES, SCALARS, SIZES, VECTORS, random_term
from tests.render.reading import read


def value_of(t):
    world = World(SIZES, seed=3)
    names = {
        s.name: (float(world.value(s)) if not s.shape else world.value(s)) for s in (*SCALARS, *VECTORS, *MATRICES)
    }
    env = {FREE[0]: 2, FREE[1]: 1, FREE[2]: 3}
    free = [i for i in FREE if i in free_indices(t)]
    names |= SIZES | {i.name: env[i] for i in free} | {"range of " + i.name: SIZES[i.hi.atom.name] for i in free}
    return world.term(t, env), names


@pytest.mark.parametrize("seed", range(400))
def test_the_printed_latex_has_the_value_of_the_term(seed):
    t = random_term(random.Random(seed), 4)
    expected, names = value_of(t)
    assert read(parse_expression(latex(t)), names) == pytest.approx(expected, rel=1e-6, abs=1e-9), latex(t)


def test_no_bound_name_is_free_or_bound_further_out(monkeypatch):
    original = Names.bind

    def checked(self, *binders):
        manager = original(self, *binders)
        before = list(self.active)
        enter = manager.__enter__

        class Checked:
            def __enter__(_):
                names = enter()
                assert not set(names) & (set(before) | self.fixed) and len(set(names)) == len(names)
                return names

            def __exit__(_, *error):
                return manager.__exit__(*error)

        return Checked()

    monkeypatch.setattr(Names, "bind", checked)
    for seed in range(150):
        t = random_term(random.Random(1000 + seed), 5)
        assert latex(t) and text(t)
