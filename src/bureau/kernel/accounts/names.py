"""User names that could be taken for another's. Pure.

Letters of other scripts look like Latin ones: `аdmin` may begin with a Cyrillic letter. Refused are names
that mix scripts, and names all of whose letters have a look-alike in ASCII (Unicode TR 39). Names in
one script of their own, such as `иван` or `सीता`, are as good as any.
"""

from __future__ import annotations

import unicodedata

from confusable_homoglyphs import categories, confusables

LOOKS_ALIKE = "This name could be taken for another one. Write it in letters of one alphabet."
# what languages really write together (UTS 39, section 5.1)
_WRITTEN_TOGETHER = (
    frozenset({"HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"HAN", "HANGUL"}),
    frozenset({"HAN", "BOPOMOFO"}),
)
_OF_ALL_SCRIPTS = frozenset({"COMMON", "INHERITED"})


def looks_like_another(name: str) -> bool:
    """Whether a user name mixes scripts or passes for an ASCII one."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    if plain.isascii():
        return False
    letters = [mark for mark in plain if categories.alias(mark) not in _OF_ALL_SCRIPTS]
    scripts = {categories.alias(mark) for mark in letters}
    if len(scripts) > 1:
        return not any(scripts <= together for together in _WRITTEN_TOGETHER)
    foreign = [mark for mark in letters if not mark.isascii()]
    if scripts == {"LATIN"}:
        return any(_has_ascii_twin(mark) for mark in foreign)
    return bool(foreign) and all(_has_ascii_twin(mark) for mark in foreign)


def _has_ascii_twin(mark: str) -> bool:
    found = confusables.is_confusable(mark, greedy=True, preferred_aliases=[]) or []
    return any(twin["c"].isascii() for one in found for twin in one["homoglyphs"])
