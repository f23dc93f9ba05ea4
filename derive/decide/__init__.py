"""Prove, refute or undecided."""
