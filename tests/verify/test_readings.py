"""What real documents write, read rightly: names used anew, cases in words, hypotheses of tests, means of what is not defined."""

import pytest

from derive.verify import verify_text


def test_a_matrix_declared_at_the_end_of_its_definition_is_no_row_of_another_matrix(verdicts):
    text = (
        r"Let $C \in \mathbb{R}^{p \times q}$, $a \in \mathbb{R}^p$ and $b \in \mathbb{R}^r$."
        "\n\n$$ C_1 = a b^\\top \\in \\mathbb{R}^{p \\times r} $$\n\n$$ C_1^\\top a = b a^\\top a $$\n\n$$ C_1^\\top a = b $$"
    )
    assert verdicts(text) == ["definition", "proved", "refuted"]


def test_a_numbered_part_of_a_declared_matrix_may_be_another_matrix(judge):
    step = judge(r"Let $C \in \mathbb{R}^{p \times q}$ and $b \in \mathbb{R}^r$." + "\n\n$$ C_1 b = 3 b $$")[0]
    assert step.verdict == "undecided" and "C_1" in step.reason


def test_a_number_and_an_index_select_an_entry_of_a_numbered_vector(verdicts):
    text = (
        r"Let $\beta_0 \in \mathbb{R}^m$ and $\beta_1 \in \mathbb{R}^n$ and $i, j = 1, \dots, n$."
        "\n\n$$ \\sum_{j=1}^n \\beta_{1j}^2 = \\beta_1^\\top \\beta_1 $$\n\n"
        "$$ \\sum_{j=1}^n \\beta_{1j}^2 = \\beta_1^\\top \\beta_1 + 1 $$"
    )
    assert verdicts(text) == ["proved", "refuted"]


def test_an_identity_needs_a_size_and_an_index_is_none(judge):
    text = r"Let $n \ge 1$ and $A \in \mathbb{R}^{n \times n}$ and $i, j = 1, \dots, n$." + "\n\n$$ A_{ij} = I_i + 2 $$"
    assert judge(text)[0].verdict != "refuted"


def test_a_case_in_the_words_before_a_display_holds_for_its_rows(verdicts):
    text = r"Let $x \in \mathbb{R}$." + "\n\nIf $x < 0$, we have\n\n$$ |x| = -x $$\n\nand\n\n$$ |x| = -x $$"
    assert verdicts(text) == ["proved", "refuted"]


def test_the_other_case_takes_the_place_of_the_case_that_was_declared(verdicts):
    text = (
        r"Let $x \ge 0$." + "\n\nIf $x < 0$, then\n\n$$ \\sqrt{x^2} = x $$\n\nIf $x > 0$, then\n\n$$ \\sqrt{x^2} = x $$"
    )
    assert verdicts(text) == ["refuted", "proved"]


def test_what_a_null_hypothesis_says_is_no_definition_and_no_error(judge):
    text = (
        r"Let $\beta \in \mathbb{R}^n$."
        + "\n\n$$ H_0: \\; \\beta = 0_n $$\n\n$$ \\beta^\\top \\beta = 0 $$\n\n$$ \\beta = 0_n $$"
    )
    steps = judge(text)
    assert steps[0].verdict == "assumption" and "H_0" in steps[0].reason
    assert steps[1].verdict != "proved" and steps[2].verdict != "proved"


def test_a_vector_is_a_matrix_of_one_column(verdicts):
    text = (
        r"Let $b \in \mathbb{R}^{p \times 1}$, $X \in \mathbb{R}^{n \times p}$, $y \in \mathbb{R}^n$ and $c \in \mathbb{R}^{1 \times p}$."
        "\n\n$$ y - (y - X b) = X b $$\n\n$$ y + X b = y - X b $$"
    )
    assert verdicts(text) == ["proved", "refuted"]


