"""Layer 2, reading: LaTeX, Markdown and notebooks to terms, with errors that point at the characters.

In the order of reading: `documents` (files to sentences and displays), `rows` (displays to steps), `grammar` (formulas to
syntax trees), `declarations` (prose to a `Scope`), `elaborate` and `steps` (trees and a scope to terms).  Nothing here
evaluates text, and the only exceptions are `ReadError` and its kind `ShapeError`.  Imports derive.terms only.

>>> scope = assume(r"A \\in \\mathbb{R}^{n \\times n}; x \\in \\mathbb{R}^n")
>>> elaborate(parse_expression("A x"), scope, "A x").shape
((n,),)
"""

from derive.parse.declarations import assume, scopes
from derive.parse.describe import describe
from derive.parse.documents import read_file, read_latex, read_markdown, read_notebook
from derive.parse.elaborate import elaborate
from derive.parse.errors import ReadError, ShapeError
from derive.parse.grammar import parse_expression
from derive.parse.rows import read_display
from derive.parse.scope import Scope
from derive.parse.steps import declare_conditions, define_step, elaborate_step, is_definition

__all__ = [
    "ReadError",
    "Scope",
    "ShapeError",
    "assume",
    "declare_conditions",
    "define_step",
    "describe",
    "elaborate",
    "elaborate_step",
    "is_definition",
    "parse_expression",
    "read_display",
    "read_file",
    "read_latex",
    "read_markdown",
    "read_notebook",
    "scopes",
]
