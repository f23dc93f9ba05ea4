"""Claims: a relation, an implication or equivalence, two objectives in one order; each knows how it is derived and proved.

A claim is shown with the symbols its equation defines and proved with the definitions put in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from derive.derivation.calc import Calc, Step
from derive.derivation.consequences import Statements
from derive.derivation.differentiation import plan_of, prove
from derive.derivation.notation import array
from derive.derivation.orders import Ordering
from derive.derivation.reasons import ALGEBRA, Reason, remark
from derive.kernel import KernelError, Theorem
from derive.normal_form import side_conditions
from derive.rules import Label
from derive.terms import (
    Affine,
    Arr,
    Entry,
    Equivalent,
    Implies,
    Index,
    Relation,
    SameOrder,
    Size,
    Symbol,
    Value,
    alpha_equal,
    free_indices,
    substitute,
    unfold,
)

SIGN = remark("by signs", "由符号")


@dataclass(frozen=True)
class Proved:
    """A claim with its theorem and the steps of its derivation."""

    name: str
    theorem: Theorem
    steps: tuple[Step, ...]


@dataclass
class Claim:
    """``lhs op rhs`` for all sizes and values of the equation's symbols that satisfy ``hypotheses``; op is = <= < >= or >.

    Decorates its own derivation; `reference` adds an independent NumPy function of the same arguments.
    """

    name: str
    title: Label
    lhs: Value
    rhs: Value
    hypotheses: tuple[Any, ...]  # Hypothesis, or Universal
    equation: Any  # the `derive.catalogue.Equation` that makes the claim
    exported: bool
    derivation: Callable[[Any], object] | None = None
    numpy: Callable[..., Any] | None = None
    parameters: tuple[Symbol | Size, ...] | None = None
    op: str = "="
    independent: tuple[frozenset[Symbol], ...] = ()

    def __call__(self, derivation: Callable[[Any], object]) -> Claim:
        self.derivation = derivation
        return self

    def reference(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Decorates an independent NumPy function that the exported one is compared with."""
        self.numpy = function
        return function

    @property
    def relation(self) -> Any:
        """As it is shown: with defined symbols."""
        return _relation(self.lhs, self.op, self.rhs)

    @property
    def unfolded(self) -> Any:
        """What is proved: definitions put in."""
        definitions = self.equation.definitions
        return _relation(unfold(self.lhs, definitions), self.op, unfold(self.rhs, definitions))

    @property
    def statement(self) -> Any:
        """The claim as ordinary SymPy."""
        from derive.terms.sympy_bridge import to_sympy

        return to_sympy(self.relation)

    def calculate(self) -> Calc:
        """The derivation, every step proved. Raises CalcError where a step is not, or where it does not end at the
        claim.
        """
        calc = Calc(self.lhs, self.equation.definitions, self.hypotheses, self.independence())
        if self.derivation is not None:
            self.derivation(calc)
        elif _differentiates(self.lhs):
            plan = plan_of(self.lhs, self.equation.definitions, self.hypotheses)
            calc = prove(plan, self.equation.definitions, self.hypotheses)
            if calc.steps and not alpha_equal(calc.current, self.rhs) and _written_alike(calc.current, self.rhs):
                calc.reads(self.rhs)
        if not alpha_equal(calc.current, self.rhs):
            self.last_step(calc, ALGEBRA if self.op == "=" else SIGN)
        return calc

    def last_step(self, calc: Calc, reason: Reason) -> None:
        """The step to the right side of the claim."""
        step = {"=": calc.by, "<=": calc.le, "<": calc.lt, ">=": calc.ge, ">": calc.gt}[self.op]
        step(reason, self.rhs)

    def independence(self) -> Any:
        """How expectations of products split."""
        from derive.normal_form.independence import Independence

        return Independence(self.independent) if self.independent else None

    def prove(self) -> Proved:
        calc = self.calculate()
        theorem = calc.done()
        r, claimed = theorem.conclusion, self.unfolded
        if r.op != claimed.op or not (alpha_equal(r.lhs, claimed.lhs) and alpha_equal(r.rhs, claimed.rhs)):
            raise KernelError(f"{self.equation.id}, {self.name}: the derivation proves something else")
        assumed = [*calc.hypotheses, *calc.laws]
        if any(h not in assumed for h in side_conditions.stated(theorem.hypotheses)):
            raise KernelError(f"{self.equation.id}, {self.name}: the derivation assumes more than the claim")
        return Proved(self.name, theorem, tuple(calc.steps))

    @property
    def value(self) -> Value:
        """The right side with its free indices as axes, in the order of the left side: what the exported function
        returns.
        """
        rhs = self.unfolded.rhs
        if isinstance(rhs, Arr):
            return rhs
        axes = tuple(i for i in _free_in_order(self.lhs) if i in free_indices(self.lhs))
        return Arr(tuple((i,) for i in axes), rhs) if axes else rhs


