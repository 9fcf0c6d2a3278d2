"""What the desk itself says in an answer, in the languages of the contract."""

from __future__ import annotations

LANGUAGES = ("en", "de", "fr", "es")

EXTRACTIVE = {
    "en": "No language model is configured; these passages of the documents fit your question:",
    "de": "Es ist kein Sprachmodell eingerichtet; diese Stellen der Dokumente passen zu Ihrer Frage:",
    "fr": "Aucun modèle de langage n'est configuré ; ces passages des documents répondent à votre question :",
    "es": "No hay ningún modelo de lenguaje configurado; estos pasajes de los documentos responden a su pregunta:",
}
UNSUPPORTED = {
    "en": "What the language model wrote could not be confirmed in the documents and is not shown. "
    "These passages fit your question:",
    "de": "Was das Sprachmodell schrieb, ließ sich in den Dokumenten nicht belegen und wird nicht "
    "gezeigt. Diese Stellen passen zu Ihrer Frage:",
    "fr": "Ce que le modèle de langage a écrit n'a pas pu être confirmé dans les documents et n'est "
    "pas affiché. Ces passages répondent à votre question :",
    "es": "Lo que escribió el modelo de lenguaje no se pudo confirmar en los documentos y no se "
    "muestra. Estos pasajes responden a su pregunta:",
}
REFUSAL = {
    "en": "I could not find anything about this in the documents that you can read.",
    "de": "Dazu habe ich in den Dokumenten, die Sie lesen können, nichts gefunden.",
    "fr": "Je n'ai rien trouvé à ce sujet dans les documents que vous pouvez consulter.",
    "es": "No he encontrado nada al respecto en los documentos que usted puede leer.",
}
PAGE = {"en": "page", "de": "Seite", "fr": "page", "es": "página"}
QUOTES = {"en": "“”", "de": "„“", "fr": "«»", "es": "«»"}
NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}


def known(language: str) -> str:
    """The language if the desk speaks it, else English."""
    base = language.strip().lower().replace("_", "-").partition("-")[0]
    return base if base in LANGUAGES else "en"


def place_of(title: str, page: int | None, language: str) -> str:
    """Where something stands, for people: `Manual, page 3`."""
    return title if page is None else f"{title}, {PAGE[language]} {page}"


def quoted(text: str, language: str) -> str:
    """The text between the quotation marks of a language."""
    marks = QUOTES[language]
    return f"{marks[0]}{text}{marks[1]}"
