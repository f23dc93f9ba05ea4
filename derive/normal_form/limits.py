"""Limits of the normal form, and the two ways in which it gives up."""

MAX_TERMS = 4000
MAX_POWER = 40
MAX_BITS = 100_000  # of a number


class Undefined(ValueError):
    """The term has no value: 1/0, log 0, a divergent sum."""


class TooLarge(ValueError):
    """A normal form would pass the limits."""
