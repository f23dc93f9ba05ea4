"""One loop over all equations: every claim is proved at symbolic size, its function agrees with NumPy, changed claims
are refuted.
"""

import inspect
import itertools
import sys
import zlib
from dataclasses import replace

import numpy as np
import pytest

from derive.audit import Disagreement, audit, recheck_statement
from derive.catalogue import UnknownEquation, all_equations, load
from derive.decide.witness import Assumptions, NoSample, find_witness
from derive.derivation.calc import unfolded_hypothesis
from derive.export import Function, compile_callable, compile_module
from derive.kernel import KernelError, Theorem, by_inequality, by_normal_form
from derive.normal_form.decide import align
from derive.normal_form.derivative import evaluate
from derive.terms import (
    Arr,
    Derivative,
    Implies,
    Integral,
    Limit,
    Relation,
    SameOrder,
    Size,
    Sum,
    Symbol,
    Universal,
    alpha_equal,
    children,
    free_indices,
    free_symbols,
    unfold,
)
from tests.function_examples import EXAMPLES, with_function
from tests.mutations import changes, mutations

EQUATIONS = list(all_equations())
CLAIMS = [(e, c) for e in EQUATIONS for c in e.claims]
RELATIONS = [(e, c) for e, c in CLAIMS if isinstance(c.relation, Relation)]
ABOUT_FUNCTIONS = [x for x in RELATIONS if x[1].name in EXAMPLES]
ORDINARY = [x for x in RELATIONS if x not in ABOUT_FUNCTIONS]
STATEMENTS = [(e, c) for e, c in CLAIMS if not isinstance(c.relation, Relation)]
EACH = pytest.mark.parametrize("equation", EQUATIONS, ids=lambda e: e.id)
EACH_CLAIM = pytest.mark.parametrize("equation, claim", CLAIMS, ids=[f"{e.id}-{c.name}" for e, c in CLAIMS])
EXPORTED = pytest.mark.parametrize(
    "equation, claim", [x for x in CLAIMS if x[1].exported], ids=[f"{e.id}-{c.name}" for e, c in CLAIMS if c.exported]
)
MUTATIONS_WANTED, MUTATIONS_TRIED = 10, 24
SIZES = [{}, {"n": 1, "K": 1, "d": 1}, {"n": 7, "K": 5, "d": 3}, {"n": 2, "K": 2, "d": 6}]


# -- proofs -----------------------------------------------------------------------------------------------------------


@EACH_CLAIM
def test_a_claim_is_proved_at_symbolic_size(equation, claim):
    proved = claim.prove()
    assert isinstance(proved.theorem, Theorem)
    conclusion, claimed = proved.theorem.conclusion, claim.unfolded
    if not isinstance(claimed, Relation):
        return  # `prove` compares other statements itself
    assert conclusion.op == claimed.op
    assert alpha_equal(conclusion.lhs, claimed.lhs) and alpha_equal(conclusion.rhs, claimed.rhs)
    assert len(proved.theorem.hypotheses) <= len(claim.hypotheses) + len(claim.independent)


@EACH_CLAIM
def test_every_step_of_a_derivation_connects_to_the_next(equation, claim):
    calc = claim.calculate()
    for before, after in itertools.pairwise(calc.steps):
        assert before.after is after.before
    for step in calc.steps:
        assert step.label("en") and step.label("zh")
        for n, (one, other) in enumerate(itertools.pairwise(step.detail), 1):
            # a chain for a part (the derivative of a named quantity) may stand in between: a later step puts its last line in
            later = step.detail[n:]
            ends, starts = ([s.replacement for s in later], [s.part for s in later])
            assert one.after is other.before or one.after in ends or other.before in starts


@EACH
def test_the_audit_lists_the_axioms_that_the_file_names(equation):
    proved = equation.prove()
    audits = [audit(p.theorem) for p in proved]
    assert {a for one in audits for a in one.axioms} == set(equation.axioms)
    for p, one in zip(proved, audits, strict=True):
        assert one.checked or not isinstance(p.theorem.conclusion, Relation) or p.name in NOT_SAMPLED, p.name
    assert {o for one in audits for o in one.oracles} <= {"normal form", "certificate"}


NOT_SAMPLED = {
    # fisher_information: integrals over the line of random functions are not enclosed; no law with E[T S] = 1 is drawn
    "fisher_information",
    "covariance_of_score",
    "slope_of_a_mean",
    "cramer_rao",
    "attention_scale",  # as the next
    "scale",  # attention: no random vectors with these moments are drawn
    "linear_where",  # affine_map: both sides say b = 0, which random values do not meet
    "real",  # eigenvalues: random values do not meet the hypotheses, which ask that b is 0
    *EXAMPLES,  # random functions do not meet the hypotheses; those of the list do
}


