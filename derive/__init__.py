"""Proves, checks and compiles the mathematics of machine learning; the public names, nothing else."""