def test_a_family_and_a_number_of_the_same_letter_are_not_confused(judge):
    text = r"Let $a_i \ge 0$ for $i = 1, \dots, n$." + "\n\n$$ h(b) - h(a) = \\int_a^b h'(t) \\, dt $$"
    assert judge(text)[0].verdict != "refuted"


def test_the_mean_of_a_probability_of_something_random_is_not_that_probability(verdicts):
    text = (
        "Let $X$ be a random variable.\n\n$$ \\mathbb{E}[p(X)] = p(X) $$\n\n$$ \\mathbb{E}[-\\log p(X)] = -\\log p(X) $$\n\n"
        "$$ \\mathbb{E}[2 \\log p(X)] = 2 \\mathbb{E}[\\log p(X)] $$\n\n"
        "$$ \\mathbb{E}_{q}[\\log p(z) + \\log p(x)] = \\log p(x) + \\log p(z) $$\n\n"
        "$$ \\mathbb{E}_{q(z)}[\\log p(z) + 3] = 3 + \\mathbb{E}_{q(z)}[\\log p(z)] $$"
    )
    assert verdicts(text) == ["undecided", "undecided", "proved", "undecided", "proved"]


def test_a_product_sign_ends_where_its_index_does(verdicts):
    text = (
        r"Let $y_i > 0$ for $i = 1, \dots, n$, $\lambda > 0$ and $b > 0$."
        "\n\n$$ \\prod_{i=1}^n \\frac{1}{y_i} \\prod_{i=1}^n \\lambda^{y_i} \\prod_{i=1}^n e^{-\\lambda} \\cdot b"
        " = b e^{-n\\lambda} \\lambda^{\\sum_{i=1}^n y_i} \\prod_{i=1}^n \\frac{1}{y_i} $$\n\n"
        "$$ \\prod_{i=1}^n b y_i = b^n \\prod_{i=1}^n y_i $$\n\n$$ \\prod_{i=1}^n b y_i = b \\prod_{i=1}^n y_i $$\n\n"
        "$$ \\prod_{i=1}^n y_i \\cdot b = b^n \\prod_{i=1}^n y_i $$"
    )
    assert verdicts(text) == ["proved", "proved", "refuted", "undecided"]


STATED = "Let $a, b > 0$ and let $X$ be a random variable.\n\n"


def test_two_values_of_one_quantity_are_compared(judge):
    text = (
        STATED
        + "$$ \\mathrm{H}(X) = a (a + b) $$\n\nand this is\n\n$$ \\mathrm{H}(X) = a^2 + a b $$\n\n$$ \\mathrm{H}(X) = a^2 + b $$"
    )
    steps = judge(text)
    assert [s.verdict for s in steps[1:]] == ["proved", "undecided"]
    assert steps[1].reason == "follows from line 3; line 3 is not proved itself"


def test_what_a_theorem_states_and_what_holds_in_one_case_prove_nothing(verdicts):
    circle = (
        STATED
        + "**Theorem:** Then\n\n$$ \\mathrm{H}(X) = a (a + b) $$\n\n**Proof:** We have\n\n$$ \\mathrm{H}(X) = a^2 + a b $$"
    )
    cases = (
        STATED
        + "If $a > 1$, we have\n\n$$ \\mathrm{H}(X) = a (a + b) $$\n\nand if $a < 1$, then\n\n$$ \\mathrm{H}(X) = a^2 + a b $$"
    )
    again = STATED + "$$ \\mathrm{H}(X) = a b $$\n\nand so\n\n$$ \\mathrm{H}(X) = a \\, b $$"
    assert "proved" not in verdicts(circle) + verdicts(cases) + verdicts(again)


