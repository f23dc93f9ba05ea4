"""Writes docs/answers.md: twenty answers of `derive differentiate` as they are printed; `--tex FILE` writes them for LaTeX.

usage: python docs/answers.py [--tex FILE]
"""

import contextlib
import io
import re
import shlex
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent / "answers.md"
DATA = r"X \in \mathbb{R}^{n \times d}; y \in \mathbb{R}^n; w \in \mathbb{R}^d; \lambda > 0"
SQUARE = r"X, A, B \in \mathbb{R}^{n \times n}; \det X > 0; a, b \in \mathbb{R}^n"
VECTOR = r"x, a, b \in \mathbb{R}^n; A \in \mathbb{R}^{n \times n}"
GAUSS = r"x_i \in \mathbb{R}^d for i = 1, \dots, n; \mu \in \mathbb{R}^d; \Sigma \in \mathbb{R}^{d \times d}; \Sigma \succ 0"
NLL = r"\frac{n}{2} \log \det \Sigma + \frac{1}{2} \sum_{i=1}^n (x_i - \mu)^\top \Sigma^{-1} (x_i - \mu)"
SOFTMAX = r"p_k = \frac{e^{z_k}}{\sum_{j=1}^K e^{z_j}}"
LOGISTIC = r"\sum_{i=1}^n (\log(1 + e^{z_i}) - y_i z_i)"
LAYER = r"\mu = \frac{1}{d} \sum_{k=1}^d x_k; s = \sqrt{\frac{1}{d} \sum_{k=1}^d (x_k - \mu)^2 + \epsilon}"
WEIGHTS = r"Z = \frac{Q K^\top}{\sqrt{d}}; P_{ij} = \frac{e^{Z_{ij}}}{\sum_{l=1}^m e^{Z_{il}}}"
ATTENTION = r"Q \in \mathbb{R}^{n \times d}; K \in \mathbb{R}^{m \times d}; V \in \mathbb{R}^{m \times v}; G \in \mathbb{R}^{n \times v}"

# Formula, variable, declarations, definitions, order.
ANSWERS = [
    (r"\|y - X w\|_2^2 + \lambda \|w\|_2^2", "w", DATA, "", 1),
    (r"x^\top A x", "x", VECTOR, "", 1),
    (r"\|x - a\|_2", "x", VECTOR, "", 1),
    (r"\frac{x^\top A x}{x^\top x}", "x", VECTOR + "; A symmetric", "", 1),
    (r"\operatorname{tr}(A X^{-1} B)", "X", SQUARE, "", 1),
    (r"\log \det X", "X", SQUARE, "", 1),
    (r"\log \det(X^\top X)", "X", r"X \in \mathbb{R}^{n \times d}", "", 1),
    (
        r"\|X W - Y\|_F^2",
        "W",
        r"X \in \mathbb{R}^{n \times d}; W \in \mathbb{R}^{d \times k}; Y \in \mathbb{R}^{n \times k}",
        "",
        1,
    ),
    ("p", "z", r"z \in \mathbb{R}^K", SOFTMAX, 1),
    (r"-\sum_{k=1}^K y_k \log p_k", "z", r"z, y \in \mathbb{R}^K; \sum_{k=1}^K y_k = 1", SOFTMAX, 1),
    (r"-\sum_{k=1}^K y_k \log p_k", "z", r"z, y \in \mathbb{R}^K; \sum_{k=1}^K y_k = 1", SOFTMAX, 2),
    (LOGISTIC, "w", DATA, "z = X w", 1),
    (LOGISTIC, "w", DATA, "z = X w", 2),
    (r"\log \sum_{i=1}^n e^{x_i}", "x", r"x \in \mathbb{R}^n", "", 2),
    (NLL, r"\mu", GAUSS, "", 1),
    (NLL, r"\Sigma", GAUSS, "", 1),
    (r"\frac{x - \mu}{s}", "x", r"x \in \mathbb{R}^d; \epsilon > 0", LAYER, 1),
    (r"\operatorname{tr}(G^\top P V)", "V", ATTENTION, WEIGHTS, 1),
    (r"\operatorname{tr}(G^\top P V)", "Q", ATTENTION, WEIGHTS, 1),
    (r"f(\|x\|_2^2)", "x", r"x \in \mathbb{R}^n; f : \mathbb{R} \to \mathbb{R} differentiable", "", 1),
]


def arguments(formula: str, wrt: str, declared: str, defined: str, order: int) -> list[str]:
    """The command line of an answer."""
    more = ["--assume", declared] + (["--define", defined] if defined else [])
    return ["differentiate", formula, "--wrt", wrt, *more, *(["--order", "2"] if order == 2 else [])]


def answered(argv: list[str]) -> str:
    """What the command prints as LaTeX."""
    from derive.cli import main

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        main([*argv, "--format", "latex"])
    return out.getvalue().strip()


def command(argv: list[str]) -> str:
    """The command as a shell reads it, with one option a line."""
    return re.sub(r" (?=--)", " \\\\\n    ", shlex.join(["derive", *argv]))


def markdown(latex: str) -> str:
    """LaTeX displays as Markdown has them."""
    latex = re.sub(r"\\\[ (.*?) \\\]", lambda m: f"$$\n{m[1]}\n$$", latex, flags=re.S)
    return re.sub(r"\\begin\{align\*\}.*?\\end\{align\*\}", lambda m: f"$$\n{m[0]}\n$$", latex, flags=re.S)


def main() -> None:
    answers = [(argv, answered(argv)) for argv in (arguments(*a) for a in ANSWERS)]
    if sys.argv[1:2] == ["--tex"]:
        body = "\n\n\\bigskip\\hrule\\medskip\n\n".join(
            f"\\textbf{{{number}}}\\par\n{latex}" for number, (_, latex) in enumerate(answers, 1)
        )
        Path(sys.argv[2]).write_text(
            "\\documentclass[10pt]{article}\\usepackage{amsmath,amssymb}\\usepackage[margin=2cm]{geometry}"
            f"\\setlength{{\\parindent}}{{0pt}}\\begin{{document}}\n{body}\n\\end{{document}}\n"
        )
        return
    parts = [
        "# Twenty answers of `derive differentiate`\n\n"
        "Written by `docs/answers.py`; every answer holds for all sizes and is proved, with the conditions printed below it.\n"
    ]
    for number, (argv, latex) in enumerate(answers, 1):
        parts.append(f"## {number}\n\n```\n{command(argv)}\n```\n\n{markdown(latex)}\n")
    PAGE.write_text("\n".join(parts))


if __name__ == "__main__":
    main()
