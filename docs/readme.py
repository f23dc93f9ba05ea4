"""Fills the generated blocks of README.md with what derive prints today: `make readme`.

A block stands between `<!-- begin: COMMAND -->` and `<!-- end -->`, where COMMAND is a derive command line, or
`equations` for the table of the catalogue. tests/test_readme.py checks that the blocks are current.
"""

import contextlib
import io
import re
import shlex
from itertools import groupby
from pathlib import Path
from typing import Any

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCK = re.compile(r"(?<=<!-- begin: )(?P<command>.+?) -->\n(?P<body>.*?)(?=<!-- end -->)", re.S)


def refreshed(text: str) -> str:
    """`text` with every block filled anew."""
    return BLOCK.sub(lambda block: f"{block['command']} -->\n{filling(block['command'])}", text)


def filling(command: str) -> str:
    """What belongs in the block of `command`: the table, or the command and its output as a code block."""
    return table() if command == "equations" else f"\n```\n$ {command}\n{output(command)}```\n\n"


def output(command: str) -> str:
    """What `command` prints, run in this process from the root of the repository."""
    from derive.cli import main

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.chdir(README.parent):
        if main(shlex.split(command)[1:]) == 2:
            raise RuntimeError(f"{command}: failed")
    return printed.getvalue()


def table() -> str:
    """One row a topic: how many claims are proved and false statements refuted, its equations by id, each linked to its file."""
    from derive.catalogue import all_equations

    equations = sorted(all_equations(), key=lambda equation: (equation.topic, equation.id))
    rows = ["", "| topic | claims proved | refuted | equations |", "|---|---|---|---|"]
    for topic, group in groupby(equations, key=lambda equation: equation.topic):
        members = list(group)
        links = (f"[{equation.id}](equations/{topic}/{equation.id}.py)" for equation in members)
        rows.append(f"| {topic} | {_counts(members)} | {', '.join(links)} |")
    rows.append(f"| all | {_counts(equations)} | {len(equations)} equations |")
    return "\n".join([*rows, "", ""])


def _counts(equations: list[Any]) -> str:
    """Claims, each of which the tests prove, and false statements, each of which they refute."""
    refuted = sum(len(equation.refutations) for equation in equations)
    return f"{sum(len(equation.claims) for equation in equations)} | {refuted or ''}"


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text()))
