"""The words by which amounts, counted things, days and denials are known, by language. Pure data.

Keys are the desk's short codes. What is not listed for a language is not checked there, and the
check says so.
"""

from __future__ import annotations

# measured amounts: spelling -> (dimension, how many of the dimension's smallest unit)
MEASURES: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("mcg", "µg", "μg", "ug", "microgram", "micrograms", "mikrogram", "microgramos",
                     "microgrammes", "microgramme", "mikrogramm", "microgramas",
                     "माइक्रोग्राम"), ("mass", 0.001)),
    **dict.fromkeys(("mg", "milligram", "milligrams", "milligramme", "milligrammes", "milligramm",
                     "miligramo", "miligramos", "miligrama", "miligramas", "मिलिग्राम", "मिग्रा",
                     "mgs", "amamiligremu", "amamiligramu", "iimiligram"), ("mass", 1.0)),
    **dict.fromkeys(("g", "gram", "grams", "gramme", "grammes", "gramm", "gramo", "gramos",
                     "grama", "gramas", "ग्राम"), ("mass", 1_000.0)),
    **dict.fromkeys(("kg", "kilogram", "kilograms", "kilogramme", "kilogramm", "kilo", "kilos",
                     "kilogramos", "kilogramas", "किलोग्राम", "केजी"), ("mass", 1_000_000.0)),
    **dict.fromkeys(("ml", "millilitre", "millilitres", "milliliter", "milliliters", "mililitro",
                     "mililitros", "मिलिलिटर", "मिली"), ("volume", 1.0)),
    **dict.fromkeys(("l", "litre", "litres", "liter", "liters", "litro", "litros", "लिटर"),
                    ("volume", 1_000.0)),
    **dict.fromkeys(("iu", "ie", "ui", "eenhede", "units", "unit", "unidades", "unités", "unites",
                     "einheiten", "युनिट"), ("units", 1.0)),
    **dict.fromkeys(("mmol", "mmol/l"), ("mmol", 1.0)),
    **dict.fromkeys(("mmhg",), ("mmhg", 1.0)),
    **dict.fromkeys(("%", "percent", "persent", "prozent", "प्रतिशत"), ("percent", 1.0)),
    **dict.fromkeys(("°c", "°", "degrees", "grade", "grados", "degrés", "grad", "graus", "डिग्री"),
                    ("degrees", 1.0)),
}  # fmt: skip

# counted things: what is counted -> spellings in all languages; a * stands for any ending
COUNTED: dict[str, tuple[str, ...]] = {
    "tablet": ("tablet", "tablets", "pill", "pills", "tablette", "tabletten", "pil", "pille",
               "amaphilisi", "iphilisi", "iipilisi", "ipilisi", "dipilisi", "pilisi", "चक्की*",
               "ट्याब्लेट*", "tableta", "tabletas", "pastilla", "pastillas", "comprimido",
               "comprimidos", "comprimé", "comprimés"),
    "capsule": ("capsule", "capsules", "kapsule", "kapsules", "kapsel", "kapseln", "cápsula",
                "cápsulas", "gélule", "gélules", "क्याप्सुल*"),
    "drop": ("drop", "drops", "druppel", "druppels", "gota", "gotas", "goutte", "gouttes",
             "tropfen", "थोपा*", "amaconsi", "amathontsi"),
    "spoon": ("spoon", "spoons", "teaspoon", "teaspoons", "spoonful", "spoonfuls", "teelepel",
              "teelepels", "lepel", "lepels", "cucharada", "cucharadas", "cuillère", "cuillères",
              "löffel", "teelöffel", "colher", "colheres", "चम्चा*", "izinkezo", "amacephe"),
    "puff": ("puff", "puffs", "inhalation", "inhalations", "hub", "hübe"),
    "injection": ("injection", "injections", "inspuiting", "inspuitings", "inyección",
                  "inyecciones", "spritze", "spritzen", "injeção", "injeções", "सुई*",
                  "imijovo"),
    "times": ("times", "keer", "maal", "izikhathi", "amaxesha", "makgetlo", "पटक*", "चोटि*",
              "veces", "vez", "fois", "mal", "vezes"),
    "minute": ("minute", "minutes", "minuut", "minute", "minuten", "minuto", "minutos",
               "imizuzu", "mizuzu", "imizuzwana", "metsotso", "मिनेट*"),
    "hour": ("hour", "hours", "uur", "ure", "stunde", "stunden", "hora", "horas", "heure",
             "heures", "amahora", "iiyure", "dihora", "घण्टा*"),
    "day": ("day", "days", "dag", "dae", "tag", "tage", "tagen", "día", "días", "dia", "dias",
            "jour", "jours", "usuku", "ngosuku", "izinsuku", "ezinsuku", "ezinsukwini", "iintsuku",
            "ntsuku", "imini", "ngemini", "letsatsi", "matsatsi", "दिन*"),
    "week": ("week", "weeks", "weke", "woche", "wochen", "semana", "semanas", "semaine",
             "semaines", "iviki", "amaviki", "iveki", "iiveki", "beke", "dibeke", "हप्ता*"),
    "month": ("month", "months", "maand", "maande", "monat", "monate", "monaten", "mes", "meses",
              "mês", "mois", "inyanga", "izinyanga", "iinyanga", "kgwedi", "dikgwedi", "महिना*"),
    "year": ("year", "years", "jaar", "jahr", "jahre", "jahren", "año", "años", "ano", "anos",
             "an", "ans", "année", "années", "unyaka", "iminyaka", "lilemo", "dilemo", "वर्ष*",
             "बर्ष*"),
}  # fmt: skip

