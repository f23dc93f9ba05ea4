"""LaTeX names as identifiers. Whatever the name is, what comes out is a plain ASCII identifier and nothing else.

>>> python_name(r"\\theta"), python_name("W^{(1)}"), python_name(r"\\hat y"), python_name(r"\\lambda")
('theta', 'W_1', 'y_hat', 'lambda_')
>>> python_name(r"\\bar{x}_0"), python_name(r"\\mathbf{w}^\\star"), python_name("x'"), python_name("__import__('os')")
('x_bar_0', 'w_star', 'x_prime', 'import_prime_os_prime')
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable

ACCENTS = {
    "hat": "hat",
    "widehat": "hat",
    "bar": "bar",
    "overline": "bar",
    "tilde": "tilde",
    "widetilde": "tilde",
    "dot": "dot",
    "ddot": "ddot",
    "vec": "vec",
    "check": "check",
    "breve": "breve",
    "underline": "under",
}
STYLES = frozenset(
    "mathbf boldsymbol bm mathrm mathit mathsf mathtt mathcal mathbb mathscr mathfrak text textbf textit operatorname "
    "rm bf it left right big Big".split()
)
MARKS = {"star": "star", "ast": "star", "dagger": "dagger", "prime": "prime", "top": "T"}
SHORT = {"varepsilon": "varepsilon", "varphi": "varphi"}
RESERVED = (
    frozenset(keyword.kwlist)
    | frozenset(keyword.softkwlist)
    | frozenset(dir(builtins))
    | {"np", "math", "torch", "jax", "jnp", "sp", "linalg", "special", "scipy", "numpy"}
)

_TOKEN = re.compile(r"\\([A-Za-z]+)|\\.|([A-Za-z0-9]+)|(.)", re.DOTALL)


def python_name(latex: str, taken: Iterable[str] = ()) -> str:
    """The identifier for a LaTeX name; keywords, builtins and ``taken`` names get an underscore or a number."""
    words = _words(latex[:200])
    name = "_".join(w for w in words if w) or "x"
    if name[0].isdigit():
        name = "x_" + name
    if name in RESERVED:
        name += "_"
    used, candidate, number = set(taken), name, 2
    while candidate in used:
        candidate, number = f"{name}_{number}" if not name.endswith("_") else f"{name}{number}", number + 1
    return candidate


def unique_names(latex: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Identifiers for several names, all different, in order."""
    used, result = set(taken), []
    for name in latex:
        result.append(python_name(name, used))
        used.add(result[-1])
    return result


def _words(latex: str) -> list[str]:
    """The words of a name. An accent goes behind the letter it stands on; underscores and braces only separate."""
    words: list[str] = []
    pending: list[str] = []  # accents that wait for their letter
    for match in _TOKEN.finditer(latex):
        command, plain, other = match.group(1), match.group(2), match.group(3)
        if command:
            if command in ACCENTS:
                pending.append(ACCENTS[command])
                continue
            if command in STYLES:
                continue
            words.append(MARKS.get(command, command))
        elif plain:
            words.append(plain)
        elif other == "'":
            words.append("prime")
            continue
        elif other == "*":
            words.append("star")
            continue
        else:
            continue
        words.extend(pending)
        pending = []
    return words + pending
