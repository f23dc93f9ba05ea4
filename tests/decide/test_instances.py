"""Inequalities from what holds for all points, and nonnegative combinations of what is supposed."""

from __future__ import annotations

import pytest

from derive.verify.documents import verify_text


def verdict(head: str, display: str) -> str:
    return verify_text(f"{head}\n\n$${display}$$\n").steps[-1].verdict


CONVEX = "Let $f : \\mathbb{R}^d \\to \\mathbb{R}$ be convex and differentiable and $x, y \\in \\mathbb{R}^d$."
ANY = CONVEX.replace("convex and ", "")
TANGENT = "f(y) \\ge f(x) + \\nabla f(x)^\\top (y - x)"


def test_a_convex_function_lies_above_its_tangents() -> None:
    assert verdict(CONVEX, TANGENT) == "proved"
    assert verdict(CONVEX, TANGENT.replace("(y - x)", "(x - y)")) == "refuted"
    assert verdict(ANY, TANGENT) == "refuted"


def test_the_gradient_of_a_convex_function_is_monotone() -> None:
    gap = "(\\nabla f(x) - \\nabla f(y))^\\top (x - y)"
    assert verdict(CONVEX, gap + " \\ge 0") == "proved"
    assert verdict(CONVEX, gap + " \\ge \\|x - y\\|^2") == "refuted"
    assert verdict(ANY, gap + " \\ge 0") == "refuted"


@pytest.mark.parametrize(
    "words",
    [
        "If $f$ is convex, all is well.", "$f$ is non-convex.", "$f$ is not necessarily convex.", "$f$ need not be convex.",
        "Then $f$ is convex if $f(x) > 0$.", "$f$ is neither convex nor smooth.", "Not every $f$ is convex.",
        "$f$ is convex only in parts.",
    ],
)  # fmt: skip
def test_a_function_that_is_not_said_to_be_convex_is_not(words: str) -> None:
    assert verdict(f"{ANY} {words}", TANGENT) != "proved"


SUPPOSED = """Let $a, b, c \\in \\mathbb{R}$, $s > 0$, $x, y \\in \\mathbb{R}^n$. Suppose that

$$a \\le b - s c$$

Suppose also that

$$b \\le \\|x\\|^2.$$

Then
"""


@pytest.mark.parametrize(
    ("display", "found"),
    [
        ("s a \\le s \\|x - y\\|^2 + 2 s x^\\top y - s^2 c", "proved"),
        ("s a \\le s \\|x - y\\|^2 + 2 s x^\\top y", "refuted"),
        ("a + s c \\le \\|x - y\\|^2 + \\frac12 \\|x + y\\|^2", "proved"),
        ("a + s c \\le \\frac14 \\|x - y\\|^2 + \\frac14 \\|x + y\\|^2", "refuted"),
        ("-a \\le -b + s c", "refuted"),
    ],
)
def test_an_inequality_is_a_nonnegative_combination_of_those_supposed(display: str, found: str) -> None:
    assert verdict(SUPPOSED, display) == found


def test_a_hypothesis_is_not_multiplied_by_what_may_be_negative() -> None:
    head = "Let $a, b, t \\in \\mathbb{R}$. Suppose that\n\n$$a \\le b.$$\n\nThen"
    assert verdict(head, "t a \\le t b") == "refuted"
    assert verdict(head, "t^2 a \\le t^2 b") == "proved"