def test_means_under_two_laws_are_two_means(verdicts):
    rows = (
        r"\mathbb{E}_p[x^2] = x^2", r"\mathbb{E}_{p}[x + y] = \mathbb{E}_{q}[x + y]",
        r"\mathbb{E}_{z\sim p}[z] = \mathbb{E}_{z\sim q}[z]", r"\mathbb{E}_{p(w)}[w^2] = \mathbb{E}_{q(w)}[w^2]",
        r"\langle \log p(v) \rangle_{p(v)} = \langle \log p(v) \rangle_{q(v)}", r"\langle a b \rangle = a b",
    )  # fmt: skip
    assert verdicts("\n\n".join(f"$$ {row} $$" for row in rows)) == ["undecided"] * len(rows)


def test_a_mean_is_linear_under_each_law(verdicts):
    rows = (
        r"\mathbb{E}_{z\sim q}[a z + 1] = a \mathbb{E}_{z\sim q}[z] + 1",
        r"\mathbb{E}_{z\sim p}[a z] - \mathbb{E}_{z\sim q}[z] = a \mathbb{E}_{z\sim p}[z] - \mathbb{E}_{z\sim q}[z]",
        r"\langle a x + \log p(x) \rangle_{p(x)} = a \langle x \rangle_{p(x)} + \langle \log p(x) \rangle_{p(x)}",
    )
    text = r"Let $a \in \mathbb{R}$." + "\n\n" + "\n\n".join(f"$$ {row} $$" for row in rows)
    assert verdicts(text) == ["proved"] * 3


def test_one_script_more_than_an_array_has_indices_is_a_label(verdicts):
    text = (
        r"Let $y_i \in \mathbb{R}$ for $i = 1, \dots, n$ and $\alpha_j > 0$ for $j = 1, \dots, k$."
        "\n\n$$ \\sum_{j=1}^k (\\alpha_{0j} + \\alpha_j) = \\sum_{j=1}^k \\alpha_{0j} + \\sum_{j=1}^k \\alpha_j $$\n\n"
        "$$ \\sum_{i=1}^n (y_{i1} + y_{i2}) = \\sum_{i=1}^n y_{i1} + \\sum_{i=1}^n y_{i2} $$\n\n"
        "$$ \\sum_{i=1}^n y_{i1} = \\sum_{i=1}^n y_{i2} $$"
    )
    assert verdicts(text) == ["proved", "proved", "undecided"]


def test_events_are_read_beside_a_function_of_the_same_name(verdicts):
    text = "$$ p(X=0, Y=1) + p(x, y) = p(x, y) + p(Y=1, X=0) $$\n\n$$ p(X=0, Y=1) = p(X=0) p(Y=1) $$"
    assert verdicts(text) == ["proved", "undecided"]


def test_a_step_may_hold_whatever_its_names_are_defined_to_be_but_derivatives_look_into_them(verdicts):
    text = (
        r"Let $y_i, z_i \in \mathbb{R}$ for $i = 1, \dots, n$, and $x \in \mathbb{R}$."
        "\n\n$$ T = \\sum_{i=1}^n (y_i - z_i)^2 $$\n\n$$ R = \\sum_{i=1}^n (y_i + z_i)^2 $$\n\n"
        "$$ \\frac{T - R}{T} = 1 - \\frac{R}{T} $$\n\n$$ w = x^2 $$\n\n$$ \\frac{d}{dx} w = 0 $$"
    )
    assert verdicts(text) == ["definition", "definition", "proved", "definition", "refuted"]


def test_a_sample_given_as_a_set_is_declared(verdicts):
    text = (
        "We observe\n\n$$ y = \\left\\lbrace y_1, \\ldots, y_n \\right\\rbrace $$\n\n"
        "$$ \\sum_{i=1}^n (y_i + 1) = n + \\sum_{i=1}^n y_i $$\n\n$$ \\sum_{i=1}^n (y_i + 1) = 1 + \\sum_{i=1}^n y_i $$"
    )
    assert verdicts(text)[:2] == ["definition", "proved"] and verdicts(text)[2] != "proved"


ITERATES = r"Let $f : \mathbb{R}^d \to \mathbb{R}$ be differentiable and $\gamma > 0$." + "\n\n"


