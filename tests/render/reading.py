"""Evaluates the syntax tree that `derive.parse` makes of a printed formula: what the LaTeX says, not what we meant.

Only what random terms need. Names are looked up in ``values``: scalars are numbers, tensors NumPy arrays, indices and
sizes integers.
"""

import math

from derive.parse import syntax as s

FUNCTIONS = {
    "log": lambda x: math.log(abs(x) + 1e-300), "exp": math.exp, "sin": math.sin, "cos": math.cos, "tanh": math.tanh,
    "max": max, "min": min,
}  # fmt: skip
COMPARE = {"=": lambda a, b: a == b, "\\ne": lambda a, b: a != b, ">": lambda a, b: a > b, "<": lambda a, b: a < b,
           "\\ge": lambda a, b: a >= b, "\\le": lambda a, b: a <= b}  # fmt: skip


def read(node, values):
    """The value of a syntax tree."""

    def go(n):
        return read(n, values)

    match node:
        case s.Number():
            return float(node.text)
        case s.Name(text="e"):
            return math.e
        case s.Name(text="\\pi"):
            return math.pi
        case s.Name():
            return values[node.key]
        case s.Group():
            return go(node.body)
        case s.Add():
            return sum((-1 if sign == "-" else 1) * go(t) for sign, t in zip(node.signs, node.terms, strict=False))
        case s.Product():
            result = go(node.factors[0])
            for op, f in zip(node.ops, node.factors[1:], strict=False):
                result = result / go(f) if op == "/" else result * go(f)
            return result
        case s.ApplyOrProduct(head=s.Name(text="1"), group=group):
            ((op, right),) = group.body.rest
            return float(COMPARE[op](go(group.body.first), go(right)))
        case s.ApplyOrProduct():
            return go(node.head) * go(node.group)
        case s.Fraction():
            return go(node.numerator) / go(node.denominator)
        case s.Superscript(base=s.Name()) if f"{node.base.key}^{getattr(node.exponent, 'text', '')}" in values:
            return values[f"{node.base.key}^{node.exponent.text}"]
        case s.Prime():
            return values[node.base.key + "'"]
        case s.Superscript(base=s.ApplyOrProduct(head=head, group=group)):
            return go(head) * go(group) ** go(node.exponent)
        case s.Superscript():
            return go(node.base) ** go(node.exponent)
        case s.Root():
            return go(node.body) ** (1 / (go(node.degree) if node.degree else 2))
        case s.Absolute():
            return abs(go(node.body))
        case s.Call():
            arguments = (
                node.argument.body.items
                if isinstance(node.argument, s.Group) and isinstance(node.argument.body, s.Row)
                else [node.argument]
            )
            value = FUNCTIONS[node.function](*map(go, arguments))
            return value ** go(node.power) if node.power else value
        case s.Subscript(base=s.Name()) if f"{node.base.key}_{getattr(node.index, 'text', '')}" in values:
            return values[f"{node.base.key}_{node.index.text}"]
        case s.Subscript():
            index = node.index
            places = (
                index.items if isinstance(index, s.Row) else index.factors if isinstance(index, s.Product) else [index]
            )
            where = [round(go(p)) for p in places]
            if isinstance(node.base, s.Name) and node.base.text == "\\delta":
                return float(where[0] == where[1])
            base = node.base
            while isinstance(base, s.Group):
                base = base.body
            return float(values[latex_key(base)][tuple(w - 1 for w in where)])
        case s.BigOperator():
            return big(node, values)
    raise TypeError(node)


def latex_key(node):
    """The name of a tensor, subscripts and superscripts included."""
    if isinstance(node, s.Subscript):
        return f"{latex_key(node.base)}_{node.index.text}"
    return node.key


def big(node, values):
    ((op, right),) = node.lower.rest
    name = node.lower.first.key
    assert name not in values, f"the bound name {name} is taken"
    if op == "=":
        numbers = range(round(read(right, values)), round(read(node.upper, values)) + 1)
    else:
        assert node.upper is None
        numbers = [k for k in range(1, values["range of " + right.key] + 1) if COMPARE[op](k, read(right, values))]
    parts = [
        read(
            node.body,
            {**values, name: k, "range of " + name: numbers[-1] if op == "=" else values["range of " + right.key]},
        )
        for k in numbers
    ]
    return sum(parts) if node.kind == "sum" else math.prod(parts)
