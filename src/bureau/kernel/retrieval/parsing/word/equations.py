"""Equations (Office MathML) as one line of text, in the linear form that Word's own editor takes."""

from __future__ import annotations

import re
from typing import Any

from bureau.kernel.retrieval.parsing.ooxml import M, W

_SINGLE = re.compile(r"[\w.,]+|\(.*\)")


def linear(node: Any) -> str:
    """The text of an equation or a part of one: `(a+b)/c`, `x^2`, `√(y)`."""
    local = str(node.tag).rpartition("}")[2]
    if not str(node.tag).startswith(M):
        return str(node.text or "") if node.tag == f"{W}t" else _inside(node)
    made = _FORMS.get(local)
    if made is not None:
        return made(node)
    if local == "t":
        return str(node.text or "")
    return "" if local.endswith("Pr") else _inside(node)


def _inside(node: Any | None) -> str:
    return "" if node is None else "".join(linear(child) for child in node)


def _part(node: Any, name: str) -> str:
    return _inside(node.find(f"{M}{name}"))


def _grouped(text: str) -> str:
    return text if _SINGLE.fullmatch(text) else f"({text})"


def _property(node: Any, group: str, name: str, otherwise: str) -> str:
    found = node.find(f"{M}{group}/{M}{name}")
    return otherwise if found is None else str(found.get(f"{M}val", ""))


def _fraction(node: Any) -> str:
    over, under = _part(node, "num"), _part(node, "den")
    return f"{_grouped(over)}/{_grouped(under)}"


def _scripts(node: Any) -> str:
    below, above = _part(node, "sub"), _part(node, "sup")
    written = (f"_{_grouped(below)}" if below else "") + (f"^{_grouped(above)}" if above else "")
    base = _part(node, "e")
    return f"{written}{base}" if node.tag == f"{M}sPre" else f"{base}{written}"


def _root(node: Any) -> str:
    degree = _part(node, "deg")
    return f"{degree}√({_part(node, 'e')})"


def _delimited(node: Any) -> str:
    opening = _property(node, "dPr", "begChr", "(")
    closing = _property(node, "dPr", "endChr", ")")
    between = _property(node, "dPr", "sepChr", "|")
    return opening + between.join(_inside(one) for one in node.findall(f"{M}e")) + closing


def _large(node: Any) -> str:
    sign = _property(node, "naryPr", "chr", "∫")
    below, above = _part(node, "sub"), _part(node, "sup")
    limits = (f"_{_grouped(below)}" if below else "") + (f"^{_grouped(above)}" if above else "")
    return f"{sign}{limits} {_part(node, 'e')}"


def _function(node: Any) -> str:
    return f"{_part(node, 'fName')} {_part(node, 'e')}"


def _limit(node: Any) -> str:
    mark = "_" if node.tag == f"{M}limLow" else "^"
    return f"{_part(node, 'e')}{mark}{_grouped(_part(node, 'lim'))}"


def _matrix(node: Any) -> str:
    rows = [", ".join(_inside(cell) for cell in row) for row in node.findall(f"{M}mr")]
    return "[" + "; ".join(rows) + "]"


def _array(node: Any) -> str:
    return "; ".join(_inside(one) for one in node.findall(f"{M}e"))


_FORMS = {
    "f": _fraction,
    "sSup": _scripts,
    "sSub": _scripts,
    "sSubSup": _scripts,
    "sPre": _scripts,
    "rad": _root,
    "d": _delimited,
    "nary": _large,
    "func": _function,
    "limLow": _limit,
    "limUpp": _limit,
    "m": _matrix,
    "eqArr": _array,
}
