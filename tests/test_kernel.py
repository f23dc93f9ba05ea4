"""The kernel: a theorem comes from its rules alone, and each rule refuses what it must refuse."""

from __future__ import annotations

import copy
import pickle
import re
from pathlib import Path

import pytest

from derive import kernel
from derive.kernel import (
    KernelError,
    Theorem,
    assume,
    axiom,
    by_normal_form,
    congruence,
    definition,
    induction,
    instantiate,
    refl,
    sym,
    trans,
)
from derive.terms import (
    POSITIVE,
    ZERO,
    Arr,
    Derivative,
    Domain,
    Entry,
    Expectation,
    Fn,
    FunctionSymbol,
    Guard,
    Hypothesis,
    Index,
    Integral,
    IntValue,
    Prod,
    Relation,
    Size,
    Sum,
    Symbol,
    affine,
    delta,
    exp,
    log,
    sqrt,
    term,
)

n, m = Size("n"), Size("m")
i, j, k = Index("i", 1, n), Index("j", 1, n), Index("k", 1, n)
x, p = Symbol("x"), Symbol("p", domain=POSITIVE)
X, P = term(x), term(p)
v, w = Symbol("v", (n,)), Symbol("w", (n,))
A = Symbol("A", (n, n))
HOLE = Symbol("hole")
R, T = Symbol("R", kind="random"), Symbol("T", kind="random")


def says(t: Theorem) -> tuple[str, object, object]:
    return t.conclusion.op, t.conclusion.lhs, t.conclusion.rhs


def square() -> Theorem:
    return by_normal_form((X + 1) ** 2, X**2 + 2 * X + 1)


# ---- a theorem cannot be made outside the kernel
def test_the_constructor_makes_no_theorem():
    with pytest.raises(KernelError):
        Theorem((), Relation("=", ZERO, term(1)), (), None)
    with pytest.raises(KernelError):
        Theorem((), Relation("=", ZERO, term(1)), (), None, object())


def test_theorem_has_no_subclasses():
    with pytest.raises(KernelError):
        type("Mine", (Theorem,), {})


def test_an_empty_object_of_the_class_is_no_theorem_to_the_rules():
    forged = object.__new__(Theorem)
    for name, value in (
        ("hypotheses", ()),
        ("conclusion", Relation("=", ZERO, term(1))),
        ("conditions", ()),
        ("proof", None),
    ):
        object.__setattr__(forged, name, value)
    for use in (
        lambda: sym(forged),
        lambda: trans(forged, refl(term(1))),
        lambda: trans(refl(ZERO), forged),
        lambda: congruence(forged, Entry(HOLE, ()), HOLE),
        lambda: instantiate(forged, {}, {}),
        lambda: induction(n, forged, forged),
    ):
        with pytest.raises(KernelError):
            use()


def test_a_theorem_cannot_be_changed():
    t = square()
    for name in ("conclusion", "conditions", "hypotheses", "proof", "other"):
        with pytest.raises(KernelError):
            setattr(t, name, None)
        with pytest.raises(KernelError):
            delattr(t, name)


def test_a_copy_is_the_theorem_itself_and_pickling_is_refused():
    t = square()
    assert copy.copy(t) is t
    assert copy.deepcopy(t) is t
    with pytest.raises(KernelError):
        pickle.dumps(t)


def test_something_else_is_no_theorem():
    with pytest.raises(KernelError):
        sym(Relation("=", ZERO, ZERO))


# ---- equality
def test_sym_turns_equalities_only():
    t = square()
    assert says(sym(t)) == ("=", t.conclusion.rhs, t.conclusion.lhs)
    less = assume(Hypothesis(Relation("<", ZERO, X)))
    with pytest.raises(KernelError):
        sym(less)


def test_trans_needs_the_same_middle():
    with pytest.raises(KernelError):
        trans(refl(X), refl(P))


def test_trans_unites_hypotheses_and_conditions():
    a = by_normal_form(X / X, term(1))
    b = assume(Hypothesis(Relation("=", term(1), P)))
    t = trans(a, b)
    assert says(t) == ("=", X / X, P)
    assert t.hypotheses == b.hypotheses
    assert t.conditions == a.conditions


def test_trans_sees_that_two_free_indices_of_one_name_have_different_ranges():
    other = Index("i", 1, m)
    u = Symbol("u", (n + m,))
    with pytest.raises(KernelError):
        trans(refl(u[i]), refl(u[other]))
    with pytest.raises(KernelError):
        trans(refl(term(Size("n"))), refl(term(Size("n", 2))))