# -- numbers ----------------------------------------------------------------------------------------------------------


def values(claim, sizes, seed=0):
    """Random arguments of the exported function, by name, in the domains of the symbols and inside sum-to-one
    hypotheses.
    """
    rng = np.random.default_rng(zlib.crc32(claim.name.encode()) + seed)
    function = function_of(claim)
    drawn = {}
    for symbol in function.parameters:
        if isinstance(symbol, Size):
            drawn[symbol] = sizes.get(symbol.name, 4)
            continue
        shape = tuple(extent(s, sizes) for s in symbol.shape)
        x = rng.normal(size=shape)
        if symbol.domain.values is not None:
            x = rng.choice([float(v) for v in symbol.domain.values], size=shape)
        elif symbol.domain.positive:
            x = rng.uniform(0.2, 2.0, size=shape)
        elif symbol.domain.nonnegative:
            x = rng.integers(0, 6, size=shape) if symbol.domain.integer else rng.exponential(size=shape)
        if symbol.domain.upper is not None and symbol.domain.lower is not None:
            x = rng.uniform(float(symbol.domain.lower) + 0.05, float(symbol.domain.upper) - 0.05, size=shape)
        if "symmetric" in symbol.properties or "positive_definite" in symbol.properties:
            x = x @ x.T + np.eye(len(x))
        drawn[symbol] = x if shape else float(x)
    return constrained(drawn, claim.hypotheses)


def constrained(drawn, hypotheses):
    """The values with tensors that are to sum to 1 divided by their sum: each row, or what the hypothesis adds up."""
    for h in hypotheses:
        if not isinstance(h.relation.lhs, Sum):
            continue
        mentioned = free_symbols(h.relation.lhs)
        for symbol in [s for s in drawn if isinstance(s, Symbol) and s.shape and s in mentioned]:
            if h.schematic or len(mentioned) > 1:
                sums = drawn[symbol].sum(axis=-1, keepdims=True)
            else:
                sums = compile_callable(Function("total", (symbol,), h.relation.lhs))(drawn[symbol])
            drawn[symbol] = drawn[symbol] / sums
    return drawn


def extent(length, sizes):
    return int(length.constant + sum(c * max(sizes.get(s.name, 4), s.lower) for s, c in length.terms))


def function_of(claim):
    return next(f for f in claim.equation.functions() if f.name == claim.name)


@EXPORTED
@pytest.mark.parametrize("sizes", SIZES, ids=["default", "ones", "large", "small"])
def test_the_function_agrees_with_its_numpy_reference(equation, claim, sizes):
    assert claim.numpy is not None or claim.name in NO_REFERENCE, "it needs an independent NumPy reference"
    if claim.numpy is None:
        return
    arguments = values(claim, sizes)
    if any(
        "full_column_rank" in s.properties and len(x) < len(x.T)
        for s, x in arguments.items()
        if s in free_symbols(claim.value)
    ):
        return
    got = compile_callable(function_of(claim))(*arguments.values())
    want = claim.numpy(*list(arguments.values())[: len(inspect.signature(claim.numpy).parameters)])
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-11)


NO_REFERENCE = {"one_sample"}


@EXPORTED
@pytest.mark.parametrize("sizes", SIZES[:3], ids=["default", "ones", "large"])
def test_a_derivative_agrees_with_finite_differences(equation, claim, sizes):
    lhs = claim.lhs.body if isinstance(claim.lhs, Arr) else claim.lhs
    if not isinstance(lhs, Derivative):
        return
    body = evaluate(unfold(lhs.body, equation.definitions))
    axes = [i for i in _axes(claim) if i in free_indices(body)]
    arguments = values(claim, sizes)
    parameters = tuple(dict.fromkeys((*arguments, *(s for s in equation.symbols if s in free_symbols(body)))))
    rng = np.random.default_rng(3)
    for s in parameters:
        if s not in arguments:
            arguments[s] = rng.normal(size=tuple(extent(a, sizes) for a in s.shape))
            if s.domain.positive:
                arguments[s] = np.abs(arguments[s]) + 0.2
            if not s.shape:
                arguments[s] = float(arguments[s])
    arguments = constrained(arguments, claim.hypotheses)
    inner = compile_callable(Function("inner", parameters, Arr(tuple((i,) for i in axes), body) if axes else body))
    derivative = compile_callable(function_of(claim))
    got = np.asarray(derivative(*(arguments[s] for s in function_of(claim).parameters)))
    x = np.asarray(arguments[lhs.symbol], float)
    step = 1e-6
    for place in itertools.product(*(range(k) for k in x.shape)):
        # code for a symmetric matrix reads one triangle: its entries are moved together with their mirror images
        mirror = place[::-1] if "symmetric" in lhs.symbol.properties and place[0] != place[-1] else None
        up, down = ({**arguments, lhs.symbol: shifted(x, place, sign * step, mirror)} for sign in (1, -1))
        ends = [np.asarray(inner(*(point[s] for s in parameters))) for point in (up, down)]
        slope = (ends[0] - ends[1]) / (2 * step)
        want = got[(..., *place)] if x.shape else got
        want = want if mirror is None else want + got[(..., *mirror)]
        np.testing.assert_allclose(want, slope, rtol=2e-5, atol=2e-7)


