"""Calculus."""
