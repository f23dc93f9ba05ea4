"""The lexer and the grammar: what is read, what is refused, and that nothing hangs."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derive.parse.errors import ReadError
from derive.parse.grammar import parse_expression
from derive.parse.rows import read_display, steps
from derive.parse.syntax import (
    Absolute,
    Add,
    ApplyOrProduct,
    BigOperator,
    Call,
    Conditional,
    Derivative,
    DerivativeOperator,
    EvaluatedAt,
    Fraction,
    Integral,
    Matrix,
    Name,
    Norm,
    Product,
    Superscript,
    free_names,
)

FRAGMENTS = [
    *r"\frac \sum \int \left( \right) \left| \right| { } ( ) [ ] | \| _ ^ ' ! & \\ = \le \Rightarrow + - \cdot / x y i 1 23 0.5 , ; "
    r"\begin{aligned} \end{aligned} \begin{pmatrix} \end{pmatrix} \begin{cases} \end{cases} \text{if} \quad \partial d \nabla "
    r"\log \exp \mathbb{E} \mathbf \hat \operatorname{tr} \max \lim \alpha \infty \dots \top \overset \underset \sqrt . : \mid ~ % $ # "
    r"\unknown frac \tag{1} \label{a} \not \bigl( \bigr) \Big| \, \! \mathrm T \binom \substack".split(),
]


def test_a_numerator_derivative_of_second_order_names_its_variables():
    node = parse_expression(r"\frac{\partial^2 J}{\partial z_i \partial z_j}")
    assert isinstance(node, Derivative) and node.order == 2 and len(node.variables) == 2


def test_a_derivative_by_a_squared_symbol_has_order_one():
    node = parse_expression(r"\frac{\partial \ell}{\partial \sigma^2}")
    assert isinstance(node, Derivative) and node.order == 1
    assert isinstance(node.variables[0][0], Superscript)


def test_a_dimension_named_d_is_no_derivative():
    assert isinstance(parse_expression(r"\frac{d_i^2}{d_i^2 + \lambda}"), Fraction)
    assert isinstance(parse_expression(r"\frac{d}{2}"), Fraction)


def test_a_prefix_derivative_stays_an_operator_in_the_product():
    node = parse_expression(r"\frac{d}{dt} (A + tB)^{-1}")
    assert isinstance(node, Product) and isinstance(node.factors[0], DerivativeOperator)


def test_application_or_product_is_left_open():
    node = parse_expression(r"f(x)^2")
    assert isinstance(node, Superscript) and isinstance(node.base, ApplyOrProduct)


def test_a_sum_takes_in_the_next_term_only_when_its_index_is_free_there():
    node = parse_expression(r"\sum_{i=1}^n x_i + y_i - c")
    assert isinstance(node, Add) and isinstance(node.terms[0], BigOperator) and node.terms[0].extended
    node = parse_expression(r"\sum_{i=1}^n x_i + \sum_{i=1}^n y_i")
    assert isinstance(node, Add) and len(node.terms) == 2


def test_bars_are_absolute_values_norms_conditions_or_evaluations():
    assert isinstance(parse_expression(r"|x|"), Absolute)
    assert isinstance(parse_expression(r"||x||"), Norm)
    node = parse_expression(r"p(x|y)")
    assert isinstance(node, ApplyOrProduct) and isinstance(node.group.body, Conditional)
    assert isinstance(parse_expression(r"f(x)|_{x=0}"), EvaluatedAt)
    assert isinstance(parse_expression(r"a|x|b"), Product)


def test_integrals_find_their_variable():
    for text in (r"\int_0^1 x f(x) \, dx", r"\int_0^1 dx\, x", r"\int \frac{dx}{x}", r"\int x \,\mathrm{d}x"):
        node = parse_expression(text)
        assert isinstance(node, Integral) and [v.key for v in node.variables] == ["x"]


def test_function_without_parentheses_takes_one_factor():
    node = parse_expression(r"\log x y")
    assert isinstance(node, Product) and isinstance(node.factors[0], Call)


def test_single_digit_arguments_of_fractions():
    node = parse_expression(r"\frac12 x")
    assert isinstance(node, Product) and isinstance(node.factors[0], Fraction)


def test_matrices_and_free_names():
    node = parse_expression(r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}")
    assert isinstance(node, Matrix) and len(node.rows) == 2
    assert free_names(parse_expression(r"\sum_{i} x_i + z")) == {"x", "z"}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (r"\frac{\partial L}{\partial w_{ij}", 17, "never closed"),
        (r"x + \alhpa", 4, "not known"),
        (r"frac{1}{2}", 0, "backslash"),
        (r"x_a_b", 3, "second subscript"),
        (r"(a + b", 0, "never closed"),
        (r"a + ", 2, "nothing follows"),
        (r"a ) b", 2, "closes nothing"),
        ("\theta", 0, "backslash"),
        (r"\sum_{i=1}^n", 0, "no body"),
        (r"\int f(x)", 0, "no dx"),
    ],
)
def test_errors_point_at_the_characters(text, place, words):
    with pytest.raises(ReadError) as caught:
        parse_expression(text)
    assert words in str(caught.value)
    assert caught.value.start == place
    assert "^" in caught.value.caret()


@pytest.mark.parametrize(
    "text",
    ["{" * 5000 + "}" * 5000, "(" * 5000, "x" * 1_000_000, "x^" * 3000, "\\frac" * 3000, "1" * 5000, "|" * 3000,
     "x_{" * 3000, "-" * 4000 + "x", "\\hat" * 3000 + "x", "f(" * 3000 + "x" + ")" * 3000, "\\left(" * 2000,
        "a\\odot b\\otimes " * 1500 + "c",
     "\\sum_i " * 3000 + "x", "x'" * 5000, "\\log " * 3000 + "x", "x!" * 2000, "\\begin{cases}" * 2000, "a|" * 4000 + "b"],
)  # fmt: skip
def test_hostile_input_is_an_error_or_a_tree_and_never_a_hang(text):
    try:
        parse_expression(text)
    except ReadError:
        pass
    read_display(text)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40))
def test_no_mixture_of_fragments_raises_anything_but_read_errors(parts):
    text = " ".join(parts)
    try:
        parse_expression(text)
    except ReadError as error:
        error.caret()
    read_display(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_no_text_raises_anything_but_read_errors(text):
    try:
        parse_expression(text)
    except ReadError as error:
        error.caret()
    read_display(text)


def test_deleting_characters_from_real_formulas_never_breaks_the_reader():
    formula = (
        r"\begin{aligned} \frac{\partial L}{\partial w_j} &= -\sum_{i=1}^n \left( \frac{y_i}{p_i} \right) x_{ij} \\ "
        r"&\quad + \int_0^\infty |x| e^{-x} \, dx \Rightarrow \mathbb{E}[X|Y] \le 3, \quad i = 1, \dots, n \end{aligned}"
    )
    generator = random.Random(7)
    for _ in range(300):
        start = generator.randrange(len(formula))
        read_display(formula[:start] + formula[start + generator.randrange(1, 6) :])


def test_spans_quote_the_source():
    text = r"a + \frac{b}{c}"
    node = parse_expression(text)
    assert isinstance(node, Add)
    assert text[node.terms[1].start : node.terms[1].end] == r"\frac{b}{c}"
    assert isinstance(node.terms[0], Name)


def test_steps_of_a_chain_share_their_sides():
    found = steps(r"a = b = c")
    assert found[0].rhs is found[1].lhs


def test_an_error_inside_a_derivative_leaves_the_outer_brackets_in_order():
    for text in (
        r"\left( \frac{\partial \left( a \fract b \right)}{\partial x} \right)",
        r"x_{\frac{d (y}{d x}} + (z)",
    ):
        with pytest.raises(ReadError):
            parse_expression(text)