def test_trans_of_an_inequality_and_a_strict_one_is_strict():
    a = assume(Hypothesis(Relation("<=", X, P)))
    b = assume(Hypothesis(Relation("<", P, term(2))))
    assert says(trans(a, b)) == ("<", X, term(2))
    with pytest.raises(KernelError):
        trans(assume(Hypothesis(Relation("!=", X, P))), assume(Hypothesis(Relation("!=", P, X))))


# ---- the oracle
def test_the_oracle_refuses_what_the_normal_form_does_not_show():
    with pytest.raises(KernelError):
        by_normal_form(X, P)
    with pytest.raises(KernelError):
        by_normal_form((X**2) ** 0 * Fn("abs", X), X)


def test_the_oracle_records_what_definedness_gives():
    t = by_normal_form(exp(log(X)), X)
    assert [(c.kind, c.subject) for c in t.conditions] == [("positive", X)]


# ---- congruence
def test_congruence_goes_under_sums_with_arrays():
    t = by_normal_form(Arr(((i,),), (v[i] + 1) ** 2), Arr(((i,),), v[i] ** 2 + 2 * v[i] + 1))
    hole = Symbol("g", (n,))
    r = congruence(t, Sum(k, hole[k] * w[k]), hole)
    assert says(r)[1:] == (Sum(k, (v[k] + 1) ** 2 * w[k]), Sum(k, (v[k] ** 2 + 2 * v[k] + 1) * w[k]))


def test_congruence_does_not_let_a_sum_capture_a_free_index():
    t = by_normal_form(v[i] + v[i], 2 * v[i])
    r = congruence(t, Sum(i, Entry(HOLE, ()) * w[i]), HOLE)
    body = r.conclusion.lhs
    assert i not in (body.index,)  # renamed: the i of v stays free
    assert by_normal_form(r.conclusion.lhs, 2 * v[i] * Sum(k, w[k])).hypotheses == ()


def test_congruence_under_a_derivative_refuses_an_equation_about_its_variable():
    t = assume(Hypothesis(Relation("=", Sum(k, v[k]), term(1))))
    with pytest.raises(KernelError):
        congruence(t, Derivative(Entry(HOLE, ()) * X, v, (i,)), HOLE)


def test_congruence_under_a_derivative_takes_an_open_condition_and_no_closed_one():
    open_one = by_normal_form(Fn("abs", X), X, [Hypothesis(Relation("<", ZERO, X))])
    assert congruence(open_one, Derivative(Entry(HOLE, ()), x), HOLE).hypotheses
    closed = by_normal_form(Fn("abs", X), X, [Hypothesis(Relation("<=", ZERO, X))])
    with pytest.raises(KernelError):
        congruence(closed, Derivative(Entry(HOLE, ()), x), HOLE)


def test_two_closed_conditions_do_not_differentiate_to_one_equals_zero():
    at_zero = [Hypothesis(Relation("<=", ZERO, X)), Hypothesis(Relation("<=", X, ZERO))]
    try:
        t = by_normal_form(X, ZERO, at_zero)
    except KernelError:
        return
    with pytest.raises(KernelError):
        congruence(t, Derivative(Entry(HOLE, ()), x), HOLE)


def test_a_condition_that_is_not_strict_becomes_strict_under_a_derivative():
    t = by_normal_form(sqrt(X) ** 2, X)
    assert [c.kind for c in t.conditions] == ["nonnegative"]
    r = congruence(t, Derivative(Entry(HOLE, ()), x), HOLE)
    assert "positive" in {c.kind for c in r.conditions}


def test_congruence_under_an_expectation_refuses_a_hypothesis_about_the_outcome():
    t = assume(Hypothesis(Relation("=", term(R), term(3))))
    with pytest.raises(KernelError):
        congruence(t, Expectation(Entry(HOLE, ())), HOLE)


def test_congruence_adds_what_the_new_sides_need():
    t = by_normal_form(X + X, 2 * X)
    r = congruence(t, log(Entry(HOLE, ())), HOLE)
    assert {c.kind for c in r.conditions} == {"positive"}


def test_congruence_needs_an_equality():
    with pytest.raises(KernelError):
        congruence(assume(Hypothesis(Relation("<", X, P))), Entry(HOLE, ()), HOLE)


# ---- instances
def test_an_instance_stays_in_the_range_of_its_index():
    t = by_normal_form(v[i] + v[i], 2 * v[i])
    assert says(instantiate(t, {i: 1}))[2] == 2 * v[1]
    for wrong in (0, n + 1, 2):
        with pytest.raises(KernelError):
            instantiate(t, {i: wrong})


