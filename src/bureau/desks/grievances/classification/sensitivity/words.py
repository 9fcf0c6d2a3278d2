"""The words that give a sensitive complaint away, by kind and level, in English and Nepali.

English entries are matched as whole words, with `*` for any ending. Nepali ones are matched as word
beginnings, because Nepali glues case endings to its words.
"""

from __future__ import annotations

from bureau.desks.grievances.classification.sensitivity.levels import Level

Table = dict[str, dict[Level, tuple[str, ...]]]

ENGLISH: Table = {
    "sexual_assault": {
        Level.CRITICAL: (
            "rape*",
            "raping",
            "sexual assault*",
            "sexually assault*",
            "sexual abuse*",
            "sexually abuse*",
            "molest*",
            "gang rape*",
            "traffick*",
        ),
        Level.HIGH: (
            "sexual exploitation",
            "groped",
            "groping",
            "touched my body",
            "touched her body",
            "forced me to sleep",
            "sexual favo*",
        ),
        Level.MEDIUM: ("sexual*", "indecent*"),
    },
    "harassment": {
        Level.HIGH: ("sexual harassment", "sexually harass*", "stalk*", "blackmail*"),
        Level.MEDIUM: ("harass*", "bully*", "bullied", "intimidat*", "threaten*", "abusive"),
        Level.LOW: ("insult*", "teas*", "humiliat*", "discriminat*"),
    },
    "violence": {
        Level.CRITICAL: ("murder*", "kill*", "stabb*", "shot at", "death threat*", "suicide"),
        Level.HIGH: (
            "beat me",
            "beat him",
            "beat her",
            "beaten",
            "heartbeat_for",
            "attack*",
            "assault*",
            "weapon*",
            "knife",
            "violence",
            "violent*",
            "physically abuse*",
        ),
        Level.MEDIUM: ("fight", "fought", "hit me", "slapp*", "injur*"),
        Level.LOW: ("quarrel*", "shout* at"),
    },
    "land_issues": {
        Level.HIGH: ("land grab*", "evict*", "forced off my land", "forcibly displaced"),
        Level.MEDIUM: ("land dispute*", "took my land", "taken my land", "encroach*"),
        Level.LOW: ("land acquisition", "compensation for land", "boundary dispute*"),
    },
}

NEPALI: Table = {
    "sexual_assault": {
        Level.CRITICAL: ("बलात्कार", "करणी", "यौन हिंसा", "यौन शोषण", "यौन दुर्व्यवहार", "बेचबिखन"),
        Level.HIGH: ("छेडछाड", "जबर्जस्ती छो", "शरीर छो", "संवेदनशील अंग"),
        Level.MEDIUM: ("यौन", "अश्लील"),
    },
    "harassment": {
        Level.HIGH: ("यौन उत्पीडन", "पिछा ग", "ब्ल्याकमेल"),
        Level.MEDIUM: ("उत्पीडन", "धम्की", "दुर्व्यवहार", "डर देखा", "हैरान पार"),
        Level.LOW: ("अपमान", "जिस्क्या", "भेदभाव", "हेप"),
    },
    "violence": {
        Level.CRITICAL: ("हत्या", "मार्ने धम्की", "मारिदि", "छुरा प्रहार", "आत्महत्या"),
        Level.HIGH: ("कुटपिट", "कुट्यो", "कुटे", "आक्रमण", "हातहतियार", "हिंसा", "पिट्यो", "पिटे"),
        Level.MEDIUM: ("झगडा", "थप्पड", "घाइते", "चोट लाग"),
        Level.LOW: ("गाली", "झर्क"),
    },
    "land_issues": {
        Level.HIGH: ("जग्गा कब्जा", "जग्गा हडप", "घरबाट निकाल", "जबर्जस्ती विस्थापित"),
        Level.MEDIUM: ("जग्गा विवाद", "जग्गा मिच", "जग्गा लिए", "साँध मिच"),
        Level.LOW: ("जग्गा अधिग्रहण", "जग्गाको मुआब्जा", "साँध विवाद"),
    },
}

# words around a hit that make it more likely to be meant: 0.1 each
CONTEXT: tuple[str, ...] = (
    "woman",
    "women",
    "girl",
    "child",
    "contractor",
    "supervisor",
    "worker",
    "police",
    "night",
    "afraid",
    "forced",
    "महिला",
    "बालिका",
    "बच्चा",
    "ठेकेदार",
    "सुपरभाइजर",
    "मजदुर",
    "प्रहरी",
    "राति",
    "डर",
    "जबर्जस्ती",
)
# said right before a hit, these take it back
DENIALS_ENGLISH = ("no", "not", "never", "without", "wasn't", "weren't", "isn't", "didn't")
