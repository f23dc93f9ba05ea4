"""What counts as a step, and which verdict it gets: the rules of DESIGN section 7, one sentence a test."""

import pytest

REAL = r"Let $x, y \in \mathbb{R}$." + "\n\n"


def display(*rows):
    return "$$\n\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}\n$$\n\n"


def test_each_relation_sign_is_a_step_and_a_row_without_left_side_goes_on_from_the_row_before(judge):
    steps = judge(REAL + display(r"(x + y)^2 &= (x + y)(x + y) = x^2 + 2 x y + y^2", r"&\ge 0"))
    assert [(s.relation, s.rhs, s.verdict, s.chain) for s in steps] == [
        ("=", "(x + y)(x + y)", "proved", 1), ("=", "x^2 + 2 x y + y^2", "proved", 1), ("\\ge", "0", "proved", 1),
    ]  # fmt: skip
    assert steps[1].lhs == "(x + y)(x + y)" and steps[2].lhs == "x^2 + 2 x y + y^2"


def test_a_wrong_step_does_not_poison_later_ones(verdicts):
    assert verdicts(REAL + display("(x + 1)^2 &= x^2 + 1", "&= x^2 + 2 - 1", "&= 1 + x^2")) == [
        "refuted",
        "proved",
        "proved",
    ]


def test_a_new_left_side_defines_and_is_known_in_later_displays(verdicts):
    assert verdicts(REAL + "$$z = x^2 + 1$$\n\nso\n\n$$z - 1 = x^2$$\n\n$$z \\ge 1$$") == [
        "definition",
        "proved",
        "proved",
    ]


def test_a_second_display_about_a_defined_symbol_is_a_claim(verdicts):
    assert verdicts(REAL + "$$z = x^2$$\n\nand\n\n$$z = x^3$$") == ["definition", "refuted"]


def test_an_arrow_makes_the_row_above_an_assumption_and_the_row_a_consequence(judge):
    steps = judge(REAL + display("2 x + 3 &= 7", r"\Rightarrow \quad x &= 2"))
    assert [s.verdict for s in steps] == ["assumption", "proved"]
    assert (steps[1].lhs, steps[1].relation, steps[1].rhs) == ("2 x + 3 = 7", "\\Rightarrow", "x = 2")


def test_a_wrong_consequence_is_refuted_where_the_premise_holds(judge):
    step = judge(REAL + display("2 x + 3 &= 7", r"\Rightarrow \quad x &= 3"))[1]
    assert step.verdict == "refuted" and step.counterexample["values"]["x"] == 2


def test_an_equivalence_needs_both_directions(verdicts):
    right = REAL + display("2 x &= 6", r"\iff \quad x &= 3")
    wrong = REAL + display("x &= 3", r"\iff \quad x^2 &= 9")
    assert verdicts(right) == ["assumption", "proved"]
    assert verdicts(wrong) == ["assumption", "refuted"]


def test_rows_that_solve_an_equation_without_arrows_follow_from_the_row_above(judge):
    steps = judge(REAL + display("2 x + 3 &= 7", "2 x &= 4", "x &= 2"))
    assert [s.verdict for s in steps] == ["assumption", "proved", "proved"]
    assert steps[1].reason == "follows from the row above"


def test_a_display_after_suppose_that_is_an_assumption_to_the_end_of_its_section(verdicts):
    text = (
        REAL
        + "Suppose that\n$$x + y = 1$$\n\nThen\n$$x^2 - y^2 = x - y$$\n\n# Another section\n\n$$x^2 - y^2 = x - y$$"
    )
    text = "# One section\n\n" + text
    assert verdicts(text) == ["assumption", "proved", "refuted"]


def test_setting_a_derivative_to_zero_is_an_assumption(verdicts):
    rows = display(r"\frac{d f}{d x} &= 2 x - 2 = 0", r"\Rightarrow x &= 1")
    text = REAL + "Let $f(x) = x^2 - 2 x$. Setting the derivative to zero,\n" + rows
    assert verdicts(text) == ["proved", "assumption", "proved"]


def test_memberships_distributions_and_ranges_are_no_steps(verdicts):
    text = r"$$x_i \in \mathbb{R}, \quad i = 1, \dots, n$$" + "\n\n"
    text += r"$$\sum_{i=1}^n 2 x_i = 2 \sum_{i=1}^n x_i, \quad n \in \mathbb{N}$$"
    assert verdicts(text) == ["proved"]


