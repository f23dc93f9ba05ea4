"""The binomial theorem, the means that it gives, and the exponential series on the whole line, one sentence a test."""

GIVEN = r"Let $x, y \in \mathbb{R}$, $n \in \mathbb{N}$ and $0 < p < 1$." + "\n\n"
ROW = r"{n \choose k} \, p^k (1-p)^{n-k}"


def claims(verdicts, *formulas):
    return verdicts(GIVEN + "\n\n".join(f"$$ {f} $$" for f in formulas))


def test_the_binomial_theorem_holds_for_any_two_numbers(verdicts):
    theorem = r"(x+y)^n = \sum_{k=0}^{n} {n \choose k} \, x^{n-k} \, y^{%s}"
    assert claims(verdicts, theorem % "k", theorem % "k+1") == ["proved", "refuted"]
    assert claims(verdicts, r"\sum_{k=0}^{n} {n \choose k} = 2^n", r"\sum_{k=0}^{n} {n \choose k} = 2^{n+1}") == [
        "proved",
        "refuted",
    ]


def test_the_moments_of_the_binomial_law_are_sums(verdicts):
    assert claims(verdicts, rf"\sum_{{k=0}}^n {ROW} = 1", rf"\sum_{{k=0}}^n k {ROW} = n p") == ["proved"] * 2
    assert claims(verdicts, rf"\sum_{{k=0}}^n k^2 {ROW} = n p (1-p) + n^2 p^2") == ["proved"]
    assert claims(verdicts, rf"\sum_{{k=0}}^n k {ROW} = n p^2") == ["refuted"]
    assert claims(verdicts, rf"\sum_{{k=1}}^n {ROW} = 1 - (1-p)^n", rf"\sum_{{k=1}}^n {ROW} = 1") == [
        "proved",
        "refuted",
    ]


def test_the_exponential_series_holds_at_zero_too(verdicts):
    assert (
        claims(verdicts, r"e^x = \sum_{m=0}^\infty \frac{x^m}{m!}", r"\exp(1) = \sum_{m=0}^\infty \frac{1}{m!}")
        == ["proved"] * 2
    )
    assert claims(verdicts, r"e^x = \sum_{m=1}^\infty \frac{x^m}{m!}") == ["refuted"]
    assert claims(verdicts, r"x e^x = \sum_{m=0}^\infty m \frac{x^m}{m!}") == ["proved"]
