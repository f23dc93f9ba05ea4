"""Names that nobody declared, by their use: theta behind a declared matrix, arguments of functions; laws joined by `and`."""

from __future__ import annotations

import pytest

from derive.verify import verify_text

RIDGE = r"""Let $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$, $\lambda > 0$. The objective is

$$ J(\theta) = \|y - X\theta\|^2 + \lambda \|\theta\|^2. $$

Its gradient and its Hessian are

$$ \nabla J(\theta) = GRADIENT $$

$$ \nabla^2 J(\theta) = 2 (X^\top X + \lambda I) $$
"""


def verdicts(text: str) -> list[str]:
    return [s.verdict for s in verify_text(text, time_limit=30).steps]


def test_a_parameter_behind_a_data_matrix_is_a_vector():
    right = RIDGE.replace("GRADIENT", r"2 X^\top (X \theta - y) + 2 \lambda \theta")
    wrong = RIDGE.replace("GRADIENT", r"2 X^\top (X \theta + y) + 2 \lambda \theta")
    assert verdicts(right) == ["definition", "proved", "proved"]
    assert verdicts(wrong)[1] == "refuted"


def test_a_solution_implies_the_equation_that_it_solves():
    text = r"""Let $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$, $\theta \in \mathbb{R}^d$, $\lambda > 0$.

$$ (X^\top X + \lambda I)\theta = X^\top y \iff \theta = (X^\top X + \lambda I)^{-1} X^\top y. $$
"""
    assert verdicts(text)[-1] == "proved"
    assert verdicts(text.replace(r"= (X^\top X + \lambda I)^{-1}", r"= (X^\top X - \lambda I)^{-1}"))[-1] != "proved"


@pytest.mark.parametrize(
    ("sentence", "known"),
    [
        (r"Let $X \sim \mathcal{N}(\mu, \sigma^2)$ and $Y \sim \mathcal{N}(0, 1)$ be independent.", True),
        (r"Let $X \sim \mathcal{N}(\mu, \sigma^2)$, $Y \sim \mathcal{N}(0, 1)$ be independent.", True),
        (r"Suppose that $X \sim \mathcal{N}(\mu, \sigma^2)$ and $Y \sim \mathcal{N}(0, 1)$ are mutually independent.", True),
        (r"Let the independent random variables $X \sim \mathcal{N}(\mu, \sigma^2)$ and $Y \sim \mathcal{N}(0, 1)$ be given.", True),
        (r"Let $X \sim \mathcal{N}(\mu, \sigma^2)$ and $Y \sim \mathcal{N}(0, 1)$.", False),
        (r"Let $X \sim \mathcal{N}(\mu, \sigma^2)$ and $Y \sim \mathcal{N}(0, 1)$ be independent of $Z$.", False),
        (r"Let $X \sim \mathcal{N}(\mu, \sigma^2)$ and $Y \sim \mathcal{N}(0, 1)$ be independent given $Z$.", False),
        (r"Let $X \sim \mathcal{N}(\mu, \sigma^2)$ and $Y \sim \mathcal{N}(0, 1)$, not independent.", False),
    ],
)  # fmt: skip
def test_laws_joined_by_and_are_independent_where_the_sentence_says_so(sentence, known):
    found = verdicts(f"{sentence}\n\n$$ \\mathbb{{E}}[X Y] = 0 $$\n")
    assert found == (["proved"] if known else ["undecided"])


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        (r"\mathbb{E}[e^{tX}] = e^{\mu t + \sigma^2 t^2 / 2}", "proved"),
        (r"\mathbb{E}[e^{tX}] = e^{\mu t + \sigma^2 t / 2}", "undecided"),
        (r"\mathrm{Var}(e^X) = (e^{\sigma^2} - 1) e^{2 \mu + \sigma^2}", "proved"),
        (r"\mathbb{E}[e^{2 X + 1}] = e^{2 \mu + 1 + 2 \sigma^2}", "proved"),
        (r"\mathbb{E}[e^{2 X + 1}] = e^{2 \mu + 1 + \sigma^2}", "undecided"),
    ],
)
def test_a_gaussian_symbol_has_the_moment_generating_function_of_its_law(formula, verdict):
    text = rf"Let $X \sim \mathcal{{N}}(\mu, \sigma^2)$ with $\sigma > 0$ and $t \in \mathbb{{R}}$. $$ {formula} $$"
    assert verdicts(text) == [verdict]


