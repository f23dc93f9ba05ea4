"""What prose says of matrices, moments and eigenvalues is heard: true identities are proved, their false siblings refuted."""

import pytest

SQUARE = r"Let $A, B \in \mathbb{R}^{n \times n}$"
VECTOR = r"Let $x$ be a random vector in $\mathbb{R}^n$ with mean $\mu$ and covariance matrix $\Sigma$, $A \in \mathbb{R}^{n \times n}$."
NORMAL = r"""Let $x \sim \mathcal{N}(\mu, \Sigma)$ with $\mu \in \mathbb{R}^n$, positive definite $\Sigma \in \mathbb{R}^{n \times n}$,
and let $A, B \in \mathbb{R}^{n \times n}$."""
SAMPLE = r"""Let $X_1, \dots, X_n$ be i.i.d. random variables with mean $\mu$ and variance $\sigma^2$,
and $\bar X = \frac{1}{n} \sum_{i=1}^n X_i$."""
SPECTRUM = r"Let $A \in \mathbb{R}^{n \times n}$ be positive definite with eigenvalues $\lambda_1, \dots, \lambda_n$."
EIGENVECTOR = (
    r"Let $v$ be an eigenvector of $C \in \mathbb{R}^{n \times n}$ with eigenvalue $\lambda$, and $c \in \mathbb{R}$."
)
ORTHOGONAL = r"Let $Q \in \mathbb{R}^{n \times n}$ with $Q^\top Q = I_n$, and let $x, y \in \mathbb{R}^n$."
SKEW = r"Let $A \in \mathbb{R}^{n \times n}$ with $A^\top = -A$ and $x, y \in \mathbb{R}^n$."
FACTORS = r"Let $A \in \mathbb{R}^{m \times m}$ and $B \in \mathbb{R}^{n \times n}$ be invertible."
NUMBERED = r"""Let $x, m_1, m_2 \in \mathbb{R}^n$ and let $S_1, S_2 \in \mathbb{R}^{n \times n}$ be positive definite.
Let $S_c = (S_1^{-1} + S_2^{-1})^{-1}$ and $m_c = S_c (S_1^{-1} m_1 + S_2^{-1} m_2)$."""

