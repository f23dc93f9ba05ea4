"""Calculational proofs, matching, side conditions, differentiation with steps."""
