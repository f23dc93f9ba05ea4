"""Terms and derivations as text, LaTeX, Markdown, HTML and notebook display; index form back to matrix notation."""

from derive.render.document import DerivationView, Shown, StepView, render_derivation
from derive.render.equation import render_equation
from derive.render.latex import latex
from derive.render.matrices import matrix_form
from derive.render.matrix_expr import MatrixExpr
from derive.render.text import text

__all__ = [
    "DerivationView",
    "MatrixExpr",
    "Shown",
    "StepView",
    "latex",
    "matrix_form",
    "render_derivation",
    "render_equation",
    "text",
]
