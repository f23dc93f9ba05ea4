"""`derive export`: a proved formula as standalone code."""

import click

from derive.cli.options import TARGETS, FormulaCommand, assume_option, define_option, output_option
from derive.cli.output import write


@click.command("export", cls=FormulaCommand, short_help="A proved formula as fast, stable code.")
@click.argument("id_", metavar="ID", required=False)
@click.option("--formula", metavar="LATEX", help="Export this formula instead of an equation of the catalogue.")
@assume_option
@define_option
@click.option("--name", metavar="NAME", help="The function's name; with --formula.  [default: value]")
@click.option(
    "--target", type=click.Choice(TARGETS), default="numpy", show_default=True, help="The language of the code."
)
@output_option
def command(
    id_: str | None,
    formula: str | None,
    assume: list[str],
    define: list[str],
    name: str | None,
    target: str,
    output: str | None,
) -> None:
    """Print code for the equation ID, or for any formula.  It does not import derive; its docstrings tell the shapes.

    \b
    derive export softmax_cross_entropy -o loss.py
    derive export --formula '\\log \\sum_k e^{z_k}' --assume 'z \\in \\mathbb{R}^K' --name log_sum_exp
    """
    if (id_ is None) == (formula is None):
        raise click.UsageError("name one equation, or give one --formula.")
    if formula is not None:
        if name is not None and not name.isidentifier():
            raise click.UsageError(f"--name {name!r} cannot be the name of a function.")
        from derive.export import export_formula

        write(export_formula(formula, assume=assume, define=define, name=name or "value", target=target), output)
        return
    if assume or define or name:
        raise click.UsageError("--assume, --define and --name go with --formula.")
    from derive.cli.show import load
    from derive.export import export_equation

    write(export_equation(load(id_ or ""), target), output)
