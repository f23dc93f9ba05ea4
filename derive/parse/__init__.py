"""LaTeX text to terms. Imports terms only."""
