"""Layer 7, the catalogue: what an equation is, and how those of a package are found by walking it.

An equation is one file ``equations/<topic>/<id>.py`` with one `Equation`; its claims are added by decorating their
derivations.

>>> from derive.catalogue import load
>>> load("softmax_gradient").topic
'classification'
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from derive.catalogue.claims import Claim, ImplicationClaim, OrderClaim, Proved
from derive.catalogue.refutations import NotRefuted, Refutation
from derive.derivation.calc import Step
from derive.derivation.notation import (
    D,
    array,
    assume,
    for_all,
    gradient,
    indices,
    jacobian,
    matrix,
    relation,
    slope_of,
    suppose,
    vector,
)
from derive.derivation.reasons import Reason, Remark, definition, every, given, lemma, remark
from derive.rules import Label
from derive.terms import (
    Hypothesis,
    Num,
    Relation,
    Size,
    Symbol,
    free_symbols,
    term,
)

PACKAGE = "equations"

__all__ = [
    "Claim",
    "D",
    "Equation",
    "NotRefuted",
    "Proved",
    "Refutation",
    "UnknownEquation",
    "all_equations",
    "array",
    "assume",
    "by_result",
    "definition",
    "every",
    "for_all",
    "given",
    "gradient",
    "indices",
    "jacobian",
    "lemma",
    "load",
    "matrix",
    "relation",
    "remark",
    "slope_of",
    "suppose",
    "vector",
]  # fmt: skip


class UnknownEquation(LookupError):
    """No equation has this id; ``nearest`` are the ids it may have been meant for."""

    def __init__(self, id_: str, nearest: Sequence[str]) -> None:
        super().__init__(f"there is no equation {id_!r}")
        self.id, self.nearest = id_, tuple(nearest)


@dataclass
class Equation:
    """One entry of the catalogue: symbols, definitions, claims, derivations, a NumPy reference, title and source.

    ``names`` is the title, English and Chinese. ``symbols`` are in the order in which exported functions take them.
    ``depends`` are ids that the derivation rests on, ``related`` ids that a reader may want next. ``axioms`` are the
    cited axioms (a test compares them with the audit).
    """

    names: tuple[str, str]
    symbols: Sequence[Symbol]
    definitions: Mapping[Symbol, Any] = field(default_factory=dict)
    source: str = ""
    depends: Sequence[str] = ()
    related: Sequence[str] = ()
    axioms: Sequence[str] = ()
    status: str = "proved"
    claims: list[Claim] = field(default_factory=list)
    refutations: list[Refutation] = field(default_factory=list)
    module: str = ""
    text: str = ""

    @property
    def id(self) -> str:
        return self.module.rpartition(".")[2]

    @property
    def topic(self) -> str:
        return self.module.split(".")[-2]

    @property
    def label(self) -> Label:
        return Label(*self.names)

    @property
    def title(self) -> str:
        return self.names[0]

    def claim(
        self,
        name: str,
        lhs: Any,
        rhs: Any,
        title: tuple[str, str] | None = None,
        hypotheses: Sequence[Any] = (),
        exported: bool | None = None,
        parameters: Sequence[Symbol | Size] | None = None,
        op: str = "=",
        independent: Sequence[Sequence[Symbol]] = (),
        because: Reason | None = None,
    ) -> Claim:
        """A claim; use it as a decorator of its derivation (without one, differentiation or the normal form has to do).

        A constant right side is not exported unless asked for, nor is an inequality. ``independent`` are groups of
        mutually independent random symbols; a tensor among them has independent entries along its first axis. ``because`` is the
        reason of a derivation in one step.
        """
        left, right = array(lhs), array(rhs)
        if exported is None:
            exported = op == "=" and not isinstance(right, Num)
        made = Claim(
            name,
            self._label(name, title),
            left,
            right,
            tuple(hypotheses),
            self,
            exported,
            parameters=None if parameters is None else tuple(parameters),
            op=op,
            independent=tuple(frozenset(group) for group in independent),
        )
        if because is not None:
            made(lambda calc: made.last_step(calc, because))
        self.claims.append(made)
        return made

    def same_order(
        self,
        name: str,
        left: tuple[str, Any],
        right: tuple[str, Any],
        variables: Sequence[Symbol],
        title: tuple[str, str] | None = None,
        hypotheses: Sequence[Any] = (),
    ) -> Claim:
        """A claim such as ("argmax", f) = ("argmin", g) over the variables; its derivation gets an `Ordering`."""
        made = OrderClaim(
            name, self._label(name, title), term(left[1]), term(right[1]), tuple(hypotheses), self, False,
            variables=tuple(variables), kinds=(left[0], right[0]),
        )  # fmt: skip
        self.claims.append(made)
        return made

    def implication(
        self,
        name: str,
        premise: Relation,
        conclusion: Relation,
        title: tuple[str, str] | None = None,
        hypotheses: Sequence[Any] = (),
        op: str = "=>",
    ) -> Claim:
        """The claim that one relation implies another (``op`` "<=>": is equivalent); its derivation gets `Statements`."""
        made = ImplicationClaim(
            name, self._label(name, title), premise, conclusion, tuple(hypotheses), self, False, op=op
        )
        self.claims.append(made)
        return made

    def refutes(
        self,
        name: str,
        lhs: Any,
        rhs: Any,
        title: tuple[str, str] | None = None,
        hypotheses: Sequence[Hypothesis] = (),
        op: str = "=",
        independent: Sequence[Sequence[Symbol]] = (),
    ) -> Refutation:
        """A false statement that is met in texts: claimed for all values, refuted by a witness. The claims say what is true."""
        groups = tuple(frozenset(group) for group in independent)
        words = name.replace("_", " ")
        label = Label(*title) if title else Label(words, words)
        made = Refutation(name, label, relation(lhs, op, rhs), tuple(hypotheses), self, groups)
        self.refutations.append(made)
        return made

    def _label(self, name: str, title: tuple[str, str] | None) -> Label:
        words = name.replace("_", " ")
        return Label(*title) if title else self.label if not self.claims else Label(words, words)

    @property
    def statement(self) -> Any:
        """The first claim as ordinary SymPy."""
        return self.claims[0].statement

    def prove(self) -> list[Proved]:
        """Every claim proved anew by the kernel."""
        return [claim.prove() for claim in self.claims]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the first claim."""
        return tuple(self.claims[0].calculate().steps)

    def _repr_markdown_(self) -> str:
        """The derivation as a notebook shows it."""
        from derive.render import render_equation

        shown: str = render_equation(self, "markdown")  # type: ignore[assignment]
        return shown

    def functions(self) -> list[Any]:
        """What is exported: one `derive.export.Function` a claim that gives a value."""
        from derive.export import Function
        from derive.render.latex import latex

        made = []
        for claim in self.claims:
            if not claim.exported:
                continue
            value = claim.value
            parameters = claim.parameters or tuple(s for s in self.symbols if s in free_symbols(value))
            made.append(
                Function(
                    claim.name,
                    parameters,
                    value,
                    summary=f"{claim.title.en}.",
                    formula=latex(claim.relation),
                    conditions=tuple(latex(h) for h in claim.hypotheses),
                    notes=(f"Proved: derive show {self.id}.",),
                )
            )
        return made

    def to_numpy(self, name: str | None = None) -> Callable[..., Any]:
        """The function of the first exported claim, or of the claim called ``name``, as vectorised NumPy."""
        from derive.export import compile_callable

        functions = self.functions()
        chosen = functions[0] if name is None else next(f for f in functions if f.name == name)
        return compile_callable(chosen)


