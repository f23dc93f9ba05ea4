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

from derive.derivation.calc import ALGEBRA, Calc, Remark, Step, definition, given, remark
from derive.derivation.consequences import Statements
from derive.derivation.differentiation import plan_of, prove
from derive.derivation.notation import D, array, assume, gradient, indices, jacobian, matrix, vector
from derive.derivation.orders import Ordering
from derive.kernel import KernelError, Theorem
from derive.rules import Label
from derive.terms import (
    Affine,
    Arr,
    Entry,
    Equivalent,
    Hypothesis,
    Implies,
    Index,
    Num,
    Relation,
    SameOrder,
    Size,
    Symbol,
    Value,
    alpha_equal,
    free_indices,
    free_symbols,
    substitute,
    term,
    unfold,
)

PACKAGE = "equations"
SIGN = remark("by signs", "由符号")

__all__ = [
    "Claim",
    "D",
    "Equation",
    "Proved",
    "UnknownEquation",
    "all_equations",
    "array",
    "assume",
    "by_result",
    "definition",
    "given",
    "gradient",
    "indices",
    "jacobian",
    "load",
    "matrix",
    "remark",
    "vector",
]  # fmt: skip


class UnknownEquation(LookupError):
    """No equation has this id; ``nearest`` are the ids it may have been meant for."""

    def __init__(self, id_: str, nearest: Sequence[str]) -> None:
        super().__init__(f"there is no equation {id_!r}")
        self.id, self.nearest = id_, tuple(nearest)


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
    hypotheses: tuple[Hypothesis, ...]
    equation: Equation
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
            step = {"=": calc.by, "<=": calc.le, "<": calc.lt, ">=": calc.ge, ">": calc.gt}[self.op]
            step(ALGEBRA if self.op == "=" else SIGN, self.rhs)
        return calc

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

        primed = {v: array(Symbol(v.name + "'", v.shape, v.domain, v.properties, first=v.first)) for v in self.variables}
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
    one, two = (
        (*s.premises, s.conclusion) if isinstance(s, Implies) else (s.left, s.right) for s in (a, b)
    )
    return len(one) == len(two) and all(
        r.op == q.op and alpha_equal(r.lhs, q.lhs) and alpha_equal(r.rhs, q.rhs) for r, q in zip(one, two, strict=True)
    )


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
        hypotheses: Sequence[Hypothesis] = (),
        exported: bool | None = None,
        parameters: Sequence[Symbol | Size] | None = None,
        op: str = "=",
        independent: Sequence[Sequence[Symbol]] = (),
    ) -> Claim:
        """A claim; use it as a decorator of its derivation (without one, differentiation or the normal form has to do).

        A constant right side is not exported unless asked for, nor is an inequality. ``independent`` are groups of
        mutually independent random symbols; a tensor among them has independent entries along its first axis.
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
        self.claims.append(made)
        return made

    def same_order(
        self,
        name: str,
        left: tuple[str, Any],
        right: tuple[str, Any],
        variables: Sequence[Symbol],
        title: tuple[str, str] | None = None,
        hypotheses: Sequence[Hypothesis] = (),
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
        hypotheses: Sequence[Hypothesis] = (),
        op: str = "=>",
    ) -> Claim:
        """The claim that one relation implies another (``op`` "<=>": is equivalent); its derivation gets `Statements`."""
        made = ImplicationClaim(
            name, self._label(name, title), premise, conclusion, tuple(hypotheses), self, False, op=op
        )
        self.claims.append(made)
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


def _relation(lhs: Value, op: str, rhs: Value) -> Relation:
    return Relation("<=" if op == ">=" else "<", rhs, lhs) if op in (">=", ">") else Relation(op, lhs, rhs)


def by_result(id_: str) -> Remark:
    """A step that another equation of the catalogue proves."""
    label = load(id_).label
    return Remark(Label(label.en[:1].lower() + label.en[1:], label.zh))


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
