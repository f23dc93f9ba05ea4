"""Integrals and limits as texts about distributions write them, one sentence a test: each with a claim that is false."""

REAL = r"Let $x, y, \mu \in \mathbb{R}$, $s > 0$, $\lambda > 0$, $a > 0$ and $b > 0$." + "\n\n"


def claims(verdicts, *formulas):
    return verdicts(REAL + "\n\n".join(f"$$ {f} $$" for f in formulas))


def test_a_differential_of_an_expression_is_the_derivative_times_the_differential(verdicts):
    assert claims(verdicts, r"\int_0^1 z \, \mathrm{d}(z^2) = \frac{2}{3}") == ["proved"]
    assert claims(verdicts, r"\int_0^1 z \, \mathrm{d}(z^2) = \frac{1}{3}") != ["proved"]
    whole = r"\int_{(-\infty-\mu)/s}^{(x-\mu)/s} e^{-t^2} \, \mathrm{d} (s t + \mu) = %s \int_{-\infty}^{(x-\mu)/s} e^{-t^2} \, dt"
    assert claims(verdicts, whole % "s") == ["proved"]
    assert claims(verdicts, whole % "2 s") != ["proved"]


def test_a_differential_of_an_expression_in_two_new_names_is_not_guessed(verdicts):
    assert claims(verdicts, r"\int_0^1 z \, \mathrm{d}(z w) = \frac{w}{2}") == ["unread"]


def test_infinity_in_an_end_is_read_where_the_sign_beside_it_is_known(verdicts):
    assert claims(verdicts, r"\int_{-s \infty}^{0} e^{t} \, dt = 1", r"\int_{y \infty}^{0} e^{t} \, dt = 1") == [
        "proved",
        "undecided",
    ]


def test_an_integral_without_ends_is_judged_by_its_derivative(verdicts):
    right, wrong = r"-\frac{1}{2a} e^{-a x^2}", r"\frac{1}{2a} e^{-a x^2}"
    assert claims(verdicts, rf"\int x e^{{-a x^2}} dx = {right}", rf"\int x e^{{-a x^2}} dx = {wrong}") == [
        "proved",
        "refuted",
    ]
    assert claims(verdicts, r"3 \int x^2 \, dx = x^3 + 7", r"\int x^2 \, dx = x^3") == ["proved", "refuted"]


def test_a_gaussian_integral_between_ends_is_a_difference_of_erf(verdicts):
    bell = r"\int_{-\infty}^{y} \frac{1}{\sqrt{2 \pi} s} \exp\left[ -\frac{1}{2} \left( \frac{t-\mu}{s} \right)^2 \right] \, dt"
    assert claims(
        verdicts, bell + r"= \frac{1}{2} + \frac{1}{2} \mathrm{erf}\left( \frac{y-\mu}{\sqrt{2} s} \right)"
    ) == ["proved"]
    assert claims(verdicts, bell + r"= \frac{1}{2} + \frac{1}{2} \mathrm{erf}\left( \frac{y-\mu}{s} \right)") == [
        "refuted"
    ]
    assert claims(verdicts, r"\mathrm{erf}(x) = \frac{2}{\sqrt{\pi}} \int_0^x e^{-t^2} dt") == ["proved"]
    assert claims(
        verdicts, r"\int_0^x t^2 e^{-t^2} dt = \frac{\sqrt{\pi}}{4} \mathrm{erf}(x) - \frac{x}{2} e^{-x^2}"
    ) == ["proved"]
    assert claims(
        verdicts, r"\int_0^x t^2 e^{-t^2} dt = \frac{\sqrt{\pi}}{4} \mathrm{erf}(x) + \frac{x}{2} e^{-x^2}"
    ) == ["refuted"]


def test_an_incomplete_gamma_integral_is_scaled_by_its_rate(verdicts):
    scaled = r"\int_0^{s/b} b^a t^{%s} e^{-b t} \, dt = \int_0^s t^{%s} e^{-t} \, dt"
    assert claims(verdicts, scaled % ("a-1", "a-1"), scaled % ("a", "a")) == ["proved", "refuted"]


def test_an_exponential_that_falls_is_smaller_than_every_power(verdicts):
    assert claims(verdicts, r"\lim_{t \to \infty} (t^2 - t) e^{-\lambda t} = 0") == ["proved"]
    assert (
        claims(verdicts, r"\lim_{t \to \infty} e^{3 t - t^2} = 0", r"\lim_{t \to 0^+} e^{-1/t} = 0") == ["proved"] * 2
    )
    for growing in (
        r"\lim_{t \to \infty} t e^{-\mu^2 t}",
        r"\lim_{t \to 0} e^{-1/t}",
        r"\lim_{t \to \infty} e^{t^2 - 3 t}",
    ):
        assert claims(verdicts, growing + " = 0") != ["proved"]


def test_erf_goes_to_one_and_minus_one(verdicts):
    assert (
        claims(
            verdicts, r"\lim_{t \to \infty} \mathrm{erf}(t/s) = 1", r"\lim_{t \to -\infty} \mathrm{erf}(t - \mu) = -1"
        )
        == ["proved"] * 2
    )
    assert claims(verdicts, r"\lim_{t \to \infty} \mathrm{erf}(-t) = 1") != ["proved"]


def test_a_limit_ends_before_a_term_that_speaks_of_the_outer_variable(judge):
    ending = r"$$ \frac{1}{2} \lim_{x \to \infty} \mathrm{erf}(x) + \mathrm{erf}(x) = %s + \mathrm{erf}(x) $$"
    right, wrong = judge(REAL + ending % r"\frac{1}{2}" + "\n\n" + ending % r"\frac{1}{3}")
    assert (right.verdict, wrong.verdict) == ("proved", "refuted")
    assert any("the limit was taken to end" in remark for remark in right.remarks)


def test_a_difference_of_values_may_follow_a_factor(verdicts):
    text = r"\lambda \int_0^x e^{-\lambda t} dt = \lambda \left[ -\frac{1}{\lambda} e^{-\lambda t} \right]_{0}^{x}"
    assert claims(verdicts, text, text.replace(r"-\frac{1}{\lambda} e", r"\frac{1}{\lambda} e")) == [
        "proved",
        "refuted",
    ]
