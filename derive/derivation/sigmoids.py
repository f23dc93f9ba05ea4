"""The logistic sigmoid as a quantity of its own: what is written with 1 + e^(-u) is rewritten as a polynomial in s(u).

With s = 1/(1 + e^(-u)): 1 + e^(-u) = 1/s and e^(-u) = (1 - s)/s. So s(1 - s) is found in e^(-u)/(1 + e^(-u))^2, and
fractions cancel that otherwise would not.

>>> from derive.terms import Symbol, exp, term
>>> u = term(Symbol("u"))
>>> named(exp(-u) / (1 + exp(-u)) ** 2)
((-1)*s(u) + 1)*s(u)**(-1)*((s(u)**(-1))**2)**(-1)
>>> spelled_out(named(1 / (1 + exp(u))))
(((-1)*(exp((-1)*u) + 1)**(-1) + 1)**(-1))**(-1)
"""

from __future__ import annotations

from typing import Any

from derive.terms import ONE, Add, Apply, Fn, FunctionSymbol, Mul, Num, Term, children, exp, rebuild, remembered

SIGMOID = FunctionSymbol("s", smooth=9)


def sigmoid(u: Term) -> Term:
    return Apply(SIGMOID, (u,))


def named(value: Any) -> Any:
    """The value with the exponentials of every logit whose 1 + e^v occurs written by the sigmoid."""
    logits = frozenset(_logits(value))
    return _named(value, logits) if logits else value


@remembered
def spelled_out(value: Any) -> Any:
    """The value with every sigmoid written as 1 / (1 + e^(-u)) again."""
    value = rebuild(value, spelled_out)
    if isinstance(value, Apply) and value.function is SIGMOID:
        return 1 / (1 + exp(-value.arguments[0]))
    return value


def _logits(value: Any) -> Any:
    found = _logit(value)
    if found is not None:
        yield found
    for child in children(value):
        yield from _logits(child)


def _logit(t: Any) -> Term | None:
    """v, when the term is 1 + e^v."""
    if isinstance(t, Add) and len(t.fields) == 2 and ONE in t.fields:
        other = t.fields[0] if t.fields[1] is ONE else t.fields[1]
        if isinstance(other, Fn) and other.name == "exp":
            return other.arguments[0]
    return None


def _negative(v: Term) -> bool:
    """Whether a logit is written with a minus sign: then e^v is e^(-u)."""
    if isinstance(v, Add):
        return sum(map(_negative, v.fields)) * 2 > len(v.fields)
    return (isinstance(v, Mul) and isinstance(v.fields[0], Num) and v.fields[0].value < 0) or (
        isinstance(v, Num) and v.value < 0
    )


def _minus(v: Term) -> Term:
    return Add(*(Mul(-1, t) for t in v.fields)) if isinstance(v, Add) else Mul(-1, v)


def _named(value: Any, logits: frozenset[Term]) -> Any:
    v = _logit(value)
    if v is not None:
        u = _minus(v) if _negative(v) else v
        s = sigmoid(_named(u, logits))
        return 1 / s if _negative(v) else 1 / (1 - s)
    if isinstance(value, Fn) and value.name == "exp":
        v = value.arguments[0]
        if v in logits or _minus(v) in logits:
            s = sigmoid(_named(_minus(v) if _negative(v) else v, logits))
            return (1 - s) / s if _negative(v) else s / (1 - s)
    return rebuild(value, lambda c: _named(c, logits))
