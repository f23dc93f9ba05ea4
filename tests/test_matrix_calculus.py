"""Matrix calculus at symbolic size: what the normal form must prove, and beside each the slip that it must not prove.

A row is read as a person would write it: declarations, definitions, the two sides, and the right side with a slip.
"""

from dataclasses import dataclass

import pytest

from derive.answer import differentiate
from derive.derivation.notation import jacobian
from derive.kernel import KernelError, by_normal_form
from derive.normal_form.decide import equal
from derive.parse import assume, elaborate, parse_expression
from derive.terms import Arr, unfold


@dataclass(frozen=True)
class Row:
    """``lhs = rhs`` for all sizes, and ``slip``, a right side that is false."""

    name: str
    declared: str
    lhs: str
    rhs: str
    slip: str
    defined: tuple[str, ...] = ()
    wrt: str = ""  # the derivative of lhs by this, rather than lhs

    def __str__(self) -> str:
        return self.name


SQUARE = (
    r"A, B \in \mathbb{R}^{n \times n}; U \in \mathbb{R}^{n \times k}; V \in \mathbb{R}^{k \times n}; "
    r"C \in \mathbb{R}^{k \times k}; u, v \in \mathbb{R}^n"
)
WOODBURY = r"A^{-1} %s A^{-1} U (C^{-1} + V A^{-1} U)^{-1} V A^{-1}"
SHERMAN = r"A^{-1} %s \frac{A^{-1} u v^\top A^{-1}}{1 + v^\top A^{-1} u}"
RIDGE = r"X \in \mathbb{R}^{n \times d}; \lambda > 0"

IDENTITIES = [
    Row("Woodbury", SQUARE, "(A + U C V)^{-1}", WOODBURY % "-", WOODBURY % "+"),
    Row("Sherman-Morrison", SQUARE, r"(A + u v^\top)^{-1}", SHERMAN % "-", SHERMAN % "+"),
    Row(
        "Sherman-Morrison, the denominator",
        SQUARE,
        r"(A + u v^\top)^{-1}",
        SHERMAN % "-",
        r"A^{-1} - \frac{A^{-1} u v^\top A^{-1}}{1 - v^\top A^{-1} u}",
    ),
    Row(
        "push-through",
        RIDGE,
        r"(X^\top X + \lambda I)^{-1} X^\top",
        r"X^\top (X X^\top + \lambda I)^{-1}",
        r"X^\top (X X^\top + 2 \lambda I)^{-1}",
    ),
    Row(
        "push-through of two factors",
        SQUARE,
        r"(I + U V)^{-1} U",
        r"U (I + V U)^{-1}",
        r"U (I - V U)^{-1}",
    ),
    Row("inverse of a product", SQUARE, r"(A B)^{-1}", r"B^{-1} A^{-1}", r"A^{-1} B^{-1}"),
    Row("inverse of a transpose", SQUARE, r"(A^\top)^{-1}", r"(A^{-1})^\top", r"A^{-1}"),
    Row(
        "matrix determinant lemma",
        SQUARE,
        r"\det(A + u v^\top)",
        r"(1 + v^\top A^{-1} u) \det A",
        r"(1 - v^\top A^{-1} u) \det A",
    ),
    Row(
        "trace is cyclic",
        SQUARE,
        r"\operatorname{tr}(U C V)",
        r"\operatorname{tr}(V U C)",
        r"\operatorname{tr}(V U C^\top)",
    ),
]

BLOCKS = (
    r"A, E \in \mathbb{R}^{n \times n}; B, F \in \mathbb{R}^{n \times m}; C, G \in \mathbb{R}^{m \times n}; "
    r"D, H \in \mathbb{R}^{m \times m}"
)
SCHUR = (r"S = D - C A^{-1} B",)


def block(*entries: str) -> str:
    p, q, r, s = entries
    return rf"\begin{{pmatrix}} {p} & {q} \\ {r} & {s} \end{{pmatrix}}"