def test_sides_of_different_shapes_are_refuted_with_the_shapes(judge):
    step = judge(r"Let $A \in \mathbb{R}^{m \times n}$." + "\n\n$$A = A^\\top$$")[0]
    assert step.verdict == "refuted" and set(step.counterexample["shapes"]) == {"m×n", "n×m"}
    assert set(step.counterexample["sizes"]) == {"m", "n"}


def test_an_undeclared_dependent_quantity_is_undecided_and_the_reason_says_what_to_declare(judge):
    step = judge(r"Let $w \in \mathbb{R}$." + "\n\n" + r"$$\frac{\partial L}{\partial w} = 0$$")[0]
    assert step.verdict == "undecided" and "L" in step.reason and "declare" in step.reason


def test_a_transposed_gradient_is_refuted_and_numerator_layout_is_suggested(judge):
    text = r"Let $a, x \in \mathbb{R}^n$." + "\n\n" + r"$$\frac{\partial a^\top x}{\partial x} = a^\top$$"
    step = judge(text)[0]
    assert step.verdict == "refuted" and step.suggestion is not None


@pytest.mark.parametrize(
    "formula, verdict",
    [
        (r"\pi \approx 3.14", "proved"), (r"\pi \approx 3.15", "refuted"), (r"\log 2 = 0.6931", "proved"),
        (r"\log 2 = 0.6932", "refuted"), (r"0.5 = \frac{1}{2}", "proved"), (r"\sqrt{2} > 1.41", "proved"), (r"e^2 \le 7", "refuted"),
    ],
)  # fmt: skip
def test_a_decimal_is_judged_to_its_printed_digits(verdicts, formula, verdict):
    assert verdicts(f"$${formula}$$") == [verdict]


def test_an_equation_with_a_decimal_carries_a_remark(judge):
    assert any("printed digits" in r for r in judge(r"$$\log 2 = 0.693$$")[0].remarks)


@pytest.mark.parametrize(
    "formula, verdict",
    [
        (r"x^2 + y^2 \geq 2 x y", "proved"), (r"x^2 + y^2 \le 2 x y", "refuted"), (r"x^2 + 1 \ne 0", "proved"),
        (r"x^2 \ne 1", "refuted"), (r"(x + y)^2 \equiv x^2 + 2 x y + y^2", "proved"), (r"x < x + 1", "proved"),
    ],
)  # fmt: skip
def test_every_relation_is_judged(verdicts, formula, verdict):
    assert verdicts(REAL + f"$${formula}$$") == [verdict]


def test_a_condition_beside_a_step_holds_for_that_step_alone(verdicts):
    text = REAL + r"$$\sqrt{x^2} = x \quad \text{if } x \ge 0$$" + "\n\n" + r"$$\sqrt{x^2} = x$$"
    assert verdicts(text) == ["proved", "refuted"]


def test_a_definition_that_is_not_understood_makes_nothing_else_false(verdicts):
    text = REAL + "$$h = \\mathfrak{Q} \\lightning x$$\n\n$$h = x$$"
    assert "refuted" not in verdicts(text)


def test_a_name_with_an_index_that_is_no_entry_proves_and_refutes_nothing(verdicts):
    text = r"Let $n \in \mathbb{N}$ and $y \in \mathbb{R}$." + "\n\n" + r"$$\sum_{j=1}^n y_j = n y_j$$"
    assert set(verdicts(text)) <= {"undecided", "unread"}


def test_contradictory_declarations_prove_nothing(verdicts):
    text = r"Let $x > 0$ and suppose $x = -1$." + "\n\n$$x = 5$$"
    assert verdicts(text) != ["proved"]


def test_the_order_of_declaration_and_display_follows_the_text(judge):
    steps = judge("Let $a > 0$.\n\n$$\\sqrt{a^2} = a$$\n\nand $b \\in \\mathbb{R}$, so\n\n$$\\sqrt{b^2} = b$$")
    assert [(s.line, s.verdict) for s in steps] == [(3, "proved"), (7, "refuted")]


