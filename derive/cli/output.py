"""Where a result goes: the terminal or a file; colour and progress only where a person looks.  Imports click only."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from derive.cli.errors import InputError

Progress = Callable[[int, int, str], None]  # done, of how many, what is being done


def wants_color(output: str | None = None) -> bool:
    """Colour is for a terminal whose owner has not set NO_COLOR; never for a file."""
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb"
    return output is None and not plain and sys.stdout.isatty()


def heading(text: str) -> str:
    """`text` in bold where there is colour."""
    return click.style(text, bold=True) if wants_color() else text


def write(result: str | bytes, output: str | None) -> None:
    """Print `result`, or write it to the file `output`; text ends with one newline."""
    if isinstance(result, str) and not result.endswith("\n"):
        result += "\n"
    if output is not None:
        try:
            Path(output).write_bytes(result if isinstance(result, bytes) else result.encode())
        except OSError as error:
            raise InputError(f"{output}: cannot be written: {error.strerror}.") from error
    elif isinstance(result, str):
        click.echo(result, nl=False, color=True)  # a renderer was told about colour; nothing is stripped here
    elif sys.stdout.isatty():
        raise InputError("this format is not text: name a file with -o FILE.")
    else:
        click.echo(result, nl=False)


@contextmanager
def progress_bar(what: str) -> Iterator[Progress | None]:
    """A bar on standard error that goes away when done; None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def update(done: int, total: int, name: str = "") -> None:
            bar.update(task, completed=done, total=total, description=f"{what} {name}".rstrip())

        yield update
