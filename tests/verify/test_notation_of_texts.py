"""Notation of textbooks: entries in small letters, ones without a size, families beside a number, proportionality in what is meant."""

import pytest


@pytest.mark.parametrize(
    "said",
    [
        r"Let $A \in \mathbb{R}^{n \times n}$ have the entries $a_{ij}$ and let $x \in \mathbb{R}^n$.",
        r"Let $A \in \mathbb{R}^{n \times n}$ and $x \in \mathbb{R}^n$.",
        r"Let $A = (a_{ij}) \in \mathbb{R}^{n \times n}$ and $x \in \mathbb{R}^n$.",
        r"Let $A \in \mathbb{R}^{n \times n}$ be a matrix of weights $a_{ij} \geq 0$ and $x \in \mathbb{R}^n$.",
    ],
)
def test_small_letters_with_two_indices_are_the_entries_of_the_matrix(verdicts, said):
    rows = (
        "\n\n$$ x^\\top A x = \\sum_{i=1}^n \\sum_{j=1}^n a_{ij} x_i x_j $$"
        "\n\n$$ \\operatorname{tr} A = \\sum_{i=1}^n a_{ii} $$\n\n$$ (A x)_i = \\sum_{j=1}^n a_{ji} x_j $$"
    )
    assert verdicts(said + rows) == ["proved", "proved", "refuted"]


def test_a_small_letter_that_is_declared_has_nothing_to_do_with_the_capital(verdicts):
    text = (
        r"Let $A, a \in \mathbb{R}^{n \times n}$ and $x \in \mathbb{R}^n$."
        "\n\n$$ x^\\top A x = \\sum_{i=1}^n \\sum_{j=1}^n a_{ij} x_i x_j $$"
    )
    assert verdicts(text) == ["refuted"]


def test_entries_that_the_sentence_of_the_matrix_defines_define_the_matrix(verdicts):
    text = (
        r"Let $D \in \mathbb{R}^{n \times n}$ with $d_{ij} = (x_i - x_j)^2$ for $x_i \in \mathbb{R}$, $i = 1, \dots, n$."
        "\n\n$$ D_{ij} = x_i^2 - 2 x_i x_j + x_j^2 $$\n\n$$ D_{ij} = x_i^2 - x_i x_j + x_j^2 $$"
    )
    assert verdicts(text) == ["proved", "refuted"]


def test_bold_ones_take_the_size_that_the_whole_formula_shows(verdicts):
    text = (
        r"Let $p, y \in \mathbb{R}^K$ and $X \in \mathbb{R}^{K \times d}$."
        "\n\n$$ p \\mathbf{1}^\\top y = \\Bigl( \\sum_{k=1}^K y_k \\Bigr) p $$\n\n$$ p \\mathbf{1}^\\top y = y \\mathbf{1}^\\top p $$"
        "\n\n$$ X^\\top (I - \\tfrac1K \\mathbf{1} \\mathbf{1}^\\top) \\mathbf{1} = 0 $$"
        "\n\n$$ X^\\top (I - \\mathbf{1} \\mathbf{1}^\\top) X = X^\\top X $$"
    )
    assert verdicts(text) == ["proved", "refuted", "proved", "refuted"]


def test_the_centring_matrix_is_as_large_as_the_size_it_divides_by(judge):
    text = (
        r"Let $X \in \mathbb{R}^{n \times d}$ and $H = I - \frac1n \mathbf{1} \mathbf{1}^\top$."
        "\n\n$$ H^2 = H $$\n\n$$ (H X)^\\top H X = X^\\top H X $$\n\n$$ H X = X - \\mathbf{1} \\mathbf{1}^\\top X $$"
    )
    assert [s.verdict for s in judge(text)] == ["proved", "proved", "refuted"]


def test_values_with_an_index_may_be_defined_beside_a_number_of_the_same_letter(verdicts):
    text = (
        r"Let $u \in \mathbb{R}$ and $f(u) = u^2$. With $u_i = y_i - a$ for $i = 1, \dots, n$ and $a, y_i \in \mathbb{R}$,"
        "\n\n$$ \\frac{d}{da} \\sum_{i=1}^n f(u_i) = -2 \\sum_{i=1}^n u_i $$\n\n$$ f'(u) = 2 u $$\n\n$$ u_i^2 = y_i^2 - a y_i + a^2 $$"
    )
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_a_positive_vector_is_no_number(verdicts):
    text = (
        r"Let $p_k > 0$ for $k = 1, \dots, K$. For a positive vector $r$ let $H(r) = -\sum_{k=1}^K r_k \ln r_k$."
        "\n\n$$ H(p) = -\\sum_{k=1}^K p_k \\ln p_k $$\n\n$$ H(p) = \\sum_{k=1}^K p_k \\ln p_k $$"
    )
    assert verdicts(text) == ["proved", "refuted"]


