def matrix_form(v): return None
