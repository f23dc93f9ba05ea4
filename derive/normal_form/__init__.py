"""Layer 2, the decision procedure: sum-product normal forms of terms, and equality of terms by them.

A term becomes a *polynomial*: a sum of monomials with rational coefficients. A monomial is a multiset of bases with exponents; a
base is an atom (a tensor entry, an exponential, a guard, a power of a sum, ...) or a *component*, a summed product of factors tied
together by shared bound indices. See DESIGN section 5. Imports `derive.terms` only. Trusted.
"""
