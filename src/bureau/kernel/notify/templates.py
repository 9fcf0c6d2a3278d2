"""Texts of messages, in files: `<name>.<language>.txt`, one folder a room.

A file may begin with a line `Subject: …` for e-mail, followed by an empty line. `<name>.<language>.short.txt`,
where it exists, is used for SMS and WhatsApp instead. Placeholders are `${word}`; each must be given,
and all languages of a template must use the same ones.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bureau.kernel.errors import InvalidInput

FALLBACK = "en"
_SUBJECT = "Subject: "
_folders: list[Path] = []


def register_templates(folder: Path) -> None:
    """Add a room's folder of texts; call it in the `ready()` of its app."""
    if folder not in _folders:
        _folders.append(folder)
        _read.cache_clear()


@dataclass(frozen=True)
class Text:
    """A template in one language."""

    heading: string.Template
    body: string.Template

    @property
    def words(self) -> list[str]:
        """Its placeholders, in the order in which the body first uses them, then the heading."""
        return list(dict.fromkeys([*self.body.get_identifiers(), *self.heading.get_identifiers()]))


@dataclass(frozen=True)
class Rendered:
    """A text with its values; `language` is the one really used."""

    heading: str
    text: str
    language: str
    parameters: list[str]


def render(name: str, language: str, values: Mapping[str, object], *, short: bool) -> Rendered:
    """The text of a template, in the language asked for or else in English.

    Raises:
        InvalidInput: no such template, a value is missing, or one would break the subject line.
    """
    language, text = find(name, language, short=short)
    plain = {key: str(value) for key, value in values.items()}
    missing = [word for word in text.words if word not in plain]
    if missing:
        raise InvalidInput(f"The message {name} needs: {', '.join(missing)}.")
    heading = text.heading.substitute(plain).strip()
    if any(not mark.isprintable() for mark in heading):
        raise InvalidInput("A subject line has one line and no control characters.")
    body = text.body.substitute(plain).strip() + "\n"
    parameters = [plain[word] for word in text.body.get_identifiers()]
    return Rendered(heading, body, language, parameters)


def find(name: str, language: str, *, short: bool) -> tuple[str, Text]:
    """A template and the language it is in.

    Raises:
        InvalidInput: no such template.
    """
    base = language.split("-", maxsplit=1)[0].lower()
    for one in dict.fromkeys([base, FALLBACK]):
        for ending in (".short.txt", ".txt") if short else (".txt",):
            if text := _read(name, f"{one}{ending}"):
                return one, text
    raise InvalidInput(f"There is no message {name}.")


def names() -> dict[str, set[str]]:
    """Template -> languages it has, over all rooms."""
    found: dict[str, set[str]] = {}
    for path in (path for folder in _folders for path in sorted(folder.glob("*.txt"))):
        name, language, *_ = path.name.split(".")
        found.setdefault(name, set()).add(language)
    return found


@cache
def _read(name: str, rest: str) -> Text | None:
    if not name.replace("_", "").isalnum():
        return None
    for folder in _folders:
        path = folder / f"{name}.{rest}"
        if path.is_file():
            return _parse(path.read_text(encoding="utf-8"))
    return None


def _parse(text: str) -> Text:
    heading, body = "", text
    if text.startswith(_SUBJECT):
        heading, _, body = text.removeprefix(_SUBJECT).partition("\n")
    return Text(string.Template(heading), string.Template(body))