# number words that must have a counterpart. A word for one is left out: it is an article as well
NUMBER_WORDS: dict[str, dict[str, int]] = {
    "en": {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
           "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
           "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
           "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
           "eighty": 80, "ninety": 90},
    "af": {"twee": 2, "drie": 3, "vier": 4, "vyf": 5, "ses": 6, "sewe": 7, "agt": 8, "nege": 9,
           "tien": 10, "elf": 11, "twaalf": 12, "veertien": 14, "vyftien": 15, "twintig": 20,
           "dertig": 30, "veertig": 40, "vyftig": 50, "sestig": 60},
    "nl": {"twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8,
           "negen": 9, "tien": 10, "twaalf": 12, "twintig": 20},
    "de": {"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8,
           "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "fünfzehn": 15, "zwanzig": 20,
           "dreißig": 30},
    "es": {"dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
           "nueve": 9, "diez": 10, "once": 11, "doce": 12, "quince": 15, "veinte": 20,
           "treinta": 30},
    "fr": {"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8,
           "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "quinze": 15, "vingt": 20, "trente": 30},
    "pt": {"dois": 2, "duas": 2, "três": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7,
           "oito": 8, "nove": 9, "dez": 10, "onze": 11, "doze": 12, "quinze": 15, "vinte": 20},
    "ne": {"दुई": 2, "तीन": 3, "चार": 4, "पाँच": 5, "छ": 6, "सात": 7, "आठ": 8, "नौ": 9, "दश": 10,
           "दस": 10, "बाह्र": 12, "पन्ध्र": 15, "बीस": 20},
    "zu": {"amabili": 2, "ezimbili": 2, "emibili": 2, "ababili": 2, "amathathu": 3,
           "ezintathu": 3, "emithathu": 3, "abathathu": 3, "amane": 4, "ezine": 4, "emine": 4,
           "amahlanu": 5, "ezinhlanu": 5, "emihlanu": 5, "ayisithupha": 6, "eziyisithupha": 6,
           "ayisikhombisa": 7, "eziyisikhombisa": 7, "ayisishiyagalombili": 8,
           "eziyisishiyagalombili": 8, "ayishumi": 10, "eziyishumi": 10},
    "xh": {"amabini": 2, "ezimbini": 2, "emibini": 2, "amathathu": 3, "ezintathu": 3,
           "emithathu": 3, "amane": 4, "ezine": 4, "emine": 4, "amahlanu": 5, "ezintlanu": 5,
           "emihlanu": 5, "amathandathu": 6, "asixhenxe": 7, "asibhozo": 8, "alishumi": 10},
    "st": {"pedi": 2, "mabedi": 2, "tharo": 3, "mararo": 3, "nne": 4, "mane": 4, "hlano": 5,
           "mahlano": 5},
}  # fmt: skip
# ne: छ is both "six" and "is"; words like it may match a number but never demand one
AMBIGUOUS_NUMBERS = {"ne": {"छ", "चार"}, "zu": {"amane", "ezine"}, "xh": {"amane", "ezine"},
                     "fr": {"neuf", "six"}, "pt": set(), "es": set(), "st": {"nne", "mane"}}  # fmt: skip

# words for a number of times
TIMES_WORDS: dict[str, dict[str, int]] = {
    "en": {"twice": 2, "thrice": 3},
    "af": {"tweemaal": 2, "driemaal": 3, "viermaal": 4},
    "nl": {"tweemaal": 2, "driemaal": 3},
    "de": {"zweimal": 2, "dreimal": 3, "viermal": 4, "fünfmal": 5},
    "zu": {"kabili": 2, "kathathu": 3, "kane": 4, "kahlanu": 5},
    "xh": {"kabini": 2, "kathathu": 3, "kane": 4, "kahlanu": 5},
    "st": {"habedi": 2, "hararo": 3, "hane": 4, "hahlano": 5},
}

# Monday first. isiZulu and isiXhosa call Sunday as they call the week and the church: left out
WEEKDAYS: dict[str, tuple[str, ...]] = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "af": ("maandag", "dinsdag", "woensdag", "donderdag", "vrydag", "saterdag", "sondag"),
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "de": ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "pt": ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo"),
    "ne": ("सोमबार", "मङ्गलबार", "बुधबार", "बिहीबार", "शुक्रबार", "शनिबार", "आइतबार"),
    "zu": ("umsombuluko", "ulwesibili", "ulwesithathu", "ulwesine", "ulwesihlanu", "umgqibelo"),
    "xh": ("umvulo", "ulwesibini", "ulwesithathu", "ulwesine", "ulwesihlanu", "umgqibelo"),
}  # fmt: skip
MONTHS: dict[str, tuple[str, ...]] = {
    "en": ("january", "february", "march", "april", "may", "june", "july", "august", "september",
           "october", "november", "december"),
    "af": ("januarie", "februarie", "maart", "april", "mei", "junie", "julie", "augustus",
           "september", "oktober", "november", "desember"),
    "nl": ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
           "september", "oktober", "november", "december"),
    "de": ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september",
           "oktober", "november", "dezember"),
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
           "septiembre", "octubre", "noviembre", "diciembre"),
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
           "octobre", "novembre", "décembre"),
    "pt": ("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto",
           "setembro", "outubro", "novembro", "dezembro"),
    "zu": ("januwari", "februwari", "mashi", "ephreli", "meyi", "juni", "julayi", "agasti",
           "septhemba", "okthoba", "novemba", "disemba"),
    "xh": ("januwari", "februwari", "matshi", "epreli", "meyi", "juni", "julayi", "agasti",
           "septemba", "oktobha", "novemba", "disemba"),
    "ne": ("जनवरी", "फेब्रुअरी", "मार्च", "अप्रिल", "मे", "जुन", "जुलाई", "अगस्ट", "सेप्टेम्बर",
           "अक्टोबर", "नोभेम्बर", "डिसेम्बर"),
}  # fmt: skip

