"""f_X, f'_X and the names that prose gives a value at one place only, one sentence a test."""


def test_the_capital_subscript_of_a_function_says_whose_it_is_and_is_no_index(verdicts):
    text = "Let $s > 0$.\n\n$$ f_X(x) = e^{-x^2/s} $$\n\n"
    assert verdicts(text + r"$$ \frac{d f_X(x)}{dx} = -\frac{2 x}{s} f_X(x) $$") == ["definition", "proved"]
    assert verdicts(text + r"$$ \frac{d f_X(x)}{dx} = \frac{2 x}{s} f_X(x) $$") == ["definition", "refuted"]


def test_a_prime_before_the_subscript_is_the_derivative_of_the_function_with_the_subscript(verdicts):
    text = "Let $X$ be a random variable.\n\n$$ f_X(x) = e^{-x^2} $$\n\n"
    right, wrong = r"$$ f'_X(x) = -2 x e^{-x^2} $$", r"$$ f''_X(x) = 4 x^2 e^{-x^2} $$"
    assert verdicts(text + right + "\n\n" + wrong) == ["definition", "proved", "refuted"]


def test_a_derivative_set_to_zero_in_the_middle_of_a_chain_is_an_equation_to_be_solved(verdicts):
    text = "Let $X$ be a random variable.\n\n$$ f_X(x) = e^{-x^2} $$\n\nWe now calculate the root of the first derivative:\n\n"
    assert verdicts(text + r"$$ f'_X(x) = 0 = -2 x e^{-x^2} $$") == ["definition", "assumption", "assumption"]


def test_a_place_where_something_happens_is_no_definition(verdicts):
    text = r"The function has two inflection points at $x = \mu - \sigma$ and $x = \mu + \sigma$." + "\n\n"
    assert verdicts(text + r"$$ x - \mu = - \sigma $$") != ["proved"]


def test_a_name_that_is_given_by_another_does_not_give_that_other(verdicts):
    text = r"The case $a = 1$ and $b = \lambda$. Setting $b = \lambda$, we have" + "\n\n"
    assert verdicts(text + r"$$ e^{-b x} = e^{-\lambda x} $$") == ["proved"]
    assert verdicts(text + r"$$ e^{-b x} = e^{\lambda x} $$") != ["proved"]
