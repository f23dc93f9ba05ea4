r"""`\log a b` without parentheses: the logarithm of a alone, as DESIGN reads it, or of the whole product, as some texts mean it.

Where the first reading fails and the second is proved, the second is taken, with a remark; where the second is only not refuted, nothing
is refuted. Imports parse and the rest of verify.

>>> from derive.verify import verify_text
>>> text = r"Let $a, b > 0$. $$ \log \frac{a}{b} \exp(b) = \log a - \log b + b $$"
>>> verify_text(text).steps[0].verdict
'proved'
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from derive.parse import syntax as s
from derive.parse.scope import Scope
from derive.parse.steps import elaborate_step
from derive.verify.judging import Outcome, Statement, judge

_LOGARITHMS = ("log", "ln")
_WIDE = "the logarithm is read over the whole product behind it"


def read_wide(statement: Statement, scope: Scope, line: int, outcome: Outcome, limit: float) -> Outcome:
    """The outcome of a step that failed, after its other reading, if it has one."""
    step = statement.step
    if step.lhs.node is None or step.rhs.node is None:
        return outcome
    nodes = [_wide(side.node) for side in (step.lhs, step.rhs)]
    if nodes == [step.lhs.node, step.rhs.node]:
        return outcome
    other = replace(step, lhs=replace(step.lhs, node=nodes[0]), rhs=replace(step.rhs, node=nodes[1]))
    copied = scope.copy()
    e = elaborate_step(other, copied, line)
    if e.error is not None or e.lhs is None or e.rhs is None:
        return outcome
    found = judge(Statement(other, e), copied, max(limit, 0.05))
    if found.verdict == "proved":
        return replace(found, remarks=(*found.remarks, _WIDE), seconds=found.seconds + outcome.seconds)
    if outcome.verdict == "refuted" and found.verdict != "refuted":
        reason = (
            "it fails with the logarithm of the first factor alone; write parentheses around what the logarithm is of"
        )
        return Outcome("undecided", reason=reason, seconds=found.seconds + outcome.seconds)
    return outcome


def _wide(node: Any) -> Any:
    """The tree with every logarithm without parentheses over all factors that stand behind it."""
    if isinstance(node, tuple):
        return tuple(map(_wide, node))
    if not isinstance(node, s.Node):
        return node
    node = replace(
        node, **{f.name: _wide(getattr(node, f.name)) for f in fields(node) if f.name not in ("start", "end")}
    )
    if not isinstance(node, s.Product):
        return node
    for k, factor in enumerate(node.factors[:-1]):
        if (
            isinstance(factor, s.Call)
            and factor.function in _LOGARITHMS
            and factor.power is None
            and not isinstance(factor.argument, s.Group)
            and all(op in ("", "\\cdot", "\\times", "\\,") for op in node.ops[k:])
        ):
            inner = s.Product(factor.argument.start, node.end, (factor.argument, *node.factors[k + 1 :]), node.ops[k:])
            whole = replace(factor, argument=inner, end=node.end)
            rest = (*node.factors[:k], whole)
            return whole if k == 0 else s.Product(node.start, node.end, rest, node.ops[:k])
    return node
