"""`derive show`: one derivation, step by step."""

from typing import Any

import click

from derive.cli.errors import unknown_id
from derive.cli.options import format_option, output_option
from derive.cli.output import heading, write


@click.command("show", short_help="A derivation, step by step.")
@click.argument("id_", metavar="ID")
@click.option("--depends", is_flag=True, help="Print instead the equations that this one rests on, as a tree.")
@format_option("text", "latex", "markdown", "html", "pdf", "json", "ipynb")
@click.option(
    "--detail", type=click.Choice(["brief", "full"]), default="brief", show_default=True, help="How small the steps."
)
@click.option(
    "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Language of the labels."
)
@output_option
def command(id_: str, depends: bool, format_: str, detail: str, lang: str, output: str | None) -> None:
    """Show the derivation of the equation ID, every step with the rule that justifies it.

    \b
    derive show softmax_gradient
    derive show softmax_gradient --detail full --lang zh
    derive show normal_equation --format pdf -o normal_equation.pdf
    """
    if depends and format_ != "text":
        raise click.UsageError("--depends prints text; --format json holds the dependencies too.")
    equation = load(id_)
    if depends:
        write("\n".join(_tree(equation, "", frozenset())), output)
        return
    from derive.render import render_equation

    write(render_equation(equation, format_, "full" if detail == "full" else "brief", lang), output)


def load(id_: str) -> Any:
    """The equation called `id_`; InputError with the nearest names when there is none."""
    from derive.catalogue import UnknownEquation
    from derive.catalogue import load as load_equation

    try:
        return load_equation(id_)
    except UnknownEquation as error:
        raise unknown_id(id_, list(error.nearest)) from error


def _tree(equation: Any, indent: str, above: frozenset[str]) -> list[str]:
    """The equation and, indented below it, those it rests on; each branch stops at an equation above it."""
    name = equation.id if indent else heading(equation.id)
    lines = [f"{indent}{name}  {equation.title}"]
    for id_ in equation.depends:
        if id_ not in above and id_ != equation.id:
            lines += _tree(load(id_), indent + "  ", above | {equation.id})
    return lines
