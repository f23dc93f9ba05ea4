"""Names with several meanings: functions of several kinds of arguments, places of derivatives, primed indices, events."""

from __future__ import annotations

from derive.verify.documents import verify_text


def verdicts(text: str) -> list[str]:
    return [s.verdict for s in verify_text(text).steps]


F = "Let $f : \\mathbb{R}^d \\to \\mathbb{R}$ and $x \\in \\mathbb{R}^d$.\n\n"


def test_a_function_with_another_number_of_arguments_is_a_function_of_its_own() -> None:
    assert verdicts(F + "$$2 f(\\xi, x) - f(\\xi, x) = f(\\xi, x)$$") == ["proved"]
    assert verdicts(F + "$$f(\\xi, x) = f(x)$$") == ["undecided"]


def test_a_function_is_given_anew_for_numbers_after_vectors() -> None:
    text = "Let $A \\in \\mathbb{R}^{n \\times m}$ and $a \\in \\mathbb{R}$.\n\n"
    text += "$$\\ell(\\mathbf{u}, \\mathbf{v}) = \\frac12 \\|A - \\mathbf{u} \\mathbf{v}^\\top\\|_F^2$$\n\n"
    text += "$$\\ell(u,v) = \\frac12 (a - u v)^2$$\n\n"
    assert verdicts(text + "$$\\frac{\\partial \\ell(u,v)}{\\partial u} = v (u v - a)$$")[2:] == ["proved"]
    assert verdicts(text + "$$\\frac{\\partial \\ell(u,v)}{\\partial u} = v (u v + a)$$")[2:] == ["refuted"]
    back = text + "$$\\ell(\\mathbf{u}, \\mathbf{v}) = \\frac12 \\|A\\|_F^2$$"
    assert verdicts(back)[2:] == ["undecided"]  # no definition again, and no error of shapes


def test_a_derivative_of_an_application_elsewhere_is_taken_at_that_place() -> None:
    text = "Let $w, b \\in \\mathbb{R}$, $w^\\star, b^\\star \\in \\mathbb{R}$ and $L(w, b) = w^2 + w b$.\n\n"
    assert verdicts(text + "$$\\frac{\\partial L(w^\\star, b^\\star)}{\\partial b} = w^\\star$$") == ["proved"]
    assert verdicts(text + "$$\\frac{\\partial L(w^\\star, b^\\star)}{\\partial b} = 0$$") == ["refuted"]


def test_a_gradient_at_iterates_is_one_vector() -> None:
    text = "Let $\\phi : \\mathbb{R}^n \\times \\mathbb{R}^m \\to \\mathbb{R}$ and $\\gamma \\in \\mathbb{R}$.\n\n"
    g = "\\nabla_{\\mathbf{x}} \\phi(\\mathbf{x}_t, \\mathbf{y}_t)"
    square = f"$$\\|\\mathbf{{x}}_t - \\gamma {g}\\|^2 = \\|\\mathbf{{x}}_t\\|^2 - 2 \\gamma \\langle \\mathbf{{x}}_t, {g} \\rangle"
    assert verdicts(f"{text}{square} + \\gamma^2 \\|{g}\\|^2$$") == ["proved"]
    assert verdicts(f"{text}{square} + \\gamma \\|{g}\\|^2$$") != ["proved"]


def test_the_size_of_an_argument_that_nobody_declared_is_that_of_the_function() -> None:
    text = "Let $f : \\mathbb{R}^d \\to \\mathbb{R}$. We write $\\mathbf{u} + \\mathbf{v}$.\n\n"
    assert (
        verdicts(
            text
            + "$$\\|\\mathbf{u}\\| = \\|\\mathbf{u}\\|$$\n\n$$f(\\mathbf{u}) - f(\\mathbf{v}) = -(f(\\mathbf{v}) - f(\\mathbf{u}))$$"
        )[-1]
        == "proved"
    )


def test_an_index_may_have_a_prime() -> None:
    text = "Let $a \\in \\mathbb{R}^n$.\n\n"
    assert verdicts(text + "$$\\sum_{i'=1}^n a_{i'} = \\sum_{i=1}^n a_i$$") == ["proved"]
    assert verdicts(text + "$$\\sum_{i'=1}^n a_{i'} = 2 \\sum_{i=1}^n a_i$$") == ["refuted"]
    one = "$$\\sum_{x'} p(x' \\mid x) (V(x') + 2) = \\sum_{x'} p(x' \\mid x) V(x')"
    assert verdicts(f"{one} + 2 \\sum_{{x'}} p(x' \\mid x)$$") == ["proved"]
    assert verdicts(f"{one} + \\sum_{{x'}} p(x' \\mid x)$$") == ["undecided"]


def test_events_stand_in_probabilities_although_p_was_declared_a_function() -> None:
    text = "Let $P : \\mathcal{A} \\to [0, 1]$.\n\n"
    assert verdicts(text + "$$P(A=a, B=b) = P(A=a) P(B=b \\mid A=a)$$") == ["proved"]
    assert verdicts(text + "$$P(A=a, B=b) = P(B=b) P(B=b \\mid A=a)$$") == ["undecided"]


def test_events_stand_in_probabilities_although_p_of_two_was_given() -> None:
    text = "Let $P(A, B) = P(A) P(B)$.\n\n$$P(D_1 = 1, D_2 = 1 \\mid H = 0) P(H=0) = P(D_1 = 1, D_2 = 1, H=REL)$$"
    assert verdicts(text.replace("REL", "0")) == ["proved"]
    assert verdicts(text.replace("REL", "1")) == ["undecided"]


def test_a_mean_that_prose_spells_out_is_no_function_given_anew() -> None:
    text = "The mean is $E[X] = \\sum_x x P(X = x)$.\n\n$$E_{\\mathbf{x} \\sim P}[2 \\mathbf{x}] = 2 E_{\\mathbf{x} \\sim P}[\\mathbf{x}]$$"
    assert verdicts(text) == ["proved"]


def test_a_size_may_have_a_word_for_its_subscript() -> None:
    text = "We count.\n\n$$\\sum_{j=1}^{n_\\textrm{in}} 1 = REL n_\\textrm{in}$$"
    assert verdicts(text.replace("REL", "")) == ["proved"]
    assert verdicts(text.replace("REL", "2")) == ["refuted"]


def test_entries_of_a_name_with_a_star_are_one_family_however_they_are_written() -> None:
    text = "Let $g_i(x) = x^i$ for $i = 1, \\dots, n$ and $x \\in \\mathbb{R}$.\n\n"
    text += "$$\\sum_{i=1}^n \\lambda^\\star_i g_i(x) + \\sum_{i=1}^n \\lambda^\\star_i g_i(x)"
    text += " = REL \\sum_{i=1}^n \\lambda_i^\\star g_i(x)$$"
    assert verdicts(text.replace("REL", "2")) == ["proved"]
    assert verdicts(text.replace("REL", "3")) != ["proved"]
