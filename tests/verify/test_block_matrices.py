"""Block matrices in a document: proved at symbolic block sizes, refuted with a witness when a block is wrong."""

import numpy as np
import pytest

from derive.evaluate import Assignment, evaluate
from derive.parse import assume, elaborate, parse_expression
from derive.parse.errors import ShapeError
from derive.terms import Size, free_symbols

DECLARED = r"""Let $A \in \mathbb{R}^{n \times n}$, $B \in \mathbb{R}^{n \times m}$, $C \in \mathbb{R}^{m \times n}$ and
$D \in \mathbb{R}^{m \times m}$ with $A$ invertible, $S = D - C A^{-1} B$, $b, c \in \mathbb{R}^n$, $d \in \mathbb{R}$.

"""
WHOLE = r"\begin{bmatrix} A & B \\ C & D \end{bmatrix}"
FIRST = r"A^{-1} + A^{-1} B S^{-1} C A^{-1}"


def block(*rows):
    return r"\begin{bmatrix} " + r" \\ ".join(" & ".join(row) for row in rows) + r" \end{bmatrix}"


INVERSE = block((FIRST, "-A^{-1} B S^{-1}"), ("-S^{-1} C A^{-1}", "S^{-1}"))
TRUE = {
    "the inverse": f"{WHOLE}^{{-1}} = {INVERSE}",
    "the product with the inverse": f"{WHOLE} {INVERSE} = I",
    "the transpose": rf"{WHOLE}^\top = " + block((r"A^\top", r"C^\top"), (r"B^\top", r"D^\top")),
    "the factors L D U": f"{WHOLE} = "
    + " ".join(
        [block(("I", "0"), ("C A^{-1}", "I")), block(("A", "0"), ("0", "S")), block(("I", "A^{-1} B"), ("0", "I"))]
    ),
    "the inverse of a triangular one": block(("A", "0"), ("C", "D"))
    + "^{-1} = "
    + block(("A^{-1}", "0"), ("-D^{-1} C A^{-1}", "D^{-1}")),
    "three blocks a side": block(("A", "0", "0"), ("0", "D", "0"), (r"c^\top", "0", "1"))
    + "^{-1} = "
    + block(("A^{-1}", "0", "0"), ("0", "D^{-1}", "0"), (r"-c^\top A^{-1}", "0", "1")),
    "the determinant": rf"\det {WHOLE} = \det(A) \det(D - C A^{{-1}} B)",
    "the determinant with a border": r"\det "
    + block(("A", "b"), (r"c^\top", "d"))
    + r" = \det(A) (d - c^\top A^{-1} b)",
    "the trace": rf"\operatorname{{tr}} {WHOLE} = \operatorname{{tr}} A + \operatorname{{tr}} D",
}
FALSE = {
    "a sign": f"{WHOLE}^{{-1}} = " + block((FIRST, "A^{-1} B S^{-1}"), ("-S^{-1} C A^{-1}", "S^{-1}")),
    "a sign in the corner": f"{WHOLE}^{{-1}} = "
    + block((FIRST.replace("+", "-"), "-A^{-1} B S^{-1}"), ("-S^{-1} C A^{-1}", "S^{-1}")),
    "swapped blocks": f"{WHOLE}^{{-1}} = " + block(("S^{-1}", "-A^{-1} B S^{-1}"), ("-S^{-1} C A^{-1}", FIRST)),
    "D for the Schur complement": f"{WHOLE}^{{-1}} = "
    + block((FIRST, "-A^{-1} B S^{-1}"), ("-S^{-1} C A^{-1}", "D^{-1}")),
    "blocks transposed only in place": rf"{WHOLE}^\top = " + block((r"A^\top", "B"), ("C", r"D^\top")),
    "the product of the determinants": rf"\det {WHOLE} = \det(A) \det(D)",
    "the trace of one block": rf"\operatorname{{tr}} {WHOLE} = \operatorname{{tr}} A",
}


@pytest.mark.parametrize("name", TRUE)
def test_a_true_equation_of_block_matrices_is_proved(judge, name):
    (step,) = [s for s in judge(DECLARED + f"$$\n{TRUE[name]}\n$$\n") if s.line > 3]
    assert step.verdict == "proved", step.reason


@pytest.mark.parametrize("name", FALSE)
def test_a_false_one_is_refuted_with_a_witness(judge, name):
    (step,) = [s for s in judge(DECLARED + f"$$\n{FALSE[name]}\n$$\n") if s.line > 3]
    assert step.verdict == "refuted" and step.counterexample, step.reason


@pytest.mark.parametrize(
    "text, expected",
    [
        (block(("X", r"\mathbf{1}")), lambda X, c: np.hstack([X, np.ones((2, 1))])),
        (block((r"X^\top",), (r"\mathbf{1}^\top",)), lambda X, c: np.vstack([X.T, np.ones((1, 2))])),
        (
            block(("I", "c"), ("0", "1")),
            lambda X, c: np.block([[np.eye(2), c[:, None]], [np.zeros((1, 2)), np.eye(1)]]),
        ),
        (block(("X", "I"), ("0", r"2 X^\top X")), None),
    ],
)
def test_a_zero_an_identity_and_ones_take_the_size_of_their_row_and_column(text, expected):
    scope = assume(r"X \in \mathbb{R}^{n \times d}; c \in \mathbb{R}^n", [])
    if expected is None:  # the identity joins n rows to d columns
        with pytest.raises(ShapeError, match="block"):
            elaborate(parse_expression(text), scope, text)
        return
    value = elaborate(parse_expression(text), scope, text)
    X, c = np.array([[1.0, 2, 3], [4, 5, 6]]), np.array([7.0, 8])
    given = {"X": X.tolist(), "c": c.tolist()}
    sizes = {Size("n"): 2, Size("d"): 3}
    symbols = {s: given[s.name] for s in free_symbols(value)}
    found = evaluate(value, Assignment(sizes, symbols=symbols)).value
    assert np.array_equal(np.array(found, dtype=float), expected(X, c))
