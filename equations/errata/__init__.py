"""Errata: false or misprinted statements that are met in well-read texts."""
