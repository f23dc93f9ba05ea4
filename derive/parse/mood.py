"""Whether the words around an inline formula state it, or only speak of it: deny it, ask for it, announce it, name it.

What is only spoken of is no hypothesis.  Doubt is cheap (a step stays undecided), a hypothesis that nobody made is not.

>>> is_stated("Let § and assume that ", "."), is_stated("We do not assume that ", ".")
(True, False)
>>> is_stated("Without loss of generality ", "."), is_stated("One might think that ", ".")
(True, False)
>>> is_stated("The line ", " is a diagonal."), is_stated("Is it possible that ", "?")
(False, False)
"""

from __future__ import annotations

import re

_BREAK = re.compile(
    r"[;:]|,?\s+\b(?:but|since|because|so|where|while|although|though|hence|therefore|thus|however|then)\b|,\s+(?:we|and|it)\b",
    re.IGNORECASE,
)
_STATES = re.compile(
    r"(?:^|\b(?:we|us|one|and|but)\s+|,\s*)(?:(?!not\b|never\b)\w+\s+)?(?:assum|suppos|requir|impos|consider|choose|tak|fix|set|put|writ)"
    r"(?:e|es|ing)?\b[^§]*$|\b(?:let|where|with|given|provided|satisfy|satisfies|satisfying|subject\s+to|such\s+that|without\s+(?:any\s+)?loss)\b[^§,]*$",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not|never|cannot|neither|nor|without(?!\s+(?:any\s+)?loss)|unlike|contrary|instead\s+of|rather\s+than|except|unless|"
    r"fails?|false|wrong\w*|mistak\w+|incorrect\w*|untrue|contradict\w*|impossible|absurd|no\s+(?:reason|need|guarantee|assumption))\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
_CONTRADICTS = re.compile(r"\b(?:contradiction|absurdum|confus\w+|in\s+contrast|conflict\w*)\b", re.IGNORECASE)
_ANNOUNCES = re.compile(
    r"\b(?:(?:show|prove|verify|check|demonstrate|establish|ask|decide|test|conjecture|claim|goal|aim|task|exercise|question)s?|whether|"
    r"(?:want|wish|hope|like)\s+(?:to\s+\w+|that)|remains\s+to)\b(?:\s+[\w§'’-]+){0,6}\s*$",
    re.IGNORECASE,
)
_WONDERS = re.compile(
    r"^\W*were\b|\b(?:might|would|perhaps|possibly|possible\s+that|think\w*|believ\w*|tempt\w*|conversely|for\s+(?:example|instance)|(?:only|iff)\s+if|"
    r"if\s+and\s+only\s+if|iff|distinguish\w*|e\.g\.)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"\b(?:equation|inequality|identity|line|(?:hyper)?plane|curve|surface|event|region|point|points|at|near|around|evaluated)\s*$",
    re.IGNORECASE,
)
_PUTS_IN = re.compile(r"\b(?:setting|substituting|inserting|plugging(?:\s+in)?|putting|taking)\s*$", re.IGNORECASE)
_CASE = re.compile(r"\b(?:for(?:\s+(?:all|any|every|each))?|when(?:ever)?|if|on)\s*$", re.IGNORECASE)
_TAIL = re.compile(
    r"\s*,?\s*(?:(?:fails?|remains?|leads?\s+to\s+(?:a\s+)?contradiction|would|might)\b"
    r"|(?:do|does|need|can|may|must|should|will)\s*(?:not|fail|n['’]t)\b|cannot\b|(?:must|should|can|will)\s+be\s+(?:shown|proved|proven)"
    r"|(?:is|are)\s+(?:false|wrong|impossible|not|never|no\s+longer|only|easy|trivial|excluded|ruled)\b"
    r"|has\s+(?:no|a|one|two|exactly|at|infinitely|many|solutions?|the\s+solutions?)\b)",
    re.IGNORECASE,
)


def is_stated(before: str, after: str) -> bool:
    """Whether a formula is stated, from the words of its sentence before and after it (other formulas are §)."""
    if after.rstrip().endswith("?") or _TAIL.match(after) or _CONTRADICTS.search(before):
        return False
    breaks = list(_BREAK.finditer(before))
    clause = before[breaks[-1].start() :] if breaks else before
    denied = _last(_DENIES, clause)
    stated = _last(_STATES, clause)
    if stated >= 0 and stated > denied:
        return True
    spoken = _ANNOUNCES.search(clause) or _WONDERS.search(clause) or _NAMES.search(clause)
    return denied < 0 and not spoken


def is_of_one_case(before: str) -> bool:
    """Whether the words before a formula make it a case or a value put in: `for all`, `when`, `setting`.

    >>> is_of_one_case("The root grows for "), is_of_one_case("Setting "), is_of_one_case("Let ")
    (True, True, False)
    """
    return bool(_CASE.search(before) or _PUTS_IN.search(before))


_NEGATED = re.compile(
    r"\b(?:not|never|neither|nor|no\s+longer)\s+(?:(?:necessarily|always|even|be|an?|assumed|supposed|required|to|in\s+general)\s+)*[\w-]+"
    r"(?:\s+(?:or|nor|and)\s+[\w-]+)?|\bnon-?(?!singular|negative|zero)\w+",
    re.IGNORECASE,
)


def without_negated(words: str) -> str:
    """The words of a description without the properties that they deny.

    >>> without_negated("is not necessarily symmetric, but invertible")
    'is  , but invertible'
    """
    return _NEGATED.sub(" ", words)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((m.start() for m in pattern.finditer(text)), default=-1)
