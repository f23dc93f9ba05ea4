"""Proved formulas as code: numpy, torch, jax, c; one target a file."""