# The block inverse block by block: with the proposed inverse (P, Q; R, S^{-1}) the four blocks of the product are those
# of the identity, from either side (below also as one product of stacked matrices).
TOP_LEFT = r"(A^{-1} + A^{-1} B S^{-1} C A^{-1})"
PRODUCTS = (
    ("right, 11", rf"A {TOP_LEFT} - B S^{{-1}} C A^{{-1}}", "I_n", "2 I_n"),
    ("right, 12", r"-A A^{-1} B S^{-1} + B S^{-1}", "0 B", "B"),
    ("right, 21", rf"C {TOP_LEFT} - D S^{{-1}} C A^{{-1}}", "0 C", "C"),
    ("right, 22", r"-C A^{-1} B S^{-1} + D S^{-1}", "I_m", "2 I_m"),
    ("left, 11", rf"{TOP_LEFT} A - A^{{-1}} B S^{{-1}} C", "I_n", "2 I_n"),
    ("left, 12", rf"{TOP_LEFT} B - A^{{-1}} B S^{{-1}} D", "0 B", "B"),
    ("left, 21", r"-S^{-1} C A^{-1} A + S^{-1} C", "0 C", "C"),
    ("left, 22", r"-S^{-1} C A^{-1} B + S^{-1} D", "I_m", "2 I_m"),
)
IDENTITIES += [Row(f"block inverse, {name}", BLOCKS, lhs, rhs, slip, SCHUR) for name, lhs, rhs, slip in PRODUCTS]
IDENTITIES += [
    Row(
        "block matrices multiply by blocks",
        BLOCKS,
        block(*"ABCD") + block(*"EFGH"),
        block("A E + B G", "A F + B H", "C E + D G", "C F + D H"),
        block("A E + B G", "A F + B H", "C E + D G", "C F + H D"),
    ),
    Row(
        "determinant of a block triangular matrix, nothing invertible",
        BLOCKS,
        rf"\det {block('A', 'B', '0', 'D')}",
        r"\det(A) \det(D)",
        r"\det(A) \det(D) - \operatorname{tr}(B^\top B)",
    ),
    Row("determinant by blocks", BLOCKS, rf"\det {block(*'ABCD')}", r"\det(A) \det(S)", r"\det(A) \det(D)", SCHUR),
]
WHOLE_INVERSE = block(TOP_LEFT, "-A^{-1} B S^{-1}", "-S^{-1} C A^{-1}", "S^{-1}")
WRONG_INVERSES = {
    "a sign": block(TOP_LEFT, "A^{-1} B S^{-1}", "-S^{-1} C A^{-1}", "S^{-1}"),
    "a sign in the corner": block(
        "(A^{-1} - A^{-1} B S^{-1} C A^{-1})", "-A^{-1} B S^{-1}", "-S^{-1} C A^{-1}", "S^{-1}"
    ),
    "the Schur complement not inverted": block(TOP_LEFT, "-A^{-1} B S^{-1}", "-S^{-1} C A^{-1}", "S"),
    "a block left out": block(TOP_LEFT, "-A^{-1} B S^{-1}", "0", "S^{-1}"),
}
ONE = block("I_n", "0", "0", "I_m")
WHOLE = block(*"ABCD")
IDENTITIES += [
    row
    for name, wrong in WRONG_INVERSES.items()
    for row in (
        Row(f"block inverse, M N, {name}", BLOCKS, f"{WHOLE} {WHOLE_INVERSE}", ONE, f"{WHOLE} {wrong}", SCHUR),
        Row(f"block inverse, N M, {name}", BLOCKS, f"{WHOLE_INVERSE} {WHOLE}", ONE, f"{wrong} {WHOLE}", SCHUR),
        Row(f"block inverse, M^{{-1}}, {name}", BLOCKS, f"{WHOLE}^{{-1}}", WHOLE_INVERSE, wrong, SCHUR),
    )
]

