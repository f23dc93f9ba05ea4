"""Layer 4, named rules as data, one family a file. To add a rule, write the record and add it to its family's
``RULES``.

>>> from derive.rules import RULES
>>> print(RULES["quotient_rule"].label)
quotient rule
"""

from derive.rules import algebra, differentiation, exp_log, kronecker, matrix, matrix_calculus, sums
from derive.rules.proofs import RuleError, proof, side_conditions
from derive.rules.rule import KINDS, Label, Rule, nonzero, positive

FAMILIES = (algebra, sums, exp_log, differentiation, kronecker, matrix, matrix_calculus)
RULES: dict[str, Rule] = {rule.name: rule for family in FAMILIES for rule in family.RULES}

__all__ = [
    "FAMILIES",
    "KINDS",
    "RULES",
    "Label",
    "Rule",
    "RuleError",
    "nonzero",
    "positive",
    "proof",
    "side_conditions",
]
