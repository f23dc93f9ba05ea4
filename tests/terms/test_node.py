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


def test_threads_get_one_record():
    def made(k: int) -> list[object]:
        return [Symbol(f"thread{i}", (Size("n"),)) for i in range(300)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(made, range(16)))
    assert all(a is b for other in found[1:] for a, b in zip(found[0], other, strict=True))


def test_a_remembered_value_is_computed_once_and_may_be_the_record_itself_or_none():
    calls = []

    @remembered
    def squared(t):
        calls.append(t)
        return None if t is y else t if t is x else t * t

    x, y, z = (term(Symbol(a)) for a in "xyz")
    assert [squared(t) for t in (x, x, y, y, z, z)] == [x, x, None, None, z * z, z * z]
    assert calls == [x, y, z]
