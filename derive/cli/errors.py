"""What went wrong, as a sentence to the person at the terminal.  Imports click only."""

import os
import traceback
from typing import Any

import click

OK, FOUND, USAGE = 0, 1, 2  # exit codes: nothing refuted; something refuted or not proved; unusable input or options


class InputError(click.ClickException):
    """Input that a command cannot use; the message says what was read, what was expected, and what to do."""

    exit_code = USAGE


def explain(error: Exception) -> str:
    """The sentence for `error`: what was read, what was expected, where to look."""
    if os.environ.get("DERIVE_TRACEBACK"):
        traceback.print_exception(error)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    if isinstance(error, click.UsageError):
        path = error.ctx.command_path if error.ctx else "derive"
        return f"{path}: {error.format_message()}\n'{path} --help' lists what it takes."
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, ImportError):
        return _missing(error)
    if isinstance(error, RecursionError):
        return "derive: the input is nested too deeply to be read."
    if isinstance(error, MemoryError):
        return "derive: the input needs more memory than there is."
    if isinstance(error, TimeoutError):
        return f"derive: stopped at the time limit. {error}".rstrip()
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'derive'}: {error.strerror}."
    if isinstance(error, UnicodeDecodeError):
        return f"derive: the input is not UTF-8 text: byte {error.start + 1} cannot be decoded."
    if getattr(error, "term", None) is not None and hasattr(error, "sentence"):
        return _compile_error(error)
    if _addressed_to_the_user(error):
        return error.caret() if hasattr(error, "caret") else str(error)
    return (
        f"derive: internal error, please report it with your input: {type(error).__name__}: {error}\n"
        "With DERIVE_TRACEBACK=1 in the environment the place is printed too."
    )


def unknown_id(name: str, nearest: list[str]) -> InputError:
    """No equation is called `name`; `nearest` are the names it may have been meant for."""
    hint = f"did you mean {' or '.join(nearest)}?" if nearest else "'derive list' shows them all."
    return InputError(f"there is no equation {name!r}; {hint}")


def _addressed_to_the_user(error: Exception) -> bool:
    """The errors that derive defines are about the input; a contradiction in derive itself is a RuntimeError."""
    own = type(error).__module__.partition(".")[0] == "derive"
    return own and not isinstance(error, RuntimeError | AssertionError)


def _compile_error(error: Any) -> str:
    """The part of a formula that has no code, in LaTeX."""
    from derive.render.latex import latex

    part = latex(error.term)
    return str(error.sentence(part if len(part) <= 120 else part[:117] + "...", error.reason, error.instead))


def _missing(error: ImportError) -> str:
    package = (error.name or "").partition(".")[0]
    if package in ("derive", "equations"):
        return f"derive: this version cannot do that yet ({error.name} is incomplete)."
    extra = {"torch": "torch", "jax": "jax", "jaxlib": "jax", "latex2sympy2_extended": "crosscheck"}.get(package)
    if extra:
        return f"derive: this needs the package {package}: pip install 'derive-ml[{extra}]'."
    return f"derive: the installation is incomplete ({error.msg}); 'pip install derive-ml' installs what is missing."
