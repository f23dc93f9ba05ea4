"""Polynomials, monomials, components and atoms: the data of the normal form, their keys, free indices and renaming.

All are hash-consed nodes whose parts are normal themselves. ``key`` is a string that orders nodes the same way in every run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import blake2b
from typing import Any

from derive.terms import Affine, FunctionSymbol, Index, Node, Symbol

Exponent = Any  # Fraction, or a Poly that is not constant
Factor = tuple[Any, Exponent]


class Part(Node):
    """What atoms, components, monomials, polynomials and lambdas share: key, free indices, depth of binders."""

    __slots__ = ()

    @property
    def key(self) -> str:
        found: str | None = self._cache.get("key")
        if found is None:
            found = self._cache["key"] = _short(type(self).__name__[0] + _key(self.fields))
        return found

    @property
    def free(self) -> frozenset[Index]:
        """The indices that occur free."""
        found: frozenset[Index] | None = self._cache.get("free")
        if found is None:
            found = self._cache["free"] = self._free()
        return found

    @property
    def depth(self) -> int:
        """How deeply binders are nested inside."""
        found: int | None = self._cache.get("depth")
        if found is None:
            found = self._cache["depth"] = self._depth()
        return found

    @property
    def atoms(self) -> frozenset[Any]:
        """The heads and symbols that occur anywhere inside (for quick tests)."""
        found: frozenset[Any] | None = self._cache.get("atoms")
        if found is None:
            found = self._cache["atoms"] = self._atoms()
        return found

    def _free(self) -> frozenset[Index]:
        return frozenset(_collect_free(self.fields))

    def _depth(self) -> int:
        return _max_depth(self.fields)

    def _atoms(self) -> frozenset[Any]:
        return frozenset(_collect_atoms(self.fields))


class Atom(Part):
    """An indecomposable factor: fields are a head (a string) and parts (affine expressions, symbols, polynomials, lambdas)."""

    __slots__ = ()

    @property
    def head(self) -> str:
        return self.fields[0]  # type: ignore[no-any-return]

    @property
    def parts(self) -> tuple[Any, ...]:
        return self.fields[1:]

    def _atoms(self) -> frozenset[Any]:
        return frozenset(_collect_atoms(self))


class Lam(Part):
    """A polynomial with bound argument indices in fixed order: a matrix or vector inside an atom."""

    __slots__ = ()
    indices: tuple[Index, ...] = property(lambda self: self.fields[0])  # type: ignore[assignment]
    body: Poly = property(lambda self: self.fields[1])  # type: ignore[assignment]

    def _free(self) -> frozenset[Index]:
        return (self.body.free - frozenset(self.indices)) | _range_indices(self.indices)

    def _depth(self) -> int:
        return self.body.depth + 1


class Comp(Part):
    """A connected component: the sum over ``bound`` of the product of ``factors``, in canonical names."""

    __slots__ = ()
    bound: tuple[Index, ...] = property(lambda self: self.fields[0])  # type: ignore[assignment]
    factors: tuple[Factor, ...] = property(lambda self: self.fields[1])  # type: ignore[assignment]

    def _free(self) -> frozenset[Index]:
        inner = frozenset(_collect_free(self.factors)) - frozenset(self.bound)
        return (inner | _range_indices(self.bound)) - frozenset(self.bound)

    def _depth(self) -> int:
        return _max_depth(self.factors) + 1


class Mono(Part):
    """A product of bases with exponents, sorted by key. Field ``factors``."""

    __slots__ = ()
    factors: tuple[Factor, ...] = property(lambda self: self.fields[0])  # type: ignore[assignment]


class Poly(Part):
    """A sum of monomials with nonzero rational coefficients, sorted by key. Field ``terms``."""

    __slots__ = ()
    terms: tuple[tuple[Mono, Fraction], ...] = property(lambda self: self.fields[0])  # type: ignore[assignment]

    @property
    def constant(self) -> Fraction | None:
        """The value of a constant polynomial, else None."""
        if not self.terms:
            return Fraction(0)
        if len(self.terms) == 1 and self.terms[0][0] is UNIT:
            return self.terms[0][1]
        return None

    def scaled(self, c: Fraction) -> Poly:
        return ZERO if c == 0 else Poly(tuple((m, k * c) for m, k in self.terms))

    def __neg__(self) -> Poly:
        return self.scaled(Fraction(-1))

    def __add__(self, other: Poly) -> Poly:
        return add_polys((self, other))

    def __sub__(self, other: Poly) -> Poly:
        return add_polys((self, -other))


def whole_part(e: Poly) -> tuple[Fraction, Poly]:
    """The whole number in an exponent that is no number, and what remains."""
    number = next((c for m, c in e.terms if m is UNIT), Fraction(0))
    whole = Fraction(number.numerator // number.denominator)
    return whole, e - constant(whole) if whole else e


def _short(text: str) -> str:
    return text if len(text) <= 160 else "~" + blake2b(text.encode(), digest_size=20).hexdigest()


def _key(value: Any) -> str:
    if isinstance(value, Part):
        return value.key
    if isinstance(value, tuple):
        return "(" + " ".join(map(_key, value)) + ")"
    if isinstance(value, Affine):
        found: str = value.memo("key", _affine_text)
        return found
    if isinstance(value, Index):
        return f"{value.name}:{_key(value.lo)}..{'' if value.hi is None else _key(value.hi)}"
    if isinstance(value, Symbol | FunctionSymbol):
        return value.name
    return str(value)


def _affine_text(a: Affine) -> str:
    return "+".join(f"{c}{x.name}" for x, c in a.terms) + f"+{a.constant}"


def _collect_free(value: Any) -> Iterable[Index]:
    if isinstance(value, Part):
        return value.free
    if isinstance(value, tuple):
        result: set[Index] = set()
        _add_free(value, result)
        return result
    return value.indices if isinstance(value, Affine) else ()


def _add_free(values: tuple[Any, ...], result: set[Index]) -> None:
    for v in values:
        if isinstance(v, Part):
            result |= v.free
        elif isinstance(v, Affine):
            result.update(v.indices)
        elif type(v) is tuple:
            _add_free(v, result)


def _range_indices(bound: tuple[Index, ...]) -> frozenset[Index]:
    found: set[Index] = set()
    for i in bound:
        found.update(i.lo.indices)
        if i.hi is not None:
            found.update(i.hi.indices)
    return frozenset(found)


def _max_depth(value: Any) -> int:
    if isinstance(value, Part):
        return value.depth
    if isinstance(value, tuple):
        return max((_max_depth(v) for v in value), default=0)
    return 0


def _collect_atoms(value: Any) -> Iterable[Any]:
    if isinstance(value, Atom):
        found_here = {value.fields[0]}.union(*(_collect_atoms(v) for v in value.fields[1:]))
        if value.fields[0] == "inverse":
            found_here.add(value.fields[1])
        return found_here
    if isinstance(value, Part):
        found: frozenset[Any] = value.atoms if not isinstance(value, Lam) else value.body.atoms
        return found
    if isinstance(value, tuple):
        return set().union(*(_collect_atoms(v) for v in value)) if value else ()
    return (value,) if isinstance(value, Symbol | FunctionSymbol) else ()


UNIT = Mono(())
ZERO = Poly(())
ONE = Poly(((UNIT, Fraction(1)),))


def constant(value: Any) -> Poly:
    value = Fraction(value)
    return ZERO if value == 0 else Poly(((UNIT, value),))


def _base_key(part: tuple[Any, Any]) -> str:
    key: str = part[0].key
    return key


def mono(factors: Iterable[Factor]) -> Mono:
    return Mono(tuple(sorted(factors, key=_base_key)))


def single(base: Any, exponent: Exponent = Fraction(1), coefficient: Fraction = Fraction(1)) -> Poly:
    """The polynomial of one base to one power."""
    return Poly(((Mono(((base, exponent),)), coefficient),))


def collect(pairs: Iterable[tuple[Mono, Fraction]]) -> Poly:
    total: dict[Mono, Fraction] = {}
    for m, c in pairs:
        old = total.get(m)
        total[m] = c if old is None else old + c
    terms = [t for t in total.items() if t[1]]
    if len(terms) > 1:
        terms.sort(key=_base_key)
    return Poly(tuple(terms))


def add_polys(polys: Iterable[Poly]) -> Poly:
    parts = [p for p in polys if p.terms]
    if len(parts) == 1:
        return parts[0]
    return collect(t for p in parts for t in p.terms)


def factor_free(factor: Factor) -> frozenset[Index]:
    base, exponent = factor
    free: frozenset[Index] = base.free
    return free if type(exponent) is Fraction else free | exponent.free


def is_integer(exponent: Exponent) -> bool:
    return isinstance(exponent, Fraction) and exponent.denominator == 1


def is_natural(exponent: Exponent) -> bool:
    return isinstance(exponent, Fraction) and exponent.denominator == 1 and exponent > 0


def rename(node: Any, names: Mapping[Index, Affine]) -> Any:
    """Replace free indices, *where the map is injective on what occurs*, so that no normal form inside changes but in order.

    For maps that may identify indices use `Normalizer.instantiate`.
    """
    if isinstance(node, Part):
        if node.free.isdisjoint(names):
            return node
        if isinstance(node, Poly):
            return collect((rename(m, names), c) for m, c in node.terms)
        if isinstance(node, Mono):
            return mono((rename(b, names), rename(e, names)) for b, e in node.factors)
        if isinstance(node, Comp):
            from derive.normal_form.canonical import component

            bound = tuple(
                Index(i.name, i.lo.substitute(names), None if i.hi is None else i.hi.substitute(names))
                for i in node.bound
            )
            inner = {
                **names,
                **{old: Affine(0, ((new, 1),)) for old, new in zip(node.bound, bound, strict=True) if old is not new},
            }
            factors = [(rename(b, inner), rename(e, inner)) for b, e in node.factors]
            return component(bound, factors)
        if isinstance(node, Lam):
            inner = dict(names)
            bound = node.indices
            if not _range_indices(bound).isdisjoint(names):
                bound = tuple(
                    Index(i.name, i.lo.substitute(names), None if i.hi is None else i.hi.substitute(names))
                    for i in bound
                )
                inner.update({o: Affine(0, ((n, 1),)) for o, n in zip(node.indices, bound, strict=True) if o is not n})
            return Lam(bound, rename(node.body, inner))
        return atom(*(rename(f, names) for f in node.fields))
    if isinstance(node, tuple):
        return tuple(rename(v, names) for v in node)
    return node.substitute(names) if isinstance(node, Affine) else node


def _affine_key(a: Affine) -> str:
    return _key(a)


def atom(head: str, *parts: Any) -> Atom:
    """The atom with these parts; two subscripts of a symmetric matrix and partial derivatives are put in order."""
    if head == "entry" and len(parts[1]) == 2 and "symmetric" in parts[0].properties:
        parts = (parts[0], tuple(sorted(parts[1], key=_affine_key)))
    elif head == "inverse" and parts[3] == "symmetric":
        row, column = sorted(parts[1:3], key=_affine_key)
        parts = (parts[0], row, column, parts[3])
    elif head == "guard" and parts[0] in ("==", "!="):
        parts = (parts[0], min(parts[1], -parts[1], key=_affine_key))
    elif head == "apply" and len(parts[3]) > 1 and parts[0].smooth >= 2:  # partial derivatives commute
        parts = (*parts[:3], tuple(sorted(parts[3], key=lambda p: (p[0], tuple(map(_affine_key, p[1]))))))
    return Atom(head, *parts)


def erased(node: Any) -> str:
    """A key that does not see index names: two nodes that differ in index names only share it."""
    if isinstance(node, Part):
        found: str = node.memo("erased", lambda n: _short(type(n).__name__[0] + erased(n.fields)))
        return found
    if isinstance(node, tuple):
        texts = [erased(v) for v in node]
        return "(" + " ".join(sorted(texts) if node and isinstance(node[0], tuple) else texts) + ")"
    if isinstance(node, Affine):
        names = sorted(f"{c}{'_' if isinstance(a, Index) else a.name}" for a, c in node.terms)
        return "+".join(names) + f"+{node.constant}"
    return "_" if isinstance(node, Index) else _key(node)


def content(p: Poly) -> tuple[Fraction, tuple[Factor, ...], Poly]:
    """``p = c * common * q`` with the common factors to their smallest exponents and ``q`` scaled by a number.

    The scale makes the coefficient of the leading term (in an order that does not see index names) 1; where terms tie with both
    signs, only its absolute value is divided out.
    """
    found: tuple[Fraction, tuple[Factor, ...], Poly] = p.memo("content", _content)
    return found


def _content(p: Poly) -> tuple[Fraction, tuple[Factor, ...], Poly]:
    common: dict[Any, Exponent] | None = None
    for m, _ in p.terms:
        own = dict(m.factors)
        if common is None:
            common = own
            continue
        merged: dict[Any, Exponent] = {}
        for base in {*common, *own}:
            a, b = common.get(base, Fraction(0)), own.get(base, Fraction(0))
            if isinstance(a, Fraction) and isinstance(b, Fraction):
                low = min(a, b)
                if low and ((base in common and base in own) or low < 0):
                    merged[base] = low
            elif a is b:
                merged[base] = a
        common = merged
    shared = tuple((b, e) for b, e in sorted((common or {}).items(), key=lambda f: f[0].key) if not _is_guard(b))
    if shared:
        terms = []
        for m, c in p.terms:
            own = dict(m.factors)
            for b, e in shared:
                rest = own.get(b, Fraction(0)) - e if isinstance(e, Fraction) else Fraction(0)
                if rest:
                    own[b] = rest
                else:
                    own.pop(b, None)
            terms.append((mono(own.items()), c))
        q = collect(terms)
    else:
        q = p
    scale = leading_scale(q)
    return scale, shared, q.scaled(1 / scale)


def _is_guard(base: Any) -> bool:
    return isinstance(base, Atom) and base.head in ("guard", "positive", "zero")


def leading_scale(p: Poly) -> Fraction:
    top = max(erased(m) for m, _ in p.terms)
    ties = [c for m, c in p.terms if erased(m) == top]
    size = max(map(abs, ties))
    if all(c > 0 for c in ties):
        return size
    return -size if all(c < 0 for c in ties) else size
