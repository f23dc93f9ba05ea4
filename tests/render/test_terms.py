"""What terms look like in LaTeX and on a line of Unicode."""

from fractions import Fraction as F

import pytest

from derive.render import latex, text
from derive.terms import (
    PI,
    POSITIVE,
    ZERO,
    Apply,
    Arr,
    At,
    Constant,
    Derivative,
    Determinant,
    Expectation,
    Fn,
    FunctionSymbol,
    Guard,
    Hypothesis,
    Index,
    Integral,
    InverseEntry,
    Limit,
    Mul,
    Pow,
    Prod,
    Relation,
    Size,
    Sum,
    Symbol,
    delta,
    exp,
    fresh_index,
    log,
    sqrt,
    tanh,
    term,
)  # fmt: skip
from derive.terms import arrays as ar

n, d, K, T = Size("n"), Size("d"), Size("K"), Size("T")
X = Symbol("X", (n, d))
th = Symbol(r"\theta", (d,))
y = Symbol("y", (n,))
z = Symbol("z", (K,))
p = Symbol("p", (K,))
S = Symbol("S")
i = Index("i", 1, n)
j = Index("j", 1, d)
k = Index("k", 1, K)
a = Index("i", 1, K)
b = Index("j", 1, K)
l = Index("l", 1, d)
x = Symbol("x")
sg = Symbol(r"\sigma", domain=POSITIVE)
mu = Symbol(r"\mu")
lam = Symbol(r"\lambda")
g = Symbol(r"\gamma")
xs = Symbol("x", (n,))
f = FunctionSymbol("f")
h = FunctionSymbol("h", ((d,),), (n,))
q = FunctionSymbol("g", ((), ()))
i2 = fresh_index(None, 1, n)
j2 = fresh_index(None, 1, d)
k2 = fresh_index(None, 1, K)
k3 = fresh_index(None, 1, K)
tt = Index("t", 2, T)
s = Symbol("s", (T,))
A = Symbol("A", (n, n))

