"""`derive verify`: judge the derivations in somebody's documents."""

import glob
import sys
from pathlib import Path

import click

from derive.cli.errors import USAGE
from derive.cli.options import format_option, jobs_option, output_option
from derive.cli.output import progress_bar, wants_color, write

SUFFIXES = (".md", ".tex", ".ipynb")


@click.command("verify", short_help="Judge a document's derivations line by line.")
@click.argument("paths", metavar="FILE|FOLDER...", nargs=-1, required=True)
@format_option("text", "json", "sarif", "html", "junit")
@output_option
@click.option("--strict", is_flag=True, help="Exit 1 also when a step is undecided or cannot be read.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=5.0,
    show_default=True,
    metavar="S",
    help="Seconds a step.",
)
@jobs_option
def command(
    paths: tuple[str, ...], format_: str, output: str | None, strict: bool, time_limit: float, jobs: int
) -> int:
    """Judge every step of the display formulas in Markdown, LaTeX and notebooks: proved, refuted with a
    counterexample, or undecided.  '-' reads Markdown from standard input; of a folder, all .md, .tex and .ipynb files;
    a pattern in quotes ('notes/**/*.md') is expanded.

    Exits 0 when nothing is refuted, 1 when something is, 2 when a file cannot be used; the others are reported still.

    \b
    derive verify homework.md
    derive verify notes/ --format sarif -o derive.sarif --jobs 2
    """
    if "-" in paths and len(paths) > 1:
        raise click.UsageError("'-', standard input, stands alone.")
    usable = []
    for path in paths:
        problem = unusable(path)
        if problem:
            click.echo(problem, err=True)
        else:
            usable.append(path)
    if not usable:
        return USAGE
    from derive.verify import verify_paths, verify_text
    from derive.verify.report import exit_code, render_report

    with progress_bar("judging") as progress:
        if usable == ["-"]:
            report = verify_text(sys.stdin.read(), "-", time_limit=time_limit)
        else:
            report = verify_paths(usable, time_limit=time_limit, jobs=jobs, progress=progress)
    write(render_report(report, format_, color=wants_color(output)), output)
    return max(exit_code(report, strict), USAGE if len(usable) < len(paths) else 0)


def unusable(path: str) -> str:
    """Why `path` cannot be judged, as a sentence; empty when it can."""
    place = Path(path)
    if path == "-":
        return ""
    if not place.exists() and glob.has_magic(path):
        found = any(Path(one).suffix.lower() in SUFFIXES for one in glob.glob(path, recursive=True))
        return "" if found else f"{path}: no {', '.join(SUFFIXES)} file fits this pattern."
    if not place.exists():
        return f"{path}: there is no such file or folder."
    if place.is_dir():
        found = any(one.suffix in SUFFIXES for one in place.rglob("*"))
        return "" if found else f"{path}: this folder holds no {', '.join(SUFFIXES)} file."
    if place.suffix.lower() not in SUFFIXES:
        return f"{path}: a document must be {', '.join(SUFFIXES)}, or '-' for Markdown on standard input."
    return ""
