"""The shapes of names nobody declared, from all formulas of a document together."""

import derive
from derive.decide.witness_problem import problem
from derive.parse.declarations import assume
from derive.parse.document_shapes import shapes
from derive.parse.grammar import parse_expression
from derive.parse.scope import swap
from derive.parse.syntax import Name
from derive.terms import Add, Entry, Mul, Relation, Symbol
from derive.verify.contexts import context_of

MODEL = r"""
$$ y = X\beta + \varepsilon, \; \varepsilon \sim \mathcal{N}(0, \sigma^2 V) $$

$$ \hat{\beta} = (X^\mathrm{T} V^{-1} X)^{-1} X^\mathrm{T} V^{-1} y $$

"""
NORMAL = r"""
Let $X$ follow a normal distribution $X \sim \mathcal{N}(\mu, \Sigma)$ with the density

$$ f_X(x) = \frac{1}{\sqrt{(2 \pi)^n |\Sigma|}} \cdot \exp \left[ -\frac{1}{2} (x-\mu)^\mathrm{T} \Sigma^{-1} (x-\mu) \right] $$

"""


def found(*texts, equations=()):
    sides = [tuple(map(parse_expression, pair)) for pair in equations]
    nodes = [*map(parse_expression, texts), *(x for pair in sides for x in pair)]
    return shapes(nodes, sides)[0]


def verdict(text):
    return derive.verify(text).steps[-1]


def test_a_law_gives_columns_and_squares_their_shapes():
    got = found(r"X \sim \mathcal{N}(\mu, \Sigma)", r"A X + b", r"t^\mathrm{T} X")
    assert got["X"] == got["\\mu"] == got["t"] and len(got["X"]) == 1
    assert got["\\Sigma"] == (got["X"][0], got["X"][0])
    assert got["A"][1] == got["X"][0] and got["b"] == (got["A"][0],)


def test_a_law_of_numbers_shows_no_array():
    assert found(r"X \sim \mathcal{N}(\mu, \sigma^2)", r"X + \mu") == {}


def test_the_root_of_a_normal_density_names_the_size():
    got, sizes, definite = shapes(
        [parse_expression(t) for t in (r"\sqrt{(2 \pi)^n |\Sigma|}", r"(x-\mu)^\mathrm{T} \Sigma^{-1} (x-\mu)")]
    )
    assert got["\\Sigma"] == ("n", "n") and got["x"] == ("n",) and sizes == {"n"} and definite == set()


def test_an_equation_tells_columns_from_matrices_but_not_which_sizes_are_equal():
    got = found(r"u^\mathrm{T} u", r"v^\mathrm{T} v", equations=[("u", "v")])
    assert got["u"] != got["v"] and len(got["u"]) == len(got["v"]) == 1


def test_of_a_name_used_in_two_ways_nothing_is_said():
    got = found(r"X^\mathrm{T} P X", r"(y - X b)^\mathrm{T} P (y - X b)", r"X \sim \mathrm{Gam}(a, c)")
    assert "X" not in got and got["P"] == (got["y"][0],) * 2


def test_the_residuals_of_an_undeclared_regression_are_orthogonal_to_it():
    right = verdict(MODEL + r"$$ X^\mathrm{T} V^{-1} (y - X \hat{\beta}) = 0 $$")
    assert right.verdict == "proved", right.reason
    wrong = verdict(MODEL + r"$$ X^\mathrm{T} V^{-1} (y - X \hat{\beta}) = X^\mathrm{T} V^{-1} y $$")
    assert wrong.verdict != "proved"


def test_a_covariance_is_symmetric_and_what_is_assumed_is_listed():
    report = derive.verify(NORMAL + r"$$ \nabla_x f_X(x) = - f_X(x) \, \Sigma^{-1} (x-\mu) $$")
    assert report.steps[-1].verdict == "proved", report.steps[-1].reason
    assert any("\\Sigma \\succ 0" in d.latex for f in report.files for d in f.declarations)
    wrong = verdict(NORMAL + r"$$ \nabla_x f_X(x) = - \frac{1}{2} f_X(x) \, \Sigma^{-1} (x-\mu) $$")
    assert wrong.verdict != "proved"