SHOWN = [
    (exp(z[a])/Sum(k,exp(z[k])), r"\frac{e^{z_i}}{\sum_{k=1}^{K} e^{z_k}}", "exp(zᵢ) / Σₖ exp(zₖ)"),
    (Derivative(p[a],z,(b,)), r"\frac{\partial p_i}{\partial z_j}", "∂pᵢ/∂zⱼ"),
    (Derivative(exp(z[a])/term(S),z,(b,)), r"\frac{\partial}{\partial z_j} \frac{e^{z_i}}{S}", "∂/∂zⱼ [exp(zᵢ) / S]"),
    ((delta(a,b)*exp(z[a])*S-exp(z[a])*exp(z[b]))/S**2,
     r"\frac{S \delta_{ij} e^{z_i} - e^{z_i} e^{z_j}}{S^2}", "(S δᵢⱼ exp(zᵢ) − exp(zᵢ) exp(zⱼ)) / S²"),
    (p[a]*(delta(a,b)-p[b]), r"p_i(\delta_{ij} - p_j)", "pᵢ (δᵢⱼ − pⱼ)"),
    (delta(a,b)*p[a]-p[a]*p[b], r"\delta_{ij} p_i - p_i p_j", "δᵢⱼ pᵢ − pᵢ pⱼ"),
    (Sum(k2,exp(z[k2]))*Sum(k3,z[k3]),
     r"\left( \sum_{k=1}^{K} e^{z_k} \right) \sum_{k=1}^{K} z_k", "(Σₖ exp(zₖ)) Σₖ zₖ"),
    (Sum(i2, X[i2,j]*(Sum(j2,X[i2,j2]*th[j2])-y[i2])),
     r"\sum_{i=1}^{n} X_{ij} \left( \sum_{k=1}^{d} X_{ik} \theta_k - y_i \right)", "Σᵢ Xᵢⱼ (Σₖ Xᵢₖ θₖ − yᵢ)"),
    (n/2*log(2*PI*sg**2)+1/(2*term(sg)**2)*Sum(i,(xs[i]-mu)**2),
     r"\frac{n}{2} \log(2 \pi \sigma^2) + \frac{1}{2 \sigma^2} \sum_{i=1}^{n} (x_i - \mu)^2",
     "(n/2) log(2πσ²) + (1 / (2σ²)) Σᵢ (xᵢ − μ)²"),
    (exp(-(xs[i]-mu)**2/(2*term(sg)**2))/sqrt(2*PI*sg**2),
     r"\frac{1}{\sqrt{2 \pi \sigma^2}} \exp\left( -\frac{(x_i - \mu)^2}{2 \sigma^2} \right)",
     "exp(−(xᵢ − μ)² / (2σ²)) / √(2πσ²)"),
    (1/(1+exp(-term(x))), r"\frac{1}{1 + e^{-x}}", "1 / (1 + exp(−x))"),
    (term(x)*2+1, r"2 x + 1", "2x + 1"),
    (Pow(x,g), r"x^\gamma", "xᵞ"),
    (Pow(x,F(3,2)), r"x^{3/2}", "x^(3/2)"),
    (Pow(x,F(-1,2)), r"\frac{1}{\sqrt{x}}", "1/√x"),
    (sqrt(1+term(x)**2), r"\sqrt{x^2 + 1}", "√(x² + 1)"),
    (-(term(x)+mu), r"-(x + \mu)", "−(x + μ)"),
    (1-tanh(x)**2, r"1 - \tanh^2 x", "1 − tanh² x"),
    (log(term(x))*log(mu), r"\log x \log \mu", "log x log μ"),
    (log(Sum(k,exp(z[k]))), r"\log \sum_{k=1}^{K} e^{z_k}", "log Σₖ exp(zₖ)"),
    (log(p[a])*p[a], r"p_i \log p_i", "pᵢ log pᵢ"),
    (x*Sum(k,p[k]*log(p[k])), r"x \sum_{k=1}^{K} p_k \log p_k", "x Σₖ pₖ log pₖ"),
    (Sum(k,Guard("!=",k-a)*p[k]), r"\sum_{k \ne i} p_k", "Σ_{k ≠ i} pₖ"),
    (Sum(k,Guard(">",k-a)*p[k]*z[k]), r"\sum_{k=i+1}^{K} p_k z_k", "Σ_{k=i+1..K} pₖ zₖ"),
    (Sum(tt,s[tt-1]*s[tt]), r"\sum_{t=2}^{T} s_{t-1} s_t", "Σ_{t=2..T} sₜ₋₁ sₜ"),
    (Guard("!=",a-b)*p[a], r"\mathbf{1}[i \ne j] p_i", "𝟙[i ≠ j] pᵢ"),
    (Guard(">",term(x)-mu), r"\mathbf{1}[x > \mu]", "𝟙[x > μ]"),
    (Guard(">=",i-3), r"\mathbf{1}[i \ge 3]", "𝟙[i ≥ 3]"),
    (Apply(f,(term(x),),(),((0,()),)), r"f'(x)", "f′(x)"),
    (Apply(f,(term(x),),(),((0,()),(0,()))), r"f''(x)", "f″(x)"),
    (Apply(q,(term(x),term(mu)),(),((0,()),(1,()))),
     r"\frac{\partial^2 g(x, \mu)}{\partial x \, \partial \mu}", "∂²g(x, μ)/∂x∂μ"),
    (Apply(h,(Arr.of(th),),(i,),((0,(j,)),)), r"\frac{\partial h_i(\theta)}{\partial \theta_j}", "∂hᵢ(θ)/∂θⱼ"),
    (Integral(Symbol("t"),Mul(-1, Constant("oo")),Constant("oo"),exp(-term(Symbol("t"))**2/2)),
     r"\int_{-\infty}^{\infty} e^{-t^2/2} \, dt", "∫_{−∞}^{∞} exp(−t²/2) dt"),
    (Limit(Symbol("h"),0,(f(x+term(Symbol("h")))-f(x))/Symbol("h")),
     r"\lim_{h \to 0} \frac{f(x + h) - f(x)}{h}", "lim_{h→0} (f(x + h) − f(x)) / h"),
    (Limit(Symbol("h"),0,Symbol("h")*log(Symbol("h")),"+"), r"\lim_{h \to 0^{+}} h \log h", "lim_{h→0⁺} h log h"),
    (Expectation((x-mu)**2), r"\mathbb{E}[(x - \mu)^2]", "𝔼[(x − μ)²]"),
    (Expectation(term(x)*mu,(mu,)), r"\mathbb{E}[x \mu \mid \mu]", "𝔼[xμ | μ]"),
    (Fn("factorial",n), r"n!", "n!"),
    (Fn("binomial",n,k), r"\binom{n}{k}", "C(n, k)"),
    (Fn("max",0,x), r"\max(0, x)", "max(0, x)"),
    (Fn("abs",x)**2, r"\lvert x \rvert^2", "|x|²"),
    (Fn("abs",x-mu), r"\lvert x - \mu \rvert", "|x − μ|"),
    (Determinant(Arr.of(Symbol("A",(n,n)))), r"\det A", "det A"),
    (log(Determinant(Arr.of(Symbol("A",(n,n))))), r"\log \det A", "log det A"),
    (InverseEntry(Arr.of(Symbol("A",(n,n))),i,i), r"(A^{-1})_{ii}", "(A⁻¹)ᵢᵢ"),
    (Derivative(Derivative(f(x),x),x), r"\frac{d^2 f(x)}{dx^2}", "d²f(x)/dx²"),
    (Derivative(Derivative(f(x)*x,x),mu),
     r"\frac{\partial^2}{\partial \mu \, \partial x} x f(x)", "∂²/∂μ∂x [x f(x)]"),
    (Derivative(term(x)**2,x), r"\frac{d}{dx} x^2", "d/dx [x²]"),
    (At(Derivative(term(x)**2,x),x,term(mu)), r"\left. \frac{d}{dx} x^2 \right|_{x = \mu}", "(d/dx [x²])|_{x = μ}"),
    (-term(x)/mu*lam, r"-\frac{x \lambda}{\mu}", "−xλ/μ"),
    (x*y[i]/2, r"\frac{x}{2} y_i", "(x/2) yᵢ"),
    (term(x)/2, r"\frac{x}{2}", "x/2"),
    (-F(1,2)*Sum(i,y[i]), r"-\frac{1}{2} \sum_{i=1}^{n} y_i", "−½ Σᵢ yᵢ"),
    (y[i]/n, r"\frac{y_i}{n}", "yᵢ/n"),
    (Sum(i,y[i])/n, r"\frac{1}{n} \sum_{i=1}^{n} y_i", "(1/n) Σᵢ yᵢ"),
    (2*Pow(2,term(x)), r"2 \cdot 2^x", "2 · 2ˣ"),
    ((term(x)**2)**g, r"(x^2)^\gamma", "(x²)ᵞ"),
    (exp(x)**2, r"(e^x)^2", "exp(x)²"),
    (Sum(i,-y[i]), r"\sum_{i=1}^{n} (-y_i)", "Σᵢ (−yᵢ)"),
    (Prod(i,xs[i])**(1/term(n)), r"\left( \prod_{i=1}^{n} x_i \right)^{1/n}", "(Πᵢ xᵢ)^(1/n)"),
    (term(x)**-2, r"\frac{1}{x^2}", "1/x²"),
    (xs[i]**2*mu/sg**2/2, r"\frac{\mu x_i^2}{2 \sigma^2}", "μ xᵢ² / (2σ²)"),
    ((x-mu)/sg, r"\frac{x - \mu}{\sigma}", "(x − μ) / σ"),
    (Sum(i,(xs[i]-mu)*(y[i]-lam))/Sum(i,(xs[i]-mu)**2),
     r"\frac{\sum_{i=1}^{n} (x_i - \mu) (y_i - \lambda)}{\sum_{i=1}^{n} (x_i - \mu)^2}",
     "(Σᵢ (xᵢ − μ)(yᵢ − λ)) / Σᵢ (xᵢ − μ)²"),
    (p[a]*z[a]*log(p[a])*(1-p[a]), r"p_i z_i \log(p_i) (1 - p_i)", "pᵢ zᵢ log(pᵢ) (1 − pᵢ)"),
    (2*p[a]*Fn("gamma",x), r"2 p_i \Gamma(x)", "2 pᵢ Γ(x)"),
    (Symbol("W_1",(n,d))[i,j]**2, r"(W_1)_{ij}^2", "(W₁)ᵢⱼ²"),
    (Symbol("W^{(1)}",(n,d))[i,j+1]**2, r"(W^{(1)}_{i,j+1})^2", "(W⁽¹⁾[i,j+1])²"),
    (Symbol(r"\hat{y}",(n,))[i]-y[i], r"\hat{y}_i - y_i", "ŷᵢ − yᵢ"),
    (k*z[k], r"k z_k", "k zₖ"),
    ((k+1)*z[k], r"(k + 1) z_k", "(k + 1) zₖ"),
    ((n-1)*term(x), r"(n - 1) x", "(n − 1)x"),
    (Sum(k2, Sum(k3, z[k2]*z[k3]*Guard("!=",k2-k3))), r"\sum_{k=1}^{K} \sum_{l \ne k} z_k z_l", "Σₖ Σ_{l ≠ k} zₖ zₗ"),
    (x*(mu+1)/(lam+1), r"\frac{x(\mu + 1)}{\lambda + 1}", "x (μ + 1) / (λ + 1)"),
    (1/n*Sum(i,xs[i])-mu, r"\frac{1}{n} \sum_{i=1}^{n} x_i - \mu", "(1/n) Σᵢ xᵢ − μ"),
    (Sum(k, p[k]/(1-p[k])), r"\sum_{k=1}^{K} \frac{p_k}{1 - p_k}", "Σₖ pₖ / (1 − pₖ)"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "in_latex", "in_text"), SHOWN, ids=[t for _, _, t in SHOWN])
