"""Integrals with a closed form have code; a suggestion that is not the integral is never used."""

import mpmath as mp
import pytest
import sympy

from derive.export import closed_forms
from derive.export.closed_forms import closed_form
from derive.export.errors import CompileError
from derive.export.whole import export_formula
from derive.terms import POSITIVE, Constant, Integral, Symbol, exp, log, sin, term

x, a, b = Symbol("x"), Symbol("a", domain=POSITIVE), Symbol("b")
X, A, B = term(x), term(a), term(b)
OO = Constant("oo")


def suggest(monkeypatch, values=(), antiderivatives=()):
    monkeypatch.setattr(closed_forms, "_asked", lambda *parts: (list(values), list(antiderivatives)))
    return sympy.Symbol("x", real=True), sympy.Symbol("a", positive=True)


def test_a_formula_with_an_integral_is_exported_by_its_closed_form():
    text = export_formula(r"c + \int_0^1 x e^{-a x} dx", r"a > 0; c \in \mathbb{R}")
    assert "closed form, which was confirmed" in text
    namespace = {}
    exec(text, namespace)
    want = 2 + mp.quad(lambda x: x * mp.exp(-1.5 * x), [0, 1])
    (function,) = (v for k, v in namespace.items() if k == "value")
    arguments = {"a": 1.5, "c": 2.0}
    assert function(**arguments) == pytest.approx(float(want), rel=1e-12)


def test_an_integral_over_the_line_is_exported():
    assert repr(closed_form(Integral(x, 0, OO, X**3 * exp(-A * X)))) == "6*a**(-4)"


def test_an_integral_without_a_closed_form_says_so(monkeypatch):
    suggest(monkeypatch)
    with pytest.raises(CompileError, match="closed form that we can confirm"):
        export_formula(r"\int_0^1 e^{x^2} \sin(x^3) dx", "")


def test_a_wrong_value_is_not_used(monkeypatch):
    _, a_ = suggest(monkeypatch)
    for power, wrong in (
        (4, 24 / a_**4),
        (5, 119 / a_**6),
        (6, sympy.Integer(0)),
    ):  # the value is power! / a^(power + 1)
        suggest(monkeypatch, values=[wrong])
        assert closed_form(Integral(x, 0, OO, X**power * exp(-A * X))) is None


def test_an_antiderivative_with_a_pole_inside_is_not_used(monkeypatch):
    x_, _ = suggest(monkeypatch)
    suggest(monkeypatch, antiderivatives=[-1 / x_])
    assert closed_form(Integral(x, -1, 1, X**-2)) is None
    assert closed_form(Integral(x, 1, 2, X**-2)) is not None
    suggest(monkeypatch, antiderivatives=[sympy.log(x_)])
    assert closed_form(Integral(x, -1, 2, X**-1)) is None
    assert closed_form(Integral(x, 0, 2, X**-1)) is None
    assert closed_form(Integral(x, B, 2, X**-1)) is None
    assert closed_form(Integral(x, 1, 2, X**-1)) is not None


def test_an_antiderivative_with_jumps_is_not_used(monkeypatch):
    x_, _ = suggest(monkeypatch)
    for shift, jumping in enumerate((x_ + sympy.sign(x_), x_ + sympy.floor(x_), sympy.atan(sympy.tan(x_)))):
        suggest(monkeypatch, antiderivatives=[jumping - sympy.cos(x_ + shift)])
        found = closed_form(Integral(x, -3, 3, 1 + sin(X + shift)))
        assert found is None or "sign" not in repr(found)


def test_a_wrong_antiderivative_is_not_used(monkeypatch):
    x_, _ = suggest(monkeypatch)
    suggest(monkeypatch, antiderivatives=[sympy.cos(x_)])
    assert closed_form(Integral(x, 0, B, sin(X))) is None
    suggest(monkeypatch, antiderivatives=[x_ * sympy.log(x_)])
    assert closed_form(Integral(x, 1, 2, log(X))) is None
    suggest(monkeypatch, antiderivatives=[x_ * sympy.log(x_) - x_])
    assert closed_form(Integral(x, 1, 3, log(X))) is not None
