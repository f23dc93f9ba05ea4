"""Errata: each false statement is refuted by a witness, and the numbers are those of NumPy."""

import numpy as np
import pytest

from derive.catalogue import Equation, NotRefuted, all_equations, load
from derive.kernel import KernelError, by_inequality, by_normal_form
from derive.render import render_equation
from derive.terms import Symbol

REFUTATIONS = [(e, r) for e in all_equations() for r in e.refutations]
EACH = pytest.mark.parametrize("equation, refutation", REFUTATIONS, ids=[f"{e.id}-{r.name}" for e, r in REFUTATIONS])


@EACH
def test_a_false_statement_has_a_witness_and_no_proof(equation, refutation):
    witness = refutation.witness()
    assert witness.lhs != witness.rhs
    r = refutation.unfolded
    with pytest.raises(KernelError):
        if r.op == "=":
            by_normal_form(r.lhs, r.rhs, refutation.hypotheses)
        else:
            by_inequality(r, refutation.hypotheses)


@EACH
def test_what_a_reader_sees_holds_the_witness_in_both_languages(equation, refutation):
    for lang, word in (("en", "Refuted: "), ("zh", "不成立：")):
        assert word in render_equation(equation, "text", "brief", lang)
    assert "Refuted" in render_equation(equation, "latex")


def test_a_true_statement_is_not_refuted():
    x = Symbol("x")
    equation = Equation(("Square", "平方"), symbols=[x])
    equation.module = "equations.errata.square"
    with pytest.raises(NotRefuted):
        equation.refutes("wrong", (x + 1) ** 2, x**2 + 2 * x + 1).witness()


def test_the_numbers_of_the_misprints_are_those_of_numpy():
    p = np.array([0.9, 0.1])
    assert round(-np.sum(p * np.log(p)), 4) == 0.3251
    assert np.mean((np.array([1, 2, 3]) - np.array([1.1, 1.9, 3.2])) ** 2) == pytest.approx(0.02)
    y, q = np.array([1, 0, 1]), np.array([0.9, 0.1, 0.8])
    assert round(-np.mean(y * np.log(q) + (1 - y) * np.log(1 - q)), 4) == 0.1446
    off = float(load("entropy_misprint").refutations[0].witness().lhs)
    assert off == pytest.approx(0.4699 + np.sum(p * np.log(p)), abs=1e-6)


def test_the_exported_entropy_is_0_where_a_probability_is_0():
    """`np.log(p, where=p > 0)` leaves entries undefined there: what stood in memory before, times 0, or nan."""
    entropy = load("undefined_logarithm").to_numpy()
    p = np.array([0.5, 0.0, 0.5])
    with np.errstate(all="raise"):
        assert entropy(p) == pytest.approx(np.log(2), rel=1e-15)
        assert entropy(np.array([0.0, 1.0])) == 0
    left = np.full(3, np.nan)
    undefined = -np.sum(p * np.log(p, where=p > 0, out=left))
    assert np.isnan(undefined)
