"""Random numbers with a law whose mean and variance are known, one sentence a test."""

LAWS = r"Let $X \sim \mathcal{U}(a, b)$ and $Y \sim \mathrm{Gam}(c, d)$ and $Z \sim \mathrm{Poiss}(\lambda)$." + "\n\n"


def claims(verdicts, *formulas):
    return verdicts(LAWS + "\n\n".join(f"$$ {f} $$" for f in formulas))


def test_mean_and_variance_of_a_law_are_met_by_construction_whatever_its_parameters(verdicts):
    assert (
        claims(verdicts, r"\mathrm{E}(X) = \frac{1}{2} (a+b)", r"\mathrm{Var}(X) = \frac{1}{12} (b-a)^2")
        == ["proved"] * 2
    )
    assert claims(verdicts, r"\mathrm{Var}(Y) = \frac{c}{d^2}", r"\mathrm{E}[Z(Z-1)] = \lambda^2") == ["proved"] * 2


def test_other_moments_are_not_proved(verdicts):
    assert "proved" not in claims(verdicts, r"\mathrm{Var}(Y) = \frac{c}{d}", r"\mathrm{E}[Z(Z-1)] = \lambda")


def test_a_logarithm_of_a_positive_random_number_has_a_value_at_the_points_that_are_tried(verdicts):
    assert claims(verdicts, r"\mathrm{E}(\ln (3 Y)) = \mathrm{E}(\ln Y) + \ln 3") == ["proved"]
    assert claims(verdicts, r"\mathrm{E}(\ln (3 Y)) = \mathrm{E}(\ln Y) + 3") != ["proved"]