def test_iterates_in_bold_are_vectors_of_the_shape_of_the_bare_name(verdicts):
    rows = (
        r"\mathbf{x}_{t+1} = \mathbf{x}_t - \gamma \nabla f(\mathbf{x}_t)",
        r"\nabla f(\mathbf{x}_t)^\top (\mathbf{x}_{t+1} - \mathbf{x}_t) = - \gamma \|\nabla f(\mathbf{x}_t)\|^2",
        r"\|\mathbf{x}_t - \mathbf{x}^\star\|^2 = \|\mathbf{x}_t\|^2 - 2 \mathbf{x}_t^\top \mathbf{x}^\star + \|\mathbf{x}^\star\|^2",
        r"f(\mathbf{x}_0) = f(\mathbf{x}_T)",
    )
    assert verdicts(ITERATES + "\n\n".join(f"$$ {row} $$" for row in rows)) == [
        "definition",
        "proved",
        "proved",
        "undecided",
    ]


def test_a_family_of_vectors_is_summed_and_entries_of_a_declared_vector_stay_entries(verdicts):
    text = (
        r"Let $\mathbf{x}, \mathbf{w} \in \mathbb{R}^n$."
        "\n\n$$ \\mathbf{w}^\\top \\mathbf{x} = \\sum_{i=1}^n \\mathbf{w}_i \\mathbf{x}_i $$\n\n"
        "$$ \\sum_{k=1}^K \\mathbf{w}^\\top \\mathbf{x}_k = \\mathbf{w}^\\top \\sum_{k=1}^K \\mathbf{x}_k $$\n\n"
        "$$ \\mathbf{w}^\\top \\mathbf{x} = 2 \\sum_{i=1}^n \\mathbf{w}_i \\mathbf{x}_i $$"
    )
    assert verdicts(text) == ["proved", "proved", "refuted"]


def test_what_follows_then_in_a_lemma_is_not_supposed_in_its_proof(verdicts):
    text = r"Let $a \in \mathbb{R}$, then $a^3 + 5 \le a$." + "\n\n*Proof.* We have\n\n$$ 2 a^3 + 10 \\le 2 a $$"
    assert verdicts(text) != ["proved"]


def test_a_guessed_factor_before_two_names_may_be_a_function(judge):
    text = (
        "Let $\\mathbf{x}, \\mathbf{y} \\in \\mathbb{R}^n$.\n\n"
        "$$ \\Pi_{K}(\\mathbf{x})^\\top \\mathbf{y} = \\Pi_{K}(\\mathbf{y})^\\top \\mathbf{x} $$"
    )
    assert judge(text)[0].verdict == "undecided"


def test_a_name_used_otherwise_elsewhere_is_guessed_anew(judge):
    rows = ("g(x) = x^2 + f(x)", "f(x, y) + 1 = 1 + f(x, y)", r"f(\mathbf{x}) - f(\mathbf{y}) = - f(\mathbf{y}) + f(\mathbf{x})",
            r"f(\mathbf{x}) = f(\mathbf{y})", "h(x) = x", r"h(\mathbf{x}) + 1 = 1 + h(\mathbf{x})")  # fmt: skip
    steps = judge("\n\n".join(f"$$ {row} $$" for row in rows))
    assert [s.verdict for s in steps] == ["definition", "proved", "proved", "undecided", "definition", "proved"]


def test_a_matrix_is_not_guessed_anew_as_a_number(verdicts):
    text = "$$ A^\\top A x = A^\\top b $$\n\n$$ c + A B C = C B A + c $$"
    assert "proved" not in verdicts(text)


