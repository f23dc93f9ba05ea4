"""Random terms of every construct, random points, and small changes to a term that mostly make it another."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from derive.evaluate import Assignment, Law, random_function
from derive.terms import (
    NATURAL,
    PI,
    POSITIVE,
    Apply,
    Arr,
    Derivative,
    Determinant,
    Domain,
    Entry,
    Expectation,
    Fn,
    FunctionSymbol,
    Guard,
    Index,
    IntValue,
    InverseEntry,
    MatrixPowerEntry,
    Mul,
    Num,
    Pow,
    Prod,
    Size,
    Sum,
    Symbol,
    Term,
    affine,
    children,
    delta,
    exp,
    fresh_index,
    log,
    rebuild,
    substitute,
    term,
)

N, M = Size("n"), Size("m")
I, J, K = Index("i", 1, N), Index("j", 1, N), Index("k", 1, M)
UNIT = Domain(Fraction(0), True, Fraction(1), True)
NONNEGATIVE = Domain(Fraction(0))
REALS = [Symbol(s) for s in "abc"]
POSITIVES = [Symbol("p", domain=POSITIVE), Symbol("q", domain=POSITIVE), Symbol("u", domain=UNIT)]
OTHERS = [
    Symbol("h", domain=NONNEGATIVE),
    Symbol("w", domain=Domain(nonzero=True)),
    Symbol("s", domain=Domain(values=(Fraction(0), Fraction(1)))),
    Symbol("e", domain=Domain(values=(Fraction(-1), Fraction(1)))),
    Symbol("o", domain=Domain(values=(Fraction(-1), Fraction(0), Fraction(1)))),
    Symbol("g", domain=Domain(upper=Fraction(0))),
]
NATURALS = [Symbol("t", domain=NATURAL), Symbol("r", domain=NATURAL)]
VECTORS = [
    Symbol("x", (N,)),
    Symbol("y", (N,), POSITIVE),
    Symbol("z", (M,)),
    Symbol("v", (N,), Domain(values=(Fraction(0), Fraction(1)))),
    Symbol("f", (N,), Domain(values=(Fraction(-1), Fraction(1)))),
]
SQUARE = [
    Symbol("A", (N, N)),
    Symbol("S", (N, N), properties=frozenset({"symmetric"})),
    Symbol("D", (N, N), properties=frozenset({"diagonal"})),
    Symbol("L", (N, N), properties=frozenset({"lower_triangular"})),
    Symbol("U", (N, N), properties=frozenset({"upper_triangular"})),
    Symbol("P", (N, N), properties=frozenset({"symmetric", "positive_definite"})),
    Symbol("Q", (N, N), properties=frozenset({"orthogonal"})),
]
MATRICES = [*SQUARE, Symbol("B", (N, M)), Symbol("C", (M, N), POSITIVE)]
RANDOM = [Symbol("X", kind="random"), Symbol("Y", kind="random"), Symbol("Z", (N,), kind="random")]
F1 = FunctionSymbol("F", smooth=2)
F2 = FunctionSymbol("G", ((), (N,)), smooth=2)
NUMBERS = [Fraction(k) for k in (1, 1, 2, 3, -1, -2)] + [Fraction(1, 2), Fraction(-1, 3), Fraction(0)]


# ---- terms
def length(index: Index) -> Any:
    return index.length


def place(rng: Random, scope: list[Index], size: Any) -> Any:
    """An index of the scope that runs over 1..size, rarely a number."""
    fitting = [i for i in scope if i.hi == affine(size) and i.lo == affine(1)]
    inner = [i for i in scope if i not in fitting and (_within(i, size))]
    if rng.random() < 0.05 or not fitting + inner:
        return 1
    return rng.choice(fitting * 3 + inner)


def _within(i: Index, size: Any) -> bool:
    """Made so by `ranges`: the ends of the dependent ranges stay within 1..n."""
    return i.name.endswith("'") and affine(size) == affine(N)


def ranges(rng: Random, scope: list[Index]) -> Index:
    """A new bound index: a plain range, one that depends on another index, a short or a long one."""
    name = rng.choice("ijk") if rng.random() < 0.4 else fresh_index().name
    of_n = [i for i in scope if i.hi == affine(N) and i.lo == affine(1)]
    kind = rng.random()
    if kind < 0.55:
        return Index(name, 1, rng.choice([N, N, M]))
    if kind < 0.75 and of_n:
        o = rng.choice(of_n)
        return rng.choice(
            [Index(name + "'", 1, o), Index(name + "'", o, N), Index(name + "'", o + 1, N), Index(name + "'", 1, o - 1)]
        )
    if kind < 0.85:
        return rng.choice([Index(name + "'", 2, N), Index(name + "'", 1, N - 1), Index(name + "'", 1, affine(N) - 2)])
    if kind < 0.93:
        return rng.choice(
            [Index(name, 0, N), Index(name, 0, affine(N) - 1), Index(name, 2, affine(N) + 1), Index(name, 1, N + M)]
        )
    return rng.choice([Index(name, 1, 2), Index(name, 0, 3), Index(name, 1, 0), Index(name, 1, 8), Index(name, 3, 3)])


def leaf(rng: Random, scope: list[Index]) -> Term:
    kind = rng.choice(
        "real real positive other number entry entry entry entry matrix matrix matrix index size random".split()
    )
    if kind == "real":
        return term(rng.choice(REALS))
    if kind == "positive":
        return term(rng.choice(POSITIVES))
    if kind == "other":
        return term(rng.choice(OTHERS))
    if kind == "number":
        return Num(rng.choice(NUMBERS))
    if kind == "entry":
        v = rng.choice(VECTORS)
        return v[place(rng, scope, v.shape[0].atom)]
    if kind == "matrix":
        m = rng.choice(MATRICES)
        return m[place(rng, scope, m.shape[0].atom), place(rng, scope, m.shape[1].atom)]
    if kind == "index" and scope:
        return IntValue(rng.choice(scope))
    if kind == "random":
        return term(rng.choice(NATURALS))
    return IntValue(rng.choice([N, M]))


def random_term(rng: Random, depth: int, scope: list[Index] | None = None, outcome: bool = True) -> Term:
    """A term; ``outcome`` says that derivatives and expectations may stand in it."""
    scope = [I, J, K] if scope is None else scope
    if depth <= 0:
        return leaf(rng, scope)

    def sub(d: int = 1) -> Term:
        return random_term(rng, depth - d, scope, outcome)

    kind = rng.choice(KINDS)
    if kind == "add":
        return sub() + rng.choice(NUMBERS) * sub()
    if kind == "mul":
        return sub() * sub()
    if kind == "quotient":
        return sub() * Pow(sub(), rng.choice([-1, -1, -2]))
    if kind == "square":
        return Pow(sub(), rng.choice([2, 2, 3, 0, 4]))
    if kind == "root":
        return Pow(
            sub(),
            rng.choice(
                [Fraction(1, 2), Fraction(1, 2), Fraction(-1, 2), Fraction(3, 2), Fraction(1, 3), Fraction(2, 3)]
            ),
        )
    if kind == "symbolic":
        e = rng.choice(
            [
                term(NATURALS[0]),
                term(NATURALS[0]) + 1,
                IntValue(N),
                -term(NATURALS[1]),
                term(REALS[0]),
                IntValue(rng.choice(scope or [N])),
            ]
        )
        return Pow(sub(), e)
    if kind == "function":
        name = rng.choice("exp exp log log tanh sin cos abs abs sign sinh cosh softplus arctan erf".split())
        return Fn(name, sub())
    if kind == "combinatorial":
        k = term(rng.choice(NATURALS)) + rng.choice([0, 1, 2, -1])
        return rng.choice(
            [Fn("factorial", k), Fn("binomial", term(NATURALS[0]), term(NATURALS[1])), Fn("gamma", sub())]
        )
    if kind == "max":
        return Fn(rng.choice(["max", "min"]), sub(), rng.choice([sub(2), Num(0)]))
    if kind == "sum":
        index = ranges(rng, scope)
        return Sum(index, random_term(rng, depth - 1, hidden(scope, index), outcome))
    if kind == "prod":
        index = ranges(rng, scope)
        return Prod(index, random_term(rng, depth - 1, hidden(scope, index), outcome))
    if kind == "guard":
        return guard(rng, scope) * sub()
    if kind == "real guard":
        return Guard(rng.choice(["==", "!=", ">", ">="]), sub(2)) * sub()
    if kind == "matrix":
        return matrix_term(rng, scope, depth)
    if kind == "apply":
        return rng.choice(
            [F1(sub()), Apply(F1, (sub(),), (), ((0, ()),)), vector_function(rng, scope, sub(2), depth, outcome)]
        )
    if kind == "derivative" and outcome:
        by = rng.choice([*REALS, *POSITIVES[:2], VECTORS[0], VECTORS[1], *MATRICES[:2]])
        places = tuple(place(rng, scope, s.atom) for s in by.shape)
        return Derivative(random_term(rng, depth - 1, scope, False), by, places)
    if kind == "expectation" and outcome:
        x = rng.choice([term(RANDOM[0]), term(RANDOM[1]), RANDOM[2][place(rng, scope, N)]])
        y = rng.choice([term(RANDOM[0]), RANDOM[2][place(rng, scope, N)], x])
        inner = random_term(rng, depth - 2, scope, False)
        given = rng.choice([(), (), (RANDOM[1],)])
        return Expectation(
            rng.choice([x * y * inner, (x + inner) ** 2, exp(x * inner), x**2 + inner * y, Fn("abs", x) * inner]), given
        )
    return leaf(rng, scope)


KINDS = (
    "add add add add mul mul mul mul quotient quotient square root root symbolic function function function combinatorial max "
    "sum sum sum sum "
    "prod guard guard real matrix matrix apply derivative expectation"
).replace("real", "real-guard").split()  # fmt: skip
KINDS = [k.replace("-", " ") for k in KINDS]


def hidden(scope: list[Index], index: Index) -> list[Index]:
    """The scope inside a binder: names and ranges that the index hides are gone."""
    return [
        i for i in scope if i.name != index.name and index not in (*i.lo.indices, *(i.hi.indices if i.hi else ()))
    ] + [index]


def guard(rng: Random, scope: list[Index]) -> Term:
    a = rng.choice(scope)
    b = rng.choice([*scope, *scope, N, affine(1), affine(2)])
    gap = affine(a) - affine(b) + rng.choice([0, 0, 0, 1, -1])
    if rng.random() < 0.1:
        gap = affine(a) + affine(b) - affine(N)
    if rng.random() < 0.5:
        return Guard("==", gap)
    return Guard(rng.choice(["!=", ">=", ">"]), gap if rng.random() < 0.7 else -gap)


def matrix(rng: Random, depth: int) -> Arr:
    """A square matrix of size n."""
    i, j, k = (fresh_index(None, 1, N) for _ in range(3))
    a, b = rng.choice(SQUARE), rng.choice(SQUARE)
    body = rng.choice(
        [
            a[i, j],
            a[i, j],
            a[j, i],
            a[i, j] + rng.choice(NUMBERS) * delta(i, j),
            a[i, j] * b[i, j],
            Sum(k, a[i, k] * b[k, j]),
            Sum(k, a[k, i] * a[k, j]) + delta(i, j),
            a[i, j] + b[j, i],
            delta(i, j) * VECTORS[0][i],
            rng.choice(NUMBERS) * a[i, j] * VECTORS[1][i],
            term(rng.choice(REALS)) * a[i, j],
        ]
    )
    return Arr(((i,), (j,)), body)


def matrix_term(rng: Random, scope: list[Index], depth: int) -> Term:
    m = matrix(rng, depth)
    i, j = place(rng, scope, N), place(rng, scope, N)
    k = fresh_index(None, 1, N)
    kind = rng.randrange(6)
    if kind == 0:
        return Determinant(m)
    if kind == 1:
        return InverseEntry(m, i, j)
    if kind == 2:
        return Sum(k, InverseEntry(m, i, k) * rng.choice([m.at(k, j), m.at(j, k), VECTORS[0][k]]))
    if kind == 3:
        return MatrixPowerEntry(m, rng.choice([affine(N), affine(2), affine(0), affine(N) - 1]), i, j)
    if kind == 4:
        return Sum(k, m.at(i, k) * rng.choice(SQUARE)[k, j])
    return log(Determinant(m)) if rng.random() < 0.5 else Sum(k, m.at(k, k))


def vector_function(rng: Random, scope: list[Index], scalar: Term, depth: int, outcome: bool) -> Term:
    i = fresh_index(None, 1, N)
    body = random_term(rng, max(0, depth - 2), [*scope, i], outcome)
    partials = rng.choice([(), (), ((1, (place(rng, scope, N),)),), ((0, ()),)])
    return Apply(F2, (scalar, Arr(((i,),), body)), (), partials)


# ---- points
VALUES = [Fraction(k) for k in (0, 0, 1, 1, 2, 3, -1, -1, -2)] + [
    Fraction(1, 2),
    Fraction(-1, 2),
    Fraction(3, 2),
    Fraction(2, 3),
    Fraction(-5, 3),
    Fraction(7, 4),
]


def value_of(rng: Random, domain: Domain) -> Fraction:
    if domain.values is not None:
        return rng.choice(domain.values)
    if domain.integer:
        return Fraction(rng.randint(0, 4))
    fitting = [v for v in VALUES if domain.contains(v)]
    return rng.choice(fitting)


def _rotation(rng: Random, n: int) -> list[list[Fraction]]:
    """An orthogonal matrix with rational entries: a product of a signed permutation and a reflection."""
    v = [Fraction(rng.randint(-2, 2)) for _ in range(n)]
    norm = sum(x * x for x in v)
    q = [[Fraction(int(i == j)) - (2 * v[i] * v[j] / norm if norm else 0) for j in range(n)] for i in range(n)]
    rng.shuffle(q)
    signs = [rng.choice([1, -1]) for _ in range(n)]
    return [[signs[i] * x for x in row] for i, row in enumerate(q)]


def array_of(rng: Random, symbol: Symbol, sizes: dict[Size, int]) -> Any:
    shape = [a.constant + sum(c * sizes[s] for s, c in a.terms) for a in symbol.shape]
    if not shape:
        return value_of(rng, symbol.domain)
    if len(shape) == 1:
        return [value_of(rng, symbol.domain) for _ in range(shape[0])]
    rows, columns = shape
    m = [[value_of(rng, symbol.domain) for _ in range(columns)] for _ in range(rows)]
    properties = symbol.properties
    if "orthogonal" in properties:
        return _rotation(rng, rows)
    for i in range(rows):
        for j in range(columns):
            if (
                ("diagonal" in properties and i != j)
                or ("lower_triangular" in properties and i < j)
                or ("upper_triangular" in properties and i > j)
            ):
                m[i][j] = Fraction(0)
            if "symmetric" in properties and i < j:
                m[i][j] = m[j][i] = m[i][j]
    if "symmetric" in properties:
        m = [[m[max(i, j)][min(i, j)] for j in range(columns)] for i in range(rows)]
    if "positive_definite" in properties:
        m = [[sum(m[i][k] * m[j][k] for k in range(rows)) + (i == j) for j in range(rows)] for i in range(rows)]
    return m


SYMBOLS = [*REALS, *POSITIVES, *OTHERS, *NATURALS, *VECTORS, *MATRICES, *RANDOM]


def random_point(rng: Random, largest: int = 3) -> Assignment:
    """Values for everything that `random_term` uses: few distinct values, so that entries are often equal or 0."""
    sizes = {N: rng.randint(1, largest), M: rng.randint(1, 3)}
    indices = {I: rng.randint(1, sizes[N]), J: rng.randint(1, sizes[N]), K: rng.randint(1, sizes[M])}
    symbols = {s: array_of(rng, s, sizes) for s in SYMBOLS}
    functions = {F1: random_function(F1, sizes, rng), F2: random_function(F2, sizes, rng)}
    atoms = [
        (Fraction(1, 2), {s: array_of(rng, s, sizes) for s in RANDOM}),
        (Fraction(1, 2), {s: array_of(rng, s, sizes) for s in RANDOM}),
    ]
    symbols.update({s: atoms[0][1][s] for s in RANDOM})
    return Assignment(sizes, indices, symbols, functions, Law(tuple(atoms)))


# ---- changes
def nodes(t: Any) -> list[Any]:
    return [t] + [n for c in children(t) for n in nodes(c)]


def replaced(t: Any, old: Any, new: Any) -> Any:
    return new if t is old else rebuild(t, lambda c: replaced(c, old, new))


def mutated(rng: Random, t: Term) -> Term:
    """The term with one place changed: a number, an index, a symbol, a guard, a range, a function, a sign, a factor."""
    for _ in range(20):
        old = rng.choice(nodes(t))
        new = _changed(rng, old)
        if new is not None and new is not old:
            try:
                return replaced(t, old, new)
            except (ValueError, TypeError):
                continue
    return t + 1


def _changed(rng: Random, t: Any) -> Any:
    if isinstance(t, Num):
        return Num(t.value + rng.choice([1, -1]))
    if isinstance(t, Entry) and t.indices:
        if len(t.indices) == 2 and t.symbol.shape[0] == t.symbol.shape[1] and rng.random() < 0.5:
            return Entry(t.symbol, tuple(reversed(t.indices)))
        same = [s for s in (*VECTORS, *MATRICES) if s.shape == t.symbol.shape and s is not t.symbol]
        return (
            Entry(rng.choice(same), t.indices)
            if same and rng.random() < 0.6
            else Entry(t.symbol, (1,) * len(t.indices))
        )
    if isinstance(t, Entry):
        return rng.choice(
            [Fn("abs", t), t**2, term(rng.choice(REALS)), term(rng.choice(POSITIVES)), (t**2) ** Fraction(1, 2)]
        )
    if isinstance(t, Mul):
        k = rng.randrange(len(t.fields))
        return rng.choice([Mul(*t.fields[:k], *t.fields[k + 1 :]), Mul(*t.fields, t.fields[k]), -t])
    if isinstance(t, Pow):
        e = t.exponent
        if isinstance(e, Num):
            return Pow(t.base, e.value + rng.choice([1, -1, Fraction(1, 2)]))
        return Pow(t.base, e + 1)
    if isinstance(t, Guard) and not isinstance(t.subject, Term):
        return rng.choice(
            [
                Guard(t.op, t.subject + 1),
                Guard(rng.choice(["==", "!=", ">="]), t.subject),
                Guard(t.op, -t.subject),
                Num(1),
            ]
        )
    if isinstance(t, Guard):
        return rng.choice(
            [Guard(rng.choice(["==", "!=", ">=", ">"]), t.subject), Guard(t.op, -t.subject), Num(1), Num(0)]
        )
    if isinstance(t, Sum | Prod):
        lo, hi = t.index.lo, t.index.hi
        index = rng.choice([Index(t.index.name, lo + 1, hi), Index(t.index.name, lo, hi - 1)])
        return rng.choice(
            [
                type(t)(index, substitute(t.body, {t.index: index})),
                type(t)(t.index, t.body * 2),
                t.body if rng.random() < 0.3 else -t,
            ]
        )
    if isinstance(t, Fn):
        if t.name in ("max", "min"):
            return Fn("max" if t.name == "min" else "min", *t.arguments)
        if len(t.arguments) == 1:
            return Fn(rng.choice("exp log tanh sin cos abs sign".split()), *t.arguments)
        return None
    if isinstance(t, Term) and t is not PI:
        return rng.choice([t + 1, -t, t * term(rng.choice(OTHERS)), t + Guard("==", term(rng.choice(REALS)))])
    return None