def shifted(x, place, by, mirror=None):
    new = x.copy()
    new[place] += by
    if mirror is not None:
        new[mirror] += by
    return new if x.shape else float(new)


def _axes(claim):
    value = claim.lhs if isinstance(claim.lhs, Arr) else claim.value
    return [i for axis in value.axes for i in axis] if isinstance(value, Arr) else []


@EACH
def test_the_exported_module_runs(equation):
    functions = equation.functions()
    if functions:
        namespace = {}
        exec(compile(compile_module(functions), equation.id, "exec"), namespace)
        assert functions[0].name in namespace


# -- changed statements -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("equation, claim", ORDINARY, ids=[f"{e.id}-{c.name}" for e, c in ORDINARY])
def test_changed_statements_are_refuted_and_never_proved(equation, claim):
    definitions = equation.definitions
    hypotheses = [unfolded_hypothesis(h, definitions) for h in claim.hypotheses]
    assumptions = Assumptions(tuple(hypotheses), tuple(tuple(g) for g in claim.independent), iid_of(claim))
    refuted = tried = 0
    changed = itertools.chain(mutations(claim.relation), mutations(claim.unfolded))
    for name, wrong in itertools.islice(changed, MUTATIONS_TRIED):
        unfolded = type(wrong)(wrong.op, unfold(wrong.lhs, definitions), unfold(wrong.rhs, definitions))
        if claim.name in NOT_SAMPLED - WEAKENED:
            if name.startswith("rhs"):
                with pytest.raises(KernelError):
                    by_kernel(unfolded, hypotheses, claim.independence())
            continue
        try:
            witness = find_witness(unfolded, assumptions, budget_s=1.0)
        except NoSample:
            witness = None
        tried += 1
        if witness is not None:
            refuted += 1
            with pytest.raises(KernelError):
                by_kernel(unfolded, hypotheses, claim.independence())
        elif claim.name in WEAKENED:
            try:
                by_kernel(unfolded, hypotheses, claim.independence())
            except KernelError:
                refuted += 1
        elif claim.name in NO_VALUES:
            with pytest.raises(KernelError):
                by_kernel(unfolded, hypotheses, claim.independence())
        elif numerical(unfolded):
            tried -= 1  # a changed limit mostly has no value, and where it has one it may be the right one
        elif claim.op == "=" and not undefined(unfolded, hypotheses):
            by_kernel(unfolded, hypotheses, claim.independence())  # the change changes nothing
    wanted = min(MUTATIONS_WANTED, 2 * tried // 3) if claim.op == "=" else 1  # most changes leave an inequality true
    if claim.name in NO_VALUES:
        wanted = 0
    if claim.name in WEAKENED:
        wanted = tried // 2
    assert refuted >= wanted, f"only {refuted} refuted"


@pytest.mark.parametrize("equation, claim", ABOUT_FUNCTIONS, ids=[f"{e.id}-{c.name}" for e, c in ABOUT_FUNCTIONS])
def test_changed_claims_about_functions_are_refuted_by_a_function_that_meets_the_hypotheses(equation, claim):
    laws = [h.relation for h in claim.hypotheses if isinstance(h, Universal)]
    ordinary = [h for h in claim.hypotheses if not isinstance(h, Universal)]
    examples = []
    for body in EXAMPLES[claim.name]:
        assert all(by_kernel(with_function(law, "f", body), ()) for law in laws), (
            "the example should meet the hypothesis"
        )
        given = [replace(h, relation=with_function(h.relation, "f", body)) for h in ordinary]
        examples.append((body, Assumptions(tuple(given))))
        assert find_witness(with_function(claim.relation, "f", body), examples[-1][1], budget_s=2.0) is None
    changed = [wrong for _, wrong in itertools.islice(mutations(claim.relation), MUTATIONS_TRIED)]
    if claim.relation.op == "<=":
        changed.append(replace(claim.relation, op="<"))
    refuted = sum(
        any(find_witness(with_function(wrong, "f", body), assumed, budget_s=2.0) for body, assumed in examples)
        for wrong in changed
    )
    tried = len(changed)
    wanted = 1 if numerical(claim.relation) else max(1, tried // 2)
    assert refuted >= wanted, f"only {refuted} of {tried} refuted"


@pytest.mark.parametrize("equation, claim", ABOUT_FUNCTIONS, ids=[f"{e.id}-{c.name}" for e, c in ABOUT_FUNCTIONS])
def test_a_claim_about_all_values_is_not_proved_without_its_hypothesis(equation, claim):
    for h in claim.hypotheses:
        with pytest.raises(ValueError):  # the kernel's error, or the step's
            replace(claim, hypotheses=tuple(o for o in claim.hypotheses if o is not h)).prove()


# Claims under hypotheses about functions or recursions: no values that satisfy them are found by sampling.
NO_VALUES = {
    "orthogonal",
    "real",
    "powers",
    "backpropagation",
    "linear_layers_collapse",
    "sums",
    "multiples",
    "unique_minimiser",
    "convexity_rules",
    "affine_substitution",
}
# Bounds under such a hypothesis: a changed number may make the bound larger, which is then true and proved. Half are not.
WEAKENED = {"cramer_rao"}


def iid_of(claim):
    return frozenset(s for g in claim.independent for s in g if s.shape)


def by_kernel(relation, hypotheses, independence=None):
    if relation.op == "=":
        return by_normal_form(relation.lhs, relation.rhs, hypotheses, independence)
    return by_inequality(relation, hypotheses, independence)


@pytest.mark.parametrize("equation, claim", STATEMENTS, ids=[f"{e.id}-{c.name}" for e, c in STATEMENTS])
def test_changed_implications_and_objectives_are_refuted(equation, claim):
    if claim.name in NOT_SAMPLED:
        pytest.skip("random values never meet either side, so no change of it is seen")
    refuted = 0
    for statement in itertools.islice(changed_statements(claim.unfolded), MUTATIONS_TRIED):
        try:
            for seed in range(3):
                recheck_statement(claim.hypotheses, statement, seed=seed)
        except Disagreement:
            refuted += 1
    assert refuted >= 5, f"only {refuted} refuted"


def changed_statements(statement):
    """Statements with their conclusion, their right side or their direction changed."""
    if isinstance(statement, SameOrder):
        yield replace(statement, sign=-statement.sign)
        yield from (replace(statement, right=new) for _, new in changes(statement.right))
    elif isinstance(statement, Implies):
        yield from (replace(statement, conclusion=new) for _, new in mutations(statement.conclusion))
    else:
        yield from (replace(statement, right=new) for _, new in mutations(statement.right))


def numerical(relation):
    """Whether a side holds a limit or an integral, which are evaluated by approach."""
    return any(holds(side, (Limit, Integral)) for side in (relation.lhs, relation.rhs))


def holds(value, heads):
    return isinstance(value, heads) or any(holds(child, heads) for child in children(value))


def undefined(relation, hypotheses):
    """Whether the two sides are nowhere defined together: then there is nothing to refute."""
    left, right, _ = align(relation.lhs, relation.rhs)
    wrong_where_defined = Relation("=", left - right, left - right + 1)
    return find_witness(wrong_where_defined, Assumptions(tuple(hypotheses)), budget_s=1.0) is None


# -- finding ----------------------------------------------------------------------------------------------------------


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(UnknownEquation) as caught:
        load("softmax_gradeint")
    assert caught.value.nearest[0] == "softmax_gradient"


@EACH
def test_an_entry_names_what_exists(equation):
    assert load(equation.id) is equation and load(f"{equation.topic}/{equation.id}") is equation
    assert equation.claims and equation.claims[0].name == equation.id
    assert equation.source and all(equation.names)
    for id_ in equation.depends:
        assert load(id_)


@EACH
def test_an_entry_has_at_most_90_lines(equation):
    assert len(inspect.getsource(sys.modules[equation.module]).splitlines()) <= 90


@EACH
def test_the_statement_is_ordinary_sympy(equation):
    import sympy

    for claim in equation.claims:
        assert isinstance(claim.statement, sympy.Basic)