def test_what_a_proof_supposes_ends_with_it(tmp_path):
    from derive.verify.documents import verify_file

    path = tmp_path / "notes.tex"
    path.write_text(
        r"\begin{lemma} Let $a, b \in \mathbb{R}$, then \begin{enumerate} \item $a^3 \le b^5$; \item $b \le a$. \end{enumerate}\end{lemma}"
        "\n\\begin{proof} We assume $a = b$. Then \\[ a + 1 = b + 1 \\] and \\[ 2 a^3 \\le 2 b^5. \\] \\end{proof}\n"
        "\\begin{proof} Now \\[ a + 1 = b + 1 \\] \\end{proof}\n"
    )
    first, *others = (s.verdict for s in verify_file(path).steps)
    assert first == "proved" and "proved" not in others


def test_a_derivative_by_what_an_undeclared_function_may_hide_is_not_zero(verdicts):
    text = "$$ \\frac{\\partial L(w^\\star, b^\\star)}{\\partial b} = 0 $$\n\n$$ \\frac{\\partial L(w, b)}{\\partial b} = 0 $$"
    assert "proved" not in verdicts(text)


def test_events_at_one_place_of_two_formulas_are_not_one_event(verdicts):
    text = "$$ P(f(X) > 1) = a $$\n\n$$ P(g(X) > 1) = a $$\n\n$$ P(\\frac{X}{2} > 1) = b $$\n\n$$ P(\\frac{X}{3} > 1) = b $$"
    assert "proved" not in verdicts(text)


def test_another_function_at_the_same_place_is_defined(verdicts):
    assert verdicts("$$ f(x) + f(y) = 1 $$\n\n$$ f(x) = f(y) $$\n\n$$ h(x) = x $$")[2] == "definition"


def test_a_function_that_the_words_replace_is_defined_anew(verdicts):
    text = (
        r"Let $x, y \in \mathbb{R}$."
        + "\n\n$$ a(x, y) = x y - x^2 $$\n\nWe %s\n\n$$ a(x, y) = 2 x y $$\n\n$$ a(x, y) = y x 2 $$"
    )
    assert verdicts(text % "rescale and arrive at the function")[1:] == ["definition", "proved"]
    assert verdicts(text % "see that")[1] == "refuted"


def test_the_probability_of_one_event_is_no_function_and_contradicts_nothing(verdicts):
    text = "We know $P(H) = 1/2$ and $P(S) = 1$.\n\n$$ P(A) = 1/2 $$\n\n$$ P(A) = P(B) $$\n\n$$ a = a + 1 $$\n\n$$ 2 P(H) = 1 $$"
    found = verdicts(text)
    assert "proved" not in found[:3] and found[3] == "proved"


def test_a_variance_written_as_a_function_of_a_parameter_is_no_variance_of_a_number(verdicts):
    text = "Let $p = 1/2$.\n\n$$ \\mathrm{Var}(p) = \\frac{1}{4} $$"
    assert verdicts(text) == ["undecided"]


@pytest.mark.parametrize(
    ("right", "verdict"),
    [
        (r"-\frac{1}{2} \log(2 \pi \sigma^2) - \frac{(x - \mu)^2}{2 \sigma^2}", "proved"),
        (r"-\frac{1}{2} \log(2 \pi \sigma^2) + \frac{(x - \mu)^2}{2 \sigma^2}", "refuted"),
        (r"-\frac{1}{2} \exp(-\frac{(x-\mu)^2}{2 \sigma^2}) \log(2 \pi \sigma^2)", "proved"),
    ],
)
def test_a_logarithm_without_parentheses_is_read_over_its_product_where_that_is_what_holds(right, verdict):
    left = r"\log \frac{1}{\sqrt{2 \pi \sigma^2}} \exp\left(-\frac{(x-\mu)^2}{2 \sigma^2}\right)"
    text = r"Let $x, \mu \in \mathbb{R}$ and $\sigma > 0$." + f"\n\n$$ {left} = {right} $$\n"
    (step,) = verify_text(text, time_limit=30).steps
    assert step.verdict == verdict
    remark = "the logarithm is read over the whole product behind it"
    assert (remark in step.remarks) is (right.endswith(r"{2 \sigma^2}") and verdict == "proved" and "exp" not in right)
