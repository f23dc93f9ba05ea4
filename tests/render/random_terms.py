"""Random terms and random array expressions for the property tests."""

from fractions import Fraction

from derive.terms import (
    POSITIVE,
    Arr,
    Entry,
    Fn,
    Guard,
    Index,
    IntValue,
    Num,
    Pow,
    Prod,
    Size,
    Sum,
    Symbol,
    delta,
    exp,
    fresh_index,
    log,
    substitute,
    term,
)  # fmt: skip
from derive.terms import arrays as ar

N, D, K = Size("n"), Size("d"), Size("K")
SIZES = {"n": 3, "d": 2, "K": 4}
SCALARS = [Symbol(name, domain=POSITIVE) for name in ("x", r"\mu", r"\sigma", "k_1", "y'")]
VECTORS = [Symbol("p", (N,)), Symbol(r"\hat{y}", (N,)), Symbol("v", (D,)), Symbol("z", (K,))]
MATRICES = [Symbol("X", (N, D)), Symbol("W_1", (N, K)), Symbol("A", (N, N)), Symbol("B", (D, D))]
FREE = [Index("i", 1, N), Index("j", 1, D), Index("k", 1, K)]


def random_term(rng, depth, scope=None):
    """A term over the sizes n, d, K; bound indices are fresh or named like others."""
    scope = scope or list(FREE)
    if depth == 0 or rng.random() < 0.15:
        return leaf(rng, scope)

    def sub():
        return random_term(rng, depth - 1, scope)

    kind = rng.choice("add add mul mul mul pow fn sum sum sum guard quotient prod".split())
    if kind == "add":
        return sum(
            (rng.choice([1, -1, 2, Fraction(-1, 3)]) * sub() for _ in range(rng.randint(2, 3))),
            term(rng.choice([0, 0, 1, -2])),
        )
    if kind == "mul":
        return rng.choice([1, 1, -1, 2, Fraction(1, 2), Fraction(-3, 4)]) * sub() * sub()
    if kind == "quotient":
        return sub() / positive(rng, depth - 1, scope)
    if kind == "pow":
        return Pow(
            positive(rng, depth - 1, scope),
            Num(rng.choice([2, 3, -1, -2, Fraction(1, 2), Fraction(-1, 2), Fraction(3, 2), Fraction(-1, 3)])),
        )
    if kind == "fn":
        name = rng.choice("tanh sin cos abs log exp max".split())
        if name == "exp":
            return exp(Fn("tanh", sub()) * rng.choice([1, -1, 2]))
        if name == "max":
            return Fn("max", Num(0), sub())
        return log(positive(rng, depth - 1, scope)) if name == "log" else Fn(name, sub())
    if kind == "guard":
        a, b = rng.choice(scope), rng.choice(scope)
        return sub() * (
            delta(a, b + rng.choice([0, 0, 1])) if rng.random() < 0.5 else Guard(rng.choice(["!=", ">=", ">"]), a - b)
        )
    size = rng.choice([N, D, K])
    index = fresh_index(None, 1, size) if rng.random() < 0.5 else Index(rng.choice("ijk"), 1, size)
    if kind == "prod":
        return Prod(index, positive(rng, min(depth - 1, 1), [*hidden(scope, index), index]))
    body = random_term(rng, depth - 1, [*hidden(scope, index), index])
    if rng.random() < 0.3:
        body = (
            Guard(rng.choice(["!=", ">=", ">"]), rng.choice([-1, 1]) * (index - rng.choice(hidden(scope, index))))
            * body
        )
    return Sum(index, body)


def hidden(scope, index):
    return [i for i in scope if i is not index]


def positive(rng, depth, scope):
    return Fn("abs", random_term(rng, depth, scope)) + 1 if rng.random() < 0.5 else leaf(rng, scope, positive_only=True)


