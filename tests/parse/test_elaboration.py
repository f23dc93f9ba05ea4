"""Declarations and typed elaboration: what each notation means, and what is refused with which words."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from derive.parse.declarations import assume, scopes, split_declarations
from derive.parse.documents import Display, Sentence, read_markdown
from derive.parse.elaborate import elaborate
from derive.parse.errors import ReadError, ShapeError
from derive.parse.grammar import parse_expression
from derive.parse.rows import read_display, steps
from derive.parse.steps import define_step, elaborate_step, is_definition
from derive.terms import (
    Apply,
    Arr,
    At,
    Derivative,
    Expectation,
    Fn,
    Guard,
    Index,
    Integral,
    Mul,
    Size,
    Sum,
    Symbol,
    alpha_equal,
    arrays,
    term,
    unfold,
)

SHARED = next((p / "shared" for p in Path(__file__).resolve().parents if (p / "shared" / "suites").exists()), None)
n, m, d, K = Size("n"), Size("m"), Size("d"), Size("K")


def read(text, declarations="", definitions=""):
    return elaborate(parse_expression(text), assume(declarations, definitions), text)


def same(a, b):
    return alpha_equal(a, b)


def last_scope(text):
    document = read_markdown(text + "\n\n$$x = x$$\n")
    return list(scopes(document))[-1][1]


# -- declarations


def test_memberships_give_shapes_and_domains():
    scope = assume(
        r"X \in \mathbb{R}^{n \times d}; y_i \in \{0, 1\} for i = 1, \dots, n; x_i \in \mathbb{R}^d for i = 1, \dots, n; 0 < p < 1"
    )
    assert scope.symbols["X"].shape == (n + 0, d + 0)
    assert scope.symbols["y"].shape == (n + 0,) and scope.symbols["y"].domain.values == (0, 1)
    assert scope.symbols["x"].shape == (n + 0, d + 0)
    assert scope.symbols["p"].domain.lower_open and scope.symbols["p"].domain.upper == 1


def test_words_beside_a_symbol_are_properties():
    scope = last_scope(
        r"Let $H \in \mathbb{R}^{d \times d}$ be symmetric positive definite, $X \in \mathbb{R}^{n \times d}$ have full column rank "
        r"and let $\mathbf{1} \in \mathbb{R}^n$ be the vector of ones. Let $x$ be a random vector in $\mathbb{R}^d$ and "
        r"$A \in \mathbb{R}^{n \times n}$ be invertible. Let $f : \mathbb{R} \to \mathbb{R}$ be twice differentiable and convex. "
    )
    assert {"symmetric", "positive_definite"} <= scope.symbols["H"].properties
    assert "full_column_rank" in scope.symbols["X"].properties
    assert "invertible" in scope.symbols["A"].properties
    assert scope.symbols["x"].kind == "random" and scope.symbols["x"].shape == (d + 0,)
    assert scope.symbols["\\mathbf{1}"] in scope.definitions
    assert scope.functions["f"].smooth == 2 and "convex" in scope.functions["f"].properties


def test_prose_defines_and_assumes():
    scope = last_scope(
        r"Let $z, y \in \mathbb{R}^K$ with $\sum_{k=1}^K y_k = 1$ and let $p_k = \frac{e^{z_k}}{\sum_{c=1}^K e^{z_c}}$. "
        r"Put $\sigma(t) = \frac{1}{1 + e^{-t}}$."
    )
    assert scope.symbols["p"] in scope.definitions and scope.symbols["p"].shape == (K + 0,)
    assert len(scope.hypotheses) == 1
    assert scope.function_definitions["\\sigma"].parameters[0].shape == ()


def test_distributions_give_moments():
    scope = last_scope(r"Let $X \sim \mathcal{N}(m, s^2)$ with $s > 0$.")
    assert scope.symbols["X"].kind == "random"
    assert len(scope.hypotheses) == 2 and scope.symbols["s"].domain.positive


def test_hypotheses_over_an_index_are_schematic():
    scope = last_scope(r"Suppose $v \in \mathbb{R}^n$ and $M \in \mathbb{R}$ with $v_i \leq M$ for $i = 1, \dots, n$.")
    assert [i.name for i in scope.hypotheses[0].schematic] == ["i"]


def test_a_claim_is_not_a_hypothesis():
    assert not last_scope(r"Let $a \in \mathbb{R}$. It follows that $a^2 + a = 7$.").hypotheses


def test_a_section_may_declare_anew():
    scope = last_scope("# A\n\nLet $x \\in \\mathbb{R}^n$.\n\n# B\n\nLet $x \\in \\mathbb{R}$.")
    assert scope.symbols["x"].shape == ()


def test_comments_declare_and_origins_are_listed():
    scope = last_scope("<!-- derive: A \\in \\mathbb{R}^{n \\times n}; A^\\top = A -->\n")
    assert "symmetric" in scope.symbols["A"].properties
    assert {x.origin for x in scope.declarations} == {"comment"}
    assert split_declarations("a; f(x; y); b") == ["a", "f(x; y)", "b"]


# -- notation


def test_matrix_products_and_transposes():
    value = read(r"X^\top (X w - y)", r"X \in \mathbb{R}^{n \times d}; w \in \mathbb{R}^d; y \in \mathbb{R}^n")
    assert isinstance(value, Arr) and value.shape == ((d + 0,),)


def test_a_declared_number_T_is_a_power():
    assert "T" in repr(read(r"\gamma^T", r"\gamma > 0; T > 0"))
    assert isinstance(read("A^T", r"A \in \mathbb{R}^{m \times n}"), Arr)


def test_identity_zero_and_ones_take_the_fitting_size():
    X = arrays.identity(n)
    assert same(read("I_n"), X)
    value = read(r"X + \lambda I", r"X \in \mathbb{R}^{n \times n}; \lambda > 0")
    assert isinstance(value, Arr) and value.shape == ((n + 0,), (n + 0,))
    step = elaborate_step(steps(r"A A^{-1} = I")[0], assume(r"A \in \mathbb{R}^{n \times n}"))
    assert step.error is None and same(step.rhs, X)
    step = elaborate_step(steps(r"A x = 0")[0], assume(r"A \in \mathbb{R}^{m \times n}; x \in \mathbb{R}^n"))
    assert step.error is None


def test_names_with_scripts():
    scope = assume(
        r"x \in \mathbb{R}^n; x_0 \in \mathbb{R}; W^{(1)} \in \mathbb{R}^{m \times n}; \hat{x} \in \mathbb{R}^n"
    )
    assert elaborate(parse_expression("x_0"), scope) is term(Symbol("x_0"))
    assert elaborate(parse_expression("x_2"), scope) is scope.symbols["x"][2]
    assert elaborate(parse_expression(r"W^{(1)} \hat{x}"), scope).shape == ((m + 0,),)


def test_listed_members_form_a_family():
    value = read(r"\sum_{i=1}^3 g_i", r"g_1, g_2, g_3 \in \mathbb{R}")
    assert isinstance(value, Sum)


def test_kronecker_delta_logs_and_reserved_names():
    value = read(r"\delta_{ij}", r"i, j \in \{1, \dots, n\}")
    assert isinstance(value, Guard)
    assert read(r"\log x", "x > 0") is Fn("log", term(assume("x > 0").symbols["x"]))
    assert isinstance(read("e^x", r"x \in \mathbb{R}"), Fn)


def test_norms():
    x = Arr.of(Symbol("x", (n,)))
    assert same(read(r"\|x\|_2^2", r"x \in \mathbb{R}^n"), arrays.norm_squared(x))
    assert same(read(r"\lVert x \rVert_1", r"x \in \mathbb{R}^n"), arrays.norm(x, "1"))


def test_a_function_of_one_number_acts_entry_by_entry():
    value = read(
        r"\sigma(X w)", r"X \in \mathbb{R}^{n \times d}; w \in \mathbb{R}^d", r"\sigma(t) = \frac{1}{1 + e^{-t}}"
    )
    assert isinstance(value, Arr) and value.shape == ((n + 0,),)


def test_derivative_shapes():
    scope = r"A \in \mathbb{R}^{m \times n}; x \in \mathbb{R}^n"
    assert read(r"\nabla_x (x^\top A^\top A x)", scope).shape == ((n + 0,),)
    assert read(r"\frac{\partial A x}{\partial x}", scope).shape == ((m + 0,), (n + 0,))
    assert read(r"\nabla_x^2 \|A x\|^2", scope).shape == ((n + 0,), (n + 0,))


def test_a_prefix_derivative_extends_over_the_product_and_nabla_over_a_function_only():
    value = read(r"\frac{\partial}{\partial x} x y z", r"x, y, z \in \mathbb{R}")
    assert isinstance(value, Derivative) and isinstance(value.body, Mul)
    value = read(r"\nabla f(x)^\top s", r"s, x \in \mathbb{R}^n", r"f(x) = x^\top x")
    assert isinstance(value, Sum)


def test_gradient_at_another_point_is_taken_there():
    value = read(r"\nabla f(s)", r"s, x \in \mathbb{R}^n", r"f(x) = x^\top x")
    assert isinstance(value, Arr) and isinstance(value.body, At)


def test_a_derivative_by_a_defined_symbol_is_kept_for_unfolding():
    scope = assume(
        r"U, V \in \mathbb{R}^{n \times n}; x, t \in \mathbb{R}^n", [r"h = U x", r"y = V h", r"L = \frac12 \|y - t\|^2"]
    )
    value = elaborate(parse_expression(r"\nabla_h L"), scope)
    assert isinstance(value, Arr) and isinstance(value.body, Derivative) and value.body.symbol is scope.symbols["h"]
    assert isinstance(unfold(value, scope.definitions), Arr)


def test_an_undeclared_differentiated_quantity_is_dependent():
    scope = assume(r"w \in \mathbb{R}")
    value = elaborate(parse_expression(r"\frac{\partial L}{\partial w}"), scope)
    assert isinstance(value, Derivative) and scope.symbols["L"].kind == "dependent"
    assert [x.latex.split()[0] for x in scope.declarations if x.origin == "inferred"] == ["L"]


def test_functions_of_time():
    value = read(r"\frac{d X(t)}{dt}", r"X : \mathbb{R} \to \mathbb{R}^{m \times n}; t \in \mathbb{R}")
    assert isinstance(value, Arr) and isinstance(value.body, Derivative)
    assert isinstance(read(r"\Phi'(x)", r"\Phi : \mathbb{R} \to \mathbb{R}; x \in \mathbb{R}"), Apply)


def test_sums_with_guards_and_free_ranges():
    value = read(r"\sum_{j \ne i} y_j", r"y \in \mathbb{R}^n; i \in \{1, \dots, n\}")
    assert isinstance(value, Sum) and value.index == Index("j", 1, n)
    assert "!= 0" in repr(value)


def test_cases_become_guards():
    value = read(r"h(a)", r"a \in \mathbb{R}", r"h(r) = \begin{cases} r^2 & |r| \le 1 \\ |r| & |r| > 1 \end{cases}")
    assert repr(value).count("[") == 2


def test_matrix_powers_determinants_kronecker_and_blocks():
    scope = r"A \in \mathbb{R}^{n \times n}; B \in \mathbb{R}^{m \times m}; k \in \mathbb{N}"
    assert read("A^k", scope).shape == ((n + 0,), (n + 0,))
    assert read(r"A \otimes B", scope).shape == ((n + 0, m + 0), (n + 0, m + 0))
    assert read(r"\begin{bmatrix} A & 0 \\ 0 & B \end{bmatrix}", scope).shape == ((n + m,), (n + m,))
    assert same(read("|A|", scope), read(r"\det A", scope))


def test_expectation_variance_and_conditions():
    scope = last_scope(r"Let $X$ and $Y$ be random variables.")
    assert isinstance(elaborate(parse_expression(r"\mathbb{E}[X^2]"), scope), Expectation)
    assert isinstance(elaborate(parse_expression(r"\operatorname{Var}(X)"), scope), Expectation)
    value = elaborate(parse_expression(r"\mathbb{E}[X \mid Y]"), scope)
    assert isinstance(value, Expectation) and value.given == (scope.symbols["Y"],)


def test_probabilities_are_opaque_but_conditions_divide():
    scope = assume("")
    left = elaborate(parse_expression(r"P(A \mid B) P(B)"), scope)
    assert "P(A, B)" in repr(left)


def test_integrals_and_limits_bind():
    value = read(r"\int_0^\infty x e^{-x} \, dx")
    assert isinstance(value, Integral)
    assert "x" not in {s.name for s in value.body.memo("none", lambda _: set())}
    read(r"\lim_{h \to 0} \frac{(x + h)^2 - x^2}{h}", r"x \in \mathbb{R}")


def test_application_or_product_is_decided_by_declarations():
    assert isinstance(read("f(x)", r"f : \mathbb{R} \to \mathbb{R}; x \in \mathbb{R}"), Apply)
    assert isinstance(read("a(x)", r"a, x \in \mathbb{R}"), Mul)
    value = read(r"g (A x)^\top", r"g \in \mathbb{R}^m; A \in \mathbb{R}^{m \times n}; x \in \mathbb{R}^n")
    assert value.shape == ((m + 0,), (m + 0,))


# -- errors and steps


def test_a_product_that_does_not_fit_names_both_parts_and_suggests():
    with pytest.raises(ShapeError) as caught:
        read("a X b", r"X \in \mathbb{R}^{m \times n}; a \in \mathbb{R}^m; b \in \mathbb{R}^n")
    assert "a is m×1" in str(caught.value) and "X is m×n" in str(caught.value)
    assert r"a^\top X" in str(caught.value)


def test_sides_of_different_shape_are_reported_as_data():
    step = elaborate_step(
        steps(r"(A B)^\top = A^\top B^\top")[0], assume(r"A \in \mathbb{R}^{m \times n}; B \in \mathbb{R}^{n \times p}")
    )
    assert step.shapes is not None and not step.inferred
    step = elaborate_step(steps(r"1 + u^T v = u v^T")[0], assume(r"u, v \in \mathbb{R}^n"))
    assert step.shapes == ("a number", "n×n")


def test_inferred_names_are_reported_with_the_step():
    step = elaborate_step(steps(r"a + b = b + a")[0], assume(r"a \in \mathbb{R}"))
    assert step.inferred == {"b"} and step.uses == {"a", "b"}


def test_definitions_in_displays():
    scope = assume(r"X \in \mathbb{R}^{n \times p}; y \in \mathbb{R}^n; \beta \in \mathbb{R}^p")
    first, second = steps(r"S(\beta) &= \|y - X\beta\|^2 \\ &= y^\top y")
    assert is_definition(first, scope) and define_step(first, scope) == "S"
    assert elaborate_step(second, scope).error is None
    assert not is_definition(first, scope)


def test_inferred_sizes_are_unified():
    step = elaborate_step(steps(r"\mathbf{w}^\top \mathbf{x} = \mathbf{x}^\top \mathbf{w}")[0], assume(""))
    assert step.error is None


def test_inequalities_are_turned_round():
    step = elaborate_step(steps(r"x \ge y")[0], assume(r"x, y \in \mathbb{R}"))
    assert step.relation == "<=" and step.swapped and step.lhs is term(Symbol("y"))


@pytest.mark.skipif(SHARED is None, reason="the shared suites are not here")
def test_every_suite_step_is_elaborated_or_has_two_shapes():
    for name in ("derivations.jsonl", "identities.jsonl"):
        for line in (SHARED / "suites" / name).read_text().splitlines()[::3]:
            entry = json.loads(line)
            verdicts = iter(entry["expect"])
            for display, scope in scopes(read_markdown(entry["document"])):
                for chain in read_display(display.formula.text):
                    for position, step in enumerate(chain.steps):
                        verdict = next(verdicts)
                        if position == 0 and is_definition(step, scope):
                            assert "definition" in verdict, entry["id"]
                            define_step(step, scope, 1, chain.conditions)
                            continue
                        assert "definition" not in verdict, entry["id"]
                        found = elaborate_step(step, scope, 1, chain.conditions)
                        assert found.error is None or (found.shapes and "refuted" in verdict), (
                            entry["id"],
                            found.error,
                        )


@pytest.mark.skipif(SHARED is None, reason="the shared suites are not here")
def test_every_expression_to_differentiate_is_elaborated():
    for line in (SHARED / "suites" / "differentiate.jsonl").read_text().splitlines():
        entry = json.loads(line)
        scope = assume(entry["assume"], entry["define"])
        elaborate(parse_expression(entry["expression"]), scope, entry["expression"])


PIECES = (
    r"x y A f p_i X_{ij} \mathbf{w} \alpha n i j k 1 2 0 + - = \le \frac12 ^\top ^2 ^{-1} _i _{ij} ( ) [ ] \sum_{i=1}^n \prod_k "
    r"\frac{\partial}{\partial x} \nabla_w \nabla \log \exp \operatorname{tr} \det \mathbb{E} | \| \int_0^1 dx \mathbb{R}^n \in \sim "
    r"\mathcal{N}(0,1) \begin{pmatrix}1&x\end{pmatrix} f(x) P(A|B) \delta_{ij} I \mathbf{1} \odot \otimes \cdot / , ; : \to : \max(0,x) "
    r"\{1,\dots,n\} \dots \succ ' ! \infty \lim_{h\to0} \Rightarrow".split()
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES), max_size=14), st.lists(st.sampled_from(PIECES), max_size=8))
def test_no_mixture_raises_anything_but_read_errors(parts, declared):
    try:
        scope = assume(" ".join(declared))
    except ReadError:
        scope = assume(r"x \in \mathbb{R}^n; A \in \mathbb{R}^{n \times n}")
    for chain in read_display(" ".join(parts)):
        for step in chain.steps:
            try:
                if is_definition(step, scope):
                    define_step(step, scope)
            except ReadError:
                pass
            elaborate_step(step, scope, 1, chain.conditions)


def test_prose_full_of_nonsense_is_read_to_the_end():
    text = r"Let $x \in$ and $\alhpa$ be $= 3$, $f : \to$, $p_i = $, $\sim N$, $0 < < 1$, $A \succ$ symmetric; $i = 1, \dots$. $$x = x$$"
    document = read_markdown(text)
    assert any(isinstance(p, Sentence) for p in document.pieces) and any(
        isinstance(p, Display) for p in document.pieces
    )
    assert len(list(scopes(document))) == 1


@pytest.mark.parametrize(
    "word, expected",
    [
        ("orthogonal", {"orthogonal", "invertible"}),
        ("diagonal", {"diagonal"}),
        ("lower triangular", {"lower_triangular"}),
        ("upper triangular", {"upper_triangular"}),
        ("nonsingular", {"invertible"}),
    ],
)
def test_an_adjective_right_behind_a_matrix_is_a_property(word, expected):
    assert assume(r"D \in \mathbb{R}^{n \times n}; D " + word).symbols["D"].properties == expected


def test_a_dimension_may_be_a_product():
    p, q = Size("p"), Size("q")
    assert assume(r"X \in \mathbb{R}^{2 p \times 3 q}").symbols["X"].shape == (2 * p, 3 * q)


@pytest.mark.parametrize("formula", [r"x \odot I", r"I \odot I", r"I \odot x", r"\mathbf{1} \oslash x"])
def test_an_identity_of_no_size_beside_a_number_is_an_error_of_the_reader(formula):
    with pytest.raises(ReadError, match="not known"):
        elaborate(parse_expression(formula), assume(r"x \in \mathbb{R}"), formula)
