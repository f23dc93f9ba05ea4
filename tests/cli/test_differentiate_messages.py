"""What `derive differentiate` says to input that it cannot use: what was read, what does not fit, what would mend it."""

import pytest

from derive.cli import main

ARRAYS = r"A \in \mathbb{R}^{m \times n}; B \in \mathbb{R}^{n \times m}; x \in \mathbb{R}^n; y \in \mathbb{R}^m"
VECTORS = r"a, x \in \mathbb{R}^n"


def refused(capsys, formula, wrt, declared, *more):
    """The sentence for a refused input: exit code 2, nothing on standard output, no trace of Python."""
    code = main(["differentiate", formula, "--wrt", wrt, "--assume", declared, *more])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert "Traceback" not in err and "internal error" not in err and "Error" not in err
    return err


@pytest.mark.parametrize(
    "formula, wrt, said",
    [
        ("A y", "y", ("A is m×n", "y is m×1", "cannot be multiplied", r"did you mean A^\top y?")),
        ("A + B", "A", ("A is m×n", "B is n×m", "cannot be added")),
        ("x + y", "x", ("x is n×1", "y is m×1", "cannot be added")),
        (r"\det A", "A", ("determinant", "square", "m×n")),
        ("A^{-1}", "A", ("inverse", "square", "m×n")),
        (r"\operatorname{tr}(A)", "A", ("trace", "square", "m×n")),
        (r"A \odot B", "A", ("m×n", "n×m")),
    ],
)
def test_shapes_that_do_not_fit_are_named_with_both_shapes(capsys, formula, wrt, said):
    message = refused(capsys, formula, wrt, ARRAYS)
    assert all(words in message for words in said), message
    assert formula in message and "^" in message  # the formula with a caret under the place


@pytest.mark.parametrize("wrt", ["x + a", "2", "n", r"x^\top a"])
def test_differentiating_by_something_that_is_not_a_variable_says_so(capsys, wrt):
    message = refused(capsys, r"a^\top x", wrt, VECTORS)
    assert wrt in message and "is not a variable" in message and "declared symbol" in message


def test_differentiating_by_a_function_says_that_its_argument_is_missing(capsys):
    message = refused(capsys, "f(x)", "f", r"x \in \mathbb{R}^n; f : \mathbb{R}^n \to \mathbb{R}")
    assert "f is a function" in message


@pytest.mark.parametrize("formula", [r"\foo x", r"a^\top \foo{x}"])
def test_an_unknown_command_is_named(capsys, formula):
    assert r"\foo is not known" in refused(capsys, formula, "x", VECTORS)


@pytest.mark.parametrize("formula, said", [(r"a^\top (x", "this ( is never closed"), ("", "nothing to read")])
def test_a_formula_that_cannot_be_read_has_a_caret(capsys, formula, said):
    message = refused(capsys, formula, "x", VECTORS)
    assert said in message and "^" in message


def test_a_defined_quantity_that_is_not_used_cannot_be_differentiated_by(capsys):
    message = refused(capsys, r"a^\top x", "p", VECTORS, "--define", "p = 2 x")
    assert "nothing is reached through p" in message


@pytest.mark.parametrize("wrt", ["w", "z", r"\theta"])
def test_differentiating_by_an_unknown_name_says_what_is_declared(capsys, wrt):
    message = refused(capsys, r"a^\top x", wrt, VECTORS)
    assert wrt in message and "declare" in message


def test_a_sum_over_two_different_lengths_does_not_fit(capsys):
    message = refused(capsys, r"\sum_i x_i y_i", "x", ARRAYS)
    assert "n" in message and "m" in message


def test_an_undeclared_matrix_in_a_quadratic_form_asks_for_its_declaration(capsys):
    message = refused(capsys, r"x^\top A x", "x", VECTORS)
    assert "A" in message and "declare" in message


@pytest.mark.parametrize("formula", ["L", r"2 L + x^\top x", r"L x^\top x", r"\Lambda - a^\top x"])
def test_an_undeclared_capital_is_no_constant(capsys, formula):
    message = refused(capsys, formula, "x", VECTORS)
    assert ("L" in message or "Lambda" in message) and "declare" in message and "--define" in message


def test_an_undeclared_small_letter_is_a_number_and_is_listed(capsys):
    assert main(["differentiate", r"\lambda x^\top x", "--wrt", "x", "--assume", VECTORS]) == 0
    assert "assumed from use: λ ∈ R" in capsys.readouterr().out


def test_two_sums_may_use_one_name_for_indices_of_two_lengths(capsys):
    assert main(["differentiate", r"\sum_i x_i^2 + \sum_i y_i^2", "--wrt", "y", "--assume", ARRAYS]) == 0
    assert "= 2y            ℝᵐ" in capsys.readouterr().out


@pytest.mark.parametrize("formula, free", [(r"x_j \sum_{i \neq j} A_{ij}", "j"), (r"x_j^2", "j")])
def test_an_index_that_no_sum_binds_is_said_to_be_free(capsys, formula, free):
    assert main(["differentiate", formula, "--wrt", formula.split("_")[-2][-1], "--assume", ARRAYS]) == 0
    assert f"{free} is free: this holds for each {free} = 1, …, n" in capsys.readouterr().out


@pytest.mark.parametrize("declared", ["A banded", "A foo", "x y"])
def test_a_declaration_that_declares_nothing_is_refused(capsys, declared):
    message = refused(capsys, r"x^\top x", "x", VECTORS + r"; A \in \mathbb{R}^{n \times n}; " + declared)
    assert f"{declared} declares nothing" in message and "a declaration is" in message


@pytest.mark.parametrize(
    "word, shown",
    [
        ("symmetric", "2 Ax"), ("diagonal", "2 Ax"), ("positive definite", "2 Ax"), ("lower triangular", "(A + Aᵀ)x"),
        ("orthogonal", "(A + Aᵀ)x"), ("", "(A + Aᵀ)x"),
    ],
)  # fmt: skip
def test_the_words_beside_a_matrix_are_used(capsys, word, shown):
    declared = VECTORS + r"; A \in \mathbb{R}^{n \times n}" + (f"; A {word}" if word else "")
    assert main(["differentiate", r"x^\top A x", "--wrt", "x", "--assume", declared]) == 0
    assert capsys.readouterr().out.strip().startswith(f"∇ₓ (xᵀAx) = {shown}   ")


@pytest.mark.parametrize(
    "formula, named",
    [
        (r"\sum_{i=1}^m \max_{k} A_{ik}", r"\max_{k} A_{ik}"),  # once answered 0
        (r"\max_k x_k + x^\top x", r"\max_k x_k"),
        (r"\operatorname{rank}(A) + x^\top x", r"rank(A)"),
        (r"P(A) + \operatorname{tr}(A A^\top)", "P(A)"),
    ],
)
def test_what_the_reader_does_not_take_apart_is_no_constant(capsys, formula, named):
    message = refused(capsys, formula, "x" if "x_k" in formula or "x^" in formula else "A", ARRAYS)
    assert "may depend on" in message and "--define" in message and named.split("(")[0].lstrip("\\")[:3] in message
