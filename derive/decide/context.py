"""What is assumed when a statement is decided: definitions, hypotheses, laws of functions, independence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from derive.decide.witness_sample import Assumptions
from derive.normal_form.derivative import NotDifferentiable, differentiate, evaluate
from derive.normal_form.independence import Independence
from derive.normal_form.poly import Poly
from derive.terms import (
    Apply,
    At,
    Derivative,
    Expectation,
    Hypothesis,
    Relation,
    Symbol,
    Term,
    children,
    free_symbols,
    rebuild,
    substitute,
    unfold,
)
from derive.terms.substitution import NotReached


@dataclass(frozen=True)
class FunctionLaw:
    """A relation that holds for every value of ``variables`` (scalar or tensor symbols)."""

    relation: Relation
    variables: tuple[Symbol, ...]


@dataclass
class Context:
    """Definitions, hypotheses (over unfolded terms when `unfolded` made them), laws, and what is random and independent.

    ``independent`` holds groups of mutually independent random symbols; a tensor in any group has independent entries along its first
    axis. ``normal`` gives mean and variance of Gaussian symbols, ``matched`` those of numbers with
    another law, ``gaussian`` the source of the hypotheses that say so.
    ``undeclared`` are symbols and functions with which nothing may be refuted.
    """

    definitions: dict[Symbol, Any] = field(default_factory=dict)
    hypotheses: list[Hypothesis] = field(default_factory=list)
    laws: list[FunctionLaw] = field(default_factory=list)
    independent: list[frozenset[Symbol]] = field(default_factory=list)
    normal: dict[Symbol, tuple[Any, Any]] = field(default_factory=dict)
    matched: dict[Symbol, tuple[Any, Any]] = field(default_factory=dict)
    iid: frozenset[Symbol] = frozenset()
    gaussian: frozenset[str] = frozenset()
    undeclared: frozenset[Any] = frozenset()

    def unfold(self, value: Any) -> Any:
        """The meaning of a term or array: definitions unfolded, laws of functions used. Raises NotReached."""
        return apply_laws(unfold(value, self.definitions), self.laws)

    def relation(self, r: Relation) -> Relation:
        return Relation(r.op, self.unfold(r.lhs), self.unfold(r.rhs))

    def unfolded_hypotheses(self) -> list[Hypothesis]:
        """The hypotheses about unfolded terms; those that their definitions make trivial are dropped, and those not understood."""
        found = []
        for h in self.hypotheses:
            try:
                r = self.relation(h.relation)
            except NotReached:
                continue
            if not (r.op == "=" and r.lhs is r.rhs):
                found.append(Hypothesis(r, h.schematic, h.source))
        return found

    def not_understood(self) -> str:
        """Why a hypothesis says nothing here: then it serves no proof, and nothing may be refuted without it."""
        for h in self.hypotheses:
            try:
                self.relation(h.relation)
            except NotReached as error:
                return str(error)
        return ""

    def assumptions(self, extra: Sequence[Hypothesis] = ()) -> Assumptions:
        """The same for the search for witnesses."""
        return Assumptions(
            tuple(h for h in self.unfolded_hypotheses() if not self._holds_by_construction(h)) + tuple(extra),
            tuple((s,) for s in sorted({s for g in self.independent if len(g) > 1 for s in g}, key=lambda s: s.name)),
            self.iid,
            {s: (self.unfold(m), self.unfold(v)) for s, (m, v) in self.normal.items()},
            self.undeclared,
            matched={s: (self.unfold(m), self.unfold(v)) for s, (m, v) in self.matched.items()},
        )

    def _holds_by_construction(self, h: Hypothesis) -> bool:
        """The moments of a Gaussian symbol, which is sampled with its law."""
        body = h.relation.lhs
        return (
            h.relation.op == "=" and isinstance(body, Expectation) and not body.given
            and {s for s in free_symbols(body) if s.kind == "random"} <= set(self.normal) | set(self.matched)
            and not any(s.kind == "random" for s in free_symbols(h.relation.rhs))
            and h.source in self.gaussian
        )  # fmt: skip

    def independence(self) -> Callable[..., Poly | None] | None:
        """How the normal form may split expectations, or None when nothing is independent."""
        if not self.independent:
            return None
        return Independence(self.independent)


def apply_laws(value: Any, laws: Sequence[FunctionLaw]) -> Any:
    """Rewrite applications (and derivatives) of a function by a law ``f(x) = ...`` or ``f'(x) = ...`` for all x."""
    usable = [law for law in laws if _directed(law)]
    return _apply(value, usable) if usable else value


def _directed(law: FunctionLaw) -> bool:
    lhs = law.relation.lhs
    return (
        law.relation.op == "="
        and isinstance(lhs, Apply)
        and len(law.variables) == 1
        and len(lhs.arguments) == 1
        and isinstance(law.relation.rhs, Term)
        and not law.variables[0].shape
        and lhs.arguments[0] is _entry(law.variables[0])
        and not any(
            isinstance(c, Apply) and c.function is lhs.function and len(c.partials) >= len(lhs.partials)
            for c in _all(law.relation.rhs)
        )
    )


def _entry(symbol: Symbol) -> Any:
    from derive.terms import Entry

    return Entry(symbol, ())


def _all(value: Any) -> list[Any]:
    found = [value]
    for c in children(value):
        found += _all(c)
    return found


def _apply(value: Any, laws: Sequence[FunctionLaw]) -> Any:
    value = rebuild(value, lambda c: _apply(c, laws))
    if isinstance(value, Derivative | At):
        done = evaluate(value)
        return done if done is value else _apply(done, laws)
    if isinstance(value, Apply):
        for law in laws:
            lhs: Any = law.relation.lhs
            if lhs.function is value.function and len(value.partials) >= len(lhs.partials):
                rhs: Any = law.relation.rhs
                try:
                    for _ in range(len(value.partials) - len(lhs.partials)):
                        rhs = differentiate(rhs, law.variables[0], ())
                except NotDifferentiable:
                    continue
                return _apply(substitute(rhs, {}, {law.variables[0]: value.arguments[0]}), laws)
    return value
