"""`derive prove`: prove equations again and audit what the proofs rest on."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

import click

from derive.cli.errors import FOUND, OK
from derive.cli.options import jobs_option
from derive.cli.output import Progress, heading, progress_bar, write


@dataclass(frozen=True)
class Outcome:
    """What came of one equation: the names of its claims and all they rest on, witnesses against what it refutes, or why it failed."""

    id: str
    claims: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()
    oracles: tuple[str, ...] = ()
    hypotheses: tuple[str, ...] = ()
    refuted: tuple[str, ...] = ()
    seconds: float = 0.0
    failure: str = ""


@click.command("prove", short_help="Prove equations again and audit the proofs.")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="Every equation of the catalogue.")
@jobs_option
def command(ids: tuple[str, ...], all_: bool, jobs: int) -> int:
    """Prove the equations again, re-check each theorem, and print the axioms and oracles it rests on.

    Exits 1 when a claim could not be proved.

    \b
    derive prove softmax_gradient
    derive prove --all --jobs 2
    """
    from derive.cli.show import load

    if all_ == bool(ids):
        raise click.UsageError("name the equations to prove, or say --all.")
    if all_:
        from derive.catalogue import all_equations

        names = [equation.id for equation in all_equations()]
    else:
        names = [load(id_).id for id_ in dict.fromkeys(ids)]
    start = time.perf_counter()
    with progress_bar("proving") as progress:
        outcomes = sorted(_prove(names, jobs, progress), key=lambda outcome: names.index(outcome.id))
    write("\n".join(_report(outcomes, time.perf_counter() - start)), None)
    return FOUND if any(outcome.failure for outcome in outcomes) else OK


def prove_one(id_: str) -> Outcome:
    """Prove and audit the equation `id_`; a proof that fails is an outcome with its reason, not an exception."""
    from derive.audit import audit
    from derive.catalogue import load

    start = time.perf_counter()
    try:
        equation = load(id_)
        proved = equation.prove()
        audits = [audit(claim.theorem) for claim in proved]
        refuted = tuple(f"{one.name}: {one.witness().sentence()}" for one in equation.refutations)
    except Exception as error:
        reason = str(error) or type(error).__name__
        return Outcome(id_, seconds=time.perf_counter() - start, failure=reason)
    return Outcome(
        id_,
        claims=tuple(claim.name for claim in proved),
        axioms=_names(name for one in audits for name in one.axioms),
        oracles=_names(name for one in audits for name in one.oracles),
        hypotheses=_names(name for one in audits for name in one.hypotheses),
        refuted=refuted,
        seconds=time.perf_counter() - start,
    )


def _names(things: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(thing) for thing in things))


def _prove(names: list[str], jobs: int, progress: Progress | None) -> Iterator[Outcome]:
    if jobs == 1 or len(names) < 2:
        outcomes: Iterator[Outcome] = map(prove_one, names)
        yield from _counted(outcomes, len(names), progress)
        return
    with ProcessPoolExecutor(min(jobs, len(names))) as pool:
        waiting = [pool.submit(prove_one, name) for name in names]
        yield from _counted((one.result() for one in as_completed(waiting)), len(names), progress)


def _counted(outcomes: Iterator[Outcome], total: int, progress: Progress | None) -> Iterator[Outcome]:
    for done, outcome in enumerate(outcomes, start=1):
        if progress:
            progress(done, total, outcome.id)
        yield outcome


def _report(outcomes: list[Outcome], seconds: float) -> list[str]:
    lines = []
    for outcome in outcomes:
        if outcome.failure:
            lines += [heading(f"{outcome.id}: not proved"), f"  {outcome.failure}"]
            continue
        lines.append(f"{heading(outcome.id)}: proved, {outcome.seconds:.2f} s")
        lines += [f"  {claim}" for claim in outcome.claims]
        lines += [f"  refuted: {one}" for one in outcome.refuted]
        lines.append(f"  axioms: {', '.join(outcome.axioms) or 'none'}")
        lines.append(f"  oracles: {', '.join(outcome.oracles) or 'none'}")
        if outcome.hypotheses:
            lines.append(f"  hypotheses: {', '.join(outcome.hypotheses)}")
    proved = [outcome for outcome in outcomes if not outcome.failure]
    false = sum(len(one.refuted) for one in proved)
    lines += [
        "",
        f"{len(proved)} of {len(outcomes)} equations proved, {sum(len(one.claims) for one in proved)} claims"
        + (f", {false} false statements refuted" if false else "")
        + f", {seconds:.1f} s.",
        f"Axioms used: {', '.join(sorted({a for one in proved for a in one.axioms})) or 'none'}.",
        f"Oracles used: {', '.join(sorted({o for one in proved for o in one.oracles})) or 'none'}.",
    ]
    return lines
