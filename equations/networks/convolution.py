"""Convolution: every output is a weighted sum of what lies around it, with the same weights everywhere.

Who slides over whom does not matter. Networks compute a cross-correlation, which is a convolution with the kernel flipped.
"""

import numpy as np
from derive.catalogue import D, Equation, indices, remark
from derive.terms import Constant, Fn, FunctionSymbol, Guard, Index, Integral, IntValue, Size, Sum, Symbol, delta, term
from scipy import signal

N, M, K, H, o, s = (Size(name) for name in "NMKHos")
(i,), (k, l), (h,), (a,), (b,) = (indices(*x) for x in (("i", o), ("k l", K), ("h", H), ("a", N), ("b", M)))
w, x, g = Symbol("w", (K,)), Symbol("x", (N,)), Symbol("g", (o,))
X, W = Symbol("X", (N, M)), Symbol("W", (K, H))
f, q, t, u, oo = FunctionSymbol("f"), FunctionSymbol("g"), Symbol("t"), Symbol("u"), Constant("oo")
v, L = Symbol("v", (o + K - 1,)), Symbol("L")
m, c, j = Index("m", 1, N + K - 1), Index("c", 1, M + H - 1), Index("j", 1, o + K - 1)
windows = Sum(k, v[i + k - 1] * w[k])
left, right = (Integral(t, -oo, oo, body) for body in (f(term(t)) * q(u - t), f(u - t) * q(term(t))))


def inside(place, size):
    return Guard(">=", place - 1) * Guard(">=", size - place)


equation = Equation(
    ("Convolution commutes", "卷积可交换"),
    symbols=[x, w, X, W, v, g],
    definitions={L: Sum(i, g[i] * windows)},
    source="I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, section 9.1",
    related=["pooling", "embedding_linear_layer"],
)


equation.claim("convolution", left, right, exported=False, because=remark("substitute $u - t$ for $t$", "以 $u - t$ 代 $t$"))


pairs = Sum(a, Sum(k, delta(a + k, m + 1) * x[a] * w[k]))
other = Sum(k, Sum(a, delta(k + a, m + 1) * w[k] * x[a]))
one, back = remark("one summand is left for every $k$", "每个 $k$ 只剩一项"), remark("as pairs again", "写回成对之和")


@equation.claim("discrete", pairs, other, ("Sums over places that add up to m + 1", "离散情形：位置之和为 m + 1"))
def discrete(calc):
    calc.by(one, Sum(k, inside(m - k + 1, N) * w[k] * x[m - k + 1]))
    calc.by(remark("$a = m - k + 1$", "$a = m - k + 1$"), Sum(a, inside(m - a + 1, K) * x[a] * w[m - a + 1]))
    calc.by(back, other)


both = delta(a + k, m + 1) * delta(b + h, c + 1)
image = Sum(a, Sum(b, Sum(k, Sum(h, both * X[a, b] * W[k, h]))))
again = Sum(k, Sum(h, Sum(a, Sum(b, both * W[k, h] * X[a, b]))))


@equation.claim("two_dimensional", image, again, ("In two dimensions", "二维情形"))
def two_dimensional(calc):
    calc.by(one, Sum(k, Sum(h, inside(m - k + 1, N) * inside(c - h + 1, M) * W[k, h] * X[m - k + 1, c - h + 1])))
    calc.by(back, again)


flip, title = Sum(k, v[i + K - k] * w[K + 1 - k]), ("Cross-correlation: the kernel flipped", "互相关即核翻转后的卷积")
flipped = equation.claim("correlation", windows, flip, title)
title = ("Gradient in the kernel: a correlation", "对核的梯度：互相关")
kernel = equation.claim("kernel_gradient", D(L, w[l]), Sum(i, g[i] * v[i + l - 1]), title)
spread = Sum(i, Sum(k, delta(i + k, j + 1) * g[i] * w[k]))
title = ("Gradient in the input: the full convolution with the kernel", "对输入的梯度：与核的全卷积")
input_ = equation.claim("input_gradient", D(L, v[j]), spread, title)
p = Size("p", 0)  # zeros at either end


def outputs(length, kernel, pad, stride):
    return Fn("floor", IntValue(length + 2 * pad - kernel) / term(stride)) + 1


count, end = outputs(N, K, p, s), IntValue(N + 2 * p)
equation.claim("fits", (count - 1) * s + K, end, ("Output size: the last window fits", "最后一个窗口放得下"), op="<=")
equation.claim("no_more", count * s + K, end, ("And the next one does not", "下一个放不下"), op=">")
equation.claim("valid", outputs(N, K, 0, 1), IntValue(N - K + 1), ("Valid: no padding", "无填充"), exported=False)
title = ("Same: p on either side of a kernel of length 2p + 1", "等长填充")
equation.claim("same", outputs(N, 2 * p + 1, p, 1), IntValue(N), title, exported=False)
equation.claim("full", outputs(N, K, K - 1, 1), IntValue(N + K - 1), ("Full: padding K - 1", "全填充"), exported=False)

discrete.reference(lambda x, w: np.convolve(x, w))
two_dimensional.reference(lambda X, W: signal.convolve2d(X, W))
flipped.reference(lambda w, v: np.correlate(v, w, "valid"))
kernel.reference(lambda v, g: np.correlate(v, g, "valid"))
input_.reference(lambda w, g: np.convolve(g, w))