# a word that matches denies its sentence; patterns are for whole words
DENIALS: dict[str, str] = {
    "en": r"not|no|never|none|nothing|nobody|neither|nor|without|cannot|\w+n't|\w+n’t",
    "af": r"nie|geen|nooit|niks|niemand|sonder|moenie|moet\s?nie|nee",
    "nl": r"niet|geen|nooit|niets|niemand|zonder|nee",
    "de": r"nicht|kein\w*|nie|niemals|nichts|niemand|ohne|nein",
    "es": r"no|nunca|nada|sin|ning[uú]n\w*|nadie|jam[aá]s|tampoco",
    "fr": r"pas|jamais|rien|sans|aucune?|non|ni|ne",
    "pt": r"não|nunca|nada|sem|nenhuma?|ninguém|jamais|nem",
    "it": r"non|mai|niente|nulla|senza|nessun\w*|no",
    "hi": r"नहीं|मत|न|बिना|ना",
    "ne": r"\S*ैन|\S*ैनन्|\S*िनँ|\S*इनँ|\S+एन|होइन|बिना|न[अ-ह]\S*नुहोस्|न[अ-ह]\S*नु|नगर\S*",
    "zu": (
        r"(?:angi|awu|aka|asi|ani|aba|ali|ayi|azi|aku|alu|abu)\w+(?:i|e|anga)"
        r"|(?:u|ngi|si|ni|ba|li|i|zi|ku|lu|bu)nga\w+i|angizwa|angazi|akukho|akuna\w*"
        r"|cha|musa|musani|ngaphandle"
    ),
    "xh": (
        r"(?:andi|awu|aka|asi|ani|aba|ali|ayi|azi|aku|alu|abu)\w+(?:i|e|anga)"
        r"|(?:u|ndi|si|ni|ba|li|i|zi|ku|lu|bu)nga\w+i|andina\w*|andazi|akukho|hayi|musa|musani|suku\w+"
        r"|ngaphandle"
    ),
}
# words that look like a denial and are none: friends, others, ten
NO_DENIALS: dict[str, frozenset[str]] = {
    "zu": frozenset({"abangani", "ayisikhombisi", "abanye", "ayishumi"}),
    "xh": frozenset({"abahlobo", "abanye"}),
}
