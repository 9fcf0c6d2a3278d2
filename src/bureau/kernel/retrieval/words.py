"""The words of a question that carry meaning, for full text search and as evidence. Pure functions."""

from __future__ import annotations

import re
import unicodedata

# letters and digits, also inside such as `e-mail`, `192.168.0.1`, `C++` and `50%`
_WORD = re.compile(r"[^\W_]+(?:[-./'’][^\W_]+)*(?:\+\+|%|°)?")
MOST_WORDS = 40
# what asks and joins in the four languages of the contract, and means nothing by itself
STOP_WORDS = frozenset(
    ["a", "about", "after", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been", "before", "being", "between", "both", "but", "by", "can", "could", "did", "do", "does", "doing", "done", "for", "from", "get", "had", "has", "have", "how", "i", "if", "in", "into", "is", "it", "its", "just", "me", "more", "most", "my", "no", "not", "of", "off", "on", "once", "only", "or", "other", "our", "out", "over", "own", "please", "same", "shall", "should", "so", "some", "such", "tell", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "to", "too", "under", "until", "up", "us", "use", "used", "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom", "why", "will", "with", "would", "you", "your", "aber", "alle", "als", "am", "an", "auch", "auf", "aus", "bei", "beim", "bin", "bis", "bitte", "da", "damit", "dann", "das", "dass", "dein", "dem", "den", "der", "des", "die", "dies", "diese", "dieser", "dieses", "doch", "dort", "du", "durch", "ein", "eine", "einem", "einen", "einer", "eines", "er", "es", "für", "gibt", "hat", "haben", "hier", "ich", "ihr", "im", "in", "ist", "kann", "kein", "keine", "man", "mein", "mich", "mir", "mit", "muss", "nach", "nicht", "noch", "nur", "ob", "oder", "ohne", "sein", "seine", "sich", "sie", "sind", "so", "soll", "über", "um", "und", "uns", "unter", "vom", "von", "vor", "wann", "warum", "was", "welche", "welchem", "welchen", "welcher", "welches", "wenn", "wer", "werden", "wie", "wieviel", "wir", "wird", "wo", "wozu", "zu", "zum", "zur", "au", "aux", "avec", "ce", "ces", "cet", "cette", "comment", "combien", "dans", "de", "des", "doit", "donc", "du", "elle", "en", "est", "et", "eux", "faire", "faut", "il", "ils", "je", "la", "le", "les", "leur", "lui", "ma", "mais", "me", "mes", "moi", "mon", "ne", "nos", "notre", "nous", "on", "ont", "ou", "où", "par", "pas", "peut", "plus", "pour", "pourquoi", "qu", "quand", "que", "quel", "quelle", "quelles", "quels", "qui", "quoi", "sa", "sans", "se", "ses", "si", "son", "sont", "sur", "ta", "te", "tes", "toi", "ton", "tu", "un", "une", "vos", "votre", "vous", "y", "être", "al", "algo", "como", "cómo", "con", "cual", "cuál", "cuales", "cuáles", "cuando", "cuándo", "cuanto", "cuánto", "cuántos", "de", "debe", "del", "donde", "dónde", "e", "el", "ella", "ellos", "en", "entre", "era", "es", "esa", "ese", "eso", "esta", "está", "están", "este", "esto", "hay", "la", "las", "le", "lo", "los", "más", "me", "mi", "muy", "nada", "ni", "no", "nos", "o", "para", "pero", "por", "porqué", "puede", "pueden", "que", "qué", "quien", "quién", "se", "sea", "ser", "si", "sin", "sobre", "son", "su", "sus", "también", "te", "tiene", "tienen", "tu", "un", "una", "uno", "unos", "y", "ya", "yo"]
)


def content_words(text: str) -> list[str]:
    """Words in lower case in their order, each once, without those that only ask and join."""
    found = (match.lower() for match in _WORD.findall(unicodedata.normalize("NFC", text)))
    return [word for word in dict.fromkeys(found) if word not in STOP_WORDS][:MOST_WORDS]


def query_of(words: list[str]) -> str:
    """The words as input of PostgreSQL's `to_tsquery`, any of them sufficing."""
    return " | ".join("'" + word.replace("\\", "").replace("'", "''") + "'" for word in words)
