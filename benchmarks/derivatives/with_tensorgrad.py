"""tensorgrad's side, run by its own Python: each example built, differentiated and simplified; CPU seconds as JSON."""

import gc
import json
import time

import sympy
import tensorgrad.functions as F
from tensorgrad import Variable


def softmax_jacobian():
    x = Variable("x", sympy.symbols("i"))
    return F.softmax(x, dim="i").grad(x)


def cross_entropy(order):
    i = sympy.symbols("i")
    x, y = Variable("x", i), Variable("y", i)
    value = F.cross_entropy(x, y, dim="i")
    for _ in range(order):
        value = value.grad(x)
    return value


def layer_norm():
    d = sympy.symbols("d")
    x, g = Variable("x", d), Variable("g", d)
    centred = x - F.mean(x, "d", keepdims=True)
    spread = F.sqrt(F.mean(centred**2, "d", keepdims=True) + 1)
    return F.sum(g * (centred / spread)).grad(x)


def attention(by):
    n, m, d, v = sympy.symbols("n m d v")
    Q, K, V, G = Variable("Q", n, d), Variable("K", m, d), Variable("V", m, v), Variable("G", n, v)
    weights = F.softmax(F.dot(Q, K, dim="d"), dim="m")
    return F.sum(G * F.dot(weights, V, dim="m")).grad({"Q": Q, "K": K, "V": V}[by])


EXAMPLES = {
    "softmax Jacobian": softmax_jacobian,
    "cross-entropy gradient": lambda: cross_entropy(1),
    "cross-entropy Hessian": lambda: cross_entropy(2),
    "layer norm": layer_norm,
    "attention in Q": lambda: attention("Q"),
    "attention in K": lambda: attention("K"),
    "attention in V": lambda: attention("V"),
}

if __name__ == "__main__":
    i = sympy.symbols("i")
    F.sum(Variable("w", i) ** 2).grad(Variable("w", i)).full_simplify()  # imports and caches
    gc.collect()
    gc.freeze()
    seconds = {}
    for name, example in EXAMPLES.items():
        start = time.process_time()
        example().full_simplify()
        seconds[name] = time.process_time() - start
    print(json.dumps(seconds))
