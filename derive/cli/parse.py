"""`derive parse`: what was understood of a formula."""

import click

from derive.cli.options import FormulaCommand, assume_option
from derive.cli.output import write


@click.command("parse", cls=FormulaCommand, short_help="What is understood of a formula.")
@click.argument("latex", metavar="LATEX")
@assume_option
@click.option(
    "--backend",
    type=click.Choice(["own", "latex2sympy2"]),
    default="own",
    show_default=True,
    help="latex2sympy2 is a second reader for plain scalar formulas (extra crosscheck).",
)
def command(latex: str, assume: list[str], backend: str) -> None:
    """Print how the formula LATEX is read: its tree, the type of each symbol, and what was inferred about them.

    \b
    derive parse 'X^\\top (X w - y)'
    derive parse '\\sum_i x_i y_i' --assume 'x, y \\in \\mathbb{R}^n'
    """
    from derive.parse import describe

    write(describe(latex, assume=assume, backend=backend), None)
