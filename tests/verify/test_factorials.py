"""Factorials, binomial coefficients and the gamma function are one thing where they are defined, one sentence a test."""

ROW = "Let $n \\in \\mathbb{N}$ and $k \\in \\{0, \\ldots, n\\}$.\n\n"


def test_a_factorial_is_a_value_of_the_gamma_function(verdicts):
    assert verdicts(ROW + r"$$ n! = \Gamma(n+1) $$") == ["proved"]
    assert verdicts(ROW + r"$$ n! = \Gamma(n) $$") == ["refuted"]
    assert verdicts(r"$$ m! = \Gamma(m+1) $$") == ["proved"]
    assert verdicts(r"$$ m! = \Gamma(m) $$") == ["refuted"]


def test_a_binomial_coefficient_is_a_quotient_of_factorials_wherever_these_are_defined(verdicts):
    assert verdicts(r"$$ {a \choose b} = \frac{a!}{b! \, (a-b)!} $$") == ["proved"]
    assert verdicts(r"$$ {a \choose b} = \frac{a!}{b! \, (a+b)!} $$") != ["proved"]
    assert verdicts(ROW + r"$$ {n \choose k} = {n \choose n-k} $$") == ["proved"]
    wrong = r"$$ {n \choose k} = \frac{\Gamma(n+1)}{\Gamma(k) \Gamma(n-k+1)} $$"
    assert verdicts(ROW + wrong.replace("Gamma(k)", "Gamma(k+1)") + "\n\n" + wrong)[0] == "proved"
    assert verdicts(ROW + wrong) != ["proved"]
