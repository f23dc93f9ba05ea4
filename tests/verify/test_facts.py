"""Steps that rest on earlier displays: which may be used, and what is not proved by them."""

REAL = r"Let $x \in \mathbb{R}$, $a > 0$ and $b > 0$." + "\n\n"


def show(*formulas):
    return "".join(f"$$ {f} $$\n\nand\n\n" for f in formulas)


def proof(claim, *formulas):
    return REAL + "**Theorem:** Then\n\n$$ " + claim + " $$\n\n**Proof:** We have\n\n" + show(*formulas)


def test_a_row_with_the_left_side_of_an_earlier_display_follows_from_it(judge):
    again = judge(proof(r"\mathrm{H}(X) = 0", r"\mathrm{H}(X) = (a + b)^2", r"\mathrm{H}(X) = a^2 + 2 a b + b^2"))
    assert [s.verdict for s in again[1:]] == ["undecided", "proved"]
    assert again[-1].reason == "follows from line 9; line 9 is not proved itself"


def test_what_differs_from_the_earlier_display_is_not_proved(judge):
    steps = judge(proof(r"\mathrm{H}(X) = 0", r"\mathrm{H}(X) = (a + b)^2", r"\mathrm{H}(X) = a^2 + a b + b^2"))
    assert steps[-1].verdict == "undecided"


def test_a_theorems_claim_does_not_prove_itself(judge):
    text = proof(r"\mathrm{H}(X) = (a + b)^2", r"\mathrm{G}(X) = a", r"\mathrm{H}(X) = a^2 + 2 a b + b^2")
    assert judge(text)[-1].verdict != "proved"


def test_an_announced_goal_does_not_prove_itself(judge):
    text = (
        REAL + r"Let $\mathrm{H}(X) \ge 0$. We want to show that" + "\n\n"
        r"$$ \log \mathrm{H}(X) = 2 \log(a + b). $$" + "\n\nWe find\n\n"
        r"$$ \log \mathrm{H}(X) = \log( a^2 + 2 a b + b^2 ). $$"
    )
    assert judge(text)[-1].verdict != "proved"


def test_the_same_statement_twice_does_not_prove_itself(judge):
    text = proof(r"\mathrm{H}(X) = 0", r"\mathrm{H}(X) = a b", r"\mathrm{H}(X) = a b")
    assert [s.verdict for s in judge(text)[1:]] == ["undecided", "undecided"]


BAYES = r"Let $y_i \in \mathbb{N}$ for $i = 1, \dots, n$ and $\lambda > 0$." + "\n\n**Proof:** We have\n\n"


def test_a_likelihood_is_put_into_the_product_over_the_observations(judge):
    good = r"\prod_{i=1}^n p(y_i | \lambda) = \prod_{i=1}^n \frac{\lambda^{y_i} e^{-\lambda}}{y_i!}"
    wrong = r"\prod_{i=1}^n p(y_i | \lambda) = \prod_{i=1}^n \frac{\lambda^{y_i} e^{-2 \lambda}}{y_i!}"
    start = BAYES + show(r"p(y_i | \lambda) = \frac{\lambda^{y_i} e^{-\lambda}}{y_i!}")
    assert judge(start + show(good))[-1].verdict == "proved"
    assert judge(start + show(wrong))[-1].verdict != "proved"


def test_the_logarithm_of_an_earlier_density_follows_from_it(judge):
    start = BAYES + show(r"p(y | \lambda) = \lambda^{3} e^{-\lambda}")
    assert judge(start + show(r"\log p(y | \lambda) = 3 \log \lambda - \lambda"))[-1].verdict == "proved"
    assert judge(start + show(r"\log p(y | \lambda) = 3 \log \lambda + \lambda"))[-1].verdict != "proved"


def test_a_joint_density_is_a_conditional_one_times_a_marginal_one(verdicts):
    prior = r"p(\lambda) = e^{-\lambda}"
    assert verdicts(BAYES + show(prior, r"p(y, \lambda) = p(y | \lambda) \, p(\lambda)")) == ["definition", "proved"]
    assert verdicts(BAYES + show(prior, r"p(y, \lambda) = p(y | \lambda) \, p(y)"))[-1] != "proved"


def test_densities_of_two_variables_are_two_functions_where_a_document_conditions(judge):
    """p(y) is not the prior at y."""
    text = BAYES + show(r"p(\lambda) = e^{-\lambda}", r"p(y | \lambda) p(\lambda) = p(y, \lambda)", r"p(z) = e^{-z}")
    assert judge(text)[-1].verdict != "proved"


def test_a_fact_about_a_variable_with_a_condition_is_not_used_elsewhere(judge):
    """f(x) = 1 was said of x = 2 only."""
    text = (
        r"Let $x \in \mathbb{R}$ with $x = 2$." + "\n\n**Proof:** We have\n\n"
        + show(r"\log \mathrm{F}(x) = x", r"\mathrm{F}(3) = e^3")
    )  # fmt: skip
    assert judge(text)[-1].verdict != "proved"