BACKPROP = r"""Let $x \in \mathbb{R}^d$, $W \in \mathbb{R}^{h \times d}$, $b, v \in \mathbb{R}^h$, $y \in \mathbb{R}$. Define

$$ z = W x + b, \quad a = \tanh(z), \quad \hat{y} = v^\top a, \quad L = \frac{1}{2} (\hat{y} - y)^2 . $$

$$ \frac{\partial L}{\partial z} = (\hat{y} - y)\, v \odot (1 - a^2) $$
"""


def test_a_square_of_a_vector_beside_an_entrywise_product_is_entrywise():
    assert verdicts(BACKPROP)[-1] == "proved"
    assert verdicts(BACKPROP.replace("(1 - a^2)", "(1 + a^2)"))[-1] == "refuted"
    assert verdicts(r"Let $x \in \mathbb{R}^d$. $$ x^2 = \|x\|^2 $$") != ["proved"]  # a vector has no power by itself


def test_between_two_ends_the_variable_of_an_integral_is_a_number_of_its_own():
    text = r"Let $x \in \mathbb{R}^d$ and $\lambda > 0$. $$ \int_0^\infty x e^{-\lambda x} \, dx = VALUE $$"
    assert verdicts(text.replace("VALUE", r"\frac{1}{\lambda^2}")) == ["proved"]
    assert verdicts(text.replace("VALUE", r"\frac{1}{\lambda}")) == ["refuted"]


SOFTMAX_LOSS = r"""DECLARED and $W \in \mathbb{R}^{K \times d}$. Put

$$ z_i = W x_i, \qquad p_{ik} = \frac{e^{z_{ik}}}{\sum_{l=1}^K e^{z_{il}}}, \qquad L(W) = -\sum_{i=1}^n \sum_{k=1}^K y_{ik} \log p_{ik} . $$

$$ \frac{\partial L}{\partial z_{ik}} = p_{ik} - y_{ik} $$

$$ \nabla_W L = \sum_{i=1}^n (p_i - y_i) x_i^\top $$
"""


@pytest.mark.parametrize(
    ("sentence", "one_hot"),
    [
        (r"Let $x_i \in \mathbb{R}^d$ and $y_i \in \mathbb{R}^K$ be one-hot for $i = 1, \dots, n$,", True),
        (r"Let $x_i \in \mathbb{R}^d$ and let the one-hot labels $y_i \in \{0, 1\}^K$ be given for $i = 1, \dots, n$,", True),
        (r"The targets $y_i \in \{0, 1\}^K$, $i = 1, \dots, n$, are one-hot encoded; let $x_i \in \mathbb{R}^d$", True),
        (r"Let $x_i \in \mathbb{R}^d$ and $y_i \in \mathbb{R}^K$ for $i = 1, \dots, n$,", False),
        (r"Let $x_i \in \mathbb{R}^d$ and $y_i \in \mathbb{R}^K$, not one-hot, for $i = 1, \dots, n$,", False),
    ],
)  # fmt: skip
def test_labels_that_are_called_one_hot_sum_to_one(sentence, one_hot):
    found = verdicts(SOFTMAX_LOSS.replace("DECLARED", sentence))
    assert found[-2:] == (["proved"] * 2 if one_hot else ["refuted"] * 2)
    wrong = SOFTMAX_LOSS.replace("DECLARED", sentence).replace("(p_i - y_i)", "(y_i - p_i)")
    assert verdicts(wrong)[-1] == "refuted"


def test_what_is_said_of_the_values_of_a_function_makes_its_name_no_number():
    text = r"""Let $I$ be the set of all $x$ for which $p(x)$ is non-zero. For all $x > 0$, $\ln x \leq x - 1$.

Since $p(x)$ is a probability mass function, we have

$$ 0 \leq p(x) \leq 1 $$
"""
    assert "refuted" not in verdicts(text)