def test_an_instance_of_several_indices_is_checked_in_the_new_ranges():
    inner = Index("l", 1, i)
    t = by_normal_form(Guard(">=", i - inner), term(1))
    with pytest.raises(KernelError):
        instantiate(t, {inner: affine(i), i: 1})  # would say [1 >= i] = 1
    with pytest.raises(KernelError):
        instantiate(t, {i: 1})  # l would stay free in 1..i
    assert says(instantiate(t, {i: affine(n), inner: 1}))[1] == Guard(">=", n - 1)


def test_an_instance_does_not_weaken_a_hypothesis_for_all_indices():
    h = Hypothesis(Relation("=", v[i], term(1)), (i,))
    t = by_normal_form(Sum(k, v[k]), IntValue(n), [h])
    with pytest.raises(KernelError):
        instantiate(t, {i: 1})  # v_1 = 1 |- sum v = n


def test_an_instance_is_not_captured_by_what_a_hypothesis_quantifies():
    h = Hypothesis(Relation("<=", v[i], v[j]), (j,))
    t = assume(h)
    with pytest.raises(KernelError):
        instantiate(t, {i: affine(j)})  # for all j: v_j <= v_j


def test_an_instance_of_a_size_needs_that_nothing_else_hangs_on_it():
    q = Symbol("Q", (n, n), properties=frozenset({"orthogonal"}))
    t = by_normal_form(Sum(k, q[k, i] * q[k, j]), delta(i, j))
    with pytest.raises(KernelError):
        instantiate(t, {n: 2})
    f = FunctionSymbol("f")
    g = Hypothesis(Relation("=", f(IntValue(i)), ZERO), (i,))
    t = by_normal_form(Sum(k, f(IntValue(k))), ZERO, [g])
    with pytest.raises(KernelError):
        instantiate(t, {n: affine(m)})  # the hypothesis would stay about 1..n
    t = by_normal_form(Sum(k, IntValue(k)) * 0 + IntValue(n) + 1, 1 + IntValue(n))
    assert says(instantiate(t, {n: 3}))[2] == term(4)


def test_an_instance_respects_domains_properties_and_shapes():
    t = by_normal_form(Fn("abs", P), P)
    with pytest.raises(KernelError):
        instantiate(t, {}, {p: X})
    assert says(instantiate(t, {}, {p: X**2 + 1}))[2] == X**2 + 1
    s = Symbol("S", (n, n), properties=frozenset({"symmetric"}))
    with pytest.raises(KernelError):
        instantiate(by_normal_form(s[i, j], s[j, i]), {}, {s: Arr.of(A)})
    bit = Symbol("y", domain=Domain(values=(0, 1)))
    with pytest.raises(KernelError):
        instantiate(by_normal_form(term(bit) ** 2, term(bit)), {}, {bit: X})
    with pytest.raises(KernelError):
        instantiate(by_normal_form(v[i] + v[i], 2 * v[i]), {}, {v: Arr.of(Symbol("u", (m,)))})


def test_an_instance_is_not_captured_by_an_expectation():
    t = by_normal_form(Expectation(X * term(T)), X * Expectation(term(T)))
    with pytest.raises(KernelError):
        instantiate(t, {}, {x: term(R)})  # E[R T] = R E[T]
    t = by_normal_form(Expectation(term(R) * term(T), (T,)), term(T) * Expectation(term(R), (T,)))
    with pytest.raises(KernelError):
        instantiate(t, {}, {T: term(T) + 1})


def test_an_instance_is_not_captured_by_an_integral():
    t = by_normal_form(
        Integral(Symbol("s"), 0, 1, X * term(Symbol("s"))), X * Integral(Symbol("s"), 0, 1, term(Symbol("s")))
    )
    r = instantiate(t, {}, {x: term(Symbol("s"))})
    bound = r.conclusion.lhs.symbol
    assert bound is not Symbol("s")


def test_an_instance_of_a_derivative_is_taken_after_differentiating():
    t = by_normal_form(Derivative(X**2, x), 2 * X)
    r = instantiate(t, {}, {x: term(3)})
    assert by_normal_form(r.conclusion.lhs, term(6)).conclusion.op == "="


# ---- definitions
def test_a_definition_is_carried_as_a_hypothesis():
    t = definition(x, P + 1)
    assert t.hypotheses[0].relation == Relation("=", X, P + 1)


def test_a_symbol_does_not_occur_in_its_own_definition():
    with pytest.raises(KernelError):
        definition(x, X + 1)


def test_a_definition_has_the_shape_of_its_symbol():
    with pytest.raises((KernelError, ValueError)):
        definition(v, Arr.of(Symbol("u", (m,))))


