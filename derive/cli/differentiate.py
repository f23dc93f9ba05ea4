"""`derive differentiate`: a derivative with its steps, or as code."""

from typing import Literal

import click

from derive.cli.options import TARGETS, FormulaCommand, assume_option, define_option
from derive.cli.output import write


@click.command("differentiate", cls=FormulaCommand, short_help="A derivative with its steps, or as code.")
@click.argument("latex", metavar="LATEX")
@click.option("--wrt", required=True, metavar="SYMBOL", help=r"The variable, as the formula writes it: '\theta'.")
@click.option("--order", type=click.IntRange(1, 2), default=1, show_default=True, help="2 gives the Hessian.")
@assume_option
@define_option
@click.option(
    "--format", "format_", type=click.Choice(["text", "latex", "json"]), help="What to print.  [default: text]"
)
@click.option(
    "--detail", type=click.Choice(["brief", "full"]), default="brief", show_default=True, help="How small the steps."
)
@click.option(
    "--target",
    type=click.Choice(TARGETS),
    help="Print code: value(...), gradient(...) and both at once; for order 2 hessian(...) and its product with a vector.",
)
def command(
    latex: str,
    wrt: str,
    order: int,
    assume: list[str],
    define: list[str],
    format_: str | None,
    detail: Literal["brief", "full"],
    target: str | None,
) -> None:
    """Differentiate the formula LATEX, for all sizes.  The gradient of a scalar has the shape of its variable;
    every other derivative has the value's shape followed by the variable's.

    \b
    derive differentiate '\\|y - X\\theta\\|_2^2' --wrt '\\theta' \\
        --assume 'X \\in \\mathbb{R}^{n \\times d}; y \\in \\mathbb{R}^n; \\theta \\in \\mathbb{R}^d'
    derive differentiate '\\log(1 + e^{z}) - y z' --wrt z --target numpy
    """
    if format_ and target:
        raise click.UsageError("--format and --target exclude each other: text about the derivative, or code for it.")
    from derive.answer import differentiate

    answer = differentiate(latex, wrt=wrt, order=order, assume=assume, define=define)
    write(answer.code(target) if target else answer.render(format_ or "text", detail), None)
