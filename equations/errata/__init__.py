"""Errata: claims that are refuted."""
