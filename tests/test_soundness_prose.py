"""No proof rests on what the prose denies, asks, announces or names: only what it assumes is a hypothesis, and only where it holds."""

from __future__ import annotations

import pytest

from derive.verify.documents import verify_text
from derive.verify.facts import said as said_of

GOALS = {
    "x + y = 1": "x^2 + xy = x",
    "x = y": "x^2 + y = y^2 + x",
    "x > 0": "\\sqrt{x^2} = x",
    "x > y": "x \\ge y",
}
ASSUMED = [
    "We assume that $§$.",
    "Suppose $§$.",
    "Without loss of generality, let $§$.",
    "They satisfy $§$.",
    "Since the noise is not Gaussian, we assume $§$.",
]
SPOKEN_OF = [
    "We do not assume that $§$.",
    "It is not true in general that $§$.",
    "One might think that $§$.",
    "We want to prove $§$.",
    "Our goal is $§$.",
    "Is it possible that $§$?",
    "Note that $§$ would be wrong.",
    "Conversely, $§$ can fail.",
    "Without $§$ the following holds.",
    "Show that $§$.",
    "The equation $§$ has solutions.",
    "Suppose for contradiction that $§$.",
    "The function vanishes at $§$.",
    "Setting $§$ gives a check.",
    "Do not confuse this with $§$.",
    "A common mistake is $§$.",
    "It follows that $§$.",
]


def verdicts(text: str) -> list[str]:
    return [step.verdict for step in verify_text(text, time_limit=3.0).steps]


def with_prose(prose: str, condition: str) -> list[str]:
    head = "Let $x \\in \\mathbb{R}$ and $y \\in \\mathbb{R}$. " + prose.replace("§", condition)
    return verdicts(f"{head}\n\nNow\n\n$$\n{GOALS[condition]}\n$$\n")


@pytest.mark.parametrize("prose", ASSUMED)
def test_what_the_prose_assumes_is_a_hypothesis(prose):
    assert with_prose(prose, "x + y = 1") == ["proved"]


@pytest.mark.parametrize("condition", GOALS)
def test_what_the_prose_only_speaks_of_is_no_hypothesis_and_nothing_is_refuted_against_it(condition):
    assert {prose: with_prose(prose, condition) for prose in SPOKEN_OF} == {prose: ["undecided"] for prose in SPOKEN_OF}


A = "Let $A \\in \\mathbb{R}^{n \\times n}$"
SYMMETRIC = "\n\n$$A^\\top = A$$\n"


def test_a_matrix_is_not_symmetric_because_a_sentence_denies_it_or_treats_the_case():
    assert verdicts(f"{A} be symmetric.{SYMMETRIC}") == ["proved"]
    assert verdicts(f"{A}. We do not assume that $A$ is symmetric.{SYMMETRIC}") == ["undecided"]
    assert verdicts(f"{A}. If $A$ is symmetric, life is easy. In general{SYMMETRIC}") == ["undecided"]
    assert verdicts(f"{A}. If $A$ is symmetric, then{SYMMETRIC}") == ["proved"]
    assert verdicts(f"{A}. The matrix $A$ need not be symmetric.{SYMMETRIC}") == ["refuted"]


@pytest.mark.parametrize(
    "words", ["that are not independent", "that are dependent", "that are conditionally independent given $Z$"]
)
def test_variables_are_not_independent_because_the_word_stands_there(words):
    text = f"Let $Z$ be a random variable. Let $X$ and $Y$ be random variables {words}.\n\n$$E[XY] = E[X] E[Y]$$\n"
    assert verdicts(text) != ["proved"]


def test_conditional_independence_is_no_independence_and_no_dependence():
    text = "Let $X$, $Y$ and $Z$ be random variables, where $X$ and $Y$ are conditionally independent given $Z$."
    assert verdicts(text + "\n\n$$E[XY] = E[X] E[Y]$$\n") == ["undecided"]


