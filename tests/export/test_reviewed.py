"""What a reviewer sends back is not printed: doubled products, turned matrices, axes in an order that nobody expects."""

import numpy as np

from derive.export.matrices import definiteness
from derive.export.whole import export_formula
from derive.terms import Arr, Index, Size, Sum, Symbol


def last_line(text):
    return text.rstrip().splitlines()[-1].strip()


def run(text):
    namespace = {}
    exec(text, namespace)
    return namespace["value"]


def test_a_quadratic_form_through_a_matrix_is_the_square_of_one_product():
    text = export_formula(r"\frac{v^\top X^\top X v}{v^\top v}", r"X \in \mathbb{R}^{n \times d}; v \in \mathbb{R}^d")
    assert "product @ product / (v @ v)" in text and text.count("@ X") == 1
    X, v = np.arange(6.0).reshape(2, 3), np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(run(text)(X, v), v @ X.T @ X @ v / (v @ v))


def test_two_different_halves_stay_two_products():
    assume = r"X, Y \in \mathbb{R}^{n \times d}; v, w \in \mathbb{R}^d"
    X, Y = np.arange(6.0).reshape(2, 3), np.arange(6.0)[::-1].reshape(2, 3) ** 2
    v, w = np.array([1.0, -2.0, 0.5]), np.array([0.3, 1.0, 2.0])
    for formula, want in (
        (r"v^\top X^\top X w", v @ X.T @ X @ w),
        (r"v^\top X^\top Y v", v @ X.T @ Y @ v),
        (r"v^\top X^\top Y Y^\top X v", ((X @ v) @ Y) @ ((X @ v) @ Y)),
        (r"(v^\top w) (v^\top w)", (v @ w) ** 2),
    ):
        np.testing.assert_allclose(run(export_formula(formula, assume))(X, Y, v, w), want, err_msg=formula)


def test_the_system_of_a_kalman_update_is_written_as_people_write_it():
    text = export_formula(
        r"m + P H^\top (H P H^\top + R)^{-1} (y - H m)",
        r"m \in \mathbb{R}^d; P \in \mathbb{R}^{d \times d}; P \succ 0; H \in \mathbb{R}^{p \times d}; "
        r"R \in \mathbb{R}^{p \times p}; R \succ 0; y \in \mathbb{R}^p",
    )
    assert last_line(text) == "return m + P @ (H.T @ np.linalg.solve(H @ P @ H.T + R, y - H @ m))"


def test_a_matrix_between_two_different_ones_is_not_taken_for_definite():
    p, d = Size("p"), Size("d")
    i, j, a, b = Index("i", 1, p), Index("j", 1, p), Index("a", 1, d), Index("b", 1, d)
    H, G = Symbol("H", (p, d)), Symbol("G", (p, d))
    P = Symbol("P", (d, d), properties=frozenset({"positive_definite", "symmetric"}))
    R = Symbol("R", (p, p), properties=frozenset({"positive_definite", "symmetric"}))
    plain = Symbol("Q", (d, d))

    def kind(left, middle, right):
        product = Sum(a, Sum(b, left[i, a] * middle[a, b] * right[j, b]))
        return definiteness(Arr(((i,), (j,)), product + R[i, j]))

    assert kind(H, P, H) == "positive"
    assert kind(H, P, G) == kind(H, plain, H) == "general"


def test_a_function_of_the_entries_of_a_matrix_has_its_axes():
    text = export_formula(r"\gamma_j X_{ij}", r"X \in \mathbb{R}^{n \times d}; \gamma \in \mathbb{R}^d")
    assert "Returns an array (n, d)." in text
    text = export_formula(r"u_j v_i", r"u \in \mathbb{R}^d; v \in \mathbb{R}^n")
    assert "Returns an array (d, n)." in text


def test_entries_of_a_name_with_a_subscript_have_one_subscript():
    text = export_formula(
        "x^T z", r"W_1 \in \mathbb{R}^{m \times d}; x \in \mathbb{R}^m; y \in \mathbb{R}^d", "z = W_1 y"
    )
    assert "W_{1, i, j}" in text and "W_1_" not in text.replace("W_1__", "")
