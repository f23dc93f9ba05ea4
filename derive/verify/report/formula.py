"""A formula as MathML, which browsers show without scripts or fonts from anywhere; as its source where that fails.

latex2mathml does the work.  What it gives is taken apart and only known elements and attributes are kept, so that no text of
a document reaches the page as markup.  Imports nothing of ours.

>>> formula(r"x < \\foo")
'<code>x &lt; \\\\foo</code>'
"""

from __future__ import annotations

import re
from html import escape
from xml.etree import ElementTree as ET

LONGEST = 2000  # characters; longer formulas stay as they were typed
_SPACE = "{http://www.w3.org/1998/Math/MathML}"
_ELEMENTS = frozenset(
    "math mfrac mi mn mo mover mpadded mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover".split()
)
_ATTRIBUTES = {
    "accent", "columnalign", "displaystyle", "fence", "form", "largeop", "linethickness", "mathvariant", "movablelimits",
    "rowspacing", "separator", "stretchy", "width",
}  # fmt: skip
_LAYOUT = re.compile(r"\\(?:label|tag\*?)\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![A-Za-z])")
_MARK = re.compile(r"(?<!\\)&")  # aligns rows outside of a matrix


def formula(latex: str) -> str:
    """HTML of a formula: MathML with the source as its tooltip, or the source as code."""
    source = f"<code>{escape(latex)}</code>"
    if len(latex) > LONGEST:
        return source
    try:
        from latex2mathml.converter import convert

        plain = _LAYOUT.sub(" ", latex)
        tree = ET.fromstring(convert(plain if "\\begin" in plain else _MARK.sub(" ", plain)))
    except Exception:  # it raises many kinds, and leaves some things it cannot read as broken XML
        return source
    if not _clean(tree):
        return source
    _space_names(tree)
    tree.set("displaystyle", "true")
    tree.set("title", latex)
    return ET.tostring(tree, encoding="unicode")


def _clean(tree: ET.Element) -> bool:
    """Keeps known elements and attributes; False where a command was left unread."""
    for element in tree.iter():
        element.tag = element.tag.removeprefix(_SPACE)
        if element.tag not in _ELEMENTS or "\\" in (element.text or "") or "\\" in (element.tail or ""):
            return False
        element.attrib = {k: v for k, v in element.attrib.items() if k in _ATTRIBUTES and re.fullmatch(r"[\w .-]*", v)}
    return True


def _space_names(tree: ET.Element) -> None:
    """Thin spaces around a function written in words: p log p."""
    for parent in list(tree.iter()):
        children = list(parent)
        if parent.tag not in ("math", "mrow", "mtd", "mstyle"):
            continue
        for place in reversed(range(len(children) - 1)):
            pair = children[place : place + 2]
            if any(map(_named, pair)) and not any(_is_sign(e) or e.tag == "mspace" for e in pair):
                parent.insert(place + 1, ET.Element("mspace", width="0.17em"))


def _named(element: ET.Element) -> bool:
    """Whether an element is a name of several letters, perhaps with scripts."""
    if element.tag in ("msub", "msup", "msubsup", "munder", "munderover"):
        return _named(element[0])
    return element.tag in ("mi", "mo") and len(element.text or "") > 1 and (element.text or "").isalpha()


def _is_sign(element: ET.Element) -> bool:
    """Whether an element is an operator or a parenthesis, which keeps its own distance."""
    return element.tag == "mo" and not _named(element)
