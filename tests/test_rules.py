"""One loop over all rules: the kernel proves them, random instances inside the conditions hold, instances outside are
refused.
"""

import pytest

from derive.audit import recheck
from derive.derivation.rewriting import rewrites
from derive.kernel import Theorem
from derive.rules import KINDS, RULES, RuleError, proof, side_conditions
from derive.terms import Entry, Num, Symbol, free_symbols, substitute, term

ALL = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
CONDITIONAL = pytest.mark.parametrize(
    "rule", [r for r in RULES.values() if r.when], ids=[r.name for r in RULES.values() if r.when]
)


@ALL
def test_a_rule_is_proved_by_the_kernel(rule):
    theorem = proof(rule)
    assert isinstance(theorem, Theorem)
    assert {s.proof.kind for s in theorem.steps()} <= {"oracle", "primitive"}


@ALL
def test_random_instances_inside_the_conditions_hold(rule):
    assert recheck(proof(rule), samples=6, seed=1) > 0, "no instance could be evaluated"


@CONDITIONAL
def test_an_instance_outside_the_conditions_is_refused(rule):
    """Each side condition is broken by a number in place of one of its scalar symbols, or by a negative or zero
    symbol.
    """
    for condition in rule.when:
        bad = Num(0) if condition.op == "!=" else Num(-2)
        broken = type(condition)(condition.op, *((condition.lhs, bad) if condition.op == "<" else (bad, condition.rhs)))
        with pytest.raises(RuleError):
            side_conditions([broken], ())


@CONDITIONAL
def test_a_condition_that_is_not_known_stays_open(rule):
    x = term(Symbol("unknown"))
    for condition in rule.when:
        unknown = type(condition)(condition.op, *((condition.lhs, x) if condition.op == "<" else (x, condition.rhs)))
        assert side_conditions([unknown], ()) == (unknown,)


@ALL
def test_a_rule_applies_to_its_own_left_side_in_other_letters(rule):
    symbols = {s: Symbol(s.name + "'", *s.fields[1:]) for s in free_symbols(rule.lhs) if not s.shape}
    renamed = substitute(rule.lhs, {}, {s: Entry(t, ()) for s, t in symbols.items()}) if symbols else rule.lhs
    assert next(rewrites(rule, renamed), None) is not None


@ALL
def test_a_rule_has_a_label_in_both_languages_and_a_kind(rule):
    assert rule.label.en and rule.label.zh
    assert rule.kind in KINDS


def test_rule_names_are_unique_and_are_the_names_in_their_files():
    from derive.rules import FAMILIES

    for family in FAMILIES:
        for rule in family.RULES:
            assert RULES[rule.name] is rule
            assert any(v is rule for v in vars(family).values())


def test_a_false_rule_is_caught():
    from derive.kernel import KernelError
    from derive.rules import Label, Rule

    a, b = term(Symbol("a")), term(Symbol("b"))
    wrong = Rule("wrong", Label("wrong", "错"), (a + b) ** 2, a**2 + b**2)
    with pytest.raises(KernelError):
        proof(wrong)


def test_primitives_are_a_short_list():
    assert sum(rule.kind == "primitive" for rule in RULES.values()) < 45
    assert [r.name for r in RULES.values() if r.kind == "cited axiom"] == ["jacobis_formula"]
