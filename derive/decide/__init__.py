"""Layer 6, deciding: prove (kernel), refute (witness) or undecided; suggested repair."""
