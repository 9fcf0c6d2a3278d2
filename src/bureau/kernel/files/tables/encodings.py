"""In which encoding a text table is written: by its mark, its bytes, its words and its letters.

Nothing here is settled by a guess in silence. An answer says whether it is `certain` (a mark, strict
UTF-8, words of headers that only one reading shows), only `likely` (letters and characters fit one
reading far better than all others), or neither: then a person must say.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bureau.kernel.errors import InvalidInput
from bureau.kernel.files.tables import letters
from bureau.kernel.files.tables.code_pages import PAGES, Score, looks_written, margin_needed, score

BLOCK = 1 << 20
MOST_FIELDS = 400
_SEPARATORS = re.compile(rb'[,;\t\r\n"]')
_SHOWN = 4
# what a person may choose; pages of other systems are known by their own names
CHOICES = ("utf-8-sig", "utf-16", *list(PAGES)[1:], "big5hkscs", "iso8859_1", "koi8_u")


class UnclearEncoding(InvalidInput):
    """A text table whose bytes have more than one reading."""

    code = "UNCLEAR_ENCODING"
    default_message = "The encoding of the file is not clear. Save it as CSV UTF-8, or name it."


@dataclass(frozen=True)
class Encoding:
    """What was found.

    Attributes:
        name: the best reading, a codec's name.
        certain: it cannot be another one.
        likely: all others fit far worse; true where it is certain.
        others: the next best readings that show other text.
    """

    name: str
    certain: bool = True
    likely: bool = True
    others: tuple[str, ...] = ()

    def must_be_likely(self) -> None:
        """Refuse a file that has several readings.

        Raises:
            UnclearEncoding: with the encodings that fit.
        """
        if self.likely:
            return
        names = ", ".join((self.name, *self.others))
        raise UnclearEncoding(
            f"The text of the file has several readings; the likeliest encodings are {names}. "
            "Say which one it is (encoding), or save the file as CSV UTF-8 and send it again."
        )


def chosen(name: str) -> Encoding:
    """The encoding that a person named.

    Raises:
        InvalidInput: it is none that tables are read in.
    """
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        codec = ""
    known = {codecs.lookup(one).name for one in CHOICES} | {"utf-8"}
    wider = {
        "gbk": "gb18030",
        "gb2312": "gb18030",
        "big5": "cp950",
        "shift_jis": "cp932",
        "euc_kr": "cp949",
    }
    codec = wider.get(codec, codec)
    if codec not in known:
        raise InvalidInput(
            f"The encoding '{name[:40]}' is not known here. Use one of: {', '.join(CHOICES)}."
        )
    return Encoding("utf-8-sig" if codec == "utf-8" else codec)


def encoding_of(file: BinaryIO, words: Collection[str] = ()) -> Encoding:
    """The encoding of a text table; the file is read once, to its end.

    Args:
        words: what headers and cells may say, folded and without blanks, beside the words known here.
    """
    head = file.read(4)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16")
    if head.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig")
    if (bare := _utf16_without_mark(file)) is not None:
        return bare
    return _of_fields(list(_fields(file)), frozenset(words) | letters.WORDS)


def _utf16_without_mark(file: BinaryIO) -> Encoding | None:
    """ASCII in UTF-16 has a zero in every second byte."""
    sample = file.read(4096)
    file.seek(0)
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 < len(sample[0::2]) or not sample:
        return None
    return Encoding("utf-16-le" if odd > even else "utf-16-be")


def _fields(file: BinaryIO) -> Iterator[bytes]:
    """Distinct fields with bytes beyond ASCII, from the whole file: the first rows may have none."""
    seen: set[bytes] = set()
    for line in file:
        if line.isascii():
            continue
        for field in _SEPARATORS.split(line[:BLOCK]):
            bare = field.strip()
            if bare and not bare.isascii() and bare not in seen:
                seen.add(bare)
                yield bare[:400] if len(bare) <= 400 else bare[: _whole(bare)]
                if len(seen) >= MOST_FIELDS:
                    return


def _whole(field: bytes) -> int:
    """Where a long field may be cut: before an ASCII blank."""
    return field.rfind(b" ", 0, 400) if b" " in field[:400] else len(field)


def _of_fields(fields: list[bytes], words: frozenset[str]) -> Encoding:
    if not fields:
        return Encoding("utf-8-sig")
    valid = [field for field in fields if _is_utf8(field)]
    if _speaks_for_utf8(valid, len(fields)):
        return Encoding("utf-8-sig")
    scores = [found for name in PAGES if (found := score(fields, name, words))]
    if not scores:
        return Encoding("cp1252", certain=False, likely=False, others=("gb18030", "cp950"))
    ranked = _distinct(sorted(scores, key=lambda one: -one.nats))
    return _judged(ranked, len(fields))


def _speaks_for_utf8(valid: list[bytes], count: int) -> bool:
    """Random bytes of another encoding are hardly ever UTF-8 for this many characters."""
    leads = sum(len(re.findall(rb"[\xc2-\xdf]", field)) for field in valid)
    longer = sum(len(re.findall(rb"[\xe0-\xf4]", field)) for field in valid)
    if len(valid) == count:
        return leads + 2 * longer >= 6
    return len(valid) >= 20 and len(valid) * 10 >= count * 9


def _is_utf8(field: bytes) -> bool:
    try:
        field.decode()
    except UnicodeDecodeError:
        return False
    return True


def _distinct(ranked: list[Score]) -> list[Score]:
    """Without those that show the same text as a better one."""
    texts: set[str] = set()
    kept = []
    for one in ranked:
        if one.text not in texts:
            texts.add(one.text)
            kept.append(one)
    return kept


def _judged(ranked: list[Score], fields: int) -> Encoding:
    best, rest = ranked[0], ranked[1:]
    ahead = best.nats - rest[0].nats if rest else 100.0
    plain = best.faults * 4 <= fields and looks_written(best.text, best.encoding)
    certain = best.words >= 2 and all(one.words == 0 for one in rest) and ahead > 10
    likely = certain or (plain and ahead >= margin_needed(fields))
    others = tuple(one.encoding for one in rest[: _SHOWN - 1])
    name = "utf-8-sig" if best.encoding == "utf-8" else best.encoding
    return Encoding(name, certain, likely, others)
