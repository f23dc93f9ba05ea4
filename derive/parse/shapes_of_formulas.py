"""What formulas say about the numbers of rows and columns of the names in them.  Imports syntax, names and law_shapes.

>>> from derive.parse.grammar import parse_expression
>>> read = Formulas()
>>> rows, columns = read.shape(parse_expression(r"\\mathrm{tr}(A B)"))
>>> read.is_one(rows), read.kind(read.names["A"])
(True, '')
"""

from __future__ import annotations

from . import syntax as s
from .dims import Dim, Shape, is_zero, number_shape, open_shape, size_of_node, sized
from .law_shapes import law_shapes
from .names import (
    is_index,
    is_inverse_transpose,
    is_minus_one,
    is_transpose,
    symbol_key,
    text_key,
)

_SAME = frozenset({"E", "exp", "log", "ln", "sqrt", "sigmoid", "tanh", "relu", "abs", "sum"})
_NUMBER = frozenset({"tr", "det", "logdet", "rank"})


class Formulas:
    """The names met so far with their shapes.  `ranks` says of names what an earlier reading found: 0 number, 1 column, 2 matrix.

    `products` wait until the kinds of their factors are known, `turned` was transposed.  `contested` are the names of each
    formula that contradicts the others; nothing is said of the names in `unclear`.
    """

    def __init__(
        self, numbers: set[str] | None = None, indices: set[str] | None = None, ranks: dict[str, int] | None = None
    ):
        self.names: dict[str, Shape] = {}
        self.products: list[tuple[tuple[s.Node, ...], list[Shape], Shape]] = []
        self.turned: list[tuple[s.Node, Shape]] = []
        self.contested: list[set[str]] = []
        self.unclear: set[str] = set()
        self.functions: set[str] = set()  # declared as maps: what stands behind them in parentheses is an argument
        self.definite: set[str] = set()
        self.counts: set[str] = set()  # sizes that stand for themselves: p of \\Gamma_p
        self.numbers = numbers or set()
        self.ranks = ranks or {}
        self.indices: set[str] = indices or set()
        self.depth = 0
        self.read: dict[int, Shape] = {}

    # -- sizes

    def same(self, a: Dim, b: Dim) -> bool:
        """Makes two sizes one; False where they cannot be."""
        a, b = a.root(), b.root()
        if a is b:
            return True
        if b.value is not None and a.value is None:
            a, b = b, a
        if (a.value is not None and b.value is not None and a.value != b.value) or (a.value == 1 and b.many):
            return False
        b.up = a
        a.many = a.many or b.many
        return True

    def alike(self, a: Shape, b: Shape, *nodes: s.Node) -> None:
        if not all([self.same(a[0], b[0]), self.same(a[1], b[1])]):
            self.contest(*nodes)

    def contest(self, *nodes: s.Node) -> None:
        keys = {symbol_key(part) for node in nodes for part in s.walk(node)}
        self.contested.append({k for k in keys if k in self.names})

    def kind(self, shape: Shape) -> str:
        """A number, an array, or "" while it is not known."""
        rows, columns = shape[0].root(), shape[1].root()
        if rows.value == 1 and columns.value == 1:
            return "number"
        return "array" if rows.many or columns.many else ""

    def is_one(self, dim: Dim) -> bool:
        return dim.root().value == 1

    def name(self, key: str) -> Shape:
        if key in self.unclear:
            return open_shape()
        found = self.names.get(key)
        if found is None:
            rank = 0 if key in self.numbers else self.ranks.get(key)
            found = (
                Dim(1) if rank == 0 else Dim(None, rank is not None),
                Dim(1) if rank in (0, 1) else Dim(None, rank is not None),
            )
            self.names[key] = found
        return found

    def equate(self, left: s.Node, right: s.Node) -> None:
        if not (is_zero(left) or is_zero(right)):
            self.alike(self.whole(left), self.whole(right), left, right)

    def whole(self, node: s.Node) -> Shape:
        """The shape of one side of a formula, read once."""
        found = self.read.get(id(node))
        if found is None:
            found = self.read[id(node)] = self.shape(node)
        return found

    # -- products

    def chain_products(self) -> None:
        """Every product whose factors are known fixes the sizes between them, until no more is learnt."""
        for _ in range(20):
            waiting = [x for x in self.products if not self.chain(*x)]
            if len(waiting) == len(self.products):
                return
            self.products = waiting

    def chain(self, nodes: tuple[s.Node, ...], factors: list[Shape], result: Shape) -> bool:
        kinds = [self.kind(f) for f in factors]
        unknown = [i for i, k in enumerate(kinds) if k == ""]
        arrays = [f for f, k in zip(factors, kinds, strict=True) if k == "array"]
        if len(unknown) == 1 and not arrays:
            self.alike(factors[unknown[0]], result, *nodes)
            return True
        if len(unknown) == 1 and unknown[0] == len(factors) - 1 and len(arrays) == 1:
            # X b, with X a matrix: b is no number if X b is a column
            if arrays[0][1].root().many and self.is_one(result[1]):
                factors[unknown[0]][0].root().many |= factors[unknown[0]][0].root().value is None
        if unknown:
            return False
        rows, columns = number_shape()
        good = True
        for factor in arrays:
            if self.is_one(rows) and self.is_one(columns):
                rows, columns = factor
            else:
                good &= self.same(columns, factor[0])
                columns = factor[1]
        good &= self.same(rows, result[0]) and self.same(columns, result[1])
        if not good:
            self.contest(*nodes)
        return True

    # -- formulas

    def shape(self, node: s.Node) -> Shape:
        self.depth += 1
        try:
            return self._shape(node) if self.depth < 100 else open_shape()
        finally:
            self.depth -= 1

    def _shape(self, node: s.Node) -> Shape:
        if isinstance(node, s.Number):
            return open_shape() if node.text == "0" else number_shape()
        if isinstance(node, s.Group) and node.body is not None:
            return self.shape(node.body)
        if isinstance(node, s.Superscript) and symbol_key(node) is None:
            return self.power(node)
        told = sized(node)
        if told is not None:
            return told
        key = symbol_key(node)
        if key is not None:
            return self.symbol(node, key)
        handler = getattr(self, "of_" + type(node).__name__.lower(), None)
        if handler is not None:
            result: Shape = handler(node)
            return result
        for child in s.children(node):
            self.shape(child)
        return open_shape()

    def symbol(self, node: s.Node, key: str) -> Shape:
        if isinstance(node, s.Name) and node.text in ("\\pi", "e", "\\infty"):
            return number_shape()
        if isinstance(node, s.Name) and node.text == "I" and not node.accents:
            side = Dim(None, True)
            return (side, side)
        if isinstance(node, s.Name) and node.text == "1" and node.font in ("bf", "bb"):
            return (Dim(None, True), Dim(1))
        if isinstance(node, s.Name) and node.text == "0":
            return open_shape()
        inner = node
        while isinstance(inner, (s.Subscript, s.Superscript)):
            script = inner.index if isinstance(inner, s.Subscript) else inner.exponent
            if any(is_index(i) and symbol_key(i) in self.indices for i in s.walk(script)):
                return open_shape()  # an entry, or a member of a family
            inner = inner.base
        return self.name(key)

    def power(self, node: s.Superscript) -> Shape:
        base = node.base
        applies = isinstance(base, s.ApplyOrProduct) and symbol_key(base.head) in self.functions
        if applies:
            self.shape(base)
            return open_shape()
        if isinstance(base, s.ApplyOrProduct) and not isinstance(base.group.body, (s.Row, s.Conditional, s.Relations)):
            # V (x - m)^T is V times what is transposed
            return self.applied(base, self.power(s.Superscript(base.group.start, node.end, base.group, node.exponent)))
        rows, columns = self.shape(base)
        if is_transpose(node.exponent) or is_inverse_transpose(node.exponent):
            self.turned.append((node.base, (rows, columns)))
            return (columns, rows)
        if isinstance(node.exponent, (s.Number, s.Name, s.Fraction)) or is_minus_one(node.exponent):
            if not self.same(rows, columns):
                self.contest(node)
            if isinstance(node.exponent, s.Name) and node.exponent.font == "":
                self.alike(self.name(node.exponent.key), number_shape(), node.exponent)
            return (rows, columns)
        self.shape(node.exponent)
        return open_shape()

    def of_add(self, node: s.Add) -> Shape:
        shapes = [self.shape(t) for t in node.terms if not is_zero(t)]
        for other in shapes[1:]:
            self.alike(shapes[0], other, node)
        return shapes[0] if shapes else open_shape()

    def of_product(self, node: s.Product) -> Shape:
        if any(op not in ("", "\\cdot", "/", "\\times") for op in node.ops):
            for child in s.children(node):
                self.shape(child)
            return open_shape()
        shapes: list[Shape] = []
        for place, factor in enumerate(node.factors):
            shape = self.shape(factor)
            if place and node.ops[place - 1] == "/":
                self.alike(shape, number_shape(), factor)
            shapes.append(shape)
        return self.multiplied(node.factors, shapes)

    def multiplied(self, nodes: tuple[s.Node, ...], shapes: list[Shape]) -> Shape:
        result = open_shape()
        self.products.append((nodes, shapes, result))
        return result

    def of_infix(self, node: s.Infix) -> Shape:
        shapes = [self.shape(t) for t in node.terms]
        if node.op == "\\odot":
            for other in shapes[1:]:
                self.alike(shapes[0], other, node)
            return shapes[0]
        return open_shape()

    def of_fraction(self, node: s.Fraction) -> Shape:
        below = self.shape(node.denominator)
        self.alike(below, number_shape(), node.denominator)
        return self.shape(node.numerator)

    def of_root(self, node: s.Root) -> Shape:
        self.normal_factor(node.body)
        self.alike(self.shape(node.body), number_shape(), node.body)
        return number_shape()

    def of_norm(self, node: s.Norm) -> Shape:
        self.shape(node.body)
        return number_shape()

    def of_absolute(self, node: s.Absolute) -> Shape:
        rows, columns = self.shape(node.body)
        if any(isinstance(x, s.Name) and not x.text[:1].islower() and x.text[:1].isalpha() for x in s.walk(node.body)):
            if not self.same(rows, columns):
                self.contest(node)
        return number_shape()

    def of_bigoperator(self, node: s.BigOperator) -> Shape:
        outer = self.indices
        self.indices = outer | s.bound_names(node)
        try:
            return self.shape(node.body)
        finally:
            self.indices = outer

    def of_integral(self, node: s.Integral) -> Shape:
        return self.shape(node.body)

    def of_call(self, node: s.Call) -> Shape:
        argument = s.strip_group(node.argument)
        if node.function in ("Var", "Cov"):
            parts = argument.body.items if isinstance(argument, s.Group) and isinstance(argument.body, s.Row) else None
            sides = [self.shape(p) for p in (parts or (argument,))]
            if any(
                isinstance(p, s.Conditional)
                for p in (parts or (argument, argument.body if isinstance(argument, s.Group) else argument))
            ):
                return open_shape()
            for side in sides:
                if not self.same(side[1], Dim(1)):
                    self.contest(node)
            return (sides[0][0], sides[-1][0])
        inner = self.shape(node.argument)
        if node.function in _NUMBER:
            if not self.same(*inner):
                self.contest(node)
            inner[0].root().many |= inner[0].root().value is None and node.function != "rank"
            return number_shape()
        if node.function == "vec":
            return (Dim(None, True), Dim(1))
        if node.function in ("exp", "log", "ln") and any(
            isinstance(p, s.Superscript) and is_transpose(p.exponent) for p in s.walk(node.argument)
        ):
            self.alike(inner, number_shape(), node.argument)
        return inner if node.function in _SAME and node.power is None else open_shape()

    def of_applyorproduct(self, node: s.ApplyOrProduct) -> Shape:
        body = node.group.body
        if isinstance(body, s.Conditional) and body.bar == ";":
            if self.law(node.head, body.left, body.right):
                return number_shape()
        if isinstance(node.head, s.Subscript) and symbol_key(node.head.base) == "\\Gamma":
            self.counts |= {k for k in (symbol_key(node.head.index),) if k is not None}
        inner = self.shape(node.group)
        if isinstance(body, (s.Row, s.Conditional, s.Relations)):
            return open_shape()
        return self.applied(node, inner)

    def applied(self, node: s.ApplyOrProduct, inner: Shape) -> Shape:
        """A name before parentheses, whose content has the shape `inner`: a product where the name is an array."""
        body, key = node.group.body, symbol_key(node.head)
        if key is None:
            return self.multiplied((node.head, node.group), [self.shape(node.head), inner])
        if key in self.functions or (isinstance(node.head, s.Name) and node.head.font in ("rm", "cal", "bb", "scr")):
            return open_shape()
        result = open_shape()
        if body is not None and symbol_key(body) is None and not key[:1].islower():
            # a matrix before parentheses multiplies; whether it is one, other formulas say
            self.products.append(((node.head, _Applied(node)), [self.name(key), inner], result))
        return result

    def of_relations(self, node: s.Relations) -> Shape:
        left = node.first
        for op, right in node.rest:
            if op == "\\sim" and isinstance(right, (s.ApplyOrProduct, s.Call)):
                group = right.group if isinstance(right, s.ApplyOrProduct) else right.argument
                head: s.Node = (
                    right.head if isinstance(right, s.ApplyOrProduct) else s.FunctionName(0, 0, right.function)
                )
                if not (isinstance(group, s.Group) and group.body is not None and self.law(head, left, group.body)):
                    self.shape(right)
            elif op == "\\in":
                self.member(left, right)
            left = right
        return open_shape()

    def of_row(self, node: s.Row) -> Shape:
        """`X, Y \\sim \\mathrm{NG}(..)`, `x, y \\in \\mathbb{R}^n`: the names before share the relation."""
        pending: list[s.Node] = []
        for item in node.items:
            if isinstance(item, s.Relations) and pending and item.rest[0][0] in ("\\sim", "\\in"):
                first = s.Row(pending[0].start, item.first.end, (*pending, item.first))
                self.shape(s.Relations(first.start, item.end, first, item.rest))
                pending = []
            else:
                self.shape(item)
                pending.append(item)
        return open_shape()

    def of_conditional(self, node: s.Conditional) -> Shape:
        """`X | Y \\sim \\mathcal{N}(..)`: the law is that of X."""
        right = node.right
        self.shape(node.left)
        if isinstance(right, s.Relations) and right.rest[0][0] == "\\sim":
            self.shape(right.first)
            self.shape(s.Relations(node.start, node.end, node.left, right.rest))
        else:
            self.shape(right)
        return open_shape()

    def of_matrix(self, node: s.Matrix) -> Shape:
        cells = [[self.shape(c) for c in row] for row in node.rows]
        if any(isinstance(c, s.Ellipsis) for row in node.rows for c in row) or len({len(r) for r in cells}) != 1:
            return (Dim(None, True), Dim(1) if all(len(r) == 1 for r in cells) else Dim(None, True))
        for row in cells:
            for other in row[1:]:
                self.same(row[0][0], other[0])
        for column in zip(*cells, strict=True):
            for lower in column[1:]:
                self.same(column[0][1], lower[1])
        return (
            cells[0][0][0] if len(cells) == 1 else Dim(None, True),
            cells[0][0][1] if len(cells[0]) == 1 else Dim(None, True),
        )

    # -- laws and sets

    def law(self, head: s.Node, first: s.Node, rest: s.Node) -> bool:
        """A law of `first` with the parameters `rest`; False for one whose shapes nobody listed."""
        from .distributions import plain_name

        name = plain_name(head.function if isinstance(head, s.FunctionName) else (symbol_key(head) or text_key(head)))
        variables = first.items if isinstance(first, s.Row) else (first,)
        parameters = rest.items if isinstance(rest, s.Row) else (rest,)
        letters = law_shapes("chi2" if name == "\\chi^2" else name, len(variables), len(parameters))
        if letters is None:
            return False
        sizes: dict[str, Dim] = {"": Dim(1)}
        for part, (rows, columns) in zip((*variables, *parameters), letters, strict=True):
            if is_zero(part):
                continue
            wanted = (sizes.setdefault(rows, Dim()), sizes.setdefault(columns, Dim()))
            self.alike(self.shape(part), wanted, part)
            if rows == columns != "" and part in parameters:
                self.definite |= _matrix_of(part)
        if name in ("mn", "w", "nw"):
            for letter, dim in sizes.items():
                if letter:
                    dim.root().many |= dim.root().value is None
        return True

    def member(self, left: s.Node, right: s.Node) -> None:
        """x \\in \\mathbb{R}^n, A \\in \\mathbb{R}^{m \\times n}"""
        base = right.base if isinstance(right, s.Superscript) else right
        if not (isinstance(base, s.Name) and base.font == "bb" and base.text in "RNZ"):
            return
        sizes: list[Dim] = [Dim(1), Dim(1)]
        if isinstance(right, s.Superscript):
            parts = right.exponent.factors if isinstance(right.exponent, s.Product) else (right.exponent,)
            if len(parts) > 2 or (len(parts) == 2 and right.exponent.ops != ("\\times",)):  # type: ignore[attr-defined]
                return
            sizes[: len(parts)] = [size_of_node(p) for p in parts]
        for name in left.items if isinstance(left, s.Row) else (left,):
            if symbol_key(name) is not None:
                self.alike(self.shape(name), (sizes[0], sizes[1]), name)

    def normal_factor(self, node: s.Node) -> None:
        """Below the root of a normal density (2 \\pi)^n |\\Sigma| says that \\Sigma is n by n, and (2 \\pi)^{np} |V|^n |U|^p, which
        is |V \\otimes U|, that V is p by p and U n by n."""
        counts: list[s.Node] = []
        bodies: list[tuple[s.Node, str]] = []
        pending = [node]
        while pending:
            part = s.strip_group(pending.pop())
            if isinstance(part, s.Product):
                pending.extend(part.factors)
            elif isinstance(part, s.Fraction):
                pending.extend((part.numerator, part.denominator))
            elif isinstance(part, s.Absolute):
                bodies.append((part.body, ""))
            elif isinstance(part, s.Superscript) and isinstance(part.base, s.Absolute):
                bodies.append((part.base.body, symbol_key(part.exponent) or "?"))
            elif isinstance(part, s.Superscript) and isinstance(part.base, s.Group):
                if any(isinstance(x, s.Name) and x.text == "\\pi" for x in s.walk(part.base)):
                    counts.append(part.exponent)
        if len(counts) != 1:
            return
        if symbol_key(counts[0]) is not None and len(bodies) == 1 and not bodies[0][1]:
            self.has_sides(bodies[0][0], counts[0])
        elif isinstance(counts[0], s.Product) and len(counts[0].factors) == 2:
            first, second = counts[0].factors
            for body, power in bodies:
                if power == symbol_key(first):
                    self.has_sides(body, second)
                elif power == symbol_key(second):
                    self.has_sides(body, first)

    def has_sides(self, body: s.Node, size: s.Node) -> None:
        side = size_of_node(size)
        self.alike(self.shape(body), (side, side), body)


def _matrix_of(node: s.Node) -> set[str]:
    """The one name that a covariance is made of, up to factors and inversion: V of \\sigma^2 V, P of (\\tau P)^{-1}."""
    node = s.strip_group(node)
    while isinstance(node, s.Superscript) and is_minus_one(node.exponent):
        node = s.strip_group(node.base)
    if isinstance(node, s.Product):
        node = s.strip_group(node.factors[-1])
    key = symbol_key(node)
    return {key} if key is not None else set()


class _Applied(s.Node):
    """Stands for what a name is applied to, or multiplied with."""

    def __init__(self, node: s.ApplyOrProduct):
        super().__init__(node.start, node.end)
