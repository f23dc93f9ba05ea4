"""The hard identities that the trial of the normal form taught, each with the verdict it must have."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from derive.normal_form.decide import equal
from derive.terms import (
    ONE,
    POSITIVE,
    ZERO,
    Apply,
    Arr,
    Derivative,
    Determinant,
    FunctionSymbol,
    Guard,
    Hypothesis,
    Index,
    IntValue,
    InverseEntry,
    Num,
    Prod,
    Relation,
    Size,
    Sum,
    Symbol,
    Term,
    arrays,
    delta,
    exp,
    fresh_index,
    log,
    sqrt,
    tanh,
    term,
)

HALF = Fraction(1, 2)
n, d, m, B, K, r = Size("n"), Size("d"), Size("m"), Size("B"), Size("K"), Size("r")
N = IntValue(n)
i, j, k = (Index(s, 1, n) for s in "ijk")
g = Index("g", 1, d)
a, b, c, e, u, v = (term(Symbol(s)) for s in "abceuv")
p0, q0, s0, T0 = (term(Symbol(s, domain=POSITIVE)) for s in ("p", "q", "s", "T"))
x, y, z = (Symbol(s, (n,)) for s in "xyz")
P, Q = (Symbol(s, (n,), POSITIVE) for s in "PQ")
A = Symbol("A", (n, n))
f = FunctionSymbol("f", smooth=3)


def S(body: Callable[..., Any], *sizes: Any) -> Term:
    """The sum over fresh indices, one for each size (n when none is given)."""
    indices = [fresh_index(None, 1, s) for s in (sizes or (n,))]
    result = term(body(*indices))
    for index in reversed(indices):
        result = Sum(index, result)
    return result


def pairs(body: Callable[..., Any]) -> Term:
    """The sum over i and j that differ."""
    return S(lambda i, j: Guard("!=", i - j) * body(i, j), n, n)


def mean(body: Callable[..., Any]) -> Term:
    return S(body) / N


def sig(s: Any) -> Term:
    return 1 / (1 + exp(-s))


def soft(i: Any, by: Symbol = z, scale: Any = 1) -> Term:
    return exp(by[i] * scale) / S(lambda l: exp(by[l] * scale))


def lse(body: Callable[..., Any]) -> Term:
    return log(S(lambda l: exp(body(l))))


def d_(body: Any, by: Symbol, *at: Any) -> Term:
    return Derivative(body, by, at)


CASES: dict[str, tuple[Any, Any]] = {}


def case(name: str, lhs: Any, rhs: Any) -> None:
    assert name not in CASES
    CASES[name] = (lhs, rhs)


# ---- rational functions with several denominators
case("1/(a(a+1)) = 1/a - 1/(a+1)", 1 / (a * (a + 1)), 1 / a - 1 / (a + 1))
case("1/((a+b)(c+e)) splits", 1 / ((a + b) * (c + e)), 1 / (a + b) * (1 / (c + e)))
case("1/(a+b) - 1/(a+c)", 1 / (a + b) - 1 / (a + c), (c - b) / ((a + b) * (a + c)))
precision, recall = a / (a + b), a / (a + c)
case("the F1 score", 2 * precision * recall / (precision + recall), 2 * a / (2 * a + b + c))
case("a harmonic sum", 1 / (1 / a + 1 / b), a * b / (a + b))
case("(a^2-b^2)/(a-b)", (a**2 - b**2) / (a - b), a + b)
case("(a-b)/(a^2-b^2)", (a - b) / (a**2 - b**2), 1 / (a + b))
case("1/(a-b)+1/(b-a)", 1 / (a - b) + 1 / (b - a), ZERO)
case("the diffusion posterior", a / (1 - a) + 1 / (1 - c), (1 - a * c) / (1 - a) / (1 - c))
case("a difference of sigmoids", sig(u) - sig(v), (exp(u) - exp(v)) / (1 + exp(u)) / (1 + exp(v)))
case("Bayes with two hypotheses", a * b / (a * b + (1 - a) * c), 1 / (1 + (1 - a) * c / (a * b)))
case("three cyclic denominators", a / ((a - b) * (a - c)) + b / ((b - a) * (b - c)) + c / ((c - a) * (c - b)), ZERO)
case(
    "three cyclic denominators as factors", a / (a - b) / (a - c) + b / (b - a) / (b - c) + c / (c - a) / (c - b), ZERO
)
case("1/(e^2u-1)", 1 / (exp(2 * u) - 1), (1 / (exp(u) - 1) - 1 / (exp(u) + 1)) / 2)
# ---- denominators under sums
case("partial fractions under a sum", S(lambda i: 1 / (x[i] * (x[i] + 1))), S(lambda i: 1 / x[i] - 1 / (x[i] + 1)))
case("x/(1+x) + 1/(1+x) sums to n", S(lambda i: x[i] / (1 + x[i]) + 1 / (1 + x[i])), N)
Z, W = Symbol("Z", (B, m)), Symbol("W", (B, K))


def batched(by: Symbol, b: Any, i: Any, size: Any) -> Term:
    return exp(by[b, i]) / S(lambda l: exp(by[b, l]), size)


case(
    "two batched softmaxes sum to the number of rows",
    S(lambda b: S(lambda i: batched(Z, b, i, m) * S(lambda j: batched(W, b, j, K), K), m), B),
    IntValue(B),
)
case(
    "a batched softmax over another denominator",
    S(lambda b: S(lambda i: batched(Z, b, i, m), m) / S(lambda j: exp(W[b, j]), K), B),
    S(lambda b: 1 / S(lambda j: exp(W[b, j]), K), B),
)
case("a softmax over two indices", S(lambda i, j: exp(z[i] + y[j]) / S(lambda k, l: exp(z[k] + y[l]), n, n), n, n), ONE)
case(
    "a joint denominator factors",
    1 / S(lambda k, l: exp(z[k] + y[l]), n, n),
    1 / S(lambda k: exp(z[k])) / S(lambda l: exp(y[l])),
)
# ---- inside functions
ones = S(soft)
case("f(sum softmax) = f(1)", f(ones), f(1))
case("log(sum softmax) = 0", log(ones), ZERO)
case("1/sum softmax = 1", 1 / ones, ONE)
case("exp(sum softmax) = e", exp(ones), exp(1))
case("f((a+b)/(a+b)) = f(1)", f((a + b) / (a + b)), f(1))
case("f(a/(a+b)+b/(a+b)) = f(1)", f(a / (a + b) + b / (a + b)), f(1))
case("f(sqrt(a+b)^2) = f(a+b)", f(sqrt(a + b) ** 2), f(a + b))
case("delta f(x_i x_j)", delta(i, j) * f(x[i] * x[j]), delta(i, j) * f(x[i] ** 2))
case("delta exp(delta a)", delta(i, j) * exp(delta(i, j) * a), delta(i, j) * exp(a))
case("exp(delta a)", exp(delta(i, j) * a), 1 + delta(i, j) * (exp(a) - 1))
case("sum_j exp(delta a)", S(lambda l: exp(delta(i, l) * a)), N - 1 + exp(a))
case("log of a product of sums", log((p0 + q0) * (s0 + T0)), log(p0 + q0) + log(s0 + T0))
case("log of a square", log((p0 + q0) ** 2), 2 * log(p0 + q0))
case("log sigmoid", log(sig(u)), -log(1 + exp(-u)))
case("log sigmoid, both signs", log(sig(u)) - log(1 - sig(u)), u)
case("log(1 - sigmoid)", log(1 - sig(u)), -u - log(1 + exp(-u)))
case("log of a sum of quotients", log(p0 / q0 + s0 / T0), log(p0 * T0 + q0 * s0) - log(q0 * T0))
case("log(a^2 - b^2)", log(a**2 - b**2), log(a - b) + log(a + b))
# ---- roots
case("sqrt(4a)", sqrt(4 * a), 2 * sqrt(a))
case("sqrt(1-a)^2", sqrt(1 - a) ** 2, 1 - a)
case("sqrt 2 sqrt 2", sqrt(2) * sqrt(2), term(2))
case("sqrt 8", sqrt(8), 2 * sqrt(2))
case("a product of roots of sums", sqrt(p0 + q0) * sqrt(p0 - q0), sqrt(p0**2 - q0**2))
case("a rational denominator", 1 / (sqrt(a) - sqrt(b)), (sqrt(a) + sqrt(b)) / (a - b))
case("sqrt((1-p)/p)", sqrt((1 - p0) / p0), sqrt(1 - p0) * p0 ** Fraction(-1, 2))
case("sqrt(1/p-1)", sqrt(1 / p0 - 1), sqrt(1 - p0) * p0 ** Fraction(-1, 2))
# ---- j != i
case("sum over the others", S(lambda j: Guard("!=", i - j) * x[j]), S(lambda j: x[j]) - x[i])
case("the sum over pairs", pairs(lambda i, j: x[i] * x[j]), S(lambda i: x[i]) ** 2 - S(lambda i: x[i] ** 2))
case("an antisymmetric sum", pairs(lambda i, j: 1 / (x[i] - x[j])), ZERO)
case("half of all pairs", pairs(lambda i, j: x[i] / (x[i] - x[j])), N * (N - 1) / 2)
case("half of all squares", S(lambda i, j: P[i] / (P[i] + P[j]), n, n), N**2 / 2)
case(
    "a symmetrised summand",
    S(lambda i, j: x[i] ** 2 / (x[i] + x[j]), n, n),
    S(lambda i, j: (x[i] ** 2 + x[j] ** 2) / (x[i] + x[j]) / 2, n, n),
)
case(
    "the symmetric part of a form",
    S(lambda i, j: A[i, j] * x[i] * x[j], n, n),
    S(lambda i, j: (A[i, j] + A[j, i]) / 2 * x[i] * x[j], n, n),
)
case("f of squares is even", S(lambda i, j: f((x[i] - x[j]) ** 2) * (x[i] - x[j]), n, n), ZERO)
case(
    "the covariance of a softmax is positive semidefinite",
    S(lambda i, j: soft(i) * soft(j) * (y[i] - y[j]) ** 2, n, n) / 2,
    S(lambda i: soft(i) * y[i] ** 2) - S(lambda i: soft(i) * y[i]) ** 2,
)
case(
    "Lagrange's identity",
    S(lambda i, j: (x[i] * y[j] - x[j] * y[i]) ** 2, n, n) / 2,
    S(lambda i: x[i] ** 2) * S(lambda i: y[i] ** 2) - S(lambda i: x[i] * y[i]) ** 2,
)
# ---- deltas
case("delta delta", delta(i, j) * delta(j, k), delta(i, j) * delta(i, k))
case("delta x_i", delta(i, j) * x[i], delta(i, j) * x[j])
case("delta under a denominator", delta(i, j) / (1 + P[i] + P[j]), delta(i, j) / (1 + 2 * P[i]))
case("delta/(x_i x_j)", delta(i, j) / (x[i] * x[j]), delta(i, j) * x[i] ** -2)
case("delta log(p_i p_j)", delta(i, j) * log(P[i] * P[j]), 2 * delta(i, j) * log(P[i]))
case("delta sqrt(x_i+x_j)", delta(i, j) * sqrt(x[i] + x[j]), delta(i, j) * sqrt(2 * x[i]))
case("delta exp(x_i-x_j)", delta(i, j) * exp(x[i] - x[j]), delta(i, j))
case("delta exp(x_i x_j - x_i^2)", delta(i, j) * exp(x[i] * x[j] - x[i] ** 2), delta(i, j))
case("delta f(x_i-x_j)", delta(i, j) * f(x[i] - x[j]), delta(i, j) * f(0))
case("sum delta f(x_i-x_j)", S(lambda l: delta(i, l) * f(x[i] - x[l])), f(0))
case(
    "delta over a sum",
    delta(i, j) / S(lambda l: A[i, l] * A[j, l]),
    delta(i, j) / S(lambda l: A[i, l] ** 2),
)
case("1/(1+delta)", 1 / (1 + delta(i, j)), 1 - delta(i, j) / 2)
case("sum 1/(1+delta)", S(lambda l: 1 / (1 + delta(i, l))), N - HALF)
case("x^delta", exp(delta(i, j) * log(x[i])), 1 + delta(i, j) * (x[i] - 1))
norm2 = S(lambda l: x[l] ** 2)
case(
    "the Jacobian of normalisation",
    d_(x[i] * norm2 ** Fraction(-1, 2), x, j),
    norm2 ** Fraction(-1, 2) * (delta(i, j) - x[i] * x[j] / norm2),
)
# ---- nested sums and functions
V2 = Symbol("V", (n, d))
xd = Symbol("h", (d,))
case(
    "log-sum-exp of affine maps",
    lse(lambda l: S(lambda q: V2[l, q] * xd[q], d)),
    lse(lambda o: S(lambda q: xd[q] * V2[o, q], d)),
)
case(
    "nested opaque layers",
    S(lambda i: f(S(lambda j: A[i, j] * f(S(lambda k: A[j, k] * x[k]))))),
    S(lambda p: f(S(lambda q: f(S(lambda i: x[i] * A[q, i])) * A[p, q]))),
)
case("exp(-lse) sum exp", exp(-lse(lambda l: z[l])) * S(lambda i: exp(z[i])), ONE)
case("sum exp(z - lse)", S(lambda i: exp(z[i] - lse(lambda l: z[l]))), ONE)
case("exp(z_i - lse)", exp(z[i] - lse(lambda l: z[l])), soft(i))
case("lse of logs", lse(lambda l: log(P[l])), log(S(lambda l: P[l])))
case("exp(2 log(a+b))", exp(2 * log(a + b)), (a + b) ** 2)
case("exp(c log a) a", exp(c * log(a)) * a, exp((c + 1) * log(a)))
case(
    "KL of a softmax to the uniform",
    S(lambda i: soft(i) * (log(soft(i)) - log(1 / N))),
    log(N) + S(lambda i: soft(i) * z[i]) - lse(lambda l: z[l]),
)
tau = Symbol("tau", domain=POSITIVE)
cold = 1 / term(tau)
case(
    "the derivative by a temperature",
    d_(term(tau) * lse(lambda l: x[l] * cold), tau),
    lse(lambda l: x[l] * cold) - cold * S(lambda i: x[i] * soft(i, x, cold)),
)
case("log softmax at a temperature", d_(log(soft(i, x, cold)), x, j), cold * (delta(i, j) - soft(j, x, cold)))
# ---- binary cross-entropy
label = term(Symbol("Y"))
us = Symbol("u")
bce = -(label * log(sig(u)) + (1 - label) * log(1 - sig(u)))
case("binary cross-entropy of logits", bce, log(1 + exp(u)) - label * u)
case("its derivative", d_(bce, us), sig(u) - label)
case(
    "its batch gradient",
    d_(-S(lambda i: y[i] * log(sig(z[i])) + (1 - y[i]) * log(1 - sig(z[i]))), z, k),
    sig(z[k]) - y[k],
)
case("y/p - (1-y)/(1-p)", label / p0 - (1 - label) / (1 - p0), (label - p0) / (p0 * (1 - p0)))
case(
    "the same under a sum",
    S(lambda i: y[i] / P[i] - (1 - y[i]) / (1 - P[i])),
    S(lambda i: (y[i] - P[i]) / (P[i] * (1 - P[i]))),
)
case("tanh is a sigmoid", tanh(u), 2 * sig(2 * u) - 1)
case("tanh is a quotient", (exp(u) - exp(-u)) / (exp(u) + exp(-u)), tanh(u))
case("softplus(u) - softplus(-u)", log(1 + exp(u)) - log(1 + exp(-u)), u)
case("logit of sigmoid", log(sig(u) / (1 - sig(u))), u)
case("sigmoid of logit", sig(log(p0 / (1 - p0))), p0)
case("a softmax of two", exp(u) / (exp(u) + exp(v)), sig(u - v))
case("a product of sigmoids", sig(u) * sig(v), 1 / (1 + exp(-u) + exp(-v) + exp(-(u + v))))
case("sum e^z/(1+e^z)^2", S(lambda i: exp(z[i]) * (1 + exp(z[i])) ** -2), S(lambda i: sig(z[i]) * (1 - sig(z[i]))))
# ---- statistics
m_ = mean(lambda l: x[l])
case("the variance", mean(lambda l: (x[l] - m_) ** 2), mean(lambda l: x[l] ** 2) - m_**2)
case(
    "two forms of the slope",
    S(lambda i: (x[i] - m_) * (y[i] - mean(lambda l: y[l]))) / S(lambda i: (x[i] - m_) ** 2),
    (N * S(lambda i: x[i] * y[i]) - S(lambda i: x[i]) * S(lambda i: y[i]))
    / (N * S(lambda i: x[i] ** 2) - S(lambda i: x[i]) ** 2),
)
case(
    "a softmax of centred logits",
    exp(z[i] - mean(lambda l: z[l])) / S(lambda k: exp(z[k] - mean(lambda l: z[l]))),
    soft(i),
)
case("(sum x)^4", S(lambda i: x[i]) ** 4, S(lambda i: x[i]) ** 2 * S(lambda j: x[j]) ** 2)
case("(sum x)^7", S(lambda i: x[i]) ** 7, S(lambda i: x[i]) ** 3 * S(lambda j: x[j]) ** 4)
case("(sum x)^8", S(lambda i: x[i]) ** 8, (S(lambda i: x[i]) ** 4) ** 2)
case("the variance of what is normalised", mean(lambda l: (x[l] - m_) ** 2 / mean(lambda o: (x[o] - m_) ** 2)), ONE)
case(
    "chi squared of importance weights",
    S(lambda i: P[i] ** 2 / Q[i]),
    S(lambda i: (P[i] - Q[i]) ** 2 / Q[i]) + 2 * S(lambda i: P[i]) - S(lambda i: Q[i]),
)
case(
    "the pairwise form of the variance",
    S(lambda i: (x[i] - m_) ** 2),
    S(lambda i, j: (x[i] - x[j]) ** 2, n, n) / (2 * N),
)
# ---- losses of machine learning
case("softmax sums to 1", ones, ONE)
case("the softmax Jacobian", d_(soft(i), z, k), soft(i) * (delta(i, k) - soft(k)))
ce = -S(lambda i: y[i] * log(soft(i)))
case("the cross-entropy gradient", d_(ce, z, k), soft(k) * S(lambda l: y[l]) - y[k])
case(
    "the cross-entropy Hessian", d_(d_(ce, z, k), z, j), S(lambda l: y[l]) * (delta(k, j) * soft(k) - soft(k) * soft(j))
)
case("softmax is invariant under shifts", exp(z[i] + c) / S(lambda l: exp(z[l] + c)), soft(i))
case("the derivative of the sigmoid", d_(sig(u), us), sig(u) * (1 - sig(u)))
case("sigmoid(-u)", sig(-u), 1 - sig(u))
X, wd = Symbol("X", (n, d)), Symbol("w", (d,))


def lin(i: Any) -> Term:
    return S(lambda l: X[i, l] * wd[l], d)


nll = S(lambda i: log(1 + exp(lin(i))) - y[i] * lin(i))
g2 = Index("g2", 1, d)
case("the logistic gradient", d_(nll, wd, g), S(lambda i: X[i, g] * (sig(lin(i)) - y[i])))
case(
    "the logistic Hessian",
    d_(d_(nll, wd, g), wd, g2),
    S(lambda i: X[i, g] * X[i, g2] * sig(lin(i)) * (1 - sig(lin(i)))),
)
case(
    "the gradient of least squares",
    d_(S(lambda i: (y[i] - lin(i)) ** 2), wd, g),
    -2 * S(lambda i: X[i, g] * (y[i] - lin(i))),
)
eps = term(Symbol("eps", domain=POSITIVE))
var = mean(lambda l: (x[l] - m_) ** 2) + eps


def hat(i: Any) -> Term:
    return (x[i] - m_) * var ** Fraction(-1, 2)


layer = S(lambda i: z[i] * hat(i))
case(
    "the layer norm gradient",
    d_(layer, x, k),
    var ** Fraction(-1, 2) * (z[k] - mean(lambda l: z[l]) - hat(k) * mean(lambda l: z[l] * hat(l))),
)
case("normalised values sum to 0", S(hat), ZERO)
case("normalised squares", mean(lambda l: hat(l) ** 2), 1 - eps / var)
case("the layer norm Jacobian", d_(hat(i), x, j), var ** Fraction(-1, 2) * (delta(i, j) - 1 / N - hat(i) * hat(j) / N))
case("the variance of normalised values", mean(lambda l: (hat(l) - mean(hat)) ** 2) + eps, 1 - eps / var + eps)
dk, dv = Size("dk"), Size("dv")
Qa, Ka, Va, Ga = Symbol("Qa", (n, dk)), Symbol("Ka", (m, dk)), Symbol("Va", (m, dv)), Symbol("Ga", (n, dv))
root = IntValue(dk) ** Fraction(-1, 2)
mj, kk, vv = Index("mj", 1, m), Index("kk", 1, dk), Index("vv", 1, dv)


def score(i: Any, j: Any) -> Term:
    return root * S(lambda l: Qa[i, l] * Ka[j, l], dk)


def att(i: Any, j: Any) -> Term:
    return exp(score(i, j)) / S(lambda l: exp(score(i, l)), m)


out = S(lambda i, v: Ga[i, v] * S(lambda j: att(i, j) * Va[j, v], m), n, dv)


def d_att(i: Any, j: Any) -> Term:
    return S(lambda v: Ga[i, v] * Va[j, v], dv)


def d_score(i: Any, j: Any) -> Term:
    return att(i, j) * (d_att(i, j) - S(lambda l: att(i, l) * d_att(i, l), m))


case("attention by its values", d_(out, Va, mj, vv), S(lambda i: att(i, mj) * Ga[i, vv]))
case("attention by its queries", d_(out, Qa, i, kk), root * S(lambda j: d_score(i, j) * Ka[j, kk], m))
case("attention by its keys", d_(out, Ka, mj, kk), root * S(lambda i: d_score(i, mj) * Qa[i, kk]))
W1, W2, yk = Symbol("W1", (m, d)), Symbol("W2", (K, m)), Symbol("yk", (K,))
ci = Index("ci", 1, K)


def inner(a: Any) -> Term:
    return S(lambda b: W1[a, b] * xd[b], d)


def top(c: Any) -> Term:
    return S(lambda a: W2[c, a] * f(inner(a)), m)


two_layers = S(lambda c: (top(c) - yk[c]) ** 2, K) / 2
case(
    "backpropagation to the first layer",
    d_(two_layers, W1, mj, g),
    S(lambda c: (top(c) - yk[c]) * W2[c, mj], K) * Apply(f, (inner(mj),), (), ((0, ()),)) * xd[g],
)
case("backpropagation to the second layer", d_(two_layers, W2, ci, mj), (top(ci) - yk[ci]) * f(inner(mj)))
Y, Pm = Symbol("Yt", (n, d)), Symbol("Pm", (n, n))


def weight(i: Any, j: Any) -> Term:
    return 1 / (1 + S(lambda l: (Y[i, l] - Y[j, l]) ** 2, d))


all_weights = S(lambda i, j: weight(i, j), n, n)
case(
    "the t-SNE gradient with the diagonal",
    d_(-S(lambda i, j: Pm[i, j] * log(weight(i, j) / all_weights), n, n), Y, i, g),
    2
    * S(
        lambda j: (
            (Pm[i, j] + Pm[j, i] - 2 * S(lambda r, s: Pm[r, s], n, n) * weight(i, j) / all_weights)
            * (Y[i, g] - Y[j, g])
            * weight(i, j)
        )
    ),
)
other_weights = pairs(weight)
case(
    "the t-SNE gradient without the diagonal",
    d_(-pairs(lambda i, j: Pm[i, j] * log(weight(i, j) / other_weights)), Y, i, g),
    2
    * S(
        lambda j: (
            Guard("!=", i - j)
            * (Pm[i, j] + Pm[j, i] - 2 * pairs(lambda r, s: Pm[r, s]) * weight(i, j) / other_weights)
            * (Y[i, g] - Y[j, g])
            * weight(i, j)
        )
    ),
)
case("a weight on the diagonal is 1", delta(i, j) * weight(i, j), delta(i, j))
Wc, Yc = Symbol("Wc", (d, K)), Symbol("Yc", (n, K))


def probability(i: Any, c: Any) -> Term:
    def logit(c: Any) -> Term:
        return S(lambda l: X[i, l] * Wc[l, c], d)

    return exp(logit(c)) / S(lambda o: exp(logit(o)), K)


case(
    "the gradient of softmax regression",
    d_(-S(lambda i, c: Yc[i, c] * log(probability(i, c)), n, K) / N, Wc, g, ci),
    S(lambda i: X[i, g] * (probability(i, ci) * S(lambda o: Yc[i, o], K) - Yc[i, ci])) / N,
)
U, V = Symbol("U", (n, d)), Symbol("Vd", (n, d))


def similar(i: Any, j: Any) -> Term:
    return cold * S(lambda l: U[i, l] * V[j, l], d)


def rowwise(i: Any, j: Any) -> Term:
    return exp(similar(i, j)) / S(lambda l: exp(similar(i, l)))


def columnwise(i: Any, j: Any) -> Term:
    return exp(similar(i, j)) / S(lambda l: exp(similar(l, j)))


info = -mean(lambda i: log(rowwise(i, i)))
clip = (info - mean(lambda i: log(columnwise(i, i)))) / 2
case("InfoNCE by the first views", d_(info, U, i, g), cold * (S(lambda j: rowwise(i, j) * V[j, g]) - V[i, g]) / N)
case("InfoNCE by the second views", d_(info, V, i, g), cold * (S(lambda j: rowwise(j, i) * U[j, g]) - U[i, g]) / N)
case(
    "the CLIP gradient",
    d_(clip, U, i, g),
    cold * (S(lambda j: (rowwise(i, j) + columnwise(i, j)) * V[j, g]) - 2 * V[i, g]) / N / 2,
)
nx, ny = S(lambda l: x[l] ** 2), S(lambda l: y[l] ** 2)
cosine = S(lambda l: x[l] * y[l]) * nx ** Fraction(-1, 2) * ny ** Fraction(-1, 2)
case(
    "the gradient of cosine similarity",
    d_(cosine, x, k),
    nx ** Fraction(-1, 2) * (y[k] * ny ** Fraction(-1, 2) - cosine * x[k] * nx ** Fraction(-1, 2)),
)
case("the norm of a product of norms", sqrt(nx * ny), sqrt(nx) * sqrt(ny))
rayleigh = S(lambda i, j: x[i] * A[i, j] * x[j], n, n) / nx
case(
    "the gradient of the Rayleigh quotient",
    d_(rayleigh, x, k),
    (S(lambda j: (A[k, j] + A[j, k]) * x[j]) - 2 * rayleigh * x[k]) / nx,
)
mu, sg2, pi = Symbol("mu", (K,)), Symbol("sg", (K,), POSITIVE), Symbol("pi_", (K,), POSITIVE)


def part(i: Any, k: Any) -> Term:
    return pi[k] * sg2[k] ** Fraction(-1, 2) * exp(-((x[i] - mu[k]) ** 2) / sg2[k] / 2)


case(
    "the gradient of a mixture",
    d_(S(lambda i: log(S(lambda c: part(i, c), K))), mu, ci),
    S(lambda i: part(i, ci) / S(lambda c: part(i, c), K) * (x[i] - mu[ci]) / sg2[ci]),
)


def masked(i: Any) -> Term:
    return P[i] * exp(z[i]) / S(lambda l: P[l] * exp(z[l]))


case("the Jacobian of a masked softmax", d_(masked(i), z, j), masked(i) * (delta(i, j) - masked(j)))
entropy = -S(lambda i: soft(i) * log(soft(i)))
case("the gradient of the entropy of a softmax", d_(entropy, z, k), -soft(k) * (log(soft(k)) + entropy))
case(
    "the third derivative of log-sum-exp",
    d_(d_(soft(i), z, j), z, k),
    soft(i) * ((delta(i, k) - soft(k)) * (delta(i, j) - soft(j)) - soft(j) * (delta(j, k) - soft(k))),
)


def twice(i: Any) -> Term:
    return exp(soft(i)) / S(lambda l: exp(soft(l)))


case(
    "the Jacobian of a softmax of a softmax",
    d_(twice(i), z, k),
    twice(i) * (soft(i) * (delta(i, k) - soft(k)) - S(lambda l: twice(l) * soft(l) * (delta(l, k) - soft(k)))),
)
case("a softmax of a softmax sums to 1", S(twice), ONE)
# ---- products over an index and index arithmetic
case("a product of exponentials", Prod(i, exp(z[i])), exp(S(lambda l: z[l])))
case("log of a product", log(Prod(i, P[i])), S(lambda l: log(P[l])))
case("a product splits", Prod(i, P[i] * Q[i]), Prod(i, P[i]) * Prod(j, Q[j]))
case(
    "telescoping",
    Sum(Index("o", 1, n - 1), Symbol("l", (n,))[Index("o", 1, n - 1) + 1]) + Symbol("l", (n,))[1],
    Sum(i, Symbol("l", (n,))[i]),
)
case("a geometric derivative", d_(Prod(i, x[i]), x, k), Prod(i, 1 + Guard("!=", i - k) * (x[i] - 1)))


@pytest.mark.parametrize("name", CASES)
def test_the_identity_is_proved(name: str):
    lhs, rhs = CASES[name]
    decision = equal(lhs, rhs)
    assert decision.proved, decision.reason


WRONG: dict[str, tuple[Any, Any]] = {
    "the softmax Jacobian with the wrong index": (d_(soft(i), z, k), soft(i) * (delta(i, k) - soft(i))),
    "the layer norm gradient with a sign": (
        d_(layer, x, k),
        var ** Fraction(-1, 2) * (z[k] - mean(lambda l: z[l]) + hat(k) * mean(lambda l: z[l] * hat(l))),
    ),
    "the CLIP gradient with transposed columns": (
        d_(clip, U, i, g),
        cold * (S(lambda j: (rowwise(i, j) + columnwise(j, i)) * V[j, g]) - 2 * V[i, g]) / N / 2,
    ),
    "the cross-entropy gradient for labels that need not sum to 1": (d_(ce, z, k), soft(k) - y[k]),
    "the Hessian of a function that is not even": (S(lambda i, j: f(x[i] - x[j]) * (x[i] - x[j]), n, n), ZERO),
    "sqrt of a square": (sqrt(a**2), a),
    "sqrt of a product of unknown signs": (sqrt(a**2 * b**2), a * b),
    "log of a square": (log(a**2), 2 * log(sqrt(a**2)) + log(a**2) - log(b**2)),
    "a delta is not 1": (S(lambda l: delta(i, l) * x[l]), S(lambda l: x[l])),
    "the mean of squares is not the square of the mean": (mean(lambda l: x[l] ** 2), m_**2),
    "the pairwise variance without the factor": (
        S(lambda i: (x[i] - m_) ** 2),
        S(lambda i, j: (x[i] - x[j]) ** 2, n, n) / N,
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_falsehood_is_refused(name: str):
    assert not equal(*WRONG[name]).proved


# ---- relations
def h(lhs: Any, rhs: Any, *schematic: Index) -> Hypothesis:
    return Hypothesis(Relation("=", lhs, rhs), schematic)


lam = term(Symbol("lam"))
eigen = h(S(lambda l: A[i, l] * x[l]), lam * x[i], i)


def shifted(v: Callable[..., Any]) -> Callable[..., Any]:
    return lambda i: S(lambda l: (A[i, l] + c * delta(i, l)) * v(l))


O2 = Symbol("O", (n, n))
orthonormal = h(S(lambda l: O2[l, i] * O2[l, j]), delta(i, j), i, j)
ri, rj = Index("ri", 1, r), Index("rj", 1, r)
Us, Vs, ss = Symbol("Us", (n, r)), Symbol("Vs", (d, r)), Symbol("ss", (r,), POSITIVE)
svd = [
    h(S(lambda l: Us[l, ri] * Us[l, rj]), delta(ri, rj), ri, rj),
    h(S(lambda l: Vs[l, ri] * Vs[l, rj], d), delta(ri, rj), ri, rj),
]


def svd_entry(i: Any, j: Any) -> Term:
    return S(lambda k: Us[i, k] * ss[k] * Vs[j, k], r)


def pinv(j: Any, i: Any) -> Term:
    return S(lambda k: Vs[j, k] / ss[k] * Us[i, k], r)


WITH: dict[str, tuple[Any, Any, list[Hypothesis]]] = {
    "the cross-entropy gradient": (d_(ce, z, k), soft(k) - y[k], [h(S(lambda l: y[l]), ONE)]),
    "a shifted power of an eigenvector": (shifted(shifted(lambda i: x[i]))(i), (lam + c) ** 2 * x[i], [eigen]),
    "an orthogonal map keeps lengths": (S(lambda i: S(lambda l: O2[i, l] * x[l]) ** 2), nx, [orthonormal]),
    "A^T A v = s^2 v from the SVD": (
        S(lambda j: S(lambda i: svd_entry(i, g) * svd_entry(i, j)) * Vs[j, ri], d),
        ss[ri] ** 2 * Vs[g, ri],
        svd,
    ),
    "the Frobenius norm from the SVD": (S(lambda i, j: svd_entry(i, j) ** 2, n, d), S(lambda k: ss[k] ** 2, r), svd),
    "A A+ A = A": (S(lambda j, q: svd_entry(i, j) * pinv(j, q) * svd_entry(q, g), d, n), svd_entry(i, g), svd),
}
NOT_WITH: dict[str, tuple[Any, Any, list[Hypothesis]]] = {
    "a wrong shifted power": (shifted(shifted(lambda i: x[i]))(i), lam * shifted(lambda i: x[i])(i), [eigen]),
    "an equation at one index is not one at all": (S(lambda l: x[l]), N * a, [h(x[i], a)]),
    "an equation at one index is not one at another": (x[j], a, [h(x[i], a)]),
    "an eigenvector at one row": (
        shifted(shifted(lambda i: x[i]))(j),
        (lam + c) ** 2 * x[j],
        [h(S(lambda l: A[i, l] * x[l]), lam * x[i])],
    ),
    "columns that are orthonormal need not be a square matrix": (
        S(lambda k: Us[i, k] * Us[j, k], r),
        delta(i, j),
        svd,
    ),
}


@pytest.mark.parametrize("name", WITH)
def test_it_follows_from_the_hypotheses(name: str):
    decision = equal(*WITH[name])
    assert decision.proved, decision.reason


@pytest.mark.parametrize("name", NOT_WITH)
def test_it_does_not_follow(name: str):
    assert not equal(*NOT_WITH[name]).proved


# ---- inverses
def M(symbol: Symbol) -> Any:
    return Arr.of(symbol)


mm, inv, tr, I, plus = arrays.matmul, arrays.inverse, arrays.transpose, arrays.identity, arrays.add


def minus(a: Any, b: Any) -> Any:
    return plus(a, arrays.scale(Num(-1), b))


Xm, ym, Am = M(X), M(y), M(A)
gram = mm(tr(Xm), Xm)
beta = mm(inv(gram), mm(tr(Xm), ym))
Hm = mm(mm(Xm, inv(gram)), tr(Xm))
Uw, Vw, Cw = M(Symbol("Uw", (n, m))), M(Symbol("Vw", (m, n))), M(Symbol("Cw", (m, m)))
core = plus(inv(Cw), mm(mm(Vw, inv(Am)), Uw))
woodbury = mm(mm(mm(inv(Am), Uw), inv(core)), mm(Vw, inv(Am)))
left = inv(plus(Am, mm(mm(Uw, Cw), Vw)))
uv = [M(Symbol(s, (n,))) for s in ("uu", "vv")]
rank1 = plus(Am, mm(uv[0], tr(uv[1])))
bottom = 1 + arrays.dot(uv[1], mm(inv(Am), uv[0]))
lamI = arrays.scale(lam, I(d))
lamN = arrays.scale(lam, I(n))
zero_d = Arr(((fresh_index(None, 1, d),),), ZERO)
INVERSES: dict[str, tuple[Any, Any]] = {
    "residuals are orthogonal": (mm(tr(Xm), minus(ym, mm(Xm, beta))), zero_d),
    "the hat matrix is idempotent": (mm(Hm, Hm), Hm),
    "the trace of the hat matrix": (arrays.trace(Hm), IntValue(d)),
    "push through": (
        mm(inv(plus(gram, lamI)), tr(Xm)),
        mm(tr(Xm), inv(plus(mm(Xm, tr(Xm)), lamN))),
    ),
    "Woodbury": (left, minus(inv(Am), woodbury)),
    "Sherman and Morrison": (
        inv(rank1),
        minus(inv(Am), arrays.scale(1 / bottom, mm(mm(inv(Am), uv[0]), mm(tr(uv[1]), inv(Am))))),
    ),
    "the inverse of an inverse": (inv(inv(Am)), Am),
    "the inverse of a product": (inv(mm(Am, M(O2))), mm(inv(M(O2)), inv(Am))),
    "A A^-1": (mm(Am, inv(Am)), I(n)),
    "the derivative of an inverse": (
        d_(InverseEntry(Am, i, j), A, k, Index("o", 1, n)),
        -InverseEntry(Am, i, k) * InverseEntry(Am, Index("o", 1, n), j),
    ),
    "the derivative of log det": (d_(log(Determinant(Am)), A, i, j), InverseEntry(Am, j, i)),
    "the determinant of a transpose": (Determinant(tr(Am)), Determinant(Am)),
    "the determinant of an inverse": (Determinant(inv(Am)), 1 / Determinant(Am)),
    "det(AB)": (Determinant(mm(Am, M(O2))), Determinant(Am) * Determinant(M(O2))),
}
WRONG_INVERSES: dict[str, tuple[Any, Any]] = {
    "Woodbury with a sign": (left, plus(inv(Am), woodbury)),
    "det(A+B)": (Determinant(plus(Am, M(O2))), Determinant(Am) + Determinant(M(O2))),
    "(A+B)^-1": (inv(plus(Am, M(O2))), plus(inv(Am), inv(M(O2)))),
    "(AB)^-1 in the wrong order": (inv(mm(Am, M(O2))), mm(inv(Am), inv(M(O2)))),
    "the inverse is symmetric": (inv(Am), tr(inv(Am))),
    "X (X^T X)^-1 X^T = I": (Hm, I(n)),
    "products commute": (mm(Am, M(O2)), mm(M(O2), Am)),
    "the derivative of log det, transposed": (d_(log(Determinant(Am)), A, i, j), InverseEntry(Am, i, j)),
}


@pytest.mark.parametrize("name", INVERSES)
def test_the_matrix_identity_is_proved(name: str):
    decision = equal(*INVERSES[name])
    assert decision.proved, decision.reason


@pytest.mark.parametrize("name", WRONG_INVERSES)
def test_the_matrix_falsehood_is_refused(name: str):
    assert not equal(*WRONG_INVERSES[name]).proved


def test_a_difference_and_its_negative_meet_under_a_root():
    a, b = term(Symbol("a")), term(Symbol("b"))
    root, other = sqrt(2 * a - b), (b - 2 * a) ** -1
    assert equal(other * root, -1 / root).proved
    assert not equal(other * root, 1 / root).proved
    assert not equal(other * root, -root).proved
