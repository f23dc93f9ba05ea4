"""Lines that differ under a derivative, an integral or an expectation."""

import pytest

from derive.catalogue import D, suppose
from derive.derivation.calc import Calc, CalcError
from derive.derivation.parts import by_part
from derive.derivation.reasons import remark
from derive.kernel import by_normal_form
from derive.terms import Constant, FunctionSymbol, Integral, Symbol, exp, log, term

x, t = Symbol("x"), Symbol("t")
oo = Constant("oo")
f = FunctionSymbol("f", ((), ()), smooth=2)


def line(body):
    return Integral(x, -oo, oo, body)


density = exp(f(term(x), term(t))) / line(exp(f(term(x), term(t))))


def test_what_integrates_to_one_for_every_parameter_has_derivative_zero():
    calc = Calc(D(line(density), t)).by(remark("it is 1"), D(term(1), t)).by(remark("a constant"), 0)
    assert calc.done().conclusion.op == "="


def test_a_value_at_one_parameter_says_nothing_of_the_derivative():
    one = suppose(f(term(0), term(t)), "=", 1)
    with pytest.raises(CalcError):
        Calc(D(f(term(0), term(t)), t), {}, [one]).by(remark("it is 1"), D(term(1), t))


def test_only_one_part_may_differ():
    assert by_part(D(log(exp(term(t))), t), D(term(t), t), by_normal_form) is not None
    assert by_part(D(term(t), t) + D(term(x), t), D(term(x), t) + D(term(t), t) * 2, by_normal_form) is None
    assert by_part(D(term(t), t), D(term(t), x), by_normal_form) is None
