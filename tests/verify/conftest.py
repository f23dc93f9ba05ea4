"""Shared by the tests of verify: no cache unless a test makes one, and a short way to judge a text."""

import pytest

from derive.verify import verify_text


@pytest.fixture(autouse=True)
def no_cache(monkeypatch):
    monkeypatch.setenv("DERIVE_CACHE", "off")


@pytest.fixture
def judge():
    def steps(text):
        return verify_text(text).steps

    return steps


@pytest.fixture
def verdicts(judge):
    return lambda text: [s.verdict for s in judge(text)]
