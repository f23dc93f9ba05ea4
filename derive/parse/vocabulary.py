"""The macros the reader knows, by what they do.  Data only; imports nothing of ours."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset("\\" + word for word in text.split())


GREEK = _words(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa varkappa lambda mu nu xi "
    "omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi psi omega digamma "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varGamma varDelta varTheta varLambda varXi varPi "
    "varSigma varUpsilon varPhi varPsi varOmega"
)
LETTERLIKE = _words(
    "ell hbar infty emptyset varnothing aleph beth Re Im wp imath jmath square Box blacksquare triangle angle "
    "bot top intercal dagger ddagger star ast bullet diamond "
    "clubsuit spadesuit checkmark surd natural flat sharp forall exists nexists neg lnot degree eth mho copyright S P"
)
MARKS = _words("top intercal dagger ddagger star ast bullet diamond bot prime")
SYMBOL_ALIASES = {
    "\\Alpha": "A", "\\Beta": "B", "\\Epsilon": "E", "\\Zeta": "Z", "\\Eta": "H", "\\Iota": "I", "\\Kappa": "K",
    "\\Mu": "M", "\\Nu": "N", "\\Rho": "P", "\\Tau": "T", "\\Chi": "X",
}  # fmt: skip

RELATIONS = {
    "=": "=", "<": "<", ">": ">", ":=": ":=", "=:": "=:", "\\eq": "=",
    "\\lt": "<", "\\gt": ">", "\\le": "\\le", "\\leq": "\\le", "\\leqslant": "\\le", "\\leqq": "\\le",
    "\\ge": "\\ge", "\\geq": "\\ge", "\\geqslant": "\\ge", "\\geqq": "\\ge",
    "\\ne": "\\ne", "\\neq": "\\ne", "\\approx": "\\approx", "\\simeq": "\\approx", "\\approxeq": "\\approx",
    "\\lesssim": "\\lesssim", "\\gtrsim": "\\gtrsim", "\\cong": "\\cong", "\\propto": "\\propto",
    "\\varpropto": "\\propto", "\\equiv": "\\equiv", "\\coloneqq": ":=", "\\coloneq": ":=", "\\defeq": ":=",
    "\\eqqcolon": "=:", "\\colonequals": ":=", "\\triangleq": ":=", "\\doteq": ":=", "\\vcentcolon": ":", "\\colon": ":",
    "\\ll": "\\ll", "\\gg": "\\gg", "\\succ": "\\succ", "\\succeq": "\\succeq", "\\succcurlyeq": "\\succeq",
    "\\prec": "\\prec", "\\preceq": "\\preceq", "\\preccurlyeq": "\\preceq",
    "\\sim": "\\sim", "\\in": "\\in", "\\notin": "\\notin", "\\ni": "\\ni", "\\subset": "\\subset",
    "\\subseteq": "\\subseteq", "\\supset": "\\supset", "\\supseteq": "\\supseteq", "\\subsetneq": "\\subset",
    "\\perp": "\\perp", "\\indep": "\\perp", "\\to": "\\to", "\\rightarrow": "\\to", "\\longrightarrow": "\\to",
    "\\mapsto": "\\mapsto", "\\longmapsto": "\\mapsto", "\\leftarrow": "\\leftarrow", "\\gets": "\\leftarrow",
    "\\hookrightarrow": "\\to", "\\asymp": "\\asymp", "\\uparrow": "\\uparrow", "\\downarrow": "\\downarrow",
    "\\leftrightarrow": "\\leftrightarrow", "\\rightleftharpoons": "\\leftrightarrow", "\\models": "\\models",
    "\\vdash": "\\vdash", "\\nsubseteq": "\\notin", "\\not\\in": "\\notin", "\\rightsquigarrow": "\\to",
    "\\leadsto": "\\to", "\\xrightarrow": "\\to", "\\xleftarrow": "\\leftarrow", "\\nearrow": "\\uparrow",
    "\\searrow": "\\downarrow", "\\longleftarrow": "\\leftarrow", "\\bowtie": "\\bowtie", "\\stackrel": "\\stackrel",
}  # fmt: skip
ARROWS = {
    "\\Rightarrow": "\\Rightarrow", "\\implies": "\\Rightarrow", "\\Longrightarrow": "\\Rightarrow",
    "\\therefore": "\\Rightarrow", "\\iff": "\\Leftrightarrow", "\\Leftrightarrow": "\\Leftrightarrow",
    "\\Longleftrightarrow": "\\Leftrightarrow", "\\impliedby": "\\Leftarrow", "\\Leftarrow": "\\Leftarrow",
    "\\Longleftarrow": "\\Leftarrow", "\\because": "\\Leftarrow",
}  # fmt: skip
JUDGED = frozenset(
    ["=", "<", ">", ":=", "=:", "\\le", "\\ge", "\\ne", "\\approx", "\\propto", "\\equiv", "\\ll", "\\gg",
     "\\succ", "\\succeq", "\\prec", "\\preceq", "\\lesssim", "\\gtrsim", "\\cong"]
)  # fmt: skip

ADDITIVE = {"+": "+", "-": "-", "\\pm": "\\pm", "\\mp": "\\mp", "−": "-", "–": "-"}
INFIX = _words(
    "odot oslash otimes oplus ominus circ cup cap setminus wedge vee land lor bigtriangleup star ast bullet diamond "
    "bigcirc ltimes rtimes sqcup sqcap uplus backslash boxtimes boxplus boxdot circledast"
)
PRODUCT = {"\\cdot": "\\cdot", "\\times": "\\times", "*": "*", "/": "/", "\\div": "/", "·": "\\cdot", "×": "\\times"}
INFIX_ALIASES = {"\\land": "\\wedge", "\\lor": "\\vee", "\\backslash": "\\setminus", "\\ast": "*"}

FUNCTIONS = {
    **{name: name[1:] for name in _words(
        "log ln lg exp sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan arcsinh arccosh arctanh "
        "det dim ker deg gcd hom arg Pr tr Tr rank diag erf sgn sign softmax vec"
    )},
    "\\ln": "log", "\\lg": "lg", "\\Tr": "tr", "\\trace": "tr", "\\sign": "sgn", "\\Var": "Var", "\\Cov": "Cov",
    "\\KL": "KL", "\\argmax": "argmax", "\\argmin": "argmin",
}  # fmt: skip
del FUNCTIONS["\\vec"]
"""\\vec is an accent; the stacking operator is written \\operatorname{vec}."""

WORD_FUNCTIONS = {
    "log": "log", "ln": "log", "exp": "exp", "sin": "sin", "cos": "cos", "tan": "tan", "cot": "cot", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "coth": "coth", "arctan": "arctan", "artanh": "artanh", "arctanh": "artanh",
    "arcsin": "arcsin", "arccos": "arccos", "arsinh": "arsinh", "arcosh": "arcosh", "atanh": "artanh",
    "det": "det", "tr": "tr", "Tr": "tr", "trace": "tr", "rank": "rank", "rk": "rank", "diag": "diag", "Diag": "diag",
    "vec": "vec", "erf": "erf", "erfc": "erfc", "sgn": "sgn", "sign": "sgn", "sech": "sech", "csch": "csch",
    "logit": "logit", "relu": "relu", "ReLU": "relu", "softplus": "softplus",
    "Var": "Var", "var": "Var", "Cov": "Cov", "cov": "Cov", "E": "E", "Corr": "Corr", "corr": "Corr", "KL": "KL",
    "softmax": "softmax", "sigmoid": "sigmoid", "argmax": "argmax", "argmin": "argmin", "arg max": "argmax",
    "arg min": "argmin", "max": "max", "min": "min", "sup": "sup", "inf": "inf", "lim": "lim", "blockdiag": "blockdiag",
    "cosec": "csc", "sec": "sec", "csc": "csc", "Pr": "Pr", "logsumexp": "logsumexp", "LSE": "logsumexp",
    "lse": "logsumexp", "sinc": "sinc", "H": "H", "mod": "mod", "logdet": "logdet", "span": "span", "dim": "dim",
    "ker": "ker", "arg": "arg", "Beta": "Beta", "prox": "prox", "proj": "proj",
}  # fmt: skip
"""Upright words with a fixed meaning; other upright words are names."""

ARGUMENT_ONLY_IN_PARENTHESES = frozenset({"E", "H", "KL", "Pr", "P", "softmax", "sigmoid", "relu", "logit"})

BIG = {
    "\\sum": "sum", "\\prod": "prod", "\\coprod": "coprod", "\\bigcup": "bigcup", "\\bigcap": "bigcap",
    "\\bigoplus": "bigoplus", "\\bigotimes": "bigotimes", "\\bigodot": "bigodot", "\\bigwedge": "bigwedge",
    "\\bigvee": "bigvee", "\\bigsqcup": "bigcup",
}  # fmt: skip
INTEGRALS = {"\\int": 1, "\\iint": 2, "\\iiint": 3, "\\oint": 1, "\\idotsint": 1, "\\intop": 1}
LIMITS = {"\\lim": "lim", "\\limsup": "limsup", "\\liminf": "liminf", "\\plim": "plim"}
OPTIMA = {
    "\\max": "max", "\\min": "min", "\\sup": "sup", "\\inf": "inf", "\\argmax": "argmax", "\\argmin": "argmin",
    "\\esssup": "sup",
}  # fmt: skip

FONTS = {
    "\\mathbf": "bf", "\\mathbb": "bb", "\\mathcal": "cal", "\\mathscr": "scr", "\\mathfrak": "frak",
    "\\boldsymbol": "bf", "\\bm": "bf", "\\pmb": "bf", "\\mathrm": "rm", "\\operatorname": "rm", "\\mathsf": "sf",
    "\\operatorname*": "rm", "\\mathop": "", "\\mathit": "it", "\\mathnormal": "", "\\mathtt": "rm", "\\mathds": "bb",
    "\\mathbbm": "bb", "\\mathbfcal": "cal", "\\mathord": "", "\\mathbin": "", "\\mathrel": "", "\\mathopen": "",
    "\\mathclose": "", "\\mathinner": "", "\\mathpunct": "", "\\symbf": "bf", "\\symup": "rm", "\\Bbb": "bb",
    "\\bold": "bf", "\\mathbold": "bf", "\\mat": "bf", "\\tens": "bf", "\\vct": "bf", "\\mbf": "bf", "\\mathbit": "bf",
}  # fmt: skip
"""The bold fonts are one font: authors switch between \\mathbf and \\boldsymbol for Greek letters."""
OLD_FONTS = {"\\bf": "bf", "\\rm": "rm", "\\cal": "cal", "\\it": "", "\\sf": "sf", "\\tt": "rm", "\\bfseries": "bf"}
TEXTS = _words(
    "text textrm textit textbf texttt textsf textnormal mbox hbox intertext shortintertext textup emph textsc fbox"
)
ACCENTS = {
    "\\hat": "hat", "\\widehat": "hat", "\\bar": "bar", "\\overline": "bar", "\\tilde": "tilde",
    "\\widetilde": "tilde", "\\vec": "vec", "\\overrightarrow": "vec", "\\dot": "dot", "\\ddot": "ddot",
    "\\check": "check", "\\breve": "breve", "\\acute": "acute", "\\grave": "grave", "\\mathring": "mathring",
    "\\underline": "underline", "\\dddot": "dddot", "\\widebar": "bar", "\\overleftarrow": "overleftarrow",
}  # fmt: skip
TRANSPARENT = _words(
    "boxed underbracket overbracket smash mathstrut ensuremath bcancel xcancel mathchoice bbox colorbox"
)
"""Commands with one argument that is shown as it is."""
BRACES = _words("underbrace overbrace")

DROPPED = _words(
    "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits nonumber notag , ; : ! > quad_ thinspace "
    "negthinspace medspace thickspace enspace allowbreak nobreak break big_ hfill hline toprule bottomrule midrule "
    "mathstrut relax centering noindent par small large Large footnotesize normalsize scriptsize tiny huge "
    "protect left_ right_ displaylimits negmedspace negthickspace linebreak newline_ nolinebreak pagebreak hfil "
    "allowdisplaybreaks smallskip medskip bigskip strut null fboxsep itshape upshape selectfont hskip_ endgroup bgroup egroup aftergroup "
    "begingroup xspace xmathstrut_ cr_ unicode_ rlap_ italic qedhere qed"
) | frozenset(["\\ ", "\\/", "\\-", "~"])
DROPPED_WITH_ARGUMENT = _words(
    "margintag label tag tag* hspace hspace* vspace vspace* phantom hphantom vphantom color cline vskip hskip kern mkern mskip "
    "ref eqref cite citep footnote index todo pagecolor cellcolor rowcolor definecolor setlength addtocounter "
    "footnotemark sidenote marginnote stepcounter setcounter citet autoref cref Cref class cssId style htmlClass"
)
WRAPPERS_WITH_ARGUMENT = _words("textcolor colorbox")
"""First argument dropped, second shown."""

FENCE_OPEN = {
    "(": "(", "[": "[", "\\{": "{", "\\lbrace": "{", "\\lbrack": "[", "\\langle": "<", "\\lfloor": "floor",
    "\\lceil": "ceil", "\\lvert": "|", "\\lVert": "||", "\\lparen": "(", "\\llbracket": "[", "\\ulcorner": "[",
    "\\lgroup": "(", "⟨": "<",
}  # fmt: skip
FENCE_CLOSE = {
    ")": ")", "]": "]", "\\}": "}", "\\rbrace": "}", "\\rbrack": "]", "\\rangle": ">", "\\rfloor": "floor",
    "\\rceil": "ceil", "\\rvert": "|", "\\rVert": "||", "\\rparen": ")", "\\rrbracket": "]", "\\urcorner": "]",
    "\\rgroup": ")", "⟩": ">",
}  # fmt: skip
FENCE_EITHER = {"|": "|", "\\|": "||", "\\vert": "|", "\\Vert": "||"}
SIZERS = {
    **{f"\\{size}": "" for size in ("big", "Big", "bigg", "Bigg")},
    **{f"\\{size}l": "open" for size in ("big", "Big", "bigg", "Bigg")},
    **{f"\\{size}r": "close" for size in ("big", "Big", "bigg", "Bigg")},
    **{f"\\{size}m": "middle" for size in ("big", "Big", "bigg", "Bigg")},
}  # fmt: skip

DOTS = _words("dots ldots cdots dotsc dotsb dotsm dotsi dotso vdots ddots iddots hdots mathellipsis")

UNICODE = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", (
        "\\alpha \\beta \\gamma \\delta \\epsilon \\zeta \\eta \\theta \\iota \\kappa \\lambda \\mu \\nu \\xi "
        "\\omicron \\pi \\rho \\sigma \\tau \\upsilon \\phi \\chi \\psi \\omega").split(), strict=True)),
    **dict(zip("ΓΔΘΛΞΠΣΦΨΩ", (
        "\\Gamma \\Delta \\Theta \\Lambda \\Xi \\Pi \\Sigma \\Phi \\Psi \\Omega").split(), strict=True)),
    "∑": "\\sum", "∏": "\\prod", "∫": "\\int", "∂": "\\partial", "∇": "\\nabla", "∞": "\\infty", "≤": "\\le",
    "≥": "\\ge", "≠": "\\ne", "≈": "\\approx", "∈": "\\in", "→": "\\to", "⇒": "\\Rightarrow", "⇔": "\\Leftrightarrow",
    "∼": "\\sim", "∝": "\\propto", "⊤": "\\top", "⊙": "\\odot", "⊗": "\\otimes", "…": "\\dots", "∀": "\\forall",
    "ε": "\\varepsilon", "ϵ": "\\epsilon", "φ": "\\varphi", "ϕ": "\\phi", "ℓ": "\\ell", "∘": "\\circ", "‖": "\\|",
    "∣": "\\mid", "≡": "\\equiv", "±": "\\pm", "⋅": "\\cdot", "ℝ": "\\R", "∥": "\\|", "≔": ":=", "≻": "\\succ",
    "⪰": "\\succeq", "≪": "\\ll", "≫": "\\gg", "∪": "\\cup", "∩": "\\cap",
}  # fmt: skip

LOST_BACKSLASH = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta theta vartheta iota kappa lambda sigma varsigma tau upsilon "
    "varphi omega Gamma Delta Theta Lambda Sigma Upsilon Omega frac tfrac dfrac sqrt sum prod int partial nabla "
    "infty left right begin end cdot cdots ldots dots times mathbb mathbf mathcal mathrm operatorname text log exp "
    "sin cos tan tanh sinh cosh max min lim det leq geq neq top hat bar tilde quad boldsymbol underbrace binom odot "
    "otimes approx sim arg argmax argmin".split()
)
"""Bare letter runs that are the name of a macro: in mathematics they never mean a product of letters."""

BARE_WORDS = frozenset("KL Var Cov tr ReLU Pr sgn diag vec softmax sigmoid relu Tr rank erf logit softplus".split())
"""Letter runs that authors type without a backslash as a function's name, when a parenthesis follows."""

SHORTHANDS = _words("transpose inv norm abs pdv dv odv grad hess set inner ip pderiv deriv")
"""Macros of the physics and derivative packages, and of preambles everywhere, with their usual meaning."""
BLACKBOARD = {"\\R": "R", "\\N": "N", "\\Z": "Z", "\\Q": "Q", "\\C": "C", "\\RR": "R", "\\NN": "N",
              "\\reals": "R", "\\EE": "E", "\\PP": "P", "\\E": "E", "\\ind": "1", "\\1": "1", "\\bbE": "E"}  # fmt: skip

MATH_ENVIRONMENTS = frozenset(
    "equation align gather multline eqnarray flalign alignat displaymath math split aligned gathered alignedat "
    "dmath".split()
)
DISPLAY_ENVIRONMENTS = frozenset("equation align gather multline eqnarray flalign alignat displaymath dmath".split())
MATRIX_ENVIRONMENTS = frozenset("matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix array psmallmatrix "
                                "bsmallmatrix subarray".split())  # fmt: skip
CASE_ENVIRONMENTS = frozenset("cases dcases rcases drcases numcases".split())