def test_a_wrong_row_is_no_hypothesis_for_the_rows_below(verdicts):
    text = (
        REAL
        + display("x + 1 &= x", "x^2 &= (x + 1) x")
        + display("(x + 1)^2 &= x^2", r"\Rightarrow \quad x^2 + 2 x + 1 &= x^2")
    )
    assert verdicts(text)[:2] == ["refuted", "refuted"]


def test_semidefinite_order_is_judged_by_the_quadratic_form(verdicts):
    matrix = r"Let $X \in \mathbb{R}^{m \times n}$." + "\n\n"
    assert verdicts(matrix + r"$$I_n \preceq X^\top X$$") == ["refuted"]
    assert verdicts(matrix + r"$$X^\top X \succeq 0$$") != ["refuted"]


def test_the_vector_of_a_quadratic_form_is_no_vector_of_the_document(verdicts):
    text = r"Let $A \in \mathbb{R}^{n \times n}$ be symmetric and $v \in \mathbb{R}^n$ with $A v = 0$." + "\n\n"
    assert verdicts(text + r"$$A \succeq 0$$") == ["refuted"]


@pytest.mark.parametrize(
    "latex", [r"\frac{\partial L}{\partial w} = 0", r"\frac{d y}{d t} = 0", r"\nabla_w L = 2 \nabla_w L"]
)
def test_an_undeclared_quantity_is_never_a_constant(verdicts, latex):
    assert verdicts(r"Let $w \in \mathbb{R}$." + f"\n\n$${latex}$$") == ["undecided"]


def test_what_holds_for_every_function_is_proved_of_an_undeclared_one(verdicts):
    formula = r"$$\frac{\partial (2 L)}{\partial w} = 2 \frac{\partial L}{\partial w}$$"
    assert verdicts(r"Let $w \in \mathbb{R}$." + "\n\n" + formula) == ["proved"]


@pytest.mark.parametrize(
    "claim",
    [
        r"\frac{\partial (2 L)}{\partial x} = 0",
        r"\frac{\partial (L)}{\partial x} = 0",
        r"\frac{\partial (L x)}{\partial x} = L",
        r"\frac{\partial}{\partial x} (L + x^2) = 2 x",
        r"\frac{d}{dx} (y L_1) = 0",
    ],
)
def test_an_undeclared_quantity_is_no_constant_under_a_derivative_wherever_it_stands(judge, claim):
    (step,) = judge(REAL + f"$${claim}$$")
    assert step.verdict == "undecided" and "declare or define L" in step.reason


def test_what_an_undeclared_quantity_adds_to_a_derivative_is_its_derivative(verdicts):
    claim = r"\frac{\partial}{\partial x} (L + x^2) = \frac{\partial L}{\partial x} + 2 x"
    assert verdicts(REAL + f"$${claim}$$") == ["proved"]


def test_a_sum_without_ends_over_axes_of_two_lengths_is_not_judged(judge):
    (step,) = judge(
        r"Let $x \in \mathbb{R}^n$ and $y \in \mathbb{R}^m$." + "\n\n" + r"$$\sum_i x_i y_i = \sum_i y_i x_i$$"
    )
    assert step.verdict == "undecided" and "i runs over 1..n in x_i and over 1..m in y_i" in step.reason


LABELS = r"Let $y_i \in \{1, \dots, K\}$ for $i = 1, \dots, n$ and $z \in \mathbb{R}^{n \times K}$." + "\n\n"


@pytest.mark.parametrize(
    "claim, verdict",
    [
        (r"y_i \le K", "proved"),  # once refuted with y = 2, K = 1: the symbolic end of the range was lost
        (r"y_i \le K - 1", "refuted"),
        (r"\sum_{i=1}^n z_{i y_i} = \sum_{i=1}^n \sum_{k=1}^K \mathbb{1}[y_i = k] z_{ik}", "proved"),
        (r"\sum_{i=1}^n z_{i y_i} = \sum_{i=1}^n z_{i i}", "refuted"),
        (r"\sum_{i=1}^n z_{i y_i} = \sum_{i=1}^n \sum_{k=1}^K z_{ik}", "refuted"),
    ],
)
def test_a_declared_integer_chooses_an_entry(judge, claim, verdict):
    (step,) = judge(LABELS + f"$${claim}$$")
    assert step.verdict == verdict, step.reason
    assert verdict == "proved" or all(
        1 <= y <= step.counterexample["sizes"]["K"] for y in step.counterexample["values"]["y"]
    )
