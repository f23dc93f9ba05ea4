"""Functions given in passing by a chain, and their inverses, one sentence a test."""

LAW = "Let $X \\sim \\mathrm{Gam}(a,b)$ and let $Y = b X$.\n\n"
GIVEN = LAW + "$$ Y = g(X) = b X $$\n\nwith the inverse function\n\n"


def test_a_chain_gives_the_function_that_it_passes_through(verdicts):
    assert verdicts(LAW + "$$ Y = g(X) = b X $$") == ["proved", "definition"]
    assert verdicts(LAW + "$$ Y = g(X) = 2 b X $$")[0] != "proved"


def test_an_inverse_put_after_its_function_gives_back_the_argument(verdicts):
    assert verdicts(GIVEN + r"$$ X = g^{-1}(Y) = \frac{1}{b} Y $$") == ["proved", "definition", "proved", "proved"]
    assert "proved" not in verdicts(GIVEN + r"$$ X = g^{-1}(Y) = b Y $$")[2:]
    assert "proved" not in verdicts(LAW + r"$$ U = k(X) = e^X $$" + "\n\n" + r"$$ X = k^{-1}(U) = e^{-U} $$")[2:]


def test_a_root_is_no_inverse_of_a_square_of_any_number(verdicts):
    text = "Let $x \\in DOMAIN$.\n\n$$ u = g(x) = x^2 $$\n\n$$ x = g^{-1}(u) = \\sqrt{u} $$"
    assert verdicts(text.replace("DOMAIN", r"\mathbb{R}"))[-1] == "undecided"
    assert verdicts(text.replace("x \\in DOMAIN", "x > 0"))[-1] == "proved"


def test_an_inverse_is_used_below_with_its_derivative(verdicts):
    text = GIVEN + "$$ X = g^{-1}(Y) = \\frac{1}{b} Y $$\n\n"
    assert verdicts(text + r"$$ e^{g^{-1}(y)} \frac{d g^{-1}(y)}{d y} = \frac{1}{b} e^{y/b} $$")[-1] == "proved"
    assert verdicts(text + r"$$ e^{g^{-1}(y)} \frac{d g^{-1}(y)}{d y} = b e^{y/b} $$")[-1] != "proved"


CHANGE = r"""Let $X$ and $Y$ be random variables and let $u, v > 0$.

Define the random variables $F$ and $W$ as functions of $X$ and $Y$

$$
\begin{split}
F &= \frac{X/u}{Y/v} \\
W &= Y \; ,
\end{split}
$$

such that the inverse functions $X$ and $Y$ in terms of $F$ and $W$ are

$$
\begin{split}
X &= %s \\
Y &= W \; .
\end{split}
$$

This implies

$$ \left[ \begin{matrix} \frac{\mathrm{d}X}{\mathrm{d}F} & \frac{\mathrm{d}X}{\mathrm{d}W} \end{matrix} \right]
= \left[ \begin{matrix} %s & \frac{u}{v} F \end{matrix} \right] $$
"""


def test_variables_that_were_given_as_functions_are_turned_around_by_their_proved_inverses(verdicts):
    right = verdicts(CHANGE % (r"\frac{u}{v} F W", r"\frac{u}{v} W"))
    assert right == ["definition", "definition", "proved", "proved", "proved"]
    assert verdicts(CHANGE % (r"\frac{u}{v} F W", r"\frac{v}{u} W"))[-1] != "proved"


def test_a_wrong_inverse_turns_nothing_around(verdicts):
    wrong = verdicts(CHANGE % (r"\frac{v}{u} F W", r"\frac{v}{u} W"))
    assert wrong[2] != "proved" and wrong[-1] != "proved"