def test_a_series_that_the_words_recall_does_not_hide_a_mistake(verdicts):
    text = (
        r"Let $0 < q < 1$. Recall that $\sum_{k=0}^\infty q^k = \frac{1}{1 - q}$."
        "\n\n$$ \\sum_{k=1}^\\infty k (1 - q) q^{k-1} = \\frac{1 - q}{(1 - q)^2} = \\frac{1}{(1 - q)^2} $$"
    )
    assert verdicts(text) == ["proved", "refuted"]


POSTERIOR = (
    r"Let $\mu_0 \in \mathbb{R}$, $\mu \in \mathbb{R}$ and $x_1, \dots, x_n \in \mathbb{R}$. Up to factors that do not depend on $\mu$,"
    "\n\n$$ e^{-(\\mu - \\mu_0)^2 / 2} \\prod_{i=1}^n e^{-(x_i - \\mu)^2 / 2} \\propto "
    "\\exp\\left( -\\tfrac12 (1 + %s) \\mu^2 + (\\mu_0 + \\sum_{i=1}^n x_i) \\mu \\right) $$"
)


def test_proportional_means_in_the_variable_that_the_words_name(verdicts):
    assert verdicts(POSTERIOR % "n") == ["proved"]
    assert verdicts(POSTERIOR % "1") == ["refuted"]  # although it holds in mu_0


def test_proportional_in_one_of_several_variables_is_not_enough_where_nothing_says_which(judge):
    text = r"Let $a, b \in \mathbb{R}$." + "\n\n$$ e^{a b} e^{a} \\propto e^{a b} $$"
    (step,) = judge(text)
    assert step.verdict == "undecided" and "say which is meant" in step.reason


def test_the_variable_of_a_minimum_may_be_declared_below_it(verdicts):
    text = (
        r"Let $x_i \in \mathbb{R}^d$ and $y_i \in \mathbb{R}$ for $i = 1, \dots, n$ and $\sigma > 0$."
        "\n\n$$ \\arg\\max_{w \\in \\mathbb{R}^d} \\prod_{i=1}^n e^{-(y_i - w^\\top x_i)^2 / (2 \\sigma^2)} "
        "= \\arg\\min_{w \\in \\mathbb{R}^d} \\sum_{i=1}^n (y_i - w^\\top x_i)^2 $$"
    )
    assert verdicts(text) == ["proved"]
    assert verdicts(text.replace("(y_i - w^\\top x_i)^2 $$", "(y_i + w^\\top x_i)^2 $$")) != ["proved"]


@pytest.mark.parametrize(
    "said",
    [
        r"Let $Y$ be a random variable with values in $\{0, 1\}$ and $\mathbb{E}[Y] = p$, $0 < p < 1$.",
        r"Let $Y$ be a random variable that takes the values $0$ and $1$ with $\mathbb{E}[Y] = p$, $0 < p < 1$.",
    ],
)
def test_words_give_the_values_of_a_random_variable(verdicts, said):
    rows = (
        "\n\n$$ \\mathbb{E}[Y^2] = p $$\n\n$$ \\operatorname{Var}(Y) = p (1 - p) $$\n\n$$ \\operatorname{Var}(Y) = p $$"
    )
    assert verdicts(said + rows) == ["proved", "proved", "refuted"]


