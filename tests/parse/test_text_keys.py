"""The key of what is named by its text says what stands there, not where."""

from derive.parse.grammar import parse_expression
from derive.parse.names import text_key
from derive.verify import verify_text


def test_the_same_text_elsewhere_has_the_same_key_and_another_text_another():
    one, two = parse_expression(r"A \cup B"), parse_expression(r"      A \cup B")
    assert text_key(one) == text_key(two)
    assert text_key(one) != text_key(parse_expression(r"A \cap B"))
    assert text_key(parse_expression(r"\frac{a}{b}")) != text_key(parse_expression(r"\frac{b}{a}"))


def test_two_events_at_one_place_of_two_displays_are_not_one():
    text = "$$ 2 P(A \\cup B) = 3 x $$\n\nand\n\n$$ 2 P(A \\setminus B) = 3 x $$\n"
    assert verify_text("**Proof:** We have\n\n" + text).steps[-1].verdict != "proved"
