"""Options that several commands share, and formulas as arguments.  Imports click only."""

from collections.abc import Callable
from typing import Any

import click

TARGETS = ("numpy", "torch", "jax", "c")


class Declarations(click.ParamType):
    r"""Declarations or definitions between `;`, as in 'x \in \mathbb{R}^n; \lambda > 0'."""

    name = "declarations"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        return value if isinstance(value, list) else split_declarations(value)


class FormulaCommand(click.Command):
    r"""A command whose argument is LaTeX: a formula may begin with a minus sign, as in '-\log p'."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = {
            name: not getattr(option, "is_flag", False)
            for option in self.get_params(ctx)
            if isinstance(option, click.Option)
            for name in (*option.opts, *option.secondary_opts)
        }
        options: list[str] = []
        formulas: list[str] = []
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                formulas.extend(rest)
            elif arg.startswith("--") or arg in takes_value:
                options.append(arg)
                if takes_value.get(arg):
                    value = next(rest, None)
                    if value is None:
                        return super().parse_args(ctx, args)  # which says that the value is missing
                    options.append(value)
            else:
                formulas.append(arg)
        return super().parse_args(ctx, [*options, "--", *formulas])


def split_declarations(text: str) -> list[str]:
    r"""The parts of `text` between semicolons, but not those in braces or parentheses, nor the space `\;`.

    >>> split_declarations(r"X \in \mathbb{R}^{n \times d}; 0 < p < 1;")
    ['X \\in \\mathbb{R}^{n \\times d}', '0 < p < 1']
    >>> split_declarations(r"f(x; \theta) = \theta x; p \in (0, 1]; a\;b = 1")
    ['f(x; \\theta) = \\theta x', 'p \\in (0, 1]', 'a\\;b = 1']
    """
    parts, depth, start, at = [], 0, 0, 0
    while at < len(text):
        mark = text[at]
        if mark == "\\" and text[at + 1 : at + 2] not in ("{", "}"):
            at += 1
        elif mark in "({[":
            depth += 1
        elif mark in ")}]":
            depth = max(0, depth - 1)
        elif mark == ";" and depth == 0:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def assume_option(command: Callable) -> Callable:
    return click.option(
        "--assume",
        type=Declarations(),
        default="",
        metavar="'DECL; DECL'",
        help=r"What the symbols are and satisfy: 'x \in \mathbb{R}^n; \lambda > 0'.",
    )(command)


def define_option(command: Callable) -> Callable:
    return click.option(
        "--define",
        type=Declarations(),
        default="",
        metavar="'DEF; DEF'",
        help=r"Symbols that stand for formulas: 'r = y - X w'.",
    )(command)


def output_option(command: Callable) -> Callable:
    return click.option(
        "-o", "--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write there, not to the terminal."
    )(command)


def jobs_option(command: Callable) -> Callable:
    return click.option(
        "--jobs", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Processes to use."
    )(command)


def format_option(*formats: str) -> Callable[[Callable], Callable]:
    """`--format` with the first of `formats` as the default."""
    return click.option(
        "--format", "format_", type=click.Choice(formats), default=formats[0], show_default=True, help="What to print."
    )