CASES = {
    "mean and covariance matrix": (
        VECTOR,
        r"\mathbb{E}[x^\top A x] = \operatorname{tr}(A \Sigma) + \mu^\top A \mu",
        r"\mathbb{E}[x^\top A x] = \operatorname{tr}(A \Sigma) - \mu^\top A \mu",
    ),
    "the second moment": (
        VECTOR,
        r"\mathbb{E}[x x^\top] = \Sigma + \mu \mu^\top",
        r"\mathbb{E}[x x^\top] = \Sigma",
    ),
    "the squared length": (
        VECTOR,
        r"\mathbb{E}[\|x\|_2^2] = \operatorname{tr}(\Sigma) + \|\mu\|_2^2",
        r"\mathbb{E}[\|x\|_2^2] = \det(\Sigma) + \|\mu\|_2^2",
    ),
    "mean and variance of a sample": (
        SAMPLE,
        r"\operatorname{Var}(\bar X) = \frac{\sigma^2}{n}",
        r"\operatorname{Var}(\bar X) = \sigma^2",
    ),
    "zero mean and a standard deviation": (
        "Let $X$ and $Y$ be independent random variables with zero mean and standard deviation $s$.",
        r"\mathbb{E}[(X + Y)^2] = 2 s^2",
        r"\mathbb{E}[(X + Y)^2] = 2 s",
    ),
    "the variance of a quadratic form": (
        NORMAL,
        r"\operatorname{Var}[x^\top A x] = \operatorname{tr}(A \Sigma (A + A^\top) \Sigma)"
        r" + \mu^\top (A + A^\top) \Sigma (A + A^\top) \mu",
        r"\operatorname{Var}[x^\top A x] = 2 \operatorname{tr}(A \Sigma A \Sigma) + 4 \mu^\top A \Sigma A \mu",
    ),
    "the fourth moment": (
        NORMAL,
        r"\mathbb{E}[x^\top x x^\top x] = 2 \operatorname{tr}(\Sigma^2) + 4 \mu^\top \Sigma \mu "
        r"+ (\operatorname{tr} \Sigma + \mu^\top \mu)^2",
        r"\mathbb{E}[x^\top x x^\top x] = 3 \operatorname{tr}(\Sigma^2) + 4 \mu^\top \Sigma \mu "
        r"+ (\operatorname{tr} \Sigma + \mu^\top \mu)^2",
    ),
    "all eigenvalues": (SPECTRUM, r"\log \det A = \sum_{i=1}^n \log \lambda_i", r"\det A = \sum_{i=1}^n \lambda_i"),
    "the trace of an inverse": (
        SPECTRUM,
        r"\operatorname{tr}(A^{-1}) = \sum_{i=1}^n \frac{1}{\lambda_i}",
        r"\operatorname{tr}(A^{-1}) = \frac{1}{\sum_{i=1}^n \lambda_i}",
    ),
    "an eigenvector": (EIGENVECTOR, r"(C + c I) v = (\lambda + c) v", r"C^2 v = \lambda v"),
    "Q^T Q = I names no matrix I_n": (ORTHOGONAL, r"(Qx)^\top (Qy) = x^\top y", r"(Qx)^\top (Qy) = -x^\top y"),
    "the determinant of an orthogonal matrix": (ORTHOGONAL, r"\det(Q)^2 = 1", r"\det(Q) = 1"),
    "the determinant of a projection": (
        f"{SQUARE} with $A^2 = A$.",
        r"\det(A)^3 = \det(A)",
        r"\det(A) = 1",
    ),
    "a skew matrix": (SKEW, r"x^\top A y = -y^\top A x", r"x^\top A y = y^\top A x"),
    "the square of a skew matrix": (
        SKEW,
        r"\operatorname{tr}(A^2) = -\|A\|_F^2",
        r"\operatorname{tr}(A^2) = \|A\|_F^2",
    ),
    "what is said of the last is said of all": (
        FACTORS,
        r"\det((A \otimes B)^{-1}) = \det(A)^{-n} \det(B)^{-m}",
        r"\det((A \otimes B)^{-1}) = \det(A)^{-m} \det(B)^{-n}",
    ),
    "the inverse of a Kronecker product": (
        FACTORS,
        r"(A \otimes B)^{-1} = A^{-1} \otimes B^{-1}",
        r"(A \otimes B)^{-1} = A^{-\top} \otimes B^{-1}",
    ),
    "a name beside numbered ones": (
        NUMBERED,
        r"(x - m_1)^\top S_1^{-1} (x - m_1) + (x - m_2)^\top S_2^{-1} (x - m_2) = (x - m_c)^\top S_c^{-1} (x - m_c)"
        r" + m_1^\top S_1^{-1} m_1 + m_2^\top S_2^{-1} m_2 - m_c^\top S_c^{-1} m_c",
        r"(x - m_1)^\top S_1^{-1} (x - m_1) + (x - m_2)^\top S_2^{-1} (x - m_2) = (x - m_c)^\top S_c^{-1} (x - m_c)"
        r" + m_1^\top S_1^{-1} m_1 + m_2^\top S_2^{-1} m_2 + m_c^\top S_c^{-1} m_c",
    ),
    "a matrix with two rows": (
        r"Let $A \in \mathbb{R}^{2 \times 2}$.",
        r"A^2 = \operatorname{tr}(A) A - \det(A) I_2",
        r"A^2 = \operatorname{tr}(A) A + \det(A) I_2",
    ),
    "a diagonal factor": (
        r"Let $A \in \mathbb{R}^{n \times n}$ be invertible and $d \in \mathbb{R}^n$ with $d_i > 0$.",
        r"(A \operatorname{diag}(d))^{-1} = \operatorname{diag}(d)^{-1} A^{-1}",
        r"(A \operatorname{diag}(d))^{-1} = A^{-1} \operatorname{diag}(d)^{-1}",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_prose_says_decides_the_identity(verdicts, name):
    prose, true, false = CASES[name]
    assert verdicts(f"{prose}\n\n$$\n{true}\n$$\n\n$$\n{false}\n$$\n") == ["proved", "refuted"]


@pytest.mark.parametrize(
    "side", [r"\operatorname{tr}(C)", r"\det(C)", r"\operatorname{tr}(C^2)", r"\operatorname{tr}(C^{-1})"]
)
def test_a_trace_or_determinant_of_no_square_matrix_is_refuted_with_its_shape(judge, side):
    (step,) = judge(r"Let $C \in \mathbb{R}^{m \times n}$." + f"\n\n$$\n{side} = 0\n$$\n")
    assert step.verdict == "refuted"
    assert step.counterexample["shapes"] == ["m×n", "m×m"]


def test_nothing_is_refuted_with_eigenvalues_that_were_only_named(verdicts):
    text = r"Let $B \in \mathbb{R}^{n \times n}$ have the eigenvalues $\mu_1, \dots, \mu_n$."
    assert verdicts(text + "\n\n$$\n\\operatorname{tr}(B) = \\sum_{i=1}^n \\mu_i\n$$\n") == ["undecided"]


def test_an_estimate_may_be_called_I_n(verdicts):
    text = r"Let $x_i \in \mathbb{R}^d$ for $i = 1, \dots, n$ and $f : \mathbb{R}^d \to \mathbb{R}$."
    assert verdicts(text + "\n\n$$\nI_n = \\frac{1}{n} \\sum_{i=1}^n f(x_i)\n$$\n") == ["definition"]


def test_the_witness_names_the_law_of_a_gaussian(judge):
    steps = judge(NORMAL + "\n\n$$\n\\mathbb{E}[(x^\\top x)^2] = \\operatorname{tr}(\\Sigma)^2\n$$\n")
    assert steps[0].counterexample["values"]["x"]["law"] == "normal"


def test_a_length_that_is_given_is_used_as_a_sum_of_squares(verdicts):
    text = r"Let $v \in \mathbb{R}^n$ with $\|v\|_2 = 1$ and $H = I_n - 2 v v^\top$."
    assert verdicts(text + "\n\n$$\nH v = -v\n$$\n\n$$\nH v = v\n$$\n") == ["proved", "refuted"]
