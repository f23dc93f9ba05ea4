"""Displays that state a definition, a defining condition, a constraint or the next iterate, and those that claim."""

from __future__ import annotations

from derive.parse.documents import read_latex
from derive.verify.documents import verify_document, verify_text

ITERATE = r"""Let $f : \mathbb{R}^d \to \mathbb{R}$ be differentiable and $\gamma > 0$. We update by

$$\mathbf{x}_{t+1} = \mathbf{x}_t - \gamma \nabla f(\mathbf{x}_t).$$

Hence

"""


def verdicts(text: str) -> list[str]:
    return [s.verdict for s in verify_text(text).steps]


def tex(text: str) -> list[str]:
    return [s.verdict for s in verify_document(read_latex(text, "notes.tex")).steps]


def test_what_its_sign_defines_is_no_claim_even_where_the_left_side_is_no_name() -> None:
    text = "$$2 m(w, b) REL \\| \\mathrm{proj}_w(u) \\|$$\n"
    assert verdicts(text.replace("REL", ":=")) == ["definition"]
    assert verdicts(text.replace("REL", "=")) == ["undecided"]


def test_the_condition_that_a_property_is_defined_by_is_a_definition() -> None:
    head = "Let $f : \\mathbb{R}^d \\to \\mathbb{R}$ be differentiable and $L > 0$. "
    display = "\n\n$$f(y) \\le f(x) + \\nabla f(x)^\\top (y - x) + \\frac{L}{2} \\|y - x\\|^2$$\n"
    assert verdicts(head + "It is called smooth if" + display) == ["definition"]
    assert verdicts(head + "Every such function satisfies, as is shown in the notes," + display) == ["undecided"]
    assert verdicts(head + "It is called smooth if it is nice, and then we have" + display) == ["undecided"]


def test_a_theorem_that_characterises_is_a_claim_and_a_definition_in_its_environment_is_none() -> None:
    body = r"$f : \mathbb{R} \to \mathbb{R}$ is even if \[ f(-x) = f(x). \]"
    assert tex(rf"\begin{{definition}} {body} \end{{definition}}") == ["definition"]
    body = r"A matrix $A$ is nice if and only if \[ h(A) + 1 = g(A) + 2. \]"
    assert tex(rf"\begin{{theorem}} {body} \end{{theorem}}") != ["definition"]


def test_rows_below_subject_to_are_constraints() -> None:
    rows = r"""$$\begin{aligned}
    \text{minimize} & \quad f(x) \\
    \text{subject to} & \quad g_i(x) = 0 \\
    & \quad h_j(x) \le 0
    \end{aligned}$$"""
    assert verdicts(rows) == ["assumption"]
    assert verdicts(rows.replace("subject to", "and")) != ["assumption"]


def test_a_constraint_in_the_row_of_its_objective_is_no_part_of_it() -> None:
    assert verdicts("$$f(x), \\quad \\text{s.t.} \\quad g(x) = 0$$") == []


def test_the_update_rule_is_used_where_the_next_iterate_stands() -> None:
    assert verdicts(ITERATE + r"$$\nabla f(\mathbf{x}_t) = \frac{\mathbf{x}_t - \mathbf{x}_{t+1}}{\gamma}$$") == [
        "definition",
        "proved",
    ]
    found = verdicts(ITERATE + r"$$\nabla f(\mathbf{x}_t) = \frac{\mathbf{x}_{t+1} - \mathbf{x}_t}{\gamma}$$")
    assert found[0] == "definition" and found[1] != "proved"


def test_an_update_rule_ends_with_its_section() -> None:
    text = (
        "## One\n\n"
        + ITERATE
        + "this.\n\n## Two\n\n"
        + r"$$\mathbf{x}_{t+1} = \mathbf{x}_t + \gamma \nabla f(\mathbf{x}_t)$$"
    )
    text += "\n\nHence\n\n" + r"$$\nabla f(\mathbf{x}_t) = \frac{\mathbf{x}_{t+1} - \mathbf{x}_t}{\gamma}$$"
    assert verdicts(text) == ["definition", "definition", "proved"]


def test_a_condition_with_a_derivative_that_reaches_nothing_is_no_internal_error() -> None:
    text = "Let $g, v \\in \\mathbb{R}$ and $w = g v$. Suppose that\n\n$$\\frac{\\partial u}{\\partial w} = 0.$$\n\nThen\n\n"
    text += "$$(g + v)^2 = g^2 + 2 g v + v^2$$\n\n$$(g + v)^2 = g^2 + v^2$$\n"
    found = verify_text(text).steps
    assert [s.verdict for s in found] == ["assumption", "proved", "undecided"]
    assert not any("internal" in s.reason for s in found)


def test_nothing_is_refuted_with_a_function_of_which_a_multiple_was_defined() -> None:
    text = "Let $m : \\mathbb{R}^d \\to \\mathbb{R}$ and $w \\in \\mathbb{R}^d$.\n\n$$2 m(w) := \\|\\mathrm{proj}_w(u)\\|$$\n\n"
    assert verdicts(text + "$$2 m(w) = \\frac{2}{\\|w\\|}$$") == ["definition", "undecided"]


def test_a_mean_of_what_nobody_calls_random_refutes_nothing() -> None:
    text = "Let $W \\in \\mathbb{R}^{m \\times n}$ and $\\gamma > 0$.\n\n"
    assert verdicts(text + "$$\\gamma \\sum_{j=1}^n \\mathbb{E}[W_{ij}^2] = \\gamma$$") == ["undecided"]


def test_an_undeclared_name_before_a_parenthesis_makes_no_error_of_shapes() -> None:
    text = "Let $f : \\mathbb{R}^d \\to \\mathbb{R}$ and $x, y \\in \\mathbb{R}^d$.\n\n"
    assert verdicts(text + "$$f(y) = f(x) + \\nabla f(x)^\\top (y - x) + r(y - x)$$") == ["undecided"]
    text += "We use $\\frac{|r(v)|}{|v|}$ and $r(0) = 0$ below.\n\n"
    assert "refuted" not in verdicts(text + "$$f(y) = f(x) + \\nabla f(x)^\\top (y - x) + r(y - x)$$")
