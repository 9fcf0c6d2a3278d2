"""The words of a question that carry meaning, for full text search and as evidence. Pure functions."""

from __future__ import annotations

import re
import unicodedata

# letters and digits, also in such as `e-mail`, `192.168.0.1`, `/usr/local`, `C++` and `50%`
_WORD = re.compile(r"(?:(?<!\w)/)?[^\W_]+(?:[-./'’_][^\W_]+)*(?:\+\+|%|°)?")
MOST_WORDS = 40
# what asks and joins in the four languages of the contract, and means nothing by itself
_STOP_WORDS = """
a aber about after al algo all alle als also am an and any are as at au auch auf aus aux avec be
because been before bei beim being between bin bis bitte both but by cada can ce ces cet cette
chaque combien comment como con could cual cuales cuando cuanto cuál cuáles cuándo cuánto
cuántos cómo da damit dann dans das dass de debe dein del dem den der des did die dies diese
dieser dieses do doch does doing doit donc donde done dort du durch dónde e ein eine einem einen
einer eines el ella elle ellos en entre er era es esa ese eso est esta este esto está están et
eux every faire faut for from für get gibt haben had has hat have hay hier how häufig i ich if
ihr il ils im in into is ist it its je jede jeder jedes just kann kein keine la las le les leur
like lo long look los lui ma mais man many may me mein menudo mes mi mich might mir mit moi mon
more most much muss must muy my más nach nada ne need ni nicht no noch nos not notre nous nur o
ob oder of off oft often ohne on once only ont or other ou our out over own où par para pas per
pero peut please plus por porqué pour pourquoi puede pueden qu quand que quel quelle quelles
quels qui quien quién quoi qué sa same sans se sea sein seine ser ses shall should si sich sie
sin sind so sobre soll some son sont souvent su such sur sus ta también te tell tes than that
the their them then there these they this those tiene tienen to toi ton too tu um un una und
under une uno unos uns unter until up us use used vom von vor vos votre vous wann warum was we
welche welchem welchen welcher welches wenn wer werden were what when where which while who whom
why wie wieviel will wir wird with wo would wozu y ya yo you your zu zum zur être über
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def content_words(text: str) -> list[str]:
    """Words in lower case in their order, each once, without those that only ask and join."""
    found = (match.lower() for match in _WORD.findall(unicodedata.normalize("NFC", text)))
    return [word for word in dict.fromkeys(found) if word not in STOP_WORDS][:MOST_WORDS]
