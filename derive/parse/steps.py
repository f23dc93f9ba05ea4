"""Steps of a derivation, elaborated: both sides against each other, or the definition that a step makes.

Imports rows, elaborate, definitions.

>>> from derive.parse.declarations import assume
>>> from derive.parse.rows import steps
>>> scope = assume(r"A \\in \\mathbb{R}^{m \\times n}; x \\in \\mathbb{R}^n")
>>> elaborate_step(steps(r"A x = x")[0], scope).shapes
('m×1', 'n×1')
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from derive.terms import Index, Symbol, Value, free_indices
from derive.terms import ShapeError as TermShapeError

from . import antiderivatives, differentials, membership, nearer
from . import syntax as s
from .definitions import define, define_square, is_identity, new_left_side, squared_name
from .elaborate import Elaborator, with_unification
from .errors import ReadError, ShapeError
from .flexible import Loose, describe, settle
from .membership import items, note_list
from .names import symbol_key
from .rows import Chain, Condition, Step
from .scope import Scope

_RELATIONS = {
    "=": "=", ":=": "=", "\\equiv": "=", "=:": "=", "\\le": "<=", "<": "<", "\\ll": "<", "\\ne": "!=", "\\ge": "<=", ">": "<",
    "\\gg": "<", "\\approx": "approx", "\\propto": "proportional", "\\succeq": "semidefinite", "\\succ": "definite",
    "\\preceq": "semidefinite", "\\prec": "definite", "\\overset{d}{=}": "distribution",
}  # fmt: skip
_SWAPPED = frozenset({"\\ge", ">", "\\gg", "\\preceq", "\\prec", "=:"})


@dataclass(frozen=True)
class ElaboratedStep:
    """`lhs relation rhs` as terms; relation is one of = <= < != approx proportional semidefinite definite.

    \\ge and > are given the other way round (`swapped`).  When the sides cannot be read `error` says why; when they read
    but do not fit, `shapes` holds both shapes as text and `error` is a ShapeError.  `uses` are the names met,
    `inferred` those among them that nobody declared, `indices` the free indices of the step.
    """

    relation: str
    lhs: Value | None
    rhs: Value | None
    swapped: bool = False
    error: ReadError | None = None
    shapes: tuple[str, str] | None = None
    uses: frozenset[str] = frozenset()
    inferred: frozenset[str] = frozenset()
    indices: frozenset[Index] = frozenset()
    remarks: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = field(default=())
    optimum: tuple[str, str, Symbol] | None = (
        None  # argmin or argmax of the left and right objective, and their variable
    )
    about: tuple[tuple[str, ...], ...] = ()  # the groups of names in which a proportionality may be meant


def elaborate_step(step: Step, scope: Scope, line: int = 0, conditions: Sequence[Condition] = ()) -> ElaboratedStep:
    """Both sides of a step in one go; never raises for what the author wrote.

    Names that the step uses and nobody declared are added to the scope as inferred.
    """
    relation = _RELATIONS.get(step.relation, step.relation)
    swapped = step.relation in _SWAPPED
    if relation == "=" and isinstance(step.lhs.node, s.Optimum) and isinstance(step.rhs.node, s.Optimum):
        found = _optima(step, scope, line, conditions)
        if found is not None:
            return found
    problem = step.lhs.error or step.rhs.error
    if problem is not None or step.lhs.node is None or step.rhs.node is None:
        return ElaboratedStep(relation, None, None, swapped, problem or ReadError("a side is missing", step.start))
    left_node, right_node = step.lhs.node, step.rhs.node
    remarks = []
    nearer_sides = nearer.narrowed(left_node, right_node)
    if nearer_sides is not None:
        left_node, right_node = nearer_sides
        remarks.append("the limit was taken to end before the next term, whose variable goes on outside")
    slopes = antiderivatives.differentiated(left_node, right_node) if relation == "=" else None
    if slopes is not None:
        left_node, right_node = slopes
        remarks.append("the sides are compared up to a constant")
    if relation == "=":
        left_node, right_node = parameters_of_laws(left_node, right_node)
    differentials_read = differentials.with_differentials(left_node, right_node, scope) if relation == "=" else None
    if differentials_read is not None:
        left_node, right_node = differentials_read
        remarks.append("d is read as the differential")
    text = _text_of(step)
    state: dict[str, Elaborator] = {}

    def work() -> tuple[Loose, Loose]:
        e = Elaborator(scope, text, line)
        state["e"] = e
        apply_ranges(e, conditions)
        e.prepare(left_node, right_node)
        left, right = e.value(left_node), e.value(right_node)
        merged = e.unify(left, right, "plus")
        if merged is not None:
            raise merged
        return left, right

    try:
        left, right = with_unification(scope, work)
    except ShapeError as error:
        return _failed(relation, swapped, error, state, scope, error.shapes)
    except ReadError as error:
        return _failed(relation, swapped, error, state, scope, ())
    except RecursionError:
        return _failed(
            relation,
            swapped,
            ReadError("the formula is nested too deep", step.start, step.start + 1, text),
            state,
            scope,
            (),
        )
    e = state["e"]
    try:
        a, b = settle(left, right)
    except TermShapeError:
        left_text, right_text = describe(left), describe(right)
        message = f"shapes do not fit: {e.quote(left_node)} is {left_text} and {e.quote(right_node)} is {right_text}"
        shape_error = ShapeError(
            message,
            left_node.start,
            right_node.end,
            text,
            (left_text, right_text),
            (e.quote(left_node), e.quote(right_node)),
        )
        return _failed(relation, swapped, shape_error, state, scope, (left_text, right_text), (left, right))
    if swapped:
        a, b = b, a
    inferred = frozenset(k for k in e.used if k in scope.inferred)
    indices = free_indices(a) | free_indices(b)
    return ElaboratedStep(
        relation,
        a,
        b,
        swapped,
        None,
        None,
        frozenset(e.used),
        inferred,
        frozenset(indices),
        tuple(dict.fromkeys((*e.remarks, *remarks))),
        tuple(conditions),
    )


_LAWS = frozenset({"n", "gam", "bet", "t", "pois", "poiss", "wald", "u"})


def parameters_of_laws(left: s.Node, right: s.Node) -> tuple[s.Node, s.Node]:
    """Two laws of one name are equal where their parameters are: `\\mathcal{N}(a, b) = \\mathcal{N}(c, d)`.

    >>> from derive.parse.scope import Scope
    >>> from derive.parse.rows import steps
    >>> elaborate_step(steps(r"\\mathcal{N}(a, b) = \\mathcal{N}(a, b)")[0], Scope()).error is None
    True
    """
    one, other = _as_law(left), _as_law(right)
    if one is None or other is None or one[0] != other[0] or len(one[1]) != len(other[1]):
        return left, right
    rows = [
        s.Group(x.start, x.end, "(", ")", s.Row(x.start, x.end, parts))
        for x, parts in ((left, one[1]), (right, other[1]))
    ]
    return rows[0], rows[1]


def are_laws(left: s.Node | None, right: s.Node | None) -> bool:
    """Whether two laws of one name are compared."""
    return left is not None and right is not None and parameters_of_laws(left, right)[0] is not left


def _as_law(node: s.Node) -> tuple[str, tuple[s.Node, ...]] | None:
    if not isinstance(node, s.ApplyOrProduct) or not isinstance(node.head, s.Name):
        return None
    body, name = node.group.body, node.head.text.lower()
    known = node.head.font in ("cal", "rm") and name in _LAWS
    return (name, body.items) if known and isinstance(body, s.Row) else None


def _optima(step: Step, scope: Scope, line: int, conditions: Sequence[Condition]) -> ElaboratedStep | None:
    """argmin_x f = argmax_x g: the two objectives as the sides of a step over one variable."""
    left, right = step.lhs.node, step.rhs.node
    assert isinstance(left, s.Optimum) and isinstance(right, s.Optimum)
    kinds = (left.kind, right.kind)
    names = [_variable(o, scope, step.lhs.latex + step.rhs.latex) for o in (left, right)]
    if not set(kinds) <= {"argmin", "argmax"} or names[0] is None or names[0] != names[1]:
        return None
    sides = (replace(step.lhs, node=left.body), replace(step.rhs, node=right.body))
    e = elaborate_step(replace(step, lhs=sides[0], relation="=", rhs=sides[1]), scope, line, conditions)
    symbol = scope.symbols.get(names[0])
    if e.error is not None or e.lhs is None or symbol is None:
        return None
    return replace(e, relation="optimum", optimum=(*kinds, symbol))


def _variable(node: s.Optimum, scope: Scope, text: str) -> str | None:
    r"""The variable below argmin: a name, or `w \in \mathbb{R}^d`, which declares it where nobody has."""
    below = node.subscript
    if not isinstance(below, s.Relations):
        return symbol_key(below) if below is not None else None
    key = symbol_key(below.first)
    if len(below.rest) != 1 or below.rest[0][0] != "\\in" or key is None:
        return None
    found = membership.read_set(below.rest[0][1], scope, text)
    known = scope.symbols.get(key)
    if found is None or (known is not None and known.shape != found[0] and key not in scope.inferred):
        return None
    if known is None or key in scope.inferred:
        membership.declare(below, scope, text)
    elif found[1] is not known.domain:
        return None  # a minimum over another set than that of the declaration
    return key


def _failed(
    relation: str, swapped: bool, error: ReadError, state: dict[str, Elaborator], scope: Scope, shapes: tuple[str, ...],
    sides: tuple[Loose, Loose] | None = None,
) -> ElaboratedStep:  # fmt: skip
    used = frozenset(state["e"].used) if "e" in state else frozenset()
    pair = (shapes[0], shapes[1]) if len(shapes) == 2 else None
    left = right = None
    if sides is not None and not any(type(x).__name__ == "Flex" for x in sides):
        left, right = sides  # type: ignore[assignment]
    return ElaboratedStep(
        relation, left, right, swapped, error, pair, used, frozenset(k for k in used if k in scope.inferred)
    )


def _text_of(step: Step) -> str:
    """The display that a step stands in, as far as its sides reach (errors quote from it)."""
    for error in (step.lhs.error, step.rhs.error):
        if error is not None and error.formula:
            return error.formula
    width = max(step.lhs.end, step.rhs.end)
    text = [" "] * width
    for side in (step.lhs, step.rhs):
        source = side.latex
        if side.end - side.start == len(source):
            text[side.start : side.end] = list(source)
        else:
            text[side.start : side.start + len(source)] = list(source[: max(0, width - side.start)])
    return "".join(text)[:width]


def apply_ranges(e: Elaborator, conditions: Sequence[Condition]) -> None:
    """Ranges beside a step hold for its free indices."""
    for condition in conditions:
        if condition.node is None:
            continue
        before = dict(e.scope.range_hints)
        note_list(condition.node, e.scope, override=True)
        for key, span in e.scope.range_hints.items():
            if before.get(key) != span and not e.scope.known(key):
                low, high = span
                from derive.terms import affine

                e.ranges[key] = (affine(low), affine(high))
        e.scope.range_hints = before


def is_definition(step: Step, scope: Scope) -> bool:
    """Whether the first step of a chain defines its left side: `=` or `:=` with a left side that is new."""
    if (
        step.introduced_by
        or step.relation not in ("=", ":=", "\\equiv")
        or step.lhs.node is None
        or step.rhs.node is None
    ):
        return False
    from .relating import _mentions, conditions_in, is_value_of_a_probability

    if is_value_of_a_probability(step.lhs.node, step.rhs.node):
        return False
    if is_redefinition(step, scope) or _is_sample(step, scope):
        return True
    if is_identity(step.lhs.node, step.rhs.node, scope):
        return False
    strict = step.relation != ":="
    if squared_name(step.lhs.node, step.rhs.node, scope) is not None:
        return True
    if isinstance(step.lhs.node, s.ApplyOrProduct) and conditions_in(symbol_key(step.lhs.node.head), step.rhs.node):
        return False  # p(x, y) = p(x | y) p(y) is what p(x | y) means, and so is that p(x) integrates p(x, y)
    return new_left_side(step.lhs.node, scope, strict) is not None and not _mentions(
        step.lhs.node, step.rhs.node, scope
    )


def is_redefinition(step: Step, scope: Scope) -> bool:
    """Whether a matrix or table of cases is given to a name that an earlier section used for something else."""
    key = symbol_key(step.lhs.node) if step.lhs.node is not None else None
    return key is not None and key in scope.outdated and isinstance(step.rhs.node, (s.Matrix, s.Cases))


def _relations(step: Step) -> s.Relations:
    assert step.lhs.node is not None and step.rhs.node is not None
    return s.Relations(step.lhs.start, step.rhs.end, step.lhs.node, (("=", step.rhs.node),))


def _is_sample(step: Step, scope: Scope) -> bool:
    """`y = \\{y_1, \\dots, y_n\\}` names the sample y."""
    from .declarations import is_sample

    return is_sample(_relations(step), scope)


def define_step(step: Step, scope: Scope, line: int = 0, conditions: Sequence[Condition] = ()) -> str:
    """Adds the definition that a step makes and returns the key defined.

    Raises ReadError when the right side cannot be understood.
    """
    if step.lhs.node is None or step.rhs.node is None:
        raise step.lhs.error or step.rhs.error or ReadError("a side is missing", step.start)
    for condition in conditions:
        if condition.node is not None:
            note_list(condition.node, scope, override=True)
    if _is_sample(step, scope):
        from .declarations import declare_sample

        declare_sample(_relations(step), scope, _text_of(step))
        return symbol_key(step.lhs.node) or ""
    if is_redefinition(step, scope):
        key = symbol_key(step.lhs.node) or ""
        scope.forget(key)
        scope.outdated.discard(key)
    root = squared_name(step.lhs.node, step.rhs.node, scope)
    if root is not None:
        return define_square(root, step.rhs.node, scope, _text_of(step), line)
    return define(step.lhs.node, step.rhs.node, scope, _text_of(step), line)


def declare_chain(chain: Chain, scope: Scope, line: int = 0) -> None:
    """Declares what the conditions beside a chain do, and `C` in `C = ... \\in \\mathbb{R}^{p \\times q}`."""
    declare_conditions(chain.conditions, scope, line)
    if not chain.steps:
        return
    first, last = chain.steps[0].lhs, chain.steps[-1].rhs
    key = symbol_key(first.node) if first.node is not None else None
    if key is None or key in scope.symbols or any(st.relation not in ("=", ":=", "\\equiv") for st in chain.steps):
        return
    for condition in chain.conditions:
        node = condition.node
        if isinstance(node, s.Relations) and node.first is last.node and node.rest[0][0] == "\\in":
            item = s.Relations(first.start, node.end, first.node, node.rest)  # type: ignore[arg-type]
            try:
                membership.declare(item, scope, _text_of(chain.steps[0]))
            except ReadError:
                continue


def declare_conditions(conditions: Sequence[Condition], scope: Scope, line: int = 0) -> None:
    """Memberships and distributions written in a display declare, as they do in prose."""
    from .declarations import Statement, declare

    statements = []
    for condition in conditions:
        if condition.node is None:
            continue
        for item in items(condition.node):
            if isinstance(item, s.Relations) and item.rest[0][0] in ("\\in", "\\sim", ":"):
                text = " " * condition.start + condition.latex
                statements.append(Statement(item, text, line))
    declare(statements, scope, "prose", strict=False)
