r"""Layer 7, answers: a formula in LaTeX and a variable to the derivative, with its steps, conditions, and code.

>>> answer = differentiate(r"\|x\|_2^2", wrt="x", assume=r"x \in \mathbb{R}^n")
>>> print(answer.text())
∇ₓ ‖x‖² = 2x            ℝⁿ
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from derive import kernel
from derive.derivation.calc import Calc, CalcError
from derive.derivation.conditions import open_kinks, relation, sorted_out
from derive.derivation.differentiation import Plan, plan_of, prove
from derive.derivation.notation import jacobian
from derive.derivation.quantities import named_quantities
from derive.derivation.reasons import ALGEBRA, definition
from derive.derivation.simplify import Path, paths
from derive.derivation.tidy import size_of
from derive.normal_form.derivative import NotDifferentiable, evaluate
from derive.normal_form.normalizer import Undefined
from derive.parse import Scope, elaborate, parse_expression
from derive.parse import assume as read_assumptions
from derive.parse.names import is_capital, symbol_key
from derive.terms import (
    Arr,
    Entry,
    FunctionSymbol,
    Hypothesis,
    Index,
    IntValue,
    Relation,
    ShapeError,
    Size,
    Symbol,
    Term,
    Value,
    affine,
    alpha_equal,
    free_indices,
    free_symbols,
    substitute,
    unfold,
)
from derive.terms.substitution import NotReached

MOST_CANDIDATES = 20
MOST_PROOFS = 4  # endings that the kernel is asked about


class AnswerError(ValueError):
    """Why there is no answer, addressed to whoever asked."""


@dataclass(frozen=True)
class Answer:
    """A derivative: ``result`` (in the words of the definitions) with everything that explains it.

    ``value`` is what was differentiated, ``wrt`` by what, ``theorem`` says that the derivative is the result; it is
    None where the kernel did not confirm it within its limits, and ``note`` says so.
    """

    latex: str
    value: Value
    wrt: Symbol
    order: int
    result: Value
    plan: Plan
    scope: Scope
    hypotheses: tuple[Hypothesis, ...]
    theorem: kernel.Theorem | None

    @property
    def definitions(self) -> dict[Symbol, Value]:
        return self.scope.definitions

    @property
    def shape(self) -> tuple[Any, ...]:
        """The lengths of the axes of the result."""
        return (
            tuple(axis[0] if len(axis) == 1 else axis for axis in self.result.shape)
            if isinstance(self.result, Arr)
            else ()
        )

    @property
    def conditions(self) -> tuple[Any, ...]:
        """What must hold beyond the declarations, as relations."""
        if self.theorem is None:
            return ()
        _, others = sorted_out(self.theorem.conditions, self.hypotheses)
        others += open_kinks([unfold(self.plan.start, self.definitions)], self.hypotheses)
        return tuple(dict.fromkeys(relation(c) for c in others))

    @cached_property
    def calculation(self) -> Calc:
        """The steps, each proved by the kernel; inner quantities such as a residual get a name where that helps."""
        plain = prove(self.plan, self.definitions, self.hypotheses)
        taken = {s.name for s in self.scope.symbols.values()} | set(self.scope.functions) | set(self.scope.sizes)
        named, start = named_quantities(self.plan.start, self.wrt, taken)
        if not named:
            return plain
        definitions = {**self.definitions, **named}
        try:
            calc = prove(plan_of(start, definitions, self.hypotheses, by_readability), definitions, self.hypotheses)
            if not alpha_equal(calc.current, self.result):
                used = [s for s in named if s in free_symbols(calc.current)]
                calc.by([definition(s) for s in used] or ALGEBRA, self.result)
        except (CalcError, NotReached):
            return plain
        return calc

    @property
    def named(self) -> dict[Symbol, Value]:
        """The quantities that the steps name beyond the given definitions."""
        return {s: v for s, v in self.calculation.definitions.items() if s not in self.definitions}

    @property
    def steps(self) -> tuple[Any, ...]:
        try:
            return tuple(self.calculation.steps)
        except CalcError:
            return ()

    @property
    def kind(self) -> str:
        """What the derivative is called: gradient, jacobian, hessian."""
        if isinstance(self.value, Arr):
            return "jacobian"
        return "hessian" if self.order == 2 else "gradient"

    def text(self) -> str:
        """The result in one line, with its shape."""
        return self.render("text").partition("\n")[0].strip()

    def render(self, format_: str = "text", detail: Literal["brief", "full"] = "brief") -> str:
        """The answer with its steps, as text, latex or json; in full detail with every rule."""
        from derive.render.answer import render_answer

        return render_answer(self, format_, detail)

    def _repr_latex_(self) -> str:
        """The result and its steps as a notebook shows them."""
        return self.render("latex")

    def code(self, target: str = "numpy") -> str:
        """A module with ``value(...)`` and ``gradient(...)`` (``jacobian``, ``hessian``); parameters in order of
        declaration.

        For a scalar there is more: ``value_and_gradient(...)``, and for order 2 ``hessian_times_vector(..., v)``.
        """
        from derive.export import compile_module

        summary = f"{self.latex} and its {self.kind} by {self.wrt.name}."
        return compile_module(self.functions(), target, summary=summary)

    def to_numpy(self, name: str = "") -> Callable[..., Any]:
        """One of the functions of `code` as vectorised NumPy: the derivative, or the one called ``name``."""
        from derive.export import compile_callable

        return compile_callable(next(f for f in self.functions() if f.name == (name or self.kind)))

    def _at_free_indices(self, value: Value, result: Value) -> tuple[Value, Value, dict[Size, Index]]:
        """Value and result without free indices: a declared one (c in {1..K}) is an integer parameter, others become axes."""
        free = sorted(free_indices(value) | free_indices(result), key=lambda i: i.name)
        chosen = {i: Size(i.name) for i in free if i in self.scope.indices.values() and i.name not in self.scope.sizes}
        rest = tuple(i for i in free if i not in chosen)
        at = {i: affine(s) for i, s in chosen.items()}
        value, result = (_stacked(substitute(v, at) if at else v, rest) for v in (value, result))
        return value, result, {s: i for i, s in chosen.items()}

    def functions(self) -> list[Any]:
        """What `code` holds, as `derive.export.Function`."""
        from derive.export import Function, hessian_times_vector

        parameters: tuple[Symbol | Size, ...] = tuple(
            s for k, s in self.scope.symbols.items() if s not in self.definitions and k not in self.scope.inferred
        )
        value, result = evaluate(unfold(self.value, self.definitions)), unfold(self.result, self.definitions)
        value, result, chosen = self._at_free_indices(value, result)
        used = free_symbols(value) | free_symbols(result)
        parameters = tuple(dict.fromkeys((*parameters, *sorted(used - set(parameters), key=lambda s: s.name))))
        parameters = (*parameters, *chosen)
        known = tuple(
            Hypothesis(Relation("<=", IntValue(affine(s)), IntValue(i.hi)), (), i.name)
            for s, i in chosen.items()
            if i.hi is not None
        )
        note = "" if self.theorem is not None else "Not confirmed by the kernel within its limits."
        notes = (note,) if note else ()
        kind = self.kind if isinstance(value, Arr) <= isinstance(self.value, Arr) else "jacobian"
        derivative = Function(
            kind, parameters, result, summary=f"The {kind} by {self.wrt.name}", notes=notes, hypotheses=known
        )
        functions = [
            Function("value", parameters, value, summary=f"The value of {self.latex}", hypotheses=known),
            derivative,
        ]
        if kind == "gradient":
            summary = "The value and the gradient at once: what both need is computed once"
            functions.append(
                Function(
                    "value_and_gradient", parameters, (value, result), summary=summary, notes=notes, hypotheses=known
                )
            )
        product = hessian_times_vector(derivative) if derivative.name == "hessian" else None
        return [*functions, *([product] if product is not None else [])]


def _stacked(value: Value, indices: tuple[Index, ...]) -> Value:
    """The array over free indices, in front of the axes that a value has."""
    if not indices:
        return value
    axes, body = value.open() if isinstance(value, Arr) else ((), value)
    return Arr((*((i,) for i in indices), *axes), body)


def differentiate(
    latex: str, wrt: str, order: int = 1, assume: str | Iterable[str] = (), define: str | Iterable[str] = ()
) -> Answer:
    """The derivative of a formula by a declared symbol, for all sizes.

    The gradient of a scalar has its variable's shape; every other derivative has the value's shape, then the
    variable's. Raises `derive.parse.ReadError` for what cannot be read and AnswerError for what cannot be
    differentiated.
    """
    declared = assume if isinstance(assume, str) else "; ".join(assume)
    defined = [define] if isinstance(define, str) and define else list(define)
    scope = read_assumptions(declared, defined)
    value = elaborate(parse_expression(latex), scope, latex)
    symbol = _variable(wrt, scope)
    if not isinstance(value, Term | Arr):
        raise AnswerError(f"{latex} has no shape of its own: declare what it stands for")
    _depends(latex, wrt, value, symbol, scope)
    start: Value = value
    for _ in range(order):
        start = jacobian(start, symbol)
    hypotheses = tuple(h for h in scope.hypotheses)
    try:
        plan = plan_of(start, scope.definitions, hypotheses, by_readability)
        plan, theorem = _proved(plan, scope.definitions, hypotheses)
    except NotReached as error:
        raise AnswerError(str(error)) from error
    except NotDifferentiable as error:
        raise AnswerError(f"{latex} cannot be differentiated by {wrt}: {error}") from error
    return Answer(latex, value, symbol, order, plan.result, plan, scope, hypotheses, theorem)


def _depends(latex: str, wrt: str, value: Value, symbol: Symbol, scope: Scope) -> None:
    """An undeclared name is never a constant: what may hang on the variable must be declared or defined first.

    A small letter that nobody declared is a number, as in lambda |w|^2 (and listed as assumed); a capital may be a matrix or a loss.
    """
    if scope.opaque:
        names = ", ".join(sorted(scope.opaque))
        raise AnswerError(
            f"{names} is not taken apart and may depend on {wrt}: write it out, or define it with --define"
        )
    used = free_symbols(value)
    guessed = [s for s in sorted(used, key=lambda s: s.name) if s.name in scope.inferred and s is not symbol]
    if symbol not in free_symbols(unfold(value, {k: v for k, v in scope.definitions.items() if k is not symbol})):
        if symbol.name in scope.inferred:
            declared = ", ".join(k for k in scope.symbols if k not in scope.inferred)
            known = f"; declared are {declared}" if declared else ""
            raise AnswerError(f"{wrt} is not declared and does not stand in {latex}: declare it with --assume{known}")
        if guessed:
            names = ", ".join(s.name for s in guessed)
            raise AnswerError(f"{names} may depend on {wrt}: define it with --define, or declare it with --assume")
    for s in guessed:
        if not s.shape and is_capital(s.name):
            raise AnswerError(
                f"{s.name} is not declared and was read as a number in {latex}: declare what it is with --assume, for example "
                rf"'{s.name} \in \mathbb{{R}}^{{n \times n}}' or '{s.name} \in \mathbb{{R}}', or define it with --define"
            )


def by_readability(candidates: list[Path]) -> list[Path]:
    """The candidates, first what is shortest on paper: in matrix notation where there is one, else in indices."""
    from derive.render.folding import fold_sigmoid
    from derive.render.matrices import Known, matrix_form
    from derive.render.text import text

    known: Known = {}

    def length(path: Path) -> tuple[bool, int, int, int]:
        value = fold_sigmoid(path.term, FunctionSymbol(r"\sigma"))
        form = matrix_form(value, known=known) if isinstance(value, Arr) else None
        written = text(value if form is None else form)
        return isinstance(value, Arr) and form is None, len(written), written.count("−"), size_of(path.term)

    return sorted(candidates[:MOST_CANDIDATES], key=length)


def _variable(wrt: str, scope: Scope) -> Symbol:
    """The declared symbol that a name means (also one that elsewhere would be read as a constant, such as pi)."""
    node = parse_expression(wrt)
    key = symbol_key(node)
    if key in scope.symbols:
        return scope.symbols[key]
    value = elaborate(node, scope, wrt)
    body = value.body if isinstance(value, Arr) else value
    if isinstance(body, Entry) and (not body.symbol.shape or isinstance(value, Arr)):
        return body.symbol
    raise AnswerError(f"{wrt} is not a variable: differentiate by a declared symbol")


def _proved(
    plan: Plan, definitions: dict[Symbol, Value], hypotheses: Sequence[Hypothesis]
) -> tuple[Plan, kernel.Theorem | None]:
    """The plan if the kernel proves it, else the derivative as it is computed, proved if possible."""
    start = unfold(plan.start, definitions)
    for ending in plan.endings[:MOST_PROOFS]:
        theorem = _theorem(start, unfold(ending.term, definitions), hypotheses)
        if theorem is not None:
            return plan.ending_in(ending), theorem
    raw = evaluate(start)
    for path in by_readability(paths(raw, definitions))[:2]:
        theorem = _theorem(start, unfold(path.term, definitions), hypotheses)
        if theorem is not None:
            return _single(plan, path.term), theorem
    return _single(plan, raw), _theorem(start, raw, hypotheses)


def _theorem(lhs: Value, rhs: Value, hypotheses: Sequence[Hypothesis]) -> kernel.Theorem | None:
    try:
        return kernel.by_normal_form(lhs, rhs, (), note="differentiation")
    except (kernel.KernelError, ShapeError, Undefined):
        pass
    if not hypotheses:
        return None
    try:
        return kernel.by_normal_form(lhs, rhs, hypotheses, note="differentiation")
    except (kernel.KernelError, ShapeError, Undefined):
        return None


def _single(plan: Plan, result: Value) -> Plan:
    from derive.derivation.differentiation import OTHERWISE, Line

    return Plan(plan.start, (Line(plan.start, result, (OTHERWISE,)),))