@dataclass
class OrderClaim(Claim):
    """``kind lhs = kind rhs``: over ``variables`` both objectives have the same minimisers, or maximisers, or one's are the other's."""

    variables: tuple[Symbol, ...] = ()
    kinds: tuple[str, str] = ("argmin", "argmin")

    @property
    def relation(self) -> SameOrder:
        return SameOrder(self.lhs, self.rhs, self.variables, 1 if self.kinds[0] == self.kinds[1] else -1)

    @property
    def unfolded(self) -> SameOrder:
        definitions = self.equation.definitions
        r = self.relation
        return SameOrder(unfold(r.left, definitions), unfold(r.right, definitions), r.variables, r.sign)

    @property
    def statement(self) -> Any:
        """For all values of the variables, primed and not: one objective is at most its primed value exactly where the other is."""
        import sympy

        from derive.terms.sympy_bridge import to_sympy

        primed = {
            v: array(Symbol(v.name + "'", v.shape, v.domain, v.properties, first=v.first)) for v in self.variables
        }
        pairs = [(side, substitute(side, {}, primed)) for side in (self.lhs, self.rhs)]
        if self.kinds[0] != self.kinds[1]:
            pairs[1] = pairs[1][::-1]
        return sympy.Equivalent(*(to_sympy(Relation("<=", a, b)) for a, b in pairs))

    def calculate(self) -> Calc:
        chain = Ordering(
            self.lhs,
            self.variables,
            self.kinds[0],
            self.equation.definitions,
            self.hypotheses,
            self.independence(),
        )
        if self.derivation is not None:
            self.derivation(chain)
        if not alpha_equal(chain.current, self.rhs) or not chain.steps:
            chain.by(ALGEBRA, self.rhs)
        return chain

    def prove(self) -> Proved:
        calc = self.calculate()
        theorem = calc.done()
        r, claimed = theorem.conclusion, self.unfolded
        same = alpha_equal(r.left, claimed.left) and alpha_equal(r.right, claimed.right)
        if not (same and r.sign == claimed.sign and r.variables == claimed.variables):
            raise KernelError(f"{self.equation.id}, {self.name}: the derivation proves something else")
        return Proved(self.name, theorem, tuple(calc.steps))


@dataclass
class ImplicationClaim(Claim):
    """``lhs`` implies ``rhs``, two relations; with op <=> they are equivalent."""

    lhs: Any
    rhs: Any

    op: str = "=>"

    @property
    def relation(self) -> Implies | Equivalent:
        return self._statement(self.lhs, self.rhs)

    @property
    def statement(self) -> Any:
        """The claim as ordinary SymPy."""
        import sympy

        from derive.terms.sympy_bridge import to_sympy

        head = sympy.Implies if self.op == "=>" else sympy.Equivalent
        return head(to_sympy(self.lhs), to_sympy(self.rhs))

    def _statement(self, premise: Relation, conclusion: Relation) -> Implies | Equivalent:
        return Implies((premise,), conclusion) if self.op == "=>" else Equivalent(premise, conclusion)

    @property
    def unfolded(self) -> Implies | Equivalent:
        definitions = self.equation.definitions
        sides = (Relation(r.op, unfold(r.lhs, definitions), unfold(r.rhs, definitions)) for r in (self.lhs, self.rhs))
        return self._statement(*sides)

    def calculate(self) -> Calc:
        chain = Statements(self.lhs, self.equation.definitions, self.hypotheses, self.independence())
        if self.derivation is not None:
            self.derivation(chain)
        last = chain.current
        if not (last.op == self.rhs.op and alpha_equal(last.lhs, self.rhs.lhs) and alpha_equal(last.rhs, self.rhs.rhs)):
            (chain.iff if self.op == "<=>" else chain.follows)(ALGEBRA, self.rhs)
        return chain

    def prove(self) -> Proved:
        calc = self.calculate()
        theorem = calc.done()
        if not _same_statement(theorem.conclusion, self.unfolded):
            raise KernelError(f"{self.equation.id}, {self.name}: the derivation proves something else")
        return Proved(self.name, theorem, tuple(calc.steps))


def _same_statement(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    one, two = ((*s.premises, s.conclusion) if isinstance(s, Implies) else (s.left, s.right) for s in (a, b))
    return len(one) == len(two) and all(
        r.op == q.op and alpha_equal(r.lhs, q.lhs) and alpha_equal(r.rhs, q.rhs) for r, q in zip(one, two, strict=True)
    )


def _relation(lhs: Value, op: str, rhs: Value) -> Relation:
    return Relation("<=" if op == ">=" else "<", rhs, lhs) if op in (">=", ">") else Relation(op, lhs, rhs)


def _written_alike(a: Any, b: Any) -> bool:
    from derive.render.text import text

    return text(a) == text(b)


def _differentiates(value: Any) -> bool:
    from derive.terms import Derivative, children

    return isinstance(value, Derivative) or any(_differentiates(c) for c in children(value))


def _free_in_order(value: Any) -> list[Index]:
    """Indices in the order in which they are mentioned; a derivative's variable comes after what is differentiated."""
    found: list[Index] = []

    def walk(part: Any) -> None:
        if isinstance(part, Affine):
            found.extend(i for i in part.indices if i not in found)
        elif isinstance(part, tuple):
            for p in part:
                walk(p)
        elif hasattr(part, "fields") and not isinstance(part, Symbol | Index | Size):
            fields = part.fields[1:] if isinstance(part, Entry) else part.fields
            for p in fields:
                walk(p)

    walk(value)
    return found