# ---- induction
def gauss() -> tuple[object, object]:
    return Sum(Index("k", 1, n), IntValue(Index("k", 1, n))), IntValue(n) * (IntValue(n) + 1) / 2


def test_induction_proves_the_sum_of_the_first_numbers():
    lhs, rhs = gauss()
    base = by_normal_form(*(instantiate(refl(s), {n: 1}).conclusion.lhs for s in (lhs, rhs)))
    h = Hypothesis(Relation("=", lhs, rhs))
    up = [instantiate(refl(s), {n: n + 1}).conclusion.lhs for s in (lhs, rhs)]
    step = by_normal_form(*up, [h])
    t = induction(n, base, step)
    assert says(t) == ("=", lhs, rhs)
    assert t.hypotheses == ()


def test_induction_refuses_a_wrong_base():
    lhs, rhs = gauss()
    h = Hypothesis(Relation("=", lhs, rhs))
    step = by_normal_form(*(instantiate(refl(s), {n: n + 1}).conclusion.lhs for s in (lhs, rhs)), [h])
    with pytest.raises(KernelError):
        induction(n, by_normal_form(term(2), term(2)), step)
    with pytest.raises(KernelError):
        induction(n, by_normal_form(*(instantiate(refl(s), {n: 2}).conclusion.lhs for s in (lhs, rhs))), step)


def test_induction_refuses_a_step_that_does_not_reach_n_plus_one():
    lhs, rhs = gauss()
    base = by_normal_form(*(instantiate(refl(s), {n: 1}).conclusion.lhs for s in (lhs, rhs)))
    with pytest.raises(KernelError):
        induction(n, base, assume(Hypothesis(Relation("=", lhs, rhs))))  # P(n) |- P(n)


def test_induction_refuses_another_hypothesis_about_n():
    f = FunctionSymbol("f")
    goal = Hypothesis(Relation("=", f(IntValue(n)), ZERO))
    other = Hypothesis(Relation("=", f(IntValue(n) + 1), f(IntValue(n))))
    step = trans(assume(other), assume(goal))
    base = assume(Hypothesis(Relation("=", f(term(1)), ZERO)))
    with pytest.raises(KernelError):
        induction(n, base, step)


def test_induction_refuses_a_free_index_whose_range_grows_with_n():
    claim = Guard("==", i - n) * Guard(">=", affine(n) - 2)  # false at i = n = 2
    up = Guard("==", i - n - 1) * Guard(">=", affine(n) - 1)
    step = by_normal_form(up, ZERO, [Hypothesis(Relation("=", claim, ZERO))])
    base = by_normal_form(Guard("==", i - 1) * Guard(">=", affine(-1)), ZERO)
    with pytest.raises(KernelError):
        induction(n, base, step)


def test_induction_refuses_a_condition_of_the_step_about_n():
    f = Prod(Index("k", 1, affine(n) - 1), IntValue(Index("k", 1, affine(n) - 1)) - 3)
    claim = Relation("=", f / f, term(1))
    up = Prod(Index("k", 1, n), IntValue(Index("k", 1, n)) - 3)
    step = by_normal_form(up / up, term(1), [Hypothesis(claim)])
    base = by_normal_form(Prod(Index("k", 1, 0), IntValue(Index("k", 1, 0)) - 3) ** 0, term(1))
    with pytest.raises(KernelError):
        induction(n, base, step)


# ---- the audit
def test_only_the_rules_call_axiom(repository: Path):
    callers = {
        path.relative_to(repository).as_posix()
        for path in (repository / "derive").rglob("*.py")
        if re.search(r"\baxiom\(|import .*\baxiom\b", path.read_text(encoding="utf-8")) and path.name != "kernel.py"
    }
    assert all(c.startswith("derive/rules/") for c in callers), callers


def test_only_the_kernel_makes_theorems(repository: Path):
    for path in (repository / "derive").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name != "kernel.py":
            assert not re.search(r"\b_make\b.*kernel|kernel\._|\bTheorem\(", text), path


def test_a_proof_lists_its_premises_before_its_conclusion():
    t = trans(square(), sym(square()))
    steps = list(t.steps())
    assert steps[-1] is t
    assert all(steps.index(q) < steps.index(s) for s in steps for q in s.proof.premises)


def test_an_axiom_says_where_it_comes_from():
    t = axiom("cited", Relation("=", X, X), [], "a book")
    assert (t.proof.kind, t.proof.note) == ("axiom", "a book")
    assert kernel.Theorem is Theorem
