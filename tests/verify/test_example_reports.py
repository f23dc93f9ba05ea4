"""The reports beside the documents of examples/ are what derive says of them today."""

from __future__ import annotations

import importlib.util
import re
from html import unescape

import pytest


@pytest.fixture(scope="module")
def script(repository):
    spec = importlib.util.spec_from_file_location("reports", repository / "docs" / "reports.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reports(script):
    return script.reports()


def without_mathml(page: str) -> str:
    """The page with the source of each formula, which does not depend on the version of latex2mathml."""
    page = re.sub(r"<math [^>]*title=\"([^\"]*)\".*?</math>", r"<code>\1</code>", page, flags=re.S)
    return unescape(re.sub(r"\s+", " ", page))


def test_the_text_reports_are_current(reports):
    for path, text in reports.items():
        if path.suffix == ".txt":
            assert path.read_text(encoding="utf-8") == text, "run: make reports"


def test_the_pages_are_current(reports):
    for path, text in reports.items():
        if path.suffix == ".html":
            assert without_mathml(path.read_text(encoding="utf-8")) == without_mathml(text), "run: make reports"


def test_each_document_has_both_reports_and_each_planted_mistake_is_in_them(script, reports):
    assert len(reports) == 2 * len(script.DOCUMENTS)
    for name, planted in zip(script.DOCUMENTS, (2, 2, 1, 2), strict=True):
        assert reports[script.place(name, "text")].count("✗ refuted") == planted
        assert reports[script.place(name, "html")].count("<b>✗ refuted</b>") == planted
