"""Every document in examples/ is judged rightly: exactly the planted mistakes, each with a witness to check by hand."""

import pytest

from derive.verify import verify_paths
from tests.verify.test_examples_relations import EXPECTED as RELATIONS

D, A, P, R = "definition", "assumption", "proved", "refuted"

EXPECTED = {
    "homework.md": [D, P, P, R, D, P, P, D, P, P, R],
    "softmax_jacobian.md": [D, D, P, P, P, P, P, P, P, P, P],
    "cross_entropy_gradient.md": [D, P, P, P, R, P, P],
    "log_sum_exp.md": [P, P, D, P, P, P, P, P],
    "mean_squared_error.md": [D, P, P, P, P, R, P, A, P],
    "chain_rule.md": [D, D, D, P, P, P, P, P, P, P, P, P],
    "gaussian_mle.tex": [D, P, P, P, A, P, P, P, R],
    "lecture_note.tex": [D, P, P, P, R, A, P, P, P, P, P, P, D, R, P],
    "paper_appendix.tex": [D, P, D, P, P, P, R, P, P, P, D, D, P, P, D, P],
    "lab_notebook.ipynb": [D, P, R, P, P, R],
}
WITNESSES = {
    ("cross_entropy_gradient.md", 26): {"lhs": "1/2", "rhs": "-1/2", "K": 2, "suggestion": "p_j - y_j"},
    ("homework.md", 23): {"shapes": ["n×d", "n×1"], "suggestion": r"\frac{2}{n} X^\top (X w - y)"},
    ("homework.md", 59): {"lhs": "1/2", "rhs": "-1/2", "K": 2, "suggestion": "p_j - y_j"},
    ("mean_squared_error.md", 26): {"lhs": "2", "rhs": "1", "n": 1, "d": 1, "suggestion": r"\frac{2}{n} X^\top r"},
    ("lecture_note.tex", 25): {"lhs": "2", "rhs": "1", "d": 1, "suggestion": r"2 X^\top X + 2 \lambda I"},
    ("lecture_note.tex", 50): {"lhs": "1/2", "rhs": "-1/2", "suggestion": r"\sigma(u) - t"},
    ("paper_appendix.tex", 34): {
        "lhs": "1/16",
        "rhs": "1/8",
        "K": 2,
        "suggestion": r"\frac{1}{T^2} p_i (\delta_{ij} - p_j)",
    },
    ("lab_notebook.ipynb", 16): {
        "lhs": "-2",
        "rhs": "-1",
        "n": 1,
        "suggestion": r"\frac{2}{n} \bigl( X^\top (X w - y) \bigr)_j",
    },
    ("lab_notebook.ipynb", 43): {
        "lhs": "3/2",
        "rhs": "1",
        "suggestion": r"\frac{1 - \rho \rho^{m}}{1 - \rho}",
    },
    ("gaussian_mle.tex", 28): {"lhs": "0", "rhs": "-1", "n": 2, "suggestion": r"-\frac{1}{v} \delta_{ij}"},
}


@pytest.fixture(scope="module")
def report(repository):
    return verify_paths([repository / "examples"])


def file(report, name):
    return next(f for f in report.files if f.path.endswith(name))


@pytest.mark.parametrize("name", EXPECTED)
def test_each_step_of_an_example_has_the_expected_verdict(report, name):
    assert [s.verdict for s in file(report, name).steps] == EXPECTED[name]


def test_no_example_lacks_its_expected_verdicts(report):
    assert {f.path.rpartition("/")[2] for f in report.files} == set(EXPECTED) | set(RELATIONS)


@pytest.mark.parametrize("name, line", WITNESSES)
def test_each_planted_mistake_has_a_witness_and_a_repair(report, name, line):
    step = next(s for s in file(report, name).steps if s.line == line)
    expected = dict(WITNESSES[name, line])
    assert step.suggestion is not None and step.suggestion["latex"] == expected.pop("suggestion")
    found = {**step.counterexample.get("sizes", {}), **step.counterexample}
    assert {k: found[k] for k in expected} == expected


def test_steps_under_a_case_of_the_indices_say_so(report):
    steps = file(report, "softmax_jacobian.md").steps
    assert r"i \ne j" in steps[6].conditions and r"i \ne j" not in steps[8].conditions
