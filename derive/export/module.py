"""Whole modules of exported code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from derive.export.c import c_text
from derive.export.errors import CompileError
from derive.export.jax import JaxSource
from derive.export.names import python_name
from derive.export.numpy import NumpySource
from derive.export.source import Function, PythonSource, clean
from derive.export.torch import TorchSource

HEADERS = {"numpy": "import numpy as np", "torch": "import torch", "jax": "import jax\nimport jax.numpy as jnp"}
# Functions that stand in front of a module's own where they are needed. Their names begin with an underscore, which no
# name from a formula does.
HELPERS = {
    ("numpy", "squares"): '''def _squares(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Sum of squares along an axis."""
    if x.ndim == 1:
        return np.dot(x, x)
    with np.errstate(over="ignore", under="ignore"):
        if axis == -1:
            return np.vecdot(x, x)
        moved = np.moveaxis(x, axis, 0)
        return np.einsum("a...,a...->...", moved, moved)
''',
    ("numpy", "length"): '''def _length(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Euclidean length along an axis; the largest entry is taken out where squares might over- or underflow."""
    square = _squares(x, axis)
    if 1e-30 < square < 1e30 if square.ndim == 0 else ((square > 1e-30) & (square < 1e30)).all():
        return np.sqrt(square)
    top = np.abs(x).max(axis=axis, keepdims=True)
    scaled = x / np.where(top > 0, top, 1)
    return top.squeeze(axis) * np.sqrt(_squares(scaled, axis))
''',
    ("numpy", "deviation"): '''def _deviation(x: np.ndarray, n: float, rest: float = 0.0, axis: int = -1) -> np.ndarray:
    """Root of the sum of squares along an axis over n, plus rest, also where squares would over- or underflow."""
    square = _squares(x, axis) / n + rest
    if 1e-30 < square < 1e30 if square.ndim == 0 else ((square > 1e-30) & (square < 1e30)).all():
        return np.sqrt(square)
    return np.hypot(_length(x, axis) / math.sqrt(n), np.sqrt(rest))
''',
    ("numpy", "cosine"): '''def _cosine(x: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
    """Cosine of the angle between two arrays along an axis, also where products of entries over- or underflow.

    It is not a number (nan) where one of them is 0.
    """
    a, b = np.vecdot(x, x, axis=axis), np.vecdot(y, y, axis=axis)
    if a.ndim == 0:
        usual = 1e-30 < a < 1e30 and 1e-30 < b < 1e30
    else:
        usual = ((a > 1e-30) & (a < 1e30) & (b > 1e-30) & (b < 1e30)).all()
    if usual:
        return np.vecdot(x, y, axis=axis) / np.sqrt(a * b)
    x = x / np.expand_dims(_length(x, axis), axis)
    y = y / np.expand_dims(_length(y, axis), axis)
    return np.vecdot(x, y, axis=axis)
''',
    ("numpy", "others"): '''def _sum_of_others(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Sum along an axis of all entries but the own one: those before and those behind, so that a large entry hides no others."""
    x = np.moveaxis(x, axis, 0)
    others = np.zeros_like(x)
    np.cumsum(x[:-1], axis=0, out=others[1:])
    others[:-1] += np.cumsum(x[:0:-1], axis=0)[::-1]
    return np.moveaxis(others, 0, axis)
''',
    ("torch", "others"): '''def _sum_of_others(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    """Sum along an axis of all entries but the own one, by halves: no difference in which a large entry hides the others."""
    x = torch.moveaxis(x, axis, 0)
    half = len(x) // 2
    if half == 0:
        return torch.zeros_like(x)
    a, b = x[:half], x[half : 2 * half]
    rest = _sum_of_others(torch.cat((a + b, x[2 * half :])), 0)
    return torch.moveaxis(torch.cat((rest[:half] + b, rest[:half] + a, rest[half:])), 0, axis)
''',
    ("jax", "others"): '''def _sum_of_others(x: jax.Array, axis: int = -1) -> jax.Array:
    """Sum along an axis of all entries but the own one, by halves: no difference in which a large entry hides the others."""
    x = jnp.moveaxis(x, axis, 0)
    half = len(x) // 2
    if half == 0:
        return jnp.zeros_like(x)
    a, b = x[:half], x[half : 2 * half]
    rest = _sum_of_others(jnp.concatenate((a + b, x[2 * half :])), 0)
    return jnp.moveaxis(jnp.concatenate((rest[:half] + b, rest[:half] + a, rest[half:])), 0, axis)
''',
    ("torch", "length"): '''def _length(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    """Euclidean length along an axis; the largest entry is taken out, so that no square over- or underflows."""
    top = x.detach().abs().amax(dim=axis, keepdim=True)
    top = torch.where(top > 0, top, 1)
    return top.squeeze(axis) * torch.linalg.vector_norm(x / top, dim=axis)
''',
    ("jax", "length"): '''def _length(x: jax.Array, axis: int = -1) -> jax.Array:
    """Euclidean length along an axis; the largest entry is taken out, so that no square over- or underflows."""
    top = jax.lax.stop_gradient(jnp.abs(x).max(axis=axis, keepdims=True))
    top = jnp.where(top > 0, top, 1)
    return top.squeeze(axis) * jnp.linalg.norm(x / top, axis=axis)
''',
}
SOURCES: dict[str, type[PythonSource]] = {"numpy": NumpySource, "torch": TorchSource, "jax": JaxSource}


def compile_module(
    functions: Sequence[Function], target: str = "numpy", summary: str = "", examples: bool = True
) -> str:
    """The text of a module with the functions, in order; with ``examples`` every docstring holds one that runs.

    A function that takes and does the same as one before is written as another name of that one.
    For the target c it is one translation unit; `derive.export.c.c_files` gives a header and a test program too.
    Raises CompileError when a function has a part without code, or two functions have one name.
    """
    if target not in (*SOURCES, "c"):
        raise CompileError(f"for {target}", f"the targets are {', '.join(SOURCES)} and c")
    names = [python_name(f.name) for f in functions]
    if len(set(names)) < len(names):
        raise CompileError(", ".join(names), "two functions have the same name")
    if target == "c":
        return c_text(functions, summary)
    sources = [SOURCES[target](f, examples) for f in functions]
    first: dict[Any, str] = {}
    bodies = []
    for source, name in zip(sources, names, strict=True):
        same = first.setdefault(source.meaning, name)
        bodies.append(source.source() if same is name else alias(source.function, name, same))
    helpers = [HELPERS[target, h] for h in sorted({h for s in sources for h in s.helpers})]
    modules = sorted({m for s in sources for m in s.modules})
    plain = [m for m in modules if m.startswith("import ")]
    others = _merged([m for m in modules if not m.startswith("import ")])
    text = clean(summary or "Exported by derive.").replace('"""', "'''").rstrip('\\"')
    needs = requirements([*bodies, *helpers], target)
    text += f"\n\n{needs}" if needs else ""
    quoted = f'r"""{text}\n"""' if "\n" in text else f'r"""{text}"""'
    head = f"{quoted}\n\n" + "".join(m + "\n" for m in plain) + ("\n" if plain else "")
    header = HEADERS[target]
    if target == "jax" and not any("jnp." in _code(text) for text in (*bodies, *helpers)):
        header = "import jax"
    head += header + "\n" + "".join(m + "\n" for m in others)
    return head + "\n\n" + "\n\n".join([*helpers, *bodies])


def _code(function: str) -> str:
    """A function without its docstring."""
    parts = function.split('"""')
    return parts[0] + "".join(parts[2:])


def _merged(imports: Sequence[str]) -> list[str]:
    """``from a import b`` and ``from a import c`` as one line."""
    names: dict[str, list[str]] = {}
    for line in imports:
        module, _, name = line.removeprefix("from ").partition(" import ")
        names.setdefault(module, []).extend(name.split(", "))
    return [f"from {module} import {', '.join(sorted(set(found)))}" for module, found in sorted(names.items())]


def alias(function: Function, name: str, same: str) -> str:
    """A second name for a function, with its formula."""
    text = " ".join(clean(f"{function.summary}  {function.formula}").split())
    return f"{name} = {same}" + (f"  # {text}" if text else "") + "\n"


def requirements(bodies: Sequence[str], target: str) -> str:
    """What the code asks for beyond the ordinary."""
    if target == "numpy" and any("np.vecdot" in b for b in bodies):
        return "Needs NumPy 2.0 or newer (vecdot)."
    return ""


def compile_callable(function: Function, target: str = "numpy") -> Callable[..., Any]:
    """The live function. The text that is run was printed by `compile_module`: its names are identifiers of our own."""
    namespace: dict[str, Any] = {}
    code = compile_module([function], target, examples=False)
    exec(compile(code, f"<derive export {python_name(function.name)}>", "exec"), namespace)  # noqa: S102  our own printed program
    found: Callable[..., Any] = namespace[python_name(function.name)]
    return found