X = r"X \in \mathbb{R}^{n \times n}; \det X > 0; a, b \in \mathbb{R}^n"
PATH = r"A, B \in \mathbb{R}^{n \times n}; t \in \mathbb{R}"
DERIVATIVES = [
    Row(
        "an entry of the inverse",
        X,
        r"a^\top X^{-1} b",
        r"-X^{-\top} a b^\top X^{-\top}",
        r"X^{-\top} a b^\top X^{-\top}",
        wrt="X",
    ),
    Row(
        "the inverse along a path",
        PATH,
        r"(A + t B)^{-1}",
        r"-(A + t B)^{-1} B (A + t B)^{-1}",
        r"-B (A + t B)^{-2}",
        wrt="t",
    ),
    Row("the determinant", X, r"\det X", r"\det(X) X^{-\top}", r"\det(X) X^{-1}", wrt="X"),
    Row("the logarithm of the determinant", X, r"\log \det X", r"X^{-\top}", r"X^{-1}", wrt="X"),
    Row(
        "log det of a Gram matrix",
        r"X \in \mathbb{R}^{n \times d}",
        r"\log \det(X^\top X)",
        r"2 X (X^\top X)^{-1}",
        r"X (X^\top X)^{-1}",
        wrt="X",
    ),
]

ATTENTION = r"Q \in \mathbb{R}^{n \times d}; K \in \mathbb{R}^{m \times d}; V, W \in \mathbb{R}^{m \times v}; G \in \mathbb{R}^{n \times v}"
WEIGHTS = (
    r"Z = \frac{Q K^\top}{\sqrt{d}}",
    r"P_{ij} = \frac{\exp(Z_{ij})}{\sum_{l=1}^m \exp(Z_{il})}",
)
LOSS = r"\operatorname{tr}(G^\top P V)"
THROUGH = r"R_{ij} = P_{ij} ((G V^\top)_{ij} - \sum_{l=1}^m P_{il} (G V^\top)_{il})"
NO_MEAN = r"R_{ij} = P_{ij} (G V^\top)_{ij}"
DERIVATIVES += [
    Row("attention in V", ATTENTION, LOSS, r"P^\top G", r"2 P^\top G", WEIGHTS, "V"),
    Row("attention in Q", ATTENTION, LOSS, r"\frac{1}{\sqrt{d}} R K", r"R K", (*WEIGHTS, THROUGH), "Q"),
    Row(
        "attention in K",
        ATTENTION,
        LOSS,
        r"\frac{1}{\sqrt{d}} R^\top Q",
        r"\frac{1}{\sqrt{d}} (P \odot (G V^\top))^\top Q",
        (*WEIGHTS, THROUGH),
        "K",
    ),
]

LAYER = r"x, g, \gamma, \beta \in \mathbb{R}^d; \epsilon > 0"
LAYER_NORM = (
    r"\mu = \frac{1}{d} \sum_{k=1}^d x_k",
    r"s = \sqrt{\frac{1}{d} \sum_{k=1}^d (x_k - \mu)^2 + \epsilon}",
    r"u_i = \frac{x_i - \mu}{s}",
    r"w_i = \gamma_i g_i",
)
BATCH = r"X, G \in \mathbb{R}^{n \times d}; \gamma, \beta \in \mathbb{R}^d; \epsilon > 0"
BATCH_NORM = (
    r"\mu_k = \frac{1}{n} \sum_{s=1}^n X_{sk}",
    r"v_k = \frac{1}{n} \sum_{s=1}^n (X_{sk} - \mu_k)^2",
    r"U_{sk} = \frac{X_{sk} - \mu_k}{\sqrt{v_k + \epsilon}}",
)
TSNE = r"P \in \mathbb{R}^{n \times n}; Y \in \mathbb{R}^{n \times d}"
NEAR = (
    r"W_{ij} = \frac{1}{1 + \sum_{b=1}^d (Y_{ib} - Y_{jb})^2}",
    r"Z = \sum_{i=1}^n \sum_{j \neq i} W_{ij}",
    r"T = \sum_{i=1}^n \sum_{j \neq i} P_{ij}",
)
FORCE = r"2 \sum_{j \neq i} (P_{ij} + P_{ji} - 2 T %s) (Y_{ia} - Y_{ja}) W_{ij}"
DERIVATIVES += [
    Row(
        "layer norm in the input",
        LAYER,
        r"\sum_{i=1}^d g_i (\gamma_i u_i + \beta_i)",
        r"\frac{1}{s} (w - \frac{1}{d} \sum_{k=1}^d w_k - \frac{1}{d} (u^\top w) u)",
        r"\frac{1}{s} (w - \frac{1}{d} (u^\top w) u)",
        LAYER_NORM,
        "x",
    ),
    Row(
        "batch norm in the input",
        BATCH,
        r"\sum_{s=1}^n \sum_{k=1}^d G_{sk} (\gamma_k U_{sk} + \beta_k)",
        r"J",
        r"H",
        (
            *BATCH_NORM,
            r"J_{rl} = \frac{\gamma_l}{\sqrt{v_l + \epsilon}} "
            r"(G_{rl} - \frac{1}{n} \sum_{s=1}^n G_{sl} - \frac{1}{n} U_{rl} \sum_{s=1}^n G_{sl} U_{sl})",
            r"H_{rl} = \frac{\gamma_l}{\sqrt{v_l + \epsilon}} (G_{rl} - \frac{1}{n} U_{rl} \sum_{s=1}^n G_{sl} U_{sl})",
        ),
        "X",
    ),
    Row(
        "t-SNE",
        TSNE,
        r"-\sum_{i=1}^n \sum_{j \neq i} P_{ij} \log \frac{W_{ij}}{Z}",
        "F",
        "E",
        (
            *NEAR,
            "F_{ia} = " + FORCE % r"\frac{W_{ij}}{Z}",
            "E_{ia} = " + FORCE % r"W_{ij}",
        ),
        "Y",
    ),
]

