"""The sum-product normal form: the procedure that decides equality. Imports terms only."""
