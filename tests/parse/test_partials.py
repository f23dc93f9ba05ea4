"""\\partial_i f(x) differentiates by the component x_i, not by a variable called i; (a_i b_j)_{ij} gathers entries."""

from __future__ import annotations

import pytest

from derive.normal_form.decide import equal
from derive.parse.declarations import assume
from derive.parse.elaborate import elaborate
from derive.parse.errors import ReadError
from derive.parse.grammar import parse_expression
from derive.terms import Derivative, alpha_equal
from derive.verify import verify_text

FUNCTION = r"f: \mathbb{R}^n \to \mathbb{R}; x \in \mathbb{R}^n; A \in \mathbb{R}^{n \times n}; b \in \mathbb{R}^n"


def read(formula: str, declarations: str = FUNCTION):
    return elaborate(parse_expression(formula), assume(declarations), formula)


def same(a: str, b: str, declarations: str = FUNCTION) -> bool:
    scope = assume(declarations)
    one, two = (elaborate(parse_expression(t), scope, t) for t in (a, b))
    return equal(one, two).proved


def test_an_index_under_a_partial_sign_is_a_component():
    assert isinstance(read(r"\partial_i f(x)"), Derivative)
    assert same(r"\partial_1 f(x)", r"\frac{\partial f(x)}{\partial x_1}")
    assert alpha_equal(read(r"\sum_{k=1}^n \partial_k f(x)"), read(r"\sum_{k=1}^n \frac{\partial f(x)}{\partial x_k}"))


def test_the_derivative_by_a_component_is_not_proved_to_vanish():
    text = "Let $f: \\mathbb{R}^n \\to \\mathbb{R}$ and $x \\in \\mathbb{R}^n$.\n\n$$\\partial_i f(x) = 0$$\n"
    assert verify_text(text).steps[0].verdict not in ("proved",)


def test_the_coordinate_functions_are_no_false_alarm():
    text = "Let $x \\in \\mathbb{R}^n$.\n\n$$\\partial_i x_j = \\delta_{ij}$$\n\n$$\\partial_i (x_i^2) = 2 x_i$$\n"
    assert {s.verdict for s in verify_text(text).steps} <= {"unread", "undecided", "proved"}


def test_where_no_vector_is_named_the_reader_asks_for_it():
    with pytest.raises(ReadError, match="does not say by which vector"):
        read(r"\partial_i (x^\top A x)")


def test_a_letter_that_is_declared_a_variable_stays_one():
    assert same(r"\partial_t (t^2)", r"2 t", r"t \in \mathbb{R}")
    assert same(r"\partial_m (m^2)", r"2 m", r"m \in \mathbb{R}")


def test_the_slot_of_a_function_at_another_argument():
    assert same(r"\sum_{k=1}^n \partial_k f(A x) A_{k j}", r"\frac{\partial}{\partial x_j} f(A x)")


def test_entries_in_parentheses_with_their_indices_are_an_array():
    assert same(r"(b_i x_j)_{ij}", r"b x^\top")
    assert same(r"\left( \frac{\partial f(x)}{\partial x_i} \right)_i", r"\nabla f(x)")
    assert same(r"\det (A_{ij})_{ij}", r"\det A")
    with pytest.raises(ReadError, match="has no entries"):
        read(r"(b^\top x)_i")


def test_a_derivative_by_a_block_with_a_name_in_parentheses():
    declarations = r"W \in \mathbb{R}^{n \times n}; b \in \mathbb{R}^n; x \in \mathbb{R}^n"
    assert same(r"\frac{\partial (b^\top W x)}{\partial (W)_{ij}}", r"b_i x_j", declarations)


def test_entrywise_quotients_and_powers():
    declarations = r"a, b \in \mathbb{R}^n; b_i > 0"
    assert same(r"(a \oslash b)_i", r"\frac{a_i}{b_i}", declarations)
    assert same(r"(a^{\odot 2})_i", r"a_i^2", declarations)


def test_the_printed_partial_of_a_slot_reads_back():
    assert same(r"\partial_k f(A x + b)", r"\partial_k f(b + A x)", FUNCTION)


def test_what_stands_behind_a_declared_map_is_its_argument_and_no_factor():
    from derive.verify import verify_text

    text = r"Let $X : \mathbb{R} \to \mathbb{R}^{n \times n}$ be differentiable. $$ \frac{d X(t)^T}{dt} = RIGHT $$"
    right = verify_text(text.replace("RIGHT", r"\left( \frac{d X(t)}{dt} \right)^T")).steps
    wrong = verify_text(text.replace("RIGHT", r"\frac{d X(t)}{dt}")).steps
    assert [right[0].verdict, wrong[0].verdict] == ["proved", "refuted"]