def test_a_gradient_by_the_parameter_of_f_is_taken_at_the_argument_given():
    right = verdict(NORMAL + r"$$ \nabla_x^2 f_X(\mu) = - f_X(\mu) \cdot \Sigma^{-1} $$")
    assert right.verdict == "proved", right.reason
    assert verdict(NORMAL + r"$$ \nabla_x^2 f_X(\mu) = 0 $$").verdict != "proved"


def test_a_density_p_and_a_count_p_live_in_one_document():
    text = r"""
$$ p(b|t) = \sqrt{\frac{|t L|}{(2 \pi)^p}} \exp\left[ -\frac{t}{2} (b-m)^\mathrm{T} L (b-m) \right] $$

$$ p(b,t|y) = \frac{p(y|b,t) \, p(b,t)}{p(y)} $$
"""
    assert verdict(text).verdict in ("proved", "definition"), verdict(text).reason


def test_an_undeclared_function_of_an_array_need_not_act_on_its_entries():
    text = (
        r"Let $X \in \mathbb{R}^{n \times p}$."
        + "\n\n"
        + r"$$ \mathrm{h}(x) + \mathrm{h}(x) = 2 \, \mathrm{h}(x) $$"
        + "\n\n"
    )
    step = verdict(text + r"$$ \mathrm{h}(X) = \frac{np}{2} $$")
    assert step.verdict in ("undecided", "definition"), step.reason


def test_letters_in_a_script_font_are_one_name():
    node = parse_expression(r"\mathcal{MN}")
    assert isinstance(node, Name) and (node.text, node.font) == ("MN", "cal")


def test_swapping_a_symbol_in_a_term_with_shared_parts_takes_no_longer_than_reading_it():
    x, y = Symbol("x"), Symbol("y")
    value = Entry(x, ())
    for k in range(80):  # 2^80 paths, 160 parts
        value = Add(Mul(value, value), k + 2)
    assert y in derive.terms.free_symbols(swap(value, x, y))


def test_a_step_without_means_is_checked_without_the_moments_of_random_vectors():
    scope = assume(
        r"m, u \in \mathbb{R}^n; X \in \mathbb{R}^n random vector; \mathbb{E}[X_i] = m_i for i = 1, \dots, n"
    )
    x, u = scope.symbols["X"], scope.symbols["u"]
    from derive.terms import Arr, arrays

    goal = Relation("=", arrays.dot(Arr.of(x), Arr.of(u)), arrays.dot(Arr.of(u), Arr.of(x)))
    known = context_of(scope, [goal.lhs, goal.rhs]).assumptions([])
    assert len(problem(goal, known).hypotheses) == 1 and problem(goal, known, moments=False).hypotheses == ()


def test_a_random_vector_has_the_length_that_its_sentence_says():
    text = r"""
Let $X \in \mathbb{R}^{n \times p}$ have full column rank and let $e$ be a random vector in $\mathbb{R}^n$ with
$\mathbb{E}[e e^\top] = \sigma^2 I$, where $\sigma > 0$.

$$ X^\top \mathbb{E}[e e^\top] X = \sigma^2 X^\top X $$
"""
    assert verdict(text).verdict == "proved", verdict(text).reason
    assert verdict(text.replace(r"= \sigma^2 X", r"= \sigma X")).verdict == "refuted"


def test_the_law_of_the_members_of_a_family_is_that_of_numbers():
    text = r"""
Let $Z_i \overset{\mathrm{i.i.d.}}{\sim} \mathcal{N}(0,1)$, $i = 1, \dots, n$, so that $Z \sim \mathcal{N}(0_n, I_n)$ and
$A Z + \mu \sim \mathcal{N}(\mu, A A^\mathrm{T})$.

$$ \mathrm{Var}(Z_i) = 1 $$
"""
    assert verdict(text).verdict == "proved", verdict(text).reason
    assert verdict(text.replace("= 1 $$", "= 2 $$")).verdict != "proved"
