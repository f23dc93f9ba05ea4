"""The convolution layer of a network: windows of an image with channels against a kernel, and how gradients go back through it.

The output at (i, j) is a sum over the channels and over the window whose corner is there. The kernel's gradient is again such a sum, of
what comes back against the image; the image's is the full convolution of what comes back with the kernel. Several output channels have a
kernel each, and their gradients in the image add up.
"""

import numpy as np
from derive.catalogue import D, Equation, indices, matrix, remark
from derive.rules.kronecker import sum_over_delta
from derive.terms import Index, Size, Sum, Symbol, delta
from scipy import signal

E, K, H, o, r = (Size(name) for name in "EKHor")
(e, q), (i,), (j,) = indices("e q", E), indices("i", o), indices("j", r)
(k, l), (h, m) = indices("k l", K), indices("h m", H)
V, W, G = Symbol("V", (E, o + K - 1, r + H - 1)), Symbol("W", (E, K, H)), Symbol("G", (o, r))
Y, L = Symbol("Y", (o, r)), Symbol("L")
a, b = Index("a", 1, o + K - 1), Index("b", 1, r + H - 1)
window = Sum(e, Sum(k, Sum(h, V[e, i + k - 1, j + h - 1] * W[e, k, h])))

equation = Equation(
    ("Convolution layer", "卷积层"),
    symbols=[V, W, G],
    definitions={Y: matrix(window, i, j), L: Sum(i, Sum(j, G[i, j] * Y[i, j]))},
    source="I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, equations (9.11) to (9.13)",
    depends=["convolution"],
    related=["embedding_linear_layer", "backpropagation"],
)

turned = Sum(e, Sum(k, Sum(h, V[e, i + K - k, j + H - h] * W[e, K + 1 - k, H + 1 - h])))
title = ("A layer computes windows: a convolution with the kernel turned around", "窗口之和即核翻转后的卷积")
layer = equation.claim("convolution_layer", Y[i, j], turned, title, because=remark("$K + 1 - k$ for $k$, $H + 1 - h$ for $h$", "换元"))


@equation.claim(
    "kernel_gradient", D(L, W[e, l, m]), Sum(i, Sum(j, G[i, j] * V[e, i + l - 1, j + m - 1])),
    ("Gradient in the kernel: what comes back against the image", "对核的梯度"),
)  # fmt: skip
def in_kernel(calc):
    hit = delta(q, e) * delta(k, l) * delta(h, m)
    moved = Sum(q, Sum(k, Sum(h, V[q, i + k - 1, j + h - 1] * hit)))
    calc.by(remark("each window moves with one entry of the kernel", "每个窗口依赖核的一个元素"), Sum(i, Sum(j, G[i, j] * moved)))
    calc.by(sum_over_delta, Sum(i, Sum(j, G[i, j] * V[e, i + l - 1, j + m - 1])))


places = delta(i + k, a + 1) * delta(j + h, b + 1)
in_image = equation.claim(
    "input_gradient", D(L, V[e, a, b]), Sum(i, Sum(j, Sum(k, Sum(h, places * G[i, j] * W[e, k, h])))),
    ("Gradient in the image: the full convolution with the kernel", "对输入的梯度：与核的全卷积"),
    because=remark("an entry stands in every window that holds it", "每个元素出现在包含它的所有窗口中"),
)  # fmt: skip

layer.reference(lambda V, W: sum(signal.correlate2d(v, w, "valid") for v, w in zip(V, W, strict=True)))
in_kernel.reference(lambda V, G: np.stack([signal.correlate2d(v, G, "valid") for v in V]))
in_image.reference(lambda W, G: np.stack([signal.convolve2d(G, w) for w in W]))
