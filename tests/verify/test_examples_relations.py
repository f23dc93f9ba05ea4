"""Documents with inequalities, objectives, implications, expectations, induction and Bayes' theorem are judged rightly."""

import pytest

from derive.verify import verify_paths

D, A, P, R = "definition", "assumption", "proved", "refuted"

EXPECTED = {
    "gibbs_inequality.md": [P, P, P, P, P],
    "convexity.tex": [P, P, R],
    "ridge_solution.md": [D, P, A, P, P, P],
    "weights_cancelled.md": [A, P, A, R],
    "variance.md": [P, P, P, P, R],
    "bayes.md": [D, P, P, P],
    "arithmetic_sum.md": [P, P, P, P],
    "least_squares_argmin.md": [P, P],
}
MISTAKES = {
    "convexity.tex": (19, r"\le"),  # Jensen's inequality for a convex function, used for the logarithm
    "weights_cancelled.md": (17, r"\Rightarrow"),  # divides by what may be 0
    "variance.md": (18, "="),  # variances subtracted
}


@pytest.fixture(scope="module")
def report(repository):
    return verify_paths([repository / "examples" / name for name in EXPECTED])


def steps(report, name):
    return next(f for f in report.files if f.path.endswith(name)).steps


@pytest.mark.parametrize("name", EXPECTED)
def test_each_step_has_the_expected_verdict(report, name):
    assert [s.verdict for s in steps(report, name)] == EXPECTED[name]


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_found_where_it_is_with_values_that_show_it(report, name):
    line, relation = MISTAKES[name]
    (wrong,) = [s for s in steps(report, name) if s.verdict == R]
    assert (wrong.line, wrong.relation) == (line, relation)
    assert wrong.counterexample["values"] and wrong.counterexample["lhs"] != wrong.counterexample["rhs"]


def test_variances_add_up_is_what_the_wrong_step_should_have_said(report):
    (wrong,) = [s for s in steps(report, "variance.md") if s.verdict == R]
    assert wrong.suggestion["latex"] == r"\operatorname{Var}(X) + \operatorname{Var}(Y)"
