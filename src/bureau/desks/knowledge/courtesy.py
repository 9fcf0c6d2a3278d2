"""What people say that is no question to a document: thanks, what is there, what one is about.

Pure functions. The patterns are those of whole messages, so that a question that holds such words
is still looked up.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bureau.kernel.text.spelling import normal, without_accents


class Kind(StrEnum):
    """What a message is; QUESTION is everything else."""

    QUESTION = "question"
    THANKS = "thanks"
    LISTING = "listing"
    SUMMARY = "summary"


_THANKS = re.compile(
    r"(?:ok(?:ay)?[, ]+)?(?:many |thank you|thanks|thank u|thx|danke|vielen dank|merci|(?:muchas )?gracias"
    r"|dankie|baie dankie|धन्यवाद|शुक्रिया|谢谢|多谢|謝謝|ngiyabonga|siyabonga|enkosi|ke a leboha|ke a leboga)"
    r"(?:[ ,]*(?:you|thanks|very much|so much|a lot|sehr|schon|beaucoup|bien|kakhulu|你|您|!|\.))*"
)
_LISTING = re.compile(
    r"(?:what|which) (?:documents|files|manuals) (?:do you have|are there|can i (?:read|see)|do you know)"
    r"|(?:list|show)(?: me)?(?: all)?(?: your| the| my)? documents"
    r"|welche (?:dokumente|dateien) (?:hast du|haben sie|gibt es|kennst du|kennen sie)"
    r"|quels documents (?:avez-vous|as-tu|y a-t-il)|que documentos (?:tienes|tiene|hay)"
    r"|watter dokumente (?:het jy|is daar)|आपके पास कौन(?: ?से| सी)? दस्तावेज हैं"
    r"|तपाईंसंग (?:कुन|के) कागजात(?:हरू)? छन्?|(?:你|您)?(?:有|都有)(?:哪些|什么)(?:文件|文档)"
    r"|imiphi imibhalo onayo|yiyiphi imibhalo ekhona"
)
_SUMMARY = re.compile(
    r"(?:please |can you |could you )?(?:summari[sz]e|sum up|give (?:me )?a summary of)"
    r"(?: (?:the|this|my))?(?: (?:document|file|manual))?(?P<en>.*)"
    r"|(?:bitte )?fasse?n?(?: sie)?(?: (?:das|die))?(?: (?:dokument|datei))?(?P<de>.+?)(?: bitte)? zusammen"
    r"|(?:resume|resumir|resuma)(?: (?:el|la))?(?: (?:documento|archivo))?(?P<es>.*)"
    r"|resume[zr]?(?: le)?(?: document)?(?P<fr>.*)|总结(?:一下)?(?:文件|文档)?(?P<zh>.*)"
)


def kind_of(text: str) -> tuple[Kind, str]:
    """What a message is, and for a summary the name of what is to be summed up."""
    said = without_accents(normal(text)).strip(" !?.。！？¿¡।")
    if _THANKS.fullmatch(said):
        return Kind.THANKS, ""
    if _LISTING.fullmatch(said):
        return Kind.LISTING, ""
    if found := _SUMMARY.fullmatch(said):
        name = next((part for part in found.groups() if part), "")
        return Kind.SUMMARY, name.strip(" \"'“”„«»:.")
    return Kind.QUESTION, ""
