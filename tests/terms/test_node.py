"""Records: equal ones are one object while anything holds them, and what nothing holds leaves no row behind."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

from derive.terms import Index, Size, Symbol, remembered, term
from derive.terms import node as table


def test_equal_records_are_one_object():
    n, x = Size("n"), Symbol("x")
    assert Index("i", 1, n) is Index("i", 1, Size("n"))
    assert term(x) + 1 is term(Symbol("x")) + 1


def test_records_that_nothing_holds_are_cleared_away():
    def rows() -> set[tuple]:
        gc.collect()
        table._clear_away()
        return set(table._TABLE)

    before = rows()  # what other tests left is in here, and stays while we hold it
    x = term(Symbol("only here"))
    held = [x + k for k in range(1000)]
    assert len(rows() - before) >= 1000
    del held, x
    assert len(rows() - before) <= 10
