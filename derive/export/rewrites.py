"""The rewrites that keep exported code finite and accurate, each an equation that the kernel proves (`prove`).

`stable` finds them in formulas; tests/export/test_rewrites.py measures what they are good for against exact values.

>>> [r] = [r for r in REWRITES if r.name == "log_sum_exp"]
>>> prove(r).conclusion.lhs
log(Sum(k, exp(z[k])))
"""

from __future__ import annotations

from dataclasses import dataclass

from derive import kernel
from derive.terms import POSITIVE, Fn, Guard, Index, Num, Prod, Size, Sum, Symbol, Term, exp, log, sqrt, term


@dataclass(frozen=True)
class Rewrite:
    """``before = after`` where both are defined; computed as ``after`` because of ``reason``."""

    name: str
    before: Term
    after: Term
    reason: str


def _table() -> tuple[Rewrite, ...]:
    K = Size("K")
    i, j, k = (Index(name, 1, K) for name in "ijk")
    z, w = Symbol("z", (K,)), Symbol("w", (K,))
    x, y, m = (term(Symbol(name)) for name in "xym")
    q, a = Symbol("q", (K,), domain=POSITIVE), term(Symbol("a"))
    shifted = Sum(k, exp(z[k] - m))
    sigmoid = (1 + exp(-x)) ** -1
    mean = Sum(j, z[j]) / K
    after = Sum(j, Guard(">=", j - i) * exp(z[j]))
    return (
        Rewrite(
            "softmax",
            exp(z[i]) / Sum(k, exp(z[k])),
            exp(z[i] - m) / shifted,
            "with m the maximum no exponential overflows",
        ),
        Rewrite("log_sum_exp", log(Sum(k, exp(z[k]))), m + log(shifted), "with m the maximum no exponential overflows"),
        Rewrite(
            "log_softmax",
            log(exp(z[i]) / Sum(k, exp(z[k]))),
            z[i] - m - log(shifted),
            "the logarithm of an underflow is never taken",
        ),
        Rewrite(
            "weighted_softmax",
            Sum(j, exp(z[j]) * w[j]) / Sum(k, exp(z[k])),
            Sum(j, exp(z[j] - m) * w[j]) / shifted,
            "numerator and denominator share the shift",
        ),
        Rewrite(
            "softplus",
            log(1 + exp(x)),
            Fn("max", x, 0) + log(1 + exp(-Fn("abs", x))),
            "exp of a negative number, and log1p",
        ),
        Rewrite(
            "cross_entropy_of_logits",
            -y * log(sigmoid) - (1 - y) * log(1 - sigmoid),
            Fn("max", x, 0) - y * x + log(1 + exp(-Fn("abs", x))),
            "what cancels cancels exactly, and no logarithm of 0 is taken",
        ),
        Rewrite("log_sigmoid", log(sigmoid), -Fn("softplus", -x), "finite where the sigmoid underflows"),
        Rewrite("sigmoid_complement", 1 - sigmoid, (1 + exp(x)) ** -1, "no cancellation for large x"),
        Rewrite(
            "sigmoid_derivative",
            exp(-x) / (1 + exp(-x)) ** 2,
            sigmoid * (1 + exp(x)) ** -1,
            "two sigmoids never overflow",
        ),
        Rewrite("log_1_minus_exp", log(1 - exp(-x)), log(-(exp(-x) - 1)), "expm1 near 0, log1p far away"),
        Rewrite(
            "log_cosh",
            log(Fn("cosh", x)),
            log(1 + 2 * Fn("sinh", x / 2) ** 2),
            "no cancellation for small x; used up to |x| = 20",
        ),
        Rewrite(
            "log_cosh_far",
            log(Fn("cosh", x)),
            Fn("abs", x) + log(1 + exp(-2 * Fn("abs", x))) - log(2),
            "cosh overflows at 711; from |x| = 20 on the middle term is below e^-40",
        ),
        Rewrite(
            "log_add_exp",
            log(exp(x) + exp(y)),
            Fn("max", x, y) + log(1 + exp(-Fn("abs", x - y))),
            "exp of a negative number, and log1p",
        ),
        Rewrite(
            "running_softmax",
            Sum(i, Guard(">=", k - i) * exp(z[k]) / after),
            exp(z[k] + log(Sum(i, Guard(">=", k - i) * exp(-log(after))))),
            "linear time: two running log-sum-exps, where a softmax for every i would take a square",
        ),
        Rewrite(
            "capped",
            Guard(">=", m - x) * x**2 / 2 + Guard(">", x - m) * m * (x - m / 2),
            Fn("min", x, m) * (x - Fn("min", x, m) / 2),
            "no choice between two branches that are both computed",
        ),
        Rewrite("log_of_product", log(Prod(i, q[i])), Sum(i, log(q[i])), "the product over- or underflows"),
        Rewrite("power_of_product", Prod(i, q[i]) ** a, exp(a * Sum(i, log(q[i]))), "the product over- or underflows"),
        Rewrite(
            "tanh_by_exponentials",
            (exp(x) - exp(-x)) / (exp(x) + exp(-x)),
            Fn("tanh", x),
            "two exponentials overflow",
        ),
        Rewrite("tanh_quotient", Fn("sinh", x) / Fn("cosh", x), Fn("tanh", x), "sinh and cosh overflow"),
        Rewrite("tanh_from_sigmoid", 2 * (1 + exp(-2 * x)) ** -1 - 1, Fn("tanh", x), "no cancellation for small x"),
        Rewrite("root_difference", sqrt(x**2 + 1) - x, (sqrt(x**2 + 1) + x) ** -1, "no cancellation for large x"),
        Rewrite("root_minus_one", sqrt(1 + x**2) - 1, x**2 / (sqrt(1 + x**2) + 1), "no cancellation for small x"),
        Rewrite(
            "centred_variance",
            Sum(i, z[i] ** 2) / K - mean**2,
            Sum(i, (z[i] - mean) ** 2) / K,
            "no cancellation when the mean is large",
        ),
    )


REWRITES = _table()


def prove(rewrite: Rewrite) -> kernel.Theorem:
    """The rewrite as a theorem, for all sizes and all values at which both sides are defined. Raises KernelError."""
    if rewrite.name != "root_minus_one":
        return kernel.by_normal_form(rewrite.before, rewrite.after)
    # u - 1 = (u^2 - 1)/(u + 1) with the root for u; the normal form does not find the u in the root by itself
    u = Symbol("u")
    quotient = kernel.by_normal_form(u - Num(1), (term(u) ** 2 - 1) * (u + Num(1)) ** -1)
    at_root = kernel.instantiate(quotient, symbols={u: rewrite.before + 1})
    start = kernel.by_normal_form(rewrite.before, at_root.conclusion.lhs)
    end = kernel.by_normal_form(at_root.conclusion.rhs, rewrite.after)
    return kernel.trans(kernel.trans(start, at_root), end)