def test_a_display_that_is_not_assumed_is_no_hypothesis():
    text = "Let $x, y \\in \\mathbb{R}$. §\n\n$$x + y = 1$$\n\nThen\n\n$$x^2 + xy = x$$\n"
    assert verdicts(text.replace("§", "We assume that")) == ["assumption", "proved"]
    assert verdicts(text.replace("§", "We do not assume that"))[1] == "refuted"
    assert verdicts(text.replace("§", "It would be wrong to suppose that"))[1] == "refuted"


def test_what_leads_to_a_contradiction_is_dropped():
    text = "Let $x, y \\in \\mathbb{R}$. Suppose that\n\n$$x + y = 1$$\n\nThis is a contradiction. Hence\n\n$$x^2 + xy = x$$\n"
    assert verdicts(text) == ["assumption", "refuted"]


def section(first: str, second: str, goal: str) -> list[str]:
    return verdicts(f"# A\n\n{first}\n\n$${goal}$$\n\n# B\n\n{second}\n\n$${goal}$$\n")


def test_a_section_that_declares_a_name_again_forgets_what_was_assumed_of_it():
    declared = "Let $x, y \\in \\mathbb{R}$"
    assert section(f"{declared} with $x + y = 1$.", f"{declared}.", "x^2 + xy = x") == ["proved", "refuted"]
    independent, both = "Let $X$ and $Y$ be independent random variables.", "Let $X$ and $Y$ be random variables."
    assert section(independent, both, "\\mathrm{Cov}(X, Y) = 0") == ["proved", "refuted"]
    one, known = "Let $X$ be a random variable", "Let $X$ be a random variable with $E[X] = 0$."
    assert section(known, f"{one}.", "E[X + 1] = 1") == ["proved", "refuted"]
    f = "Let $f: \\mathbb{R} \\to \\mathbb{R}$ be differentiable"
    assert section(f"{f} with $f'(x) = 2 x$.", f"{f}.", "f'(3) = 6") == ["proved", "refuted"]
    normal = "Let $\\mu \\in \\mathbb{R}$, $\\sigma > 0$ and $X \\sim \\mathcal{N}(§)$."
    assert section(normal.replace("§", "0, 1"), normal.replace("§", "\\mu, \\sigma^2"), "E[X^2] = 1")[0] == "proved"
    assert (
        section(normal.replace("§", "0, 1"), normal.replace("§", "\\mu, \\sigma^2"), "E[X^2] = \\mu^2 + \\sigma^2")[1]
        == "proved"
    )


def test_the_mean_of_a_random_variable_is_no_definition_of_a_function():
    text = "Let $X$ be a random variable with $E[X] = 0$.\n\n$$E[X + 1] = {}$$\n"
    assert verdicts(text.format(1)) == ["proved"]
    assert verdicts(text.format(0)) == ["refuted"]
    assert (
        verdicts("Let $X$ be a random variable. Suppose that\n\n$$E[X] = 0$$\n\nThen\n\n$$E[X+1] = 1$$\n")[1]
        == "proved"
    )


def test_a_range_given_for_one_case_does_not_hold_from_there_on():
    text = "Let $x \\in \\mathbb{R}$. § the root grows. In general,\n\n$$\\sqrt{x^2} = x$$\n"
    for case in ("For $x > 0$", "For all $x \\in (0, 1)$", "When $x > 0$"):
        assert verdicts(text.replace("§", case)) != ["proved"]
    assert verdicts("Let $x \\in \\mathbb{R}$. For $x > 0$ we have\n\n$$\\sqrt{x^2} = x$$\n") == ["proved"]


def test_a_step_that_rests_on_an_open_line_says_so_and_a_claim_about_declared_quantities_carries_nothing():
    head = "Let $x \\in \\mathbb{R}$ with $x > 0$.\n\nWe have"
    open_claim = head + "\n\n$$ S(x) = \\zeta(x) + 1 $$\n\nand hence\n\n$$ S(x) + 1 = \\zeta(x) + 2 $$\n"
    for step in verify_text(open_claim, time_limit=3.0).steps[1:]:
        assert step.verdict != "proved" or "not proved itself" in step.reason or "follows" not in step.reason
    assert [said_of([3]), said_of([3, 5], [5])] == [
        "follows from line 3",
        "follows from lines 3, 5; line 5 is not proved itself",
    ]
