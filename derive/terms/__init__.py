"""The language of terms, on SymPy alone."""
