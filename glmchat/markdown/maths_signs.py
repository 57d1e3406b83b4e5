r"""TeX's commands that one sign of Unicode stands for, and the letters that have raised, lowered and other forms."""

from __future__ import annotations

import unicodedata

# Signs around which stands a space, as TeX sets it: relations, arrows, operators between two things.
BETWEEN = {
    "le": "≤", "leq": "≤", "leqslant": "⩽", "ge": "≥", "geq": "≥", "geqslant": "⩾", "ne": "≠", "neq": "≠",
    "ll": "≪", "gg": "≫", "equiv": "≡", "approx": "≈", "sim": "∼", "simeq": "≃", "cong": "≅", "propto": "∝",
    "in": "∈", "notin": "∉", "ni": "∋", "subset": "⊂", "subseteq": "⊆", "subsetneq": "⊊", "supset": "⊃",
    "supseteq": "⊇", "prec": "≺", "preceq": "⪯", "succ": "≻", "succeq": "⪰", "perp": "⟂", "parallel": "∥",
    "mid": "∣", "nmid": "∤", "vdash": "⊢", "models": "⊨", "coloneqq": "≔", "doteq": "≐", "asymp": "≍",
    "to": "→", "rightarrow": "→", "gets": "←", "leftarrow": "←", "leftrightarrow": "↔", "mapsto": "↦",
    "Rightarrow": "⇒", "Leftarrow": "⇐", "Leftrightarrow": "⇔", "implies": "⟹", "impliedby": "⟸", "iff": "⟺",
    "longrightarrow": "⟶", "longleftarrow": "⟵", "longmapsto": "⟼", "Longrightarrow": "⟹",
    "hookrightarrow": "↪", "rightleftharpoons": "⇌", "uparrow": "↑", "downarrow": "↓",
    "times": "×", "div": "÷", "pm": "±", "mp": "∓", "cdot": "·", "ast": "∗", "star": "⋆", "circ": "∘",
    "cap": "∩", "cup": "∪", "setminus": "∖", "oplus": "⊕", "ominus": "⊖", "otimes": "⊗", "odot": "⊙",
    "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨", "bmod": "mod",
}  # fmt: skip

# Signs that stand like letters.
LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "omicron": "ο", "pi": "π", "varpi": "ϖ", "rho": "ρ", "varrho": "ϱ", "sigma": "σ",
    "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "infty": "∞", "partial": "∂", "nabla": "∇", "ell": "ℓ", "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ",
    "emptyset": "∅", "varnothing": "∅", "forall": "∀", "exists": "∃", "nexists": "∄", "neg": "¬", "lnot": "¬",
    "top": "⊤", "bot": "⊥", "angle": "∠", "triangle": "△", "dagger": "†", "prime": "′", "degree": "°",
    "imath": "ı", "jmath": "ȷ", "checkmark": "✓", "square": "□", "therefore": "∴", "because": "∵", "wp": "℘",
}  # fmt: skip

# Signs beside which nothing needs a space or brackets: dots, escaped characters, brackets.
MARKS = {
    "ldots": "…", "dots": "…", "cdots": "⋯", "dotsc": "…", "dotsb": "⋯", "vdots": "⋮", "ddots": "⋱",
    "{": "{", "}": "}", "%": "%", "$": "$", "&": "&", "#": "#", "_": "_", "|": "‖", "Vert": "‖", "vert": "|",
    "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖", "lbrace": "{", "rbrace": "}",
    "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "colon": ":",
}  # fmt: skip

SPACES = {
    ",": " ", ";": " ", ":": " ", " ": " ", "!": "", "quad": "  ", "qquad": "    ", "thinspace": " ", "\n": " ",
}  # fmt: skip

# What changes only how large something is set.
SIZES = frozenset({
    "left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr",
    "Biggl", "Biggr", "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits",
})  # fmt: skip

LARGE = {
    "sum": "∑", "prod": "∏", "coprod": "∐", "int": "∫", "iint": "∬", "iiint": "∭", "oint": "∮",
    "bigcup": "⋃", "bigcap": "⋂", "bigoplus": "⨁", "bigotimes": "⨂", "bigwedge": "⋀", "bigvee": "⋁",
}  # fmt: skip

NAMES = frozenset({
    "arccos", "arcsin", "arctan", "arg", "argmax", "argmin", "cos", "cosh", "cot", "csc", "deg", "det", "dim",
    "exp", "gcd", "hom", "inf", "ker", "lg", "lim", "liminf", "limsup", "ln", "log", "max", "min", "Pr", "sec",
    "sin", "sinh", "sup", "tan", "tanh",
})  # fmt: skip

ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0305", "vec": "\u20d7", "tilde": "\u0303",
    "widetilde": "\u0303", "dot": "\u0307", "ddot": "\u0308", "check": "\u030c", "breve": "\u0306", "acute": "\u0301",
    "grave": "\u0300", "mathring": "\u030a", "underline": "\u0332",
}  # fmt: skip

# Commands whose argument is words.
WORDS = frozenset(
    {"text", "textrm", "textnormal", "mbox", "mathrm", "operatorname", "rm", "textup", "mathsf"}
)

# Alphabets, by what Unicode calls them.
ALPHABETS = {
    "mathbb": "DOUBLE-STRUCK", "mathcal": "SCRIPT", "mathscr": "SCRIPT", "mathfrak": "FRAKTUR", "mathbf": "BOLD",
    "boldsymbol": "BOLD", "bm": "BOLD",
}  # fmt: skip
_EARLIER = {"FRAKTUR": "BLACK-LETTER"}

_HIGH = dict(zip(
    "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᵠᵡ", strict=True
))  # fmt: skip
_LOW = dict(
    zip("0123456789+-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True)
)
_HIGH |= {"−": "⁻", "∘": "°", "°": "°", "′": "′"}
_LOW |= {"−": "₋"}
SCRIPTS = {"^": _HIGH, "_": _LOW}

ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
FRACTIONS = {
    ("1", "2"): "½", ("1", "3"): "⅓", ("2", "3"): "⅔", ("1", "4"): "¼", ("3", "4"): "¾", ("1", "5"): "⅕",
    ("2", "5"): "⅖", ("3", "5"): "⅗", ("4", "5"): "⅘", ("1", "6"): "⅙", ("5", "6"): "⅚", ("1", "8"): "⅛",
    ("3", "8"): "⅜", ("5", "8"): "⅝", ("7", "8"): "⅞",
}  # fmt: skip


def letter(alphabet: str, char: str) -> str | None:
    """A letter or digit of another alphabet; None where there is none."""
    if not char.isascii() or not char.isalnum():
        return None
    names = [alphabet]
    if char.isdigit():
        kind = f"DIGIT {unicodedata.name(char).removeprefix('DIGIT ')}"
    else:
        kind = f"{'CAPITAL' if char.isupper() else 'SMALL'} {char.upper()}"
        names.append(_EARLIER.get(alphabet, alphabet))
    for name in (f"MATHEMATICAL {names[0]} {kind}", f"{names[-1]} {kind}"):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return None
