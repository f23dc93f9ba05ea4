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
@click.option(
    "--search", metavar="WORDS", help="Only equations whose titles, statements or symbols hold all these words."
)
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
    """Id, topic, titles in both languages, names of claims, statements, symbols and the first words of the file."""
    from derive.render.unicode_names import unicode_name

    stated = [*equation.claims, *equation.refutations]
    names = " ".join(f"{one.name} {one.name.replace('_', ' ')} {one.title.en} {one.title.zh}" for one in stated)
    symbols = " ".join(f"{s.name} {unicode_name(s.name)}" for s in (*equation.symbols, *equation.definitions))
    head = f"{equation.id} {equation.id.replace('_', ' ')} {equation.topic} {' '.join(equation.names)}"
    return f"{head} {names} {symbols} {equation.text}".casefold()


def _record(equation: Any) -> dict[str, Any]:
    return {
        "id": equation.id,
        "topic": equation.topic,
        "title": equation.title,
        "status": equation.status,
        "claims": [claim.name for claim in equation.claims],
        "axioms": [str(axiom) for axiom in equation.axioms],
    }


def _status(equation: Any) -> str:
    """Proved, the false statements it refutes, and what it rests on."""
    refuted = f", refutes {', '.join(one.name for one in equation.refutations)}" if equation.refutations else ""
    axioms = f" from {', '.join(map(str, equation.axioms))}" if equation.axioms else ""
    return f"{equation.status}{axioms}{refuted}"


def _lines(equations: list[Any]) -> list[str]:
    width = max(len(equation.id) for equation in equations)
    title = max(len(equation.title) for equation in equations)
    lines = []
    for topic, group in groupby(equations, key=lambda equation: equation.topic):
        lines.append(heading(topic))
        lines += [f"  {e.id:<{width}}  {e.title:<{title}}  {_status(e)}".rstrip() for e in group]
    refuted = sum(len(e.refutations) for e in equations)
    counts = f"{len(equations)} equations, {sum(len(e.claims) for e in equations)} claims"
    counts += f", {refuted} false statements refuted" if refuted else ""
    return [*lines, "", f"{counts}.  derive show ID prints the derivation."]