def test_a_function_used_before_its_definition_in_the_sentence_means_it(verdicts):
    text = (
        r"Let $a, b, c \in \mathbb{R}$. A cell computes $c_t = f c + g$ with the gates $f = \sigma(a)$ and $g = \sigma(b)$, "
        r"where $\sigma(x) = \frac{1}{1 + e^{-x}}$."
        "\n\n$$ \\frac{\\partial c_t}{\\partial a} = c f (1 - f) $$\n\n$$ \\frac{\\partial c_t}{\\partial c} = \\sigma(a) $$"
        "\n\n$$ \\frac{\\partial c_t}{\\partial a} = c f $$"
    )
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_a_sequence_defined_for_a_whole_number_gives_its_next_member(verdicts):
    text = (
        r"For a natural number $n$ let $S_n = \sum_{k=1}^n k$ and $x_n = (1 - a)^n x_0$ with $a, x_0 \in \mathbb{R}$."
        "\n\n$$ S_{n+1} = S_n + n + 1 $$\n\n$$ x_{n+1} - x_n = -a x_n $$\n\n$$ S_{n+1} = S_n + n $$\n\n$$ x_{n+1} = a x_n $$"
    )
    assert verdicts(text) == ["proved", "proved", "refuted", "refuted"]


@pytest.mark.parametrize(
    "said",
    [
        r"Let $X$ and $Y$ be independent random variables with mean zero and unit variance.",
        r"Let $X$ and $Y$ be independent standard normal random variables.",
        r"Let $X$ be a zero-mean noise variable with variance one, independent of the random variable $Y$ with $\mathbb{E}[Y] = 0$ and "
        r"$\mathbb{E}[Y^2] = 1$.",
    ],
)
def test_words_give_the_moments_of_random_variables(verdicts, said):
    rows = (
        "\n\n$$ \\mathbb{E}[(X + 2 Y)^2] = 5 $$\n\n$$ \\mathbb{E}[X Y] = 0 $$\n\n$$ \\operatorname{Var}(X + Y) = 1 $$"
    )
    assert verdicts(said + rows) == ["proved", "proved", "refuted"]


def test_the_mean_of_a_vector_is_a_vector_that_the_equation_names(verdicts):
    text = (
        r"Let $x$ be a random vector in $\mathbb{R}^d$ with $\mathbb{E}[x] = \mu$ and $\mathbb{E}[x x^\top] = S$. Let $a \in \mathbb{R}^d$."
        "\n\n$$ \\mathbb{E}[a^\\top x] = a^\\top \\mu $$\n\n$$ \\operatorname{Var}(a^\\top x) = a^\\top (S - \\mu \\mu^\\top) a $$"
        "\n\n$$ \\operatorname{Var}(a^\\top x) = a^\\top S a $$"
    )
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_a_list_with_dots_may_stand_beside_other_names(verdicts):
    text = (
        r"Let $q, k_1, \dots, k_n \in \mathbb{R}^d$ and $v_1, \dots, v_n \in \mathbb{R}^m$."
        "\n\n$$ \\sum_{i=1}^n (q^\\top k_i) v_i = \\sum_{i=1}^n v_i k_i^\\top q $$"
        "\n\n$$ q^\\top k_1 = k_1^\\top k_1 $$"
    )
    assert verdicts(text) == ["proved", "refuted"]


def test_a_range_after_for_declares_a_name_that_is_new(verdicts):
    text = (
        r"For $0 < a < 1$ and $0 < b < 1$ put $D(a, b) = a \log \frac{a}{b} + (1 - a) \log \frac{1 - a}{1 - b}$."
        "\n\n$$ \\frac{\\partial^2 D}{\\partial b^2} = \\frac{a}{b^2} + \\frac{1 - a}{(1 - b)^2} > 0 $$"
        "\n\n$$ \\frac{\\partial^2 D}{\\partial b^2} = \\frac{a}{b^2} - \\frac{1 - a}{(1 - b)^2} $$"
    )
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_a_value_may_be_called_f_beside_a_frobenius_norm(verdicts):
    text = (
        r"Let $V, W \in \mathbb{R}^{m \times n}$ and let $F = \frac12 \|V - W\|_F^2$."
        "\n\n$$ F = \\tfrac12 \\operatorname{tr}((V - W)^\\top (V - W)) $$\n\n$$ \\nabla_W F = V - W $$"
    )
    assert verdicts(text) == ["proved", "refuted"]


def test_the_determinant_between_bars_is_a_number(verdicts):
    text = (
        r"Let $X \in \mathbb{R}^{n \times n}$ be invertible."
        "\n\n$$ \\frac{\\partial}{\\partial X} \\ln |\\det X| = X^{-\\top} $$"
        "\n\n$$ \\frac{\\partial}{\\partial X} \\ln |\\det X| = X^{-1} $$"
    )
    assert verdicts(text) == ["proved", "refuted"]
