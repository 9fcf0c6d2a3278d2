"""Characters of symbol fonts, which Word keeps as numbers of the font and not as letters.

Sources: Adobe's Symbol encoding (the mapping file of the Unicode Consortium), the Wingdings
block of Unicode 7.
"""

from __future__ import annotations

# where Word puts a symbol font's characters
PRIVATE = range(0xF020, 0xF100)
UNKNOWN = "\ufffd"

_SYMBOL_20 = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_A0 = (
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
    "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\ufffd〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
)
_SYMBOL = {
    **{0x20 + place: char for place, char in enumerate(_SYMBOL_20)},
    **{0xA0 + place: char for place, char in enumerate(_SYMBOL_A0)},
    # the micro sign of units and not a letter of a Greek word, which nobody sets in Symbol now
    0x6D: "\u00b5",
}
_WINGDINGS = {
    0x20: " ", 0x22: "✂", 0x28: "☎", 0x29: "✆", 0x2A: "✉", 0x36: "⌛", 0x3E: "✇", 0x3F: "✍",
    0x41: "✌", 0x45: "☜", 0x46: "☞", 0x47: "☝", 0x48: "☟", 0x4A: "☺", 0x4C: "☹", 0x4E: "☠",
    0x51: "✈", 0x52: "☼", 0x54: "❄", 0x58: "✠", 0x59: "✡", 0x5A: "☪", 0x6A: "&", 0x6B: "&",
    0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "❑", 0x72: "❒", 0x73: "⬧",
    0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x78: "⌧", 0x7A: "⌘", 0x7B: "❀", 0x7C: "✿",
    0x7D: "❝", 0x7E: "❞", 0x80: "⓪", 0x8B: "⓿", 0x9E: "·", 0x9F: "•", 0xA0: "▪", 0xA1: "○",
    0xA2: "○", 0xA7: "▪", 0xA8: "☐", 0xAB: "★", 0xAC: "✶", 0xAD: "✴", 0xAE: "✹", 0xB1: "⌖",
    0xB6: "✰", 0xD5: "⌫", 0xD6: "⌦", 0xD8: "➢", 0xDC: "➲", 0xDF: "←", 0xE0: "→", 0xE1: "↑",
    0xE2: "↓", 0xE3: "↖", 0xE4: "↗", 0xE5: "↙", 0xE6: "↘", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨",
    0xF1: "⇧", 0xF2: "⇩", 0xF3: "⬄", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
    **{0x81 + place: chr(ord("①") + place) for place in range(10)},
    **{0x8C + place: chr(ord("❶") + place) for place in range(10)},
}  # fmt: skip
_WINGDINGS_2 = {
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x95: "•", 0x97: "●",
    0xA2: "■", 0xA3: "☐", 0xAE: "◆",
}  # fmt: skip
_WEBDINGS = {0x61: "✓", 0x63: "☐", 0x67: "■", 0x72: "✗", 0x6E: "●"}
_FONTS = {
    "symbol": _SYMBOL,
    "standard symbols l": _SYMBOL,
    "symbol mt": _SYMBOL,
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "webdings": _WEBDINGS,
}


def is_symbol_font(font: str) -> bool:
    """Whether the letters of this font are others than those that are stored."""
    return font.lower() in _FONTS


def symbol(font: str, code: int) -> str:
    """The character that a font shows for a number; U+FFFD where nobody knows."""
    table = _FONTS.get(font.lower())
    if table is None:
        # most fonts that Word marks so without need keep Latin letters there
        return UNKNOWN if code in PRIVATE else chr(code)
    return table.get(code - 0xF000 if code in PRIVATE else code, UNKNOWN)


def shown(font: str, text: str) -> str:
    """Text that is set in a symbol font, as it is seen; private characters of any font."""
    if is_symbol_font(font):
        return "".join(symbol(font, ord(char)) for char in text)
    if any(ord(char) in PRIVATE for char in text):
        # a bullet without a font's name is one of Symbol
        named = font or "symbol"
        return "".join(symbol(named, ord(char)) if ord(char) in PRIVATE else char for char in text)
    return text