def by_result(id_: str) -> Remark:
    """A step that another equation of the catalogue proves."""
    label = load(id_).label
    return Remark(Label(label.en[:1].lower() + label.en[1:], label.zh))


# -- finding ----------------------------------------------------------------------------------------------------------


@cache
def _modules() -> dict[str, str]:
    """Every id with its module."""
    package = importlib.import_module(PACKAGE)
    found: dict[str, str] = {}
    for info in pkgutil.walk_packages(package.__path__, f"{PACKAGE}."):
        if not info.ispkg and info.name.count(".") == 2:
            id_ = info.name.rpartition(".")[2]
            if id_ in found:
                raise ValueError(f"two equations are called {id_}: {found[id_]} and {info.name}")
            found[id_] = info.name
    return found


@cache
def _equation(name: str) -> Equation:
    module = importlib.import_module(name)
    found = [v for v in vars(module).values() if isinstance(v, Equation)]
    if len(found) != 1:
        raise ValueError(f"{name} holds {len(found)} equations; it should hold one")
    equation = found[0]
    equation.module, equation.text = name, (module.__doc__ or "").strip()
    return equation


def load(id_: str) -> Equation:
    """The equation called ``id_``, or ``topic/id``. Raises UnknownEquation with the nearest names."""
    modules = _modules()
    name = id_.rpartition("/")[2]
    if name not in modules or ("/" in id_ and modules[name].split(".")[-2] != id_.partition("/")[0]):
        raise UnknownEquation(id_, difflib.get_close_matches(name, modules, n=3, cutoff=0.5))
    return _equation(modules[name])


def all_equations() -> Iterator[Equation]:
    """The equations of the catalogue by topic and id."""
    for name in sorted(_modules().values()):
        yield _equation(name)
