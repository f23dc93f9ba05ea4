"""`derive parse`: the tree, the type and what was inferred."""

import pytest

from derive.cli import main
from derive.parse import ReadError, describe


def test_the_tree_shows_every_part_with_its_source():
    said = describe(r"\sum_i x_i^2 + \lambda", r"x \in \mathbb{R}^n").splitlines()
    assert said[0].split() == ["Add", r"\sum_i", "x_i^2", "+", r"\lambda"]
    assert any(line.split()[:1] == ["Subscript"] and line.endswith("x_i") for line in said)


def test_the_type_follows_from_the_declarations():
    declared = r"A \in \mathbb{R}^{m \times n}; x \in \mathbb{R}^n"
    assert "type: m" in describe("A x", declared).splitlines()
    assert "type: a number" in describe(r"x^\top x", declared).splitlines()


def test_what_was_inferred_is_listed():
    assert r"inferred: c \in \mathbb{R}" in describe("2 c", "").splitlines()


def test_what_cannot_be_read_has_a_caret(capsys):
    with pytest.raises(ReadError):
        describe("x^{")
    assert main(["parse", "x^{"]) == 2
    assert "^" in capsys.readouterr().err
