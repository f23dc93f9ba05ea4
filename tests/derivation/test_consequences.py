"""Statements that follow from one another by the same map of both sides."""

import pytest

from derive.catalogue import array, relation, remark
from derive.derivation.calc import CalcError
from derive.derivation.consequences import Statements
from derive.terms import Size, Symbol
from derive.terms.arrays import add, inverse, matmul, scale, zeros

d = Size("d")
M = array(Symbol("M", (d, d), properties={"invertible"}))
A = array(Symbol("A", (d, d)))
u, v = Symbol("u", (d,)), Symbol("v", (d,))
gap = add(array(u), scale(-1, array(v)))
why = remark("multiply on both sides")


def test_an_invertible_factor_is_multiplied_away():
    start = relation(matmul(inverse(M), gap), "=", zeros(d))
    chain = Statements(start).iff(why, relation(u, "=", v), through=lambda w: matmul(M, w))
    assert type(chain.done().conclusion).__name__ == "Equivalent"


def test_a_factor_that_may_be_singular_is_not():
    start = relation(matmul(A, gap), "=", zeros(d))
    for through in (None, lambda w: matmul(M, w), lambda w: matmul(A, w)):
        with pytest.raises(CalcError):
            Statements(start).follows(why, relation(u, "=", v), through)


def test_a_map_that_loses_something_does_not_go_back():
    start = relation(u, "=", v)
    after = relation(matmul(A, array(u)), "=", matmul(A, array(v)))
    assert Statements(start).follows(why, after, lambda w: matmul(A, w)).done()
    with pytest.raises(CalcError):
        Statements(start).iff(why, after, lambda w: matmul(A, w))