def leaf(rng, scope, positive_only=False):
    choice = rng.random()
    if choice < 0.25:
        return term(rng.choice(SCALARS))
    if choice < 0.35:
        return IntValue(rng.choice([N, K, rng.choice(scope)]))
    if choice < 0.42 and not positive_only:
        return IntValue(rng.choice(scope) - rng.choice([1, 3, N]))
    for _ in range(10):
        symbol = rng.choice(VECTORS + MATRICES)
        options = [[i for i in scope if i.hi == size] for size in symbol.shape]
        if all(options):
            return Entry(symbol, tuple(rng.choice(o) for o in options))
    return term(rng.choice(SCALARS))


def random_matrix_value(rng, depth):
    """A number, vector or matrix built with `derive.terms.arrays`, of shapes over n, d, K."""
    shape = rng.choice([(), (N,), (D,), (N, D), (D, N), (N, N), (D, D)])
    return random_array(rng, depth, shape)


def random_array(rng, depth, shape):
    if not shape:
        return random_number(rng, depth)
    if depth == 0:
        return array_leaf(rng, shape)

    def go(s):
        return random_array(rng, depth - 1, s)

    kind = rng.choice("add sub scale hadamard function product product product".split())
    if kind == "add":
        return ar.add(go(shape), go(shape))
    if kind == "sub":
        return ar.add(go(shape), ar.scale(Num(-1), go(shape)))
    if kind == "scale":
        return ar.scale(
            rng.choice([Num(2), term(SCALARS[0]), random_number(rng, depth - 1), Num(Fraction(-1, 2))]), go(shape)
        )
    if kind == "hadamard":
        return ar.hadamard(go(shape), go(shape))
    if kind == "function":
        return ar.elementwise(rng.choice(["tanh", "sin", "exp"]), ar.elementwise("tanh", go(shape)))
    inner = rng.choice([N, D])
    if len(shape) == 1:
        return ar.matmul(go((shape[0], inner)), go((inner,)))
    if rng.random() < 0.2:
        return ar.transpose(go(shape[::-1]))
    if rng.random() < 0.2:
        return ar.outer(go(shape[:1]), go(shape[1:]))
    if shape[0] == shape[1] and rng.random() < 0.3:
        return rng.choice(
            [lambda: ar.diag(go(shape[:1])), lambda: ar.identity(shape[0]), lambda: ar.inverse(array_leaf(rng, shape))]
        )()
    return ar.matmul(go((shape[0], inner)), go((inner, shape[1])))


def random_number(rng, depth):
    if depth == 0:
        return term(rng.choice(SCALARS))
    kind = rng.choice(["dot", "trace", "norm", "total", "det", "quotient", "quadratic"])

    def go(s):
        return random_array(rng, depth - 1, s)

    size = rng.choice([N, D])
    if kind == "dot":
        return ar.dot(go((size,)), go((size,)))
    if kind == "trace":
        return ar.trace(go((size, size)))
    if kind == "norm":
        return ar.norm_squared(go(rng.choice([(size,), (N, D)])))
    if kind == "total":
        return ar.total(go((size,)))
    if kind == "det":
        return ar.det(array_leaf(rng, (size, size)))
    if kind == "quotient":
        return random_number(rng, depth - 1) / (ar.norm_squared(go((size,))) + 1)
    return ar.matmul(ar.transpose(go((size,))), ar.matmul(go((size, size)), go((size,))))


def array_leaf(rng, shape):
    names = {(N,): "uvw", (D,): "abc", (N, D): "XY", (D, N): "MR", (N, N): "AGS", (D, D): "BCH"}[shape]
    properties = {"symmetric"} if rng.random() < 0.3 and len(shape) == 2 and shape[0] == shape[1] else ()
    return Arr.of(Symbol(rng.choice(names) + ("_s" if properties else ""), shape, properties=frozenset(properties)))


def fresh_axes(value):
    """The array with fresh axes (as the engine hands them over)."""
    return Arr(*value.open()) if isinstance(value, Arr) else substitute(value, {})
