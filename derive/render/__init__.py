"""Derivations as text, LaTeX, Markdown, HTML and notebook display."""
