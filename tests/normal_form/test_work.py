"""A decision ends after a count of work, alike on a busy and on an idle machine."""

from __future__ import annotations

from derive.normal_form import normalizer
from derive.normal_form.decide import equal
from derive.terms import Index, Size, Sum, Symbol, exp, term

K = Size("K")
i, j = Index("i", 1, K), Index("j", 1, K)
z = Symbol("z", (K,))
SOFTMAX = Sum(i, exp(z[i]) / Sum(j, exp(z[j])))


def test_what_needs_more_work_than_allowed_is_not_shown_and_says_so(monkeypatch):
    assert equal(SOFTMAX, term(1)).proved
    monkeypatch.setattr(normalizer, "MOST_WORK", 5)
    decision = equal(SOFTMAX, term(1))
    assert not decision.proved and decision.reason == "more work than one decision may take"


def test_the_count_does_not_depend_on_the_clock(monkeypatch):
    counts = []
    work = normalizer.Normalizer.work

    def counting(self, amount=1):
        work(self, amount)
        counts[-1] += amount

    monkeypatch.setattr(normalizer.Normalizer, "work", counting)
    for seconds in (20.0, 2000.0):
        counts.append(0)
        assert equal(SOFTMAX, term(1), seconds=seconds).proved
    assert counts[0] == counts[1] > 0


def test_the_clock_still_ends_what_the_count_does_not(monkeypatch):
    monkeypatch.setattr(normalizer, "monotonic", lambda: 1e12)
    wide = 1 + sum((term(Symbol(f"x{k}")) for k in range(6)), start=term(0))
    decision = equal((wide * z[i]) ** 3, (wide * z[i]) ** 2 * (z[i] * wide), seconds=1.0)
    assert not decision.proved and decision.reason == "the time limit is reached"