GAUSS = r"x_i \in \mathbb{R}^d for i = 1, \dots, n; \mu \in \mathbb{R}^d; \Sigma \in \mathbb{R}^{d \times d}; \Sigma \succ 0"
NLL = r"\frac{n}{2} \log \det \Sigma + \frac{1}{2} \sum_{i=1}^n (x_i - \mu)^\top \Sigma^{-1} (x_i - \mu)"
SCATTER = (r"S = \sum_{i=1}^n (x_i - \mu)(x_i - \mu)^\top",)
DERIVATIVES += [
    Row(
        "Gaussian likelihood in the mean",
        GAUSS,
        NLL,
        r"-\Sigma^{-1} \sum_{i=1}^n (x_i - \mu)",
        r"\Sigma^{-1} \sum_{i=1}^n (x_i - \mu)",
        (),
        r"\mu",
    ),
    Row(
        "Gaussian likelihood in the covariance",
        GAUSS,
        NLL,
        r"\frac{1}{2} (n \Sigma^{-1} - \Sigma^{-1} S \Sigma^{-1})",
        r"\frac{1}{2} (n \Sigma^{-1} - S)",
        SCATTER,
        r"\Sigma",
    ),
]


def sides(row):
    """The left side (or its derivative), the right side and the slip, definitions unfolded, with the hypotheses."""
    scope = assume(row.declared, list(row.defined))
    left, right, slip = (elaborate(parse_expression(t), scope, t) for t in (row.lhs, row.rhs, row.slip))
    if row.wrt:
        left = jacobian(left, scope.symbols[row.wrt])
    return (*(unfold(side, scope.definitions) for side in (left, right, slip)), tuple(scope.hypotheses))


@pytest.mark.parametrize("row", IDENTITIES + DERIVATIVES, ids=str)
def test_it_is_proved_for_all_sizes_and_the_slip_is_not(row):
    left, right, slip, hypotheses = sides(row)
    assert by_normal_form(left, right, hypotheses).conclusion.rhs == right
    with pytest.raises(KernelError):
        by_normal_form(left, slip, hypotheses)


@pytest.mark.parametrize("row", DERIVATIVES, ids=str)
def test_the_answer_of_differentiate_is_the_textbook_form(row):
    answer = differentiate(row.lhs, row.wrt, assume=row.declared, define=row.defined)
    assert answer.theorem is not None
    right, slip = (
        unfold(elaborate(parse_expression(t), answer.scope, t), answer.definitions) for t in (row.rhs, row.slip)
    )
    result = unfold(answer.result, answer.definitions)
    assert isinstance(result, Arr)
    assert equal(result, right, answer.hypotheses).proved
    assert not equal(result, slip, answer.hypotheses).proved
