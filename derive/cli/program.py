"""The program `derive`: finds the command, runs it, and turns whatever goes wrong into a sentence and an exit code.

Not in `__init__`: there the name `list` is the module of that command once it is imported.
"""

import difflib
import importlib
import os
import sys
from collections.abc import Sequence

import click

from derive.cli.errors import USAGE, explain

COMMANDS = ("show", "list", "prove", "verify", "differentiate", "export", "parse")
CLOSED_PIPE = 141  # what a shell reports of a program that wrote to a closed pipe


class Commands(click.Group):
    """The commands of `derive`, in the order of the help; each is `command` in the module of its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return importlib.import_module(f"derive.cli.{cmd_name}").command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            near = difflib.get_close_matches(name, COMMANDS, n=2)
            hint = f"did you mean {' or '.join(near)}?" if near else f"the commands are {', '.join(COMMANDS)}."
            raise click.UsageError(f"there is no command {name!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="derive-ml", message="derive %(version)s")
def commands() -> None:
    """Proves, checks and compiles the mathematics of machine learning.

    \b
    derive show softmax_gradient          a derivation, every step justified and proved
    derive verify notes.md                your own derivation, judged line by line
    derive export softmax_cross_entropy   a proved formula as fast, stable NumPy
    """


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1, or 2 (see `derive.cli`); `argv` excludes the program's name.

    >>> main(["--version"])
    derive 0.1.0
    0
    """
    try:
        code = commands.main(args=None if argv is None else list(argv), prog_name="derive", standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        click.echo("derive: interrupted.", err=True)
        return 130
    except SystemExit:  # click's answer to a closed pipe; its 1 would read as "refuted"
        return CLOSED_PIPE
    except Exception as error:
        click.echo(explain(error), err=True)
        return USAGE
    return code if isinstance(code, int) else 0


def run() -> None:
    """The console script: `main` on the process's own arguments."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Greek still gets its report
    try:
        code = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = CLOSED_PIPE
    sys.exit(code)