def test_terms_look_like_a_textbook(value, in_latex, in_text):
    assert latex(value) == in_latex
    assert text(value) == in_text


def test_relations_and_hypotheses():
    assert latex(Relation("<=", term(x), log(x))) == r"x \le \log x"
    assert text(Hypothesis(Relation("!=", term(S), ZERO))) == "S ≠ 0"


def test_arrays_relate_by_their_entries_when_a_side_has_no_matrix_form():
    lhs = Arr(((i,),), y[i])
    assert latex(Relation("=", lhs, ar.scale(term(2), lhs))) == "y = 2 y"
    rhs = Arr(((i,),), term(i) * y[i])
    assert latex(Relation("=", lhs, rhs)) == "y_i = i y_i"


def test_an_array_without_matrix_form_is_written_by_its_entries():
    assert latex(Arr(((i,),), term(i) * y[i])) == "(i y_i)_i"
    assert latex(Determinant(ar.add(Arr.of(A), ar.scale(term(lam), ar.identity(n))))) == r"\det(A + \lambda I)"


def test_part_of_a_vector_is_not_called_by_its_name():
    short = Index("i", 1, n - 1)
    assert latex(Arr(((short,),), y[short])) == "(y_i)_i"


def test_negated_sums_keep_their_parentheses():
    assert latex(term(x) - (term(mu) - n)) == r"x - (\mu - n)"
    assert latex(term(x) - term(k - 3)) == "x - (k - 3)"


def test_kroneckers_delta_gives_way_to_a_symbol_called_delta():
    assert latex(delta(i, Index("l", 1, n)) * Symbol(r"\delta", (n,))[i]) == r"\mathbf{1}[i = l] \delta_i"


def test_eulers_number_gives_way_to_a_symbol_called_e():
    assert latex(exp(x) * Symbol("e")) == r"e \exp(x)"


def test_powers_of_e_are_short():
    long = -((xs[i] - mu) ** 2) / 2
    assert latex(exp(long)) == r"\exp\left( -\frac{1}{2}(x_i - \mu)^2 \right)"
    assert latex(exp(-term(x) / 2)) == "e^{-x/2}"
