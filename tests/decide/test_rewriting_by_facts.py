"""Equations for undeclared quantities are used at instances only, and never captured by a binder."""

from derive.decide.rewriting_by_facts import given, rewritten
from derive.terms import Apply, Entry, FunctionSymbol, Integral, Relation, Symbol, exp, log, term

p, x, t, c = Symbol("p(x, y)"), Symbol("x"), Symbol("t"), Symbol("c")
F = FunctionSymbol("F", ((),), (), 2)


def at(value):
    return Apply(F, (value,), (), ())


def opaque(t):
    return isinstance(t, Apply) or (isinstance(t, Entry) and "(" in t.symbol.name)


def never(symbol):
    return False


def test_a_quantity_is_solved_for_under_a_logarithm_and_in_a_product():
    assert given(Relation("=", log(term(p)), term(x)), opaque) == (term(p), exp(term(x)))
    atom, value = given(Relation("=", p * c, term(x)), opaque)
    assert atom is term(p) and value is x * term(c) ** -1


def test_an_equation_that_mentions_its_own_quantity_gives_nothing():
    assert given(Relation("=", term(p), p * 2 + x), opaque) is None


def test_a_declared_variable_is_never_solved_for():
    assert given(Relation("=", term(x), c + 1), opaque) is None


def test_a_function_given_for_every_argument_is_used_at_another():
    found, used = rewritten(at(c + 1), [(at(term(x)), exp(term(x)))], never)
    assert found is exp(c + 1) and used == {0}


def test_a_function_given_at_a_fixed_argument_is_not_used_at_another():
    value = at(term(c))
    assert rewritten(value, [(at(term(x)), exp(term(x)))], lambda s: s is x)[0] is value


def test_a_variable_of_the_value_is_not_captured_by_an_integral():
    value = Integral(t, 0, 1, term(p))
    assert rewritten(value, [(term(p), term(t))], never)[0] is value
    inside = Integral(t, 0, 1, at(term(t)))
    assert rewritten(inside, [(at(term(x)), x * 2)], never)[0] is Integral(t, 0, 1, t * 2)
    assert rewritten(inside, [(at(term(x)), x * t)], never)[0] is inside
