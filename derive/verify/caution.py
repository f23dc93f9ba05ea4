"""When a verdict must not be believed: it rests on a name whose meaning the reader had to guess.  Imports parse and terms.

No false alarms: what is refuted must rest on declared symbols, or on inferred ones that stand for independent variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from derive.parse import syntax as s
from derive.parse.distributions import is_understood
from derive.parse.elaborate_arithmetic import BY_ENTRIES
from derive.parse.names import split_scripts, symbol_key
from derive.parse.products import is_uncertain
from derive.parse.rows import Step
from derive.parse.scope import Scope, swap
from derive.parse.steps import ElaboratedStep, are_laws
from derive.terms import REAL, Domain, Expectation, Relation, Symbol, children, free_symbols, unfold
from derive.verify.judging import Outcome, differentiates

_SCRIPT = re.compile(r"(?:_|\^)(\{(?:[^{}]|\{[^{}]*\})*\}|\\[a-zA-Z]+|.)")
_BROKEN = re.compile(r"\\right\s*\.|\\left\s*\.(?!.*\\right\s*\\?[|v])", re.DOTALL)
_CAPITAL = re.compile(r"(?<![a-zA-Z\\])[A-Z](?![a-z])|\\[A-Z][a-z]+")
_ONE_CAPITAL = re.compile(r"(?:[A-Z]|\\[A-Z][a-z]+)(?:_.|_\{[^{}]*\})?")
_APPLIED = re.compile(r"^\\?[a-zA-Z]+(?:\{[a-zA-Z]+\})?\(.*\)(?: of .*)?$", re.DOTALL)
_LETTER = re.compile(r"\\[a-zA-Z]+|[a-zA-Z]+")


def index_letters(step: Step, e: ElaboratedStep) -> frozenset[str]:
    """The names that run over a range in a step: bound by a sum or product, or free indices."""
    found = {i.name for i in e.indices}
    for side in (step.lhs.node, step.rhs.node):
        for part in s.walk(side) if side is not None else ():
            if isinstance(part, s.BigOperator):
                found |= s.bound_names(part)
    return frozenset(found)


def names_with_an_index(names: Iterable[str], letters: frozenset[str]) -> list[str]:
    """The names that carry an index in a script although they were not read as entries of an array.

    >>> names_with_an_index(["y_j", "x_0", "w_{\\\\mathrm{hx}}"], frozenset("jx"))
    ['y_j']
    """
    found = []
    for name in sorted(names):
        for script in _SCRIPT.findall(name):
            if letters & set(_LETTER.findall(script)):
                found.append(name)
                break
    return found


def stands_for_a_side(step: Step, names: Iterable[str]) -> str:
    """A guessed name that only one side has, as a factor, power or function of it: the step may only say what it is.

    `\\hat{\\sigma}^2 = \\frac{1}{n} \\sum_i (y_i - \\bar y)^2` says what `\\hat{\\sigma}` is.
    """
    left, right = step.lhs.node, step.rhs.node
    if left is None or right is None:
        return ""
    wanted = set(names)
    for one, other in ((left, right), (right, left)):
        found = [k for k in _factor_keys(one) if k in wanted and k not in _keys(other)]
        if found:
            return found[0]
    return ""


def _keys(node: s.Node) -> set[str]:
    return {k for p in s.walk(node) if (k := symbol_key(p)) is not None}


def _factor_keys(node: s.Node) -> list[str]:
    """The names that are factors of a side, or powers or arguments of functions in one."""
    node = s.strip_group(node)
    key = symbol_key(node)
    if key is not None:
        base, _ = split_scripts(node)
        return [key, base.key] if isinstance(base, s.Name) else [key]
    if isinstance(node, s.Superscript):
        return _factor_keys(node.base)
    if isinstance(node, s.Product):
        return [k for f in node.factors for k in _factor_keys(f)]
    if isinstance(node, s.Fraction):
        return [*_factor_keys(node.numerator), *_factor_keys(node.denominator)]
    if isinstance(node, s.Call):
        return _factor_keys(node.argument)
    if isinstance(node, s.Add) and len(node.terms) == 1:
        return _factor_keys(node.terms[0])
    return []


def rests_on(outcome: Outcome, e: ElaboratedStep, scope: Scope) -> list[str]:
    """The guessed names behind a step: its own, those of its witness, and those its definitions mention."""
    values = (outcome.counterexample or {}).get("values", {})
    names = set(e.uses) | set(values)
    symbols = {scope.symbols[k] for k in names if k in scope.symbols}
    for _ in range(6):
        more = {x for d in symbols if d in scope.definitions for x in free_symbols(scope.definitions[d])} - symbols
        if not more:
            break
        symbols |= more
    names |= {x.name for x in symbols}
    return sorted(k for k in names if k in scope.inferred)


def restriction_behind(outcome: Outcome, e: ElaboratedStep, scope: Scope) -> str:
    """Why a witness may not be allowed: a word beside one of its names asks something that is not understood."""
    found = outcome.counterexample or {}
    names = {*e.uses, *found.get("values", {}), *found.get("sizes", {})}
    todo = [scope.symbols[k] for k in names if k in scope.symbols]
    seen: set[Symbol] = set()
    while todo:
        symbol = todo.pop()
        if symbol not in seen:
            seen.add(symbol)
            todo.extend(free_symbols(scope.definitions[symbol]) if symbol in scope.definitions else ())
    names |= {x.name for x in seen}
    for key in sorted(names & set(scope.restricted)):
        word, line = scope.restricted[key]
        return f"it fails, but perhaps not for every {key} that is meant: what '{word}' (line {line}) asks of it is not understood"
    return ""


def applied_numbers(step: Step, guesses: Iterable[str], scope: Scope) -> str:
    """A guessed number that stands before a parenthesis: f(x) for an f that was taken for a factor."""
    wanted = {k for k in guesses if k in scope.symbols}
    for side in (step.lhs.node, step.rhs.node):
        for part in s.walk(side) if side is not None else ():
            if (
                isinstance(part, s.ApplyOrProduct)
                and part.group.body is not None
                and symbol_key(part.group.body) is not None
            ):
                key = symbol_key(part.head)
                if key in wanted:
                    return key or ""
    return ""


def applied_to_several(step: Step, guesses: Iterable[str], scope: Scope) -> str:
    """A guessed number before parentheses with several different names in them: f(x) and f(y) for an f taken for a factor."""
    wanted = {k for k in guesses if k in scope.symbols}
    found: dict[str, set[str]] = {}
    for side in (step.lhs.node, step.rhs.node):
        for part in s.walk(side) if side is not None else ():
            if isinstance(part, s.ApplyOrProduct) and part.group.body is not None:
                key, inside = symbol_key(part.head), symbol_key(part.group.body)
                if key in wanted and inside is not None:
                    found.setdefault(key or "", set()).add(inside)
    return next((key for key, inside in found.items() if len(inside) > 1), "")


def multiplied_capitals(step: Step, guesses: Iterable[str], scope: Scope) -> str:
    """Guessed capitals that are multiplied with each other: were they matrices, their order would matter."""
    wanted = {
        k
        for k in guesses
        if unsure_kind(k, scope) and scope.symbols[k].kind == "variable" and _ONE_CAPITAL.fullmatch(k)
    }
    for side in (step.lhs.node, step.rhs.node):
        for part in s.walk(side) if side is not None and len(wanted) > 1 else ():
            if isinstance(part, s.Product):
                found = sorted({k for f in part.factors for k in _factor_keys(f) if k in wanted})
                if len(found) > 1:
                    return ", ".join(found)
    return ""


def has_an_empty_sum(step: Step, sizes: dict[str, int]) -> bool:
    """Whether a sum of the step from one size to another runs backwards in a witness."""
    for side in (step.lhs.node, step.rhs.node):
        for part in s.walk(side) if side is not None else ():
            if isinstance(part, s.BigOperator) and isinstance(part.lower, s.Relations) and part.upper is not None:
                low, high = (sizes.get(symbol_key(x) or "") for x in (part.lower.rest[0][1], part.upper))
                if low is not None and high is not None and low > high:
                    return True
    return False


def defined_by_itself(key: str, scope: Scope) -> bool:
    """Whether the definitions behind a name lead back to it."""
    start = scope.symbols[key]
    seen: set[Symbol] = set()
    todo = [start]
    while todo:
        value = scope.definitions.get(todo.pop())
        for x in free_symbols(value) if value is not None else ():
            if x is start:
                return True
            if x not in seen:
                seen.add(x)
                todo.append(x)
    return False


def unsure_kind(key: str, scope: Scope) -> bool:
    """A guessed capital that was read as a number: it may be a matrix, a random variable or a set."""
    symbol = scope.symbols.get(key)
    if symbol is None or symbol.shape:
        return False
    plain = key.split("_")[0].split("^")[0]
    while plain.startswith("\\") and plain.endswith("}") and "{" in plain:
        plain = plain[plain.index("{") + 1 : -1]
    return plain[:1].isupper() or (plain.startswith("\\") and plain[1:2].isupper())


def cautious(outcome: Outcome, step: Step, e: ElaboratedStep, unclear: set[str], scope: Scope) -> Outcome:
    """The outcome, or `undecided` with what to declare where it rests on a guess."""
    if outcome.verdict not in ("refuted", "proved"):
        return outcome
    if _BROKEN.search(step.lhs.latex) or _BROKEN.search(step.rhs.latex):
        return _open(outcome, "a bracket goes on over the row (\\left. or \\right.); where it closes is not certain")
    if outcome.verdict == "refuted" and any(has_a_constant_mean(x, scope) for x in (e.lhs, e.rhs)):
        return _open(outcome, "nothing in a mean of this step is declared random; declare what is random")
    if outcome.verdict == "refuted" and are_laws(step.lhs.node, step.rhs.node):
        return _open(outcome, "the parameters of the two laws differ, unless something is supposed of them here")
    blurred = sorted((e.uses | set((outcome.counterexample or {}).get("values", {}))) & unclear)
    if blurred and (outcome.verdict == "refuted" or differentiates(e.lhs) or differentiates(e.rhs)):
        names = ", ".join(blurred)
        return _open(outcome, f"it rests on {names}, whose definition is not understood; declare or define {names}")
    values = (outcome.counterexample or {}).get("values", {})
    circular = [k for k in sorted(e.uses) if k in scope.symbols and defined_by_itself(k, scope)]
    if circular:
        return _open(outcome, f"{circular[0]} is defined by itself in a circle")
    letters = index_letters(step, e)
    guesses = rests_on(outcome, e, scope)
    guessed = names_with_an_index(e.uses | set(values), letters)
    running = frozenset("ijklmnt") - set(scope.sizes)  # the n of n observations counts nothing: \\mu_n is one name
    guessed += names_with_an_index(set(guesses) - e.uses, running)
    if outcome.verdict == "proved":  # p(x_i) is one quantity for each i, whatever it is
        guessed = [k for k in guessed if not _APPLIED.search(k)]
    if guessed:
        names = ", ".join(guessed)
        return _open(outcome, f"{names} is not declared as an entry of an array; declare the array it belongs to")
    if outcome.verdict == "proved":
        factor = applied_to_several(step, guesses, scope)
        if factor:
            return _open(outcome, f"{factor} was read as a factor, not as a function; declare it")
        swapped = multiplied_capitals(step, guesses, scope)
        return _open(outcome, f"it holds if {swapped} are numbers; declare what they are") if swapped else outcome
    limited = restriction_behind(outcome, e, scope)
    if limited:
        return _open(outcome, limited)
    matrix = next((r for r in e.remarks if r.endswith(BY_ENTRIES)), "")
    if matrix:
        return _open(outcome, f"it fails if the {matrix}; say which is meant")
    entries = names_with_an_index(guesses, frozenset("ijklmnt"))  # nothing is refuted with such a name
    if entries:
        names = ", ".join(entries)
        return _open(outcome, f"{names} is not declared as an entry of an array; declare the array it belongs to")
    dependent = [k for k in guesses if not is_plain(k)]
    if dependent:
        return _open(
            outcome,
            f"fails unless {', '.join(dependent)} depends on the others; declare or define {', '.join(dependent)}",
        )
    sizes = (outcome.counterexample or {}).get("sizes", {})
    if any(str(k).startswith("?") for k in sizes):
        return _open(outcome, "it rests on an array whose size nobody declared; declare its shape")
    left, right = step.lhs.node, step.rhs.node
    if any(symbol_key(x) in scope.sizes for x in (left, right) if x is not None) and any(
        isinstance(x, s.Number) for x in (left, right)
    ):
        return _open(outcome, "it may be a condition on a size")
    if guesses and e.relation == "!=":
        return _open(outcome, f"fails for some values of {', '.join(guesses)}; declare them")
    if guesses and is_condition(step, e, scope):
        return _open(outcome, f"it may be a condition on {', '.join(guesses)}, which nobody declared")
    observed = sorted(k for k, v in values.items() if isinstance(v, dict) and "observed" in v and k in guesses)
    if observed:
        names = ", ".join(observed)
        return _open(
            outcome, f"{names} is taken for a random variable from its use; declare what is random and what is constant"
        )
    sides = [_keys(x) & set(guesses) & set(e.uses) for x in (left, right) if x is not None]
    if (
        len(sides) == 2
        and all(sides)
        and not sides[0] & sides[1]
        and not differentiates(e.lhs)
        and not differentiates(e.rhs)
    ):
        return _open(outcome, "it may be a condition: no undeclared name stands on both sides")
    settable = given_by(step, e, scope)
    if settable:
        return _open(outcome, f"it may only say what {settable} is")
    if e.relation in ("<=", "<") and any(k in scope.functions and not scope.functions[k].properties for k in values):
        return _open(outcome, "it may be a property asked of the function")
    if any(
        "\\Sigma" in k
        and k in scope.symbols
        and len(scope.symbols[k].shape) == 2
        and "symmetric" not in scope.symbols[k].properties
        for k in values
    ):
        return _open(outcome, "\\Sigma is not declared symmetric")
    if any(
        isinstance(p, s.Absolute)
        and not isinstance(s.strip_group(p.body), s.Call)  # |\\det X| is a number
        and any(_CAPITAL.search(k) for k in _keys(p))
        for p in (x for side in (step.lhs, step.rhs) if side.node is not None for x in s.walk(side.node))
    ):
        return _open(outcome, "a bar around a capital may be a determinant; declare what it is")
    if any(is_uncertain(x) for side in (step.lhs, step.rhs) if side.node is not None for x in s.walk(side.node)):
        return _open(outcome, "how far a product sign reaches is not certain; put brackets around its factors")
    applied = applied_numbers(step, guesses, scope)
    if applied:
        return _open(outcome, f"{applied} was read as a factor, not as a function; declare it")
    if has_an_empty_sum(step, sizes):
        return _open(outcome, "it fails where the sum is empty only; declare how its ends are ordered")
    unsure = [k for k in guesses if unsure_kind(k, scope)]
    if unsure:
        return _open(outcome, f"it fails if {', '.join(unsure)} is a number; declare what it is")
    bare = stands_for_a_side(
        step, [*guesses, *(k for k, v in values.items() if isinstance(v, dict) and "observed" in v)]
    )
    if bare:
        return _open(outcome, f"fails unless {bare} stands for the other side; declare or define {bare}")
    lawless = [k for k, v in values.items() if isinstance(v, dict) and "outcomes" in v and not law_is_known(k, scope)]
    if lawless:
        return _open(outcome, f"the distribution of {', '.join(lawless)} is not understood")
    return outcome


def has_a_constant_mean(value: object, scope: Scope) -> bool:
    """Whether a mean is taken of what is not random as far as the reader knows: something in it must be."""
    if isinstance(value, Expectation):
        inside = free_symbols(unfold(value.body, scope.definitions))
        if not any(x.kind == "random" for x in inside):
            return True
    return any(has_a_constant_mean(c, scope) for c in children(value))


def is_plain(key: str) -> bool:
    """A letter, or a letter with a number: what the reader may take for an independent variable.

    >>> [is_plain(k) for k in ("a", "x_1", "\\\\sigma", "s_x", "\\\\hat{y}", "x^{\\\\star}")]
    [True, True, True, False, False, False]
    """
    return (
        re.fullmatch(r"(?:[a-zA-Z]|\\[a-zA-Z]+|\\(?:mathbf|vec|boldsymbol)\{\\?[a-zA-Z]+\})(?:_\d|_\{\d+\})?", key)
        is not None
    )


def is_condition(step: Step, e: ElaboratedStep, scope: Scope) -> bool:
    """Whether a step compares guessed names with a number: `\\sum_b p_b = 1`, `\\alpha^2 + \\beta^2 = 1`."""
    if differentiates(e.lhs) or differentiates(e.rhs):
        return False
    for side in (step.lhs.node, step.rhs.node):
        if side is not None and all(k in scope.sizes or k in ("\\pi", "e") for k in s.free_names(side)):
            return True
    return False


def given_by(step: Step, e: ElaboratedStep, scope: Scope) -> str:
    """A declared name without a value that is the left side, or has its entries compared with a number."""
    if e.relation != "=" or step.introduced_by or step.lhs.node is None or step.rhs.node is None:
        return ""
    left = s.strip_group(step.lhs.node)
    base, _ = split_scripts(left)
    known = {x for h in scope.hypotheses for side in (h.relation.lhs, h.relation.rhs) for x in free_symbols(side)}
    free = {
        k
        for k, x in scope.symbols.items()
        if x not in scope.definitions and x.kind == "variable" and x not in known and not x.properties
    }
    if isinstance(base, s.Name) and symbol_key(left) is not None:
        key = symbol_key(left) if symbol_key(left) in scope.symbols else base.key
        return key if key in free and key not in s.free_names(step.rhs.node) else ""
    arrays = {k for k in free if scope.symbols[k].shape}
    if isinstance(step.rhs.node, s.Number) and s.free_names(left) & set(scope.symbols) <= arrays and e.uses:
        return ", ".join(sorted(s.free_names(left) & arrays))
    return ""


def law_is_known(key: str, scope: Scope) -> bool:
    """Whether a random symbol may have any law, or one that the reader turned into moments."""
    symbol = scope.symbols.get(key)
    if symbol is None:
        return True
    if symbol not in scope.distributions:
        return key not in scope.inferred
    return is_understood(scope.distributions[symbol])


def positive_variants(
    e: ElaboratedStep, scope: Scope, names: Iterable[str], premises: Iterable[Relation]
) -> list[tuple[ElaboratedStep, Scope, list[Relation]]]:
    """The step with every guessed symbol between 0 and 1, and above 1: what fails for signs or edges only is no error.

    Texts leave unsaid that a deviation, a rate or a probability is positive.
    """
    found = []
    below = Domain(lower=Fraction(0), lower_open=True, upper=Fraction(1), upper_open=True)
    for domain in (below, Domain(lower=Fraction(1), lower_open=True)):
        other, lhs, rhs, given = scope.copy(), e.lhs, e.rhs, list(premises)
        for key in names:
            old = other.symbols.get(key)
            if old is None or old.domain != REAL or lhs is None or rhs is None or (old.shape and domain.upper is None):
                continue
            new = Symbol(old.name, old.shape, domain, old.properties, old.kind, old.first)
            other.replace_symbol(old, new)
            lhs, rhs = swap(lhs, old, new), swap(rhs, old, new)
            given = [Relation(r.op, swap(r.lhs, old, new), swap(r.rhs, old, new)) for r in given]
        found.append((replace(e, lhs=lhs, rhs=rhs), other, given))
    return found


def _open(outcome: Outcome, reason: str) -> Outcome:
    return replace(Outcome("undecided", reason=reason), seconds=outcome.seconds)
