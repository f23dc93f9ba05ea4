"""The expected squared error of a prediction: squared bias, variance and noise add up.

A rigid model is wrong on average, a flexible one follows its sample; the noise is there whatever one does. Here y = f + noise is
what will be observed, f is its mean, and the prediction was made from other data.
"""

from derive.catalogue import Equation, definition, remark
from derive.terms import Expectation, Symbol

h, y = Symbol(r"\hat{f}", kind="random"), Symbol("y", kind="random")
t, f, m, s = Symbol("t"), Symbol("f"), Symbol("m"), Symbol(r"\sigma^2")
E = Expectation
spread = E((h - m) ** 2)

equation = Equation(
    ("Bias, variance and noise", "偏差、方差与噪声"),
    symbols=[y, h, t],
    definitions={f: E(y), m: E(h), s: E((y - E(y)) ** 2)},
    source="T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, equation (7.9)",
    related=["variance_identity", "mean_squared_error", "ridge_regression"],
)


@equation.claim("bias_variance", E((y - h) ** 2), (f - m) ** 2 + spread + s, exported=False, independent=[[y, h]])
def bias_variance(calc):
    parts = E((y - f) ** 2) + 2 * E((y - f) * (f - h)) + E((f - h) ** 2)
    calc.by(remark("$y - \\hat{f} = (y - f) + (f - \\hat{f})$", "$y - \\hat{f} = (y - f) + (f - \\hat{f})$"), parts)
    calc.by(
        remark("the noise is independent of the prediction", "噪声与预测独立"), E((y - f) ** 2) + 2 * E(y - f) * E(f - h) + E((f - h) ** 2)
    )
    calc.by(definition(f), s + E((f - h) ** 2))
    around = s + (f - m) ** 2 + 2 * (f - m) * E(m - h) + spread
    calc.by(remark("$f - \\hat{f} = (f - m) + (m - \\hat{f})$", "$f - \\hat{f} = (f - m) + (m - \\hat{f})$"), around)
    calc.by(definition(m), (f - m) ** 2 + spread + s)


title = ("Of an estimator, against any number: no noise", "估计量的均方误差：无噪声项")


@equation.claim("of_an_estimator", E((h - t) ** 2), (m - t) ** 2 + spread, title, exported=False)
def of_an_estimator(calc):
    calc.by(
        remark("$\\hat{f} - t = (\\hat{f} - m) + (m - t)$", "$\\hat{f} - t = (\\hat{f} - m) + (m - t)$"),
        E((h - m) ** 2 + 2 * (m - t) * (h - m) + (m - t) ** 2),
    )
    calc.by(remark("expectation is linear, $E[\\hat{f} - m] = 0$", "期望线性"), (m - t) ** 2 + spread)


title = ("Never below the noise", "不低于噪声")


@equation.claim("at_least_the_noise", E((y - h) ** 2), s, title, op=">=", independent=[[y, h]])
def at_least_the_noise(calc):
    calc.by(remark("the decomposition", "分解式"), (f - m) ** 2 + spread + s)
    calc.ge(remark("a square and a mean of squares", "平方与平方的均值"), s)
