"""The derivatives that are timed: tensorgrad's own examples, and the textbook derivatives that SymPy gets right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Timed:
    """A derivative by name, as `derive differentiate` reads it, with the closed form that is proved."""

    name: str
    formula: str
    wrt: str
    declared: str
    textbook: str
    defined: tuple[str, ...] = ()
    order: int = 1


VECTOR = r"x, y \in \mathbb{R}^n"
SOFTMAX = (r"p_k = \frac{\exp(x_k)}{\sum_{j=1}^n \exp(x_j)}",)
LOSS = r"-\sum_{k=1}^n y_k \log p_k"
LAYER = (
    r"\mu = \frac{1}{d} \sum_{k=1}^d x_k",
    r"s = \sqrt{\frac{1}{d} \sum_{k=1}^d (x_k - \mu)^2 + 1}",
    r"u_i = \frac{x_i - \mu}{s}",
)
WEIGHTS = (
    r"Z = Q K^\top",
    r"P_{ij} = \frac{\exp(Z_{ij})}{\sum_{l=1}^m \exp(Z_{il})}",
    r"R_{ij} = P_{ij} ((G V^\top)_{ij} - \sum_{l=1}^m P_{il} (G V^\top)_{il})",
)
ATTENTION = (
    r"Q \in \mathbb{R}^{n \times d}; K \in \mathbb{R}^{m \times d}; V \in \mathbb{R}^{m \times v}; "
    r"G \in \mathbb{R}^{n \times v}"
)
OUTPUT = r"\operatorname{tr}(G^\top P V)"

TENSORGRAD = [
    Timed("softmax Jacobian", "p", "x", VECTOR, r"\operatorname{diag}(p) - p p^\top", SOFTMAX),
    Timed("cross-entropy gradient", LOSS, "x", VECTOR, r"(\sum_{k=1}^n y_k) p - y", SOFTMAX),
    Timed(
        "cross-entropy Hessian",
        LOSS,
        "x",
        VECTOR,
        r"(\sum_{k=1}^n y_k) (\operatorname{diag}(p) - p p^\top)",
        SOFTMAX,
        2,
    ),
    Timed(
        "layer norm",
        r"\sum_{i=1}^d g_i u_i",
        "x",
        r"x, g \in \mathbb{R}^d",
        r"\frac{1}{s} (g - \frac{1}{d} \sum_{k=1}^d g_k - \frac{1}{d} (u^\top g) u)",
        LAYER,
    ),
    Timed("attention in Q", OUTPUT, "Q", ATTENTION, "R K", WEIGHTS),
    Timed("attention in K", OUTPUT, "K", ATTENTION, r"R^\top Q", WEIGHTS),
    Timed("attention in V", OUTPUT, "V", ATTENTION, r"P^\top G", WEIGHTS),
]


def sympy_tasks() -> list[tuple[Timed, object, object]]:
    """What SymPy gets right of the textbook derivatives: the task, the question to SymPy, the variable."""
    from tests.test_sympy_reasons import RIGHT, TALL, TASKS, R, X, declared, x

    return [
        (
            Timed(t.formula, t.formula, t.wrt, declared(t), t.textbook),
            t.question,
            x if t.wrt == "x" else (R if t.declared == TALL else X),
        )
        for t in TASKS
        if t.sympy == RIGHT
    ]
