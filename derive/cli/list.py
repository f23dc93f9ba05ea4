"""`derive list`: the equations of the catalogue."""

import json
from itertools import groupby
from typing import Any

import click

from derive.cli.errors import InputError
from derive.cli.options import format_option
from derive.cli.output import heading, write


@click.command("list", short_help="The equations of the catalogue.")
@click.option("--topic", metavar="T", help="Only this topic, such as classification.")
@click.option("--search", metavar="WORDS", help="Only equations whose id, title or claims hold all these words.")
@format_option("text", "json")
def command(topic: str | None, search: str | None, format_: str) -> None:
    """List the equations: id, title and status, by topic.

    \b
    derive list --topic classification
    derive list --search 'softmax gradient'
    """
    from derive.catalogue import all_equations

    equations = sorted(all_equations(), key=lambda equation: (equation.topic, equation.id))
    topics = sorted({equation.topic for equation in equations})
    if topic is not None and topic not in topics:
        raise InputError(f"there is no topic {topic!r}; the topics are {', '.join(topics)}.")
    words = (search or "").casefold().split()
    chosen = [e for e in equations if topic in (None, e.topic) and all(word in _searched(e) for word in words)]
    if format_ == "json":
        listing = {"schema": "derive.list/1", "equations": [_record(equation) for equation in chosen]}
        write(json.dumps(listing, ensure_ascii=False, indent=1), None)
        return
    write("\n".join(_lines(chosen)) if chosen else "No equation matches.", None)


def _searched(equation: Any) -> str:
    claims = " ".join(claim.name for claim in equation.claims)
    return f"{equation.id} {equation.id.replace('_', ' ')} {equation.topic} {equation.title} {claims}".casefold()


def _record(equation: Any) -> dict[str, Any]:
    return {
        "id": equation.id,
        "topic": equation.topic,
        "title": equation.title,
        "status": equation.status,
        "claims": [claim.name for claim in equation.claims],
        "axioms": [str(axiom) for axiom in equation.axioms],
    }


def _lines(equations: list[Any]) -> list[str]:
    width = max(len(equation.id) for equation in equations)
    title = max(len(equation.title) for equation in equations)
    lines = []
    for topic, group in groupby(equations, key=lambda equation: equation.topic):
        lines.append(heading(topic))
        lines += [f"  {e.id:<{width}}  {e.title:<{title}}  {e.status}" for e in group]
    counts = f"{len(equations)} equations, {sum(len(e.claims) for e in equations)} claims"
    return [*lines, "", f"{counts}.  derive show ID prints the derivation."]
